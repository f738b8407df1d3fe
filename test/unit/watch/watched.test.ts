import { expect, it } from 'vitest'
import type { Addr } from '../../../src/generated/addr/types.gen.js'
import type { Link } from '../../../src/generated/link/types.gen.js'
import type { Neigh } from '../../../src/generated/neigh/types.gen.js'
import type { Nexthop, Route } from '../../../src/generated/route/types.gen.js'
import type { Sort } from '../../../src/watch/mirror.js'
import { sorts } from '../../../src/watch/watched.js'

const bridge = (gcTimer: bigint, priority = 32768, mtu = 1500) =>
  ({ index: 2, name: 'br0', mtu, stats64: { rxPackets: gcTimer }, info: { kind: 'bridge', gcTimer, priority } }) as Link

it('a bridge whose timers and counters alone have moved is the same', () => {
  expect(sorts.link.same(bridge(1n), bridge(2n))).toBe(true)
  expect(sorts.link.same(bridge(1n), bridge(1n, 7))).toBe(false)
  expect(sorts.link.same(bridge(1n), bridge(1n, 32768, 1400))).toBe(false)
})

it('a link that has got a field, or has lost one, is another', () => {
  const link = { index: 2, name: 'v0' } as Link
  expect(sorts.link.same(link, { ...link, master: 3 })).toBe(false)
  expect(sorts.link.same({ ...link, master: 3 }, link)).toBe(false)
  expect(sorts.link.same(link, { ...link, stats64: { rxPackets: 1n } } as Link)).toBe(true)
})

it('a link whose address families have other settings is another, whatever they have counted', () => {
  const conf = Object.freeze([1, 2])
  const cacheinfo = { maxReasmLen: 65535, tstamp: 1, reachableTime: 30_000, retransTime: 1000 }
  const counted = { stats: [1n], icmp6stats: [1n], cacheinfo }
  const of = (inet6: object, inet: object = { conf }) => ({ index: 2, name: 'v0', afSpec: { inet, inet6 } }) as Link
  const link = of({ conf, flags: 0, addrGenMode: 'eui64', ...counted })
  const more = { stats: [2n], icmp6stats: [2n], cacheinfo: { ...cacheinfo, tstamp: 2 } }
  expect(sorts.link.same(link, of({ conf: [1, 2], flags: 0, addrGenMode: 'eui64', ...more }))).toBe(true)
  expect(sorts.link.same(link, of({ conf, flags: 0, addrGenMode: 'eui64' }))).toBe(true)
  expect(sorts.link.same(link, of({ conf, flags: 0, addrGenMode: 'none', ...more }))).toBe(false)
  expect(sorts.link.same(link, of({ conf: [1, 3], flags: 0, addrGenMode: 'eui64', ...more }))).toBe(false)
  expect(sorts.link.same(link, of({ conf, flags: 0, addrGenMode: 'eui64' }, { conf: [1, 3] }))).toBe(false)
})

/** Has objects that differ in one of `others` another key than `object`, and the same as before when it is looked at again. */
function lazy<T extends object>(key: (object: T) => string, object: T, others: readonly Partial<T>[]): void {
  const first = key(object)
  for (const other of others) {
    const different = key({ ...object, ...other })
    expect(different).not.toBe(first)
    expect(key({ ...object, ...other })).toBe(different)
    expect(key({ ...object })).toBe(first)
  }
}

/** Group and key of an object. */
const locationOf =
  <T>({ group, key }: Sort<T>) =>
  (object: T): string =>
    `${group?.(object)}: ${key(object)}`

it('routes have one key when their prefix, table, tos, metric and source are the same, whichever was looked at before', () => {
  const route = { family: 'inet6', table: 254, dst: '2001:db8::/32', tos: 0, oif: 2, gateway: '2001:db8::1' } as Route
  const key = locationOf(sorts.route)
  lazy(key, route, [
    { family: 'inet' },
    { table: 255 },
    { dst: '2001:db8::/33' },
    { src: '2001:db8:1::/48' },
    { tos: 4 },
    { priority: 1024 },
  ])
  expect(key({ ...route, oif: 3, gateway: '2001:db8::2', priority: 0 })).toBe(key(route))
})

it('addresses have one key by link, family and peer, neighbours by link, family and whether they are answered for', () => {
  const addr = { family: 'inet', index: 2, address: '192.0.2.1/24', flags: 128 } as Addr
  lazy(sorts.addr.key, addr, [{ family: 'inet6' }, { index: 3 }, { address: '192.0.2.1/25' }, { peer: '192.0.2.2/32' }])
  expect(sorts.addr.key({ ...addr, flags: 0 })).toBe(sorts.addr.key(addr))
  const neigh = { family: 'inet', ifindex: 2, dst: '192.0.2.1', flags: 0, state: 2 } as Neigh
  const key = locationOf(sorts.neigh)
  lazy(key, neigh, [{ family: 'inet6' }, { ifindex: 3 }, { dst: '192.0.2.2' }, { flags: 8 }])
  expect(key({ ...neigh, flags: 16, state: 4 })).toBe(key(neigh))
})

it('an IPv6 route whose hops are told in another order is the same, an IPv4 route is another', () => {
  const hops = [5, 6, 7].map(host => ({ ifindex: 2, hops: 0, flags: 0, gateway: `2001:db8::${host}` }))
  const [first, second, third] = hops as [Nexthop, Nexthop, Nexthop]
  const route = (multipath: readonly Nexthop[], family: 'inet' | 'inet6' = 'inet6') =>
    ({ family, dst: '2001:db8:9::/64', table: 254, flags: 0, multipath }) as unknown as Route
  const turned = [third, first, second]
  const { same, quiet = same } = sorts.route
  expect([same, quiet].map(test => test(route(hops), route(turned)))).toEqual([true, true])
  expect(same(route(hops), route([{ ...third, flags: 1 }, first, second]))).toBe(false)
  expect(same(route(hops, 'inet'), route(turned, 'inet'))).toBe(false)
  expect(hops).toEqual([first, second, third])
})
