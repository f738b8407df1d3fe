import { expect, it } from 'vitest'
import type { Link } from '../../../src/generated/link.types.gen.js'
import { sorts } from '../../../src/rtnl/watched.js'

const bridge = (gcTimer: bigint, priority = 32768, mtu = 1500) =>
  ({ index: 2, name: 'br0', mtu, stats64: { rxPackets: gcTimer }, info: { kind: 'bridge', gcTimer, priority } }) as Link

it('a bridge whose timers and counters alone have moved is the same', () => {
  expect(sorts.link.same(bridge(1n), bridge(2n))).toBe(true)
  expect(sorts.link.same(bridge(1n), bridge(1n, 7))).toBe(false)
  expect(sorts.link.same(bridge(1n), bridge(1n, 32768, 1400))).toBe(false)
})
