// Workers whose process uses the package in none but them.
import { expect, it } from 'vitest'
import { runModule } from '../support/child.js'

const dist = new URL('../../dist/index.js', import.meta.url).href

it.each([
  ['by process.exit', 'setTimeout(() => process.exit(), 5)'],
  ['by an exception', "setTimeout(() => { throw new Error('thrown') }, 5)"],
  ['by terminate', "parentPort.postMessage('terminate')"],
])('a Worker that listens leaves the process as it was when it ends %s', async (_, end) => {
  const code = `
    import { parentPort } from 'node:worker_threads'
    import { open } from ${JSON.stringify(dist)}
    const rt = await open()
    rt.monitor({ groups: ['link'] }).next()
    ${end}`
  const { code: status, stdout } = await runModule(`
    import { Worker } from 'node:worker_threads'
    const worker = new Worker(new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(code)}`)}))
    worker.on('message', () => worker.terminate()).on('error', () => {}).on('exit', () => console.log('ended'))`)
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'ended\n' })
})
