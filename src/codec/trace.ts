import { littleEndian } from '../wire/endian.js'
import { NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_TYPE_MASK } from '../wire/nlattr.js'
import { align4 } from '../wire/nlmsghdr.js'

const le = littleEndian

/** Why a decoder frowned: the bytes are kept, nothing is thrown. */
export type RemarkCode =
  | 'short-attribute' // payload too short for its type: kept in $unknown
  | 'malformed-attribute' // broken nla_len: the rest of the nest is kept in $unknown under type −1
  | 'malformed-value' // payload that its codec does not understand: kept in $unknown
  | 'unknown-attribute' // type without a name: kept in $unknown
  | 'too-deep' // nested deeper than any kernel nests: kept in $unknown
  | 'trailing-bytes' // 1 to 3 bytes behind the last attribute: dropped
  | 'short-header' // payload shorter than the fixed header: the message stays undecoded
  | 'unknown-message' // message type without a table: the message stays undecoded

/** One oddity of decoded bytes. */
export interface Remark {
  readonly code: RemarkCode
  /** Offset in the bytes that were decoded. */
  readonly offset: number
  /** Where that is, in the attributes' spelling: `linkinfo.data(vlan)`. */
  readonly path: string
}

/** An attribute that no table names, in wire order. */
export interface UnknownAttribute {
  /** −1 for the rest of a nest behind a broken nla_len. */
  readonly type: number
  readonly nested: boolean
  readonly netByteOrder: boolean
  readonly data: Uint8Array
}

/** An object that may carry unknown attributes. */
export interface Unknowns {
  $unknown?: UnknownAttribute[]
}

/**
 * The wire order of a decoded set or indexed nest: it makes messages lossless beyond their values, in order, flag bits, missing NULs, odd
 * widths. `order` has nla_len × 65536 + nla_type for each attribute, `KEPT` more for one that is kept in `$unknown`, `ENDED` more for one
 * that ends in a NUL.
 */
interface Layout {
  readonly order: readonly number[]
  /** All of the nest where a type comes twice: a field that does not repeat holds the last alone, or none. */
  readonly bytes: Uint8Array | undefined
}

const layouts = new WeakMap<object, Layout>()

const KEPT = 2 ** 32
const ENDED = 2 ** 33

/** An attribute of a layout. */
export interface LayoutEntry {
  readonly id: number
  readonly flags: number
  /** Of the payload. */
  readonly length: number
  readonly kept: boolean
  /** Its last byte is 0, as that of text should be. */
  readonly ended: boolean
  /** The payload of one that is not kept, nor the last of its type that is not. */
  readonly earlier: Uint8Array | undefined
  /** The payload of one that comes before a kept one of its type. */
  readonly beforeKept: Uint8Array | undefined
}

/** Gives the wire order that a decoded message's set or indexed nest had; `undefined` for values that were not decoded. */
export function layoutOf(value: object): readonly LayoutEntry[] | undefined {
  const layout = layouts.get(value)
  if (layout === undefined) return undefined
  const { order, bytes } = layout
  const last = bytes === undefined ? undefined : new Map(order.map((entry, index) => [sortOf(entry), index]))
  let at = 4
  return order.map((entry, index) => {
    const id = typeOf(entry)
    const kept = isKept(entry)
    const length = Math.floor((entry % KEPT) / 65536) - 4
    const payload = bytes?.subarray(at, at + length)
    at += 4 + align4(length)
    return {
      id,
      flags: (entry % 65536) & ~NLA_TYPE_MASK,
      length,
      kept,
      ended: entry >= ENDED,
      earlier: kept || last?.get(id) === index ? undefined : payload,
      beforeKept: (last?.get(~id) ?? -1) > index ? payload : undefined,
    }
  })
}

function typeOf(entry: number): number {
  return entry & NLA_TYPE_MASK
}

/** The type of an entry, turned negative when it is kept: that is none of a field's. */
function sortOf(entry: number): number {
  return isKept(entry) ? ~typeOf(entry) : typeOf(entry)
}

function isKept(entry: number): boolean {
  return entry % ENDED >= KEPT
}

/** Is passed to decoders when a message (not only an object) is wanted: collects remarks and wire order. */
export class Trace {
  readonly found: { code: RemarkCode; offset: number }[] = []
  readonly #kept = new Set<number>()

  /** An attribute at an offset is kept undecoded. */
  kept(code: RemarkCode, offset: number): void {
    this.#kept.add(offset)
    this.remark(code, offset)
  }

  remark(code: RemarkCode, offset: number): void {
    this.found.push({ code, offset })
  }

  /** Remembers the attributes between `start` and `end` as the wire order of `value`. */
  layout(value: object, view: DataView, start: number, end: number): void {
    const order: number[] = []
    let at = start
    while (end - at >= 4) {
      const length = view.getUint16(at, le)
      if (length < 4 || length > end - at) break
      const kept = this.#kept.size > 0 && this.#kept.has(at) ? KEPT : 0
      const ended = length > 4 && view.getUint8(at + length - 1) === 0 ? ENDED : 0
      order.push(ended + kept + length * 65536 + view.getUint16(at + 2, le))
      at += (length + 3) & ~3
    }
    const known = order.filter(entry => !isKept(entry)).map(typeOf)
    const types = new Set(known)
    const besideKept = this.#kept.size > 0 && order.some(entry => isKept(entry) && types.has(typeOf(entry)))
    const twice = types.size < known.length || besideKept
    layouts.set(value, {
      order,
      bytes: twice ? new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice() : undefined,
    })
  }
}

/** Keeps the attribute of `length` bytes (header included) at `at` in `$unknown`. */
export function keep(
  into: Unknowns,
  bytes: Uint8Array,
  view: DataView,
  at: number,
  length: number,
  trace: Trace | undefined,
  code: RemarkCode = 'short-attribute',
): void {
  const type = view.getUint16(at + 2, le)
  add(into, {
    type: type & NLA_TYPE_MASK,
    nested: (type & NLA_F_NESTED) !== 0,
    netByteOrder: (type & NLA_F_NET_BYTEORDER) !== 0,
    data: bytes.slice(at + 4, at + length),
  })
  trace?.kept(code, at)
}

/** Ends a set: what is left behind a broken nla_len is kept under type −1, 1 to 3 bytes of padding are only remarked. */
export function keepRest(into: Unknowns, bytes: Uint8Array, at: number, end: number, trace: Trace | undefined): void {
  if (end - at < 4) {
    trace?.remark('trailing-bytes', at)
    return
  }
  add(into, { type: -1, nested: false, netByteOrder: false, data: bytes.slice(at, end) })
  trace?.remark('malformed-attribute', at)
}

function add(into: Unknowns, attribute: UnknownAttribute): void {
  if (into.$unknown === undefined) into.$unknown = [attribute]
  else into.$unknown.push(attribute)
}

/** Tells whether the bytes are a sequence of attributes from end to end, and at least one. */
export function isNest(view: DataView, start: number, end: number): boolean {
  let at = start
  while (end - at >= 4) {
    const length = view.getUint16(at, le)
    if (length < 4 || length > end - at) return false
    at += (length + 3) & ~3
  }
  return at >= end || end - at < 4
}

/** Nests deeper than this are kept undecoded: no kernel nests so deep, and only sets that contain themselves could. */
const MAX_DEPTH = 16

/** How deep the running decoder is in sets that contain themselves. */
let depth = 0

/** Decodes a nest of a set that can contain itself; `undefined` when it is nested too deep. */
export function deeper<T>(decode: () => T): T | undefined {
  if (depth >= MAX_DEPTH) return undefined
  depth++
  try {
    return decode()
  } finally {
    depth--
  }
}

/** Keeps every attribute of a nest whose kind has none. */
export function keepAll<T extends Unknowns>(
  into: T,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  trace: Trace | undefined,
): T {
  let at = start
  while (end - at >= 4) {
    const length = view.getUint16(at, le)
    if (length < 4 || length > end - at) break
    keep(into, bytes, view, at, length, trace, 'unknown-attribute')
    at += (length + 3) & ~3
  }
  if (at < end) keepRest(into, bytes, at, end, trace)
  trace?.layout(into, view, start, end)
  return into
}
