import { errnoNumber } from '../../errors/errno.js'
import type { ExtAck } from '../../errors/ext-ack.js'
import { littleEndian } from '../../wire/endian.js'
import {
  align4,
  type MessageView,
  NLM_F_ACK,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  viewOf,
} from '../../wire/nlmsghdr.js'

import type { ScriptedMessage, ScriptedSocket } from './scripted-socket.js'

const le = littleEndian

/** Gives the negative errno of a name that a script says: a slip of the pen would be an acknowledgement. */
export function errnoOf(code: string): number {
  const errno = errnoNumber(code)
  if (errno === 0) throw new TypeError(`${JSON.stringify(code)} is no errno name`)
  return errno
}

/** Is a request that reached the script, with the ways to answer it. An answer may also be given later. */
export class ScriptedRequest {
  readonly type: number
  readonly flags: number
  readonly seq: number
  readonly pid: number
  readonly payload: Uint8Array
  /** The whole message. */
  readonly bytes: Uint8Array
  readonly socket: ScriptedSocket

  constructor(socket: ScriptedSocket, message: MessageView) {
    this.socket = socket
    this.type = message.type
    this.flags = message.flags
    this.seq = message.seq
    this.pid = message.pid
    this.bytes = message.bytes
    this.payload = message.payload
  }

  /** Acknowledges the request if it asks for that, as the kernel does; with a warning if one is given. */
  ack(extAck?: ScriptedExtAck): void {
    if ((this.flags & NLM_F_ACK) !== 0) this.#end(0, extAck)
  }

  /** Refuses the request with an errno name; throws a TypeError for what is none. */
  error(code: string, extAck?: ScriptedExtAck): void {
    this.#end(errnoOf(code), extAck)
  }

  /** Answers with a message; seq and pid are the request's unless given. */
  reply(type: number, payload: Uint8Array, options: Omit<ScriptedMessage, 'type' | 'payload'> = {}): void {
    this.socket.deliverMessage({ seq: this.seq, ...options, type, payload })
  }

  /** Answers with the rows of a dump, all in one datagram, without ending it. */
  rows(type: number, payloads: readonly Uint8Array[], flags = 0): void {
    this.socket.deliverMessage(
      ...payloads.map(payload => ({ type, payload, seq: this.seq, flags: NLM_F_MULTI | flags })),
    )
  }

  /** Ends a dump; `code` is an errno name. */
  done(code?: string, extAck?: ScriptedExtAck, flags = 0): void {
    const tlvs = extAckBytes(extAck)
    const payload = new Uint8Array(4 + tlvs.length)
    viewOf(payload).setInt32(0, code === undefined ? 0 : errnoOf(code), le)
    payload.set(tlvs, 4)
    const tlvFlag = tlvs.length > 0 ? NLM_F_ACK_TLVS : 0
    this.socket.deliverMessage({ type: NLMSG_DONE, payload, seq: this.seq, flags: NLM_F_MULTI | tlvFlag | flags })
  }

  #end(errno: number, extAck: ScriptedExtAck | undefined): void {
    const tlvs = extAckBytes(extAck)
    const payload = new Uint8Array(4 + NLMSG_HDRLEN + tlvs.length)
    viewOf(payload).setInt32(0, errno, le)
    payload.set(this.bytes.subarray(0, NLMSG_HDRLEN), 4)
    payload.set(tlvs, 4 + NLMSG_HDRLEN)
    const tlvFlag = tlvs.length > 0 ? NLM_F_ACK_TLVS : 0
    this.socket.deliverMessage({ type: NLMSG_ERROR, payload, seq: this.seq, flags: NLM_F_CAPPED | tlvFlag })
  }
}

function extAckBytes(extAck: ScriptedExtAck | undefined): Uint8Array {
  if (extAck === undefined) return new Uint8Array(0)
  const text = extAck.message === undefined ? undefined : new TextEncoder().encode(`${extAck.message}\0`)
  const attrs: [number, Uint8Array][] = []
  if (text !== undefined) attrs.push([1, text])
  const numbers: [number, number | undefined][] = [
    [2, extAck.offset],
    [5, extAck.missingType],
    [6, extAck.missingNest],
  ]
  for (const [type, value] of numbers) {
    if (value === undefined) continue
    const data = new Uint8Array(4)
    viewOf(data).setUint32(0, value, le)
    attrs.push([type, data])
  }
  const bytes = new Uint8Array(attrs.reduce((sum, [, data]) => sum + 4 + align4(data.length), 0))
  let at = 0
  for (const [type, data] of attrs) {
    const view = viewOf(bytes)
    view.setUint16(at, 4 + data.length, le)
    view.setUint16(at + 2, type, le)
    bytes.set(data, at + 4)
    at += 4 + align4(data.length)
  }
  return bytes
}

/** What a script says beside an error or a success. */
export type ScriptedExtAck = Pick<ExtAck, 'message' | 'offset' | 'missingType' | 'missingNest'>
