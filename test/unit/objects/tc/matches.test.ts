import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Encoder } from '../../../../src/codec/encode.js'
import type { Codec } from '../../../../src/codec/table.js'
import { Trace } from '../../../../src/codec/trace.js'
import { ematchCount, ematchList } from '../../../../src/objects/tc/ematch/codecs/list.js'
import { u32Pcnt, u32Sel } from '../../../../src/objects/tc/filter/codecs.js'
import { arbitraryMatches } from '../../../../src/testing/arbitrary/matches.js'
import { viewOf } from '../../../../src/wire/nlmsghdr.js'
import { thrown } from '../../../support/vector-build.js'
import { fromHex, toHex } from '../../../support/vector-bytes.js'

const attr = { id: 1, name: 'test', type: 'codec' } as const

function decode(codec: Codec, bytes: Uint8Array, trace?: Trace): unknown {
  return codec.decode(bytes, viewOf(bytes), 0, bytes.length, trace)
}

function encode(codec: Codec, value: unknown, request = false): Uint8Array {
  const encoder = new Encoder(request)
  encoder.at({ attr }, () => codec.encode(encoder, attr, value, undefined))
  return encoder.writer.finish()
}

/** What the encoder refuses, and where. */
function rejection(codec: Codec, value: unknown): unknown {
  const { code, attrPath } = thrown(() => encode(codec, value, true)) as { code: string; attrPath: string }
  return [code, attrPath]
}

const hex = (...parts: string[]) => fromHex(parts.join('').replaceAll(' ', ''))
/** What `cmp(u8 at 0 eq 5)` compares: struct tcf_em_cmp. */
const body = '05000000 00000000 0000 01 00'.replaceAll(' ', '')

describe('ematchList', () => {
  const one = (flags: string, type = '0100') => `1800 ${type} 0000 0100 ${flags} 0000 ${body}`
  const container = (type: string, target: string, flags = '0000') => `1000 ${type} 0000 0000 ${flags} 0000 ${target}`
  const read = { kind: 'cmp', val: 5, mask: 0, off: 0, align: 'u8', flags: 0, layer: 'link', opnd: 'eq' }

  test('reads what matches say, and their brackets', () => {
    expect(decode(ematchList, hex(''))).toEqual([])
    expect(encode(ematchList, [])).toEqual(hex(''))
    expect(decode(ematchList, hex(one('0000')))).toEqual([read])
    expect(decode(ematchList, hex(one('0500'), one('0a00', '0200'), one('0000', '0300')))).toEqual([
      { ...read, relation: 'and', invert: true },
      { ...read, relation: 'or', simple: true },
      read,
    ])
    expect(decode(ematchList, hex(container('0100', '01000000', '0400'), one('0000', '0200')))).toEqual([
      { kind: 'container', invert: true, matches: [read] },
    ])
  })

  test.each([
    ['no relation behind the last', one('0100')],
    ['both relations', one('0300')],
    ['unknown flags', one('1000')],
    ['a number that is not the next', one('0000', '0200')],
    ['a match cut short', one('0000').slice(0, -4)],
    ['a match without a header', '0800 0100 0000 0000'],
    ['a match behind the last', `${one('0000')}${one('0000', '0200')}`],
    ['brackets around themselves', container('0100', '00000000')],
    ['brackets beyond the end', container('0100', '01000000')],
    ['brackets around what follows', `${container('0100', '01000000', '0100')}${one('0000', '0200')}`],
    ['brackets without a target', '0c00 0100 0000 0000 0000 0000'],
    ['padding that is not zero', `1800 0100 0000 0100 0000 0100 ${body}`],
  ])('does not understand %s', (_what, bytes) => {
    expect(decode(ematchList, hex(bytes))).toBeUndefined()
  })

  test('keeps what a kind does not understand', () => {
    expect(decode(ematchList, hex('1000 0100 0000 0100 0000 0000 01020304'))).toEqual([
      { kind: 'other', id: 1, data: hex('01020304') },
    ])
    expect(decode(ematchList, hex('0c00 0100 0700 0600 0000 0000'))).toEqual([
      { kind: 'other', id: 6, data: hex(''), matchid: 7 },
    ])
    // A meta match without TCA_EM_META_HDR.
    expect(decode(ematchList, hex('1400 0100 0000 0400 0000 0000 0800 0300 05000000'))).toMatchObject([{ id: 4 }])
  })

  test('does not overflow the stack on brackets within brackets', () => {
    const deep = Array.from({ length: 5000 }, (_, index) => {
      const at = (number: number) => toHex(Uint8Array.of(number & 255, number >> 8))
      return container(at(index + 1), `${at(index + 1)}0000`)
    })
    expect(decode(ematchList, hex(...deep))).toBeUndefined()
  })

  test.each([
    ['no array', {}, 'test'],
    ['an unknown kind', [{ kind: 'vlan' }], 'test[0]'],
    ['empty brackets', [{ kind: 'container', matches: [] }], 'test[0].matches'],
    ['a bad value in brackets', [{ kind: 'container', matches: [{ ...read, off: 70000 }] }], 'test[0].matches[0].off'],
    ['a relation behind the last', [{ ...read, relation: 'or' }], 'test[0]'],
    ['another relation', [{ ...read, relation: 'xor' }, read], 'test[0]'],
    ['an unknown field', [{ ...read, offset: 1 }], 'test[0].offset'],
    ['an unknown name', [{ ...read, opnd: 'ge' }], 'test[0].opnd'],
    ['a field of 4 bits', [{ ...read, flags: 16 }], 'test[0].flags'],
    ['a pattern of 4096 bytes', [{ kind: 'nbyte', off: 0, pattern: new Uint8Array(4096) }], 'test[0].pattern'],
    ['text for bytes', [{ kind: 'nbyte', off: 0, pattern: 'abc' }], 'test[0].pattern'],
    [
      'a meta id',
      [{ kind: 'meta', left: { id: 'mark', type: 'int' }, right: { id: 'value', type: 'int' } }],
      'test[0].left.id',
    ],
    [
      'a value that is none',
      [{ kind: 'meta', left: { id: 1, type: 1 }, right: { id: 0, type: 1 }, rvalue: -1 }],
      'test[0].rvalue',
    ],
    ['a rule', [{ kind: 'canid', rules: [{ canId: 2 ** 32 }] }], 'test[0].rules[0].canId'],
    ['no rules', [{ kind: 'canid', rules: 5 }], 'test[0].rules'],
    ['an unknown field of ipt', [{ kind: 'ipt', match: 5 }], 'test[0].match'],
  ])('refuses %s', (_what, value, path) => {
    expect(rejection(ematchList, value)).toEqual(['ERR_NETLINK_BAD_VALUE', path])
  })

  test('counts what is in brackets too', () => {
    const given = { kind: 'cmp', val: 5, off: 0, align: 'u8', opnd: 'eq' } as const
    expect(ematchCount([given, { kind: 'container', matches: [given, { kind: 'container', matches: [given] }] }])).toBe(
      5,
    )
    const network = body.replace(/00$/, '01')
    expect(toHex(encode(ematchList, [given], true))).toBe(`180001000000010000000000${network}`)
  })
})

describe('u32Sel and u32Pcnt', () => {
  test('understand no other lengths', () => {
    const sel = encode(u32Sel, { keys: [{ val: 1, mask: 2, off: -4, offmask: -1 }] })
    expect(decode(u32Sel, sel)).toMatchObject({ flags: 0, keys: [{ val: 1, mask: 2, off: -4, offmask: -1 }] })
    for (let length = 0; length < sel.length; length++) expect(decode(u32Sel, sel.slice(0, length))).toBeUndefined()
    for (const length of [0, 8, 15, 17, 28]) expect(decode(u32Pcnt, new Uint8Array(length))).toBeUndefined()
  })

  test.each([
    ['more keys than a byte counts', { keys: new Array(256).fill({ val: 0, mask: 0 }) }, 'test'],
    ['a key that is no object', { keys: [5] }, 'test.keys[0]'],
    ['an unknown member', { keys: [{ value: 1 }] }, 'test.keys[0].value'],
    ['a flag without a name', { flags: ['last'], keys: [] }, 'test.flags'],
  ])('refuses %s', (_what, value, path) => {
    expect(rejection(u32Sel, value)).toEqual(['ERR_NETLINK_BAD_VALUE', path])
  })

  test('refuses counters that are no bigint', () => {
    expect(rejection(u32Pcnt, { rcnt: 0n, rhit: 0n, kcnts: [1] })).toEqual(['ERR_NETLINK_BAD_VALUE', 'test'])
    expect(rejection(u32Pcnt, { rcnt: 0n, rhit: 0n })).toEqual(['ERR_NETLINK_BAD_VALUE', 'test'])
  })
})

describe.each([
  ['ematchList', ematchList],
  ['u32Pcnt', u32Pcnt],
] as const)('%s', (_name, codec) => {
  const values = arbitraryMatches(fc, codec) ?? fc.constant(undefined)

  test('decodes what it encodes to the same', () => {
    fc.assert(
      fc.property(values, value => {
        const bytes = encode(codec, value)
        expect(decode(codec, bytes)).toStrictEqual(value)
        expect(encode(codec, value, true)).toStrictEqual(bytes)
      }),
      { numRuns: 500 },
    )
  })

  test('keeps changed bytes as they are, or does not understand them', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255))
    fc.assert(
      fc.property(values, fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(3), (value, changes, cut) => {
        const bytes = encode(codec, value).slice(0, -cut || undefined)
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
        const trace = new Trace()
        const read = decode(codec, bytes, trace)
        if (read === undefined) return
        const again = encode(codec, read)
        expect(decode(codec, again)).toStrictEqual(read)
      }),
      { numRuns: 3000 },
    )
  })
})
