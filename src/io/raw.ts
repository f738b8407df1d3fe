import { anything, checkOptions, type OptionRules } from '../request/check-options.js'
import { encodeMessage } from '../request/message.js'
import type { CallOptions, Dump } from '../request/operation.js'
import type { Protocol } from '../request/protocol.js'
import { plainProtocol } from '../request/protocol.js'
import type { Request } from '../request/request.js'
import { littleEndian } from '../wire/endian.js'
import {
  flagsOf,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_HDRLEN,
  plainBytes,
  typeOf,
  viewOf,
  word16,
} from '../wire/nlmsghdr.js'

const le = littleEndian

/** A message to send as it is: its type, flags beyond NLM_F_REQUEST and NLM_F_ACK, and what lies behind the nlmsghdr. */
export interface RawMessage {
  readonly type: number
  readonly flags?: number
  readonly payload?: Uint8Array
  /** Names the request in errors. */
  readonly summary?: string
}

/** A message that the kernel sent. */
export interface RawReply {
  readonly type: number
  readonly flags: number
  readonly payload: Uint8Array
}

/** Calls that send any message of the client's netlink family. */
export interface RawCalls {
  /**
   * Sends a message, or the bytes of one from its nlmsghdr on (seq and pid are filled in, nlmsg_len is not corrected), and collects the
   * replies up to its ACK; rejects with the kernel's error, and a type or flags beyond 16 bits (ERR_NETLINK_BAD_VALUE). A GET of rtnetlink
   * with NLM_F_ROOT or NLM_F_MATCH is a dump and is read as one.
   */
  request(message: RawMessage | Uint8Array, options?: CallOptions): Promise<RawReply[]>
  /** Sends a message with NLM_F_DUMP and streams the replies up to NLMSG_DONE. */
  dump(message: RawMessage | Uint8Array, options?: CallOptions): Dump<RawReply>
}

const noLocation = () => ({ attrPath: undefined, fieldPath: undefined })

/** Returns whether the kernel answers a request with a dump. */
export function isDump(request: Request<unknown>, protocol: Protocol): boolean {
  return protocol.verbOf(typeOf(request.bytes)) === 'get' && (flagsOf(request.bytes) & NLM_F_DUMP) !== 0
}

/** Builds the request of `raw.request`: its value is the list of all replies. */
export function rawRequest(message: RawMessage | Uint8Array, protocol: Protocol): Request<RawReply[]> {
  let replies: RawReply[] = []
  let attempt = 0
  return {
    ...base(message, NLM_F_ACK, protocol),
    decode: (type, bytes, start, end) => {
      // What did not fit is asked for again under another number, and answered from the beginning.
      const seq = viewOf(bytes).getUint32(start - NLMSG_HDRLEN + 8, le)
      if (seq !== attempt) replies = []
      attempt = seq
      replies.push(reply(type, bytes, start, end))
      return replies
    },
  }
}

/** Builds the request of `raw.dump`. */
export function rawDump(message: RawMessage | Uint8Array, protocol: Protocol): Request<RawReply> {
  return { ...base(message, NLM_F_DUMP, protocol), decode: reply }
}

function base(message: RawMessage | Uint8Array, flags: number, protocol: Protocol): Omit<Request<never>, 'decode'> {
  const bytes = message instanceof Uint8Array ? plainBytes(message).slice() : build(message)
  if (bytes.length < NLMSG_HDRLEN) throw new TypeError('a raw message begins with an nlmsghdr of 16 bytes')
  const view = viewOf(bytes)
  view.setUint16(6, view.getUint16(6, le) | flags | NLM_F_REQUEST, le)
  const summary =
    (message instanceof Uint8Array ? undefined : message.summary) ?? `message type ${view.getUint16(4, le)}`
  const slow = protocol.isSlow(view.getUint16(4, le))
  return { bytes, summary, fixUps: [], slow, locate: noLocation, missing: noLocation }
}

/** A message that was decoded has its fields elsewhere: it would go without them. */
const fields: OptionRules<RawMessage> = { type: anything, flags: anything, payload: anything, summary: anything }

function build(message: RawMessage): Uint8Array {
  if (typeof message !== 'object' || message === null || typeof message.type !== 'number') {
    throw new TypeError('a raw message is { type, flags, payload } or the bytes of a message')
  }
  checkOptions('a raw message', message, fields)
  const { type, flags = 0, payload = new Uint8Array(0) } = message
  if (!(payload instanceof Uint8Array)) throw new TypeError('the payload of a raw message is a Uint8Array')
  return encodeMessage(plainProtocol(0), { type, flags, seq: 0, pid: 0, data: payload })
}

function reply(type: number, bytes: Uint8Array, start: number, end: number): RawReply {
  return { type, flags: word16(bytes, start - NLMSG_HDRLEN + 6), payload: bytes.slice(start, end) }
}
