import { once } from 'node:events'
import * as netns from 'rtnetlink/netns'
import { type Host, reach } from './reach.js'
import { call, result } from './screen.js'
import type { Story } from './steps.js'

/** Gives one of the two containers. */
export function container(name: 'red' | 'blue', address: string): Host {
  return { ref: name, text: `'${name}'`, address }
}

/** Pings from container to container, to the bridge and back. */
export async function pings({ home }: Story): Promise<void> {
  const red = container('red', '192.0.2.2')
  const blue = container('blue', '192.0.2.3')
  const host = { ref: home, text: 'home', address: '192.0.2.1' }
  await reach(red, blue)
  await reach(blue, host)
  await reach(host, red)
}

/** Starts a server in each namespace and lets each ask the other; both run on until the end. */
export async function http({ cleanup }: Story): Promise<void> {
  const url = new URL('./http-worker.js', import.meta.url)
  const red = await call(() => netns.worker('red', url, { workerData: 'red' }))
  cleanup.defer(() => red.terminate())
  const blue = await call(() => netns.worker('blue', url, { workerData: 'blue' }))
  cleanup.defer(() => blue.terminate())
  await Promise.all([once(red, 'message'), once(blue, 'message')])
  for (const [worker, address] of [
    [red, '192.0.2.3'],
    [blue, '192.0.2.2'],
  ] as const) {
    const answer = once(worker, 'message')
    worker.postMessage(`http://${address}/`)
    const [text] = await answer
    result(`GET http://${address}/ from ${worker === red ? 'red' : 'blue'}: ${text}`)
    if (!String(text).startsWith('200 ')) throw new Error(`no HTTP answer from ${address}: ${text}`)
  }
}
