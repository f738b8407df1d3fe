import type * as FastCheck from 'fast-check'
import { messageModules } from '../../generated/registry.gen.js'
import { littleEndian } from '../../wire/endian.js'
import {
  align4,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_DONE,
  NLMSG_ERROR,
  putHeader,
  viewOf,
} from '../../wire/nlmsghdr.js'
import { arbitraryMutation } from './mutation.js'
import { arbitraryPayload, arbitraryRepetition } from './payload.js'

const le = littleEndian

type Arb<T = Uint8Array> = FastCheck.Arbitrary<T>

/** Long messages take hundreds of times as long as others: one in 3,000 is one. */
const SELDOM = 130

/** What an arbitrary of datagrams is made from. */
export interface DatagramOptions {
  /** Messages to change: captured ones, or those of `arbitraryMessage`, encoded. */
  readonly messages?: readonly Uint8Array[] | undefined
  /** The message types to make; all by default. */
  readonly types?: readonly number[] | undefined
}

/**
 * Makes an arbitrary of what a socket could be fed with: random bytes; messages of random bytes, and of attributes that nest well but hold what
 * they should not; one attribute repeated up to 64 KB; changed messages; acknowledgements; several of them in one datagram whose lengths
 * lie; captures.
 *
 * @example
 * fc.assert(fc.property(arbitraryDatagram(fc, { messages: [captured] }), bytes => fuzzOne(bytes)))
 */
export function arbitraryDatagram(fc: typeof FastCheck.default, options: DatagramOptions = {}): Arb {
  const { types = [...messageModules.keys()], messages = [] } = options
  const payload = arbitraryPayload(fc, types)
  const bases = messages.length === 0 ? payload : fc.constantFrom(...messages)
  const changed = (base: Arb) => fc.tuple(base, arbitraryMutation(fc, messages)).map(([bytes, mutate]) => mutate(bytes))
  const message = fc.oneof(
    { weight: 8, arbitrary: payload },
    { weight: 8, arbitrary: changed(bases) },
    { weight: 2, arbitrary: changed(payload) },
    { weight: 1, arbitrary: framed(fc, fc.constantFrom(...types)) },
    { weight: 1, arbitrary: framed(fc, fc.nat(130)) },
    { weight: 1, arbitrary: acknowledgement(fc, bases) },
  )
  return fc.oneof(
    { weight: 20 * SELDOM, arbitrary: message },
    { weight: SELDOM, arbitrary: fc.uint8Array({ maxLength: 80, size: 'max' }) },
    { weight: SELDOM, arbitrary: lying(fc, message) },
    { weight: SELDOM, arbitrary: capture(fc, message) },
    { weight: 1, arbitrary: arbitraryRepetition(fc, types) },
  )
}

/** Random bytes behind a sound nlmsghdr: small numbers often, since those are lengths and types. */
function framed(fc: typeof FastCheck.default, type: Arb<number>): Arb {
  const body = fc.oneof(fc.uint8Array({ maxLength: 120, size: 'max' }), fc.uint8Array({ max: 12, maxLength: 120 }))
  return fc.tuple(type, fc.nat(0xffff), body).map(([number, flags, bytes]) => messageOf(number, flags, bytes))
}

function messageOf(type: number, flags: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + body.length)
  bytes.set(body, 16)
  putHeader(viewOf(bytes), bytes.length, type, flags, 1, 2)
  return bytes
}

/** An NLMSG_ERROR or NLMSG_DONE: an errno, perhaps the request, perhaps TLVs, and flags that need not fit. */
function acknowledgement(fc: typeof FastCheck.default, request: Arb): Arb {
  const type = fc.constantFrom(NLMSG_ERROR, NLMSG_DONE)
  const flags = fc.constantFrom(0, NLM_F_CAPPED, NLM_F_ACK_TLVS, NLM_F_CAPPED | NLM_F_ACK_TLVS)
  const tlvs = fc.array(fc.tuple(fc.nat(8), fc.uint8Array({ maxLength: 12 }), fc.integer({ min: -3, max: 3 })), {
    maxLength: 4,
  })
  return fc
    .tuple(type, flags, fc.integer({ min: -140, max: 3 }), request, fc.nat(3), tlvs)
    .map(([number, bits, errno, requested, how, list]) => {
      const echoed = how === 0 ? new Uint8Array(0) : how === 1 ? requested.slice(0, 16) : requested
      const bytes = new Uint8Array(
        4 + align4(echoed.length) + list.reduce((sum, [, data]) => sum + 4 + align4(data.length), 0),
      )
      const view = viewOf(bytes)
      view.setInt32(0, errno, le)
      bytes.set(echoed, 4)
      let at = 4 + align4(echoed.length)
      for (const [kind, data, lie] of list) {
        view.setUint16(at, Math.max(0, 4 + data.length + lie), le)
        view.setUint16(at + 2, kind, le)
        bytes.set(data, at + 4)
        at += 4 + align4(data.length)
      }
      return messageOf(number, bits, bytes)
    })
}

/** Several messages in one datagram; the last may end early, or be followed by less than a header, and one length may lie. */
function lying(fc: typeof FastCheck.default, message: Arb): Arb {
  const lie = fc.constantFrom(0, 1, 15, 16, 17, 0x7fff_ffff, 0xffff_ffff)
  const many = fc.array(message, { minLength: 1, maxLength: 3 })
  return fc.tuple(many, fc.nat(3), fc.nat(19), fc.option(lie)).map(([list, at, less, length]) => {
    const padded = list.map(bytes => [...bytes, ...new Array<number>(align4(bytes.length) - bytes.length).fill(0)])
    const start = padded.slice(0, at % list.length).reduce((sum, bytes) => sum + bytes.length, 0)
    const whole = Uint8Array.from(padded.flat())
    if (length !== null) viewOf(whole).setUint32(start, length, le)
    return whole.slice(0, Math.max(0, whole.length - less))
  })
}

const magics = [0xa1b2c3d4, 0xa1b23c4d]

/** A pcap file of netlink, perhaps torn, its numbers of either byte order; lengths and the magic number may be wrong. */
function capture(fc: typeof FastCheck.default, message: Arb): Arb {
  const record = fc.tuple(
    message,
    fc.constantFrom(824, 824, 824, 1),
    fc.constantFrom(0, 0, 0, 16),
    fc.constantFrom(0, 0, 0, 0, 1, -20),
  )
  const file = fc.tuple(
    fc.nat(1),
    fc.boolean(),
    fc.constantFrom(253, 253, 253, 253, 1),
    fc.array(record, { maxLength: 3 }),
    fc.nat(30),
  )
  return file.map(([magic, little, linkType, records, less]) => {
    const whole = new Uint8Array(24 + records.reduce((sum, [bytes]) => sum + 32 + bytes.length, 0))
    const view = viewOf(whole)
    view.setUint32(0, magics[magic] ?? 0, little)
    view.setUint32(20, linkType, little)
    let at = 24
    for (const [bytes, hardware, protocol, lie] of records) {
      view.setUint32(at + 8, 16 + bytes.length + lie, little)
      view.setUint16(at + 18, hardware, false)
      view.setUint16(at + 30, protocol, false)
      whole.set(bytes, at + 32)
      at += 32 + bytes.length
    }
    return less > 24 ? whole.slice(0, Math.max(0, whole.length - less)) : whole
  })
}
