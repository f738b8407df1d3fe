import { type FilterSpec, type Request, request } from '../../src/codec.js'

/** Commands of commands/tc-filter.txt, and the same said to the builders: one list, as long as that file. */
const { filter, chain } = request
type Intent = readonly [command: string, request: Request<unknown>]
type Options = NonNullable<FilterSpec['options']>
type Flower = Omit<Extract<Options, { kind: 'flower' }>, 'kind'>
type U32 = Omit<Extract<Options, { kind: 'u32' }>, 'kind'>
type Basic = Extract<Options, { kind: 'basic' }>
type Matches = NonNullable<NonNullable<Basic['ematches']>['treeList']>

const dev = 'v0'
const ingress = { dev, parent: 'ingress' } as const
const below = { dev, parent: '1:' } as const
const ones = 'ff:ff:ff:ff:ff:ff'
const all6 = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
const ok = { kind: 'gact', options: { kind: 'gact', parms: { action: 'ok' } } } as const
const drop = { kind: 'gact', options: { kind: 'gact', parms: { action: 'shot' } } } as const

const matchall: Options = { kind: 'matchall', classid: '1:1' }
const place = { ...ingress, protocol: 'ip', priority: 10, handle: 1 } as const

const slots: readonly Intent[] = [
  [
    'tc filter add dev v0 ingress protocol ip pref 10 matchall classid 1:1',
    filter.add({ ...ingress, protocol: 'ip', priority: 10, options: matchall }),
  ],
  [
    'tc filter add dev v0 egress protocol ipv6 pref 1 handle 7 matchall classid 1:1',
    filter.add({ dev, parent: 'egress', protocol: 'ipv6', priority: 1, handle: 7, options: matchall }),
  ],
  ['tc filter add dev v0 egress matchall classid 1:1', filter.add({ dev, parent: 'egress', options: matchall })],
  [
    'tc filter add dev v0 parent 1: protocol 802.1Q pref 49152 matchall classid 1:3',
    filter.add({ ...below, protocol: '8021q', priority: 49152, options: { kind: 'matchall', classid: '1:3' } }),
  ],
  [
    'tc filter add dev v0 root pref 3 protocol all matchall flowid 1:2',
    // What tc calls the root is no qdisc to the kernel, unless there is an ingress qdisc.
    filter.add({ dev, parent: 0xffff_ffff, priority: 3, options: { kind: 'matchall', classid: 0x10002 } }),
  ],
  [
    'tc filter add dev v0 parent 1:a0 protocol ip pref 2 matchall classid 1:1',
    filter.add({ dev, parent: '1:a0', protocol: 'ip', priority: 2, options: matchall }),
  ],
  [
    'tc filter add dev v0 ingress chain 42 protocol ip pref 10 matchall classid 1:1',
    filter.add({ ...ingress, chain: 42, protocol: 'ip', priority: 10, options: matchall }),
  ],
  [
    'tc filter add block 22 protocol ip pref 5 matchall classid 1:1',
    filter.add({ block: 22, protocol: 'ip', priority: 5, options: matchall }),
  ],
  [
    'tc filter add dev v0 ingress estimator 1s 8s protocol ip pref 9 matchall classid 1:1',
    filter.add({ ...ingress, rate: { interval: 0, ewmaLog: 3 }, protocol: 'ip', priority: 9, options: matchall }),
  ],
  [
    'tc filter change dev v0 ingress protocol ip pref 10 handle 0x1 matchall classid 1:1',
    filter.set({ ...place, options: matchall }),
  ],
  [
    'tc filter replace dev v0 ingress protocol ip pref 10 handle 0x1 matchall classid 1:1',
    filter.replace({ ...place, options: matchall }),
  ],
  [
    'tc filter del dev v0 ingress protocol ip pref 10 handle 0x1 matchall',
    filter.delete({ ...place, kind: 'matchall' }),
  ],
  ['tc filter del dev v0 ingress chain 3', filter.delete({ ...ingress, chain: 3 })],
  ['tc filter del block 22 protocol ip pref 5', filter.delete({ block: 22, protocol: 'ip', priority: 5 })],
  ['tc filter get dev v0 ingress protocol ip pref 10 handle 0x1 matchall', filter.get({ ...place, kind: 'matchall' })],
  ['tc filter show dev v0 ingress', filter.dump(ingress)],
  [
    'tc filter show dev v0 parent 1: protocol ip pref 4 chain 2',
    filter.dump({ ...below, protocol: 'ip', priority: 4, chain: 2 }),
  ],
  ['tc filter show block 22', filter.dump({ block: 22 })],
  ['tc chain add dev v0 ingress chain 11', chain.add({ ...ingress, chain: 11 })],
  ['tc chain add dev v0 egress chain 4294967295', chain.add({ dev, parent: 'egress', chain: 0xffff_ffff })],
  ['tc chain add block 22 chain 5', chain.add({ block: 22, chain: 5 })],
  ['tc chain del dev v0 ingress chain 11', chain.delete({ ...ingress, chain: 11 })],
  ['tc chain get dev v0 ingress chain 11', chain.get({ ...ingress, chain: 11 })],
  ['tc chain show dev v0 ingress', chain.dump(ingress)],
]

const actions: readonly Intent[] = [
  [
    'tc filter add dev v0 ingress matchall action gact index 5',
    filter.add({ ...ingress, options: { kind: 'matchall', act: [{ kind: 'gact', index: 5 }] } }),
  ],
]

/** `tc` says the flags of a flower filter always. */
const flower = (words: string, protocol: FilterSpec['protocol'], keys: Flower, more: FilterSpec = {}): Intent => [
  `tc filter add dev v0 ingress ${words}`,
  filter.add({ ...ingress, protocol, ...more, options: { kind: 'flower', flags: 0, ...keys } }),
]

const flowers: readonly Intent[] = [
  flower('flower num_of_vlans 2', undefined, { keyNumOfVlans: 2 }),
  flower(
    'protocol ip pref 10 handle 0x101 flower indev v1 verbose skip_hw classid 1:2',
    'ip',
    { indev: 'v1', flags: ['verbose', 'skip-hw'], classid: '1:2' },
    { priority: 10, handle: 0x101 },
  ),
  flower('protocol 802.1Q flower vlan_id 5 vlan_prio 3 vlan_ethtype ipv4', '8021q', {
    keyVlanId: 5,
    keyVlanPrio: 3,
    keyVlanEthType: 'ip',
  }),
  flower(
    'protocol 802.1ad flower vlan_id 10 vlan_ethtype 802.1Q cvlan_id 20 cvlan_prio 5 cvlan_ethtype ipv6',
    '8021ad',
    { keyVlanId: 10, keyVlanEthType: '8021q', keyCvlanId: 20, keyCvlanPrio: 5, keyCvlanEthType: 'ipv6' },
  ),
  flower('protocol ppp_ses flower pppoe_sid 4660 ppp_proto mpls_uc', 'ppp-ses', {
    keyPppoeSid: 4660,
    keyPppProto: 0x281,
  }),
  flower('flower dst_mac 02:00:00:00:00:00/24 src_mac 02:00:00:00:00:02/ff:00:ff:00:ff:00', undefined, {
    keyEthDst: '02:00:00:00:00:00',
    keyEthDstMask: 'ff:ff:ff:00:00:00',
    keyEthSrc: '02:00:00:00:00:02',
    keyEthSrcMask: 'ff:00:ff:00:ff:00',
  }),
  flower('protocol ip flower ip_proto 0x59 ip_tos 0xb8/0xfc ip_ttl 128/0xf0', 'ip', {
    keyIpProto: 89,
    keyIpTos: 0xb8,
    keyIpTosMask: 0xfc,
    keyIpTtl: 128,
    keyIpTtlMask: 0xf0,
  }),
  flower('protocol mpls_uc flower mpls_label 100 mpls_tc 3 mpls_bos 1 mpls_ttl 64', 'mpls-uc', {
    keyMplsLabel: 100,
    keyMplsTc: 3,
    keyMplsBos: 1,
    keyMplsTtl: 64,
  }),
  flower(
    'protocol mpls_uc flower mpls lse depth 1 label 100 tc 3 bos 0 ttl 64 lse depth 2 label 1048575 bos 1',
    'mpls-uc',
    {
      keyMplsOpts: {
        lse: [
          { depth: 1, label: 100, tc: 3, bos: 0, ttl: 64 },
          { depth: 2, label: 1048575, bos: 1 },
        ],
      },
    },
  ),
  flower('protocol ip flower ip_proto esp spi 0x12345678', 'ip', {
    keyIpProto: 50,
    keySpi: 0x12345678,
    keySpiMask: 0xffff_ffff,
  }),
  flower('protocol ip flower ip_proto l2tp l2tpv3_sid 99', 'ip', { keyIpProto: 115, keyL2tpv3Sid: 99 }),
  flower('protocol ip flower dst_ip 192.0.2.1 src_ip 198.51.100.0/24', 'ip', {
    keyIpv4Dst: '192.0.2.1',
    keyIpv4DstMask: '255.255.255.255',
    keyIpv4Src: '198.51.100.0',
    keyIpv4SrcMask: '255.255.255.0',
  }),
  flower('protocol ipv6 flower dst_ip 2001:db8::1 src_ip 2001:db8::/32', 'ipv6', {
    keyIpv6Dst: '2001:db8::1',
    keyIpv6DstMask: all6,
    keyIpv6Src: '2001:db8::',
    keyIpv6SrcMask: 'ffff:ffff::',
  }),
  flower('protocol ip flower ip_proto tcp dst_port 0x1234/0xfff0 src_port 512/0xff00', 'ip', {
    keyIpProto: 6,
    keyTcpDst: 0x1234,
    keyTcpDstMask: 0xfff0,
    keyTcpSrc: 512,
    keyTcpSrcMask: 0xff00,
  }),
  flower('protocol ip flower ip_proto udp dst_port 53 src_port 5353/0xffff', 'ip', {
    keyIpProto: 17,
    keyUdpDst: 53,
    keyUdpSrc: 5353,
    keyUdpSrcMask: 0xffff,
  }),
  flower('protocol ipv6 flower ip_proto sctp dst_port 36412 src_port 512/0xff00', 'ipv6', {
    keyIpProto: 132,
    keySctpDst: 36412,
    keySctpSrc: 512,
    keySctpSrcMask: 0xff00,
  }),
  flower('protocol ip flower ip_proto tcp dst_port 1000-2000 src_port 1024-65535', 'ip', {
    keyIpProto: 6,
    keyPortDstMin: 1000,
    keyPortDstMax: 2000,
    keyPortSrcMin: 1024,
    keyPortSrcMax: 65535,
  }),
  flower('protocol ip flower ip_proto tcp tcp_flags 0x2/0x17', 'ip', {
    keyIpProto: 6,
    keyTcpFlags: 2,
    keyTcpFlagsMask: 0x17,
  }),
  flower('protocol ip flower ip_proto icmp type 8 code 0', 'ip', {
    keyIpProto: 1,
    keyIcmpv4Type: 8,
    keyIcmpv4TypeMask: 255,
    keyIcmpv4Code: 0,
    keyIcmpv4CodeMask: 255,
  }),
  flower('protocol ipv6 flower ip_proto icmpv6 type 128 code 1/3', 'ipv6', {
    keyIpProto: 58,
    keyIcmpv6Type: 128,
    keyIcmpv6TypeMask: 255,
    keyIcmpv6Code: 1,
    keyIcmpv6CodeMask: 3,
  }),
  flower(
    'protocol arp flower arp_tip 192.0.2.1 arp_sip 198.51.100.0/24 arp_op request arp_tha 02:00:00:00:00:01 arp_sha 02:00:00:00:00:00/40',
    'arp',
    {
      keyArpTip: '192.0.2.1',
      keyArpTipMask: '255.255.255.255',
      keyArpSip: '198.51.100.0',
      keyArpSipMask: '255.255.255.0',
      keyArpOp: 1,
      keyArpOpMask: 255,
      keyArpTha: '02:00:00:00:00:01',
      keyArpThaMask: ones,
      keyArpSha: '02:00:00:00:00:00',
      keyArpShaMask: 'ff:ff:ff:ff:ff:00',
    },
  ),
  flower(
    'protocol ip flower enc_dst_ip 192.0.2.1 enc_src_ip 198.51.100.0/24 enc_key_id 1193046 enc_dst_port 4789 enc_tos 0x10/0xfc enc_ttl 64',
    'ip',
    {
      keyEncIpv4Dst: '192.0.2.1',
      keyEncIpv4DstMask: '255.255.255.255',
      keyEncIpv4Src: '198.51.100.0',
      keyEncIpv4SrcMask: '255.255.255.0',
      keyEncKeyId: 1193046,
      keyEncUdpDstPort: 4789,
      keyEncIpTos: 0x10,
      keyEncIpTosMask: 0xfc,
      keyEncIpTtl: 64,
      keyEncIpTtlMask: 255,
    },
  ),
  flower('protocol ip flower enc_dst_ip 2001:db8::1 enc_src_ip 2001:db8:1::/48 enc_key_id 7', 'ip', {
    keyEncIpv6Dst: '2001:db8::1',
    keyEncIpv6DstMask: all6,
    keyEncIpv6Src: '2001:db8:1::',
    keyEncIpv6SrcMask: 'ffff:ffff:ffff::',
    keyEncKeyId: 7,
  }),
  flower('protocol ip flower enc_key_id 1 geneve_opts 0102:80:11223344,fffe:1:aabbccdd', 'ip', {
    keyEncKeyId: 1,
    keyEncOpts: {
      geneve: [
        { class: 0x102, type: 0x80, data: Uint8Array.of(0x11, 0x22, 0x33, 0x44) },
        { class: 0xfffe, type: 1, data: Uint8Array.of(0xaa, 0xbb, 0xcc, 0xdd) },
      ],
    },
    keyEncOptsMask: {
      geneve: [
        { class: 0xffff, type: 255, data: Uint8Array.of(255, 255, 255, 255) },
        { class: 0xffff, type: 255, data: Uint8Array.of(255, 255, 255, 255) },
      ],
    },
  }),
  flower('protocol ip flower enc_key_id 1 vxlan_opts 10/0xff', 'ip', {
    keyEncKeyId: 1,
    keyEncOpts: { vxlan: { gbp: 10 } },
    keyEncOptsMask: { vxlan: { gbp: 0xff } },
  }),
  flower('protocol ip flower enc_key_id 1 gtp_opts 1:5/ff:0f', 'ip', {
    keyEncKeyId: 1,
    keyEncOpts: { gtp: { pduType: 1, qfi: 5 } },
    keyEncOptsMask: { gtp: { pduType: 255, qfi: 15 } },
  }),
  flower('protocol ip flower enc_key_id 1 pfcp_opts 1:112233445566/ff:fffffffffffffff0', 'ip', {
    keyEncKeyId: 1,
    keyEncOpts: { pfcp: { type: 1, seid: 0x112233445566n } },
    keyEncOptsMask: { pfcp: { type: 255, seid: 0xfffffffffffffff0n } },
  }),
  flower('protocol ip flower ip_flags frag/nofirstfrag', 'ip', {
    keyFlags: ['is-fragment'],
    keyFlagsMask: ['is-fragment', 'frag-is-first'],
  }),
  flower('protocol ip flower enc_key_id 1 enc_flags tuncsum/notundf/tuncrit', 'ip', {
    keyEncKeyId: 1,
    keyEncFlags: ['tunnel-csum', 'tunnel-crit-opt'],
    keyEncFlagsMask: ['tunnel-csum', 'tunnel-dont-fragment', 'tunnel-crit-opt'],
  }),
  flower('protocol ip flower l2_miss 1', 'ip', { l2Miss: 1 }),
  flower('protocol ip flower ct_state +trk+est-new', 'ip', {
    keyCtState: ['tracked', 'established'],
    keyCtStateMask: ['tracked', 'established', 'new'],
  }),
  flower('protocol cfm flower cfm mdl 5 op 1', 'cfm', { keyCfm: { mdLevel: 5, opcode: 1 } }),
]

const u32 = (words: string, options: U32, more: FilterSpec = {}): Intent => [
  `tc filter add dev v0 parent 1: protocol ip ${words}`,
  filter.add({ ...below, protocol: 'ip', ...more, options: { kind: 'u32', ...options } }),
]
const first = { priority: 1 } as const
const zero = { val: 0, mask: 0 }

const others: readonly Intent[] = [
  u32(
    'pref 1 handle 800::1 u32 match u32 0x12345678 0xffffffff at 12',
    { sel: { keys: [{ val: 0x12345678, mask: 0xffff_ffff, off: 12 }] } },
    { ...first, handle: '800::1' },
  ),
  u32('u32 match ip src 192.0.2.0/24 match ip dst 198.51.100.7 flowid 1:10', {
    classid: '1:10',
    sel: {
      keys: [
        { val: 0xc0000200, mask: 0xffffff00, off: 12 },
        { val: 0xc6336407, mask: 0xffff_ffff, off: 16 },
      ],
    },
  }),
  u32('u32 match u32 0x1 0xff at nexthdr+4', { sel: { keys: [{ val: 1, mask: 0xff, off: 4, offmask: -1 }] } }),
  u32('u32 match mark 0x10 0xff match u32 0 0', { mark: { val: 16, mask: 255 }, sel: { keys: [zero] } }),
  u32('pref 1 handle 1: u32 divisor 256', { divisor: 256 }, { ...first, handle: '1:' }),
  u32(
    'pref 1 u32 ht 800:: match ip protocol 6 0xff offset at 0 mask 0x0f00 shift 6 link 1:',
    {
      hash: '800:',
      link: '1:',
      sel: { flags: ['varoffset'], offmask: 0x0f00, offshift: 6, keys: [{ val: 0x60000, mask: 0xff0000, off: 8 }] },
    },
    first,
  ),
  u32(
    'pref 1 handle 1:5:7 u32 ht 1:5: match ip src 192.0.2.5 flowid 1:2',
    {
      hash: '1:5:',
      classid: '1:2',
      sel: { keys: [{ val: 0xc0000205, mask: 0xffff_ffff, off: 12 }] },
    },
    { ...first, handle: '1:5:7' },
  ),
  u32('u32 match u32 0 0 indev v1 skip_hw action drop', {
    indev: 'v1',
    flags: ['skip-hw'],
    act: [drop],
    sel: { keys: [zero] },
  }),
  [
    'tc filter del dev v0 parent 1: protocol ip pref 1 handle 800::800 u32',
    filter.delete({ ...below, protocol: 'ip', ...first, handle: '800::800', kind: 'u32' }),
  ],
  [
    "tc filter add dev v0 ingress bpf bytecode '4,40 0 0 12,21 0 1 2048,6 0 0 262144,6 0 0 0' classid 1:1",
    filter.add({
      ...ingress,
      options: {
        kind: 'bpf',
        classid: '1:1',
        ops: [
          { code: 40, jt: 0, jf: 0, k: 12 },
          { code: 21, jt: 0, jf: 1, k: 2048 },
          { code: 6, jt: 0, jf: 0, k: 262144 },
          { code: 6, jt: 0, jf: 0, k: 0 },
        ],
      },
    }),
  ],
  [
    'tc filter add dev v0 parent 1: protocol ip pref 4 handle 1 flow hash keys src,dst,proto,proto-src,proto-dst divisor 1024 perturb 10',
    filter.add({
      ...below,
      protocol: 'ip',
      priority: 4,
      handle: 1,
      options: { kind: 'flow', mode: 'hash', keys: 31, divisor: 1024, perturb: 10 },
    }),
  ],
  [
    'tc filter add dev v0 parent 1: protocol ip handle 4 flow map key mark xor 0xff00 rshift 8 addend 5 divisor 256 baseclass 1:1',
    filter.add({
      ...below,
      protocol: 'ip',
      handle: 4,
      options: {
        kind: 'flow',
        mode: 'map',
        keys: 128,
        mask: 0xffff_ffff,
        xor: 0xff00,
        rshift: 8,
        addend: 5,
        divisor: 256,
        baseclass: '1:1',
      },
    }),
  ],
  [
    'tc filter add dev v0 parent 1: protocol all handle 0x10/0xff fw classid 1:1 indev v1',
    filter.add({ ...below, handle: 0x10, options: { kind: 'fw', mask: 0xff, classid: '1:1', indev: 'v1' } }),
  ],
  [
    'tc filter add dev v0 parent 1: protocol ip pref 100 route from 10 to 20 classid 1:2',
    filter.add({
      ...below,
      protocol: 'ip',
      priority: 100,
      options: { kind: 'route', from: 10, to: 20, classid: '1:2' },
    }),
  ],
  [
    'tc filter add dev v0 parent 1: protocol ip pref 10 handle 1: cgroup',
    filter.add({ ...below, protocol: 'ip', priority: 10, handle: 1, options: { kind: 'cgroup' } }),
  ],
  [
    'tc filter add dev v0 parent 1: protocol ip basic action drop',
    filter.add({ ...below, protocol: 'ip', options: { kind: 'basic', act: [drop] } }),
  ],
  [
    "tc filter add dev v0 parent 1: protocol ip handle 5 flow map key src or 0x10 match 'cmp(u8 at 9 layer 1 eq 6)' action ok",
    filter.add({
      ...below,
      protocol: 'ip',
      handle: 5,
      options: {
        kind: 'flow',
        mode: 'map',
        keys: 1,
        mask: 0xffff_ffef,
        xor: 0x10,
        ematches: { treeList: [{ kind: 'cmp', align: 'u8', off: 9, layer: 'network', opnd: 'eq', val: 6 }] },
        act: [ok],
      },
    }),
  ],
]

const basic = (tree: string, treeList: Matches): Intent => [
  `tc filter add dev v0 parent 1: protocol ip basic match '${tree}' classid 1:1`,
  filter.add({ ...below, protocol: 'ip', options: { kind: 'basic', classid: '1:1', ematches: { treeList } } }),
]
const byte = (off: number, val: number) => ({ kind: 'cmp', align: 'u8', off, opnd: 'eq', val }) as const
const mark = (val: number, op: 'eq' | 'gt' | 'lt') =>
  ({
    kind: 'meta',
    left: { id: 'nfmark', type: 'int', op },
    right: { id: 'value', type: 'int' },
    lvalue: 0,
    rvalue: val,
  }) as const
const text = (words: string) => new TextEncoder().encode(words)

const matches: readonly Intent[] = [
  basic('cmp(u16 at 3 layer 2 mask 0xff00 gt 20)', [
    { kind: 'cmp', align: 'u16', off: 3, layer: 'transport', mask: 0xff00, opnd: 'gt', val: 20 },
  ]),
  basic('cmp(u32 at 12 layer network mask 0xffffff00 trans eq 0xc0000200)', [
    { kind: 'cmp', align: 'u32', off: 12, layer: 'network', mask: 0xffffff00, flags: 1, opnd: 'eq', val: 0xc0000200 },
  ]),
  basic('nbyte("ababa" at 12 layer 1)', [{ kind: 'nbyte', off: 12, layer: 'network', pattern: text('ababa') }]),
  basic('u32(u16 0x1122 0xffff at nexthdr+4)', [
    { kind: 'u32', val: 0x11220000, mask: 0xffff0000, off: 4, offmask: -1 },
  ]),
  basic('meta(nf_mark gt 24)', [mark(24, 'gt')]),
  basic('not cmp(u8 at 0 eq 1)', [{ ...byte(0, 1), invert: true }]),
  basic('cmp(u8 at 0 eq 1) and (cmp(u8 at 1 eq 2) or cmp(u8 at 2 eq 3))', [
    byte(0, 1),
    { kind: 'container', matches: [{ ...byte(1, 2), relation: 'or' }, byte(2, 3)] },
  ]),
  basic(
    '(cmp(u8 at 0 eq 1) and not (cmp(u8 at 1 eq 2) or (cmp(u8 at 2 eq 3) and cmp(u8 at 3 eq 4)))) or not (meta(nf_mark eq 9))',
    [
      {
        kind: 'container',
        relation: 'or',
        matches: [
          byte(0, 1),
          {
            kind: 'container',
            invert: true,
            matches: [
              { ...byte(1, 2), relation: 'or' },
              { kind: 'container', matches: [byte(2, 3), byte(3, 4)] },
            ],
          },
        ],
      },
      { kind: 'container', invert: true, matches: [mark(9, 'eq')] },
    ],
  ),
]

export const filterIntents: readonly Intent[] = [...slots, ...actions, ...flowers, ...others, ...matches]
