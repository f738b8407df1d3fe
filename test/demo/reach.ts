import { once } from 'node:events'
import type { Readable } from 'node:stream'
import * as netns from 'rtnetlink/netns'
import { code, remark, result } from './screen.js'

/** A namespace, an address that it has, and how to write the namespace in a call. */
export interface Host {
  readonly ref: netns.NamespaceRef
  readonly text: string
  readonly address: string
}

let pingWorks = true

/** Shows that one host reaches another: by ping, else by a TCP echo between two Workers. */
export async function reach(from: Host, to: Host): Promise<void> {
  if (pingWorks && (await ping(from, to.address))) return
  pingWorks = false
  await echo(from, to)
}

/** Runs ping; false when it is not installed or has got nothing back. */
async function ping(from: Host, address: string): Promise<boolean> {
  const args = ['-n', '-c', '2', '-i', '0.2', '-w', '4', address]
  code(`netns.spawn(${from.text}, 'ping', '${args.join(' ')}'.split(' '))`)
  const child = netns.spawn(from.ref, 'ping', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const missing = new Promise<true>(resolve => child.once('error', () => resolve(true)))
  const [, status] = await Promise.race([
    Promise.all([
      print(child.stdout),
      new Promise<number | null>(resolve => child.once('close', resolve)),
      print(child.stderr),
    ]),
    missing.then(() => [undefined, 'missing'] as const),
  ])
  if (status === 0) return true
  remark(status === 'missing' ? 'ping (iputils) is not installed: a TCP echo instead' : 'no ping: a TCP echo instead')
  return false
}

async function print(stream: Readable | null): Promise<void> {
  let rest = ''
  stream?.setEncoding('utf8')
  for await (const text of stream ?? []) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    result(...lines.filter(line => line !== '' && !line.startsWith('---')))
  }
  if (rest !== '') result(rest)
}

async function echo(from: Host, to: Host): Promise<void> {
  const url = new URL('./echo-worker.js', import.meta.url)
  code(`netns.worker(${from.text}, './echo-worker.js', { workerData: '${to.address}' })`)
  const server = netns.worker(to.ref, url)
  try {
    await once(server, 'message')
    const client = netns.worker(from.ref, url, { workerData: to.address })
    const [answer] = await once(client, 'message')
    result(String(answer))
    await client.terminate()
  } finally {
    await server.terminate()
  }
}
