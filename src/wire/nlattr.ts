import { littleEndian } from './endian.js'
import { align4, viewOf } from './nlmsghdr.js'

const le = littleEndian

/** Bytes of struct nlattr. */
export const NLA_HDRLEN = 4
export const NLA_F_NESTED = 0x8000
export const NLA_F_NET_BYTEORDER = 0x4000
export const NLA_TYPE_MASK = 0x3fff
/** The type under which a malformed rest of a nest is kept. */
export const NLA_REST = -1

/** One attribute as it lies in the bytes; the flag bits are cut off its type. */
export interface RawAttribute {
  /** −1 for what is left behind a broken nla_len. */
  readonly type: number
  readonly nested: boolean
  readonly netByteOrder: boolean
  /** Offset of the nlattr header in the payload. */
  readonly offset: number
  /** The payload, not copied. */
  readonly data: Uint8Array
}

/**
 * Iterates over the attributes of a payload without knowing what they mean, duplicates included. Rejects no bytes: a broken
 * nla_len ends it with one entry of type −1 that holds the rest; up to 3 bytes of padding at the end are skipped.
 *
 * @example
 * for (const { type, data } of attributes(message.payload.subarray(16))) console.log(type, data.length)
 */
export function* attributes(payload: Uint8Array): IterableIterator<RawAttribute> {
  const view = viewOf(payload)
  const end = payload.length
  let at = 0
  while (end - at >= NLA_HDRLEN) {
    const length = view.getUint16(at, le)
    if (length < NLA_HDRLEN || length > end - at) break
    const type = view.getUint16(at + 2, le)
    yield {
      type: type & NLA_TYPE_MASK,
      nested: (type & NLA_F_NESTED) !== 0,
      netByteOrder: (type & NLA_F_NET_BYTEORDER) !== 0,
      offset: at,
      data: payload.subarray(at + NLA_HDRLEN, at + length),
    }
    at += align4(length)
  }
  if (end - at >= NLA_HDRLEN) {
    yield { type: NLA_REST, nested: false, netByteOrder: false, offset: at, data: payload.subarray(at) }
  }
}
