// Messages that are made by hand, and parts of decoded ones that were changed since.
import { describe, expect, test } from 'vitest'
import { decodeMessage, encodeMessage, type Message } from '../../../src/codec.js'
import { thrown } from '../../support/vector-build.js'
import { toHex } from '../../support/vector-bytes.js'

const plain: Message = { type: 16, flags: 0, seq: 1, pid: 0, header: {}, attrs: { name: 'v0' } as object }
const wanted = toHex(encodeMessage(plain))
const data = new Uint8Array(4)
const kept = (unknown: unknown) => ({ attrs: { $unknown: unknown } })

const refusals: readonly (readonly [string, object, string])[] = [
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
  test.each(refusals)('are refused with %s, naming it', (_, part, attrPath) => {
    expect(thrown(() => encodeMessage({ ...plain, ...part } as never))).toMatchObject({
      reason: 'encode',
      code: 'ERR_NETLINK_BAD_VALUE',
      attrPath,
    })
    expect(toHex(encodeMessage(plain))).toBe(wanted)
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
