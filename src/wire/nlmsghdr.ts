import { badMessage, type NetlinkError } from '../errors/netlink-error.js'
import { littleEndian } from './endian.js'

const le = littleEndian

/** Bytes of struct nlmsghdr (include/uapi/linux/netlink.h). */
export const NLMSG_HDRLEN = 16

export const NLMSG_NOOP = 1
export const NLMSG_ERROR = 2
export const NLMSG_DONE = 3
export const NLMSG_OVERRUN = 4
/** Types below are netlink's own, from it on they belong to the family. */
export const NLMSG_MIN_TYPE = 16

export const NLM_F_REQUEST = 0x001
export const NLM_F_MULTI = 0x002
export const NLM_F_ACK = 0x004
export const NLM_F_ECHO = 0x008
export const NLM_F_DUMP_INTR = 0x010
export const NLM_F_ROOT = 0x100
export const NLM_F_DUMP = 0x300
export const NLM_F_REPLACE = 0x100
export const NLM_F_EXCL = 0x200
export const NLM_F_CREATE = 0x400
export const NLM_F_APPEND = 0x800
export const NLM_F_CAPPED = 0x100
export const NLM_F_ACK_TLVS = 0x200

/** One message of a datagram: header fields, and where it lies in `bytes`. */
export interface MessageView {
  readonly type: number
  readonly flags: number
  readonly seq: number
  readonly pid: number
  /** Offset of the nlmsghdr in the datagram. */
  readonly start: number
  /** Offset behind the last byte of the message, padding not included. */
  readonly end: number
  /** The message's bytes: header and payload, not copied. */
  readonly bytes: Uint8Array
  /** The payload's bytes, not copied. */
  readonly payload: Uint8Array
}

/** Rounds up to a multiple of 4, also beyond 2^31 (where `(n + 3) & ~3` goes negative). */
export function align4(length: number): number {
  const rest = length % 4
  return rest === 0 ? length : length + 4 - rest
}

/** Makes the DataView that lies over the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

let lastBytes: Uint8Array | undefined
let lastView: DataView | undefined

/** Gives the view over a receive buffer; buffers are reused, so the last one is nearly always the one asked for. */
export function cachedView(bytes: Uint8Array): DataView {
  if (bytes !== lastBytes || lastView === undefined) {
    lastBytes = bytes
    lastView = viewOf(bytes)
  }
  return lastView
}

/** Reads the 16 bits at `at` in host byte order: for one number, making a DataView costs more than reading it. */
export function word16(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  const second = bytes[at + 1] ?? 0
  return le ? first | (second << 8) : (first << 8) | second
}

/** nlmsg_len of a message, true or not. */
export function lengthOf(message: Uint8Array): number {
  const first = word16(message, 0)
  const second = word16(message, 2)
  return le ? first + second * 0x1_0000 : first * 0x1_0000 + second
}

/** nlmsg_type of a message. */
export const typeOf = (message: Uint8Array): number => word16(message, 4)

/** nlmsg_flags of a message. */
export const flagsOf = (message: Uint8Array): number => word16(message, 6)

/** Looks at the bytes of a Buffer as a Uint8Array: a Buffer's `slice` does not copy, and what is decoded must not change with it. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/**
 * Iterates over the messages of a datagram in order; rejects broken framing (ERR_NETLINK_BAD_MESSAGE) after
 * yielding what came before it. Up to 3 trailing bytes are padding.
 *
 * @example
 * for (const message of messages(datagram)) console.log(message.type, message.payload.length)
 */
export function* messages(datagram: Uint8Array): IterableIterator<MessageView> {
  datagram = plainBytes(datagram)
  const view = viewOf(datagram)
  const end = datagram.length
  if (end < NLMSG_HDRLEN) throw badMessage(`short datagram of ${end} bytes`, 0)
  let at = 0
  while (at < end) {
    if (end - at < NLMSG_HDRLEN) {
      if (end - at <= 3) return
      throw badMessage(`remnant of ${end - at} bytes behind the last message`, at)
    }
    const length = messageLength(view, at, end)
    yield {
      type: view.getUint16(at + 4, le),
      flags: view.getUint16(at + 6, le),
      seq: view.getUint32(at + 8, le),
      pid: view.getUint32(at + 12, le),
      start: at,
      end: at + length,
      bytes: datagram.subarray(at, at + length),
      payload: datagram.subarray(at + NLMSG_HDRLEN, at + length),
    }
    at += align4(length)
  }
}

/** Reads nlmsg_len at `at` and checks it against the bytes that are there; the caller knows that a header fits. */
export function messageLength(view: DataView, at: number, end: number): number {
  const length = view.getUint32(at, le)
  if (length < NLMSG_HDRLEN || length > end - at) throw badLength(length, at, end)
  return length
}

/** Makes the error of an nlmsg_len that is shorter than its header, or longer than the bytes that are left. */
export function badLength(length: number, at: number, end: number): NetlinkError {
  if (length < NLMSG_HDRLEN) return badMessage(`nlmsg_len ${length} is shorter than its header`, at)
  return badMessage(`nlmsg_len ${length} is longer than the ${end - at} bytes left`, at)
}

/** Writes a header over the first 16 bytes of `bytes`, nlmsg_len being `bytes.length`. */
export function writeHeader(bytes: Uint8Array, type: number, flags: number, seq: number, pid: number): void {
  putHeader(viewOf(bytes), bytes.length, type, flags, seq, pid)
}

/** Writes the header of a message of `length` bytes at an offset of a buffer that already has a view. */
export function putHeader(
  view: DataView,
  length: number,
  type: number,
  flags: number,
  seq: number,
  pid: number,
  at = 0,
): void {
  view.setUint32(at, length, le)
  view.setUint16(at + 4, type, le)
  view.setUint16(at + 6, flags, le)
  view.setUint32(at + 8, seq, le)
  view.setUint32(at + 12, pid, le)
}
