import { drop, type FilterSample } from './filter-sample.js'

const mac = 'ff:ff:ff:ff:ff:ff'

/** Filters of the classifier flower: every key that iproute2 can show. */
export const flowerSamples: readonly FilterSample[] = [
  {
    name: 'flower without keys',
    spec: { protocol: 'all', options: { kind: 'flower' } },
    tc: { keys: {}, not_in_hw: true },
  },
  {
    name: 'flower MAC addresses',
    spec: {
      protocol: 'all',
      options: {
        kind: 'flower',
        keyEthDst: '02:00:00:00:00:01',
        keyEthDstMask: mac,
        keyEthSrc: '02:00:00:00:00:00',
        keyEthSrcMask: 'ff:ff:ff:00:00:00',
        act: drop,
      },
    },
    tc: { keys: { dst_mac: '02:00:00:00:00:01', src_mac: '02:00:00:00:00:00/24' } },
  },
  {
    name: 'flower IPv4',
    spec: {
      protocol: 'ip',
      options: {
        kind: 'flower',
        keyIpProto: 6,
        keyIpv4Src: '192.0.2.0',
        keyIpv4SrcMask: '255.255.255.0',
        keyIpv4Dst: '198.51.100.7',
        keyIpTos: 0x10,
        keyIpTosMask: 0xfc,
        keyIpTtl: 64,
        keyIpTtlMask: 255,
        keyTcpSrc: 1024,
        keyTcpDst: 80,
        keyTcpDstMask: 0xfff0,
        keyTcpFlags: 2,
        keyTcpFlagsMask: 0x17,
        keyFlags: ['is-fragment'],
        keyFlagsMask: ['is-fragment', 'frag-is-first'],
      },
    },
    tc: {
      keys: {
        eth_type: 'ipv4',
        ip_proto: 'tcp',
        src_ip: '192.0.2.0/24',
        dst_ip: '198.51.100.7',
        ip_tos: 0x10,
        ip_tos_mask: 'fc',
        ip_ttl: 64,
        src_port: 1024,
        dst_port: 80,
        dst_port_mask: 'fff0',
        tcp_flags: '0x2/17',
        ip_flags: { frag: true, firstfrag: false },
      },
    },
  },
  {
    name: 'flower IPv6 and UDP',
    spec: {
      protocol: 'ipv6',
      options: {
        kind: 'flower',
        keyIpProto: 17,
        keyIpv6Src: '2001:db8::',
        keyIpv6SrcMask: 'ffff:ffff::',
        keyIpv6Dst: '2001:db8::1',
        keyUdpSrc: 5353,
        keyUdpDst: 53,
      },
    },
    tc: {
      keys: {
        eth_type: 'ipv6',
        ip_proto: 'udp',
        src_ip: '2001:db8::/32',
        dst_ip: '2001:db8::1',
        src_port: 5353,
        dst_port: 53,
      },
    },
  },
  {
    name: 'flower SCTP',
    spec: { protocol: 'ip', options: { kind: 'flower', keyIpProto: 132, keySctpSrc: 7, keySctpDst: 36412 } },
    tc: { keys: { ip_proto: 'sctp', src_port: 7, dst_port: 36412 } },
  },
  {
    name: 'flower port ranges',
    spec: {
      protocol: 'ip',
      options: {
        kind: 'flower',
        keyIpProto: 6,
        keyPortSrcMin: 1024,
        keyPortSrcMax: 65535,
        keyPortDstMin: 1000,
        keyPortDstMax: 2000,
      },
    },
    tc: { keys: { src_port: { start: 1024, end: 65535 }, dst_port: { start: 1000, end: 2000 } } },
  },
  {
    name: 'flower ICMP',
    spec: {
      protocol: 'ip',
      options: { kind: 'flower', keyIpProto: 1, keyIcmpv4Type: 8, keyIcmpv4TypeMask: 0xf8, keyIcmpv4Code: 3 },
    },
    tc: { keys: { ip_proto: 'icmp', icmp_type: '8/248', icmp_code: '3' } },
  },
  {
    name: 'flower ICMPv6',
    spec: { protocol: 'ipv6', options: { kind: 'flower', keyIpProto: 58, keyIcmpv6Type: 128, keyIcmpv6Code: 1 } },
    tc: { keys: { ip_proto: 'icmpv6', icmp_type: '128', icmp_code: '1' } },
  },
  {
    name: 'flower VLAN tags',
    spec: {
      protocol: '8021ad',
      options: {
        kind: 'flower',
        keyVlanId: 10,
        keyVlanPrio: 3,
        keyVlanEthType: '8021q',
        keyCvlanId: 4094,
        keyCvlanPrio: 5,
        keyCvlanEthType: 'ipv6',
      },
    },
    tc: {
      keys: {
        vlan_id: 10,
        vlan_prio: 3,
        vlan_ethtype: '802.1Q',
        cvlan_id: 4094,
        cvlan_prio: 5,
        cvlan_ethtype: 'ipv6',
      },
    },
  },
  {
    name: 'flower number of VLANs',
    spec: { protocol: 'all', options: { kind: 'flower', keyNumOfVlans: 2 } },
    tc: { keys: { num_of_vlans: 2 } },
  },
  {
    name: 'flower tags by their number',
    spec: {
      protocol: 'all',
      options: {
        kind: 'flower',
        keyNumOfVlans: 2,
        keyVlanId: 10,
        keyCvlanId: 20,
        keyCvlanEthType: 'ip',
        keyIpProto: 6,
        keyTcpDst: 22,
      },
    },
    tc: { keys: { num_of_vlans: 2, vlan_id: 10, cvlan_id: 20, cvlan_ethtype: 'ip', ip_proto: 'tcp', dst_port: 22 } },
  },
  {
    name: 'flower second tag',
    spec: {
      protocol: '8021ad',
      options: {
        kind: 'flower',
        keyVlanEthType: '8021q',
        keyCvlanId: 20,
        keyCvlanEthType: 'ip',
        keyIpProto: 17,
        keyUdpDst: 53,
      },
    },
    tc: { keys: { cvlan_id: 20, cvlan_ethtype: 'ip', ip_proto: 'udp', dst_port: 53 } },
  },
  {
    name: 'flower within PPPoE',
    spec: {
      protocol: 'ppp-ses',
      options: {
        kind: 'flower',
        keyPppoeSid: 4660,
        keyPppProto: 0x57,
        keyIpProto: 6,
        keyPortDstMin: 1,
        keyPortDstMax: 9,
      },
    },
    tc: { keys: { pppoe_sid: 4660, ppp_proto: 'ipv6', ip_proto: 'tcp', dst_port: { start: 1, end: 9 } } },
  },
  {
    name: 'flower PPPoE',
    spec: { protocol: 'ppp-ses', options: { kind: 'flower', keyPppoeSid: 4660, keyPppProto: 0x21 } },
    tc: { keys: { pppoe_sid: 4660, ppp_proto: 'ip' } },
  },
  {
    name: 'flower ARP',
    spec: {
      protocol: 'arp',
      options: {
        kind: 'flower',
        keyArpSip: '198.51.100.0',
        keyArpSipMask: '255.255.255.0',
        keyArpTip: '192.0.2.1',
        keyArpOp: 1,
        keyArpSha: '02:00:00:00:00:00',
        keyArpShaMask: 'ff:ff:ff:ff:ff:00',
        keyArpTha: '02:00:00:00:00:01',
      },
    },
    tc: {
      keys: {
        arp_sip: '198.51.100.0/24',
        arp_tip: '192.0.2.1',
        arp_op: 'request',
        arp_sha: '02:00:00:00:00:00/40',
        arp_tha: '02:00:00:00:00:01',
      },
    },
  },
  {
    name: 'flower MPLS',
    spec: {
      protocol: 'mpls-uc',
      options: { kind: 'flower', keyMplsLabel: 100, keyMplsTc: 3, keyMplsBos: 1, keyMplsTtl: 64 },
    },
    tc: { keys: { mpls_label: 100, mpls_tc: '3', mpls_bos: '1', mpls_ttl: '64' } },
  },
  {
    name: 'flower MPLS stack',
    spec: {
      protocol: 'mpls-uc',
      options: {
        kind: 'flower',
        keyMplsOpts: {
          lse: [
            { depth: 1, label: 100, tc: 3, bos: 0, ttl: 64 },
            { depth: 2, label: 1048575 },
          ],
        },
      },
    },
    tc: {
      keys: {
        mpls: [
          { depth: 1, label: 100, tc: 3, bos: 0, ttl: 64 },
          { depth: 2, label: 1048575 },
        ],
      },
    },
  },
  {
    name: 'flower tunnel key',
    spec: {
      protocol: 'ip',
      options: {
        kind: 'flower',
        keyEncKeyId: 0x123456,
        keyEncIpv4Src: '198.51.100.0',
        keyEncIpv4SrcMask: '255.255.255.0',
        keyEncIpv4Dst: '192.0.2.1',
        keyEncUdpDstPort: 4789,
        keyEncIpTos: 0x10,
        keyEncIpTosMask: 0xfc,
        keyEncIpTtl: 64,
      },
    },
    tc: {
      keys: {
        enc_key_id: 0x123456,
        enc_src_ip: '198.51.100.0/24',
        enc_dst_ip: '192.0.2.1',
        enc_dst_port: 4789,
        enc_tos: 0x10,
        enc_tos_mask: 'fc',
        enc_ttl: 64,
      },
    },
  },
  {
    name: 'flower tunnel key of IPv6',
    spec: {
      protocol: 'ip',
      options: {
        kind: 'flower',
        keyEncKeyId: 7,
        keyEncIpv6Src: '2001:db8:1::',
        keyEncIpv6SrcMask: 'ffff:ffff:ffff::',
        keyEncIpv6Dst: '2001:db8::1',
      },
    },
    tc: { keys: { enc_key_id: 7, enc_src_ip: '2001:db8:1::/48', enc_dst_ip: '2001:db8::1' } },
  },
  {
    name: 'flower tunnel flags',
    spec: {
      protocol: 'ip',
      options: {
        kind: 'flower',
        keyEncKeyId: 7,
        keyEncFlags: ['tunnel-csum', 'tunnel-crit-opt'],
        keyEncFlagsMask: ['tunnel-csum', 'tunnel-dont-fragment', 'tunnel-crit-opt'],
      },
    },
    tc: { keys: { enc_flags: { tuncsum: true, tundf: false, tuncrit: true } } },
  },
  {
    name: 'flower conntrack state',
    spec: {
      protocol: 'ip',
      options: {
        kind: 'flower',
        keyCtState: ['established', 'tracked'],
        keyCtStateMask: ['new', 'established', 'tracked'],
      },
    },
    tc: { keys: { ct_state: '+trk-new+est' } },
  },
  {
    name: 'flower conntrack marks',
    lacks: /isn't enabled/,
    spec: {
      protocol: 'ip',
      options: {
        kind: 'flower',
        keyCtZone: 5,
        keyCtZoneMask: 0xff,
        keyCtMark: 0x10,
        keyCtMarkMask: 0xff0,
        keyCtLabels: Uint8Array.of(0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x22),
        keyCtLabelsMask: Uint8Array.of(0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff),
      },
    },
    tc: {
      keys: {
        ct_zone: 5,
        ct_mark: 16,
        ct_label: '11000000000000000000000000000022/ff0000000000000000000000000000ff',
      },
    },
  },
  {
    name: 'flower CFM',
    spec: { protocol: 'cfm', options: { kind: 'flower', keyCfm: { mdLevel: 5, opcode: 1 } } },
    tc: { keys: { cfm: { mdl: 5, op: 1 } } },
  },
  {
    name: 'flower SPI',
    spec: { protocol: 'ip', options: { kind: 'flower', keyIpProto: 50, keySpi: 0x12345678 } },
    tc: { keys: { ip_proto: 'esp', spi: '12345678' } },
  },
  {
    name: 'flower L2TPv3',
    spec: { protocol: 'ip', options: { kind: 'flower', keyIpProto: 115, keyL2tpv3Sid: 99 } },
    tc: { keys: { ip_proto: 'l2tp', l2tpv3_sid: 99 } },
  },
  {
    name: 'flower L2 miss',
    spec: { protocol: 'ip', options: { kind: 'flower', l2Miss: 1 } },
    tc: { keys: { l2_miss: 1 } },
  },
  {
    name: 'flower class and flags',
    spec: { protocol: 'ip', options: { kind: 'flower', classid: '1:2', flags: ['skip-hw'] } },
    tc: { classid: '1:2', skip_hw: true },
  },
]
