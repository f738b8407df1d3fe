// What nearly all messages of a dump are has a decoder of its own (codegen/emit/fast-path.ts): it must say what the whole decoder says,
// which a trace asks for.

import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Trace } from '../../src/codec/trace.js'
import { encodeMessage } from '../../src/codec.js'
import { Engine } from '../../src/engine/engine.js'
import { decodeAddr } from '../../src/generated/addr/decode.gen.js'
import { decodeNeigh } from '../../src/generated/neigh/decode.gen.js'
import { decodeRoute } from '../../src/generated/route/decode.gen.js'
import { DumpExchange } from '../../src/io/dump/dump-exchange.js'
import { rtnetlink } from '../../src/objects/protocol.js'
import type { Request } from '../../src/request/request.js'
import { request } from '../../src/rtnetlink/requests.js'
import { arbitraryMessage, arbitraryMutation } from '../../src/testing.js'
import { littleEndian as le } from '../../src/wire/endian.js'
import { align4, NLMSG_HDRLEN, typeOf, viewOf } from '../../src/wire/nlmsghdr.js'
import { dumpMessages, dumpVectors, fromHex, requestVectors } from '../support/vector-bytes.js'

type Decoder = (b: Uint8Array, v: DataView, o: number, e: number, t?: Trace) => object | undefined

const decoders: readonly (readonly [name: string, type: number, decode: Decoder, dump: Request<object>])[] = [
  ['addr', 20, decodeAddr, request.addr.dump()],
  ['route', 24, decodeRoute, request.route.dump()],
  ['neigh', 28, decodeNeigh, request.neigh.dump()],
]

const captured = [
  ...[...requestVectors().values()].flat().map(({ hex }) => fromHex(hex)),
  ...[...dumpVectors().values()].flat().flatMap(dumpMessages),
]

function both(decode: Decoder, bytes: Uint8Array): readonly [fast: object | undefined, whole: object | undefined] {
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
  const buffer = size < 0 ? 0 : align4(4 + size)
  const out = new Uint8Array(at + buffer + bytes.length - end)
  out.set(bytes.subarray(0, at))
  out.set(bytes.subarray(end), at + buffer)
  if (size < 0) return out
  out.set(bytes.subarray(at, Math.min(end, at + 4 + size)), at)
  viewOf(out).setUint16(at, 4 + size, le)
  return out
}

const PORT = 0x8000_0001
const AF_INET = 2
const AF_INET6 = 10

/** What a dump makes of the first `length` bytes of a datagram that went to `groups`; the rest is what the buffer held before. */
function dumped(of: Request<object>, datagram: Uint8Array, length: number, groups: number): unknown {
  const engine = new Engine(PORT, 6)
  const dump = new DumpExchange(of, rtnetlink)
  dump.seq = engine.begin(dump)
  const buffer = new Uint8Array(datagram.length + 64).fill(0x11)
  buffer.set(datagram)
  engine.datagram(buffer, length, 0, groups)
  const { settled, interrupted, error } = dump
  return { rows: dump.rows.take(), settled, interrupted, error: error?.message, counters: engine.counters }
}

interface Row {
  readonly bytes: Uint8Array
  readonly flags: number
  readonly seq: number
  readonly pid: number
  readonly type: number
  readonly lie: number
}

/** Puts rows of a dump into one datagram; `lie` is added to their length. */
function datagramOf(rows: readonly Row[]): Uint8Array {
  const parts = rows.map(({ bytes, flags, seq, pid, type, lie }) => {
    const part = new Uint8Array(align4(bytes.length))
    part.set(bytes)
    const view = viewOf(part)
    view.setUint32(0, (bytes.length + lie) >>> 0, le)
    view.setUint16(4, type, le)
    view.setUint16(6, flags, le)
    view.setUint32(8, seq, le)
    view.setUint32(12, pid, le)
    return part
  })
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

describe.each(decoders)('%s', (_name, type, decode, dump) => {
  const messages = captured.filter(bytes => typeOf(bytes) === type)

  test('of dumps and requests', () => {
    for (const bytes of messages) {
      const [fast, whole] = both(decode, bytes)
      expect(fast).toStrictEqual(whole)
    }
    // Usual ones are among them: their fields come in the order of the decoder, not of the message.
    const orders = messages.map(bytes => both(decode, bytes).map(object => Object.keys(object ?? {}).join()))
    expect(orders.some(([fast, whole]) => fast !== whole)).toBe(true)
  })

  test('without one of their attributes, and with one of any other length', () => {
    for (const bytes of messages) {
      for (const [at, end] of attributesOf(bytes)) {
        for (let size = -4; size <= 24; size++) {
          const changed = replaced(bytes, at, end, size)
          const [fast, whole] = both(decode, changed)
          if (!isDeepStrictEqual(fast, whole)) expect(fast).toStrictEqual(whole)
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
            const [fast, whole] = both(decode, changed)
            expect(fast).toStrictEqual(whole)
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('in a datagram: a dump takes from it what it takes without them', () => {
    const whole: Request<object> = Object.create(dump, { decodeFast: { value: undefined } })
    let fast = 0
    const counted: Request<object> = Object.create(dump, {
      decodeFast: {
        value: (...given: Parameters<NonNullable<typeof dump.decodeFast>>) => {
          const row = dump.decodeFast?.(...given)
          if (row !== undefined) fast++
          return row
        },
      },
    })
    const mostly = <T>(value: T, ...others: T[]) =>
      fc.oneof({ weight: 30, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.constantFrom(...others) })
    const like = messages.filter(
      bytes => dump.decodeFast?.(bytes, viewOf(bytes), NLMSG_HDRLEN, bytes.length) !== undefined,
    )
    expect(new Set(like.map(bytes => bytes[NLMSG_HDRLEN]))).toEqual(new Set([AF_INET, AF_INET6]))
    const message = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...like) },
      { weight: 1, arbitrary: fc.constantFrom(...messages) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...messages), arbitraryMutation(fc))
          .map(([bytes, mutate]) => mutate(bytes))
          .filter(bytes => bytes.length >= NLMSG_HDRLEN),
      },
    )
    const row: fc.Arbitrary<Row> = fc.record({
      bytes: message,
      flags: mostly(2, 0x12, 0),
      seq: mostly(7, 8),
      pid: mostly(PORT, 1),
      type: mostly(type, 2, 3, 4, 15),
      lie: mostly(0, -1, 3, 4, -20, -0x7fff_ffff),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), mostly(0, 64), fc.nat(30), (rows, groups, cut) => {
        const datagram = datagramOf(rows)
        const length = datagram.length - Math.max(0, cut - 20)
        expect(dumped(counted, datagram, length, groups)).toStrictEqual(dumped(whole, datagram, length, groups))
      }),
      { numRuns: 2000 },
    )
    expect(fast).toBeGreaterThan(1000)
  })
})
