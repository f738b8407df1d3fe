import type * as FastCheck from 'fast-check'
import { flagOrU8, mplsLabels, u32OrU64, via } from '../../codec/codecs.js'
import type { EnumTable } from '../../codec/enum-table.js'
import type {
  Attr,
  AttrSet,
  Codec,
  Elem,
  Format,
  Member,
  MemberCodec,
  StructTable,
  SubTable,
} from '../../codec/table.js'
import { ip4Text, ip6Text, macText } from '../../codec/text/address-text.js'
import { readText, textBytes } from '../../codec/text/text.js'
import { messageModules } from '../../generated/registry.gen.js'
import { dcbAppTrust } from '../../objects/dcb/codecs.js'
import { inetConf } from '../../objects/link/codecs.js'
import { messageCodec } from '../../objects/protocol.js'
import { rtnexthop } from '../../objects/route/codecs/multipath.js'
import { ioam6Trace, rplSrh, seg6Srh, seg6SrhRaw } from '../../objects/route/codecs/segment-routing.js'
import { sockFilter, u16OrFlag, u32OrFlag } from '../../objects/tc/action/codecs/pedit.js'
import type { Message } from '../../request/message.js'
import { viewOf } from '../../wire/nlmsghdr.js'
import { arbitraryMatches } from './matches.js'
import { hostileNames } from './payload.js'

type Arb<T = unknown> = FastCheck.Arbitrary<T>
type Dict = Record<string, unknown>

const bits: Readonly<Record<string, number>> = {
  u8: 8,
  s8: 8,
  u16: 16,
  s16: 16,
  u32: 32,
  s32: 32,
  u64: 64,
  s64: 64,
  uint: 64,
  sint: 64,
}
/** Sets that contain themselves end here. */
const DEEPEST = 4
const AF_MPLS = 28
const AF_MCTP = 45

/** Makes arbitraries from the tables: every value that a decoder can give, spelled as it would spell it. */
class Maker {
  readonly fc: typeof FastCheck.default

  constructor(fc: typeof FastCheck.default) {
    this.fc = fc
  }

  message(type: number): Arb<Message> {
    const { fc } = this
    // Families that pick formats come often enough to matter.
    const family = fc.oneof(fc.constantFrom(0, 2, 7, 10, AF_MPLS, AF_MCTP), fc.nat(255))
    return fc.tuple(family, fc.nat(0xffff)).chain(([number, flags]) => {
      const { header, set } = messageCodec(type, flags)
      return fc.record(
        {
          type: fc.constant(type),
          flags: fc.constant(flags),
          seq: fc.nat(0xffffffff),
          pid: fc.nat(0xffffffff),
          header: this.header(header, number),
          attrs: this.set(set, number, 0),
        },
        { noNullPrototype: true },
      )
    })
  }

  /** A struct whose first byte is the family. */
  header(table: StructTable, family: number): Arb<Dict> {
    const first = table.members[0]
    return this.#rested(table).map(value =>
      first?.offset === 0 && first.type === 'u8' && first.name.endsWith('amily')
        ? { ...value, [first.name]: first.enum === undefined ? family : first.enum.name(family) }
        : value,
    )
  }

  /** A struct with the bytes behind it that it counts. */
  #rested(table: StructTable): Arb<Dict> {
    const { rest } = table
    const struct = this.struct(table, false)
    if (rest === undefined) return struct
    const bytes = this.fc.uint8Array({ maxLength: 24 })
    return this.fc
      .tuple(struct, bytes)
      .map(([value, more]) => ({ ...value, [rest.length]: more.length, [rest.name]: more }))
  }

  /** A set; `around` is what has been chosen of the set that holds it, for selectors that stand there. */
  set(set: AttrSet | undefined, family: number, depth: number, around?: Dict): Arb<Dict> {
    const { fc } = this
    const attrs = (set?.attrs ?? []).filter(attr => attr.type !== 'pad' && !(depth >= DEEPEST && nests(attr)))
    const some =
      attrs.length === 0
        ? fc.constant([])
        : fc.subarray([...attrs], { maxLength: Math.min(attrs.length, depth === 0 ? 8 : 4) })
    return some.chain(chosen => {
      const fields: Record<string, Arb> = {}
      const selected: Arb<Dict>[] = []
      const told = chosen.filter(attr => attr.type === 'nest' && attr.set?.attrs.some(one => one.outer) === true)
      for (const attr of chosen) {
        if (told.includes(attr)) continue
        if (attr.outer === true) {
          const kind = around?.[attr.sub?.attr ?? '']
          if (kind !== undefined) fields[attr.name] = this.#byKind(attr.sub, kind, depth)
        } else if (attr.sub?.attr !== undefined) {
          const others = chosen.filter(one => one.outer !== true && one.sub?.attr === attr.sub?.attr)
          if (others[0] === attr) selected.push(this.#selected(set, attr.sub.attr, others, depth))
        } else if (attr.sub !== undefined && formatOf(attr.sub, family) === undefined) continue
        else {
          const one = this.attribute(set, attr, family, depth)
          fields[attr.name] = attr.multi === true ? fc.array(one, { minLength: 1, maxLength: 3 }) : one
        }
      }
      const unknown = this.#unknown(set)
      return fc
        .tuple(record(fc, fields), fc.option(unknown, { freq: 4, nil: undefined }), ...selected)
        .map(
          ([own, $unknown, ...others]) =>
            Object.assign({}, own, ...others, $unknown === undefined ? {} : { $unknown }) as Dict,
        )
        .chain(value =>
          record(fc, Object.fromEntries(told.map(attr => [attr.name, this.set(attr.set, 0, depth + 1, value)]))).map(
            nests => ({ ...value, ...nests }),
          ),
        )
    })
  }

  attribute(set: AttrSet | undefined, attr: Attr, family: number, depth: number): Arb {
    const { fc } = this
    if (attr.type === 'flag') return fc.constant(true)
    if (attr.type === 'string') return this.text()
    if (attr.type === 'bitfield32') return record(fc, { value: fc.nat(0xffffffff), selector: fc.nat(0xffffffff) })
    if (attr.type === 'struct' && attr.struct !== undefined) return this.struct(attr.struct, true)
    if (attr.type === 'array' || attr.type === 'indexed')
      return attr.elem === undefined ? fc.constant([]) : fc.array(this.#element(attr.elem, depth), { maxLength: 4 })
    if (attr.type === 'sub' && attr.sub !== undefined) return this.#format(formatOf(attr.sub, family), depth)
    if (attr.type === 'ip' && family === AF_MPLS && attr.name === 'dst' && set?.name === 'RouteAttrs')
      return fc.oneof(fc.nat(0xfffff).map(String), this.#ip6())
    if (family === AF_MCTP && attr.type === 'ip' && /^(Route|Addr|Neighbour)Attrs$/.test(set?.name ?? '')) {
      const endpoint = fc.nat(255).map(String)
      if (attr.name === 'gateway') return fc.tuple(fc.nat(0xffffffff), endpoint).map(parts => parts.join(':'))
      if (['dst', 'local', 'address'].includes(attr.name)) return endpoint
    }
    if (attr.codec !== undefined) return this.#codec(attr, attr.codec, depth)
    if (attr.type !== 'nest') return this.#scalar(attr)
    const { header } = attr
    if (header === undefined) return this.set(attr.set, 0, depth + 1)
    return fc
      .nat(12)
      .chain(own =>
        fc
          .tuple(this.header(header, own), this.set(attr.set, own, depth + 1))
          .map(([head, attrs]) => ({ ...head, ...attrs })),
      )
  }

  struct(table: StructTable, tail: boolean): Arb<Dict> {
    const { fc } = this
    const whole = record(fc, Object.fromEntries(table.members.map(member => [member.name, this.#member(member)])))
    if (!tail) return whole
    const more = fc.option(fc.uint8Array({ minLength: 1, maxLength: 8 }), { freq: 4, nil: undefined })
    return fc.tuple(whole, more).map(([value, $tail]) => ($tail === undefined ? value : { ...value, $tail }))
  }

  text(): Arb<string> {
    const { fc } = this
    const odd = fc.uint8Array({ maxLength: 15 }).map(bytes => readText(bytes, 0, bytes.length))
    const graphemes = fc.string({ unit: 'grapheme', maxLength: 15 }).filter(text => textBytes(text) !== undefined)
    return fc.oneof(
      { weight: 4, arbitrary: graphemes },
      { weight: 4, arbitrary: odd },
      { weight: 1, arbitrary: fc.constantFrom(...hostileNames) },
    )
  }

  #member(member: Member): Arb {
    const { fc } = this
    const { length, struct } = member
    if (struct !== undefined || bits[member.type] !== undefined) {
      const one = struct === undefined ? this.#scalar(member) : this.struct(struct, false)
      return length === undefined ? one : fc.array(one, { minLength: length, maxLength: length })
    }
    const size = length ?? 0
    const bytes = fc.uint8Array({ minLength: size, maxLength: size })
    const { codec } = member
    if (codec !== undefined) return this.#coded(codec, size)
    if (member.type === 'string') return bytes.map(raw => readText(raw, 0, size))
    if (member.type === 'mac') return bytes.map(raw => macText(raw, 0, size))
    if (member.type === 'ip') return bytes.map(raw => (size === 4 ? ip4Text(raw, 0) : ip6Text(raw, 0)))
    return bytes
  }

  #coded(codec: MemberCodec, size: number): Arb {
    const raw = this.fc
      .uint8Array({ minLength: size, maxLength: size })
      .map(bytes => codec.read(bytes, viewOf(bytes), 0))
    return this.fc.oneof(raw, this.#ip4(), this.#ip6())
  }

  #scalar(how: { readonly type: string; readonly enum?: EnumTable }): Arb {
    const { fc } = this
    if (how.type === 'mac') return fc.uint8Array({ maxLength: 20 }).map(raw => macText(raw, 0, raw.length))
    if (how.type === 'ip') return fc.oneof(this.#ip4(), this.#ip6(), fc.constant(''))
    if (how.type === 'bytes') return fc.uint8Array({ maxLength: 24 })
    const width = bits[how.type] ?? 8
    const signed = how.type.startsWith('s')
    if (width === 64)
      return signed
        ? fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
        : fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    const [min, max] = signed ? [-(2 ** (width - 1)), 2 ** (width - 1) - 1] : [0, 2 ** width - 1]
    const number = fc.integer({ min, max })
    const table = how.enum
    if (table === undefined || table.flags) return number
    const named = Object.values(table.names).filter(value => value >= min && value <= max)
    return (named.length === 0 ? number : fc.oneof(fc.constantFrom(...named), number)).map(value => table.name(value))
  }

  #ip4(): Arb<string> {
    return this.fc.uint8Array({ minLength: 4, maxLength: 4 }).map(raw => ip4Text(raw, 0))
  }

  #ip6(): Arb<string> {
    const { fc } = this
    // Groups of zeros are what spellings differ by.
    const group = fc.oneof(fc.constant(0), fc.constant(0xffff), fc.nat(0xffff))
    return fc
      .array(group, { minLength: 8, maxLength: 8 })
      .map(groups => ip6Text(Uint8Array.from(groups.flatMap(value => [value >> 8, value & 255])), 0))
  }

  #element(elem: Elem, depth: number): Arb {
    if (elem.type === 'nest') return this.set(elem.set, 0, depth + 1)
    if (elem.type === 'struct' && elem.struct !== undefined) return this.struct(elem.struct, false)
    if (elem.type === 'ip') return this.fc.oneof(this.#ip4(), this.#ip6())
    return this.#scalar(elem)
  }

  /** Attributes whose formats the sibling `by` picks, with that sibling. */
  #selected(set: AttrSet | undefined, by: string, attrs: readonly Attr[], depth: number): Arb<Dict> {
    const { fc } = this
    const selector = set?.byName(by)
    const values = [...new Set(attrs.flatMap(attr => attr.sub?.formats.map(format => format.value) ?? []))]
    const value: Arb<string | number> = selector?.type === 'string' ? this.text() : fc.integer({ min: 200, max: 255 })
    return fc
      .oneof(
        { weight: 4, arbitrary: fc.constantFrom(...values) },
        { weight: 1, arbitrary: value.filter(name => !values.includes(name)) },
      )
      .chain(kind =>
        record(fc, Object.fromEntries(attrs.map(attr => [attr.name, this.#byKind(attr.sub, kind, depth)]))).map(
          fields => ({ [by]: typeof kind === 'number' ? (selector?.enum?.name(kind) ?? kind) : kind, ...fields }),
        ),
      )
  }

  /** An attribute whose format a selector has picked. */
  #byKind(sub: SubTable | undefined, kind: unknown, depth: number): Arb<Dict> {
    const format = sub?.formats.find(one => one.value === kind)
    if (format !== undefined) return this.#format(format, depth).map(inner => ({ kind: format.name, ...inner }))
    return this.fc.uint8Array({ maxLength: 20 }).map(data => ({ kind: 'other', name: kind, data }))
  }

  #format(format: Format | undefined, depth: number): Arb<Dict> {
    if (format?.header === undefined) return this.set(format?.set, 0, depth + 1)
    if (format.set === undefined) return this.struct(format.header, true)
    return this.fc
      .tuple(this.struct(format.header, false), this.set(format.set, 0, depth + 1))
      .map(([head, attrs]) => ({ ...head, ...attrs }))
  }

  #unknown(set: AttrSet | undefined): Arb<unknown[]> {
    const { fc } = this
    const type = fc.nat(0x3fff).filter(id => set?.byId(id) === undefined)
    const one = record(fc, {
      type,
      nested: fc.boolean(),
      netByteOrder: fc.boolean(),
      data: fc.uint8Array({ maxLength: 9 }),
    })
    return fc.array(one, { minLength: 1, maxLength: 3 })
  }

  #codec(attr: Attr, codec: Codec, depth: number): Arb {
    const { fc } = this
    const segments = fc.array(this.#ip6(), { minLength: 1, maxLength: 4 })
    const label = fc.nat(0xfffff)
    const routing = {
      segments,
      flags: fc.nat(255),
      tag: fc.nat(0xffff),
      tlvs: fc.constantFrom(8, 16).chain(size => fc.uint8Array({ minLength: size, maxLength: size })),
    }
    const keys: readonly string[] = ['segments', 'flags', 'tag']
    if (codec === flagOrU8) return fc.constant(true)
    if (codec === inetConf) return fc.array(fc.nat(0xffffffff), { maxLength: 5 })
    if (codec === dcbAppTrust)
      return fc.array(fc.constantFrom('ethertype', 'stream', 'dgram', 'any', 'dscp', 'pcp', 9), { maxLength: 8 })
    if (codec === mplsLabels) return fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => labels.join('/'))
    if (codec === rplSrh) return record(fc, { segments })
    if (codec === seg6SrhRaw) return record(fc, routing, keys)
    if (codec === seg6Srh)
      return fc
        .tuple(fc.constantFrom('inline', 'encap', 'l2encap', 'encap-red', 'l2encap-red', 9), record(fc, routing, keys))
        .map(([mode, header]) => ({ mode, ...header }))
    if (codec === ioam6Trace)
      return record(fc, {
        namespaceId: fc.nat(0xffff),
        nodelen: fc.nat(31),
        overflow: fc.boolean(),
        remlen: fc.nat(127),
        type: fc.nat(0xffffff),
      })
    if (codec === via)
      return fc.oneof(
        record(fc, { family: fc.constant('inet'), addr: this.#ip4() }),
        record(fc, { family: fc.constant('inet6'), addr: this.#ip6() }),
        record(fc, { family: fc.constantFrom('packet', 99), addr: this.#scalar({ type: 'mac' }) }),
      )
    if (codec === u16OrFlag) return fc.oneof(fc.constant(true), fc.nat(0xffff))
    if (codec === u32OrU64) return fc.maxSafeNat()
    if (codec === u32OrFlag) return fc.oneof(fc.constant(true), fc.nat(0xffffffff))
    if (codec === sockFilter) {
      const instruction = { code: fc.nat(0xffff), jt: fc.nat(255), jf: fc.nat(255), k: fc.nat(0xffffffff) }
      return fc.array(record(fc, instruction), { maxLength: 4 })
    }
    if (codec.counted !== undefined) {
      const { head, element, name } = codec.counted
      return fc
        .tuple(this.struct(head, false), fc.array(this.struct(element, false), { maxLength: 3 }))
        .map(([value, items]) => ({ ...value, [name]: items }))
    }
    const matches = arbitraryMatches(fc, codec)
    if (matches !== undefined) return matches
    if (codec !== rtnexthop) throw new Error(`${attr.name}: no arbitrary for its codec`)
    const hop = record(fc, { flags: fc.nat(255), hops: fc.nat(255), ifindex: fc.integer() })
    return fc.array(
      fc.tuple(hop, this.set(attr.set, 0, depth + 2)).map(([head, attrs]) => ({ ...head, ...attrs })),
      { maxLength: 3 },
    )
  }
}

/** `fc.record` whose objects are like those that decoders make; without `keys` all members are there. */
function record(
  fc: typeof FastCheck.default,
  members: Record<string, Arb>,
  keys: readonly string[] = Object.keys(members),
): Arb<Dict> {
  return fc.record(members, { requiredKeys: [...keys], noNullPrototype: true })
}

function nests(attr: Attr): boolean {
  return attr.type === 'nest' || attr.type === 'sub' || attr.set !== undefined || attr.elem?.type === 'nest'
}

function formatOf(sub: SubTable, family: number) {
  return sub.byValue(family) ?? sub.byValue(0)
}

/** Gives the message types that arbitraries are made for: all that the tables know, or those of a family (`link`). */
export function messageTypes(family?: string): number[] {
  return [...messageModules].flatMap(([type, name]) => (family === undefined || name === family ? [type] : []))
}

/** Gives the names of the families. */
export function familyNames(): string[] {
  return [...new Set(messageModules.values())]
}

/**
 * Makes an arbitrary of messages, of one type or of all: fixed header and attributes, nested, repeated, unknown ones too. The values
 * are canonical: `decodeMessage(encodeMessage(message))` equals `message`.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryMessage } from 'rtnetlink/testing'
 *
 * fc.assert(fc.property(arbitraryMessage(fc), message => handles(message)))
 */
export function arbitraryMessage(fc: typeof FastCheck.default, type?: number): Arb<Message> {
  const maker = new Maker(fc)
  return type === undefined ? fc.oneof(...messageTypes().map(each => maker.message(each))) : maker.message(type)
}
