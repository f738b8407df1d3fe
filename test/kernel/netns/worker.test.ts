// Workers whose process uses the package in none but them.
import { expect, it } from 'vitest'
import { runModule } from '../../support/child.js'

const dist = new URL('../../../dist/index.js', import.meta.url).href

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

it.each([
  ['a socket in a namespace', 'closeSync', "openSync({ netns: { path: '/proc/self/ns/net' } })"],
  ['a process', 'openSync', 'netns.open({ pid: process.pid })'],
])('a Worker that ends in the midst of opening %s leaves no descriptor', async (_, last, call) => {
  const code = `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    import { openSync } from ${JSON.stringify(dist)}
    import * as netns from ${JSON.stringify(new URL('netns.js', dist).href)}
    openSync().close()
    netns.current().close()
    const { openSync: open } = fs
    fs.${last} = (path, ...rest) => (path === '/' ? open(path, ...rest) : process.exit())
    syncBuiltinESMExports()
    ${call}`
  const { stdout, stderr } = await runModule(`
    import { readdirSync, readlinkSync } from 'node:fs'
    import { Worker } from 'node:worker_threads'
    const target = fd => { try { return readlinkSync('/proc/self/fd/' + fd) } catch { return '' } }
    const targets = () => readdirSync('/proc/self/fd').map(target).filter(name => /^socket:|pidfd/.test(name))
    const before = targets()
    const worker = new Worker(new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(code)}`)}))
    worker.on('exit', status => console.log(status, targets().filter(name => !before.includes(name))))`)
  expect(stderr + stdout).toBe('0 []\n')
})
