import { NetlinkError, type RequestInfo } from '../errors/netlink-error.js'
import { littleEndian } from '../wire/endian.js'
import type { NamespaceRef } from '../wire/namespace-ref.js'
import { Writer } from '../wire/writer.js'
import type { EnumTable } from './enum-table.js'
import { attrPathOf, fieldPathOf } from './path.js'
import { fits, rangeOf } from './range.js'
import { type Slot, slotIndex, U8, U16, U16_BE, U32, U32_BE } from './slot.js'
import type { Dict, Step } from './table.js'
import { type Attr, isScalar, type Member, type ScalarType, type StructTable, scalarSizes } from './table.js'
import { type AddressType, addressBytes, addressSize } from './text/address-bytes.js'
import { parseHandle, parseU32Handle } from './text/handle.js'
import { quote } from './text/quote.js'
import { plainLength, textBytes } from './text/text.js'

const le = littleEndian

/** A 32-bit interface index that was given as a name: where it goes, and which field named it. */
export interface LinkName {
  readonly kind: 'link'
  readonly offset: number
  readonly name: string
  readonly fieldPath: string
}

/** Stands for a namespace descriptor that the client opens when the request leaves (IFLA_NET_NS_FD, NETNSA_FD). */
export class NamespaceSlot {
  readonly ref: NamespaceRef

  constructor(ref: NamespaceRef) {
    this.ref = ref
  }
}

/** A 32-bit descriptor of a namespace that was only named: where it goes, and which field named it. */
export interface NamespaceUse {
  readonly kind: 'netns'
  readonly offset: number
  readonly ref: NamespaceRef
  readonly fieldPath: string
}

/**
 * Tells, called on an object, whether a key is its own. Between the keys of a `for … in` that is a look at the object's shape, where this
 * constant is of the same bundled file: Object.keys costs 60 ns more for a header of 9 members, Object.hasOwn or an import as much.
 */
export const isOwn = Object.prototype.hasOwnProperty

const none: readonly string[] = []

/** Writes structs, scalars, addresses and text, checks that they fit, and knows the present place for errors. */
export class ValueEncoder {
  readonly writer: Writer
  readonly request: boolean
  readonly links: LinkName[] = []
  readonly namespaces: NamespaceUse[] = []
  /** The family of the fixed header, which some selectors need. */
  family = 0
  /** Fields that the caller spells otherwise than the attribute: `{ oif: 'dev' }`. */
  aliases: Readonly<Record<string, string>> = {}
  /** Rows of tables stand for steps: making one for every attribute costs more than writing it. */
  readonly #path: (Step | Attr | Member)[] = []

  constructor(request: boolean, writer = new Writer()) {
    this.writer = writer
    this.request = request
  }

  /** Says what is being encoded, for errors. */
  protected describe(): RequestInfo | undefined {
    return undefined
  }

  /** Spells the present place as the caller did. */
  #fieldPath(): string {
    const [only] = this.#path
    const path = this.#path.length === 1 && only !== undefined ? fieldOf(only) : fieldPathOf(this.#path.map(stepOf))
    return this.aliases[path] ?? path
  }

  /** Makes the error of a bad value at the present place. */
  fail(detail: string, cause?: unknown): NetlinkError {
    return new NetlinkError({
      reason: 'encode',
      code: 'ERR_NETLINK_BAD_VALUE',
      detail,
      attrPath: attrPathOf(this.#path.map(stepOf)),
      fieldPath: this.#fieldPath(),
      request: this.describe(),
      cause,
    })
  }

  /** Makes the error of an attribute that is longer than the 16 bits of nla_len can say. */
  tooLong(): NetlinkError {
    return this.fail('longer than an attribute can be (65,535 bytes)')
  }

  /** Ends an attribute, or fails. */
  end(at: number): void {
    if (!this.writer.endAttribute(at)) throw this.tooLong()
  }

  /** Goes one step further down, until `leave`; when something throws between, the encoder is thrown away. */
  enter(step: Step | Attr | Member): void {
    this.#path.push(step)
  }

  /** Goes one step up. */
  leave(): void {
    this.#path.pop()
  }

  /** Runs `body` one step further down. */
  at<T>(step: Step, body: () => T): T {
    this.enter(step)
    const result = body()
    this.leave()
    return result
  }

  /** Writes the fixed header of a request, which has no keys but its members, and gives its offset. */
  header(table: StructTable, value: Dict): number {
    const at = this.writer.reserve(table.size)
    if (table.write?.(this.writer.view, at, value as never) === true) return at
    this.writer.truncate(at)
    this.struct(table, value)
    return at
  }

  /** Writes a fixed struct; members that are not given are 0. `others` are keys that belong to somebody else, perhaps `$tail` too. */
  struct(table: StructTable | undefined, value: unknown, others: 'all' | readonly string[] = none): void {
    if (table === undefined) return
    const dict = this.dictOf(value)
    const start = this.writer.reserve(table.size)
    const { slots } = table
    const more = table.rest?.name ?? '$tail'
    let next = 0
    for (const key in dict) {
      if (!isOwn.call(dict, key)) continue
      const item = dict[key]
      if (item === undefined) continue
      const index = slots[next]?.name === key ? next : slotIndex(slots, key)
      const slot = index < 0 ? undefined : slots[index]
      if (slot !== undefined) {
        next = index + 1
        if (this.quick(slot, item, start + slot.at)) continue
        this.enter(slot.row)
        this.#member(slot.row, item, start + slot.at)
        this.leave()
      } else if (others !== 'all' && key !== more && !others.includes(key)) {
        this.enter({ key })
        throw this.fail(`${table.name} has no such member`)
      }
    }
    if (others === 'all') return
    const tail = dict[more]
    if (tail !== undefined && !this.request) this.at({ key: more }, () => this.writer.append(this.bytes(tail)))
    if (table.rest !== undefined) this.#count(table, table.rest.length, dict, start)
  }

  /** Fills in the member that counts the bytes behind the struct, unless it was given. */
  #count(table: StructTable, name: string, dict: Dict, start: number): void {
    const counter = table.members.find(member => member.name === name)
    if (counter === undefined || dict[name] !== undefined) return
    this.at({ key: name }, () => this.#member(counter, this.writer.end - start - table.size, start + counter.offset))
  }

  #member(member: Member, value: unknown, at: number): void {
    if (member.type === 'struct' || isScalar(member.type)) {
      if (member.length === undefined) return this.#memberElement(member, value, at)
      if (!Array.isArray(value) || value.length > member.length)
        throw this.fail(`must be an array of at most ${member.length}`)
      const size = member.type === 'struct' ? (member.struct?.size ?? 0) : scalarSizes[member.type as ScalarType]
      for (const [index, item] of value.entries())
        this.at({ index }, () => this.#memberElement(member, item, at + index * size))
      return
    }
    const bytes =
      member.type === 'string'
        ? this.text(value)
        : member.type === 'bytes'
          ? this.bytes(value)
          : member.type === 'codec'
            ? this.#coded(member, value)
            : this.address(member.type, value)
    if (bytes.length > (member.length ?? 0)) throw this.fail(`longer than ${member.length} bytes`)
    this.writer.bytes.set(bytes, at)
  }

  #coded(member: Member, value: unknown): Uint8Array {
    const bytes = member.codec?.bytes(value)
    if (bytes === undefined) throw this.fail(`${quote(value)} is no ${member.codec?.what}`)
    return bytes
  }

  #memberElement(member: Member, value: unknown, at: number): void {
    if (member.type !== 'struct') return this.scalar(member.type as ScalarType, member, value, at)
    const end = this.writer.end
    this.struct(member.struct, value)
    this.writer.bytes.copyWithin(at, end, this.writer.end)
    this.writer.truncate(end)
  }

  /** Appends a scalar, address or byte string. */
  value(
    type: ScalarType | AddressType | 'bytes',
    how: Pick<Attr, 'be' | 'enum' | 'link' | 'handle' | 'size'>,
    value: unknown,
  ): void {
    if (isScalar(type)) return this.scalar(type, how, value, this.writer.reserve(scalarSizes[type]))
    this.writer.append(type === 'bytes' ? this.bytes(value) : this.address(type, value, how.size))
  }

  /**
   * Writes a number, the name of an enumerator or a switch at an offset that is reserved; gives false for what goes the long way: names of
   * links, lists of flags, wide and signed numbers, mistakes.
   */
  protected quick(slot: Slot, value: unknown, at: number): boolean {
    let number: number
    if (typeof value === 'number') number = value
    else if (typeof value === 'string') number = slot.enum?.value(value) ?? -1
    else if (typeof value === 'boolean' && slot.way === U8) number = value ? 1 : 0
    else return false
    const { view } = this.writer
    switch (slot.way) {
      case U8:
        if ((number & 0xff) !== number) return false
        view.setUint8(at, number)
        return true
      case U16:
      case U16_BE:
        if ((number & 0xffff) !== number) return false
        view.setUint16(at, number, slot.way === U16 ? le : false)
        return true
      case U32:
      case U32_BE:
        if (number >>> 0 !== number) return false
        view.setUint32(at, number, slot.way === U32 ? le : false)
        return true
      default:
        return false
    }
  }

  /** Writes a scalar at an offset that is reserved. */
  scalar(type: ScalarType, how: Pick<Attr, 'be' | 'enum' | 'link' | 'handle'>, value: unknown, at: number): void {
    const { view } = this.writer
    const little = how.be === true ? false : le
    // A switch on constants: tables by the type's name cost a look-up each.
    switch (type) {
      case 'u64':
      case 's64':
      case 'uint':
      case 'sint':
        return this.#wide(type === 's64' || type === 'sint', value, at, little)
      default: {
        const number = typeof value === 'number' ? value : this.#number(type, how, value, at)
        if (!fits(type, number)) throw this.fail(`${quote(value)} is not an integer ${rangeOf(type)}`)
        if (type === 'u32' || type === 's32') view.setUint32(at, number, little)
        else if (type === 'u8' || type === 's8') view.setUint8(at, number)
        else view.setUint16(at, number, little)
      }
    }
  }

  #wide(signed: boolean, value: unknown, at: number, little: boolean): void {
    if (typeof value !== 'bigint') throw this.fail(`must be a bigint, not ${quote(value)}`)
    if ((signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) !== value)
      throw this.fail(`${value} does not fit ${signed ? 's64' : 'u64'}`)
    const { view } = this.writer
    if (signed) view.setBigInt64(at, value, little)
    else view.setBigUint64(at, value, little)
  }

  #number(type: ScalarType, how: Pick<Attr, 'enum' | 'link' | 'handle'>, value: unknown, at: number): number {
    if (typeof value === 'boolean' && type === 'u8') return value ? 1 : 0
    if (typeof value === 'string' && how.enum !== undefined) return this.#named(how.enum, value)
    if (typeof value === 'string' && how.handle === 'u32') return this.u32Handle(value)
    if (typeof value === 'string' && how.handle !== undefined) return this.handle(value)
    if (typeof value === 'string' && how.link === true) {
      this.linkName(value, at)
      return 0
    }
    if (value instanceof NamespaceSlot && type !== 'u8') {
      this.namespaces.push({
        kind: 'netns',
        offset: at - this.writer.start,
        ref: value.ref,
        fieldPath: this.#fieldPath(),
      })
      return 0
    }
    if (Array.isArray(value) && how.enum?.flags === true) {
      let bits = 0
      // Not `|=`: bit 31 would make it negative. Nor `reduce`, which passes over gaps, 87 s of them.
      for (const name of value) bits = (bits | this.#named(how.enum, name)) >>> 0
      return bits
    }
    throw this.fail(`${quote(value)} is not a number`)
  }

  #named(table: EnumTable, name: unknown): number {
    const value = typeof name === 'string' ? table.value(name) : undefined
    if (value === undefined) throw this.fail(noneOf(table, name))
    return value
  }

  /** Gives the number of a handle that is written as text. */
  handle(text: string): number {
    const handle = parseHandle(text)
    if (handle === undefined) throw this.fail(`${quote(text)} is no handle like '1:' or '1:10'`)
    return handle
  }

  /** Gives the number of a u32 classifier's handle that is written as text. */
  u32Handle(text: string): number {
    const handle = parseU32Handle(text)
    if (handle === undefined) throw this.fail(`${quote(text)} is no handle like '800:' or '800:1:2'`)
    return handle
  }

  /** Notes that the 32 bits at `at` are the index of a link that is only named. */
  linkName(name: string, at: number): void {
    if (!this.request) throw this.fail(`${quote(name)} is not a number`)
    this.#ifname(name)
    this.links.push({ kind: 'link', offset: at - this.writer.start, name, fieldPath: this.#fieldPath() })
  }

  #ifname(name: string): void {
    const length = plainLength(name) ?? textBytes(name)?.length ?? 0
    if (length === 0 || length > 127) throw this.fail(`${quote(name)} is no interface name`)
  }

  /** Gives the bytes of text; refuses what is no string or holds a NUL. */
  text(value: unknown): Uint8Array {
    if (typeof value !== 'string') throw this.fail(`${quote(value)} is not a string`)
    const bytes = textBytes(value)
    if (bytes === undefined) throw this.fail(`${quote(value)} holds a NUL or half a surrogate pair`)
    return bytes
  }

  /** Gives bytes as they are. */
  bytes(value: unknown): Uint8Array {
    if (!(value instanceof Uint8Array)) throw this.fail(`${quote(value)} is not a Uint8Array`)
    return value
  }

  /** Gives the bytes of an IP or link-layer address, in a request those that may be there. */
  address(type: AddressType, value: unknown, size = 0): Uint8Array {
    if (value === '' && !this.request) return new Uint8Array(0)
    const bytes = addressBytes(type, value, this.family)
    if (bytes === undefined) throw this.fail(`${quote(value)} is no ${type === 'ip' ? 'IP' : 'link-layer'} address`)
    const expected = addressSize(type, size, this.family, bytes.length)
    if (!this.request || bytes.length === expected) return bytes
    const what = type === 'mac' ? `${expected} bytes long` : expected === 4 ? 'an IPv4 address' : 'an IPv6 address'
    throw this.fail(`${quote(value)} is not ${what}`)
  }

  /** Takes a value as an object, or fails. */
  dictOf(value: unknown): Dict {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
      throw this.fail(`${quote(value)} is not an object`)
    }
    return value as Dict
  }
}

/** Spells a place that is no deeper than one row, as most that name a link are. */
function fieldOf(row: Step | Attr | Member): string {
  return 'name' in row ? (('field' in row ? row.field : undefined) ?? row.name) : fieldPathOf([stepOf(row)])
}

function stepOf(row: Step | Attr | Member): Step {
  return 'id' in row ? { attr: row } : 'offset' in row ? { key: row.name } : row
}

/** Says that a table does not have a name. */
export function noneOf(table: EnumTable, name: unknown): string {
  const names = Object.keys(table.names)
  return `${quote(name)} is none of ${names.slice(0, 16).join(', ')}${names.length > 16 ? ', …' : ''}`
}
