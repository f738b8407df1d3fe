// An outside decoder for nexthops and the small families of the network layer: what we encode, printed by `ip -d monitor file`.
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeMessage, type Message, request } from '../../../src/codec.js'
import * as c from '../../../src/constants.js'
import { openSync } from '../../../src/index.js'
import { printedByIp } from '../../support/iproute2/monitor-file.js'

/** The index of a link that `ip` can name. */
const v0 = 1102

beforeAll(() => {
  using rt = openSync()
  rt.link.delete('low4', { missingOk: true })
  rt.link.add({ name: 'low4', index: v0, info: { kind: 'ifb' } })
})

const of = (type: number, header: object, attrs: object): Uint8Array =>
  encodeMessage({ type, flags: 0, seq: 0, pid: 0, header, attrs } as Message)

const { nexthop, addrLabel } = request
const dev = v0

describe('requests', () => {
  it.each<readonly [string, { readonly bytes: Uint8Array }]>([
    [
      'id 1 via 192.0.2.1 dev low4 scope global proto bgp',
      nexthop.add({ id: 1, gateway: '192.0.2.1', dev, protocol: 'bgp' }),
    ],
    ['id 4294967295 scope global blackhole proto static', nexthop.add({ id: 4294967295, blackhole: true })],
    [
      'id 3 encap mpls 100/200 ttl 9 via 2001:db8::1 dev low4 scope global proto static onlink',
      nexthop.add({
        id: 3,
        gateway: '2001:db8::1',
        dev,
        flags: ['onlink'],
        encap: { kind: 'mpls', dst: '100/200', ttl: 9 },
      }),
    ],
    [
      'id 5 group 1 type resilient buckets 8 idle_timer 60.12 unbalanced_timer 300 unbalanced_time 0 scope global proto static',
      nexthop.add({
        id: 5,
        group: [{ id: 1 }],
        groupType: 'res',
        resGroup: { buckets: 8, idleTimer: 6012, unbalancedTimer: 30000 },
      }),
    ],
    ['id 6 via 192.0.2.9 scope global proto static fdb', nexthop.add({ id: 6, gateway: '192.0.2.9', fdb: true })],
    ['prefix 2001:db8::/32 dev low4 label 99', addrLabel.add({ address: '2001:db8::/32', dev, label: 99 })],
  ])('%s', (words, { bytes }) => {
    expect(printedByIp(bytes)).toContain(words)
  })
})

describe('what only the kernel sends', () => {
  it.each<readonly [string, Uint8Array]>([
    [
      // The kernel says that it clears what it does not use of a member: only then do the upper bits of a weight count.
      'id 4 group 1/2,300 scope global',
      of(
        c.RTM_NEWNEXTHOP,
        {},
        { id: 4, group: [{ id: 1 }, { id: 2, weight: 43, weightHigh: 1 }], opFlags: ['resp-grp-resvd-0'] },
      ),
    ],
    [
      'id 11 index 2 idle_time 12.34 nhid 7',
      of(c.RTM_NEWNEXTHOPBUCKET, {}, { id: 11, resBucket: { index: 2, idleTime: 1234n, nhId: 7 } }),
    ],
    [
      'inet low4 forwarding on rp_filter loose mc_forwarding off proxy_neigh on ignore_routes_with_linkdown off',
      of(
        c.RTM_NEWNETCONF,
        { family: 'inet' },
        { ifindex: v0, forwarding: 1, rpFilter: 2, mcForwarding: 0, proxyNeigh: 1, ignoreRoutesWithLinkdown: 0 },
      ),
    ],
    ['inet6 all forwarding off', of(c.RTM_NEWNETCONF, { family: 'inet6' }, { ifindex: -1, forwarding: 0 })],
    ['mpls low4 input on', of(c.RTM_NEWNETCONF, { family: 'mpls' }, { ifindex: v0, input: 1 })],
    [
      'prefix 2001:db8:7::/64dev low4 onlink autoconf valid 600 preferred 300',
      of(
        c.RTM_NEWPREFIX,
        { family: 'inet6', ifindex: v0, type: 3, len: 64, flags: 3 },
        { address: '2001:db8:7::', cacheinfo: { preferredTime: 300, validTime: 600 } },
      ),
    ],
    [
      '(192.0.2.7,239.1.1.1) Iif: low4 Oifs: low4(ttl 7) State: resolved',
      of(
        c.RTM_NEWROUTE,
        { family: 'ipmr', dstLen: 32, srcLen: 32, table: 253, protocol: 'static', type: 'multicast' },
        {
          src: '192.0.2.7',
          dst: '239.1.1.1',
          iif: v0,
          multipath: [{ hops: 7, ifindex: v0 }],
          mfcStats: { packets: 3n, bytes: 400n, wrongIf: 0n },
          expires: 2 ** 33,
          table: 253,
        },
      ),
    ],
  ])('%s', (words, bytes) => {
    expect(printedByIp(bytes)).toContain(words)
  })
})
