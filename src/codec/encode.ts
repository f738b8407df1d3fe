import { NetlinkError, type RequestInfo } from '../errors/netlink-error.js'
import { littleEndian as le } from '../wire/endian.js'
import { NLA_F_NESTED, NLA_F_NET_BYTEORDER } from '../wire/nlattr.js'
import { Writer } from '../wire/writer.js'
import { parseIp, parseMac } from './address.js'
import { labelBytes } from './codecs.js'
import type { NamespaceRef } from './namespace-ref.js'
import { attrPathOf, fieldPathOf, type Step } from './path.js'
import {
  type Attr,
  AttrSet,
  type Elem,
  type EnumTable,
  type Format,
  type Member,
  type ScalarType,
  type StructTable,
} from './table.js'
import { textBytes } from './text.js'
import { layoutEntry, layoutOf, type UnknownAttribute } from './trace.js'

/** A 32-bit interface index that was given as a name: where it goes, and which field named it. */
export interface LinkName {
  readonly offset: number
  readonly name: string
  readonly fieldPath: string
}

/** Destinations of this family are labels. */
const AF_MPLS = 28

/** Stands for a namespace descriptor that the client opens when the request leaves (IFLA_NET_NS_FD, NETNSA_FD). */
export class NamespaceSlot {
  readonly ref: NamespaceRef

  constructor(ref: NamespaceRef) {
    this.ref = ref
  }
}

/** A 32-bit descriptor of a namespace that was only named: where it goes, and which field named it. */
export interface NamespaceUse {
  readonly offset: number
  readonly ref: NamespaceRef
  readonly fieldPath: string
}

type Dict = Readonly<Record<string, unknown>>

const sizes: Readonly<Record<ScalarType, number>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  s8: 1,
  s16: 2,
  s32: 4,
  s64: 8,
  uint: 8,
  sint: 8,
}

/**
 * Writes objects as attributes, by the tables. As a `request` it leaves out what only the kernel sends, `$unknown`, and nests
 * that end up empty, so that what was read can be written; as a message it writes everything, in the order it was decoded in.
 */
export class Encoder {
  readonly writer = new Writer()
  readonly request: boolean
  readonly links: LinkName[] = []
  readonly namespaces: NamespaceUse[] = []
  /** Says what is being encoded, for errors. */
  readonly info: (() => RequestInfo) | undefined
  /** The family of the fixed header, which some selectors need. */
  family = 0
  readonly #path: Step[] = []

  constructor(request: boolean, info?: () => RequestInfo) {
    this.request = request
    this.info = info
  }

  /** Makes the error of a bad value at the present place. */
  fail(detail: string, cause?: unknown): NetlinkError {
    return new NetlinkError({
      reason: 'encode',
      code: 'ERR_NETLINK_BAD_VALUE',
      detail,
      attrPath: attrPathOf(this.#path),
      fieldPath: fieldPathOf(this.#path),
      request: this.info?.(),
      cause,
    })
  }

  /** Runs `body` one step further down. */
  at<T>(step: Step, body: () => T): T {
    this.#path.push(step)
    const result = body()
    // Not in a finally: when the body throws, the error has been made and the encoder is thrown away.
    this.#path.pop()
    return result
  }

  /** Writes the attributes of a set; keys in `skip` are the caller's. */
  set(set: AttrSet, value: unknown, skip: readonly string[] = []): void {
    const dict = this.#dict(value)
    const layout = this.request ? undefined : layoutOf(dict)
    const queue = new Unwritten(dict, skip)
    if (layout !== undefined) {
      for (const entry of layout) this.#fromLayout(set, queue, layoutEntry(entry))
    }
    for (const name of queue.names()) {
      const attr = set.byName(name)
      if (attr === undefined) {
        this.at({ key: name }, () => {
          throw this.fail(`${set.name} has no such attribute`)
        })
      } else if (!(this.request && attr.dir === 'reply')) {
        this.#selector(set, attr, dict)
        for (const item of queue.take(attr)) this.#attribute(attr, item.value, dict, item.index, undefined)
      }
    }
    if (!this.request) for (const unknown of queue.unknown) this.#unknown(unknown)
  }

  #fromLayout(set: AttrSet, queue: Unwritten, entry: { id: number; flags: number; length: number }): void {
    const unknown = queue.takeUnknown(entry.id, entry.length)
    if (unknown !== undefined) return this.#unknown(unknown)
    const attr = set.byId(entry.id)
    if (attr === undefined) return
    if (attr.type === 'pad') {
      const at = this.writer.beginAttribute(entry.id | entry.flags)
      this.writer.reserve(entry.length)
      this.#end(at)
      return
    }
    const item = queue.takeOne(attr)
    if (item !== undefined) this.#attribute(attr, item.value, queue.dict, item.index, entry)
  }

  #unknown(unknown: UnknownAttribute): void {
    if (unknown.type < 0) {
      this.writer.align()
      this.writer.append(unknown.data)
      return
    }
    const flags = (unknown.nested ? NLA_F_NESTED : 0) | (unknown.netByteOrder ? NLA_F_NET_BYTEORDER : 0)
    const at = this.writer.beginAttribute(unknown.type | flags)
    this.writer.append(unknown.data)
    this.#end(at)
  }

  /** Writes the selector that a sub attribute needs when only its `kind` was given. */
  #selector(set: AttrSet, attr: Attr, dict: Dict): void {
    const by = attr.sub?.attr
    if (by === undefined || dict[by] !== undefined) return
    const selector = set.byName(by)
    const value = dict[attr.name]
    if (selector === undefined || value === undefined) return
    const kind = this.at({ attr }, () => this.#kind(value))
    const name = kind === 'other' ? this.#dict(value)['name'] : attr.sub?.byName(kind)?.value
    this.#attribute(selector, name ?? kind, dict, undefined, undefined)
  }

  #attribute(attr: Attr, value: unknown, dict: Dict, index: number | undefined, wire: Wire | undefined): void {
    const nested = attr.type === 'nest' || attr.type === 'indexed' || attr.type === 'sub'
    if (wire === undefined && (attr.type === 'flag' ? value === false : attr.codec?.absent?.(value) === true)) return
    const start = this.writer.length
    const at = this.writer.beginAttribute(attr.id | (wire?.flags ?? (nested ? NLA_F_NESTED : 0)))
    const format = attr.type === 'sub' ? this.#format(attr, value, dict) : undefined
    const kind = attr.sub?.attr !== undefined && format !== undefined ? { kind: format.name } : {}
    this.at({ attr, ...kind, ...(index === undefined ? {} : { index }) }, () => {
      this.#payload(attr, value, format, wire?.length)
      const written = this.writer.length - at - 4
      if (wire !== undefined && !nested) this.#stretch(attr, at + 4, written, wire.length)
      if (wire === undefined && attr.type === 'string') this.writer.reserve(1)
      if (this.request && nested && written === 0) this.writer.truncate(start)
      else this.#end(at)
    })
  }

  /** Brings a payload to the length that it had on the wire. */
  #stretch(attr: Attr, start: number, written: number, length: number): void {
    if (length > written) this.writer.reserve(length - written)
    else if (length < written && attr.type === 'struct') this.writer.truncate(start + length)
  }

  #end(at: number): void {
    if (!this.writer.endAttribute(at)) throw this.fail('longer than an attribute can be (65,535 bytes)')
  }

  #payload(attr: Attr, value: unknown, format: Format | undefined, wire: number | undefined): void {
    switch (attr.type) {
      case 'nest':
        return this.#nest(attr.set, attr.header, value)
      case 'sub':
        return this.#sub(format, value)
      case 'struct':
        return this.struct(attr.struct, value)
      case 'array':
      case 'indexed':
        return this.#elements(attr, value)
      case 'codec':
        return attr.codec?.encode(this, attr, value, wire)
      case 'flag':
        if (value !== true) throw this.fail('must be true or false')
        return
      case 'string':
        return this.#string(attr, value)
      case 'bitfield32':
        return this.#bitfield(value)
      case 'pad':
        throw this.fail('is padding')
      default:
        return this.value(attr.type, attr, value)
    }
  }

  #nest(set: AttrSet | undefined, header: StructTable | undefined, value: unknown): void {
    const outer = this.family
    const start = this.writer.length
    if (header !== undefined) this.struct(header, value, true)
    // A nest with a header of its own (a veth's peer) goes by that, others do not depend on the family.
    this.family = header === undefined ? 0 : (this.writer.bytes[start] ?? 0)
    if (set !== undefined) this.set(set, value, memberNames(header))
    this.family = outer
  }

  #format(attr: Attr, value: unknown, dict: Dict): Format | undefined {
    const sub = attr.sub
    if (sub === undefined) return undefined
    if (sub.attr === undefined) return sub.byValue(this.family) ?? sub.byValue(0)
    const kind = this.at({ attr }, () => this.#kind(value))
    if (kind === 'other') return undefined
    const format = sub.byName(kind)
    const selected = dict[sub.attr]
    if (format === undefined || (selected !== undefined && selected !== format.name && selected !== format.value)) {
      this.at({ attr, kind }, () => {
        throw this.fail(
          format === undefined
            ? `unknown kind '${kind}'`
            : `kind '${kind}' contradicts ${sub.attr} '${String(selected)}'`,
        )
      })
    }
    return format
  }

  #kind(value: unknown): string {
    const kind = this.#dict(value)['kind']
    if (typeof kind !== 'string') throw this.fail('needs a kind')
    return kind
  }

  #sub(format: Format | undefined, value: unknown): void {
    if (format === undefined) {
      const data = this.#dict(value)['data']
      return data === undefined && this.request ? undefined : this.writer.append(this.bytes(data))
    }
    const outer = this.family
    this.family = 0
    if (format.header !== undefined) this.struct(format.header, value, true)
    this.set(format.set ?? noAttributes, value, ['kind', ...memberNames(format.header)])
    this.family = outer
  }

  #elements(attr: Attr, value: unknown): void {
    const elem = attr.elem
    if (!Array.isArray(value)) throw this.fail('must be an array')
    if (elem === undefined) return
    const layout = this.request ? undefined : layoutOf(value)
    for (const [index, item] of value.entries()) {
      this.at({ index }, () => {
        if (attr.type === 'array') return this.#element(elem, item)
        const entry = layout?.[index]
        const wire = entry === undefined ? undefined : layoutEntry(entry)
        const at = this.writer.beginAttribute(
          wire === undefined ? index | (elem.type === 'nest' ? NLA_F_NESTED : 0) : wire.id | wire.flags,
        )
        this.#element(elem, item)
        this.#end(at)
      })
    }
  }

  #element(elem: Elem, value: unknown): void {
    if (elem.type === 'struct') return this.struct(elem.struct, value)
    if (elem.type === 'nest') return this.#nest(elem.set, undefined, value)
    this.value(elem.type, elem, value)
  }

  #string(attr: Attr, value: unknown): void {
    const bytes = this.text(value)
    if (this.request && attr.max !== undefined && (bytes.length === 0 || bytes.length > attr.max)) {
      throw this.fail(`${show(value)} is not 1 to ${attr.max} bytes long`)
    }
    this.writer.append(bytes)
  }

  #bitfield(value: unknown): void {
    const dict = this.#dict(value)
    this.at({ key: 'value' }, () => this.value('u32', {}, dict['value']))
    this.at({ key: 'selector' }, () => this.value('u32', {}, dict['selector']))
  }

  /** Writes a fixed struct; members that are not given are 0. `shared` tells that other keys belong to somebody else. */
  struct(table: StructTable | undefined, value: unknown, shared = false): void {
    if (table === undefined) return
    const dict = this.#dict(value)
    const start = this.writer.reserve(table.size)
    for (const member of table.members) {
      const item = dict[member.name]
      if (item !== undefined) this.at({ key: member.name }, () => this.#member(member, item, start + member.offset))
    }
    if (shared) return
    const tail = dict['$tail']
    if (tail !== undefined && !this.request) this.writer.append(this.bytes(tail))
    for (const key of Object.keys(dict)) {
      if (key === '$tail' || dict[key] === undefined || table.members.some(member => member.name === key)) continue
      this.at({ key }, () => {
        throw this.fail(`${table.name} has no such member`)
      })
    }
  }

  #member(member: Member, value: unknown, at: number): void {
    if (member.type === 'struct' || isScalar(member.type)) {
      if (member.length === undefined) return this.#memberElement(member, value, at)
      if (!Array.isArray(value) || value.length > member.length)
        throw this.fail(`must be an array of at most ${member.length}`)
      const size = member.type === 'struct' ? (member.struct?.size ?? 0) : sizes[member.type as ScalarType]
      for (const [index, item] of value.entries())
        this.at({ index }, () => this.#memberElement(member, item, at + index * size))
      return
    }
    const bytes =
      member.type === 'string'
        ? this.text(value)
        : member.type === 'bytes'
          ? this.bytes(value)
          : this.address(member.type, value)
    if (bytes.length > (member.length ?? 0)) throw this.fail(`longer than ${member.length} bytes`)
    this.writer.bytes.set(bytes, at)
  }

  #memberElement(member: Member, value: unknown, at: number): void {
    if (member.type !== 'struct') return this.scalar(member.type as ScalarType, member, value, at)
    const end = this.writer.length
    this.struct(member.struct, value)
    this.writer.bytes.copyWithin(at, end, this.writer.length)
    this.writer.truncate(end)
  }

  /** Appends a scalar, address or byte string. */
  value(type: ScalarType | 'ip' | 'mac' | 'bytes', how: Pick<Attr, 'be' | 'enum' | 'link'>, value: unknown): void {
    if (isScalar(type)) return this.scalar(type, how, value, this.writer.reserve(sizes[type]))
    this.writer.append(type === 'bytes' ? this.bytes(value) : this.address(type, value))
  }

  /** Writes a scalar at an offset that is reserved. */
  scalar(type: ScalarType, how: Pick<Attr, 'be' | 'enum' | 'link'>, value: unknown, at: number): void {
    const view = this.writer.view
    const little = how.be === true ? false : le
    if (sizes[type] === 8) {
      const signed = type === 's64' || type === 'sint'
      if (typeof value !== 'bigint') throw this.fail(`must be a bigint, not ${show(value)}`)
      if ((signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) !== value)
        throw this.fail(`${value} does not fit ${type}`)
      return signed ? view.setBigInt64(at, value, little) : view.setBigUint64(at, value, little)
    }
    const number = this.#number(type, how, value, at)
    const bits = 8 * sizes[type]
    const [low, high] = type.startsWith('s') ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1]
    if (!Number.isInteger(number) || number < low || number > high)
      throw this.fail(`${show(value)} is not an integer from ${low} to ${high}`)
    if (bits === 8) view.setUint8(at, number)
    else if (bits === 16) view.setUint16(at, number, little)
    else view.setUint32(at, number, little)
  }

  #number(type: ScalarType, how: Pick<Attr, 'enum' | 'link'>, value: unknown, at: number): number {
    if (typeof value === 'number') return value
    if (typeof value === 'boolean' && type === 'u8') return value ? 1 : 0
    if (typeof value === 'string' && how.enum !== undefined) return this.#named(how.enum, value)
    if (typeof value === 'string' && how.link === true) {
      this.linkName(value, at)
      return 0
    }
    if (value instanceof NamespaceSlot && type !== 'u8') {
      this.namespaces.push({ offset: at, ref: value.ref, fieldPath: fieldPathOf(this.#path) })
      return 0
    }
    if (Array.isArray(value) && how.enum?.flags === true) {
      const table = how.enum
      // Not `|=`: bit 31 would make it negative.
      return value.reduce((sum: number, name: unknown) => (sum | this.#named(table, name)) >>> 0, 0)
    }
    throw this.fail(`${show(value)} is not a number`)
  }

  #named(table: EnumTable, name: unknown): number {
    const value = typeof name === 'string' ? table.value(name) : undefined
    if (value === undefined) {
      const names = Object.keys(table.names)
      throw this.fail(`${show(name)} is none of ${names.slice(0, 16).join(', ')}${names.length > 16 ? ', …' : ''}`)
    }
    return value
  }

  /** Notes that the 32 bits at `at` are the index of a link that is only named. */
  linkName(name: string, at: number): void {
    if (!this.request) throw this.fail(`${show(name)} is not a number`)
    this.#ifname(name)
    this.links.push({ offset: at, name, fieldPath: fieldPathOf(this.#path) })
  }

  #ifname(name: string): void {
    const length = textBytes(name)?.length ?? 0
    if (length === 0 || length > 127) throw this.fail(`${show(name)} is no interface name`)
  }

  /** Gives the bytes of text; refuses what is no string or holds a NUL. */
  text(value: unknown): Uint8Array {
    if (typeof value !== 'string') throw this.fail(`${show(value)} is not a string`)
    const bytes = textBytes(value)
    if (bytes === undefined) throw this.fail(`${show(value)} holds a NUL or half a surrogate pair`)
    return bytes
  }

  /** Gives bytes as they are. */
  bytes(value: unknown): Uint8Array {
    if (!(value instanceof Uint8Array)) throw this.fail(`${show(value)} is not a Uint8Array`)
    return value
  }

  /** Gives the bytes of an IP or link-layer address. */
  address(type: 'ip' | 'mac', value: unknown): Uint8Array {
    if (value === '' && !this.request) return new Uint8Array(0)
    const bytes =
      typeof value === 'string'
        ? type === 'mac'
          ? parseMac(value)
          : (parseIp(value) ?? (this.family === AF_MPLS ? labelBytes(value) : undefined))
        : undefined
    if (bytes === undefined) throw this.fail(`${show(value)} is no ${type === 'ip' ? 'IP' : 'link-layer'} address`)
    return bytes
  }

  #dict(value: unknown): Dict {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
      throw this.fail(`${show(value)} is not an object`)
    }
    return value as Dict
  }
}

interface Wire {
  readonly flags: number
  readonly length: number
}

/** What of a set has not been written yet. */
class Unwritten {
  readonly dict: Dict
  readonly unknown: UnknownAttribute[]
  readonly #left: Set<string>
  readonly #taken = new Map<string, number>()

  constructor(dict: Dict, skip: readonly string[]) {
    this.dict = dict
    this.unknown = [...((dict['$unknown'] as UnknownAttribute[] | undefined) ?? [])]
    this.#left = new Set(Object.keys(dict).filter(key => key !== '$unknown' && dict[key] !== undefined))
    for (const key of skip) this.#left.delete(key)
  }

  names(): string[] {
    return [...this.#left]
  }

  /** Takes an attribute that was kept raw: the length tells it from one of the same type that was understood. */
  takeUnknown(id: number, length: number): UnknownAttribute | undefined {
    const index = this.unknown.findIndex(unknown => unknown.type === id && unknown.data.length === length)
    return index < 0 ? undefined : this.unknown.splice(index, 1)[0]
  }

  /** Takes the next item of a field: its elements one by one when it repeats, else its value as often as asked. */
  takeOne(attr: Attr): { value: unknown; index: number | undefined } | undefined {
    const value = this.dict[attr.name]
    if (value === undefined) return undefined
    if (attr.multi !== true || !Array.isArray(value)) {
      this.#left.delete(attr.name)
      return { value, index: undefined }
    }
    const index = this.#taken.get(attr.name) ?? 0
    if (index >= value.length) return undefined
    this.#taken.set(attr.name, index + 1)
    if (index + 1 === value.length) this.#left.delete(attr.name)
    return { value: value[index], index }
  }

  /** Takes all that is left of a field. */
  *take(attr: Attr): Iterable<{ value: unknown; index: number | undefined }> {
    if (attr.multi !== true) {
      yield { value: this.dict[attr.name], index: undefined }
      return
    }
    const value = this.dict[attr.name]
    if (!Array.isArray(value)) {
      yield { value, index: undefined }
      return
    }
    for (let index = this.#taken.get(attr.name) ?? 0; index < value.length; index++)
      yield { value: value[index], index }
  }
}

const noAttributes = new AttrSet('this kind', () => [])

function memberNames(table: StructTable | undefined): string[] {
  return table === undefined ? [] : ['$tail', ...table.members.map(member => member.name)]
}

function isScalar(type: string): type is ScalarType {
  return Object.hasOwn(sizes, type)
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : typeof value === 'bigint' ? `${value}n` : String(value)
}
