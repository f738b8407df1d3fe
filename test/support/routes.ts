// Routes with many attributes, how `ip -d -j route` shows them, and how they are read.
import type { RouteSpec } from '../../src/index.js'

/** A route over the links r0 (192.0.2.1/24, 2001:db8::1/64) and r1 (198.51.100.1/24). */
export interface RouteCase {
  readonly about: string
  readonly spec: RouteSpec
  readonly shows: object
  /** What is read beside what was written, or where it differs. */
  readonly reads?: object
  readonly family?: 'inet' | 'inet6'
}

/** Every case; those with an encapsulation are in route-encaps.ts. */
export const cases: readonly RouteCase[] = [
  {
    about: 'through a gateway',
    spec: { dst: '203.0.113.0/24', gateway: '192.0.2.254' },
    shows: { gateway: '192.0.2.254', dev: 'r0', protocol: 'static', scope: 'global' },
    reads: { scope: 'universe', table: 254 },
  },
  {
    about: 'through a link',
    spec: { dst: '203.0.113.0/24', dev: 'r1' },
    shows: { dev: 'r1', scope: 'link' },
    reads: { scope: 'link' },
  },
  {
    about: 'by default',
    spec: { dst: 'default', gateway: '192.0.2.254' },
    shows: { gateway: '192.0.2.254', dev: 'r0' },
  },
  {
    about: 'to one host',
    spec: { dst: '203.0.113.1/32', dev: 'r0' },
    shows: { dev: 'r0' },
  },
  {
    about: 'of IPv4 through IPv6',
    spec: { dst: '203.0.113.0/24', gateway: 'fe80::1', dev: 'r0' },
    shows: { via: { family: 'inet6', host: 'fe80::1' }, dev: 'r0' },
    reads: { via: { family: 'inet6', addr: 'fe80::1' } },
  },
  {
    about: 'with everything',
    spec: {
      dst: '203.0.113.0/24',
      tos: 16,
      table: 100000,
      protocol: 'bgp',
      gateway: '192.0.2.254',
      dev: 'r0',
      prefsrc: '192.0.2.1',
      priority: 77,
      flow: 0x30005,
      metrics: { mtu: 1400, lock: 4, advmss: 1300, rtt: 800, window: 7, initcwnd: 20, hoplimit: 9, ccAlgo: 'reno' },
    },
    shows: {
      tos: '0x10',
      protocol: 'bgp',
      prefsrc: '192.0.2.1',
      metric: 77,
      flow: { from: '3', to: '5' },
      metrics: [{ mtu: 1400, window: 7, rtt: 100, advmss: 1300, hoplimit: 9, initcwnd: 20, congestion: 'reno' }],
    },
  },
  {
    about: 'with flags',
    spec: { dst: '203.0.113.0/24', gateway: '10.9.9.9', dev: 'r0', flags: ['onlink'] },
    shows: { gateway: '10.9.9.9', flags: ['onlink'] },
    reads: { flags: 4 },
  },
  {
    about: 'over several links',
    spec: {
      dst: '203.0.113.0/24',
      multipath: [
        { gateway: '192.0.2.254', dev: 'r0', hops: 9 },
        { gateway: 'fe80::1', dev: 'r1' },
      ],
    },
    shows: {
      nexthops: [
        { gateway: '192.0.2.254', dev: 'r0', weight: 10 },
        { via: { family: 'inet6', host: 'fe80::1' }, dev: 'r1', weight: 1 },
      ],
    },
    reads: {
      multipath: [
        { gateway: '192.0.2.254', hops: 9 },
        { via: { family: 'inet6', addr: 'fe80::1' }, hops: 0 },
      ],
    },
  },
  ...(['blackhole', 'unreachable', 'prohibit', 'throw'] as const).map(type => ({
    about: `of type ${type}`,
    spec: { dst: '203.0.113.0/24', type, table: 100, priority: 5 } as const,
    shows: { type, metric: 5 },
  })),
  {
    about: 'of IPv6 through a gateway',
    spec: { dst: '2001:db8:2::/48', gateway: '2001:db8::fe', priority: 77, pref: 'high', metrics: { mtu: 1300 } },
    shows: { gateway: '2001:db8::fe', dev: 'r0', metric: 77, pref: 'high', metrics: [{ mtu: 1300 }] },
  },
  {
    about: 'of IPv6 by default',
    spec: { family: 'inet6', dst: 'default', gateway: 'fe80::1', dev: 'r1' },
    shows: { gateway: 'fe80::1', dev: 'r1', metric: 1024 },
    reads: { priority: 1024, pref: 'medium' },
    family: 'inet6',
  },
  {
    about: 'of IPv6 that expires',
    spec: { dst: '2001:db8:3::/48', dev: 'r0', expires: 300, table: 1000 },
    shows: { dev: 'r0' },
  },
  {
    about: 'of IPv6 over several links',
    spec: {
      dst: '2001:db8:4::/48',
      multipath: [
        { gateway: '2001:db8::fe', dev: 'r0', hops: 1 },
        { gateway: 'fe80::5', dev: 'r1' },
      ],
    },
    shows: {
      nexthops: [
        { gateway: '2001:db8::fe', dev: 'r0', weight: 2 },
        { gateway: 'fe80::5', dev: 'r1', weight: 1 },
      ],
    },
    reads: {
      multipath: [
        { gateway: '2001:db8::fe', hops: 1 },
        { gateway: 'fe80::5', hops: 0 },
      ],
    },
  },
  {
    about: 'of IPv6 of type blackhole',
    spec: { dst: '2001:db8:5::/48', type: 'blackhole' },
    shows: { type: 'blackhole', dev: 'lo' },
    reads: { type: 'blackhole' },
  },
]
