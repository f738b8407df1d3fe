import { badMessage } from '../errors/netlink-error.js'
import { decodeMessage, type Message } from '../request/message.js'
import type { Protocol } from '../request/protocol.js'
import { plainProtocol } from '../request/protocol.js'
import { littleEndian } from '../wire/endian.js'
import { align4, messageLength, messages, NLM_F_REQUEST, NLMSG_HDRLEN, plainBytes, viewOf } from '../wire/nlmsghdr.js'

const le = littleEndian

/** A message of a capture. */
export interface CapturedMessage {
  /** Nanoseconds since 1970, when the file says so. */
  readonly time: bigint | undefined
  /** Who it was for: requests (NLM_F_REQUEST) go to the kernel. */
  readonly to: 'kernel' | 'user'
  /** The netlink family: 0 is NETLINK_ROUTE; messages of others are not decoded. */
  readonly protocol: number
  readonly message: Message
}

const PCAP_MICROSECONDS = 0xa1b2c3d4
const PCAP_NANOSECONDS = 0xa1b23c4d
/** What Wireshark writes; the same from both ends. */
const PCAPNG = 0x0a0d0d0a
const PCAP_HEADER = 24
const PCAP_RECORD = 16
/** LINKTYPE_NETLINK: a cooked header of 16 bytes, its numbers big-endian, and netlink messages (tcpdump -i nlmon0). */
const LINKTYPE_NETLINK = 253
const COOKED = 16
const ARPHRD_NETLINK = 824
/** The message that rtmon writes before each: seconds and microseconds. */
const NLMSG_TSTAMP = 15

/** Reads a capture; see inspect.ts. */
export function* decodeCapture(protocol: Protocol, bytes: Uint8Array): IterableIterator<CapturedMessage> {
  bytes = plainBytes(bytes)
  if (bytes.length < 4) throw badMessage(`${bytes.length} bytes are no capture`, 0)
  const view = viewOf(bytes)
  for (const little of [true, false]) {
    const magic = view.getUint32(0, little)
    if (magic === PCAP_MICROSECONDS || magic === PCAP_NANOSECONDS)
      return yield* pcap(protocol, bytes, view, little, magic === PCAP_NANOSECONDS ? 1n : 1000n)
  }
  if (view.getUint32(0) === PCAPNG) throw badMessage('a pcapng file, not pcap (`editcap -F pcap` makes one of it)', 0)
  yield* rtmon(protocol, bytes, view)
}

function* pcap(
  known: Protocol,
  bytes: Uint8Array,
  view: DataView,
  little: boolean,
  unit: bigint,
): IterableIterator<CapturedMessage> {
  if (bytes.length < PCAP_HEADER) throw badMessage('a pcap file without its header', bytes.length)
  const linkType = view.getUint32(20, little) & 0xffff
  if (linkType !== LINKTYPE_NETLINK)
    throw badMessage(`a capture of link type ${linkType}, not of netlink (${LINKTYPE_NETLINK})`, 20)
  for (let at = PCAP_HEADER; at < bytes.length; ) {
    if (bytes.length - at < PCAP_RECORD) throw badMessage('a torn record', at)
    const length = view.getUint32(at + 8, little)
    const start = at + PCAP_RECORD
    const end = start + length
    if (end > bytes.length || length < COOKED) throw badMessage(`a record of ${length} bytes`, at)
    const time = BigInt(view.getUint32(at, little)) * 1_000_000_000n + BigInt(view.getUint32(at + 4, little)) * unit
    const protocol = view.getUint16(start + 14, false)
    if (view.getUint16(start + 2, false) === ARPHRD_NETLINK) {
      for (const message of messages(bytes.subarray(start + COOKED, end)))
        yield { time, to: receiver(message.flags), protocol, message: decoded(known, message.bytes, protocol) }
    }
    at = end
  }
}

/** The direction in the cooked header is not to be had: tcpdump writes PACKET_OUTGOING for all. */
function receiver(flags: number): 'kernel' | 'user' {
  return (flags & NLM_F_REQUEST) !== 0 ? 'kernel' : 'user'
}

/** Messages one behind the other, each behind its time. */
function* rtmon(known: Protocol, bytes: Uint8Array, view: DataView): IterableIterator<CapturedMessage> {
  let time: bigint | undefined
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < NLMSG_HDRLEN) throw badMessage('a torn message', at)
    const length = messageLength(view, at, bytes.length)
    const type = view.getUint16(at + 4, le)
    if (type === NLMSG_TSTAMP && length >= NLMSG_HDRLEN + 8)
      time = BigInt(view.getUint32(at + 16, le)) * 1_000_000_000n + BigInt(view.getUint32(at + 20, le)) * 1000n
    else
      yield { time, to: 'user', protocol: known.id, message: decoded(known, bytes.subarray(at, at + length), known.id) }
    at += align4(length)
  }
}

function decoded(known: Protocol, bytes: Uint8Array, protocol: number): Message {
  if (protocol === known.id) return decodeMessage(known, bytes)
  return decodeMessage(plainProtocol(protocol), bytes)
}
