// The clients as the design shows them, on a kernel: the example, bulk, many at once, monitors, and the blocking twin.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Monitor, type MonitorEvent, type NetlinkError, open, openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { ipShow, run } from '../../support/iproute2/iproute.js'

const ifb = { kind: 'ifb' } as const
const prefixes = (count: number) => Array.from({ length: count }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`)

async function next(events: Monitor<MonitorEvent>): Promise<MonitorEvent> {
  const { value } = await events.next()
  if (value === undefined) throw new Error('the monitor has ended')
  return value
}

beforeEach(() => {
  netns.create('blue').close()
})

afterEach(() => {
  netns.delete('blue')
})

describe('the example of the design', () => {
  it('runs', async () => {
    const signal = new AbortController().signal
    await using rt = await open({ netns: 'blue' })
    await using events = await rt.monitor({ groups: ['link', 'ipv4-route'], signal })
    await rt.link.add({ name: 'v0', info: { kind: 'veth', peer: { name: 'v1' } } })
    await rt.link.set('v0', { up: true, mtu: 1400 })
    await rt.link.set('v1', { up: true })
    await rt.addr.add({ dev: 'v0', address: '192.0.2.1/24' })
    await rt.route.replace({ dst: 'default', gateway: '192.0.2.254', dev: 'v0' })
    const path = await rt.route.lookup('198.51.100.7')
    expect(path).toMatchObject({ gateway: '192.0.2.254', prefsrc: '192.0.2.1' })
    const links = await rt.link.list({ kind: 'veth' })
    expect(links.map(l => [l.name, l.mtu])).toEqual([
      ['v1', 1500],
      ['v0', 1400],
    ])
    let found = 0
    for await (const r of rt.route.dump({ table: 254 })) {
      if (r.dst === 'default') {
        found++
        break
      }
    }
    expect(found).toBe(1)
    let arrays = 0
    for await (const routes of rt.route.dump({ table: 254 }).chunks()) arrays += routes.length
    expect(arrays).toBe((await rt.route.list({ table: 254 })).length)
    await Promise.all(prefixes(100).map(dst => rt.route.add({ dst, dev: 'v0' })))
    const result = await rt.bulk(prefixes(100).map(dst => rt.request.route.add({ dst, dev: 'v0' })))
    expect(result.failed).toHaveLength(100)
    expect(result.failed[99]).toMatchObject({ index: 99, error: { code: 'EEXIST' } })
    expect(await next(events)).toMatchObject({ type: 'link', action: 'new', link: { name: 'v1' } })
    using s = openSync({ netns: 'blue' })
    expect(s.link.list().map(l => l.name)).toEqual(expect.arrayContaining(['lo', 'v0', 'v1']))
    expect(JSON.parse(run('ip -n blue -j route show table main')).length).toBeGreaterThan(100)
  })
})

describe('many requests', () => {
  it('at once are all answered (adv-56)', async () => {
    await using rt = await open({ netns: 'blue' })
    await rt.link.add({ name: 'd0', up: true, info: ifb })
    await Promise.all(prefixes(2000).map(dst => rt.route.add({ dst, dev: 'd0' })))
    const routes = await rt.route.list({ table: 254, family: 'inet' })
    expect(new Set(routes.map(r => r.dst))).toEqual(new Set(prefixes(2000)))
    expect(await rt.route.flush({ table: 254, family: 'inet' })).toBe(2000)
    expect(await rt.route.list({ table: 254, family: 'inet' })).toEqual([])
  })

  it('that are refused never look like success, though their refusals overflow the buffer (adv-56)', async () => {
    await using rt = await open({ netns: 'blue', receiveBufferSize: 1 })
    await rt.link.add({ name: 'd0', up: true, info: ifb })
    const codes: string[] = []
    for (let round = 0; round < 20; round++) {
      const endpoints = await Promise.allSettled(prefixes(100).map(dst => rt.route.delete({ dst })))
      codes.push(...endpoints.map(end => (end.status === 'rejected' ? String(end.reason.code) : 'succeeded')))
    }
    expect(codes.length).toBe(2000)
    expect([...new Set(codes)].sort()).toEqual(['ERR_NETLINK_OUTCOME_UNKNOWN', 'ESRCH'])
    await rt.route.add({ dst: '10.0.0.0/24', dev: 'd0' })
    using blocking = openSync({ netns: 'blue', receiveBufferSize: 1 })
    blocking.route.delete({ dst: '10.0.0.0/24', dev: 'd0' })
    for (let i = 0; i < 100; i++) expect(() => blocking.route.delete({ dst: '10.0.0.0/24' })).toThrow('ESRCH')
  })

  it('behind one whose nlmsg_len lies are executed', async () => {
    await using rt = await open({ netns: 'blue', timeoutMs: 50 })
    await rt.link.add({ name: 'd0', up: true, info: ifb })
    const bytes = rt.request.route.add({ dst: '10.99.0.0/24', oif: 1 }).bytes.slice()
    new Uint32Array(bytes.buffer)[0] = 4000
    const lying = rt.raw.request(bytes).catch((error: NetlinkError) => error.code)
    await Promise.all(prefixes(10).map(dst => rt.route.add({ dst, dev: 'd0' })))
    expect(await lying).toBe('ERR_NETLINK_TIMEOUT')
    expect(await rt.route.list({ table: 254, family: 'inet' })).toHaveLength(10)
  })

  it('in bulk tell what failed and why', async () => {
    await using rt = await open({ netns: 'blue' })
    await rt.link.add({ name: 'd0', up: true, info: ifb })
    const { request } = rt
    const result = await rt.bulk([
      request.route.add({ dst: '10.0.0.0/24', dev: 'd0' }),
      request.route.add({ dst: '10.0.0.0/24', dev: 'd0' }),
      request.route.add({ dst: '10.0.1.0/24', dev: 'none' }),
      request.addr.add({ dev: 'd0', address: '192.0.2.1/24' }),
      request.link.add({ name: 'vx', info: { kind: 'bridge', groupFwdMask: 1 } }),
      request.route.delete({ dst: '10.9.0.0/24' }),
    ])
    expect(result).toMatchObject({ sent: 5, unknown: [] })
    expect(result.failed.map(({ index, error }) => [index, error.code, error.fieldPath])).toEqual([
      [1, 'EEXIST', undefined],
      [2, 'ENODEV', 'dev'],
      [4, 'EINVAL', undefined],
      [5, 'ESRCH', undefined],
    ])
    expect(result.failed[0]?.error.message).toBe('route add dst=10.0.0.0/24 dev=d0: EEXIST')
    expect((await rt.addr.list({ dev: 'd0', family: 'inet' })).map(a => a.address)).toEqual(['192.0.2.1/24'])
    const seen: number[] = []
    const stopped = await rt.bulk(() => prefixes(200).map(dst => request.route.delete({ dst })), {
      stopOnError: true,
      onProgress: ({ sent }) => seen.push(sent),
    })
    expect(stopped.sent).toBe(64)
    expect(seen).toEqual([64])
  })

  it('of one tick may name a link that an earlier one makes', async () => {
    await using rt = await open({ netns: 'blue' })
    await Promise.all([
      rt.link.add({ name: 'd0', info: ifb }),
      rt.link.set('d0', { up: true }),
      rt.addr.add({ dev: 'd0', address: '192.0.2.1/24' }),
      rt.route.add({ dst: '10.0.0.0/8', gateway: '192.0.2.2', dev: 'd0' }),
    ])
    expect((await rt.route.lookup('10.1.1.1')).gateway).toBe('192.0.2.2')
    const result = await rt.bulk([
      rt.request.link.add({ name: 'd1', info: ifb }),
      rt.request.addr.add({ dev: 'd1', address: '198.51.100.1/24' }),
    ])
    expect(result.failed).toEqual([])
  })
})

describe('a monitor', () => {
  it('has the event when the change is acknowledged (adv-69)', async () => {
    await using rt = await open({ netns: 'blue' })
    await using events = await rt.monitor({
      groups: ['link', 'ipv4-ifaddr', 'ipv6-ifaddr', 'ipv4-route', 'ipv6-route', 'ipv4-rule', 'neigh', 'nsid'],
    })
    const now = async () =>
      Promise.race([next(events), new Promise<undefined>(resolve => setImmediate(() => resolve(undefined)))])
    const { index } = await rt.link.addAndGet({ name: 'd0', info: ifb })
    // adv-81: everything is there in the first event.
    expect(await now()).toMatchObject({ type: 'link', action: 'new', link: { name: 'd0', index, info: ifb } })
    await rt.link.set('d0', { up: true, afSpec: { inet6: { addrGenMode: 'none' } } })
    const all: MonitorEvent[] = []
    const until = async (matches: (event: MonitorEvent) => boolean): Promise<MonitorEvent> => {
      for (;;) {
        const event = await next(events)
        all.push(event)
        if (matches(event)) return event
      }
    }
    await rt.addr.add({ dev: 'd0', address: '192.0.2.1/24' })
    expect(await until(event => event.type === 'addr' && event.addr.family === 'inet')).toMatchObject({
      action: 'new',
      addr: { address: '192.0.2.1/24', index },
    })
    await rt.route.add({ dst: '10.0.0.0/8', dev: 'd0' })
    expect(await until(event => event.type === 'route' && event.route.dst === '10.0.0.0/8')).toMatchObject({
      action: 'new',
      route: { oif: index, protocol: 'static' },
    })
    await rt.route.delete({ dst: '10.0.0.0/8' })
    expect(await until(event => event.type === 'route' && event.route.dst === '10.0.0.0/8')).toMatchObject({
      action: 'delete',
    })
    await rt.neigh.add({ dev: 'd0', dst: '192.0.2.9', lladdr: '02:00:00:00:00:09' })
    expect(await until(event => event.type === 'neigh' && event.neigh.dst === '192.0.2.9')).toMatchObject({
      action: 'new',
      neigh: { lladdr: '02:00:00:00:00:09' },
    })
    await rt.rule.add({ fwmark: 5, table: 100 })
    expect(await until(event => event.type === 'rule')).toMatchObject({
      action: 'new',
      rule: { fwmark: 5, table: 100 },
    })
    await rt.link.delete('d0')
    expect(await until(event => event.type === 'link' && event.action === 'delete')).toMatchObject({
      link: { name: 'd0' },
    })
    expect(all.filter(event => event.type === 'other' || event.type === 'overrun')).toEqual([])
  })

  it('hears all namespaces that have an id (adv-68)', async () => {
    await using rt = await open()
    await using inside = await open({ netns: 'blue' })
    await rt.nsid.add({ netns: 'blue', nsid: 7 })
    await using events = await rt.monitor({ groups: ['link'], allNetns: true })
    await inside.link.add({ name: 'far', info: ifb })
    expect(await next(events)).toMatchObject({ type: 'link', netns: { nsid: 7 }, link: { name: 'far' } })
    await rt.link.add({ name: 'near', info: ifb })
    const local = await next(events)
    expect(local).toMatchObject({ type: 'link', link: { name: 'near' } })
    expect(local).not.toHaveProperty('netns')
    // adv-67
    await rt.link.set('near', { netns: 'blue' })
    const seen: MonitorEvent[] = []
    while (!seen.some(event => event.type === 'link' && event.action === 'delete')) seen.push(await next(events))
    expect(seen.find(event => event.type === 'link' && event.action === 'delete')).toMatchObject({
      link: { name: 'near', netns: { nsid: 7 } },
    })
  })

  it('ends with its signal', async () => {
    await using rt = await open()
    const abort = new AbortController()
    await using events = await rt.monitor({ groups: ['link'], signal: abort.signal })
    const waiting = events.next()
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(() => rt.monitor({ groups: ['no-such-group' as never] })).toThrow(TypeError)
  })
})

describe('the blocking twin', () => {
  it('gives what the asynchronous client gives', async () => {
    await using rt = await open({ netns: 'blue' })
    using s = openSync({ netns: 'blue' })
    s.link.add({ name: 'br0', info: { kind: 'bridge' } })
    s.link.add({ name: 'v0', master: 'br0', info: { kind: 'veth', peer: { name: 'v1' } } })
    s.link.set('lo', { up: true })
    s.link.set('v1', { up: true })
    s.addr.add({ dev: 'v1', address: '192.0.2.1/24' })
    s.neigh.add({ dev: 'v1', dst: '192.0.2.9', lladdr: '02:00:00:00:00:09' })
    s.rule.add({ fwmark: 5, table: 100 })
    s.nsid.add({ netns: netns.current(), nsid: 3 })
    // Its routes are marked when it has lost its carrier, perhaps later.
    await rt.link.wait('v1', link => link?.operstate === 'lowerlayerdown')
    const names = s.link.list({ extMask: ['vf'] }).map(l => l.name)
    expect(names).toEqual(expect.arrayContaining(['lo', 'br0', 'v0', 'v1']))
    expect(await rt.link.list({ family: 'bridge', extMask: ['brvlan'] })).toEqual(
      s.link.list({ family: 'bridge', extMask: ['brvlan'] }),
    )
    expect((await rt.link.list()).map(stable)).toEqual(s.link.list().map(stable))
    expect(await rt.addr.list()).toEqual(s.addr.list())
    expect((await rt.route.list()).map(stable)).toEqual(s.route.list().map(stable))
    expect((await rt.neigh.list()).map(stable)).toEqual(s.neigh.list().map(stable))
    expect(await rt.rule.list()).toEqual(s.rule.list())
    expect(await rt.nsid.list()).toEqual(s.nsid.list())
    expect(stable(await rt.link.get('v0'))).toEqual(stable(s.link.get('v0')))
    expect(await rt.supports({ kind: 'veth' })).toBe(s.supports({ kind: 'veth' }))
    expect([...s.addr.dump({ dev: 'v1' })]).toEqual(await rt.addr.list({ dev: 'v1' }))
    expect(s.bulk([s.request.route.add({ dst: '10.0.0.0/8', dev: 'v1' })])).toMatchObject({ sent: 1, failed: [] })
    expect(s.route.list({ table: 254, family: 'inet' }).map(r => r.dst)).toEqual(['10.0.0.0/8', '192.0.2.0/24'])
    const rejected = await rt.link.get('none').catch((error: unknown) => error)
    expect(() => s.link.get('none')).toThrow((rejected as NetlinkError).message)
    expect(ipShow('-n blue link').length).toBe(s.link.list().length)
  })
})

/** An object without counters and times. */
function stable(object: object): object {
  const {
    stats: _,
    stats64: __,
    cacheinfo: ___,
    afSpec: ____,
    info: _____,
    ...rest
  } = object as Record<string, unknown>
  return rest
}
