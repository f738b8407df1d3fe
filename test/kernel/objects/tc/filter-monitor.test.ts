// `tc -d monitor` prints what the builders of filters write: no kernel has it, so options of tunnels do no harm.
import { expect, it } from 'vitest'
import { type FilterSpec, request } from '../../../../src/codec.js'
import { tcPrinted } from '../../../support/iproute2/tc-monitor.js'

const printed: readonly (readonly [name: string, spec: FilterSpec, text: readonly string[]])[] = [
  [
    'keys of flower',
    {
      protocol: 'ip',
      priority: 7,
      handle: 3,
      options: {
        kind: 'flower',
        classid: '1:2',
        keyIpProto: 6,
        keyIpv4Dst: '192.0.2.0',
        keyIpv4DstMask: '255.255.255.0',
        keyTcpDst: 80,
      },
    },
    [
      'protocol ip pref 7 flower',
      'handle 0x3',
      'classid 1:2',
      'eth_type ipv4',
      'ip_proto tcp',
      'dst_ip 192.0.2.0/24',
      'dst_port 80',
    ],
  ],
  [
    'options of tunnels',
    {
      protocol: 'ip',
      options: {
        kind: 'flower',
        keyEncKeyId: 7,
        keyEncOpts: { geneve: [{ class: 0x102, type: 0x80, data: Uint8Array.of(0x11, 0x22, 0x33, 0x44) }] },
        keyEncOptsMask: { geneve: [{ class: 0xffff, type: 255, data: Uint8Array.of(255, 255, 255, 255) }] },
      },
    },
    ['enc_key_id 7', 'geneve_opts 0102:80:11223344/ffff:ff:ffffffff'],
  ],
  [
    'keys of u32',
    {
      protocol: 'ip',
      handle: '800::7',
      options: { kind: 'u32', classid: '1:1', sel: { keys: [{ val: 80, mask: 0xffff, offmask: -1 }] } },
    },
    ['fh 800::7', 'flowid 1:1', 'match 00000050/0000ffff at nexthdr+0'],
  ],
  [
    'a tree of matches',
    {
      options: {
        kind: 'basic',
        ematches: {
          treeList: [
            { kind: 'cmp', align: 'u16', off: 3, layer: 'transport', mask: 0xff00, opnd: 'gt', val: 20 },
            { kind: 'container', invert: true, matches: [{ kind: 'u32', val: 0x11220000, mask: 0xffff0000, off: 4 }] },
          ],
        },
      },
    },
    ['cmp(u16 at 3 layer 2 mask 0xff00 gt 20)', 'AND NOT ( u32(11220000/ffff0000 at 4)'],
  ],
  [
    'bytecode',
    { options: { kind: 'bpf', ops: [{ code: 6, jt: 0, jf: 0, k: 0xffffffff }] } },
    ["bytecode '1,6 0 0 4294967295'"],
  ],
]

it.each(printed)('%s', (_name, spec, text) => {
  const words = tcPrinted(request.filter.add({ ifindex: 1, parent: 'ingress', ...spec }))
  for (const part of text) expect(words).toContain(part)
})
