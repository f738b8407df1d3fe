import type { NetlinkError } from '../errors/netlink-error.js'
import type { Writer } from '../wire/writer.js'
import type { EnumTable } from './enum-table.js'
import type { WriteHeader } from './header.js'
import { Slot } from './slot.js'
import type { Trace, Unknowns } from './trace.js'

/** Scalars by their wire type; `uint` and `sint` take 4 or 8 bytes and read as bigint. */
export type ScalarType = 'u8' | 'u16' | 'u32' | 'u64' | 's8' | 's16' | 's32' | 's64' | 'uint' | 'sint'

/** Bytes of each scalar; `uint` and `sint` are written with 8. */
export const scalarSizes: Readonly<Record<ScalarType, number>> = {
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

/** Tells the types of scalars from others. */
export function isScalar(type: string): type is ScalarType {
  switch (type) {
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'uint':
    case 'sint':
      return true
    default:
      return false
  }
}

/** What an attribute's payload is; see codegen/model.ts for each. */
export type AttrType =
  | ScalarType
  | 'flag'
  | 'string'
  | 'bytes'
  | 'pad'
  | 'ip'
  | 'mac'
  | 'bitfield32'
  | 'struct'
  | 'nest'
  | 'array'
  | 'indexed'
  | 'sub'
  | 'codec'

/** One step of the way to a place in a message. */
export interface Step {
  readonly attr?: Attr
  /** A struct member, or a key that no table knows. */
  readonly key?: string
  /** The selected kind, for an attribute whose format a selector picks. */
  readonly kind?: string
  readonly index?: number
  /** The attributes that it may hold, for a nest. */
  readonly set?: AttrSet
}

/** An object by its keys. */
export type Dict = Readonly<Record<string, unknown>>

/** The parts of a row that say how a scalar is written. */
export type ScalarRow = Pick<Attr, 'be' | 'enum' | 'link' | 'handle'>

/** The encoder as hand-written codecs see it; `Encoder` in encode.ts implements and documents it. */
export interface Encoding {
  readonly writer: Writer
  readonly request: boolean
  enter(step: Step | Attr | Member): void
  leave(): void
  at<T>(step: Step, body: () => T): T
  fail(detail: string, cause?: unknown): NetlinkError
  tooLong(): NetlinkError
  end(at: number): void
  dictOf(value: unknown): Dict
  text(value: unknown): Uint8Array
  bytes(value: unknown): Uint8Array
  value(type: ScalarType, how: ScalarRow, value: unknown): void
  scalar(type: ScalarType, how: ScalarRow, value: unknown, at: number): void
  struct(table: StructTable | undefined, value: unknown, others?: 'all' | readonly string[]): void
  set(set: AttrSet, value: unknown, skip?: ReadonlySet<string>): void
}

/** An attribute that tables cannot describe: a hand-written pair of functions. */
export interface Codec {
  /** Decodes the payload; `undefined` when the bytes are not understood (they are then kept in `$unknown`). */
  readonly decode: (
    bytes: Uint8Array,
    view: DataView,
    start: number,
    length: number,
    trace: Trace | undefined,
  ) => unknown
  /** Appends the payload of `value`, or fails through `encoder.fail`; `wire` is the length that a decoded message had. */
  readonly encode: (encoder: Encoding, attr: Attr, value: unknown, wire: number | undefined) => void
  /** Tells that a value is written as no attribute at all, where a decoded message had one of `wire` bytes. */
  readonly absent?: (value: unknown, wire: number) => boolean
  /** Bytes of the head of each element, for a list whose elements are a head, that begins with the length, and attributes of `Attr.set`. */
  readonly elementHead?: number
  /** The tables of a struct with others behind it. */
  readonly counted?: Counted
}

/** A struct that says how many others follow it. */
export interface Counted {
  readonly head: StructTable
  /** Offset of the u8 that counts. */
  readonly countAt: number
  readonly element: StructTable
  /** The field that holds what follows. */
  readonly name: string
  /** The largest count. */
  readonly most: number
}

/** A struct member that the struct's table cannot describe. It has its bytes for itself, so whatever they are, they read. */
export interface MemberCodec {
  /** What a value is, for errors: `… is no group address`. */
  readonly what: string
  readonly read: (bytes: Uint8Array, view: DataView, at: number) => string
  /** Gives the bytes of a value; `undefined` for what is none. */
  readonly bytes: (value: unknown) => Uint8Array | undefined
}

/** One attribute of a set: the row from which encoder, validation, error paths, printer, oracle and arbitraries work. */
export interface Attr {
  readonly id: number
  /** The kernel's name without prefix, camelCase. */
  readonly name: string
  readonly type: AttrType
  /** The object's spelling when it differs; '' for a nest whose members the object holds itself. */
  readonly field?: string
  /** Only in requests, or only in replies; absent for both. */
  readonly dir?: 'request' | 'reply'
  readonly be?: true
  readonly multi?: true
  /** One nest may hold several values one behind the other. */
  readonly repeat?: true
  /** Requests keep it when it holds nothing. */
  readonly empty?: true
  /** An interface index: a name may be written. */
  readonly link?: true
  /** A class or qdisc, or a node of a u32 classifier: `'1:10'`, `'800::1'` may be written. */
  readonly handle?: 'class' | 'u32'
  readonly hint?: 'hex'
  /** Bytes of an address, where it is always of one sort: requests are held to it, as the kernel would take the first of more. */
  readonly size?: number
  /** Bytes that a string may have, when requests are held to it. */
  readonly max?: number
  readonly enum?: EnumTable
  readonly struct?: StructTable
  /** Members of a `nest`, or of each nexthop of the rtnexthop codec. */
  readonly set?: AttrSet
  /** A fixed header in front of a nest's attributes, flattened into it. */
  readonly header?: StructTable
  readonly sub?: SubTable
  /** The selector of `sub` stands in the set around. */
  readonly outer?: true
  readonly codec?: Codec
  readonly elem?: Elem
}

/** What an array or an indexed nest holds. */
export interface Elem {
  readonly type: ScalarType | 'ip' | 'mac' | 'bytes' | 'struct' | 'nest'
  /** Bytes of an address, as those of an attribute. */
  readonly size?: number
  /** Type of an indexed nest's first element, when it is not 0. */
  readonly first?: number
  readonly be?: true
  readonly enum?: EnumTable
  readonly struct?: StructTable
  readonly set?: AttrSet
}

/** Tells how many bytes behind a payload may be of no meaning, those of a codec not counted, which knows itself. */
export function slackOf({ type, elem }: Attr): number {
  switch (type) {
    case 'bytes':
    case 'ip':
    case 'mac':
    case 'codec':
      return 0
    case 'array':
      // Part of an element.
      return (elem === undefined ? 0 : isScalar(elem.type) ? scalarSizes[elem.type] : (elem.struct?.size ?? 1)) - 1
    default:
      return Number.POSITIVE_INFINITY
  }
}

/**
 * A set of attributes. Rows and indexes are made at first use: sets refer to each other in circles, and a family has dozens of
 * which a program meets few.
 */
export class AttrSet {
  readonly name: string
  readonly #rows: () => readonly Attr[]
  #attrs: readonly Attr[] | undefined
  #byName: Map<string, Attr> | undefined
  #byId: Map<number, Attr> | undefined
  readonly #slots = new Map<string, Slot<Attr>>()
  /** Turns what a request says in other words into attributes. */
  readonly write: ((encoder: Encoding, value: Dict) => Dict) | undefined

  constructor(name: string, rows: () => readonly Attr[], write?: AttrSet['write']) {
    this.name = name
    this.#rows = rows
    this.write = write
  }

  get attrs(): readonly Attr[] {
    this.#attrs ??= this.#rows()
    return this.#attrs
  }

  byName(name: string): Attr | undefined {
    this.#byName ??= new Map(this.attrs.map(attr => [attr.name, attr]))
    return this.#byName.get(name)
  }

  byId(id: number): Attr | undefined {
    this.#byId ??= new Map(this.attrs.map(attr => [attr.id, attr]))
    return this.#byId.get(id)
  }

  /** Gives an attribute as the encoder takes it. */
  slot(name: string): Slot<Attr> | undefined {
    const known = this.#slots.get(name)
    if (known !== undefined) return known
    const attr = this.byName(name)
    if (attr === undefined) return undefined
    const slot = new Slot(attr, attr.id)
    this.#slots.set(name, slot)
    return slot
  }
}

/** One member of a C struct at its offset. */
export interface Member {
  readonly name: string
  readonly offset: number
  readonly type: ScalarType | 'bytes' | 'mac' | 'ip' | 'string' | 'struct' | 'codec'
  /** Bytes of bytes, mac, ip, string and codec; elements of an array of scalars or structs. */
  readonly length?: number
  readonly be?: true
  /** An interface index: a name may be written. */
  readonly link?: true
  readonly enum?: EnumTable
  readonly struct?: StructTable
  readonly codec?: MemberCodec
}

/** A C struct; shorter ones down to `min` bytes decode to what is there, longer ones keep `$tail`. */
export class StructTable {
  readonly name: string
  readonly size: number
  readonly min: number
  readonly members: readonly Member[]
  /** Bytes behind the struct that a member of two bytes counts, in front of the attributes (struct nduseroptmsg). */
  readonly rest: { readonly name: string; readonly length: string } | undefined
  /** Writes the usual values, for the fixed header of a request. */
  readonly write: WriteHeader | undefined
  #keys: ReadonlySet<string> | undefined
  #keysOfKind: ReadonlySet<string> | undefined
  #slots: readonly Slot<Member>[] | undefined

  constructor(
    table: Pick<StructTable, 'name' | 'size' | 'min' | 'members'> & Partial<Pick<StructTable, 'rest'>>,
    write?: WriteHeader,
  ) {
    this.name = table.name
    this.size = table.size
    this.min = table.min
    this.members = table.members
    this.rest = table.rest
    this.write = write
  }

  /** Names of what a nest with this header in front of it holds beside attributes. */
  get keys(): ReadonlySet<string> {
    this.#keys ??= new Set(['$tail', ...this.members.map(member => member.name)])
    return this.#keys
  }

  /** The same where a selector picks the nest. */
  get keysOfKind(): ReadonlySet<string> {
    this.#keysOfKind ??= new Set(['kind', ...this.keys])
    return this.#keysOfKind
  }

  /** The members as the encoder takes them. */
  get slots(): readonly Slot<Member>[] {
    this.#slots ??= this.members.map(member => new Slot(member, member.offset))
    return this.#slots
  }
}

/** What a selector picks. */
export interface Format {
  /** Value of the selector on the wire. */
  readonly value: string | number
  /** What the object's `kind` says. */
  readonly name: string
  readonly set?: AttrSet
  readonly header?: StructTable
}

/** What picks a format. */
export interface Selector {
  readonly attr?: string
  readonly header?: string
  readonly fallback?: { readonly attr: string; readonly suffix: string } | undefined
}

/** Formats of an attribute, picked by a sibling attribute (`attr`) or by a member of the fixed header (`header`). */
export class SubTable {
  readonly attr: string | undefined
  readonly header: string | undefined
  /** A sibling that tells, behind a suffix, when the selector is missing. */
  readonly fallback: Selector['fallback']
  readonly #make: () => readonly Format[]
  #formats: readonly Format[] | undefined
  #byValue: Map<string | number, Format> | undefined
  #byName: Map<string, Format> | undefined

  constructor(selector: Selector, formats: () => readonly Format[]) {
    this.attr = selector.attr
    this.header = selector.header
    this.fallback = selector.fallback
    this.#make = formats
  }

  get formats(): readonly Format[] {
    this.#formats ??= this.#make()
    return this.#formats
  }

  byValue(value: string | number): Format | undefined {
    this.#byValue ??= new Map(this.formats.map(format => [format.value, format]))
    return this.#byValue.get(value)
  }

  byName(name: string): Format | undefined {
    this.#byName ??= new Map(this.formats.map(format => [format.name, format]))
    return this.#byName.get(name)
  }
}

/** A message type: its fixed header and its attributes. */
export interface MessageTable {
  readonly type: number
  /** `newlink`. */
  readonly name: string
  readonly header: StructTable
  readonly set: AttrSet
}

/** A message type with its specialised decoders. */
export interface MessageCodec extends MessageTable {
  readonly readHeader: (bytes: Uint8Array, view: DataView, at: number, length: number) => object
  readonly decode: (
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    trace: Trace | undefined,
    family: number,
  ) => Unknowns
  /** The codec of requests (NLM_F_REQUEST), where the kernel's own messages of this type hold other attributes. */
  readonly request?: MessageCodec
}
