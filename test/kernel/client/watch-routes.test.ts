// watch(): the routes that the kernel keeps beside each other, in whatever they differ.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { jsonReplacer } from '../../../src/codec.js'
import { RTNH_F_DEAD } from '../../../src/generated/constants.gen.js'
import { type BlockingClient, type Client, open, openSync, type Route, type Watch } from '../../../src/index.js'
import { ip } from '../../support/iproute2/iproute.js'
import { requireKind } from '../../support/probe.js'

let rt: Client
let sync: BlockingClient

beforeEach(async () => {
  rt = await open()
  sync = openSync()
  for (const [name, peer] of [
    ['v0', 'v1'],
    ['v2', 'v3'],
  ] as const) {
    sync.link.add({ name, up: true, info: { kind: 'veth', peer: { name: peer } } })
    sync.link.set(peer, { up: true })
  }
  sync.addr.add({ dev: 'v0', address: '192.0.2.1/24' })
  sync.addr.add({ dev: 'v2', address: '198.51.100.1/24' })
  for (const name of ['v0', 'v1', 'v2', 'v3']) await rt.link.wait(name, link => link?.operstate === 'up')
})

afterEach(async () => {
  await rt.close()
  for (const name of ['v0', 'v2']) sync.link.delete(name, { missingOk: true })
  sync.close()
})

const text = (routes: readonly Route[]): string[] =>
  routes
    .filter(({ family }) => family === 'inet' || family === 'inet6')
    .map(({ cacheinfo: _, ...route }) => JSON.stringify(route, jsonReplacer))
    .sort()

/** Waits until a watch holds what a dump says, in every field. */
async function settled(state: Watch, message: string): Promise<void> {
  await expect
    .poll(() => text(state.current().route), { timeout: 5000, message })
    .toEqual(text(sync.route.list({ table: 254 })))
}

it('holds IPv4 routes of one prefix that differ in protocol, source, metrics, weights or flags beside each other', async () => {
  await using state = rt.watch({ route: { table: 254 } })
  await state.ready()
  const to = '203.0.113.0/24'
  for (const command of [
    `route append ${to} dev v0 proto static`,
    `route append ${to} dev v0 proto boot`,
    `route append ${to} dev v0 proto static src 198.51.100.1`,
    `route append ${to} dev v0 proto static mtu 1300`,
    `route append ${to} dev v0 proto static scope global`,
    `route append ${to} via 192.0.2.2 dev v0`,
    `route append ${to} via 192.0.2.2 dev v0 onlink`,
    `route append ${to} nexthop dev v0 weight 1 nexthop dev v2 weight 2`,
    `route append ${to} nexthop dev v0 weight 2 nexthop dev v2 weight 1`,
  ])
    ip(command)
  await settled(state, 'appended')
  expect(state.current().route.filter(({ dst }) => dst === to)).toHaveLength(9)
  for (const command of [
    `route del ${to} dev v0 proto boot`,
    `route replace ${to} dev v2`,
    `route del ${to} dev v0 proto static src 198.51.100.1`,
    `route change ${to} via 192.0.2.3`,
  ]) {
    ip(command)
    await settled(state, command)
  }
})

it('holds what one address of two prefixes leaves in the table local, once with each source', async () => {
  await using state = rt.watch({ route: { table: 255, family: 'inet' } })
  await state.ready()
  for (const address of ['203.0.113.1/24', '203.0.113.2/24', '203.0.113.2/32']) sync.addr.add({ dev: 'v0', address })
  const sources = () =>
    state
      .current()
      .route.filter(({ dst }) => dst === '203.0.113.2/32')
      .map(r => r.prefsrc)
  await expect.poll(() => sources().sort()).toEqual(['203.0.113.1', '203.0.113.2'])
})

it('follows an IPv6 route that replaces another than the one of its own hop', async () => {
  await using state = rt.watch({ route: { table: 254 } })
  await state.ready()
  const to = '2001:db8:1::/64'
  for (const command of [
    `route append ${to} dev v2`,
    `route append ${to} dev v0`,
    `route replace ${to} dev v0`,
    `route del ${to} dev v0`,
    `route replace ${to} dev v0`,
  ]) {
    ip(`-6 ${command}`)
    await settled(state, command)
  }
})

it('follows hops that die with the last address of their link and revive with another, without a word', async () => {
  const to = '203.0.113.0/24'
  ip(`route add ${to} nexthop dev v0 nexthop dev v2`)
  await using state = rt.watch({ route: { table: 254 } })
  await state.ready()
  const dead = (): (number | undefined)[] | undefined =>
    state
      .current()
      .route.find(({ dst }) => dst === to)
      ?.multipath?.map(({ flags }) => flags & RTNH_F_DEAD)
  for (let times = 0; times < 2; times++) {
    sync.addr.delete({ dev: 'v2', address: '198.51.100.1/24' })
    await expect.poll(dead).toEqual([0, RTNH_F_DEAD])
    await settled(state, 'deleted')
    sync.addr.add({ dev: 'v2', address: '198.51.100.1/24' })
    await expect.poll(dead).toEqual([0, 0])
    await settled(state, 'added')
  }
  // Another address of theirs revives none: nothing is looked at.
  const looks = { ...state.resyncs }
  sync.addr.add({ dev: 'v2', address: '198.51.100.2/24' })
  await settled(state, 'another')
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(state.resyncs).toEqual(looks)
})

it('tells that an IPv6 route has got another lifetime', async () => {
  await using state = rt.watch({ route: { table: 254, family: 'inet6' } })
  await state.ready()
  const reported: (number | undefined)[] = []
  const to = '2001:db8:1::/64'
  const reading = (async () => {
    for await (const event of state)
      if (event.type === 'route' && event.new?.dst === to) reported.push(event.new.cacheinfo?.expires)
  })()
  for (const more of [' expires 300', ' expires 600', '', '']) ip(`-6 route replace ${to} dev v0${more}`)
  await expect.poll(() => reported).toHaveLength(3)
  const [first = 0, second = 0, last] = reported
  expect(second).toBeGreaterThan(first)
  expect(first).toBeGreaterThan(0)
  expect(last).toBe(0)
  await state.close()
  await reading
})

it('follows hops that revive with a link that comes up without a carrier, whose operstate stays what it was', async () => {
  sync.link.add({ name: 'b0', info: { kind: 'bridge' } })
  try {
    // A port that is down leaves the bridge without a carrier.
    sync.link.set('v2', { up: false, master: 'b0' })
    sync.link.set('b0', { up: true })
    sync.addr.add({ dev: 'b0', address: '198.18.0.1/24' })
    ip('route add 203.0.113.0/24 nexthop via 198.18.0.2 dev b0 nexthop dev v0')
    await using state = rt.watch({ route: { table: 254 } })
    await state.ready()
    for (let times = 0; times < 2; times++)
      for (const up of [false, true]) {
        sync.link.set('b0', { up })
        await settled(state, `up ${up}`)
      }
  } finally {
    sync.link.delete('b0')
  }
})

it('follows routes that a VRF flushes from links that are down', async context => {
  requireKind(context, 'vrf')
  sync.link.add({ name: 'r0', up: true, info: { kind: 'vrf', table: 100 } })
  try {
    await using state = rt.watch({ route: { family: 'inet' } })
    await state.ready()
    const held = (routes: readonly Route[]) => routes.filter(({ prefsrc }) => prefsrc === '192.0.2.1').map(r => r.table)
    sync.link.set('v0', { up: false })
    await expect.poll(() => held(state.current().route)).toEqual([255])
    for (const master of ['r0', 0]) {
      sync.link.set('v0', { master })
      await expect.poll(() => held(state.current().route)).toEqual(held(sync.route.list({ family: 'inet' })))
      expect(held(state.current().route)).toEqual([])
    }
  } finally {
    sync.link.delete('r0')
  }
})

it('follows IPv6 routes whose MTU changes with that of their link, without a word', async () => {
  ip('-6 route add 2001:db8:1::/64 dev v0 mtu 1450')
  await using state = rt.watch({ route: { table: 254 } })
  await state.ready()
  const mtu = () => state.current().route.find(({ dst }) => dst === '2001:db8:1::/64')?.metrics?.mtu
  for (const to of [1400, 1300, 1500]) {
    sync.link.set('v0', { mtu: to })
    await expect.poll(mtu).toBe(to)
    await settled(state, `${to}`)
  }
})

it('lacks no IPv6 route and holds none twice when others come and go while it looks', async () => {
  const dst = (i: number) => `2001:db8:${i.toString(16)}::/64`
  const ROUTES = 6000
  const spec = (i: number) => ({ dst: dst(i), dev: 'v0', table: 100 })
  const built = sync.bulk(Array.from({ length: ROUTES }, (_, i) => sync.request.route.add(spec(i + 100))))
  expect(built.failed).toEqual([])
  await using state = rt.watch({ route: { table: 100 } })
  let ready = false
  void state.ready().then(() => {
    ready = true
  })
  // A dump goes on behind as many as it has shown: one that goes leaves out another, one that comes is shown again.
  for (let changes = 0; !ready && changes < 60; changes++) {
    await new Promise(resolve => setImmediate(resolve))
    if (changes % 3 > 0) sync.route.delete(spec(100 + changes))
    sync.route.add(changes % 3 > 1 ? spec(10_000 + changes) : spec(changes))
  }
  await state.ready()
  const kernel = new Set(sync.route.list({ table: 100 }).map(route => route.dst))
  const wrong = () => {
    const held = state.current().route.map(route => route.dst)
    const all = new Set(held)
    return {
      missing: [...kernel].filter(prefix => !all.has(prefix)),
      surplus: [...all].filter(prefix => !kernel.has(prefix)),
      twice: held.length - all.size,
    }
  }
  await expect.poll(wrong).toEqual({ missing: [], surplus: [], twice: 0 })
})
