// Extended matches and tunnel options of filters in a kernel, and everything that the builders write as tc reads it.
import { describe, expect, it } from 'vitest'
import { type FilterSpec, open } from '../../../../src/index.js'
import { run } from '../../../support/iproute2/iproute.js'
import { lacking } from '../../../support/probe.js'
import { dev, makeFilterRef, orSkip, shownFilter, still } from '../../../support/samples/filter-bench.js'

const parent = 'ingress'
type Options = NonNullable<FilterSpec['options']>
type Matches = NonNullable<NonNullable<Extract<Options, { kind: 'basic' }>['ematches']>['treeList']>

const byte = (off: number, val: number) => ({ kind: 'cmp', align: 'u8', off, opnd: 'eq', val }) as const
const text = (words: string) => new TextEncoder().encode(words)

/** Trees of matches, and what tc says of them. */
const trees: readonly {
  readonly name: string
  readonly tree: Matches
  readonly says?: string
  readonly lacks?: RegExp
}[] = [
  {
    name: 'cmp',
    tree: [{ kind: 'cmp', align: 'u16', off: 3, layer: 'transport', mask: 0xff00, opnd: 'gt', val: 20, flags: 1 }],
    says: 'cmp(u16 at 3 layer 2 mask 0xff00 trans gt 20)',
  },
  {
    name: 'nbyte',
    tree: [{ kind: 'nbyte', off: 12, layer: 'network', pattern: text('ababa') }],
    says: 'nbyte(61 62 61 62 61 "ababa" at 12 layer 1)',
  },
  {
    name: 'u32',
    tree: [{ kind: 'u32', val: 0x11220000, mask: 0xffff0000, off: 4, offmask: -1 }],
    says: 'u32(11220000/ffff0000 at nexthdr+4)',
  },
  {
    name: 'meta of numbers',
    tree: [
      {
        kind: 'meta',
        left: { id: 'nfmark', type: 'int', op: 'gt', shift: 4 },
        right: { id: 'value', type: 'int' },
        lvalue: 0xf0,
        rvalue: 24,
      },
    ],
    says: 'meta(nf_mark shift 4 mask 0x000000f0 gt 24)',
  },
  {
    name: 'meta of text',
    tree: [
      { kind: 'meta', left: { id: 'dev', type: 'var', op: 'eq' }, right: { id: 'value', type: 'var' }, rvalue: 'eth0' },
    ],
  },
  {
    name: 'text',
    tree: [
      { kind: 'text', algo: 'kmp', fromLayer: 'network', toLayer: 'transport', toOffset: 100, pattern: text('GET') },
    ],
    lacks: /ENOENT|EINVAL/,
  },
  {
    name: 'canid',
    tree: [{ kind: 'canid', rules: [{ canId: 0x123, canMask: 0x800007ff }] }],
    says: 'canid(sff 0x123)',
  },
  { name: 'a match turned round', tree: [{ ...byte(0, 1), invert: true }], says: 'NOT cmp(u8 at 0 layer 1 eq 1)' },
  {
    name: 'brackets',
    tree: [
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
      { ...byte(4, 5), matchid: 7 },
    ],
    says: '( cmp(u8 at 0 layer 1 eq 1) AND NOT ( cmp(u8 at 1 layer 1 eq 2) OR ( cmp(u8 at 2 layer 1 eq 3) AND cmp(u8 at 3 layer 1 eq 4) ) ) ) OR cmp(u8 at 4 layer 1 eq 5)',
  },
]

makeFilterRef()

/** What tc says of the filters, in one line. */
const words = () => run(`tc filter show dev ${dev} ingress`).replace(/\s+/g, ' ')

describe('a tree of matches', () => {
  it.for(trees)(
    'is what tc says, and can be added again as it was read: $name',
    async ({ tree, says, lacks }, context) => {
      await using rt = await open()
      const options = { kind: 'basic', classid: '1:1', ematches: { treeList: tree } } as const
      const made = await orSkip(context, lacks, () => rt.filter.addAndGet({ dev, parent, priority: 5, options }))
      const read = made.options?.kind === 'basic' ? made.options.ematches?.treeList : undefined
      expect(read).toMatchObject(tree)
      if (says !== undefined) expect(words()).toContain(says)
      await rt.filter.delete({ dev, parent })
      await rt.filter.add(made)
      expect(still((await rt.filter.list({ dev, parent }))[0])).toEqual(still(made))
      if (says !== undefined) expect(words()).toContain(says)
    },
  )

  it.for(['basic', 'cgroup', 'flow'] as const)('belongs to %s', async (kind, context) => {
    await using rt = await open()
    const ematches = { treeList: [byte(9, 6)] }
    const options: Options = kind === 'flow' ? { kind, mode: 'hash', keys: 1, ematches } : { kind, ematches }
    await orSkip(context, undefined, () => rt.filter.add({ dev, parent, priority: 5, handle: 1, options }))
    const [read] = await rt.filter.list({ dev, parent, kind })
    expect(read?.options).toMatchObject({ ematches: { treeHdr: { nmatches: 1 }, treeList: [{ kind: 'cmp', off: 9 }] } })
  })
})

/** Options of tunnels, as flower compares them. */
const tunnels: readonly { readonly name: string; readonly options: Options; readonly keys: object }[] = [
  {
    name: 'one geneve option',
    options: {
      kind: 'flower',
      keyEncKeyId: 1,
      keyEncOpts: { geneve: [{ class: 0x102, type: 0x80, data: Uint8Array.of(0x11, 0x22, 0x33, 0x44) }] },
      keyEncOptsMask: { geneve: [{ class: 0xffff, type: 255, data: Uint8Array.of(255, 255, 0, 255) }] },
    },
    keys: {
      geneve_opt_key: [{ class: 0x102, type: 0x80, data: [0x11, 0x22, 0x33, 0x44] }],
      geneve_opt_mask: [{ class: 0xffff, type: 255, data: [255, 255, 0, 255] }],
    },
  },
  {
    name: 'two geneve options',
    options: {
      kind: 'flower',
      keyEncKeyId: 1,
      keyEncOpts: {
        geneve: [
          { class: 0x102, type: 0x80, data: Uint8Array.of(0x11, 0x22, 0x33, 0x44) },
          { class: 0xfffe, type: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
        ],
      },
      keyEncOptsMask: {
        geneve: [
          { class: 0xffff, type: 255, data: new Uint8Array(4).fill(255) },
          { class: 0xffff, type: 255, data: new Uint8Array(8).fill(255) },
        ],
      },
    },
    keys: {
      geneve_opt_key: [
        { class: 0x102, type: 0x80, data: [0x11, 0x22, 0x33, 0x44] },
        { class: 0xfffe, type: 1, data: [1, 2, 3, 4, 5, 6, 7, 8] },
      ],
    },
  },
  {
    name: 'vxlan',
    options: {
      kind: 'flower',
      keyEncKeyId: 1,
      keyEncOpts: { vxlan: { gbp: 10 } },
      keyEncOptsMask: { vxlan: { gbp: 0xff } },
    },
    keys: { vxlan_opt_key: [{ gbp: 10 }], vxlan_opt_mask: [{ gbp: 0xff }] },
  },
  {
    name: 'erspan',
    options: {
      kind: 'flower',
      keyEncKeyId: 1,
      keyEncOpts: { erspan: { ver: 2, dir: 1, hwid: 6 } },
      keyEncOptsMask: { erspan: { ver: 2, dir: 1, hwid: 63 } },
    },
    keys: { erspan_opt_key: [{ ver: 2, dir: 1, hwid: 6 }] },
  },
  {
    name: 'gtp',
    options: {
      kind: 'flower',
      keyEncKeyId: 1,
      keyEncOpts: { gtp: { pduType: 1, qfi: 5 } },
      keyEncOptsMask: { gtp: { pduType: 255, qfi: 15 } },
    },
    keys: {},
  },
  {
    name: 'and keys that tc does not show',
    options: {
      kind: 'flower',
      keyHash: 0x12345678,
      keyHashMask: 0xffffff00,
      keyEncKeyId: 1,
      keyEncUdpSrcPort: 4789,
      keyEncUdpSrcPortMask: 0xfff0,
      keyCtState: 0b1010,
      keyCtStateMask: 0b1011,
    },
    keys: { ct_state: '+trk-new+est' },
  },
  {
    name: 'pfcp',
    options: {
      kind: 'flower',
      keyEncKeyId: 1,
      keyEncOpts: { pfcp: { type: 1, seid: 0x112233445566n } },
      keyEncOptsMask: { pfcp: { type: 1, seid: 0xffff_ffff_ffff_fff0n } },
    },
    keys: {},
  },
]

describe('options of tunnels', () => {
  it.for(tunnels)('are what tc shows, and can be added again as they were read: $name', async (sample, context) => {
    // Options of tunnels have stopped kernels: only where that does no harm.
    if (process.env['RIK_ENGINE'] === undefined) lacking(context, 'only in a kernel that may be lost', false)
    await using rt = await open()
    const { options, keys } = sample
    const made = await orSkip(context, undefined, () =>
      rt.filter.addAndGet({ dev, parent, priority: 5, protocol: 'ip', options }),
    )
    expect(made.options).toMatchObject(options)
    expect(shownFilter()).toMatchObject({ options: { keys } })
    await rt.filter.delete({ dev, parent })
    await rt.filter.add(made)
    expect(still((await rt.filter.list({ dev, parent }))[0])).toEqual(still(made))
    expect(shownFilter()).toMatchObject({ options: { keys } })
  })
})
