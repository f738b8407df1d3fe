import type { ExtAck, ExtAckPolicy } from '../errors/ext-ack.js'
import { NetlinkError } from '../errors/netlink-error.js'
import { littleEndian } from './endian.js'
import { attributes, type RawAttribute } from './nlattr.js'
import { align4, type MessageView, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_HDRLEN, viewOf } from './nlmsghdr.js'

const le = littleEndian

/** An NLMSG_ERROR or NLMSG_DONE: errno ≤ 0 (0 is success), and what the kernel said with it. */
export interface Ack {
  readonly errno: number
  readonly extAck: ExtAck | undefined
}

/**
 * Reads an NLMSG_ERROR or NLMSG_DONE; rejects an NLMSG_ERROR too short for its error number (ERR_NETLINK_BAD_MESSAGE).
 * A DONE carries an error number too, and ext-ack TLVs directly behind it; behind an ERROR they follow the echoed request,
 * whose length is a claim that is only believed when it fits.
 *
 * @example
 * for (const message of messages(datagram)) if (message.type === NLMSG_ERROR) console.log(readAck(message).errno)
 */
export function readAck(message: MessageView): Ack {
  const payload = message.payload
  if (payload.length < 4) {
    if (message.type === NLMSG_DONE) return { errno: 0, extAck: undefined }
    throw new NetlinkError({
      reason: 'decode',
      code: 'ERR_NETLINK_BAD_MESSAGE',
      detail: 'NLMSG_ERROR without an error number',
    })
  }
  // Positive numbers are no errors that the kernel sends in an ERROR; a DONE of some dumps carries a length there.
  const errno = Math.min(viewOf(payload).getInt32(0, le), 0)
  if ((message.flags & NLM_F_ACK_TLVS) === 0) return { errno, extAck: undefined }
  const at = tlvOffset(message)
  return { errno, extAck: at === undefined ? undefined : readExtAck(payload.subarray(at)) }
}

function tlvOffset(message: MessageView): number | undefined {
  const payload = message.payload
  if (message.type === NLMSG_DONE) return 4
  if (payload.length < 8) return undefined
  if ((message.flags & NLM_F_CAPPED) !== 0) return 4 + NLMSG_HDRLEN
  const echoed = viewOf(payload).getUint32(4, le)
  if (echoed < NLMSG_HDRLEN) return undefined
  return 4 + align4(echoed)
}

const u32 = (data: Uint8Array): number | undefined => (data.length < 4 ? undefined : viewOf(data).getUint32(0, le))
const s64 = (data: Uint8Array): bigint | undefined => (data.length < 8 ? undefined : viewOf(data).getBigInt64(0, le))
const u64 = (data: Uint8Array): bigint | undefined => (data.length < 8 ? undefined : viewOf(data).getBigUint64(0, le))

const wide = (number: number | undefined): bigint | undefined => (number === undefined ? undefined : BigInt(number))

function text(data: Uint8Array): string {
  const nul = data.indexOf(0)
  return new TextDecoder().decode(nul < 0 ? data : data.subarray(0, nul))
}

function readExtAck(tlvs: Uint8Array): ExtAck | undefined {
  const found: { -readonly [K in keyof ExtAck]: ExtAck[K] | undefined } = {}
  for (const { type, data } of attributes(tlvs)) {
    if (type === 1) found.message = text(data)
    else if (type === 2) found.offset = u32(data)
    else if (type === 3) found.cookie = data.slice()
    else if (type === 4) found.policy = readPolicy(attributes(data))
    else if (type === 5) found.missingType = u32(data)
    else if (type === 6) found.missingNest = u32(data)
  }
  const known = defined<ExtAck>(found)
  return Object.keys(known).length === 0 ? undefined : known
}

function readPolicy(attrs: Iterable<RawAttribute>): ExtAckPolicy {
  const found: { -readonly [K in keyof ExtAckPolicy]: ExtAckPolicy[K] | undefined } = {}
  for (const { type, data } of attrs) {
    if (type === 1) found.type = u32(data)
    else if (type === 2) found.minValue = s64(data)
    else if (type === 3) found.maxValue = s64(data)
    else if (type === 4) found.minValue = u64(data)
    else if (type === 5) found.maxValue = u64(data)
    else if (type === 6) found.minLength = u32(data)
    else if (type === 7) found.maxLength = u32(data)
    else if (type === 10) found.mask = wide(u32(data))
    else if (type === 12) found.mask = u64(data)
  }
  return defined<ExtAckPolicy>(found)
}

/** Leaves out what is undefined. */
function defined<T extends object>(found: { [K in keyof T]?: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as T
}
