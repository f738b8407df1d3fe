// What nearly all messages of a dump are has a decoder of its own (codegen/emit-usual.ts): it must say what the whole decoder says,
// which a trace asks for.

import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Trace } from '../../src/codec/trace.js'
import { encodeMessage } from '../../src/codec.js'
import { decodeAddr } from '../../src/generated/addr.decode.gen.js'
import { decodeNeigh } from '../../src/generated/neigh.decode.gen.js'
import { decodeRoute } from '../../src/generated/route.decode.gen.js'
import { arbitraryMessage, arbitraryMutation } from '../../src/testing.js'
import { littleEndian as le } from '../../src/wire/endian.js'
import { align4, NLMSG_HDRLEN, typeOf, viewOf } from '../../src/wire/nlmsghdr.js'
import { dumpMessages, dumpVectors, fromHex, requestVectors } from '../support/vector-bytes.js'

type Decoder = (b: Uint8Array, v: DataView, o: number, e: number, t?: Trace) => object | undefined

const decoders: readonly (readonly [name: string, type: number, decode: Decoder])[] = [
  ['addr', 20, decodeAddr],
  ['route', 24, decodeRoute],
  ['neigh', 28, decodeNeigh],
]

const captured = [
  ...[...requestVectors().values()].flat().map(({ hex }) => fromHex(hex)),
  ...[...dumpVectors().values()].flat().flatMap(dumpMessages),
]

function both(decode: Decoder, bytes: Uint8Array): readonly [usual: object | undefined, whole: object | undefined] {
  const view = viewOf(bytes)
  return [decode(bytes, view, NLMSG_HDRLEN, bytes.length), decode(bytes, view, NLMSG_HDRLEN, bytes.length, new Trace())]
}

/** Where the attributes of a message begin and end, padding included. */
function attributesOf(bytes: Uint8Array): [at: number, end: number][] {
  const found: [number, number][] = []
  const view = viewOf(bytes)
  let at = NLMSG_HDRLEN + (typeOf(bytes) === 20 ? 8 : 12)
  while (bytes.length - at >= 4) {
    const end = at + align4(view.getUint16(at, le))
    found.push([at, end])
    at = end
  }
  return found
}

/** Puts a payload of `size` bytes where an attribute had another; without a size of 0 or more the attribute goes. */
function replaced(bytes: Uint8Array, at: number, end: number, size: number): Uint8Array {
  const room = size < 0 ? 0 : align4(4 + size)
  const out = new Uint8Array(at + room + bytes.length - end)
  out.set(bytes.subarray(0, at))
  out.set(bytes.subarray(end), at + room)
  if (size < 0) return out
  out.set(bytes.subarray(at, Math.min(end, at + 4 + size)), at)
  viewOf(out).setUint16(at, 4 + size, le)
  return out
}

describe.each(decoders)('%s', (_name, type, decode) => {
  const messages = captured.filter(bytes => typeOf(bytes) === type)

  test('of dumps and requests', () => {
    for (const bytes of messages) {
      const [usual, whole] = both(decode, bytes)
      expect(usual).toStrictEqual(whole)
    }
    // Usual ones are among them: their fields come in the order of the decoder, not of the message.
    const orders = messages.map(bytes => both(decode, bytes).map(object => Object.keys(object ?? {}).join()))
    expect(orders.some(([usual, whole]) => usual !== whole)).toBe(true)
  })

  test('without one of their attributes, and with one of any other length', () => {
    for (const bytes of messages) {
      for (const [at, end] of attributesOf(bytes)) {
        for (let size = -4; size <= 24; size++) {
          const changed = replaced(bytes, at, end, size)
          const [usual, whole] = both(decode, changed)
          if (!isDeepStrictEqual(usual, whole)) expect(usual).toStrictEqual(whole)
        }
      }
    }
  })

  test('with other bytes', () => {
    const cut = (bytes: Uint8Array, end: number): Uint8Array => bytes.slice(0, Math.max(NLMSG_HDRLEN, end))
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...messages), arbitraryMessage(fc, type).map(encodeMessage)),
        arbitraryMutation(fc),
        fc.nat(120),
        (bytes, mutate, end) => {
          for (const changed of [mutate(bytes), cut(bytes, end), bytes]) {
            if (changed.length < NLMSG_HDRLEN) continue
            const [usual, whole] = both(decode, changed)
            expect(usual).toStrictEqual(whole)
          }
        },
      ),
      { numRuns: 3000 },
    )
  })
})
