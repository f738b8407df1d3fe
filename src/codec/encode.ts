import { NLA_F_NESTED, NLA_F_NET_BYTEORDER } from '../wire/nlattr.js'
import { align4 } from '../wire/nlmsghdr.js'
import { IP, LONG, MAC, NEST, Slot, TEXT, waySizes } from './slot.js'
import type { Dict, Step } from './table.js'
import { type Attr, AttrSet, type Elem, type Format, type StructTable, slackOf } from './table.js'
import { Prefix, parseHost, putMac } from './text/address.js'
import { addressSize } from './text/address-bytes.js'
import { cut, quote } from './text/quote.js'
import { type LayoutEntry, layoutOf, type UnknownAttribute } from './trace.js'
import { type Item, Unwritten } from './unwritten.js'
import { isOwn, ValueEncoder } from './value-encoder.js'

/**
 * Writes objects as attributes, by the tables. As a `request` it leaves out what only the kernel sends, `$unknown`, and nests
 * that end up empty, so that what was read can be written; as a message it writes everything, in the order it was decoded in.
 */
export class Encoder extends ValueEncoder {
  /** Writes the attributes of a set; keys in `skip` are the caller's. */
  set(set: AttrSet, value: unknown, skip?: ReadonlySet<string>): void {
    const given = this.dictOf(value)
    if (this.request) {
      const dict = set.write === undefined ? given : set.write(this, given)
      for (const name in dict) {
        if (!isOwn.call(dict, name)) continue
        const item = dict[name]
        if (item !== undefined && name !== '$unknown' && skip?.has(name) !== true) this.#given(set, name, item, dict)
      }
      return
    }
    const dict = given
    const queue = new Unwritten(this, dict, skip ?? [])
    for (const entry of layoutOf(dict) ?? []) this.#fromLayout(set, queue, entry)
    for (const name of queue.names()) {
      const attr = this.#row(set, name)
      this.#field(set, attr, dict, queue.taken(attr))
    }
    for (const unknown of queue.unknown()) this.#unknown(unknown)
  }

  /** Writes the fields of a spec that go out as they are: not those that are `skip`ped, nor `$unknown` and its like. */
  fields(set: AttrSet, spec: Dict, skip: ReadonlySet<string>): void {
    for (const name in spec) {
      if (!isOwn.call(spec, name) || skip.has(name)) continue
      const item = spec[name]
      if (item !== undefined && !name.startsWith('$')) this.#given(set, name, item, spec)
    }
  }

  /** Writes a field of a request. */
  #given(set: AttrSet, name: string, value: unknown, dict: Dict): void {
    const slot = set.slot(name)
    if (slot === undefined) this.#row(set, name)
    else if (!slot.reply && !this.#quickly(slot, value)) this.#field(set, slot.row, dict, 0)
  }

  /** Writes what most attributes hold; gives false for what goes the long way. */
  #quickly(slot: Slot<Attr>, value: unknown): boolean {
    switch (slot.way) {
      case LONG:
        return false
      case IP:
        return this.#ip(slot, value)
      case MAC:
        return typeof value === 'string' && this.#mac(slot, value)
      case TEXT:
        return typeof value === 'string' && this.#plain(slot, value)
      case NEST:
        return !Array.isArray(value) && this.#oneNest(slot.row, slot.at, value)
      default:
        // A name that stands for no number is that of a link, or a mistake.
        return (typeof value !== 'string' || slot.enum !== undefined) && this.#number(slot, value)
    }
  }

  #number(slot: Slot<Attr>, value: unknown): boolean {
    const payloadAt = this.writer.attribute(slot.at, waySizes[slot.way] ?? 0)
    if (this.quick(slot, value, payloadAt)) return true
    this.writer.truncate(payloadAt - 4)
    return false
  }

  #ip(slot: Slot, value: unknown): boolean {
    const ip = typeof value === 'string' ? parseHost(value) : value
    if (!(ip instanceof Prefix) || ip.size === 0 || ip.size !== addressSize('ip', slot.size, this.family, ip.size))
      return false
    const payloadAt = this.writer.attribute(slot.at, ip.size)
    ip.write(this.writer.view, payloadAt)
    return true
  }

  #oneNest(attr: Attr, type: number, value: unknown): boolean {
    const { writer } = this
    const start = writer.end
    const at = writer.beginAttribute(type | NLA_F_NESTED)
    this.enter(attr)
    this.#nest(attr.set, attr.header, value)
    if (writer.end - at === 4 && attr.empty !== true) writer.truncate(start)
    else this.end(at)
    this.leave()
    return true
  }

  /** Writes text as most is: a few plain characters. */
  #plain(slot: Slot<Attr>, text: string): boolean {
    const { length } = text
    if (length === 0 || length > SHORT || length > slot.max) return false
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index)
      if (code < 0x21 || code > 0x7e) return false
    }
    const payloadAt = this.writer.attribute(slot.at, length + 1)
    const { bytes } = this.writer
    for (let index = 0; index < length; index++) bytes[payloadAt + index] = text.charCodeAt(index)
    return true
  }

  #mac(slot: Slot, text: string): boolean {
    const length = (text.length + 1) / 3
    if (!Number.isInteger(length) || length > SHORT || length !== addressSize('mac', slot.size, this.family, length))
      return false
    const payloadAt = this.writer.attribute(slot.at, length)
    if (putMac(text, this.writer.bytes, payloadAt)) return true
    this.writer.truncate(payloadAt - 4)
    return false
  }

  #row(set: AttrSet, name: string): Attr {
    const attr = set.byName(name)
    if (attr !== undefined) return attr
    this.enter({ key: name })
    throw this.fail(`${set.name} has no such attribute`)
  }

  /** Writes what a field holds, from its `from`th item on when it repeats. */
  #field(set: AttrSet, attr: Attr, dict: Dict, from: number): void {
    this.#selector(set, attr, dict)
    const value = dict[attr.name]
    if (attr.multi !== true || !Array.isArray(value)) return this.#attribute(attr, value, dict, undefined, undefined)
    for (let index = from; index < value.length; index++) this.#attribute(attr, value[index], dict, index, undefined)
  }

  #fromLayout(set: AttrSet, queue: Unwritten, entry: LayoutEntry): void {
    const unknown = entry.kept ? queue.takeUnknown(entry.id, entry.length) : undefined
    if (unknown !== undefined) return this.#unknown(unknown)
    const attr = set.byId(entry.id)
    if (attr === undefined) return
    if (attr.type === 'pad') {
      const at = this.writer.beginAttribute(entry.id | entry.flags)
      this.writer.reserve(entry.length)
      this.end(at)
      return
    }
    if (entry.beforeKept !== undefined && attr.sub?.attr !== undefined && queue.dict[attr.name] === undefined) {
      // The last one counts, and no sibling says what it is: those before it are in no field.
      if (queue.dict['$unknown'] !== undefined) this.#raw(entry.id | entry.flags, entry.beforeKept)
      return
    }
    if (entry.earlier !== undefined && attr.multi !== true) {
      // Its value is not in the field; without the field it would be the last.
      if (queue.dict[attr.name] !== undefined) this.#raw(entry.id | entry.flags, entry.earlier)
      return
    }
    const item = queue.takeOne(attr)
    if (item === undefined) return
    const more = attr.repeat === true ? () => queue.takeOne(attr) : undefined
    this.#attribute(attr, item.value, queue.dict, item.index, entry, more)
  }

  #unknown(unknown: UnknownAttribute): void {
    if (unknown.type < 0) {
      this.writer.align()
      this.writer.append(unknown.data)
      return
    }
    const flags = (unknown.nested ? NLA_F_NESTED : 0) | (unknown.netByteOrder ? NLA_F_NET_BYTEORDER : 0)
    this.#raw(unknown.type | flags, unknown.data)
  }

  #raw(type: number, payload: Uint8Array): void {
    const at = this.writer.beginAttribute(type)
    this.writer.append(payload)
    this.end(at)
  }

  /** Writes the selector that a sub attribute needs when only its `kind` was given. */
  #selector(set: AttrSet, attr: Attr, dict: Dict): void {
    const by = attr.outer === true ? undefined : attr.sub?.attr
    if (by === undefined || dict[by] !== undefined) return
    const selector = set.slot(by)
    const value = dict[attr.name]
    if (selector === undefined || value === undefined) return
    const kind = this.#kind(attr, value)
    const name = (kind === 'other' ? this.dictOf(value)['name'] : attr.sub?.byName(kind)?.value) ?? kind
    if (!this.#quickly(selector, name)) this.#attribute(selector.row, name, dict, undefined, undefined)
  }

  #attribute(
    attr: Attr,
    value: unknown,
    dict: Dict,
    index: number | undefined,
    wire: Wire | undefined,
    more?: () => Item | undefined,
  ): void {
    if (attr.type === 'flag' ? value === false : attr.codec?.absent?.(value, wire?.length ?? 0) === true) return
    const format = attr.type === 'sub' ? this.#format(attr, value, dict) : undefined
    const nested = attr.type === 'nest' || attr.type === 'indexed' || attr.type === 'sub'
    const plain = !nested || format?.header !== undefined
    const start = this.writer.end
    const at = this.writer.beginAttribute(attr.id | (wire?.flags ?? (plain ? 0 : NLA_F_NESTED)))
    const kind = attr.sub?.attr === undefined ? undefined : format?.name
    this.enter(kind === undefined && index === undefined ? attr : stepTo(attr, kind, index))
    this.#payload(attr, value, format, wire?.length)
    if (attr.type === 'string' && wire?.ended !== false) this.writer.reserve(1)
    // What lay in one nest goes into one again.
    while (wire !== undefined && more !== undefined && wire.length - (this.writer.end - at - 4) >= 4) {
      const next = more()
      if (next === undefined) break
      this.#payload(attr, next.value, format, undefined)
    }
    const written = this.writer.end - at - 4
    const struct = attr.type === 'struct' || (format?.header !== undefined && format.set === undefined)
    // Behind attributes there is only their padding to be made up for: more zeros would be one of them, or a nexthop.
    const full = format?.set !== undefined && wire !== undefined && wire.length - written >= 4
    if (wire !== undefined && plain && !full) this.#stretch(attr, struct, at + 4, written, wire.length)
    if (this.request && nested && written === 0 && attr.empty !== true) this.writer.truncate(start)
    else this.end(at)
    this.leave()
  }

  /** Brings a payload to the length that it had on the wire, but for what may have lost a part since. */
  #stretch(attr: Attr, struct: boolean, start: number, written: number, length: number): void {
    if (length > written && length - written <= slackOf(attr)) this.writer.reserve(length - written)
    else if (length < written && struct) this.writer.truncate(start + length)
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
      case 'uint':
      case 'sint':
        // The kernel sends 4 bytes where they do (nla_put_uint, nla_put_sint).
        if (wire === 4 && typeof value === 'bigint' && fitsWord(attr.type, value))
          return this.value(attr.type === 'uint' ? 'u32' : 's32', {}, Number(value))
        return this.value(attr.type, attr, value)
      default:
        return this.value(attr.type, attr, value)
    }
  }

  #nest(set: AttrSet | undefined, header: StructTable | undefined, value: unknown): void {
    const outer = this.family
    const start = this.writer.end
    if (header !== undefined) this.struct(header, value, 'all')
    // A nest with a header of its own (a veth's peer) goes by that, others do not depend on the family.
    this.family = header === undefined ? 0 : (this.writer.bytes[start] ?? 0)
    if (set !== undefined) this.set(set, value, header?.keys)
    this.family = outer
  }

  #format(attr: Attr, value: unknown, dict: Dict): Format | undefined {
    const sub = attr.sub
    if (sub === undefined) return undefined
    if (sub.attr === undefined) return sub.byValue(this.family) ?? sub.byValue(0)
    const kind = this.#kind(attr, value)
    if (kind === 'other') return undefined
    const format = sub.byName(kind)
    const selected = attr.outer === true ? undefined : dict[sub.attr]
    if (format === undefined || (selected !== undefined && selected !== format.name && selected !== format.value)) {
      const name = cut(kind)
      this.at({ attr, kind: name }, () => {
        throw this.fail(
          format === undefined ? `unknown kind '${name}'` : `kind '${name}' contradicts ${sub.attr} ${quote(selected)}`,
        )
      })
    }
    return format
  }

  #kind(attr: Attr, value: unknown): string {
    this.enter(attr)
    const kind = this.dictOf(value)['kind']
    if (typeof kind !== 'string') throw this.fail('needs a kind')
    this.leave()
    return kind
  }

  #sub(format: Format | undefined, value: unknown): void {
    if (format === undefined) {
      const data = this.dictOf(value)['data']
      return data === undefined && this.request ? undefined : this.writer.append(this.bytes(data))
    }
    if (format.header !== undefined && format.set === undefined) return this.struct(format.header, value, ['kind'])
    const outer = this.family
    this.family = 0
    const start = this.writer.end
    if (format.header !== undefined) this.struct(format.header, value, 'all')
    const end = this.writer.end
    const padding = align4(end - start) - (end - start)
    this.writer.reserve(padding)
    this.set(format.set ?? noAttributes, value, format.header?.keysOfKind ?? kindOnly)
    // The kernel and iproute2 count the padding without attributes too; what was read keeps its own length.
    if (!this.request && this.writer.end === end + padding) this.writer.truncate(end)
    this.family = outer
  }

  #elements(attr: Attr, value: unknown): void {
    const elem = attr.elem
    if (!Array.isArray(value)) throw this.fail('must be an array')
    if (elem === undefined) return
    if (attr.type === 'array' && this.#numbers(elem, value)) return
    const layout = this.request ? undefined : layoutOf(value)
    for (const [index, item] of value.entries()) {
      this.at({ index }, () => {
        if (attr.type === 'array') return this.#element(elem, item)
        const wire = layout?.[index]
        const at = this.writer.beginAttribute(
          wire === undefined
            ? (index + (elem.first ?? 0)) | (elem.type === 'nest' ? NLA_F_NESTED : 0)
            : wire.id | wire.flags,
        )
        this.#element(elem, item)
        this.end(at)
      })
    }
  }

  /** Writes an array of plain numbers: a table of times has 256, and a class of htb two of them (75 µs by elements, 55 so). */
  #numbers(elem: Elem, values: readonly unknown[]): boolean {
    const slot = new Slot(elem, 0)
    const size = waySizes[slot.way] ?? 0
    if (size === 0) return false
    if (size * values.length > 0xffff) throw this.tooLong()
    const start = this.writer.reserve(size * values.length)
    for (let index = 0; index < values.length; index++) {
      if (this.quick(slot, values[index], start + index * size)) continue
      this.writer.truncate(start)
      return false
    }
    return true
  }

  #element(elem: Elem, value: unknown): void {
    if (elem.type === 'struct') return this.struct(elem.struct, value)
    if (elem.type === 'nest') return this.#nest(elem.set, undefined, value)
    this.value(elem.type, elem, value)
  }

  #string(attr: Attr, value: unknown): void {
    const bytes = this.text(value)
    if (this.request && attr.max !== undefined && (bytes.length === 0 || bytes.length > attr.max)) {
      throw this.fail(`${quote(value)} is not 1 to ${attr.max} bytes long`)
    }
    this.writer.append(bytes)
  }

  #bitfield(value: unknown): void {
    const dict = this.dictOf(value)
    this.at({ key: 'value' }, () => this.value('u32', {}, dict['value']))
    this.at({ key: 'selector' }, () => this.value('u32', {}, dict['selector']))
  }
}

/** Bytes of text and link-layer addresses that go the short way. */
const SHORT = 32

function fitsWord(type: 'uint' | 'sint', value: bigint): boolean {
  return (type === 'uint' ? BigInt.asUintN(32, value) : BigInt.asIntN(32, value)) === value
}

type Wire = Pick<LayoutEntry, 'flags' | 'length' | 'ended'>

function stepTo(attr: Attr, kind: string | undefined, index: number | undefined): Step {
  if (kind === undefined) return index === undefined ? { attr } : { attr, index }
  return index === undefined ? { attr, kind } : { attr, kind, index }
}

const noAttributes = new AttrSet('this kind', () => [])
const kindOnly: ReadonlySet<string> = new Set(['kind'])
