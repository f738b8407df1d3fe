import { labelText } from '../codec/codecs.js'
import type { EnumTable } from '../codec/enum-table.js'
import { Scope, selectedFormat } from '../codec/path.js'
import { headerSize } from '../codec/struct.js'
import {
  type Attr,
  type AttrSet,
  type Elem,
  type Format,
  isScalar,
  type Member,
  type MessageTable,
  type ScalarType,
  type StructTable,
  scalarSizes,
} from '../codec/table.js'
import { AF_MCTP, AF_MPLS } from '../codec/text/address-bytes.js'
import { ipText, macText } from '../codec/text/address-text.js'
import { jsonReplacer } from '../codec/text/json-replacer.js'
import { readText } from '../codec/text/text.js'
import { littleEndian } from '../wire/endian.js'
import { NLA_F_NESTED, NLA_F_NET_BYTEORDER, NLA_TYPE_MASK } from '../wire/nlattr.js'
import { align4, NLMSG_HDRLEN, viewOf } from '../wire/nlmsghdr.js'

const le = littleEndian

/** Bytes of a message and what they mean. */
export interface Annotation {
  readonly at: number
  readonly length: number
  /** How many nests it lies in. */
  readonly depth: number
  readonly text: string
}

/** Deeper nests are shown as bytes: hostile ones go to 16,000. */
const DEPTH_MAX = 16

/** Says of every byte behind a message's nlmsghdr what it means, by the tables; what they do not know is named by its number. */
export function annotate(table: MessageTable, message: Uint8Array): Annotation[] {
  const walk = new Walk(message)
  const end = message.length
  if (end - NLMSG_HDRLEN < table.header.size)
    walk.add(NLMSG_HDRLEN, end, 1, `shorter than its header of ${table.header.size} bytes`)
  else {
    const size = headerSize(table.header, viewOf(message), NLMSG_HDRLEN, end)
    const attrsAt = NLMSG_HDRLEN + align4(size)
    walk.struct(table.header, NLMSG_HDRLEN, NLMSG_HDRLEN + size, 1)
    walk.add(NLMSG_HDRLEN + size, Math.min(attrsAt, end), 1, 'padding')
    walk.attributes(new Scope(table.set, attrsAt, end), message[NLMSG_HDRLEN] ?? 0, 1)
  }
  return walk.found
}

class Walk {
  readonly found: Annotation[] = []
  readonly #bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
  }

  add(at: number, end: number, depth: number, text: string): void {
    if (end > at) this.found.push({ at, length: end - at, depth, text })
  }

  attributes(scope: Scope, family: number, depth: number, around?: Scope): void {
    let at = scope.start
    while (scope.end - at >= 4) {
      const length = this.#view.getUint16(at, le)
      const type = this.#view.getUint16(at + 2, le)
      if (length < 4 || length > scope.end - at) break
      const attr = scope.set.byId(type & NLA_TYPE_MASK)
      const flags = `${type & NLA_F_NESTED ? ', nested' : ''}${type & NLA_F_NET_BYTEORDER ? ', network order' : ''}`
      this.add(at, at + 4, depth, `nla_len ${length}, ${attr?.name ?? `type ${type & NLA_TYPE_MASK}`}${flags}`)
      const end = at + length
      if (attr === undefined || depth >= DEPTH_MAX) this.add(at + 4, end, depth + 1, 'not known')
      else this.#payload(attr, at + 4, end, family, depth + 1, scope, around)
      const next = at + align4(length)
      this.add(end, Math.min(next, scope.end), depth, 'padding')
      at = next
    }
    this.add(at, scope.end, depth, 'no attribute')
  }

  #payload(
    attr: Attr,
    from: number,
    end: number,
    family: number,
    depth: number,
    scope: Scope,
    around: Scope | undefined,
  ): void {
    switch (attr.type) {
      case 'nest': {
        const head = attr.header?.size ?? 0
        if (attr.set === undefined || end - from < head) return this.add(from, end, depth, 'not known')
        if (attr.header !== undefined) this.struct(attr.header, from, from + head, depth)
        const own = attr.header === undefined ? 0 : (this.#bytes[from] ?? 0)
        return this.attributes(new Scope(attr.set, from + head, end), own, depth, scope)
      }
      case 'sub':
        return this.#format(
          attr.sub === undefined
            ? undefined
            : selectedFormat(attr.sub, attr.outer === true ? around : scope, this.#bytes, family),
          from,
          end,
          depth,
        )
      case 'struct':
        return attr.struct === undefined ? undefined : this.struct(attr.struct, from, end, depth)
      case 'indexed':
        return this.#indexed(attr.elem, from, end, depth)
      case 'array':
        return this.#array(attr.elem, from, end, depth)
      case 'pad':
        return this.add(from, end, depth, 'padding')
      case 'codec':
        if (attr.codec?.elementHead !== undefined && attr.set !== undefined)
          return this.#hops(attr.set, from, end, depth)
        return this.add(
          from,
          end,
          depth,
          text(attr.codec?.decode(this.#bytes, this.#view, from, end - from, undefined)),
        )
      case 'ip':
        return this.add(from, end, depth, this.#address(attr, from, end - from, family))
      default:
        return this.add(from, end, depth, this.#value(attr, from, end - from))
    }
  }

  #address(attr: Attr, at: number, size: number, family: number): string {
    if (family === AF_MPLS && attr.name === 'dst' && size === 4) return text(labelText(this.#view, at))
    if (family === AF_MCTP && (size === 1 || size === 8)) return ipText(this.#bytes, at, size)
    return this.#value(attr, at, size)
  }

  #format(format: Format | undefined, from: number, end: number, depth: number): void {
    const head = format?.header
    if (format === undefined || (head !== undefined && end - from < head.min))
      return this.add(from, end, depth, 'not known')
    const headEnd = Math.min(end, from + (format.set === undefined ? end - from : (head?.size ?? 0)))
    if (head !== undefined) this.struct(head, from, headEnd, depth)
    const start = Math.min(end, from + align4(head?.size ?? 0))
    if (format.set === undefined) return head === undefined ? this.add(from, end, depth, 'not known') : undefined
    this.add(headEnd, start, depth, 'padding')
    this.attributes(new Scope(format.set, start, end), 0, depth)
  }

  #indexed(elem: Elem | undefined, from: number, end: number, depth: number): void {
    let at = from
    for (let index = 0; end - at >= 4; index++) {
      const length = this.#view.getUint16(at, le)
      if (length < 4 || length > end - at) break
      this.add(
        at,
        at + 4,
        depth,
        `nla_len ${length}, [${index}] as type ${this.#view.getUint16(at + 2, le) & NLA_TYPE_MASK}`,
      )
      this.#element(elem, at + 4, at + length, depth + 1)
      this.add(at + length, Math.min(at + align4(length), end), depth, 'padding')
      at += align4(length)
    }
    this.add(at, end, depth, 'no attribute')
  }

  #array(elem: Elem | undefined, from: number, end: number, depth: number): void {
    const size =
      elem?.type === 'struct'
        ? (elem.struct?.size ?? 0)
        : isScalar(elem?.type ?? '')
          ? scalarSizes[elem?.type as ScalarType]
          : 0
    let at = from
    if (size > 0) for (; end - at >= size; at += size) this.#element(elem, at, at + size, depth)
    this.add(at, end, depth, 'not known')
  }

  #element(elem: Elem | undefined, from: number, end: number, depth: number): void {
    if (elem?.type === 'nest' && elem.set !== undefined && depth < DEPTH_MAX)
      return this.attributes(new Scope(elem.set, from, end), 0, depth)
    if (elem?.type === 'struct' && elem.struct !== undefined) return this.struct(elem.struct, from, end, depth)
    this.add(from, end, depth, elem === undefined ? 'not known' : this.#value(elem, from, end - from))
  }

  #hops(set: AttrSet, from: number, end: number, depth: number): void {
    let at = from
    for (let index = 0; end - at >= 8; index++) {
      const length = this.#view.getUint16(at, le)
      if (length < 8 || length > end - at) break
      const { [at + 2]: flags, [at + 3]: hops } = this.#bytes
      this.add(
        at,
        at + 8,
        depth,
        `rtnh_len ${length}, [${index}] flags ${flags} hops ${hops} ifindex ${this.#view.getInt32(at + 4, le)}`,
      )
      this.attributes(new Scope(set, at + 8, at + length), 0, depth + 1)
      this.add(at + length, Math.min(at + align4(length), end), depth, 'padding')
      at += align4(length)
    }
    this.add(at, end, depth, 'no nexthop')
  }

  /** A line for each member; what lies between members, and behind the last. */
  struct(table: StructTable, from: number, end: number, depth: number): void {
    let at = from
    for (const member of table.members) {
      const start = from + member.offset
      const size = sizeOf(member)
      if (start + size > end) break
      this.add(at, start, depth, 'padding')
      if (member.struct !== undefined && member.length === undefined)
        this.struct(member.struct, start, start + size, depth + 1)
      else this.add(start, start + size, depth, `${member.name} ${this.#member(member, start, size)}`)
      at = Math.max(at, start + size)
    }
    this.add(at, Math.min(end, from + table.size), depth, 'padding')
    this.add(Math.max(at, from + table.size), end, depth, table.rest?.name ?? 'longer than the struct that is known')
  }

  #member(member: Member, at: number, size: number): string {
    if (member.codec !== undefined) return text(member.codec.read(this.#bytes, this.#view, at))
    if (member.length === undefined || !isScalar(member.type)) return this.#value(member, at, size)
    const step = scalarSizes[member.type]
    return Array.from({ length: member.length }, (_, i) => this.#value(member, at + i * step, step)).join(' ')
  }

  #value(
    how: { readonly type: string; readonly be?: true; readonly enum?: EnumTable; readonly hint?: 'hex' },
    at: number,
    size: number,
  ): string {
    const { type } = how
    if (type === 'string') return JSON.stringify(readText(this.#bytes, at, size))
    if (type === 'ip') return size === 4 || size === 16 ? ipText(this.#bytes, at, size) : `${size} bytes`
    if (type === 'mac') return macText(this.#bytes, at, size)
    if (type === 'flag') return ''
    if (type === 'bitfield32' && size >= 8)
      return `value 0x${this.#view.getUint32(at, le).toString(16)} selector 0x${this.#view.getUint32(at + 4, le).toString(16)}`
    const value = isScalar(type) ? this.#scalar(type, at, size, how.be === true ? false : le) : undefined
    if (value === undefined) return `${size} bytes`
    if (typeof value === 'bigint') return `${value}`
    if (how.enum === undefined) return how.hint === 'hex' ? `0x${value.toString(16)}` : `${value}`
    return how.enum.flags ? flagsText(how.enum, value) : `${how.enum.name(value)}`
  }

  #scalar(type: ScalarType, at: number, size: number, little: boolean): number | bigint | undefined {
    const signed = type.startsWith('s')
    const width = type === 'uint' || type === 'sint' ? (size >= 8 ? 8 : 4) : scalarSizes[type]
    if (size < width) return undefined
    const view = this.#view
    if (width === 8) return signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little)
    if (width === 4) return signed ? view.getInt32(at, little) : view.getUint32(at, little)
    if (width === 2) return signed ? view.getInt16(at, little) : view.getUint16(at, little)
    return signed ? view.getInt8(at) : view.getUint8(at)
  }
}

function sizeOf(member: Member): number {
  const { length = 1 } = member
  if (member.type === 'struct') return length * (member.struct?.size ?? 0)
  return length * (isScalar(member.type) ? scalarSizes[member.type] : 1)
}

function flagsText(table: EnumTable, value: number): string {
  const names = Object.entries(table.names).filter(([, bit]) => bit !== 0 && (value & bit) >>> 0 === bit)
  return names.length === 0 ? `${value}` : `0x${value.toString(16)} ${names.map(([name]) => name).join('|')}`
}

function text(value: unknown): string {
  return value === undefined ? 'not known' : typeof value === 'string' ? value : JSON.stringify(value, jsonReplacer)
}
