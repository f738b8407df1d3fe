import type * as FastCheck from 'fast-check'
import {
  type Attr,
  type AttrSet,
  type Elem,
  type Format,
  isScalar,
  type StructTable,
  type SubTable,
  scalarSizes,
} from '../../codec/table.js'
import { textBytes } from '../../codec/text/text.js'
import { messageModules } from '../../generated/registry.gen.js'
import { messageCodec } from '../../objects/protocol.js'
import { littleEndian } from '../../wire/endian.js'
import { putHeader } from '../../wire/nlmsghdr.js'
import { Writer } from '../../wire/writer.js'

const le = littleEndian

const DEEPEST = 6
const MOST_BYTES = 400
const PERIOD = 8
/** Bytes that a repeated attribute fills: what is written around it still counts them in 16 bits. */
const REPEATED = 64_000
/** AF_ that pick formats: unspec, inet, bridge, inet6, mpls, mctp, and RTNL_FAMILY_IPMR and IP6MR. */
const families = [0, 2, 7, 10, 28, 45, 128, 129]
/** What objects have of their own accord. */
export const hostileNames = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '']

/** Builds a message out of a tape of bytes, which says at every turn what comes next; at its end all is 0. */
class Builder {
  readonly writer = new Writer()
  readonly #tape: Uint8Array
  /** After so many attributes, nexthops among them, the last one is repeated. */
  #repeatAfter: number
  #at = 0

  constructor(tape: Uint8Array, repeatAfter = 0) {
    this.#tape = tape
    this.#repeatAfter = repeatAfter
  }

  next(): number {
    return this.#tape[this.#at++] ?? 0
  }

  /** Picks an attribute or a format: one that holds much more often than one that holds little. */
  #pick<T extends Attr | Format>(list: readonly T[]): T | undefined {
    const sizes = list.map(sizeOf)
    const all = sizes.reduce((sum, size) => sum + size, 0)
    let left = ((this.next() * 256 + this.next()) / 0x1_0000) * all
    return list.find((_, index) => {
      left -= sizes[index] ?? 0
      return left < 0
    })
  }

  bytes(count: number): void {
    const at = this.writer.reserve(count)
    const { bytes } = this.writer
    // Long ones repeat: the tape is short.
    for (let index = 0; index < count; index++)
      bytes[at + index] = index < PERIOD ? this.next() : (bytes[at + index - PERIOD] ?? 0)
  }

  set(set: AttrSet | undefined, depth: number): void {
    const count = depth > DEEPEST ? 0 : this.next() % (depth === 0 ? 6 : 4)
    for (let index = 0; index < count && this.writer.end < MOST_BYTES; index++) {
      const attr = this.#pick(set?.attrs ?? [])
      const whim = this.next()
      const flags = whim & 0x20 ? (this.next() & 0xc0) * 256 : 0
      if (attr === undefined || whim % 16 === 0)
        this.#attribute(this.next() * (whim & 0x40 ? 64 : 1), flags, () => this.bytes(this.next() % 24))
      else if (whim % 16 === 1) this.#attribute(attr.id, flags, () => this.bytes(this.next() % 40))
      else {
        const value = attr.sub?.attr === undefined || attr.outer === true ? undefined : this.#select(set, attr.sub)
        this.#attribute(attr.id, flags, () => this.#payload(attr, value, depth))
      }
    }
  }

  #attribute(type: number, flags: number, payload: () => void): void {
    const at = this.writer.beginAttribute((type & 0x3fff) | flags)
    payload()
    this.writer.endAttribute(at)
    this.#repeat(at)
  }

  /** Perhaps fills the message with what has been written from `at` on. */
  #repeat(at: number): void {
    if (--this.#repeatAfter !== 0) return
    this.writer.align()
    const part = this.writer.bytes.slice(at, this.writer.end)
    for (let left = REPEATED - this.writer.end; left >= part.length; left -= part.length) this.writer.append(part)
  }

  /** Writes the sibling that picks a format, and gives its value. */
  #select(set: AttrSet | undefined, sub: SubTable): string | number | undefined {
    const value = this.#pick(sub.formats)?.value
    const selector = set?.byName(sub.attr ?? '')
    if (selector !== undefined && value !== undefined)
      this.#attribute(selector.id, 0, () => {
        if (typeof value === 'string') this.writer.append(textBytes(value) ?? new Uint8Array(0))
        else this.bytesOf(value, isScalar(selector.type) ? scalarSizes[selector.type] : 4)
      })
    return value
  }

  bytesOf(value: number, size: number): void {
    const at = this.writer.reserve(size)
    const { view } = this.writer
    if (size === 1) view.setUint8(at, value)
    else if (size === 2) view.setUint16(at, value, le)
    else if (size >= 4) view.setUint32(at, value, le)
  }

  #payload(attr: Attr, value: string | number | undefined, depth: number): void {
    switch (attr.type) {
      case 'flag':
      case 'pad':
        return this.bytes(this.next() % 3 === 0 ? this.next() % 5 : 0)
      case 'string': {
        const whim = this.next()
        if (whim % 4 === 0)
          return this.writer.append(
            textBytes(hostileNames[this.next() % hostileNames.length] ?? '') ?? new Uint8Array(0),
          )
        return this.bytes(whim % 20)
      }
      case 'nest':
        if (attr.header !== undefined) this.struct(attr.header)
        return this.set(attr.set, depth + 1)
      case 'sub': {
        const formats = attr.sub?.formats ?? []
        const format = value === undefined ? this.#pick(formats) : formats.find(one => one.value === value)
        if (format?.header !== undefined) this.struct(format.header)
        this.writer.align()
        return format?.set === undefined ? this.bytes(this.next() % 16) : this.set(format.set, depth + 1)
      }
      case 'struct':
        return attr.struct === undefined ? undefined : this.struct(attr.struct)
      case 'array':
        for (let index = this.next() % 5; index > 0; index--) this.#element(attr.elem, depth)
        return this.bytes(this.next() % 8 === 0 ? this.next() % 8 : 0)
      case 'indexed':
        for (let index = this.next() % 5; index > 0; index--)
          this.#attribute(index, 0, () => this.#element(attr.elem, depth))
        return
      case 'codec':
        return this.#coded(attr, depth)
      default:
        return this.bytes(this.#size(attr.type))
    }
  }

  /** What a codec takes is its own affair: bytes of any length, with small numbers among them; nexthops hold attributes. */
  #coded(attr: Attr, depth: number): void {
    const whim = this.next()
    if (attr.set !== undefined && whim % 4 !== 0) {
      for (let index = whim % 3; index >= 0; index--) {
        const at = this.writer.reserve(8)
        this.set(attr.set, depth + 1)
        this.writer.view.setUint16(at, this.writer.end - at, le)
        this.writer.align()
        this.#repeat(at)
      }
    } else if (attr.codec?.counted !== undefined && whim % 4 !== 0) {
      const { head, element, countAt } = attr.codec.counted
      const at = this.writer.reserve(head.size)
      for (let index = whim % 4; index > 0; index--) this.bytes(element.size)
      this.writer.view.setUint8(at + countAt, whim % 4)
    } else for (let words = whim % 24; words > 0; words--) this.bytesOf(this.next() % 24, whim & 0x40 ? 4 : 2)
  }

  #element(elem: Elem | undefined, depth: number): void {
    if (elem?.type === 'nest') this.set(elem.set, depth + 1)
    else if (elem?.struct !== undefined) this.struct(elem.struct)
    else this.bytes(this.#size(elem?.type ?? 'bytes'))
  }

  /** The length that a type has, most of the time. */
  #size(type: string): number {
    const whim = this.next()
    if (whim % 8 === 0) return this.next() % 20
    if (isScalar(type)) return scalarSizes[type]
    if (type === 'ip') return whim & 1 ? 16 : 4
    if (type === 'mac') return 6
    return type === 'bitfield32' ? 8 : whim % 20
  }

  /** A struct, sometimes shorter or longer than the table's. */
  struct(table: StructTable): void {
    const whim = this.next()
    this.bytes(whim % 8 === 0 ? this.next() % (table.size + 9) : table.size)
  }
}

const sizes = new WeakMap<Attr | Format, number>()

/** Counts the attributes that can lie within something, itself included. */
function sizeOf(holder: Attr | Format): number {
  let size = sizes.get(holder)
  if (size === undefined) {
    const seen = new Set<AttrSet>()
    const add = (one: Attr | Format): void => {
      const formats = 'sub' in one ? (one.sub?.formats ?? []) : []
      for (const set of [one.set, 'elem' in one ? one.elem?.set : undefined, ...formats.map(format => format.set)])
        if (set !== undefined && !seen.has(set)) {
          seen.add(set)
          for (const attr of set.attrs) add(attr)
        }
    }
    add(holder)
    size = 1
    for (const set of seen) size += set.attrs.length
    sizes.set(holder, size)
  }
  return size
}

/** Builds the message of a type that a tape tells; one attribute of it is repeated, if there are so many. */
function messageOfTape(type: number, tape: Uint8Array, repeatAfter = 0): Uint8Array {
  const builder = new Builder(tape, repeatAfter)
  const { writer } = builder
  writer.reserve(16)
  const flags = builder.next() % 4
  const { header, set } = messageCodec(type, flags)
  const family = builder.next()
  builder.bytes(header.size)
  const known = families[family % 10]
  if (known !== undefined) writer.view.setUint8(16, known)
  if (header.rest !== undefined && family & 0x10) builder.bytes(builder.next() % 32)
  writer.align()
  builder.set(set, 0)
  putHeader(writer.view, writer.end, type, flags, 1, 2)
  return writer.finish()
}

/** Makes an arbitrary of the bytes of messages whose attributes nest as the tables say, but hold what they should not. */
export function arbitraryPayload(
  fc: typeof FastCheck.default,
  types: readonly number[] = [...messageModules.keys()],
): FastCheck.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 120, size: 'max' }))
    .map(([type, tape]) => messageOfTape(type, tape))
}

/** Makes an arbitrary of messages that are mostly one attribute, some way down, again and again: up to 64 KB, so that squares show. */
export function arbitraryRepetition(
  fc: typeof FastCheck.default,
  types: readonly number[] = [...messageModules.keys()],
): FastCheck.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 120, size: 'max' }), fc.integer({ min: 1, max: 6 }))
    .map(([type, tape, repeatAfter]) => messageOfTape(type, tape, repeatAfter))
}
