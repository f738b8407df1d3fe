// What the verbs of nexthop objects do in a kernel, seen by `ip nexthop`, and the reverse.
import { beforeEach, describe, expect, it } from 'vitest'
import { NetlinkError, type NexthopObjectSpec, open, openSync } from '../../../src/index.js'
import { ip, ipShow } from '../../support/iproute2/iproute.js'
import { requireIp, requireThat } from '../../support/probe.js'
import { record } from '../../support/record.js'

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

beforeEach(() => {
  using rt = openSync()
  rt.nexthop.flush({ family: 'unspec' })
  for (const name of ['nh0', 'nh1']) {
    rt.link.delete(name, { missingOk: true })
    rt.link.add({ name, info: { kind: 'ifb' } })
    rt.link.set(name, { up: true })
  }
  rt.link.set('lo', { up: true })
  rt.addr.add({ dev: 'nh0', address: '192.0.2.1/24' })
  rt.addr.add({ dev: 'nh0', address: '2001:db8::1/64', flags: ['nodad'] })
  rt.addr.add({ dev: 'nh1', address: '198.51.100.1/24' })
})

interface Case {
  readonly about: string
  readonly spec: NexthopObjectSpec
  /** What `ip -d -j nexthop get` shows. */
  readonly shows: object
  /** What is read where it differs from what was written. */
  readonly reads?: object
}

const cases: readonly Case[] = [
  {
    about: 'a gateway',
    spec: { id: 20, gateway: '192.0.2.2', dev: 'nh0', protocol: 'bgp' },
    shows: { id: 20, gateway: '192.0.2.2', dev: 'nh0', scope: 'link', protocol: 'bgp', flags: [] },
    reads: { family: 'inet', scope: 'link' },
  },
  {
    about: 'an IPv6 gateway',
    spec: { id: 21, gateway: '2001:db8::2', dev: 'nh0' },
    shows: { id: 21, gateway: '2001:db8::2', dev: 'nh0', protocol: 'static' },
    reads: { family: 'inet6' },
  },
  {
    about: 'a gateway beyond the link',
    spec: { id: 22, gateway: '203.0.113.1', dev: 'nh0', flags: ['onlink'], protocol: 200 },
    shows: { id: 22, gateway: '203.0.113.1', dev: 'nh0', protocol: '200', flags: ['onlink'] },
    reads: { flags: 4, protocol: 200 },
  },
  {
    about: 'a link',
    spec: { id: 23, dev: 'nh1' },
    shows: { id: 23, dev: 'nh1', scope: 'host' },
    reads: { family: 'inet', scope: 'host' },
  },
  {
    about: 'an IPv6 link',
    spec: { id: 24, dev: 'nh1', family: 'inet6' },
    shows: { id: 24, dev: 'nh1' },
    reads: { family: 'inet6' },
  },
  {
    about: 'a blackhole',
    spec: { id: 4294967295, blackhole: true },
    shows: { id: 4294967295, blackhole: null },
    reads: { blackhole: true },
  },
  {
    about: 'a gateway of forwarding entries',
    spec: { id: 25, gateway: '2001:db8::9', fdb: true },
    shows: { id: 25, gateway: '2001:db8::9', fdb: null },
  },
  {
    about: 'a group',
    spec: { id: 26, group: [{ id: 1 }, { id: 2, weight: 4 }] },
    shows: { id: 26, group: [{ id: 1 }, { id: 2, weight: 5 }] },
    reads: {
      family: 'unspec',
      groupType: 'mpath',
      group: [
        { id: 1, weight: 0, weightHigh: 0 },
        { id: 2, weight: 4, weightHigh: 0 },
      ],
    },
  },
  {
    about: 'a resilient group',
    spec: {
      id: 28,
      group: [{ id: 1, weight: 2 }, { id: 2 }],
      groupType: 'res',
      resGroup: { buckets: 32, idleTimer: 6000, unbalancedTimer: 30000 },
    },
    shows: {
      id: 28,
      group: [{ id: 1, weight: 3 }, { id: 2 }],
      type: 'resilient',
      resilient_args: { buckets: 32, idle_timer: 60, unbalanced_timer: 300, unbalanced_time: 0 },
    },
    reads: {
      group: [
        { id: 1, weight: 2, weightHigh: 0 },
        { id: 2, weight: 0, weightHigh: 0 },
      ],
    },
  },
]

function members(): void {
  using rt = openSync()
  rt.nexthop.add({ id: 1, gateway: '192.0.2.2', dev: 'nh0' })
  rt.nexthop.add({ id: 2, gateway: '198.51.100.2', dev: 'nh1' })
}

describe('nexthops', () => {
  it.each(cases.map(one => [one.about, one] as const))('%s', async (about, { spec, shows, reads }) => {
    await using rt = await open()
    members()
    const { id = 0 } = spec
    await rt.nexthop.add(spec)
    expect(ipShow(`nexthop get id ${id}`)).toMatchObject([shows])
    const nexthop = await rt.nexthop.get(id)
    const { dev, ...written } = spec
    expect(nexthop).toMatchObject({ ...written, ...reads, id })
    expect(nexthop.$unknown).toBeUndefined()
    if (dev !== undefined) expect(nexthop.oif).toBe((await rt.link.get(dev)).index)
    expect((await rejection(rt.nexthop.add(spec))).code).toBe('EEXIST')

    // What is read can be written.
    await rt.nexthop.replace(nexthop)
    expect(await rt.nexthop.get(id)).toEqual(nexthop)
    await rt.nexthop.delete(id)
    expect(await rt.nexthop.addAndGet(nexthop)).toMatchObject({ ...written, ...reads, id })
    expect(await rt.nexthop.replaceAndGet(nexthop)).toMatchObject({ ...written, ...reads, id })
    expect(ipShow(`nexthop get id ${id}`)).toMatchObject([shows])
    await rt.nexthop.delete(id)
    record('nexthop', about, 'created', 'read', 'compared')
    expect((await rejection(rt.nexthop.get(id))).code).toBe('ENOENT')
    expect((await rejection(rt.nexthop.delete(id))).code).toBe('ENOENT')
    await rt.nexthop.delete(id, { missingOk: true })
  })

  it('with weights of 16 bits, which are new in Linux 6.12', async ctx => {
    await using rt = await open()
    members()
    requireIp(ctx, 'nexthop add id 26 group 1,300/2', 'the kernel has no weights beyond 256')
    await rt.nexthop.add({ id: 27, group: [{ id: 1, weight: 43, weightHigh: 1 }, { id: 2 }] })
    expect((await rt.nexthop.get(27)).group).toMatchObject([
      { id: 1, weight: 43, weightHigh: 1 },
      { id: 2, weight: 0, weightHigh: 0 },
    ])
    expect(ipShow('nexthop get id 27')).toMatchObject([{ group: [{ id: 1, weight: 300 }, { id: 2 }] }])
  })

  it('with an encapsulation', async ctx => {
    await using rt = await open()
    const spec: NexthopObjectSpec = {
      id: 30,
      gateway: '192.0.2.2',
      dev: 'nh0',
      encap: { kind: 'mpls', dst: '100/200', ttl: 9 },
    }
    requireIp(ctx, 'nexthop add id 29 encap mpls 77 via 192.0.2.2 dev nh0', 'the kernel has no MPLS encapsulation')
    await rt.nexthop.add(spec)
    expect(await rt.nexthop.get(30)).toMatchObject({
      encapType: 'mpls',
      encap: { kind: 'mpls', dst: '100/200', ttl: 9 },
    })
    expect(ip('nexthop get id 30')).toContain('encap mpls  100/200 ttl 9 ')
    await rt.nexthop.replace(await rt.nexthop.get(30))
  })

  it('get an id from the kernel', async () => {
    await using rt = await open()
    const { id } = await rt.nexthop.addAndGet({ dev: 'nh0' })
    expect(id).toBeGreaterThan(0)
    expect(ipShow('nexthop list')).toMatchObject([{ id, dev: 'nh0' }])
  })

  it('made by ip are listed by link, master, family, protocol and kind', async () => {
    await using rt = await open()
    await rt.link.delete('nhbr', { missingOk: true })
    await rt.link.add({ name: 'nhbr', info: { kind: 'bridge' } })
    await rt.link.set('nh1', { master: 'nhbr' })
    ip('nexthop add id 1 via 192.0.2.2 dev nh0 protocol bgp')
    ip('nexthop add id 2 dev nh1')
    ip('nexthop add id 3 via 2001:db8::2 dev nh0')
    ip('nexthop add id 4 group 1/2,3')
    ip('nexthop add id 5 via 203.0.113.1 fdb')
    const ids = async (filter?: Parameters<typeof rt.nexthop.list>[0]) => (await rt.nexthop.list(filter)).map(n => n.id)
    expect(await ids()).toEqual([1, 2, 3, 4, 5])
    expect(await ids()).toEqual(ipShow('nexthop list').map(n => n['id']))
    expect(await ids({ dev: 'nh0' })).toEqual([1, 3])
    expect(await ids({ master: 'nhbr' })).toEqual([2])
    expect(await ids({ groups: true })).toEqual([4])
    expect(await ids({ fdb: true })).toEqual([5])
    expect(await ids({ family: 'inet6' })).toEqual([3])
    expect(await ids({ protocol: 'bgp' })).toEqual([1])
    const streamed: number[] = []
    for await (const { id } of rt.nexthop.dump({ family: 'inet' })) streamed.push(id)
    expect(streamed).toEqual(ipShow('-4 nexthop list').map(n => n['id']))
    expect(await rt.nexthop.flush({ protocol: 'bgp' })).toBe(1)
    expect(await ids({ groups: true })).toEqual([4])
    expect(await rt.nexthop.flush({ family: 'unspec' })).toBeGreaterThan(2)
    expect(ipShow('nexthop list')).toEqual([])
    await rt.link.delete('nhbr')
  })

  it('are filtered by who made them, by name and by number', async () => {
    await using rt = await open()
    members()
    await rt.nexthop.add({ id: 30, blackhole: true, protocol: 'bgp' })
    for (const protocol of ['bgp', 186] as const)
      expect((await rt.nexthop.list({ protocol })).map(({ id }) => id)).toEqual([30])
  })

  it('count what a group forwards', async ctx => {
    await using rt = await open()
    members()
    await rt.nexthop.add({ id: 10, group: [{ id: 1 }, { id: 2 }], hwStatsEnable: 1 })
    const plain = await rt.nexthop.get(10)
    expect(plain.groupStats).toBeUndefined()
    const counted = await rt.nexthop.get(10, { opFlags: ['dump-stats', 'dump-hw-stats'] })
    const [theirs] = ipShow('-s nexthop get id 10')
    requireThat(ctx, theirs?.['group_stats'] !== undefined, 'the kernel has no statistics of nexthop groups')
    expect(counted).toMatchObject({
      hwStatsEnable: 1,
      hwStatsUsed: 0,
      groupStats: {
        entry: [
          { id: 1, packets: 0n },
          { id: 2, packets: 0n },
        ],
      },
    })
    expect((await rt.nexthop.list({ groups: true, opFlags: ['dump-stats'] }))[0]?.groupStats?.entry).toHaveLength(2)
    // Statistics are the kernel's.
    await rt.nexthop.replace(counted)
  })

  const used: readonly (readonly [string, readonly NexthopObjectSpec[], string])[] = [
    ['a gateway', [{ id: 1, gateway: '192.0.2.2', dev: 'nh0' }], '203.0.113.0/24'],
    ['a link', [{ id: 1, dev: 'nh1' }], '203.0.113.0/24'],
    ['a blackhole', [{ id: 1, blackhole: true }], '203.0.113.0/24'],
    [
      'a group',
      [
        { id: 2, gateway: '192.0.2.2', dev: 'nh0' },
        { id: 3, gateway: '198.51.100.2', dev: 'nh1' },
        { id: 1, group: [{ id: 2 }, { id: 3, weight: 2 }] },
      ],
      '203.0.113.0/24',
    ],
    ['an IPv6 gateway under IPv4', [{ id: 1, gateway: '2001:db8::2', dev: 'nh0' }], '203.0.113.0/24'],
    ['an IPv6 gateway', [{ id: 1, gateway: '2001:db8::2', dev: 'nh0' }], '2001:db8:1::/64'],
    ['an IPv6 blackhole', [{ id: 1, family: 'inet6', blackhole: true }], '2001:db8:1::/64'],
    [
      'an IPv6 group',
      [
        { id: 2, gateway: '2001:db8::2', dev: 'nh0' },
        { id: 3, gateway: '2001:db8::3', dev: 'nh0' },
        { id: 1, group: [{ id: 2 }, { id: 3 }] },
      ],
      '2001:db8:1::/64',
    ],
  ]

  it.each(used)('make routes that can be written as they are read: %s', async (_, specs, dst) => {
    await using rt = await open()
    for (const spec of specs) await rt.nexthop.add(spec)
    await rt.route.add({ dst, nhId: 1, table: 100 })
    const read = async () => (await rt.route.list({ table: 100 }))[0]
    const route = await read()
    if (route === undefined) throw new Error('no route')
    expect(route).toMatchObject({ dst, nhId: 1 })
    await rt.route.replace(route)
    expect(await read()).toEqual(route)
    await rt.route.replace({ ...route, metrics: { advmss: 1000 } })
    expect(await read()).toMatchObject({ ...route, metrics: { advmss: 1000 } })
    await rt.route.delete(route)
    expect(await read()).toBeUndefined()
    await rt.route.add(route)
    expect(await read()).toEqual(route)
    expect(await rt.route.flush({ table: 100 })).toBe(1)
    expect(await read()).toBeUndefined()
    await rt.route.add({ dst, nhId: 1, table: 100 })
    expect(await rt.route.flush({ table: 100 })).toBe(1)
    expect(await read()).toBeUndefined()
  })

  it('are given back by replaceAndGet however many routes use them', async () => {
    await using rt = await open()
    members()
    await rt.nexthop.add({ id: 3, gateway: '2001:db8::2', dev: 'nh0' })
    const dsts = Array.from({ length: 1000 }, (_, at) => `203.${at >> 8}.${at & 255}.0/24`)
    const { failed } = await rt.bulk(dsts.map(dst => rt.request.route.add({ dst, nhId: 1 })))
    expect(failed).toEqual([])
    await rt.route.add({ dst: '2001:db8:1::/64', nhId: 3 })
    for (const [id, gateway] of [
      [1, '192.0.2.9'],
      [3, '2001:db8::9'],
    ] as const) {
      expect(await rt.nexthop.replaceAndGet({ id, gateway, dev: 'nh0' })).toEqual(await rt.nexthop.get(id))
      expect(await rt.nexthop.get(id)).toMatchObject({ id, gateway })
    }
    expect((await rejection(rt.nexthop.replaceAndGet({ gateway: '192.0.2.9', dev: 'nh0' }))).code).toBe('EINVAL')
  })

  it('are used by routes, which go with them', async () => {
    await using rt = await open()
    members()
    await rt.nexthop.add({ id: 10, group: [{ id: 1 }, { id: 2 }] })
    await rt.route.add({ dst: '203.0.113.0/24', nhId: 10 })
    expect(ipShow('route show 203.0.113.0/24')).toMatchObject([{ dst: '203.0.113.0/24', nhid: 10 }])
    const [route] = (await rt.route.list({ family: 'inet' })).filter(r => r.dst === '203.0.113.0/24')
    expect(route).toMatchObject({ nhId: 10 })
    expect(route?.multipath).toHaveLength(2)
    await rt.nexthop.replace({ id: 10, group: [{ id: 2 }] })
    expect(await rt.route.lookup('203.0.113.1')).toMatchObject({ gateway: '198.51.100.2' })
    await rt.nexthop.delete(10)
    expect(ipShow('route show 203.0.113.0/24')).toEqual([])
  })

  it('are refused with the kernel’s words and the field', async () => {
    await using rt = await open()
    const error = await rejection(rt.nexthop.add({ id: 1, group: [{ id: 77 }] }))
    expect(error).toMatchObject({ code: 'EINVAL', extAck: { message: expect.stringMatching(/Invalid nexthop id/) } })
    const down = await rejection(rt.nexthop.add({ id: 1, blackhole: true, dev: 'nh0' }))
    expect(down.code).toBe('EINVAL')
    const missing = await rejection(rt.nexthop.add({ id: 1, dev: 'nothere0' }))
    expect(missing).toMatchObject({ code: 'ENODEV', fieldPath: 'dev' })
    const flush = await rejection(rt.nexthop.flush({ dev: 'nothere0' }))
    expect(flush).toMatchObject({ code: 'ENODEV', request: { text: 'nexthop flush dev=nothere0' } })
  })

  it('have buckets when they are resilient', async () => {
    await using rt = await open()
    members()
    const resGroup = { buckets: 8, idleTimer: 100, unbalancedTimer: 0 }
    await rt.nexthop.add({ id: 11, group: [{ id: 1 }], groupType: 'res', resGroup })
    await rt.nexthop.add({ id: 12, group: [{ id: 2 }], groupType: 'res', resGroup })
    const output = ipShow('nexthop bucket list id 11') as { id: number; bucket: { index: number; nhid: number } }[]
    const buckets = await rt.nexthopBucket.list({ id: 11 })
    expect(buckets).toHaveLength(8)
    expect(buckets.map(b => [b.id, b.resBucket?.index, b.resBucket?.nhId])).toEqual(
      output.map(({ id, bucket }) => [id, bucket.index, bucket.nhid]),
    )
    expect(buckets.every(b => typeof b.resBucket?.idleTime === 'bigint' && b.$unknown === undefined)).toBe(true)
    expect(await rt.nexthopBucket.get(11, 3)).toMatchObject({ id: 11, resBucket: { index: 3, nhId: 1 } })
    expect(await rt.nexthopBucket.list()).toHaveLength(16)
    expect(await rt.nexthopBucket.list({ nhId: 2 })).toHaveLength(8)
    expect(await rt.nexthopBucket.list({ dev: 'nh1', id: 12 })).toHaveLength(8)
    expect(await rt.nexthopBucket.list({ dev: 'nh1', id: 11 })).toEqual([])
    expect((await rejection(rt.nexthopBucket.get(11, 8))).code).toBe('ENOENT')
    expect((await rejection(rt.nexthopBucket.list({ id: 99 }))).code).toBe('ENOENT')
    const streamed: number[] = []
    for await (const bucket of rt.nexthopBucket.dump({ id: 12 })) streamed.push(bucket.resBucket?.index ?? -1)
    expect(streamed).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('are told to monitors', async () => {
    await using rt = await open()
    await using events = await rt.monitor({ groups: ['nexthop'] })
    ip('nexthop add id 1 via 192.0.2.2 dev nh0')
    ip('nexthop add id 11 group 1 type resilient buckets 4')
    ip('nexthop del id 11')
    const seen: unknown[] = []
    for await (const event of events) {
      seen.push(event)
      if (event.type === 'nexthop' && event.action === 'delete') break
    }
    expect(seen).toMatchObject([
      { type: 'nexthop', action: 'new', nexthop: { id: 1, gateway: '192.0.2.2' } },
      { type: 'nexthop', action: 'new', nexthop: { id: 11, groupType: 'res', resGroup: { buckets: 4 } } },
      { type: 'nexthop', action: 'delete', nexthop: { id: 11 } },
    ])
  })
})
