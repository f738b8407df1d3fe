// What a soak does over and over: each work uses the library in one way and leaves nothing.
import { once } from 'node:events'
import { type BlockingClient, type Client, NetlinkError, open, openSync } from 'rtnetlink'
import * as netns from 'rtnetlink/netns'

/** What the works share: clients and a signal that live as long as the soak. */
export interface Buffer {
  readonly rt: Client
  readonly blocking: BlockingClient
  /** Never aborted: whatever listens to it must stop listening. */
  readonly signal: AbortSignal
}

/** Does it once; gives how many calls that were. */
type Work = (buffer: Buffer) => Promise<number>

const prefixes = (count: number): string[] => Array.from({ length: count }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`)

async function rejected(code: string, promise: Promise<unknown>): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error) || error.code !== code) throw new Error(`expected ${code}`, { cause: error })
}

const requests: Work = async ({ rt, signal }) => {
  const { index } = await rt.link.addAndGet({ name: 'r0', info: { kind: 'bridge' } }, { signal })
  await rt.link.set('r0', { up: true, mtu: 1400 }, { signal })
  const addresses = Array.from({ length: 100 }, (_, n) => `192.0.2.${n + 1}/24`)
  await Promise.all(addresses.map(address => rt.addr.add({ dev: 'r0', address }, { signal, timeoutMs: 60_000 })))
  await Promise.all(addresses.map(() => rt.link.get(index)))
  await rt.route.add({ dst: 'default', gateway: '192.0.2.200' })
  await rt.route.lookup('198.51.100.1', { signal })
  await rejected('EEXIST', rt.link.add({ name: 'r0', info: { kind: 'bridge' } }))
  await rejected('ENODEV', rt.addr.add({ dev: 'none', address: '192.0.2.1/24' }))
  await rejected('ERR_NETLINK_BAD_VALUE', rt.addr.add({ dev: 'r0', address: '192.0.2' }))
  await rt.link.delete('r0')
  return 208
}

const dumps: Work = async ({ rt, signal }) => {
  await Promise.all([rt.link.list(), rt.addr.list({}, { signal }), rt.route.list(), rt.neigh.list(), rt.rule.list()])
  for await (const _ of rt.link.dump()) break
  for await (const _ of rt.route.dump({ table: 255 }, { signal }).chunks());
  await rejected('ENOENT', rt.route.list({ table: 4711, family: 'inet' }))
  return 8
}

const bulk: Work = async ({ rt }) => {
  await rt.link.add({ name: 'b0', up: true, info: { kind: 'bridge' } })
  const added = await rt.bulk(prefixes(500).map(dst => rt.request.route.add({ dst, dev: 'b0' })))
  const again = await rt.bulk(prefixes(50).map(dst => rt.request.route.add({ dst, dev: 'b0' })))
  const flushed = await rt.route.flush({ dev: 'b0', table: 254, family: 'inet' })
  await rt.link.delete('b0')
  if (added.failed.length !== 0 || again.failed.length !== 50 || flushed !== 500) throw new Error('bulk went wrong')
  return 1052
}

const monitors: Work = async ({ rt, signal }) => {
  await using events = rt.monitor({ groups: ['link', 'ipv4-ifaddr'], signal })
  await using _idle = rt.monitor({ groups: ['link'] })
  const waiting = events.next()
  await rt.link.add({ name: 'm0', info: { kind: 'veth', peer: { name: 'm1' } } })
  await waiting
  await rt.link.delete('m0')
  // An ended wait: aborted while it reads.
  const stop = new AbortController()
  const stopped = rt.monitor({ groups: ['neigh'], signal: stop.signal })
  const never = stopped.next().catch((error: unknown) => error)
  stop.abort()
  await never
  return 7
}

const watches: Work = async ({ rt, signal }) => {
  await using state = rt.watch({ link: true, addr: true, route: { table: 254 }, signal })
  let made = false
  for await (const event of state) {
    if (event.type === 'ready') await rt.link.add({ name: 'w0', up: true, info: { kind: 'bridge' } })
    if (event.type === 'link' && event.new?.name === 'w0' && !made) {
      made = true
      await rt.link.delete('w0')
    }
    if (event.type === 'link' && event.action === 'removed' && event.old?.name === 'w0') break
  }
  return 3
}

const namespaces: Work = async ({ rt }) => {
  using space = netns.create('soak')
  using home = netns.current()
  try {
    await rt.link.add({ name: 'n0', info: { kind: 'veth', peer: { name: 'eth0', netns: space } } })
    await using inside = await open({ netns: 'soak' })
    await inside.addr.add({ dev: 'eth0', address: '192.0.2.2/24' })
    await inside.link.set('eth0', { netns: home })
    netns.sysctl(space, 'net.ipv4.ip_forward', 1)
    for (let i = 0; i < 20; i++) netns.run(space, () => 0)
    netns.list()
    const child = netns.spawn(space, 'true', [], { stdio: 'ignore' })
    await once(child, 'exit')
    await rt.link.delete('n0')
    try {
      netns.open('none')
    } catch (error) {
      if (!NetlinkError.is(error)) throw error
    }
  } finally {
    netns.delete('soak')
  }
  return 30
}

const workers: Work = async () => {
  using space = netns.create('host')
  try {
    const worker = netns.worker(space, new URL('./worker.js', import.meta.url))
    const ended = once(worker, 'exit')
    await once(worker, 'message')
    await ended
  } finally {
    netns.delete('host')
  }
  return 9
}

const blocking: Work = async ({ blocking: rt }) => {
  {
    using other = openSync()
    other.link.list()
  }
  rt.link.add({ name: 's0', info: { kind: 'bridge' } })
  for (let mtu = 1300; mtu < 1400; mtu++) rt.link.set('s0', { mtu })
  for (const _ of rt.link.dump()) break
  rt.link.delete('s0')
  return 105
}

const endpoints: Work = async ({ rt, signal }) => {
  // Aborted, out of time, and closed while requests are under way.
  const stop = new AbortController()
  const aborted = rt.link.list({}, { signal: stop.signal }).catch((error: unknown) => error)
  stop.abort()
  await aborted
  const client = await open()
  const pending = Promise.allSettled([
    ...prefixes(100).map(dst => client.route.add({ dst, dev: 'lo' }, { signal })),
    client.link.list(),
    client.monitor({ groups: ['link'] }).next(),
  ])
  await client.close()
  await pending
  await rejected('ERR_NETLINK_CLOSED', client.link.list())
  await rt.route.flush({ dev: 'lo', table: 254, family: 'inet' })
  return 106
}

/** All works; the first letters of their links differ. */
export const works: Readonly<Record<string, Work>> = {
  requests,
  dumps,
  bulk,
  monitors,
  watches,
  namespaces,
  workers,
  blocking,
  endpoints: endpoints,
}
