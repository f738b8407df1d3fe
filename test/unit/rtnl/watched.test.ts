import { expect, it } from 'vitest'
import type { Link } from '../../../src/generated/link.types.gen.js'
import type { Route } from '../../../src/generated/route.types.gen.js'
import { sorts } from '../../../src/rtnl/watched.js'

const bridge = (gcTimer: bigint, priority = 32768, mtu = 1500) =>
  ({ index: 2, name: 'br0', mtu, stats64: { rxPackets: gcTimer }, info: { kind: 'bridge', gcTimer, priority } }) as Link

it('a bridge whose timers and counters alone have moved is the same', () => {
  expect(sorts.link.same(bridge(1n), bridge(2n))).toBe(true)
  expect(sorts.link.same(bridge(1n), bridge(1n, 7))).toBe(false)
  expect(sorts.link.same(bridge(1n), bridge(1n, 32768, 1400))).toBe(false)
})

it('routes have one key when their prefix, table, tos, metric and source are the same, whichever was looked at before', () => {
  const route = { family: 'inet6', table: 254, dst: '2001:db8::/32', tos: 0, oif: 2, gateway: '2001:db8::1' } as Route
  const others: Partial<Route>[] = [
    { family: 'inet' },
    { table: 255 },
    { dst: '2001:db8::/33' },
    { src: '2001:db8:1::/48' },
    { tos: 4 },
    { priority: 1024 },
  ]
  const key = sorts.route.key(route)
  for (const other of others) {
    const different = sorts.route.key({ ...route, ...other })
    expect(different).not.toBe(key)
    expect(sorts.route.key({ ...route, ...other, oif: 3 })).toBe(different)
    expect(sorts.route.key({ ...route, gateway: '2001:db8::2' })).toBe(key)
  }
  expect(sorts.route.key({ ...route, priority: 0 })).toBe(key)
})
