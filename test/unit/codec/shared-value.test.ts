import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { u32Array } from '../../../src/codec/arrays.js'
import { Shared } from '../../../src/codec/shared-value.js'
import { Trace } from '../../../src/codec/trace.js'
import { decodeLink, decodeMessage } from '../../../src/codec.js'
import { inetConf } from '../../../src/objects/link/codecs.js'
import { attr, newLink, u32 } from '../../support/vector-build.js'

const IFLA_AF_SPEC = 26
const IFLA_MAP = 14
const IFLA_XDP = 43

const viewOf = (...words: readonly number[]): DataView => new DataView(Int32Array.from(words).buffer)

/** Reads an array as decoders do: what is held, or a new one. */
const reader = () => {
  const same = new Shared<readonly number[]>()
  return (view: DataView, length = view.byteLength, trace?: Trace): readonly number[] =>
    same.get(view, 0, length, trace) ?? same.put(u32Array(view, 0, length))
}

describe('a value that repeats', () => {
  test('is one frozen value from the second time on', () => {
    const read = reader()
    const first = read(viewOf(1, 2))
    const second = read(viewOf(1, 2))
    expect(second).not.toBe(first)
    expect(Object.isFrozen(first)).toBe(false)
    expect(Object.isFrozen(second)).toBe(true)
    expect(read(viewOf(1, 2))).toBe(second)
  })

  test('stays when others come between, until two in a row differ from it alike', () => {
    const read = reader()
    read(viewOf(1, 2))
    const held = read(viewOf(1, 2))
    expect(read(viewOf(1, 3))).toEqual([1, 3])
    expect(read(viewOf(1, 2))).toBe(held)
    expect(read(viewOf(1, 4))).toEqual([1, 4])
    expect(read(viewOf(5, 2))).toEqual([5, 2])
    expect(read(viewOf(1, 2))).toBe(held)
    read(viewOf(7, 2))
    read(viewOf(7, 2))
    const other = read(viewOf(7, 2))
    expect(read(viewOf(7, 2))).toBe(other)
    expect(read(viewOf(1, 2))).toEqual([1, 2])
    expect(held).toEqual([1, 2])
  })

  test('is not one value where wire order is asked for, nor does that change what is held', () => {
    const read = reader()
    read(viewOf(1))
    const held = read(viewOf(1))
    expect(read(viewOf(1), 4, new Trace())).not.toBe(held)
    expect(Object.isFrozen(read(viewOf(1), 4, new Trace()))).toBe(false)
    expect(read(viewOf(1))).toBe(held)
  })

  test('is not held when it is long, odd, or holds what is not frozen with it', () => {
    const read = reader()
    const long = viewOf(...Array.from({ length: 129 }, (_, index) => index))
    for (let round = 0; round < 4; round++) {
      expect(Object.isFrozen(read(long))).toBe(false)
      expect(Object.isFrozen(read(viewOf(1, 2), 7))).toBe(false)
    }
    const same = new Shared<{ readonly data: Uint8Array }>()
    for (let round = 0; round < 4; round++) {
      expect(same.get(viewOf(1), 0, 4)).toBeUndefined()
      expect(Object.isFrozen(same.put({ data: Uint8Array.of(1) }))).toBe(false)
    }
  })

  test('is never taken for another, whatever comes one behind the other', () => {
    const word = fc.integer({ min: 0, max: 2 })
    const sequence = fc.array(fc.array(word, { maxLength: 3 }), { maxLength: 60 })
    fc.assert(
      fc.property(sequence, values => {
        const read = reader()
        for (const value of values) expect(read(viewOf(...value))).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })
})

describe('links', () => {
  const map = (irq: number) =>
    attr(IFLA_MAP, [...new Array<number>(24).fill(0), irq, 0, ...new Array<number>(6).fill(0)])
  const bytesOf = (irq: number, ...more: Uint8Array[]) => newLink(map(irq), ...more).subarray(16)

  test('share what they have in common, and only that', () => {
    // What is held to begin with is what others have decoded: two may pass until it goes, and one more until theirs is held.
    const rows = [1, 1, 1, 1, 1, 2, 1].map(irq => decodeLink(bytesOf(irq)))
    expect(rows.map(row => row.map?.irq)).toEqual([1, 1, 1, 1, 1, 2, 1])
    expect(rows[4]?.map).toBe(rows[3]?.map)
    expect(rows[5]?.map).not.toBe(rows[4]?.map)
    expect(() => Object.assign(rows[4]?.map ?? {}, { irq: 9 })).toThrow(TypeError)
  })

  test('share the settings of IPv4 with all that is around them', () => {
    const conf = attr(IFLA_AF_SPEC, attr(2, attr(1, [...u32(1), ...u32(7)])))
    const rows = Array.from({ length: 8 }, () => decodeLink(newLink(conf).subarray(16)))
    for (const row of rows) expect(row.afSpec).toEqual({ inet: { conf: [1, 7] } })
    expect(rows[7]?.afSpec?.inet).toBe(rows[6]?.afSpec?.inet)
    expect(Object.isFrozen(rows[7]?.afSpec?.inet?.conf)).toBe(true)
  })

  test('have unknown attributes of their own', () => {
    const xdp = attr(IFLA_XDP, attr(99, [1, 2, 3, 4]))
    const rows = Array.from({ length: 4 }, () => decodeLink(newLink(xdp).subarray(16)))
    for (const row of rows) expect(row.xdp?.$unknown?.[0]?.data).toEqual(Uint8Array.of(1, 2, 3, 4))
    expect(rows[3]?.xdp).not.toBe(rows[2]?.xdp)
  })

  test('have values of their own as messages, which know their wire order', () => {
    const messages = Array.from({ length: 4 }, () => decodeMessage(newLink(attr(IFLA_XDP, attr(2, [1])))))
    const xdp = messages.map(message => (message.attrs as { readonly xdp: object }).xdp)
    expect(new Set(xdp).size).toBe(4)
  })
})

test('a nest of IPv4 settings is not taken for an array of the same bytes', () => {
  // In an array two words; in a nest the second setting, of 8 bytes with its header.
  const payload = [...[8, 0, 2, 0], ...u32(7)]
  const decode = (nested: boolean) => {
    const bytes = Uint8Array.from([12, 0, 1, nested ? 0x80 : 0, ...payload])
    return inetConf.decode(bytes, new DataView(bytes.buffer), 4, 8, undefined)
  }
  for (let round = 0; round < 4; round++) {
    expect(decode(false)).toEqual([0x20008, 7])
    expect(decode(true)).toEqual([undefined, 7])
  }
})
