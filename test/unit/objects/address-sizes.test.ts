// An address of the other family, or of another length: the kernel would take its first bytes and say nothing.
import { describe, expect, test } from 'vitest'
import { type LinkSpec, request } from '../../../src/codec.js'
import type { Request } from '../../../src/request/request.js'
import { thrown } from '../../support/vector-build.js'

const { link, addr, route, rule, neigh, filter, action, nexthop } = request
const V4 = '192.0.2.1'
const V6 = '2001:db8::5'
const MAC = '02:00:00:00:00:01'
const LONG = '02:00:00:00:00:01:00:02'

const info = (kind: string, field: string) => (value: string) =>
  link.add({ name: 'x', info: { kind, [field]: value } } as LinkSpec)
const flower = (field: string) => (value: string) =>
  filter.add({ dev: 1, parent: '1:', protocol: 'ip', options: { kind: 'flower', [field]: value } } as never)
const tunnelKey = (field: string) => (value: string) =>
  action.add({ options: { kind: 'tunnel_key', parms: { tAction: 1 }, [field]: value } } as never)

/** A builder with a value of its own, one that fits and one that does not. */
const cases: readonly (readonly [string, (value: string) => Request<unknown>, string, string, string])[] = [
  ['vxlan group', info('vxlan', 'group'), V4, V6, 'info.group'],
  ['vxlan group6', info('vxlan', 'group6'), V6, V4, 'info.group6'],
  ['geneve remote', info('geneve', 'remote'), V4, V6, 'info.remote'],
  ['gre local', info('gre', 'local'), V4, V6, 'info.local'],
  ['ip6gre local', info('ip6gre', 'local'), V6, V4, 'info.local'],
  ['ipip remote', info('ipip', 'remote'), V4, V6, 'info.remote'],
  ['sit local', info('sit', 'local'), V4, V6, 'info.local'],
  ['ip6tnl remote', info('ip6tnl', 'remote'), V6, V4, 'info.remote'],
  ['vti local', info('vti', 'local'), V4, V6, 'info.local'],
  ['vti6 local', info('vti6', 'local'), V6, V4, 'info.local'],
  [
    'bond ARP targets',
    value => link.add({ name: 'x', info: { kind: 'bond', arpIpTarget: [value] } }),
    V4,
    V6,
    'info.arpIpTarget[0]',
  ],
  ['flower source', flower('keyIpv4Src'), V4, V6, 'options.keyIpv4Src'],
  ['flower tunnel', flower('keyEncIpv6Dst'), V6, V4, 'options.keyEncIpv6Dst'],
  ['flower Ethernet', flower('keyEthDst'), MAC, LONG, 'options.keyEthDst'],
  ['flower Ethernet, too short', flower('keyEthDst'), MAC, '02:00', 'options.keyEthDst'],
  ['tunnel_key source', tunnelKey('encIpv4Src'), V4, V6, 'actions[0].options.encIpv4Src'],
  ['broadcast', value => addr.add({ dev: 1, address: '192.0.2.2/24', broadcast: value }), V4, V6, 'broadcast'],
  ['prefsrc', value => route.add({ dst: '192.0.2.0/24', dev: 1, prefsrc: value }), V4, V6, 'prefsrc'],
  ['prefsrc of IPv6', value => route.add({ dst: '2001:db8::/64', dev: 1, prefsrc: value }), V6, V4, 'prefsrc'],
  [
    'encap ip',
    value => route.add({ dst: '192.0.2.0/24', dev: 1, encap: { kind: 'ip', dst: value } }),
    V4,
    V6,
    'encap.dst',
  ],
  [
    'encap ip in IPv6',
    value => route.add({ dst: '2001:db8::/64', dev: 1, encap: { kind: 'ip', dst: value } }),
    V4,
    V6,
    'encap.dst',
  ],
  ['neighbour', value => neigh.add({ family: 'inet', dev: 1, dst: value, lladdr: MAC }), V4, V6, 'dst'],
  ['neighbour of IPv6', value => neigh.add({ family: 'inet6', dev: 1, dst: value, lladdr: MAC }), V6, V4, 'dst'],
  ['nexthop', value => nexthop.add({ id: 1, family: 'inet', dev: 1, gateway: value }), V4, V6, 'gateway'],
  ['macvlan source', value => link.set(1, { info: { kind: 'macvlan', macaddr: value } }), MAC, LONG, 'info.macaddr'],
]

describe('an address that does not fit', () => {
  test.each(cases)('of %s is refused, and one that fits is not', (_, build, fits, other, fieldPath) => {
    const size = fits === MAC ? 6 : fits === V4 ? 4 : 16
    const name = size === 6 ? `not ${size} bytes long` : size === 4 ? 'not an IPv4 address' : 'not an IPv6 address'
    const { bytes } = build(fits)
    expect(bytes.length).toBeGreaterThan(16)
    expect(thrown(() => build(other))).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath,
      detail: `"${other}" is ${name}`,
    })
  })

  test('is no matter where links may have any length, or both families have it', () => {
    for (const address of ['0a:00:00:01', MAC, LONG]) expect(link.set(1, { address }).bytes.length).toBeGreaterThan(32)
    for (const dst of [V4, V6]) {
      expect(request.fdb.add({ dev: 1, lladdr: MAC, dst }).bytes.length).toBeGreaterThan(28)
      expect(rule.add({ dst, table: 7 }).bytes.length).toBeGreaterThan(28)
    }
    expect(route.add({ dst: '192.0.2.0/24', gateway: V6, dev: 1 }).bytes.length).toBeGreaterThan(28)
    expect(
      route.add({ dst: '192.0.2.0/24', multipath: [{ gateway: V6, dev: 1 }, { gateway: V4 }] }).bytes.length,
    ).toBeGreaterThan(28)
  })
})
