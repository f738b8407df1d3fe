// Actions of every kind, as tc's words and as our builders take them: the same request, and the same action in the kernel.
import type { ActionOptionsSpec, ActionSpec } from '../../../src/codec.js'
import { gotoChain, jump } from '../../../src/codec.js'
import { headerSamples } from './actions-headers.js'
import { peditSamples } from './actions-pedit.js'

/** One action: what follows `tc actions add action`, and the same for `rt.action.add`. */
export type ActionSample = readonly [words: string, spec: ActionSpec]

const of = (options: ActionOptionsSpec, more: Omit<ActionSpec, 'options'> = {}): ActionSpec => ({ ...more, options })
const bytes = (size: number, first: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, at) => (at === 0 ? first : 0))
const mac1 = '02:00:00:00:00:01'
const mac2 = '02:00:00:00:00:02'

const gact: readonly ActionSample[] = [
  ['gact pass', of({ kind: 'gact' })],
  ['drop', of({ kind: 'gact', parms: { action: 'shot' } })],
  ['pass index 7', of({ kind: 'gact', parms: { action: 'ok', index: 7 } })],
  ['gact pipe index 4294967295', of({ kind: 'gact', parms: { action: 'pipe' } }, { index: 4294967295 })],
  ['gact reclassify index 2', of({ kind: 'gact', parms: { action: 'reclassify' } }, { index: 2 })],
  ['gact continue index 3', of({ kind: 'gact', parms: { action: 'unspec' } }, { index: 3 })],
  ['gact trap index 4', of({ kind: 'gact', parms: { action: 'trap' } }, { index: 4 })],
  ['gact goto chain 42 index 5', of({ kind: 'gact', parms: { action: gotoChain(42) } }, { index: 5 })],
  ['gact jump 2 index 6', of({ kind: 'gact', parms: { action: jump(2) } }, { index: 6 })],
  [
    'gact pass random determ drop 10000 index 8',
    of({ kind: 'gact', prob: { ptype: 'determ', pval: 10000, paction: 'shot' } }, { index: 8 }),
  ],
  [
    'gact drop random netrand continue 3 index 9',
    of(
      { kind: 'gact', parms: { action: 'shot' }, prob: { ptype: 'netrand', pval: 3, paction: 'unspec' } },
      { index: 9 },
    ),
  ],
  ['gact pass index 1 cookie a1b2c3', of({ kind: 'gact' }, { index: 1, cookie: Uint8Array.of(0xa1, 0xb2, 0xc3) })],
  ['gact pass no_percpu', of({ kind: 'gact' }, { flags: { value: 1, selector: 1 } })],
  ['gact pass skip_hw', of({ kind: 'gact' }, { flags: { value: 2, selector: 2 } })],
  ['gact pass skip_sw', of({ kind: 'gact' }, { flags: { value: 4, selector: 4 } })],
  ['gact pass hw_stats immediate', of({ kind: 'gact' }, { hwStats: { value: 1, selector: 1 } })],
  ['gact pass hw_stats delayed', of({ kind: 'gact' }, { hwStats: { value: 2, selector: 2 } })],
  ['gact pass hw_stats disabled', of({ kind: 'gact' }, { hwStats: { value: 0, selector: 0 } })],
]

const conntrack: readonly ActionSample[] = [
  ['connmark', of({ kind: 'connmark' })],
  ['connmark zone 65535 pipe index 12', of({ kind: 'connmark', parms: { zone: 65535, index: 12 } })],
  ['connmark zone 7 goto chain 3', of({ kind: 'connmark', parms: { zone: 7, action: gotoChain(3) } })],
  ['ct', of({ kind: 'ct' })],
  ['ct clear', of({ kind: 'ct', action: ['clear'] })],
  ['ct zone 513 index 3 pipe', of({ kind: 'ct', zone: 513 }, { index: 3 })],
  ['ct commit', of({ kind: 'ct', action: ['commit'] })],
  [
    'ct commit force zone 5 mark 0xbb',
    of({ kind: 'ct', action: ['commit', 'force'], zone: 5, mark: 0xbb, markMask: 0xffffffff }),
  ],
  ['ct commit mark 0x1234/0xffff', of({ kind: 'ct', action: ['commit'], mark: 0x1234, markMask: 0xffff })],
  [
    'ct commit label 01000000000000000000000000000000/ff000000000000000000000000000000',
    of({ kind: 'ct', action: ['commit'], labels: bytes(16, 1), labelsMask: bytes(16, 255) }),
  ],
  ['ct nat pipe', of({ kind: 'ct', action: ['nat'] })],
  [
    'ct commit nat src addr 192.0.2.7 pipe',
    of({ kind: 'ct', action: ['commit', 'nat', 'nat-src'], natIpv4Min: '192.0.2.7', natIpv4Max: '192.0.2.7' }),
  ],
  [
    'ct commit nat dst addr 192.0.2.7-192.0.2.9 port 1024-2047',
    of({
      kind: 'ct',
      action: ['commit', 'nat', 'nat-dst'],
      natIpv4Min: '192.0.2.7',
      natIpv4Max: '192.0.2.9',
      natPortMin: 1024,
      natPortMax: 2047,
    }),
  ],
  [
    'ct commit nat src addr 2001:db8::1-2001:db8::9 port 80',
    of({
      kind: 'ct',
      action: ['commit', 'nat', 'nat-src'],
      natIpv6Min: '2001:db8::1',
      natIpv6Max: '2001:db8::9',
      natPortMin: 80,
      natPortMax: 80,
    }),
  ],
  [
    'ct commit helper ipv4-tcp-ftp',
    of({ kind: 'ct', action: ['commit'], helperName: 'ftp', helperFamily: 2, helperProto: 6 }),
  ],
  ['ctinfo dscp 0xfc000000', of({ kind: 'ctinfo', parmsDscpMask: 0xfc000000 })],
  [
    'ctinfo dscp 0xfc000000 0x01000000 zone 3 pipe index 4',
    of({ kind: 'ctinfo', parmsDscpMask: 0xfc000000, parmsDscpStatemask: 0x01000000, zone: 3 }, { index: 4 }),
  ],
  ['ctinfo cpmark', of({ kind: 'ctinfo', parmsCpmarkMask: 0xffffffff })],
  [
    'ctinfo dscp 0x3f 0x80 cpmark 0xffff00 continue',
    of({
      kind: 'ctinfo',
      parmsDscpMask: 0x3f,
      parmsDscpStatemask: 0x80,
      parmsCpmarkMask: 0xffff00,
      act: { action: 'unspec' },
    }),
  ],
]

const simple: readonly ActionSample[] = [
  [
    "bpf bytecode '1,6 0 0 4294967295' index 3",
    of({ kind: 'bpf', ops: [{ code: 6, jt: 0, jf: 0, k: 0xffffffff }] }, { index: 3 }),
  ],
  [
    "bpf bytecode '4,40 0 0 12,21 0 1 2048,6 0 0 0,6 0 0 4294967295' pipe index 4",
    of(
      {
        kind: 'bpf',
        ops: [
          { code: 40, jt: 0, jf: 0, k: 12 },
          { code: 21, jt: 0, jf: 1, k: 2048 },
          { code: 6, jt: 0, jf: 0, k: 0 },
          { code: 6, jt: 0, jf: 0, k: 0xffffffff },
        ],
      },
      { index: 4 },
    ),
  ],
  ['csum ip', of({ kind: 'csum', parms: { updateFlags: ['ipv4hdr'] } })],
  [
    'csum ip4h and icmp and igmp and tcp and udp and udplite and sctp pipe index 3',
    of({ kind: 'csum', parms: { updateFlags: 127, action: 'pipe', index: 3 } }),
  ],
  ['csum tcp or udp drop', of({ kind: 'csum', parms: { updateFlags: ['tcp', 'udp'], action: 'shot' } })],
  ['csum sctp + icmp continue', of({ kind: 'csum', parms: { updateFlags: ['sctp', 'icmp'], action: 'unspec' } })],
  ['ife encode allow mark', of({ kind: 'ife', parms: { flags: 1 }, metalst: { skbmark: true } })],
  [
    'ife encode allow mark allow prio allow tcindex',
    of({ kind: 'ife', parms: { flags: 1 }, metalst: { skbmark: true, prio: true, tcindex: true } }),
  ],
  [
    `ife encode use mark 0x12345678 use prio 9 use tcindex 4660 type 0xfefe dst ${mac1} src ${mac2} pipe index 2`,
    of({
      kind: 'ife',
      parms: { flags: 1, index: 2 },
      metalst: { skbmark: 0x12345678, prio: 9, tcindex: 4660 },
      type: 0xfefe,
      dmac: mac1,
      smac: mac2,
    }),
  ],
  ['mirred egress redirect dev v0', of({ kind: 'mirred', parms: { eaction: 'egress-redir', ifindex: 'v0' } })],
  [
    'mirred egress mirror dev v1 index 77',
    of({ kind: 'mirred', parms: { eaction: 'egress-mirror', ifindex: 'v1' } }, { index: 77 }),
  ],
  ['mirred ingress redirect dev ifb0', of({ kind: 'mirred', parms: { eaction: 'ingress-redir', ifindex: 'ifb0' } })],
  [
    'mirred ingress mirror index 4 dev v0',
    of({ kind: 'mirred', parms: { eaction: 'ingress-mirror', ifindex: 'v0', index: 4 } }),
  ],
  ['mirred egress redirect blockid 66051', of({ kind: 'mirred', parms: { eaction: 'egress-redir' }, blockid: 66051 })],
  [
    'nat ingress 192.0.2.0/24 198.51.100.0',
    of({ kind: 'nat', parms: { oldAddr: '192.0.2.0', newAddr: '198.51.100.0', mask: '255.255.255.0' } }),
  ],
  [
    'nat egress 192.0.2.7 198.51.100.9 pipe index 6',
    of(
      {
        kind: 'nat',
        parms: {
          oldAddr: '192.0.2.7',
          newAddr: '198.51.100.9',
          mask: '255.255.255.255',
          flags: ['egress'],
          action: 'pipe',
        },
      },
      { index: 6 },
    ),
  ],
  ['sample rate 100 group 5', of({ kind: 'sample', rate: 100, psampleGroup: 5 })],
  [
    'sample rate 65537 group 16909060 trunc 128 pass index 3',
    of({ kind: 'sample', parms: { action: 'ok' }, rate: 65537, psampleGroup: 16909060, truncSize: 128 }, { index: 3 }),
  ],
  ['simple sdata hello', of({ kind: 'simple', data: 'hello' })],
  ['skbedit queue_mapping 258', of({ kind: 'skbedit', queueMapping: 258 })],
  [
    'skbedit priority ffff:1 mark 0x12345678/0xff00ff00',
    of({ kind: 'skbedit', priority: 0xffff0001, mark: 0x12345678, mask: 0xff00ff00 }),
  ],
  ['skbedit ptype host', of({ kind: 'skbedit', ptype: 'host' })],
  ['skbedit ptype otherhost', of({ kind: 'skbedit', ptype: 'otherhost' })],
  ['skbedit inheritdsfield', of({ kind: 'skbedit', flags: 32n })],
  [
    'skbedit queue_mapping 1 priority 10:3 mark 5 ptype multicast inheritdsfield pipe index 9',
    of({ kind: 'skbedit', queueMapping: 1, priority: 0x100003, mark: 5, ptype: 'multicast', flags: 32n }, { index: 9 }),
  ],
  [`skbmod set dmac ${mac1}`, of({ kind: 'skbmod', parms: { flags: 1n }, dmac: mac1 })],
  [
    `skbmod set dmac ${mac1} smac ${mac2} etype 0x1234 pipe index 3`,
    of({ kind: 'skbmod', parms: { flags: 7n, index: 3 }, dmac: mac1, smac: mac2, etype: 0x1234 }),
  ],
  ['skbmod swap mac', of({ kind: 'skbmod', parms: { flags: 8n } })],
  ['skbmod ecn drop', of({ kind: 'skbmod', parms: { flags: 16n, action: 'shot' } })],
]

const timed: readonly ActionSample[] = [
  [
    'gate clockid CLOCK_TAI sched-entry open 200000000ns -1 8000000b sched-entry close 100000000ns',
    of({
      kind: 'gate',
      clockid: 11,
      entryList: {
        oneEntry: [
          { gate: true, interval: 200_000_000, ipv: -1, maxOctets: 8_000_000 },
          { interval: 100_000_000, ipv: -1, maxOctets: -1 },
        ],
      },
    }),
  ],
  [
    'gate priority 3 base-time 1000000000000 cycle-time 400000ns cycle-time-ext 1000ns clockid CLOCK_MONOTONIC flags 0x1 sched-entry open 300000ns 2 1500b sched-entry close 100000ns -1 -1 index 5 drop',
    of({
      kind: 'gate',
      parms: { index: 5, action: 'shot' },
      priority: 3,
      baseTime: 1_000_000_000_000n,
      cycleTime: 400_000n,
      cycleTimeExt: 1000n,
      clockid: 1,
      flags: 1,
      entryList: {
        oneEntry: [
          { gate: true, interval: 300_000, ipv: 2, maxOctets: 1500 },
          { interval: 100_000, ipv: -1, maxOctets: -1 },
        ],
      },
    }),
  ],
  // 10 KiB at 125,000 bytes a second take 81,920 µs, 100 KiB at 1,000,000 102,400 µs; a tick is 64 ns.
  ['police rate 1mbit burst 10k', of({ kind: 'police', tbf: { rate: { rate: 125_000 }, burst: 1_280_000 } })],
  [
    'police rate 1mbit burst 10k mtu 1500 drop index 5',
    of({ kind: 'police', tbf: { rate: { rate: 125_000 }, burst: 1_280_000, mtu: 1500, action: 'shot', index: 5 } }),
  ],
  [
    'police rate 8mbit burst 100k mtu 2k peakrate 16mbit overhead 14 linklayer atm conform-exceed pipe/reclassify index 6',
    of(
      {
        kind: 'police',
        tbf: {
          rate: { rate: 1_000_000, overhead: 14, linklayer: 'atm' },
          peakrate: { rate: 2_000_000, overhead: 14, linklayer: 'atm' },
          burst: 1_600_000,
          mtu: 2048,
          action: 'pipe',
        },
        result: 'reclassify',
      },
      { index: 6 },
    ),
  ],
  [
    'police rate 100gbit burst 1m peakrate 200gbit mtu 64k',
    of({
      kind: 'police',
      tbf: { burst: 1311, mtu: 65536 },
      rate64: 12_500_000_000n,
      peakrate64: 25_000_000_000n,
    }),
  ],
  [
    'police pkts_rate 1000 pkts_burst 200 conform-exceed drop/pipe',
    of({ kind: 'police', tbf: { action: 'shot' }, result: 'pipe', pktrate64: 1000n, pktburst64: 3_125_000n }),
  ],
  [
    'police rate 1mbit burst 10k conform-exceed drop/continue',
    of({ kind: 'police', tbf: { rate: { rate: 125_000 }, burst: 1_280_000, action: 'shot' }, result: 'unspec' }),
  ],
]

/** Every kind with its options; those that may stop a kernel are apart. */
export const actionSamples: readonly ActionSample[] = [
  ...gact,
  ...conntrack,
  ...simple,
  ...timed,
  ...headerSamples,
  ...peditSamples,
]
