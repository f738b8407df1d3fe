import { Buffer } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import { ipText, macText } from '../codec/address.js'
import { labelText, rtnexthop } from '../codec/codecs.js'
import type { Attr, AttrSet, Elem, Member, SubTable } from '../codec/table.js'
import type { UnknownAttribute } from '../codec/trace.js'
import { decodeMessage, encodeMessage, type Message, messageCodec } from '../rtnl/message.js'
import { littleEndian } from '../wire/endian.js'

type Dict = Record<string, unknown>
/** A set with what has been decoded of it. */
type Decoded = { readonly set: AttrSet | undefined; readonly out: Dict }
/** Lengths of endpoint ids of AF_MCTP. */
const endpoints: Readonly<Record<string, number>> = { dst: 1, gateway: 8, local: 1, address: 1 }
/** What an attribute does not decode to: it is kept as it is. */
const no = Symbol('no')
const bytesOf: Readonly<Record<string, number>> = { u8: 1, s8: 1, u16: 2, s16: 2, u32: 4, s32: 4, u64: 8, s64: 8 }

/** Interprets tables while it decodes: slow, short, and written without a look at what the generator makes of the same tables. */
class Interpreter {
  readonly bytes: Uint8Array
  readonly view: DataView
  depth = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  attributes(
    set: AttrSet | undefined,
    start: number,
    end: number,
    family: number,
    out: Dict = {},
    around?: Decoded,
  ): Dict {
    const keep = (attribute: UnknownAttribute): void => {
      out['$unknown'] = [...((out['$unknown'] as UnknownAttribute[] | undefined) ?? []), attribute]
    }
    // Formats that a sibling picks, here or in a nest, wait until every sibling is known, the last of several counts.
    const late = new Map<Attr, () => void>()
    let at = start
    for (let length = 0; end - at >= 4; at += Math.ceil(length / 4) * 4) {
      length = this.view.getUint16(at, littleEndian)
      if (length < 4 || at + length > end) break
      const bits = this.view.getUint16(at + 2, littleEndian)
      const [from, to] = [at + 4, at + length]
      const raw = (type = bits & 0x3fff) =>
        keep({ type, nested: bits >= 0x8000, netByteOrder: (bits & 0x4000) !== 0, data: this.bytes.slice(from, to) })
      const attr = set?.byId(bits & 0x3fff)
      const scope = attr?.outer === true ? around : { set, out }
      if (attr?.sub?.attr !== undefined)
        late.set(attr, () => this.#store(out, attr, this.#selected(attr.sub, scope, from, to), raw))
      else if (attr?.type === 'nest' && attr.set?.attrs.some(one => one.outer) === true)
        late.set(attr, () => this.#store(out, attr, this.attributes(attr.set, from, to, 0, {}, scope), raw))
      else if (attr === undefined) raw()
      else if (attr.repeat === true)
        for (const [s, e] of this.#pieces(from, to))
          this.#store(out, attr, this.#payload(set, attr, s, e, family, keep), raw)
      else if (attr.type !== 'pad') this.#store(out, attr, this.#payload(set, attr, from, to, family, keep), raw)
    }
    if (end - at >= 4) keep({ type: -1, nested: false, netByteOrder: false, data: this.bytes.slice(at, end) })
    for (const decode of [...late].sort(([a], [b]) => a.id - b.id)) decode[1]()
    return out
  }

  #store(out: Dict, attr: Attr, value: unknown, raw: () => void): void {
    if (value === no || value === undefined) raw()
    else if (attr.multi === true) out[attr.name] = [...((out[attr.name] as unknown[] | undefined) ?? []), value]
    else out[attr.name] = value
  }

  /** Cuts a nest before every attribute that has been in the present piece already. */
  #pieces(from: number, to: number): [number, number][] {
    const list = this.attributes(undefined, from, to, 0)['$unknown'] as UnknownAttribute[] | undefined
    const cuts = [from]
    let [at, types] = [from, '']
    for (const { type, data } of list ?? []) {
      const again = types.includes(`<${type}>`)
      if (again) cuts.push(at)
      types = `${again ? '' : types}<${type}>`
      at += Math.ceil((4 + data.length) / 4) * 4
    }
    return cuts.map((cut, index) => [cut, cuts[index + 1] ?? to])
  }

  #payload(
    set: AttrSet | undefined,
    attr: Attr,
    from: number,
    to: number,
    family: number,
    keep: (a: UnknownAttribute) => void,
  ): unknown {
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
    if (attr.type === 'struct')
      return size < (attr.struct?.min ?? 0) ? no : this.members(attr.struct?.members, from, size, attr.struct?.size)
    if (attr.type === 'codec')
      return attr.set !== undefined && attr.codec === rtnexthop
        ? this.#hops(attr.set, from, to)
        : attr.codec?.decode(this.bytes, this.view, from, size, undefined)
    if (attr.type === 'array') return this.#array(attr.elem, from, to)
    if (attr.type === 'indexed') return this.#indexed(attr.elem, from, to, keep)
    if (attr.type === 'sub') {
      const format = attr.sub?.byValue(family) ?? attr.sub?.byValue(0)
      return format === undefined ? no : this.attributes(format.set, from, to, 0)
    }
    if (attr.type !== 'nest') return this.value(attr, from, size)
    const head = attr.header?.size ?? 0
    const torn = head === 0 && size > 0 && size < 4
    if (torn || size < head || (reaches(attr.set, set) && this.depth >= 16)) return no
    const deeper = reaches(attr.set, set) ? 1 : 0
    this.depth += deeper
    const out = this.members(attr.header?.members, from, head, head)
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
    const name = how.enum?.flags === false && Object.entries(how.enum.names).find(([, number]) => number === value)
    return name ? name[0] : value
  }

  scalar(type: string, at: number, big: boolean): number | bigint {
    let value = 0n
    for (let index = 0, size = bytesOf[type] ?? 0; index < size; index++)
      value = value * 256n + BigInt(this.bytes[at + (big || !littleEndian ? index : size - 1 - index)] ?? 0)
    if (type.startsWith('s')) value = BigInt.asIntN(8 * (bytesOf[type] ?? 0), value)
    return bytesOf[type] === 8 ? value : Number(value)
  }

  #text(from: number, size: number): string {
    const nul = this.bytes.subarray(from, from + size).indexOf(0)
    const bytes = this.bytes.subarray(from, from + (nul < 0 ? size : nul))
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

  members(members: readonly Member[] | undefined, from: number, size: number, full = 0): Dict {
    const out: Dict = {}
    for (const member of members ?? []) {
      const one = member.struct?.size ?? bytesOf[member.type] ?? member.length ?? 0
      const many = member.struct !== undefined || bytesOf[member.type] !== undefined ? member.length : undefined
      const read = (at: number) =>
        member.codec?.read(this.bytes, this.view, at) ??
        (member.struct === undefined ? this.value(member, at, one) : this.members(member.struct.members, at, one, one))
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
    if (elem === undefined) return no
    if (elem.type === 'nest') return this.attributes(elem.set, from, from + size, 0)
    if (elem.type !== 'struct') return this.value(elem, from, size)
    return size < (elem.struct?.min ?? 0) ? no : this.members(elem.struct?.members, from, size, elem.struct?.size)
  }

  #indexed(elem: Elem | undefined, from: number, to: number, keep: (a: UnknownAttribute) => void): unknown[] {
    const list = this.attributes(undefined, from, to, 0)['$unknown'] as UnknownAttribute[] | undefined
    let at = from
    return (list ?? []).flatMap(raw => {
      const value = raw.type < 0 ? undefined : this.#element(elem, at + 4, raw.data.length)
      at += Math.ceil((4 + raw.data.length) / 4) * 4
      if (value === no) keep(raw)
      return value === no || value === undefined ? [] : [value]
    })
  }

  #hops(set: AttrSet, from: number, to: number): unknown {
    const hops: Dict[] = []
    if (this.depth >= 16) return no
    this.depth++
    for (let at = from; at < to; ) {
      const size = to - at < 8 ? 0 : this.view.getUint16(at, littleEndian)
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
    const told = typeof other === 'string' && other.endsWith(suffix) ? other.slice(0, -suffix.length) : undefined
    const own = scope?.out[selector?.name ?? ''] ?? told
    if (own === undefined) return no
    const value = typeof own === 'string' ? (selector?.enum?.value(own) ?? own) : own
    const format = sub?.formats.find(candidate => candidate.value === value)
    const size = format?.header?.size ?? 0
    const raw = { kind: 'other', name: value, data: this.bytes.slice(from, to) }
    if (format === undefined) return raw
    if (format.header !== undefined && format.set === undefined)
      return to - from < format.header.min
        ? raw
        : { kind: format.name, ...this.members(format.header.members, from, to - from, size) }
    const start = from + Math.ceil(size / 4) * 4
    const raws = this.attributes(undefined, start, to, 0)['$unknown'] as UnknownAttribute[] | undefined
    if (to - from < size || raws?.at(-1)?.type === -1) return raw
    const head = { kind: format.name, ...this.members(format.header?.members, from, size, size) }
    return this.attributes(format.set, start, to, 0, head)
  }
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

/**
 * Decodes a message by interpreting the tables: what the generated decoders must agree with.
 *
 * @example
 * assert.deepEqual(oracleMessage(bytes), decodeMessage(bytes))
 */
export function oracleMessage(bytes: Uint8Array): Message {
  const { type, flags, seq, pid, data } = decodeMessage(bytes)
  const length = new Interpreter(bytes).scalar('u32', 0, false) as number
  if (data !== undefined) return { type, flags, seq, pid, data }
  const { header, set } = messageCodec(type, flags)
  const whole = new Interpreter(bytes.subarray(0, length))
  const head: Dict = whole.members(header.members, 16, header.size, header.size)
  let end = 16 + header.size
  if (header.rest !== undefined) {
    end = Math.min(length, end + (head[header.rest.length] as number))
    head[header.rest.name] = bytes.slice(16 + header.size, end)
  }
  const attrs = whole.attributes(set, Math.ceil(end / 4) * 4, length, bytes[16] ?? 0)
  return { type, flags, seq, pid, header: head, attrs }
}

/**
 * Checks what must hold of any bytes with a sound nlmsghdr: the decoders agree, and what was encoded again stays the same when it is
 * decoded and encoded once more. Throws an Error that says what does not hold.
 */
export function checkMessage(bytes: Uint8Array): void {
  const message = decodeMessage(bytes)
  if (!isDeepStrictEqual(oracleMessage(bytes), message)) throw new Error('generated and table-driven decoder disagree')
  const again = encodeMessage(message)
  const twice = encodeMessage(decodeMessage(again))
  if (!isDeepStrictEqual(again, twice)) throw new Error('encoded, decoded and encoded again it is not the same')
}
