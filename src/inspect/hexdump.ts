import { hexText } from '../codec/text/hex-text.js'
import { readText } from '../codec/text/text.js'
import { errnoName } from '../errors/errno.js'
import { NetlinkError } from '../errors/netlink-error.js'
import type { Protocol } from '../request/protocol.js'
import { littleEndian } from '../wire/endian.js'
import { attributes } from '../wire/nlattr.js'
import {
  align4,
  type MessageView,
  messages,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  plainBytes,
  viewOf,
} from '../wire/nlmsghdr.js'
import { type Annotation, annotate } from './annotate.js'
import { messageFlags, messageName } from './message-names.js'

const le = littleEndian

const COLUMNS = 16
const HEX_WIDTH = COLUMNS * 3

/** NLMSGERR_ATTR_*, by number. */
const ackAttributes = ['', 'message', 'offset', 'cookie', 'policy', 'missing type', 'missing nest']

/** Writes the messages of a datagram; see inspect.ts. */
export function hexdump(protocol: Protocol, bytes: Uint8Array): string {
  bytes = plainBytes(bytes)
  const lines: string[] = []
  let end = 0
  try {
    for (const message of messages(bytes)) {
      lines.push(...messageLines(protocol, message))
      end = Math.min(bytes.length, align4(message.end))
      write(lines, bytes, { at: message.end, length: end - message.end, depth: 0, text: 'padding' }, 0)
    }
    // Up to 3 bytes behind the last message are no other.
    write(lines, bytes, { at: end, length: bytes.length - end, depth: 0, text: 'padding' }, 0)
  } catch (error) {
    if (!NetlinkError.is(error)) throw error
    write(lines, bytes, { at: end, length: bytes.length - end, depth: 0, text: `broken: ${error.message}` }, 0)
    if (bytes.length === end) lines.push(error.message)
  }
  return lines.join('\n')
}

function messageLines(protocol: Protocol, message: MessageView): string[] {
  const { type, flags, seq, pid, bytes, start } = message
  const codec = protocol.codecOf(type, flags)
  const lines: string[] = []
  const add = (at: number, length: number, depth: number, text: string): void =>
    write(lines, bytes, { at, length, depth, text }, start)
  add(0, 4, 0, `nlmsg_len ${bytes.length}`)
  add(4, 2, 0, messageName(protocol, type, flags) ?? `nlmsg_type ${type}`)
  add(6, 2, 0, `nlmsg_flags ${messageFlags(protocol, type, flags)}`)
  add(8, 4, 0, `nlmsg_seq ${seq}`)
  add(12, 4, 0, `nlmsg_pid ${pid}`)
  if (codec !== undefined) for (const note of annotate(codec, bytes)) write(lines, bytes, note, start)
  else if (type === NLMSG_ERROR || type === NLMSG_DONE) acknowledgement(message, add)
  else add(NLMSG_HDRLEN, bytes.length - NLMSG_HDRLEN, 1, 'no table')
  return lines
}

function acknowledgement(
  message: MessageView,
  add: (at: number, length: number, depth: number, text: string) => void,
): void {
  const { type, flags, payload } = message
  if (payload.length < 4) return add(NLMSG_HDRLEN, payload.length, 1, 'too short for an error number')
  const view = viewOf(payload)
  const errno = view.getInt32(0, le)
  add(NLMSG_HDRLEN, 4, 1, `error ${errno}${errno < 0 ? ` ${errnoName(errno)}` : ''}`)
  let at = 4
  if (type === NLMSG_ERROR && payload.length >= 4 + NLMSG_HDRLEN) {
    const echoed = view.getUint32(4, le)
    const length =
      (flags & NLM_F_CAPPED) !== 0 ? NLMSG_HDRLEN : Math.min(align4(Math.max(echoed, NLMSG_HDRLEN)), payload.length - 4)
    add(
      NLMSG_HDRLEN + 4,
      length,
      1,
      `the request: nlmsg_len ${echoed}, type ${view.getUint16(8, le)}, seq ${view.getUint32(12, le)}`,
    )
    at += length
  }
  if ((flags & NLM_F_ACK_TLVS) === 0) return add(NLMSG_HDRLEN + at, payload.length - at, 1, 'not known')
  let behind = NLMSG_HDRLEN + at
  for (const { type: kind, data, offset } of attributes(payload.subarray(at))) {
    const from = NLMSG_HDRLEN + at + offset
    if (kind < 0) return add(from, data.length, 1, 'no attribute')
    add(from, 4, 1, `nla_len ${data.length + 4}, ${ackAttributes[kind] ?? `type ${kind}`}`)
    const number = data.length === 4 ? `${viewOf(data).getUint32(0, le)}` : `${data.length} bytes`
    add(from + 4, data.length, 2, kind === 1 ? JSON.stringify(readText(data, 0, data.length)) : number)
    behind = Math.min(from + 4 + align4(data.length), NLMSG_HDRLEN + payload.length)
    add(from + 4 + data.length, behind - from - 4 - data.length, 1, 'padding')
  }
  add(behind, NLMSG_HDRLEN + payload.length - behind, 1, 'padding')
}

function write(lines: string[], bytes: Uint8Array, note: Annotation, base: number): void {
  for (let done = 0; done < note.length; done += COLUMNS) {
    const at = note.at + done
    const hex = hexText(bytes, at, Math.min(COLUMNS, note.length - done), ' ')
    const offset = (base + at).toString(16).padStart(4, '0')
    const indent = '  '.repeat(note.depth)
    lines.push(`${offset}  ${(indent + hex).padEnd(HEX_WIDTH + 10)} ${done === 0 ? note.text : ''}`.trimEnd())
  }
}
