// What the verbs of routes do in a kernel, seen by `ip`, and the reverse.
import { beforeEach, describe, expect, it } from 'vitest'
import { NetlinkError, open, openSync, type RouteFilter, type RouteSpec } from '../../../src/index.js'
import { ip, ipShow } from '../../support/iproute2/iproute.js'
import { requireIp, requireThat } from '../../support/probe.js'
import { cases } from '../../support/routes.js'

beforeEach(() => {
  using rt = openSync()
  for (const name of ['r0', 'r1']) {
    rt.link.delete(name, { missingOk: true })
    rt.link.add({ name, info: { kind: 'ifb' } })
    rt.link.set(name, { afSpec: { inet6: { addrGenMode: 'none' } } })
    rt.link.set(name, { up: true })
  }
  rt.addr.add({ dev: 'r0', address: '192.0.2.1/24' })
  rt.addr.add({ dev: 'r1', address: '198.51.100.1/24' })
  rt.addr.add({ dev: 'r0', address: '2001:db8::1/64', flags: ['nodad'] })
  // Routes without a link outlive it.
  for (const family of ['inet', 'inet6'] as const)
    for (const type of ['blackhole', 'unreachable', 'prohibit', 'throw'] as const) {
      rt.route.flush({ family, type })
    }
})

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

const familyOf = (spec: RouteSpec) => (spec.dst?.includes(':') === true ? 'inet6' : 'inet')

describe('a route', () => {
  it.each(cases.map(one => [one.about, one] as const))(
    '%s',
    async (_, { spec, shows, reads, family = familyOf(spec) }) => {
      await using rt = await open()
      const filter: RouteFilter = { family, table: spec.table ?? 254 }
      const mine = async () => (await rt.route.list(filter).catch(() => [])).filter(r => r.dst === spec.dst)
      await rt.route.add(spec)
      const [route, ...others] = await mine()
      expect(others).toEqual([])
      if (route === undefined) throw new Error('no route')
      // IPv6 tells when a route expires in its cacheinfo.
      const { dev, gateway: __, multipath: ___, expires, ...written } = spec
      if (expires !== undefined) expect(route.cacheinfo?.expires).toBeGreaterThan(0)
      expect(route).toMatchObject({
        protocol: 'static',
        type: 'unicast',
        ...written,
        ...(dev === undefined ? {} : { oif: (await rt.link.get(dev)).index }),
        ...(spec.gateway === undefined || spec.gateway.includes(':') !== (family === 'inet6')
          ? {}
          : { gateway: spec.gateway }),
        ...reads,
      })
      const v6 = family === 'inet6' ? '-6 ' : ''
      const seen = ipShow(`${v6}route show table ${spec.table ?? 'main'}`).filter(
        r => r['dst'] === spec.dst?.replace('/32', ''),
      )
      expect(seen).toMatchObject([shows])
      // What was read goes away and comes back.
      await rt.route.delete(route)
      expect(await mine()).toEqual([])
      await rt.route.add(route)
      const [again] = await mine()
      const { cacheinfo: ____, ...same } = route
      expect(again).toMatchObject(same)
      expect((await rejection(rt.route.add(spec))).code).toBe('EEXIST')
      await rt.route.replace(spec)
      expect(await mine()).toHaveLength(1)
      await rt.route.delete({ dst: spec.dst, family, table: spec.table, tos: spec.tos, priority: spec.priority })
      expect(await mine()).toEqual([])
    },
  )

  it.each([
    ['IPv4', '203.0.113.0/24', ['192.0.2.2', '198.51.100.2']],
    ['IPv6', '2001:db8:2::/48', ['2001:db8::2', '2001:db8:9::2']],
  ])('of %s over a link without a carrier is written as it was read', async (_, dst, [first = '', second = '']) => {
    await using rt = await open()
    await rt.link.delete('r2', { missingOk: true })
    await rt.link.add({ name: 'r2', up: true, info: { kind: 'veth', peer: { name: 'r3' } } })
    await rt.link.set('r3', { up: true })
    await rt.addr.add({ dev: 'r2', address: '198.51.100.129/25' })
    await rt.addr.add({ dev: 'r2', address: '2001:db8:9::1/64', flags: ['nodad'] })
    const gateway = second.replace('100.2', '100.130')
    await rt.route.add({ dst, multipath: [{ gateway: first }, { gateway, dev: 'r2' }] })
    await rt.link.set('r3', { up: false })
    const mine = async () => (await rt.route.list({ table: 254 })).find(each => each.dst === dst)
    // The kernel tells of the carrier from a work queue.
    await expect.poll(async () => (await mine())?.multipath?.[1]?.flags).toBe(16)
    const read = await mine()
    if (read === undefined) throw new Error('no route')
    await rt.route.replace(read)
    expect(await mine()).toEqual(read)
    await rt.route.delete(read)
    await rt.route.add(read)
    expect(await mine()).toEqual(read)
    await rt.link.delete('r2')
  })

  it('of IPv4 through IPv6 takes another gateway in place of the one that was read', async () => {
    await using rt = await open()
    const dst = '203.0.113.0/24'
    await rt.route.add({ dst, gateway: 'fe80::1', dev: 'r0' })
    const { via, ...read } = await rt.route.get('203.0.113.7')
    expect(via?.addr).toBe('fe80::1')
    const both = { ...read, via, gateway: '192.0.2.9' }
    expect(await rejection(rt.route.replace(both))).toMatchObject({ fieldPath: 'gateway' })
    await rt.route.replace({ ...both, via: undefined })
    expect(ipShow(`route show ${dst}`)).toMatchObject([{ gateway: '192.0.2.9' }])
  })

  it('in table local', async () => {
    await using rt = await open()
    await rt.route.add({ type: 'local', dst: '203.0.113.0/24', dev: 'lo' })
    expect(ipShow('route show table local').find(r => r['dst'] === '203.0.113.0/24')).toMatchObject({
      type: 'local',
      dev: 'lo',
      scope: 'host',
    })
    await rt.route.delete({ type: 'local', dst: '203.0.113.0/24' })
    expect(ipShow('route show table local').filter(r => r['dst'] === '203.0.113.0/24')).toEqual([])
  })

  it('is of the same scope and table by the number of its type', async () => {
    await using rt = await open()
    for (const [type, number] of [
      ['local', 2],
      ['broadcast', 3],
    ] as const) {
      await rt.route.add({ type: number, dst: '203.0.113.7/32', dev: 'r0' })
      const [route] = (await rt.route.list({ table: 255 })).filter(r => r.dst === '203.0.113.7/32')
      expect(route).toMatchObject({ type, scope: type === 'local' ? 'host' : 'link' })
      await rt.route.delete({ type: number, dst: '203.0.113.7/32', dev: 'r0' })
    }
  })

  it('is given back by addAndGet and replaceAndGet', async () => {
    await using rt = await open()
    const { index } = await rt.link.get('r0')
    for (const [dst, gateway] of [
      ['203.0.113.0/24', '192.0.2.254'],
      ['2001:db8:1::/48', '2001:db8::fe'],
    ] as const) {
      expect(await rt.route.addAndGet({ dst, gateway })).toMatchObject({ dst, gateway, oif: index, table: 254 })
      expect(await rt.route.replaceAndGet({ dst, gateway, metrics: { mtu: 1300 } })).toMatchObject({
        metrics: { mtu: 1300 },
      })
    }
  })

  it('that is there as it is to be is given back by replaceAndGet, of which IPv4 says nothing', async () => {
    await using rt = await open()
    using sync = openSync()
    const spec = { gateway: '192.0.2.254', tos: 16, priority: 7, table: 1000 }
    for (const dst of ['203.0.113.0/24', 'default']) {
      await rt.route.add({ ...spec, dst, tos: 0 })
      await rt.route.add({ ...spec, dst, priority: 6 })
      await rt.route.add({ ...spec, dst, table: 254 })
      const added = await rt.route.addAndGet({ ...spec, dst })
      expect(added).toMatchObject({ ...spec, dst })
      await rt.route.append({ ...spec, dst, gateway: '192.0.2.253' })
      expect(await rt.route.replaceAndGet({ ...spec, dst, dev: 'r0' })).toEqual(added)
      expect(sync.route.replaceAndGet(added)).toEqual(added)
      for (const table of [254, 1000]) await rt.route.flush({ table, protocol: 'static' })
    }
  })

  it('is appended', async () => {
    await using rt = await open()
    const dst = '203.0.113.0/24'
    await rt.route.add({ dst, gateway: '192.0.2.2' })
    await rt.route.append({ dst, gateway: '192.0.2.3' })
    const found = await rt.route.list({ family: 'inet', table: 254 })
    expect(found.filter(r => r.dst === dst).map(r => r.gateway)).toEqual(['192.0.2.2', '192.0.2.3'])
    await rt.route.delete({ dst, gateway: '192.0.2.3' })
    expect((await rt.route.get('203.0.113.7')).gateway).toBe('192.0.2.2')
    const dst6 = '2001:db8:1::/48'
    await rt.route.add({ dst: dst6, gateway: '2001:db8::2' })
    await rt.route.append({ dst: dst6, gateway: '2001:db8::3' })
    const v6 = (await rt.route.list({ family: 'inet6', table: 254 })).filter(r => r.dst === dst6)
    expect(v6.map(r => r.multipath?.map(hop => hop.gateway))).toEqual([['2001:db8::2', '2001:db8::3']])
  })
})

describe('a nexthop object', () => {
  it('is named by a route', async () => {
    await using rt = await open()
    ip('nexthop add id 42 via 192.0.2.254 dev r0')
    await rt.route.add({ dst: '203.0.113.0/24', nhId: 42 })
    const [route] = (await rt.route.list({ table: 254, family: 'inet' })).filter(r => r.dst === '203.0.113.0/24')
    expect(route).toMatchObject({ nhId: 42, gateway: '192.0.2.254', scope: 'universe' })
    expect(ipShow('route show 203.0.113.0/24')).toMatchObject([{ nhid: 42 }])
    await rt.route.delete({ dst: '203.0.113.0/24', nhId: 42 })
    ip('nexthop flush')
  })
})

describe('routes made by ip', () => {
  it('are read, filtered and deleted', async () => {
    await using rt = await open()
    ip('route add default via 192.0.2.254')
    ip('route add 203.0.113.0/28 via 192.0.2.254 metric 5 table 100000 proto bgp')
    ip('route add blackhole 203.0.113.16/28 table 100000')
    ip('route add 203.0.113.32/28 dev r1 table 100000')
    ip('-6 route add default via fe80::1 dev r1')
    const r1 = (await rt.link.get('r1')).index
    const texts = async (filter: RouteFilter) => (await rt.route.list(filter)).map(r => r.dst)
    expect(await texts({ table: 100000 })).toEqual(['203.0.113.0/28', '203.0.113.16/28', '203.0.113.32/28'])
    expect(await texts({ table: 100000, protocol: 'bgp' })).toEqual(['203.0.113.0/28'])
    expect(await texts({ family: 'inet', type: 'blackhole' })).toEqual(['203.0.113.16/28'])
    expect(await texts({ table: 100000, dev: 'r1' })).toEqual(['203.0.113.32/28'])
    expect(await texts({ table: 100000, dev: r1, family: 'inet' })).toEqual(['203.0.113.32/28'])
    expect(await rt.route.list({ family: 'inet6', table: 254, dev: 'r1' })).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ dst: 'default', gateway: 'fe80::1', oif: r1, protocol: 'boot' }),
      ]),
    )
    // adv-41
    expect(await rejection(rt.route.list({ table: 4711, family: 'inet' }))).toMatchObject({
      code: 'ENOENT',
      extAck: { message: expect.stringContaining('FIB table does not exist') },
    })
    expect((await rejection(rt.route.list({ dev: 4711 }))).code).toBe('ENODEV')
    expect(await rejection(rt.route.list({ dev: 'none' }))).toMatchObject({ code: 'ENODEV', fieldPath: 'dev' })
    await rt.route.delete({ dst: 'default' })
    await rt.route.delete({ dst: 'default', family: 'inet6' })
    expect((await rejection(rt.route.delete({ dst: 'default' }))).code).toBe('ESRCH')
    await rt.route.delete({ dst: 'default' }, { missingOk: true })
    await rt.route.delete({ dst: '203.0.113.0/28', table: 100000 })
    expect(await rt.route.flush({ table: 100000 })).toBe(2)
    expect(await rt.route.flush({ table: 100000 })).toBe(0)
    expect(ipShow('route show table 100000 type blackhole')).toEqual([])
  })

  it('flushes what it is told, and of the host’s own addresses only by their table', async () => {
    await using rt = await open()
    const local = () =>
      ipShow('route show table local dev r0').length + ipShow('-6 route show table local dev r0').length
    const before = local()
    expect(before).toBeGreaterThan(2)
    await rt.route.add({ dst: '203.0.113.0/24', dev: 'r0' })
    await rt.route.add({ dst: '203.0.113.0/24', dev: 'r0', table: 100 })
    const rejected = await rejection(rt.route.flush({ metric: 100 } as never))
    expect(rejected).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'metric' })
    expect(await rejection(rt.route.flush({ dev: undefined }))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE' })
    expect(ipShow('route show table all 203.0.113.0/24')).toHaveLength(2)
    expect(await rt.route.flush({ dev: 'r0' })).toBeGreaterThan(2)
    expect(ipShow('route show table all 203.0.113.0/24')).toEqual([])
    expect(ipShow('route show dev r0')).toEqual([])
    expect(local()).toBe(before)
    await rt.route.add({ dst: '203.0.113.0/24', dev: 'r0' })
    expect(await rt.route.flush({ dev: 'r0', table: 0 })).toBe(1)
    expect(local()).toBe(before)
    // The kernel takes some along itself.
    expect(await rt.route.flush({ dev: 'r0', table: 255 })).toBeGreaterThan(1)
    expect(local()).toBe(0)
  })
})

describe('look-ups', () => {
  it('give the path of a packet, or the entry that matches', async () => {
    await using rt = await open()
    const [r0, r1] = [(await rt.link.get('r0')).index, (await rt.link.get('r1')).index]
    await rt.route.add({ dst: '203.0.113.0/24', gateway: '192.0.2.254', priority: 7 })
    await rt.route.add({ dst: '203.0.113.0/24', gateway: '198.51.100.254', table: 100 })
    await rt.rule.add({ fwmark: 5, table: 100, priority: 60 })
    expect(await rt.route.lookup('203.0.113.7')).toMatchObject({
      dst: '203.0.113.7/32',
      gateway: '192.0.2.254',
      oif: r0,
      prefsrc: '192.0.2.1',
      table: 254,
    })
    expect(await rt.route.lookup('203.0.113.7', { mark: 5 })).toMatchObject({
      gateway: '198.51.100.254',
      oif: r1,
      table: 100,
    })
    expect(await rt.route.get('203.0.113.7')).toMatchObject({ dst: '203.0.113.0/24', priority: 7, protocol: 'static' })
    expect(await rt.route.lookup('198.51.100.9', { dev: 'r1', from: '198.51.100.1' })).toMatchObject({ oif: r1 })
    expect(await rt.route.lookup('2001:db8::9')).toMatchObject({ oif: r0, family: 'inet6' })
    expect(await rt.route.get('2001:db8::9')).toMatchObject({ dst: '2001:db8::/64' })
    expect(await rejection(rt.route.lookup('8.8.8.8'))).toMatchObject({
      code: 'ENETUNREACH',
      message: 'route lookup 8.8.8.8: ENETUNREACH',
    })
    await rt.route.add({ type: 'prohibit', dst: '203.0.113.128/25' })
    expect((await rejection(rt.route.lookup('203.0.113.200'))).code).toBe('EACCES')
    await rt.rule.delete({ priority: 60 })
  })
})

describe('a look-up by flow label, which is new in Linux 6.14', () => {
  it('takes the rule of the label', async ctx => {
    await using rt = await open()
    const dst = '2001:db8:9::/64'
    await rt.route.add({ dst, gateway: '2001:db8::2' })
    await rt.route.add({ dst, gateway: '2001:db8::3', table: 77 })
    const rule = { family: 'inet6', flowlabel: 5, flowlabelMask: 0xfffff, table: 77, priority: 60 } as const
    // A kernel that does not know the label makes a rule without it.
    const lacks = 'the kernel has no rules of flow labels'
    requireIp(ctx, '-6 rule add flowlabel 5 table 77 priority 59', lacks)
    const [theirs] = ipShow('-6 rule show priority 59')
    ip('-6 rule delete priority 59')
    requireThat(ctx, theirs?.['flowlabel'] !== undefined, lacks)
    expect(await rt.rule.addAndGet(rule)).toMatchObject(rule)
    expect((await rt.route.lookup('2001:db8:9::1', { flowlabel: 5 })).gateway).toBe('2001:db8::3')
    expect((await rt.route.get('2001:db8:9::1', { flowlabel: 6 })).gateway).toBe('2001:db8::2')
    await rt.rule.delete(rule)
  })
})

describe('a path that was looked up', () => {
  it.each([
    ['IPv4', '203.0.113.7', '192.0.2.254'],
    ['IPv6', '2001:db8:7::7', '2001:db8::fe'],
  ])('is written as a route: %s', async (_, dst, gateway) => {
    await using rt = await open()
    await rt.route.add({ dst: 'default', gateway })
    const path = await rt.route.lookup(dst)
    expect(path.src).toBeUndefined()
    await rt.route.add(path)
    await rt.route.replace({ dst: 'default', gateway: gateway.replace(/(254|fe)$/, '9') })
    expect(await rt.route.lookup(dst)).toMatchObject({ dst: path.dst, gateway })
    await rt.route.delete(path)
    expect((await rt.route.lookup(dst)).gateway).not.toBe(gateway)
    const from = (await rt.route.lookup(dst, { from: path.prefsrc })).src
    expect(from).toBe(_ === 'IPv6' ? `${path.prefsrc}/128` : `${path.prefsrc}/32`)
    await rt.route.delete({ dst: 'default', gateway: gateway.replace(/(254|fe)$/, '9') })
  })
})

describe('refused', () => {
  it('by the kernel', async () => {
    await using rt = await open()
    expect(await rejection(rt.route.add({ dst: '203.0.113.0/24', gateway: '203.0.113.1' }))).toMatchObject({
      code: 'ENETUNREACH',
      extAck: { message: 'Nexthop has invalid gateway' },
    })
    // adv-37: host bits are sent as given.
    expect((await rejection(rt.route.add({ dst: '203.0.113.1/24', gateway: '192.0.2.254' }))).code).toBe('EINVAL')
    expect(
      await rejection(rt.route.add({ dst: '203.0.113.0/24', multipath: [{ gateway: '192.0.2.2', dev: 'none' }] })),
    ).toMatchObject({ code: 'ENODEV', fieldPath: 'multipath[0].dev' })
  })

  it('by us', async () => {
    await using rt = await open()
    for (const [spec, fieldPath] of [
      [{ dst: '203.0.113.0/33' }, 'dst'],
      [{ dst: '203.0.113.0/24', src: '2001:db8::/32' }, 'src'],
      [{ dst: '203.0.113.0/24', gateway: 'x' }, 'gateway'],
      [{ dst: '203.0.113.0/24', metrics: { mtu: -1 } }, 'metrics.mtu'],
    ] as const) {
      expect(await rejection(rt.route.add(spec))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
    }
  })
})
