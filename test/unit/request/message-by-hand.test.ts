// Messages that are made by hand, and parts of decoded ones that were changed since.
import { describe, expect, test } from 'vitest'
import { attributes, decodeMessage, encodeMessage, type Message } from '../../../src/codec.js'
import { attr, newLink, thrown } from '../../support/vector-build.js'
import { toHex } from '../../support/vector-bytes.js'

const plain: Message = { type: 16, flags: 0, seq: 1, pid: 0, header: {}, attrs: { name: 'v0' } as object }
const expected = toHex(encodeMessage(plain))
const data = new Uint8Array(4)
const kept = (unknown: unknown) => ({ attrs: { $unknown: unknown } })

const rejections: readonly (readonly [string, object, string])[] = [
  ['a type of 17 bits', { type: 65552 }, 'type'],
  ['a type below 0', { type: -1 }, 'type'],
  ['a type that is text', { type: 'newlink' }, 'type'],
  ['flags of 17 bits', { flags: 65537 }, 'flags'],
  ['a number of 33 bits', { seq: 2 ** 32 }, 'seq'],
  ['a number that is none', { seq: Number.NaN }, 'seq'],
  ['a port below 0', { pid: -5 }, 'pid'],
  ['a payload that is text', { data: 'abcd' }, 'data'],
  ['a payload that is a number', { data: 7 }, 'data'],
  ['a payload that is null', { data: null }, 'data'],
  ['unknown attributes that are no list', kept(5), '$unknown'],
  ['an unknown attribute that is null', kept([null]), '$unknown[0]'],
  ['an unknown attribute without bytes', kept([{ type: 900 }]), '$unknown[0].data'],
  [
    'an unknown attribute of text',
    kept([
      { type: 900, data },
      { type: 900, data: 'abcd' },
    ]),
    '$unknown[1].data',
  ],
  ['an unknown attribute of an object', kept([{ type: 900, data: {} }]), '$unknown[0].data'],
  ['an unknown attribute of a type of 15 bits', kept([{ type: 0x4000, data }]), '$unknown[0].type'],
  ['an unknown attribute of a type of 17 bits', kept([{ type: 65552, data }]), '$unknown[0].type'],
  ['an unknown attribute of a type below -1', kept([{ type: -2, data }]), '$unknown[0].type'],
  ['an unknown attribute of a type that is none', kept([{ type: 4n, data }]), '$unknown[0].type'],
  ['the same in a nest', { attrs: { linkinfo: { $unknown: [{ type: 9 }] } } }, 'linkinfo.$unknown[0].data'],
]

describe('messages made by hand', () => {
  test.each(rejections)('are refused with %s, naming it', (_, part, attrPath) => {
    expect(thrown(() => encodeMessage({ ...plain, ...part } as never))).toMatchObject({
      reason: 'encode',
      code: 'ERR_NETLINK_BAD_VALUE',
      attrPath,
    })
    expect(toHex(encodeMessage(plain))).toBe(expected)
  })

  test('hold what just fits', () => {
    const most = { type: 0xffff, flags: 0xffff, seq: 0xffffffff, pid: 0xffffffff, data }
    expect(decodeMessage(encodeMessage(most))).toEqual(most)
    const rest = [
      { type: 0x3fff, nested: true, netByteOrder: true, data },
      { type: -1, nested: false, netByteOrder: false, data: Uint8Array.of(2, 0, 0, 0) },
    ]
    expect(decodeMessage(encodeMessage({ ...plain, attrs: { $unknown: rest } })).attrs).toEqual({ $unknown: rest })
  })

  test('are refused where what was kept of a decoded one is none any more', () => {
    const message = decodeMessage(
      encodeMessage({ ...plain, attrs: { $unknown: [{ type: 900, nested: false, netByteOrder: false, data }] } }),
    )
    expect(message.attrs?.$unknown?.length).toBe(1)
    Object.assign(message.attrs ?? {}, { $unknown: [null] })
    expect(thrown(() => encodeMessage(message))).toMatchObject({ attrPath: '$unknown[0]' })
  })
})

describe('decoded messages that were changed since say what they say now', () => {
  const made = (type: number, attrs: object, header: object = {}) =>
    encodeMessage({ type, flags: 0, seq: 0, pid: 0, header, attrs })
  const match = (val: number) => ({ kind: 'u32', mask: 1, val, off: 0, offmask: 0 })
  const tree = (...treeList: object[]) => ({ kind: 'basic', options: { kind: 'basic', ematches: { treeList } } })
  const sel = (...keys: object[]) => ({ kind: 'u32', options: { kind: 'u32', sel: { keys } } })
  const ops = (...list: object[]) => ({ kind: 'bpf', options: { kind: 'bpf', ops: list } })
  const srh = (...segments: string[]) => ({
    encap: { kind: 'seg6', srh: { mode: 'encap', segments } },
    encapType: 'seg6',
  })
  const cookie = (...bytes: number[]) => ({ tab: [{ kind: 'gact', cookie: Uint8Array.from(bytes) }] })
  const edit = (...masks: number[]) => ({
    tab: [{ kind: 'pedit', options: { kind: 'pedit', parms: { keys: masks.map(mask => ({ mask })) } } }],
  })
  const inet = { family: 'inet' }

  test.each<[what: string, type: number, header: object, long: object, short: object]>([
    ['bytes', 48, {}, cookie(1, 2, 3, 4, 5, 6, 7, 8), cookie(9)],
    ['a link-layer address', 16, {}, { address: '02:00:00:00:00:01:02:03' }, { address: '02:00:00:00:00:01' }],
    ['an IP address', 20, {}, { address: 'fe80::1' }, { address: '192.0.2.1' }],
    ['numbers', 36, {}, { stab: { data: [1, 2, 3] } }, { stab: { data: [1] } }],
    ['structs', 104, {}, { group: [{ id: 1 }, { id: 2 }] }, { group: [{ id: 1 }] }],
    ['labels', 24, { family: 28 }, { newdst: '100/200/300' }, { newdst: '100' }],
    [
      'a gateway of another family',
      24,
      inet,
      { via: { family: 'inet6', addr: 'fe80::1' } },
      { via: { family: 'packet', addr: '02:00:00:00:00:01' } },
    ],
    ['nexthops', 24, inet, { multipath: [{ ifindex: 1 }, { ifindex: 2 }] }, { multipath: [{ ifindex: 1 }] }],
    ['segments', 24, { family: 'inet6' }, srh('fe80::1', 'fe80::2'), srh('fe80::1')],
    ['a time', 24, inet, { expires: 2 ** 33 }, { expires: 2 ** 34 }],
    ['compared words', 44, {}, sel({ mask: 1, val: 2 }, { mask: 3, val: 4 }), sel({ mask: 1, val: 2 })],
    ['instructions', 44, {}, ops({ code: 1 }, { code: 2 }), ops({ code: 1 })],
    ['matches', 44, {}, tree(match(1), match(2)), tree(match(1))],
    ['edits', 48, {}, edit(1, 2), edit(1)],
    ['selectors', 78, {}, { ieee: { appTrustTable: ['dscp', 'pcp'] } }, { ieee: { appTrustTable: ['dscp'] } }],
  ])('%s', (_, type, header, long, short) => {
    for (const [before, after] of [
      [long, short],
      [short, long],
    ] as const) {
      const message = decodeMessage(made(type, before, header))
      // In place: what is not changed keeps the wire order that was read.
      merge(message.attrs ?? {}, decodeMessage(made(type, after, header)).attrs ?? {})
      expect(toHex(encodeMessage(message))).toBe(toHex(made(type, after, header)))
    }
  })

  test.each(['v', 'v10', 'v100', 'w0', ''])('a name that becomes %j', name => {
    const message = decodeMessage(made(16, { name: 'v0' }))
    Object.assign(message.attrs ?? {}, { name })
    const bytes = encodeMessage(message)
    expect(decodeMessage(bytes)).toEqual({ ...message, attrs: { name } })
    const [{ data: text } = { data }] = attributes(bytes.subarray(32))
    expect(text.at(-1)).toBe(0)
  })

  test.each<[what: string, type: number, where: readonly string[], attrs: object]>([
    ['a flag', 16, ['linkinfo', 'data', 'gbp'], { linkinfo: { kind: 'vxlan', data: { kind: 'vxlan', gbp: true } } }],
    [
      'a flag that the kernel sends as a number',
      16,
      ['linkinfo', 'data', 'ttlInherit'],
      { linkinfo: { kind: 'vxlan', data: { kind: 'vxlan', ttlInherit: true } } },
    ],
    [
      'a number that the packet brings',
      48,
      ['tab', '0', 'options', 'metalst', 'prio'],
      { tab: [{ kind: 'ife', options: { kind: 'ife', metalst: { prio: true } } }] },
    ],
  ])('%s that is taken back', (_, type, where, attrs) => {
    const message = decodeMessage(made(type, attrs))
    let at = message.attrs as Record<string, unknown>
    for (const key of where.slice(0, -1)) at = at[key] as Record<string, unknown>
    const last = where.at(-1) ?? ''
    expect(at[last]).toBe(true)
    at[last] = false
    const again = encodeMessage(message)
    delete at[last]
    expect(toHex(again)).toBe(toHex(encodeMessage(message)))
  })

  test('an unterminated name that stays is written as it was', () => {
    const bytes = newLink(attr(3, [118, 48]))
    expect(toHex(encodeMessage(decodeMessage(bytes)))).toBe(toHex(bytes))
  })

  function merge(into: object, from: object): void {
    for (const [key, value] of Object.entries(from)) {
      const old = (into as Record<string, unknown>)[key]
      const inner = key === 'tab' ? [(old as object[])[0], (value as object[])[0]] : [old, value]
      if (['tab', 'stab', 'encap', 'options', 'ematches', 'ieee'].includes(key))
        merge(inner[0] as object, inner[1] as object)
      else Object.assign(into, { [key]: value })
    }
  }
})
