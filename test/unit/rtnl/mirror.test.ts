import { expect, it } from 'vitest'
import type { Route } from '../../../src/generated/route.types.gen.js'
import { Mirror } from '../../../src/rtnl/mirror.js'
import { sorts } from '../../../src/rtnl/watched.js'

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
  const [kept, gone, changed] = [route('192.0.2.0/24', 254), route('192.0.2.0/24', 7), route('198.51.100.0/24', 254)]
  for (const each of [kept, gone, changed]) mirror.add(each)
  const fresh = mirror.fresh()
  const [now, come] = [{ ...changed, protocol: 'boot' as const }, route('198.51.100.0/24', 8)]
  for (const each of [come, now, { ...kept }]) fresh.add(each)
  const changes = [...mirror.become(fresh)].flat()
  expect(changes).toEqual([
    { id: 4, new: come },
    { id: 3, old: changed, new: now },
    { id: 2, old: gone },
  ])
  expect(mirror.entries().map(({ id, object }) => [id, object])).toEqual([
    [4, come],
    [3, now],
    [1, kept],
  ])
})

it('several of one key are held beside each other', () => {
  const mirror = new Mirror(sorts.route, { next: 1 })
  const hops = [2, 3, 4].map(oif => route('2001:db8::/64', 254, { family: 'inet6', oif, gateway: 'fe80::1' }))
  for (const each of hops) mirror.add(each)
  expect(mirror.entries().map(({ object }) => object.oif)).toEqual([2, 3, 4])
  expect(mirror.apply(note('delete', hops[1] as Route))).toEqual([{ id: 2, old: hops[1] }])
  expect(mirror.entries().map(({ object }) => object.oif)).toEqual([2, 4])
})
