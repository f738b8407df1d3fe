// Labels, VLAN tags, Ethernet headers and tunnel keys, as tc's words and as our builders take them.
import type { ActionOptionsSpec, ActionSpec } from '../../../src/codec.js'

type Sample = readonly [words: string, spec: ActionSpec]

const of = (options: ActionOptionsSpec, more: Omit<ActionSpec, 'options'> = {}): ActionSpec => ({ ...more, options })
const mac1 = '02:00:00:00:00:01'
const mac2 = '02:00:00:00:00:02'
const tunnel = { parms: { tAction: 'set' }, noCsum: false, encIpv4Src: '192.0.2.1', encIpv4Dst: '192.0.2.2' } as const

/** Actions that put headers on and take them off. */
export const headerSamples: readonly Sample[] = [
  ['mpls pop protocol ip', of({ kind: 'mpls', parms: { mAction: 'pop' }, proto: 0x0800 })],
  ['mpls pop protocol mpls_uc pipe index 3', of({ kind: 'mpls', parms: { mAction: 'pop', index: 3 }, proto: 0x8847 })],
  [
    'mpls push protocol mpls_mc label 16 tc 5 ttl 200 bos 1 drop index 9',
    of(
      {
        kind: 'mpls',
        parms: { mAction: 'push', action: 'shot' },
        proto: 0x8848,
        label: 16,
        tc: 5,
        ttl: 200,
        bos: 1,
      },
      { index: 9 },
    ),
  ],
  [
    'mpls mac_push protocol mpls_uc label 1048575 tc 7 ttl 1 bos 0',
    of({ kind: 'mpls', parms: { mAction: 'mac-push' }, proto: 0x8847, label: 1048575, tc: 7, ttl: 1, bos: 0 }),
  ],
  [
    'mpls modify label 99 tc 2 ttl 64 bos 0',
    of({ kind: 'mpls', parms: { mAction: 'modify' }, label: 99, tc: 2, ttl: 64, bos: 0 }),
  ],
  ['mpls dec_ttl continue', of({ kind: 'mpls', parms: { mAction: 'dec-ttl', action: 'unspec' } })],
  ['tunnel_key unset', of({ kind: 'tunnel_key', parms: { tAction: 'release' } })],
  ['tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 66051', of({ kind: 'tunnel_key', ...tunnel, encKeyId: 66051 })],
  [
    'tunnel_key set src_ip 2001:db8::1 dst_ip 2001:db8::2 id 7 dst_port 4789 tos 0x10 ttl 64 nocsum nofrag pipe index 3',
    of(
      {
        kind: 'tunnel_key',
        parms: { tAction: 'set' },
        encIpv6Src: '2001:db8::1',
        encIpv6Dst: '2001:db8::2',
        encKeyId: 7,
        encDstPort: 4789,
        encTos: 16,
        encTtl: 64,
        noCsum: true,
        noFrag: true,
      },
      { index: 3 },
    ),
  ],
  [
    'tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 1 csum',
    of({ kind: 'tunnel_key', ...tunnel, encKeyId: 1, noCsum: false }),
  ],
  ['vlan pop', of({ kind: 'vlan', parms: { vAction: 'pop' } })],
  ['vlan push id 4094', of({ kind: 'vlan', parms: { vAction: 'push' }, pushVlanId: 4094 })],
  [
    'vlan push protocol 802.1ad id 5 priority 6 drop index 3',
    of({
      kind: 'vlan',
      parms: { vAction: 'push', action: 'shot', index: 3 },
      pushVlanProtocol: '8021ad',
      pushVlanId: 5,
      pushVlanPriority: 6,
    }),
  ],
  [
    'vlan modify protocol 802.1q id 258 priority 1',
    of({
      kind: 'vlan',
      parms: { vAction: 'modify' },
      pushVlanProtocol: '8021q',
      pushVlanId: 258,
      pushVlanPriority: 1,
    }),
  ],
  ['vlan pop_eth', of({ kind: 'vlan', parms: { vAction: 'pop-eth' } })],
  [
    `vlan push_eth dst_mac ${mac1} src_mac ${mac2} pipe`,
    of({ kind: 'vlan', parms: { vAction: 'push-eth' }, pushEthDst: mac1, pushEthSrc: mac2 }),
  ],
]

/** Options that have stopped a kernel when routes carried them: for kernels that may be lost. */
export const riskySamples: readonly Sample[] = [
  [
    'tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 1 dst_port 6081 geneve_opts 258:3:0102030405060708',
    of({
      kind: 'tunnel_key',
      ...tunnel,
      encKeyId: 1,
      encDstPort: 6081,
      encOpts: { geneve: [{ class: 0x258, type: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }] },
    }),
  ],
  [
    'tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 1 dst_port 6081 geneve_opts 1:2:01020304,772:5:a1a2a3a4b1b2b3b4',
    of({
      kind: 'tunnel_key',
      ...tunnel,
      encKeyId: 1,
      encDstPort: 6081,
      encOpts: {
        geneve: [
          { class: 1, type: 2, data: Uint8Array.of(1, 2, 3, 4) },
          { class: 0x772, type: 5, data: Uint8Array.of(0xa1, 0xa2, 0xa3, 0xa4, 0xb1, 0xb2, 0xb3, 0xb4) },
        ],
      },
    }),
  ],
  [
    'tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 1 dst_port 4789 vxlan_opts 66051',
    of({ kind: 'tunnel_key', ...tunnel, encKeyId: 1, encDstPort: 4789, encOpts: { vxlan: { gbp: 66051 } } }),
  ],
  [
    'tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 1 erspan_opts 1:66051:0:0',
    of({ kind: 'tunnel_key', ...tunnel, encKeyId: 1, encOpts: { erspan: { ver: 1, index: 66051 } } }),
  ],
  [
    'tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 1 erspan_opts 2:0:1:63',
    of({ kind: 'tunnel_key', ...tunnel, encKeyId: 1, encOpts: { erspan: { ver: 2, dir: 1, hwid: 63 } } }),
  ],
]
