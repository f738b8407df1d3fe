// Edits of packets, as tc's words and as our builders take them. val and mask are the packet's bytes: (word & mask) ^ val.
import type { ActionSpec, PeditCmd, PeditHeaderType, PeditKey } from '../../../src/codec.js'

type Sample = readonly [words: string, spec: ActionSpec]
type Control = NonNullable<Extract<ActionSpec['options'], { kind: 'gact' }>['parms']>

/** Edits by offset from the network header. */
const plain = (keys: readonly Partial<PeditKey>[], parms: Control = {}): ActionSpec => ({
  options: { kind: 'pedit', parms: { ...parms, keys } },
})

/** Edits by header: every key has its layer and its command. */
const extended = (
  keys: readonly (Partial<PeditKey> & { htype: PeditHeaderType; cmd?: PeditCmd })[],
  parms: Control = {},
): ActionSpec => ({
  options: {
    kind: 'pedit',
    parmsEx: { ...parms, keys: keys.map(({ htype: _, cmd: __, ...key }) => key) },
    keysEx: { keyEx: keys.map(({ htype, cmd = 'set' }) => ({ htype, cmd })) },
  },
})

const ALL = 0xffffffff

const byOffset: readonly Sample[] = [
  ['pedit munge offset 0 u32 set 0x11223344', plain([{ val: 0x11223344 }])],
  [
    'pedit munge offset 12 u16 set 0x55 drop index 4',
    plain([{ off: 12, val: 0x00550000, mask: 0x0000ffff }], { action: 'shot', index: 4 }),
  ],
  ['pedit munge offset 9 u8 set 17', plain([{ off: 8, val: 0x00110000, mask: 0xff00ffff }])],
  ['pedit munge offset -14 u16 set 0x0200', plain([{ off: 2 ** 32 - 16, val: 0x0200, mask: 0xffff0000 }])],
  ['pedit munge offset 4 u32 at 8 0f 2 set 1', plain([{ off: 4, at: 8, offmask: 0x0f, shift: 2, val: 1 }])],
  ['pedit munge offset 0 u32 invert', plain([{ val: ALL, mask: ALL }])],
  ['pedit munge offset 0 u32 clear', plain([{}])],
  ['pedit munge offset 0 u32 preserve', plain([{ mask: ALL }])],
  ['pedit munge offset 0 u32 set 0xff00ff00 retain 0xffff', plain([{ val: 0xff00, mask: 0xffff0000 }])],
  ['pedit munge ip src set 192.0.2.1', plain([{ off: 12, val: 0xc0000201 }])],
  [
    'pedit munge ip dst set 192.0.2.2 munge ip tos set 0x10 munge ip protocol set 17',
    plain([
      { off: 16, val: 0xc0000202 },
      { off: 0, val: 0x00100000, mask: 0xff00ffff },
      { off: 8, val: 0x00110000, mask: 0xff00ffff },
    ]),
  ],
  [
    'pedit munge ip sport set 80 munge ip dport set 443',
    plain([
      { off: 20, val: 80 * 0x10000, mask: 0xffff },
      { off: 20, val: 443, mask: 0xffff0000 },
    ]),
  ],
  ['pedit munge ip icmp_type set 8 pipe', plain([{ off: 20, val: 0x08000000, mask: 0xffffff }], { action: 'pipe' })],
]

const ofIp: readonly Sample[] = [
  ['pedit ex munge ip ttl set 64', extended([{ htype: 'ip4', off: 8, val: 0x40000000, mask: 0xffffff }])],
  [
    'pedit ex munge ip ttl decrement',
    extended([{ htype: 'ip4', cmd: 'add', off: 8, val: 0xff000000, mask: 0xffffff }]),
  ],
  [
    'pedit ex munge ip ttl add 3 pipe',
    extended([{ htype: 'ip4', cmd: 'add', off: 8, val: 0x03000000, mask: 0xffffff }], { action: 'pipe' }),
  ],
  [
    'pedit ex munge ip src set 192.0.2.1 munge ip dst set 198.51.100.1 munge ip dsfield set 0xb8 retain 0xfc',
    extended([
      { htype: 'ip4', off: 12, val: 0xc0000201 },
      { htype: 'ip4', off: 16, val: 0xc6336401 },
      { htype: 'ip4', off: 0, val: 0x00b80000, mask: 0xff03ffff },
    ]),
  ],
  [
    'pedit ex munge ip6 src set 2001:db8::1',
    extended([
      { htype: 'ip6', off: 8, val: 0x20010db8 },
      { htype: 'ip6', off: 12 },
      { htype: 'ip6', off: 16 },
      { htype: 'ip6', off: 20, val: 1 },
    ]),
  ],
  [
    'pedit ex munge ip6 hoplimit set 9 munge ip6 nexthdr set 58 munge ip6 payload_len set 1280',
    extended([
      { htype: 'ip6', off: 4, val: 9, mask: 0xffffff00 },
      { htype: 'ip6', off: 4, val: 58 * 0x100, mask: 0xffff00ff },
      { htype: 'ip6', off: 4, val: 1280 * 0x10000, mask: 0xffff },
    ]),
  ],
  [
    'pedit ex munge ip6 traffic_class set 0x40 retain 0xc0',
    extended([{ htype: 'ip6', off: 0, val: 0x04000000, mask: 0xf3ffffff }]),
  ],
]

const others: readonly Sample[] = [
  [
    'pedit ex munge eth src set 02:01:03:04:05:06',
    extended([
      { htype: 'eth', off: 4, val: 0x0201, mask: 0xffff0000 },
      { htype: 'eth', off: 8, val: 0x03040506 },
    ]),
  ],
  [
    'pedit ex munge eth dst set 02:01:03:04:05:06',
    extended([
      { htype: 'eth', off: 0, val: 0x02010304 },
      { htype: 'eth', off: 4, val: 0x05060000, mask: 0xffff },
    ]),
  ],
  ['pedit ex munge eth type set 0x0800', extended([{ htype: 'eth', off: 12, val: 0x08000000, mask: 0xffff }])],
  [
    'pedit ex munge tcp sport set 80 munge tcp dport set 8080 munge tcp flags set 0x12',
    extended([
      { htype: 'tcp', off: 0, val: 80 * 0x10000, mask: 0xffff },
      { htype: 'tcp', off: 0, val: 8080, mask: 0xffff0000 },
      { htype: 'tcp', off: 12, val: 0x00120000, mask: 0xff00ffff },
    ]),
  ],
  [
    'pedit ex munge udp sport set 53 munge udp dport add 1 pass index 31',
    extended(
      [
        { htype: 'udp', off: 0, val: 53 * 0x10000, mask: 0xffff },
        { htype: 'udp', cmd: 'add', off: 0, val: 1, mask: 0xffff0000 },
      ],
      { index: 31 },
    ),
  ],
]

/** Edits of every layer, with and without the extended keys. */
export const peditSamples: readonly Sample[] = [...byOffset, ...ofIp, ...others]
