import { expect, it } from 'vitest'
import { RTNH_F_LINKDOWN, RTNH_F_OFFLOAD, RTNH_F_ONLINK } from '../../../src/generated/constants.gen.js'
import type { Route } from '../../../src/generated/route/types.gen.js'
import { Mirror } from '../../../src/watch/mirror.js'
import { isShifted, sorts } from '../../../src/watch/watched.js'

const route = (dst: string, table: number, more: Partial<Route> = {}): Route =>
  ({
    family: 'inet',
    tos: 0,
    table,
    protocol: 'static',
    scope: 'link',
    type: 'unicast',
    flags: 0,
    dst,
    oif: 2,
    ...more,
  }) as Route
const encap = { kind: 'ip', id: 7n } as const
const note = (action: 'new' | 'delete', object: Route) => ({ action, object, replaces: false })

it('objects of one key are apart where their groups are, and numbered as they come', () => {
  const mirror = new Mirror(sorts.route, { next: 1 })
  const main = route('192.0.2.0/24', 254)
  const other = route('192.0.2.0/24', 7)
  mirror.add(main)
  expect(mirror.apply(note('new', other))).toEqual([{ id: 2, new: other }])
  expect(mirror.entries()).toEqual([
    { id: 1, object: main },
    { id: 2, object: other },
  ])
  expect(mirror.apply(note('delete', main))).toEqual([{ id: 1, old: main }])
  expect(mirror.apply(note('delete', main))).toEqual([])
  expect(mirror.entries()).toEqual([{ id: 2, object: other }])
  expect(mirror.apply(note('new', main))).toEqual([{ id: 3, new: main }])
})

it('what has become of objects is told across groups: what is the same keeps its number', () => {
  const mirror = new Mirror(sorts.route, { next: 1 })
  const [kept, deleted, changed] = [route('192.0.2.0/24', 254), route('192.0.2.0/24', 7), route('198.51.100.0/24', 254)]
  for (const each of [kept, deleted, changed]) mirror.add(each)
  const fresh = mirror.fresh()
  const [now, come] = [{ ...changed, protocol: 'boot' as const }, route('198.51.100.0/24', 8)]
  for (const each of [come, now, { ...kept }]) fresh.add(each)
  const changes = [...mirror.become(fresh)].flat()
  expect(changes).toEqual([
    { id: 4, new: come },
    { id: 3, old: changed, new: now },
    { id: 2, old: deleted },
  ])
  expect(mirror.entries().map(({ id, object }) => [id, object])).toEqual([
    [4, come],
    [3, now],
    [1, kept],
  ])
})

it('a dump of IPv6 routes is shifted when one has come while it ran, or has taken the place of one behind one that has gone', () => {
  const [v4, v6] = [route('192.0.2.0/24', 254), route('2001:db8::/64', 254, { family: 'inet6' })]
  const [come, deleted, replaced] = [note('new', v6), note('delete', v6), { ...note('new', v6), replaces: true }]
  expect([come, deleted, replaced].map(incoming => isShifted([incoming]))).toEqual([true, false, false])
  expect(isShifted([note('delete', v4), note('new', v4), replaced, deleted])).toBe(false)
  expect(isShifted([deleted, note('new', v4), replaced])).toBe(true)
})

it('several of one key are held beside each other', () => {
  const mirror = new Mirror(sorts.route, { next: 1 })
  const hops = [2, 3, 4].map(oif => route('2001:db8::/64', 254, { family: 'inet6', oif, gateway: 'fe80::1' }))
  for (const each of hops) mirror.add(each)
  expect(mirror.entries().map(({ object }) => object.oif)).toEqual([2, 3, 4])
  expect(mirror.apply(note('delete', hops[1] as Route))).toEqual([{ id: 2, old: hops[1] }])
  expect(mirror.entries().map(({ object }) => object.oif)).toEqual([2, 4])
})

it('IPv4 routes of one prefix that differ in more than their state are held beside each other', () => {
  const hops = [2, 3].map(ifindex => ({ ifindex, hops: 0, flags: 0 }))
  const one = route('192.0.2.0/24', 254)
  const { oif: _, ...many } = route('192.0.2.0/24', 254, { multipath: hops })
  const heavier = hops.map(hop => ({ ...hop, hops: hop.ifindex }))
  const ones: Partial<Route>[] = [
    {},
    { type: 'local' },
    { protocol: 'boot' },
    { scope: 'host' },
    { prefsrc: '192.0.2.1' },
    { prefsrc: '192.0.2.2' },
    { metrics: { mtu: 1300 } },
    { metrics: { mtu: 1400 } },
    { flow: 7 },
    { flags: RTNH_F_ONLINK },
    { encap },
    { via: { family: 'inet6', addr: 'fe80::1' } },
    { nhId: 7 },
    { nhId: 8 },
  ]
  const manys: Partial<Route>[] = [{}, { multipath: hops.toReversed() }, { multipath: heavier }]
  const all = [...ones.map(more => ({ ...one, ...more })), ...manys.map(more => ({ ...many, ...more }))]
  const mirror = new Mirror(sorts.route, { next: 1 })
  for (const [at, each] of all.entries()) expect(mirror.apply(note('new', each))).toEqual([{ id: at + 1, new: each }])
  // What a link's carrier or a switch has made of them changes none into another.
  for (const [at, each] of all.entries()) {
    const dead = { ...each, flags: each.flags | RTNH_F_LINKDOWN | RTNH_F_OFFLOAD }
    expect(mirror.apply(note('new', dead))).toEqual([{ id: at + 1, old: each, new: dead }])
  }
  for (const [at, each] of all.entries()) expect(mirror.apply(note('delete', each))).toMatchObject([{ id: at + 1 }])
  expect(mirror.entries()).toEqual([])
})

it('IPv6 routes of one prefix are the same when their hops are, and what these are wrapped in', () => {
  const one = route('2001:db8::/64', 254, { family: 'inet6' })
  const mirror = new Mirror(sorts.route, { next: 1 })
  mirror.add(one)
  expect(mirror.apply(note('new', { ...one, protocol: 'boot' }))).toHaveLength(1)
  mirror.apply(note('new', { ...one, encap }))
  expect(mirror.entries().map(({ id }) => id)).toEqual([1, 2])
})

it('of several that have become others each keeps the number of the one that the kernel takes for the same', () => {
  const mirror = new Mirror(sorts.route, { next: 1 })
  const [first, second] = [route('192.0.2.0/24', 254), route('192.0.2.0/24', 254, { protocol: 'boot' })]
  for (const each of [first, second]) mirror.add(each)
  const fresh = mirror.fresh()
  const now = { ...second, flags: RTNH_F_LINKDOWN }
  fresh.add(now)
  expect([...mirror.become(fresh)].flat()).toEqual([
    { id: 2, old: second, new: now },
    { id: 1, old: first },
  ])
})

it('which of several IPv6 routes one has replaced only a dump can tell, even when its own hop was there', () => {
  const [first, second] = [2, 3].map(oif => route('2001:db8::/64', 254, { family: 'inet6', oif })) as [Route, Route]
  const mirror = new Mirror(sorts.route, { next: 1 })
  mirror.add(first)
  const replacing = { action: 'new', object: second, replaces: true } as const
  expect(mirror.apply(replacing)).toBeUndefined()
  mirror.add(second)
  expect(mirror.apply(replacing)).toBeUndefined()
  mirror.apply(note('delete', first))
  expect(mirror.apply(replacing)).toEqual([])
})
