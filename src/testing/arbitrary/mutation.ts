import type * as FastCheck from 'fast-check'
import { littleEndian } from '../../wire/endian.js'
import { align4, NLMSG_HDRLEN, viewOf } from '../../wire/nlmsghdr.js'

const le = littleEndian

/** Numbers at which sizes and signs turn over. */
const edges = [0, 1, 3, 4, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
/** What repeating does not make longer, mostly and at all. */
const LONG = 400
const LONGEST = 20_000

interface Change {
  /** Where, as a part of the message. */
  readonly at: number
  readonly how: keyof typeof changes
  readonly byte: number
}

/**
 * Changes that hostile or newer kernels could make behind the nlmsghdr, whose length stays true: bytes set, cut off and inserted, lengths
 * and flag bits of attributes bent, ends cut, parts repeated, wrapped into nests, and spliced in from `others`.
 *
 * @example
 * fc.assert(fc.property(arbitraryMessage(fc), arbitraryMutation(fc), (message, mutate) => fuzzOne(mutate(encodeMessage(message)))))
 */
export function arbitraryMutation(
  fc: typeof FastCheck.default,
  others: readonly Uint8Array[] = [],
): FastCheck.Arbitrary<(bytes: Uint8Array) => Uint8Array> {
  const how = fc.constantFrom(...(Object.keys(changes) as (keyof typeof changes)[]))
  const change = fc.record({ at: fc.nat(0xffff).map(part => part / 0x1_0000), how, byte: fc.nat(255) })
  return fc
    .array(change, { minLength: 1, maxLength: 6 })
    .map(list => bytes => list.reduce<Uint8Array>((changed, each) => mutate(changed, each, others), bytes.slice()))
}

function mutate(bytes: Uint8Array, { at, how, byte }: Change, others: readonly Uint8Array[]): Uint8Array {
  if (bytes.length <= NLMSG_HDRLEN) return bytes
  const offset = NLMSG_HDRLEN + Math.floor(at * (bytes.length - NLMSG_HDRLEN))
  const out = changes[how](bytes, offset, byte, others)
  viewOf(out).setUint32(0, out.length, le)
  return out
}

type Make = (bytes: Uint8Array, offset: number, byte: number, others: readonly Uint8Array[]) => Uint8Array

const word = (offset: number): number => offset - (offset % 4)

const changes = {
  set(bytes, offset, byte) {
    bytes[offset] = byte
    return bytes
  },
  cut: (bytes, offset, byte) => joined(bytes.subarray(0, offset), bytes.subarray(offset + 1 + (byte % 8))),
  insert: (bytes, offset, byte) => joined(bytes.subarray(0, offset), Uint8Array.of(byte), bytes.subarray(offset)),
  length(bytes, offset, byte) {
    bytes[word(offset)] = byte
    return bytes
  },
  /** NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
  flag(bytes, offset, byte) {
    const at = Math.min(word(offset) + (le ? 3 : 2), bytes.length - 1)
    bytes[at] = (bytes[at] ?? 0) ^ (byte % 3 === 0 ? 0x80 : byte % 3 === 1 ? 0x40 : 0xc0)
    return bytes
  },
  number(bytes, offset, byte) {
    if (word(offset) + 4 <= bytes.length) viewOf(bytes).setUint32(word(offset), edges[byte % edges.length] ?? 0, le)
    return bytes
  },
  truncate: (bytes, offset) => bytes.slice(0, offset),
  repeat(bytes, offset, byte) {
    const part = bytes.subarray(word(offset), word(offset) + 4 * (1 + (byte % 16)))
    const most = byte === 255 && offset % 8 === 0 ? LONGEST : LONG
    const times = Math.min(offset % 1024, Math.floor((most - bytes.length) / Math.max(part.length, 1)))
    return times <= 0
      ? bytes
      : joined(
          bytes.subarray(0, word(offset)),
          ...new Array<Uint8Array>(times).fill(part),
          bytes.subarray(word(offset)),
        )
  },
  /** Wraps the rest into nests of one type. */
  nest(bytes, offset, byte) {
    let rest: Uint8Array = bytes.slice(word(offset))
    for (let depth = 1 + (byte >> 3); depth > 0 && rest.length < 0xfff0; depth--) {
      const head = new Uint8Array(4)
      viewOf(head).setUint16(0, 4 + rest.length, le)
      viewOf(head).setUint16(2, byte % 32, le)
      rest = joined(head, rest)
    }
    return joined(bytes.subarray(0, word(offset)), rest)
  },
  splice(bytes, offset, byte, others) {
    const other = others[byte % Math.max(others.length, 1)] ?? bytes
    const from = word(
      NLMSG_HDRLEN + Math.floor(((offset * 7 + byte) % 97) * 0.01 * Math.max(other.length - NLMSG_HDRLEN, 0)),
    )
    return joined(
      bytes.subarray(0, word(offset)),
      other.subarray(from, from + 4 * (1 + (byte % 64))),
      bytes.subarray(align4(offset)),
    )
  },
} satisfies Record<string, Make>

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
