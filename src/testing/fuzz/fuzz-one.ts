import { Buffer } from 'node:buffer'
import { headerSize } from '../../codec/struct.js'
import type { MessageCodec } from '../../codec/table.js'
import type { Remark } from '../../codec/trace.js'
import { NetlinkError } from '../../errors/netlink-error.js'
import { messageModules } from '../../generated/registry.gen.js'
import { registry, rtnetlink } from '../../objects/protocol.js'
import { locationAt, missingLocation } from '../../request/message.js'
import { eventOf } from '../../rtnetlink/events.js'
import { decodeCapture, hexdump } from '../../rtnetlink/inspect.js'
import { toIpJson } from '../../rtnetlink/ip-json.js'
import { decodeMessage, encodeMessage } from '../../rtnetlink/modules/message.js'
import { readAck } from '../../wire/ack.js'
import { attributes, type RawAttribute } from '../../wire/nlattr.js'
import {
  align4,
  type MessageView,
  messages,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  viewOf,
} from '../../wire/nlmsghdr.js'
import { checkHexdump } from './check-hexdump.js'
import { checkTime } from './check-time.js'
import { checkValue, isSame } from './check-value.js'
import { interpret } from './oracle.js'
import { isKnownPath } from './paths.js'

/** Takes any bytes, and returns or throws a NetlinkError. */
export type ByteDecoder = (bytes: Uint8Array) => unknown

/** What surrounds the bytes while they are decoded: neither read nor written. The length puts them at an odd address. */
const AROUND = 13
const FILL = 0xa5
/** Remarks and attributes whose places are looked at; a message may have 16,000. */
const MAX_PATHS = 24

/** How bytes are looked at. */
export interface FuzzOptions {
  /** Decoders beside the library's, held to what can be said of them. */
  readonly decoders?: readonly ByteDecoder[] | undefined
  /** Leaves out what takes most of the time: objects, events, places, captures and hexdumps. */
  readonly quick?: boolean | undefined
}

/**
 * Holds the decoders to what they promise of any bytes, from a datagram down to its attributes; throws an Error that says what does not
 * hold. Decoding returns, or throws NetlinkError for broken framing; it and encoding take time in proportion to the length; it changes neither
 * the bytes nor what lies around them nor any prototype, and what it gives holds copies. The generated decoders and the tables agree, oddities
 * and all. What decodes encodes, with its attributes in their order, says the same when decoded again, and its bytes stay the same from then
 * on. Offsets are resolved to places that exist.
 *
 * @example
 * import fc from 'fast-check'
 * import { fuzzOne } from 'rtnetlink/testing'
 *
 * fc.assert(fc.property(fc.uint8Array(), bytes => fuzzOne(bytes)))
 */
export function fuzzOne(bytes: Uint8Array, options: FuzzOptions = {}): void {
  const { decoders = [], quick = false } = options
  const buffer = new Uint8Array(bytes.length + 2 * AROUND).fill(FILL)
  buffer.set(bytes, AROUND)
  const before = Buffer.from(buffer)
  const input = buffer.subarray(AROUND, AROUND + bytes.length)
  const began = performance.now()
  const all = [...framed(() => messages(input), 'messages')]
  for (const message of all) checkMessage(message, bytes.slice(message.start, message.end), buffer, quick)
  if (!quick) {
    for (const { message } of framed(() => decodeCapture(input), 'decodeCapture')) checkValue(message, buffer.buffer)
    checkHexdump(hexdump(input), bytes)
  }
  for (const decode of decoders)
    for (const value of framed(() => [decode(input)], decode.name)) checkValue(value, buffer.buffer)
  if (!before.equals(buffer)) throw new Error('decoding has written into the bytes, or beside them')
  for (const name in []) throw new Error(`decoding has given all objects a '${name}'`)
  checkTime(performance.now() - began, bytes, [hexdump, decodeAll, encodeAll, ...decoders])
}

function decodeAll(bytes: Uint8Array): void {
  for (const message of messages(bytes)) decodeMessage(message.bytes, [])
}

function encodeAll(bytes: Uint8Array): void {
  for (const message of messages(bytes)) encodeMessage(decodeMessage(message.bytes))
}

/** Gives what can be had before the framing breaks. */
function* framed<T>(make: () => Iterable<T>, what: string): IterableIterator<T> {
  try {
    yield* make()
  } catch (error) {
    if (!NetlinkError.is(error) || error.reason !== 'decode' || error.code !== 'ERR_NETLINK_BAD_MESSAGE')
      throw new Error(`${what} throws what is no broken framing`, { cause: error })
  }
}

function checkMessage(view: MessageView, bytes: Uint8Array, buffer: Uint8Array, quick: boolean): void {
  const { type, flags } = view
  const remarks: Remark[] = []
  const message = decodeMessage(view.bytes, remarks)
  checkValue(message, buffer.buffer)
  const { message: expected, odd } = interpret(bytes)
  if (!isSame(expected, message)) throw new Error('generated and table-driven decoder disagree')
  const offsets = remarks.map(({ offset }) => offset).sort((a, b) => a - b)
  if (!isSame(offsets, odd)) throw new Error(`remarks are of ${offsets}, oddities at ${odd}`)
  const again = encodeMessage(message)
  const reread = decodeMessage(again)
  if (!isSame(reread, message)) throw new Error('encoded and decoded again it says something else')
  const twice = encodeMessage(reread)
  if (!Buffer.from(again.buffer, again.byteOffset, again.length).equals(twice))
    throw new Error('encoded, decoded and encoded again it is not the same')
  if (type === NLMSG_ERROR || type === NLMSG_DONE)
    for (const ack of framed(() => [readAck(view)], 'readAck')) checkValue(ack, buffer.buffer)
  const codec = rtnetlink.codecOf(type, flags)
  if (codec === undefined) return
  if (message.attrs !== undefined && !isSame(orderOf(codec, again), orderOf(codec, bytes)))
    throw new Error('encoded again its attributes have another order or other flag bits')
  if (quick) return
  checkPaths(codec, bytes, remarks)
  checkObjects(type, bytes, buffer, AROUND + view.start)
}

/** What stands in the headers of attributes but for their lengths, which change with padding. */
function orderOf(codec: MessageCodec, bytes: Uint8Array): Pick<RawAttribute, 'type' | 'nested' | 'netByteOrder'>[] {
  const size = headerSize(codec.header, viewOf(bytes), NLMSG_HDRLEN, bytes.length)
  const attrs = attributes(bytes.subarray(NLMSG_HDRLEN + align4(size)))
  return Array.from(attrs, ({ type, nested, netByteOrder }) => ({ type, nested, netByteOrder }))
}

/** Objects are read in the midst of a receive buffer, events too. */
function checkObjects(type: number, bytes: Uint8Array, buffer: Uint8Array, at: number): void {
  const name = messageModules.get(type)
  if (name === undefined) return
  const [start, end] = [at + NLMSG_HDRLEN, at + bytes.length]
  for (const [called, decode] of Object.entries(registry.module(name).decoders)) {
    const object = decode(buffer, viewOf(buffer), start, end)
    checkValue(object, buffer.buffer)
    if (!isSame(decode(bytes, viewOf(bytes), NLMSG_HDRLEN, bytes.length), object))
      throw new Error(`${called} has read what lies around the message`)
    const json = printers[called]
    if (json !== undefined && object !== undefined) JSON.parse(json(object as never))
  }
  checkValue(eventOf(type, buffer, start, end, undefined), buffer.buffer)
}

const empty = { links: [], statistics: 2 } as const
/** Whatever an object holds, it prints. */
const printers: Readonly<Record<string, (object: never) => string>> = {
  decodeLink: object => toIpJson.link([object], empty),
  decodeAddr: object => toIpJson.addr([object], empty),
  decodeRoute: object => toIpJson.route([object], empty),
  decodeNeigh: object => toIpJson.neigh([object], empty),
  decodeRule: object => toIpJson.rule([object], empty),
  decodeNexthopObject: object => toIpJson.nexthop([object], empty),
  decodeNexthopBucket: object => toIpJson.nexthopBucket([object], empty),
}

/** Every path names what the tables have, whatever offset the kernel claims. */
function checkPaths(codec: MessageCodec, bytes: Uint8Array, remarks: readonly Remark[]): void {
  const real = (path: string | undefined, what: string): void => {
    if (path !== undefined && path !== '' && !isKnownPath(codec, path))
      throw new Error(`${what} is at '${path}', which does not exist`)
  }
  for (const { code, path } of remarks.slice(0, MAX_PATHS)) real(path, code)
  const step = Math.max(1, Math.ceil(bytes.length / MAX_PATHS))
  for (let offset = bytes.length % step; offset < bytes.length; offset += step) {
    real(locationAt(codec, bytes, offset).attrPath, `offset ${offset}`)
    real(missingLocation(codec, bytes, 1 + (offset % 9), offset).attrPath, `what is missing at ${offset}`)
  }
}
