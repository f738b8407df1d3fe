// Links that `ip` makes, as we read them; and those that only an ioctl makes.
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSync } from '../../../../src/index.js'
import * as netns from '../../../../src/netns.js'
import { ip, ipLink } from '../../../support/iproute2/iproute.js'
import { requireDevice, requireKind, requireVlanFiltering } from '../../../support/probe.js'

beforeAll(() => {
  using rt = openSync()
  rt.link.add({ name: 'low0', address: '02:00:00:00:00:01', up: true, info: { kind: 'ifb' } })
  rt.link.add({ name: 'low1', address: '02:00:00:00:00:02', up: true, info: { kind: 'ifb' } })
})

afterEach(() => {
  using rt = openSync()
  for (const name of ['s0', 's1']) rt.link.delete(name, { missingOk: true })
})

/** What stands for the index of low0 in what is expected. */
const low0 = Symbol('low0')

type Expected = Readonly<Record<string, unknown>>

const cases: readonly (readonly [command: string, info: Expected, link?: Expected])[] = [
  ['type dummy', { kind: 'dummy' }],
  ['mtu 9000 txqueuelen 77 type ifb', { kind: 'ifb' }, { mtu: 9000, txqlen: 77 }],
  ['type veth peer name s1', { kind: 'veth' }],
  [
    'type bridge mcast_querier 1 stp_state 1 priority 4096 ageing_time 3000 fdb_max_learned 100',
    {
      kind: 'bridge',
      mcastQuerier: 1,
      stpState: 1,
      priority: 4096,
      ageingTime: 3000,
      fdbMaxLearned: 100,
      bridgeId: { prio: 4096 },
    },
  ],
  ['type bridge vlan_filtering 1 vlan_default_pvid 300', { kind: 'bridge', vlanFiltering: 1, vlanDefaultPvid: 300 }],
  [
    'type bond mode active-backup miimon 100 updelay 200',
    { kind: 'bond', mode: 'activebackup', miimon: 100, updelay: 200 },
  ],
  [
    'type bond mode 802.3ad lacp_rate fast xmit_hash_policy layer3+4 ad_actor_system 02:00:00:00:00:ad',
    { kind: 'bond', mode: '8023ad', adLacpRate: 1, xmitHashPolicy: 'layer34', adActorSystem: '02:00:00:00:00:ad' },
  ],
  ['type team', { kind: 'team' }],
  [
    'link low0 type vlan id 10 gvrp on ingress-qos-map 1:2 3:4 egress-qos-map 5:6',
    {
      kind: 'vlan',
      id: 10,
      protocol: '8021q',
      flags: { flags: 3 },
      ingressQos: {
        mapping: [
          { from: 1, to: 2 },
          { from: 3, to: 4 },
        ],
      },
      egressQos: { mapping: [{ from: 5, to: 6 }] },
    },
    { link: low0 },
  ],
  ['link low0 type vlan id 11 protocol 802.1ad reorder_hdr off', { kind: 'vlan', id: 11, protocol: '8021ad' }],
  ['link low0 type macvlan mode bridge bcqueuelen 500', { kind: 'macvlan', mode: 'bridge', bcQueueLen: 500 }],
  ['link low0 type macvtap mode vepa', { kind: 'macvtap', mode: 'vepa' }],
  ['link low0 type ipvlan mode l3 private', { kind: 'ipvlan', mode: 'l3', flags: 1 }],
  ['link low0 type ipvtap mode l3', { kind: 'ipvtap', mode: 'l3' }],
  ['type vrf table 10', { kind: 'vrf', table: 10 }],
  [
    'type vxlan id 42 dev low0 dstport 4789 group 239.1.1.1 ttl 5 tos 0x10 ageing 600 maxaddress 1000',
    { kind: 'vxlan', id: 42, link: low0, port: 4789, group: '239.1.1.1', ttl: 5, tos: 16, ageing: 600, limit: 1000 },
  ],
  [
    'type vxlan id 7 local 2001:db8::2 remote 2001:db8::3 dstport 4790 flowlabel 0x12345 udp6zerocsumtx nolearning srcport 32768 61000',
    {
      kind: 'vxlan',
      local6: '2001:db8::2',
      group6: '2001:db8::3',
      label: 0x12345,
      udpZeroCsum6Tx: 1,
      learning: 0,
      portRange: { low: 32768, high: 61000 },
    },
  ],
  ['type vxlan external dstport 4791 vnifilter', { kind: 'vxlan', collectMetadata: 1, vnifilter: 1 }],
  [
    'type geneve id 100 remote 192.0.2.1 ttl 64 tos 8 df set dstport 6082',
    { kind: 'geneve', id: 100, remote: '192.0.2.1', ttl: 64, tos: 8, df: 'set', port: 6082 },
  ],
  [
    'type ipip remote 198.51.100.1 local 192.0.2.2 ttl 64 tos 0x10 dev low0 fwmark 7',
    { kind: 'ipip', remote: '198.51.100.1', local: '192.0.2.2', ttl: 64, tos: 16, link: low0, fwmark: 7 },
  ],
  ['type sit remote 198.51.100.1 local 192.0.2.2 mode ip6ip isatap', { kind: 'sit', proto: 41, flags: 1 }],
  [
    'type ip6tnl remote 2001:db8::1 local 2001:db8::2 mode ipip6 hoplimit 33 encaplimit 7 tclass 0x10 flowlabel 0x12345 dev low0',
    { kind: 'ip6tnl', proto: 4, ttl: 33, encapLimit: 7, flowinfo: 0x1012345, link: low0 },
  ],
  ['type vti remote 198.51.100.1 local 192.0.2.2 ikey 1.2.3.4 okey 6', { kind: 'vti', ikey: 0x01020304, okey: 6 }],
  [
    'type vti6 remote 2001:db8::1 local 2001:db8::2 ikey 7 okey 8 dev low0',
    { kind: 'vti6', ikey: 7, okey: 8, link: low0 },
  ],
  [
    'type gre remote 198.51.100.1 local 192.0.2.2 key 42 seq csum ttl 64 dev low0',
    { kind: 'gre', ikey: 42, okey: 42, iflags: 0xb000, oflags: 0xb000, ttl: 64, link: low0 },
  ],
  ['type gretap external', { kind: 'gretap', collectMetadata: true }],
  [
    'type ip6gre remote 2001:db8::1 local 2001:db8::2 hoplimit 9 encaplimit 3 key 77',
    { kind: 'ip6gre', ttl: 9, encapLimit: 3, ikey: 77, okey: 77 },
  ],
  [
    'type erspan remote 198.51.100.3 local 192.0.2.2 seq key 31 erspan_ver 2 erspan_dir egress erspan_hwid 17',
    { kind: 'erspan', erspanVer: 2, erspanDir: 1, erspanHwid: 17, ikey: 31 },
  ],
  [
    'type ip6erspan remote 2001:db8::1 local 2001:db8::2 seq key 31 erspan_ver 1 erspan 9',
    { kind: 'ip6erspan', erspanVer: 1, erspanIndex: 9 },
  ],
  ['type bareudp dstport 6635 ethertype mpls_uc', { kind: 'bareudp', port: 6635, ethertype: 'mpls-uc' }],
  [
    'link low0 type macsec port 11 encrypt on cipher gcm-aes-256 validate strict replay on window 128',
    {
      kind: 'macsec',
      sci: 0x020000000001000bn,
      encrypt: 1,
      cipherSuite: 0x0080c20001000002n,
      validation: 'strict',
      replayProtect: 1,
      window: 128,
    },
  ],
  [
    'type hsr slave1 low0 slave2 low1 supervision 45 version 1 proto 0',
    { kind: 'hsr', slave1: low0, supervisionAddr: '01:15:4e:00:01:2d', protocol: 'hsr' },
  ],
  ['type nlmon', { kind: 'nlmon' }],
  ['type vcan', { kind: 'vcan' }],
  ['type wireguard', { kind: 'wireguard' }],
  ['type xfrm dev low0 if_id 42', { kind: 'xfrm', link: low0, ifId: 42 }],
  [
    'type netkit mode l2 forward peer blackhole name s1',
    { kind: 'netkit', mode: 'l2', policy: 'pass', peerPolicy: 'drop' },
  ],
]

/** Puts the index of low0 where it is meant. */
function filled(expected: Expected, index: number): Expected {
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, value === low0 ? index : value]))
}

describe('ip link add', () => {
  for (const [command, info, link] of cases) {
    it(command, context => {
      const kind = String(info['kind'])
      requireKind(context, kind)
      if ('vlanFiltering' in info) requireVlanFiltering(context)
      using rt = openSync()
      const { index } = rt.link.get('low0')
      // What stands below comes first: ip link add link low0 name s0 type …
      ip(
        command.startsWith('link ')
          ? `link add ${command.replace(' type', ' name s0 type')}`
          : `link add s0 ${command}`,
      )
      const made = rt.link.get('s0')
      expect(made.kindName).toBe(kind)
      expect(made.info).toMatchObject(filled(info, index))
      expect(made).toMatchObject(filled(link ?? {}, index))
    })
  }
})

describe('what netlink cannot make', () => {
  for (const mode of ['tun', 'tap'] as const) {
    it(`${mode} is read, changed and deleted`, context => {
      requireDevice(context, '/dev/net/tun')
      using rt = openSync()
      netns.tuntap(netns.current(), { mode, name: 's0', persist: true, user: 7, group: 8, multiQueue: true }).close()
      const link = rt.link.get('s0')
      expect(link.info).toMatchObject({ kind: 'tun', type: mode, pi: 0, persist: 1, owner: 7, group: 8, multiQueue: 1 })
      expect(ipLink('s0')).toMatchObject({
        linkinfo: { info_kind: 'tun', info_data: { type: mode, pi: false, persist: true, multi_queue: true } },
      })
      rt.link.set('s0', { ...link, mtu: 1300 })
      expect(rt.link.get('s0')).toMatchObject({ mtu: 1300, info: { kind: 'tun', owner: 7 } })
      rt.link.delete('s0')
      expect(rt.link.list({ kind: 'tun' })).toEqual([])
    })
  }
})
