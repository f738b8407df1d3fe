import { EnumTable } from '../../../codec/enum-table.js'
import type { Codec, Encoding } from '../../../codec/table.js'
import { parseIp6 } from '../../../codec/text/address.js'
import { ip6Text } from '../../../codec/text/address-text.js'
import { quote } from '../../../codec/text/quote.js'
import { littleEndian } from '../../../wire/endian.js'

const le = littleEndian

/** How a packet gets its segment routing header (SEG6_IPTUN_MODE_, include/uapi/linux/seg6_iptunnel.h). */
export type Seg6IptunMode = 'inline' | 'encap' | 'l2encap' | 'encap-red' | 'l2encap-red'

const modes = new EnumTable<Seg6IptunMode>({ inline: 0, encap: 1, l2encap: 2, 'encap-red': 3, 'l2encap-red': 4 })

/** A segment routing header (struct ipv6_sr_hdr, include/uapi/linux/seg6.h). */
export interface SegmentRoutingHeader {
  /** Segments in the order of travel. */
  segments: string[]
  /** SR6_FLAG1_ bits. */
  flags: number
  tag: number
  /** Type-length-values behind the segments, an HMAC for one. */
  tlvs?: Uint8Array
}

/** A segment routing header as written. */
export interface SegmentRoutingHeaderSpec {
  segments: readonly string[]
  flags?: number | undefined
  tag?: number | undefined
  tlvs?: Uint8Array | undefined
}

/** SEG6_IPTUNNEL_SRH: the mode and the header. */
export interface Seg6Srh extends SegmentRoutingHeader {
  mode: Seg6IptunMode | number
}

/** SEG6_IPTUNNEL_SRH as written. */
export interface Seg6SrhSpec extends SegmentRoutingHeaderSpec {
  mode: Seg6IptunMode | number
}

const ANY = '::'

function readSegments(bytes: Uint8Array, start: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => ip6Text(bytes, start + 16 * index))
}

function readHeader(bytes: Uint8Array, view: DataView, at: number, length: number): SegmentRoutingHeader | undefined {
  if (length < 8) return undefined
  const size = 8 + 8 * view.getUint8(at + 1)
  const last = view.getUint8(at + 4)
  const count = last + 1
  const plain = view.getUint8(at) === 0 && view.getUint8(at + 2) === 4 && view.getUint8(at + 3) === last
  if (!plain || size !== length || 8 + 16 * count > size) return undefined
  const header: SegmentRoutingHeader = {
    // Stored last one first.
    segments: readSegments(bytes, at + 8, count).reverse(),
    flags: view.getUint8(at + 5),
    tag: view.getUint16(at + 6, false),
  }
  if (8 + 16 * count < size) header.tlvs = bytes.slice(at + 8 + 16 * count, at + size)
  return header
}

function segmentBytes(encoder: Encoding, value: unknown): Uint8Array[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 127)
    throw encoder.fail('segments must be 1 to 127 IPv6 addresses')
  return value.map(segment => {
    const bytes = typeof segment === 'string' ? parseIp6(segment) : undefined
    if (bytes === undefined) throw encoder.fail(`${quote(segment)} is no IPv6 address`)
    return bytes
  })
}

function writeHeader(encoder: Encoding, value: unknown, inline: boolean): void {
  const given = encoder.dictOf(value)
  const segments = segmentBytes(encoder, given['segments'])
  // The kernel puts the packet's own destination into the last segment of an inserted header.
  if (inline) segments.push(new Uint8Array(16))
  const tlvs = given['tlvs'] === undefined ? new Uint8Array(0) : encoder.bytes(given['tlvs'])
  if (tlvs.length % 8 !== 0) throw encoder.fail('tlvs must be a multiple of 8 bytes')
  encoder.value('u8', {}, 0)
  encoder.value('u8', {}, 2 * segments.length + tlvs.length / 8)
  encoder.value('u8', {}, 4)
  encoder.value('u8', {}, segments.length - 1)
  encoder.value('u8', {}, segments.length - 1)
  encoder.value('u8', {}, given['flags'] ?? 0)
  encoder.value('u16', { be: true }, given['tag'] ?? 0)
  for (const segment of segments.reverse()) encoder.writer.append(segment)
  encoder.writer.append(tlvs)
}

/** SEG6_IPTUNNEL_SRH: s32 mode, then the header. */
export const seg6Srh: Codec = {
  decode(bytes, view, start, length) {
    const header = length < 4 ? undefined : readHeader(bytes, view, start + 4, length - 4)
    if (header === undefined) return undefined
    const mode = modes.name(view.getInt32(start, le))
    if (mode === 'inline' && header.segments.at(-1) !== ANY) return undefined
    if (mode === 'inline') header.segments.pop()
    return { mode, ...header }
  },
  encode(encoder, _attr, value) {
    const mode = encoder.dictOf(value)['mode']
    encoder.value('s32', { enum: modes }, mode)
    writeHeader(encoder, value, mode === 'inline' || mode === 0)
  },
}

/** SEG6_LOCAL_SRH: the header alone. */
export const seg6SrhRaw: Codec = {
  decode: readHeader,
  encode: (encoder, _attr, value) => writeHeader(encoder, value, false),
}

/** RPL_IPTUNNEL_SRH (struct ipv6_rpl_sr_hdr, include/uapi/linux/rpl.h). */
export interface RplSrh {
  /** Segments in the order of travel, which is the order stored. */
  segments: readonly string[]
}

export const rplSrh: Codec = {
  decode(bytes, view, start, length) {
    if (length < 24 || (length - 8) % 16 !== 0) return undefined
    const count = (length - 8) / 16
    const plain = view.getUint8(start) === 0 && view.getUint8(start + 1) === 2 * count && view.getUint8(start + 2) === 3
    if (!plain || view.getUint8(start + 3) !== count || view.getUint32(start + 4) !== 0) return undefined
    return { segments: readSegments(bytes, start + 8, count) }
  },
  encode(encoder, _attr, value) {
    const segments = segmentBytes(encoder, encoder.dictOf(value)['segments'])
    encoder.value('u8', {}, 0)
    encoder.value('u8', {}, 2 * segments.length)
    encoder.value('u8', {}, 3)
    encoder.value('u8', {}, segments.length)
    encoder.writer.reserve(4)
    for (const segment of segments) encoder.writer.append(segment)
  },
}

/** IOAM6_IPTUNNEL_TRACE (struct ioam6_trace_hdr, include/uapi/linux/ioam6.h). */
export interface Ioam6Trace {
  namespaceId: number
  /** Node length, 5 bits: the kernel computes it from `type`. */
  nodelen: number
  overflow: boolean
  /** Remaining length in 4-byte units, 7 bits. */
  remlen: number
  /** Trace type, 24 bits, bit 0 the highest. */
  type: number
}

/** IOAM6_IPTUNNEL_TRACE as written. */
export interface Ioam6TraceSpec {
  namespaceId: number
  nodelen?: number | undefined
  overflow?: boolean | undefined
  remlen: number
  type: number
}

export const ioam6Trace: Codec = {
  decode(_bytes, view, start, length) {
    if (
      length !== 8 ||
      (view.getUint8(start + 2) & 3) !== 0 ||
      (view.getUint8(start + 3) & 0x80) !== 0 ||
      view.getUint8(start + 7) !== 0
    )
      return undefined
    const bits = view.getUint8(start + 2)
    return {
      namespaceId: view.getUint16(start, false),
      nodelen: bits >> 3,
      overflow: (bits & 4) !== 0,
      remlen: view.getUint8(start + 3),
      type: view.getUint32(start + 4, false) >>> 8,
    }
  },
  encode(encoder, _attr, value) {
    const { namespaceId, nodelen = 0, overflow = false, remlen, type } = encoder.dictOf(value)
    const small = (name: string, number: unknown, limit: number): number => {
      if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number >= limit)
        throw encoder.fail(`${name} must be 0 to ${limit - 1}`)
      return number
    }
    encoder.value('u16', { be: true }, namespaceId)
    encoder.value('u8', {}, small('nodelen', nodelen, 32) * 8 + (overflow === true ? 4 : 0))
    encoder.value('u8', {}, small('remlen', remlen, 128))
    encoder.value('u32', { be: true }, small('type', type, 2 ** 24) * 256)
  },
}
