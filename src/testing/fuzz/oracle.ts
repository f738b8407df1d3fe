import { Buffer } from 'node:buffer'
import { labelText } from '../../codec/codecs.js'
import type { EnumTable } from '../../codec/enum-table.js'
import type { Attr, AttrSet, Elem, StructTable, SubTable } from '../../codec/table.js'
import { ipText, macText } from '../../codec/text/address-text.js'
import type { UnknownAttribute } from '../../codec/trace.js'
import { rtnetlink } from '../../objects/protocol.js'
import { rtnexthop } from '../../objects/route/codecs/multipath.js'
import type { Message } from '../../request/message.js'
import { littleEndian } from '../../wire/endian.js'

const le = littleEndian

type Dict = Record<string, unknown>
/** A set with what has been decoded of it. */
type Decoded = { readonly set: AttrSet | undefined; readonly out: Dict }
/** Lengths of endpoint ids of AF_MCTP. */
const endpoints: Readonly<Record<string, number>> = { dst: 1, gateway: 8, local: 1, address: 1 }
/** What an attribute does not decode to: it is kept as it is. */
const no = Symbol('no')
const bytesOf: Readonly<Record<string, number>> = { u8: 1, s8: 1, u16: 2, s16: 2, u32: 4, s32: 4, u64: 8, s64: 8 }

/** An attribute as it lies in the bytes; type −1 is what a broken length leaves. */
interface Raw {
  readonly type: number
  readonly at: number
  readonly end: number
}

/** Interprets tables while it decodes: slow, short, and written without a look at what the generator makes of the same tables. */
class Interpreter {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Offsets of what is kept without being understood, and of what is dropped. */
  readonly odd: number[] = []
  readonly #reached: Set<object> | undefined
  depth = 0

  constructor(bytes: Uint8Array, reached?: Set<object>) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#reached = reached
  }

  /** Walks over attributes without asking what they are. */
  raws(start: number, end: number): Raw[] {
    const list: Raw[] = []
    let at = start
    for (let length = 0; end - at >= 4; at += Math.ceil(length / 4) * 4) {
      length = this.view.getUint16(at, le)
      if (length < 4 || at + length > end) {
        list.push({ type: -1, at, end })
        return list
      }
      list.push({ type: this.view.getUint16(at + 2, le) & 0x3fff, at, end: at + length })
    }
    return list
  }

  keep(out: Dict, { type, at, end }: Raw): void {
    const bits = type < 0 ? 0 : this.view.getUint16(at + 2, le)
    const data = this.bytes.slice(type < 0 ? at : at + 4, end)
    const attribute = { type, nested: bits >= 0x8000, netByteOrder: (bits & 0x4000) !== 0, data }
    this.odd.push(at)
    if (Object.hasOwn(out, '$unknown')) (out['$unknown'] as UnknownAttribute[]).push(attribute)
    else out['$unknown'] = [attribute]
  }

  attributes(
    set: AttrSet | undefined,
    start: number,
    end: number,
    family: number,
    out: Dict = {},
    around?: Decoded,
  ): Dict {
    if (set !== undefined) this.#reached?.add(set)
    // Formats that a sibling picks, here or in a nest, wait until every sibling is known, the last of several counts.
    const late = new Map<Attr, () => void>()
    let at = start
    for (const raw of this.raws(start, end)) {
      const from = raw.at + 4
      at = raw.type < 0 ? end : raw.at + Math.ceil((raw.end - raw.at) / 4) * 4
      const attr = set?.byId(raw.type)
      const scope = attr?.outer === true ? around : { set, out }
      if (attr === undefined) this.keep(out, raw)
      else if (attr.sub?.attr !== undefined)
        late.set(attr, () => this.#store(out, attr, this.#selected(attr.sub, scope, from, raw.end), raw))
      else if (attr.type === 'nest' && attr.set?.attrs.some(one => one.outer) === true)
        late.set(attr, () => this.#store(out, attr, this.attributes(attr.set, from, raw.end, 0, {}, scope), raw))
      else if (attr.repeat === true)
        for (const [s, e] of this.#pieces(from, raw.end))
          this.#store(out, attr, this.#payload(set, attr, s, e, family), raw)
      else if (attr.type !== 'pad') this.#store(out, attr, this.#payload(set, attr, from, raw.end, family), raw)
    }
    if (at < end) this.odd.push(at)
    for (const decode of [...late].sort(([a], [b]) => a.id - b.id)) decode[1]()
    return out
  }

  #store(out: Dict, attr: Attr, value: unknown, raw: Raw): void {
    if (value === no || value === undefined) this.keep(out, raw)
    else if (attr.multi !== true) out[attr.name] = value
    else if (Object.hasOwn(out, attr.name)) (out[attr.name] as unknown[]).push(value)
    else out[attr.name] = [value]
  }

  /** Cuts a nest before every attribute that has been in the present piece already. */
  #pieces(from: number, to: number): [number, number][] {
    const cuts = [from]
    const types = new Set<number>()
    for (const { type, at } of this.raws(from, to)) {
      if (type >= 0 && types.has(type)) {
        cuts.push(at)
        types.clear()
      }
      types.add(type)
    }
    return cuts.map((cut, index) => [cut, cuts[index + 1] ?? to])
  }

  #payload(set: AttrSet | undefined, attr: Attr, from: number, to: number, family: number): unknown {
    const size = to - from
    if (attr.type === 'flag') return true
    if (attr.type === 'bitfield32')
      return size < 8 ? no : { value: this.scalar('u32', from, false), selector: this.scalar('u32', from + 4, false) }
    if (attr.type === 'uint' || attr.type === 'sint') {
      const [long, short] = attr.type === 'uint' ? ['u64', 'u32'] : ['s64', 's32']
      return size >= 8 ? this.scalar(long, from, false) : size === 4 ? BigInt(this.scalar(short, from, false)) : no
    }
    if (attr.type === 'ip' && size === 4 && family === 28 && set?.name === 'RouteAttrs' && attr.name === 'dst')
      return labelText(this.view, from)
    if (
      attr.type === 'ip' &&
      family === 45 &&
      endpoints[attr.name] === size &&
      /^(Route|Addr|Neighbour)Attrs$/.test(set?.name ?? '')
    )
      return ipText(this.bytes, from, size)
    if (attr.type === 'struct') return size < (attr.struct?.min ?? 0) ? no : this.members(attr.struct, from, size)
    if (attr.type === 'codec') return this.#coded(attr, from, to)
    if (attr.type === 'array') return this.#array(attr.elem, from, to)
    if (attr.type === 'indexed') return this.#indexed(attr.elem, from, to)
    if (attr.type === 'sub') {
      if (attr.sub !== undefined) this.#reached?.add(attr.sub)
      const format = attr.sub?.byValue(family) ?? attr.sub?.byValue(0)
      return format === undefined ? no : this.attributes(format.set, from, to, 0)
    }
    if (attr.type !== 'nest') return this.value(attr, from, size)
    const head = attr.header?.size ?? 0
    const torn = head === 0 && size > 0 && size < 4
    if (torn || size < head || (reaches(attr.set, set) && this.depth >= 16)) return no
    const deeper = reaches(attr.set, set) ? 1 : 0
    this.depth += deeper
    const out = this.members(attr.header, from, head)
    this.attributes(attr.set, from + head, to, head === 0 ? 0 : (this.bytes[from] ?? 0), out)
    this.depth -= deeper
    return out
  }

  /** Reads what is its own bytes: scalars, addresses, text. */
  value(how: Pick<Attr, 'be' | 'enum'> & { type: string }, from: number, size: number): unknown {
    if (how.type === 'string') return this.#text(from, size)
    if (how.type === 'bytes') return this.bytes.slice(from, from + size)
    if (how.type === 'mac') return macText(this.bytes, from, size)
    if (how.type === 'ip') return [0, 4, 16].includes(size) ? ipText(this.bytes, from, size) : no
    if (size < (bytesOf[how.type] ?? Infinity)) return no
    const value = this.scalar(how.type, from, how.be === true)
    if (how.enum !== undefined) this.#reached?.add(how.enum)
    return how.enum?.flags === false ? (namesOf(how.enum).get(value) ?? value) : value
  }

  scalar(type: string, at: number, big: boolean): number | bigint {
    const size = bytesOf[type] ?? 0
    const word = (from: number, count: number) => {
      let value = 0
      for (let index = 0; index < count; index++)
        value = value * 256 + (this.bytes[from + (big || !le ? index : count - 1 - index)] ?? 0)
      return value
    }
    const signed = type.startsWith('s')
    if (size < 8) {
      const value = word(at, size)
      return signed && value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value
    }
    const [high, low] = big || !le ? [at, at + 4] : [at + 4, at]
    const value = BigInt(word(high, 4)) * 2n ** 32n + BigInt(word(low, 4))
    return signed ? BigInt.asIntN(64, value) : value
  }

  #text(from: number, size: number): string {
    const nul = this.bytes.subarray(from, from + size).indexOf(0)
    const bytes = this.bytes.subarray(from, from + (nul < 0 ? size : nul))
    if (bytes.every(byte => byte < 0x80)) return Buffer.from(bytes).toString('latin1')
    // Bytes that are not UTF-8 become U+DC80–DCFF: those are what no valid sequence of four, three, two or one covers.
    let text = ''
    for (let at = 0; at < bytes.length; ) {
      const size = [4, 3, 2, 1].find(count => {
        const part = Buffer.from(bytes.subarray(at, at + count))
        return part.length === count && [...part.toString()].length === 1 && Buffer.from(part.toString()).equals(part)
      })
      text +=
        size === undefined
          ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
          : Buffer.from(bytes.subarray(at, at + size)).toString()
      at += size ?? 1
    }
    return text
  }

  members(table: StructTable | undefined, from: number, size: number, full = table?.size ?? 0): Dict {
    const out: Dict = {}
    if (table !== undefined) this.#reached?.add(table)
    for (const member of table?.members ?? []) {
      const one = member.struct?.size ?? bytesOf[member.type] ?? member.length ?? 0
      const many = member.struct !== undefined || bytesOf[member.type] !== undefined ? member.length : undefined
      const read = (at: number) =>
        member.codec?.read(this.bytes, this.view, at) ??
        (member.struct === undefined ? this.value(member, at, one) : this.members(member.struct, at, one))
      if (member.offset + one * (many ?? 1) > size) continue
      const at = from + member.offset
      out[member.name] =
        many === undefined ? read(at) : Array.from({ length: many }, (_, index) => read(at + index * one))
    }
    if (size > full) out['$tail'] = this.bytes.slice(from + full, from + size)
    return out
  }

  #array(elem: Elem | undefined, from: number, to: number): unknown[] {
    const size = elem?.struct?.size ?? bytesOf[elem?.type ?? ''] ?? 1
    return Array.from({ length: Math.floor((to - from) / size) }, (_, index) =>
      this.#element(elem, from + index * size, size),
    )
  }

  #element(elem: Elem | undefined, from: number, size: number): unknown {
    // Alone an address may be empty, for none.
    if (elem === undefined || (elem.type === 'ip' && size === 0)) return no
    if (elem.type === 'nest') return this.attributes(elem.set, from, from + size, 0)
    if (elem.type !== 'struct') return this.value(elem, from, size)
    return size < (elem.struct?.min ?? 0) ? no : this.members(elem.struct, from, size)
  }

  #indexed(elem: Elem | undefined, from: number, to: number): unknown {
    const raws = this.raws(from, to)
    const last = raws.at(-1)
    if (last?.type === -1) return no
    const values = raws.map(raw => this.#element(elem, raw.at + 4, raw.end - raw.at - 4))
    if (values.some(value => value === no || value === undefined)) return no
    const behind = last === undefined ? from : last.at + Math.ceil((last.end - last.at) / 4) * 4
    if (behind < to) this.odd.push(behind)
    return values
  }

  #coded({ codec, set }: Attr, from: number, to: number): unknown {
    for (const table of [set, codec?.counted?.head, codec?.counted?.element])
      if (table !== undefined) this.#reached?.add(table)
    if (codec === rtnexthop && set !== undefined) return this.#hops(set, from, to)
    return codec?.decode(this.bytes, this.view, from, to - from, undefined)
  }

  #hops(set: AttrSet, from: number, to: number): unknown {
    const hops: Dict[] = []
    if (this.depth >= 16) return no
    this.depth++
    for (let at = from; at < to; ) {
      const size = to - at < 8 ? 0 : this.view.getUint16(at, le)
      if (size < 8 || at + size > to) {
        this.depth--
        return no
      }
      const hop = {
        flags: this.scalar('u8', at + 2, false),
        hops: this.scalar('u8', at + 3, false),
        ifindex: this.scalar('s32', at + 4, false),
      }
      hops.push(this.attributes(set, at + 8, at + size, 0, hop))
      at += Math.ceil(size / 4) * 4
    }
    this.depth--
    return hops
  }

  #selected(sub: SubTable | undefined, scope: Decoded | undefined, from: number, to: number): unknown {
    const selector = scope?.set?.byName(sub?.attr ?? '')
    const other = sub?.fallback === undefined ? undefined : scope?.out[sub.fallback.attr]
    const suffix = sub?.fallback?.suffix ?? ''
    const prefix = typeof other === 'string' && other.endsWith(suffix) ? other.slice(0, -suffix.length) : undefined
    const own = scope?.out[selector?.name ?? ''] ?? prefix
    if (own === undefined) return no
    if (sub !== undefined) this.#reached?.add(sub)
    const value = typeof own === 'string' ? (selector?.enum?.value(own) ?? own) : own
    const format = sub?.formats.find(candidate => candidate.value === value)
    const size = format?.header?.size ?? 0
    const raw = { kind: 'other', name: value, data: this.bytes.slice(from, to) }
    if (format === undefined) return raw
    if (format.header !== undefined && format.set === undefined)
      return to - from < format.header.min
        ? raw
        : { kind: format.name, ...this.members(format.header, from, to - from) }
    const start = from + Math.ceil(size / 4) * 4
    if (to - from < size || this.raws(start, to).at(-1)?.type === -1) return raw
    const head = { kind: format.name, ...this.members(format.header, from, size) }
    return this.attributes(format.set, start, to, 0, head)
  }
}

const enumNames = new Map<EnumTable, ReadonlyMap<unknown, string>>()

/** Gives the names of an enum by their values; of two names the first counts. */
function namesOf(table: EnumTable): ReadonlyMap<unknown, string> {
  let names = enumNames.get(table)
  if (names === undefined) {
    names = new Map(
      Object.entries(table.names)
        .reverse()
        .map(([name, value]) => [value, name]),
    )
    enumNames.set(table, names)
  }
  return names
}

const reached = new Map<AttrSet, Set<AttrSet>>()

/** Tells whether a set's nests lead to another set. */
function reaches(from: AttrSet | undefined, to: AttrSet | undefined): boolean {
  if (from === undefined || to === undefined) return false
  const known = reached.get(from) ?? new Set([from])
  if (!reached.has(from)) {
    reached.set(from, known)
    for (const set of known) {
      for (const attr of set.attrs) {
        const nests = [
          attr.type === 'nest' ? attr.set : undefined,
          attr.elem?.set,
          ...(attr.sub?.formats ?? []).map(format => format.set),
        ]
        for (const nest of nests) if (nest !== undefined) known.add(nest)
      }
    }
  }
  return known.has(to)
}

/** A message as the tables say it is, and the offsets at which it is odd, ascending. */
export interface Interpreted {
  readonly message: Message
  readonly odd: readonly number[]
}

/** Decodes a message by interpreting the tables; the tables that it came by are added to `reached`. */
export function interpret(bytes: Uint8Array, reached?: Set<object>): Interpreted {
  const head = new Interpreter(bytes)
  const number = (type: string, at: number) => head.scalar(type, at, false) as number
  const [length, type, flags] = [number('u32', 0), number('u16', 4), number('u16', 6)]
  const [seq, pid] = [number('u32', 8), number('u32', 12)]
  const codec = rtnetlink.codecOf(type, flags)
  if (codec === undefined || length - 16 < codec.header.size)
    return { message: { type, flags, seq, pid, data: bytes.slice(16, length) }, odd: [16] }
  const whole = new Interpreter(bytes.subarray(0, length), reached)
  const header: Dict = whole.members(codec.header, 16, codec.header.size)
  let end = 16 + codec.header.size
  const { rest } = codec.header
  if (rest !== undefined) {
    end = Math.min(length, end + (header[rest.length] as number))
    header[rest.name] = bytes.slice(16 + codec.header.size, end)
  }
  const attrs = whole.attributes(codec.set, Math.ceil(end / 4) * 4, length, bytes[16] ?? 0)
  return { message: { type, flags, seq, pid, header, attrs }, odd: whole.odd.sort((a, b) => a - b) }
}

/**
 * Decodes a message by interpreting the tables: what the generated decoders must agree with.
 *
 * @example
 * assert.deepEqual(oracleMessage(bytes), decodeMessage(bytes))
 */
export function oracleMessage(bytes: Uint8Array): Message {
  return interpret(bytes).message
}
