/** The model: what `import` writes to codegen/model and `generate` reads. Flat: nothing is inherited, defaulted or numbered later. */

export type ScalarType = 'u8' | 'u16' | 'u32' | 'u64' | 's8' | 's16' | 's32' | 's64'

/** Bytes of each scalar. */
export const scalarSize: Readonly<Record<string, number>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  s8: 1,
  s16: 2,
  s32: 4,
  s64: 8,
}

/** Where an attribute may stand: in what we send, in what the kernel sends, or both. */
export type Direction = 'request' | 'reply' | 'both'

export interface Model {
  /** File name without `.json`: link, addr, route, neigh, rule, nsid, … */
  readonly family: string
  readonly provenance: {
    readonly kernel: string
    /** SHA-256 of each input file, by its name. */
    readonly inputs: { readonly [file: string]: string }
  }
  readonly messages: readonly Message[]
  readonly groups: readonly Group[]
  readonly sets: { readonly [name: string]: AttributeSet }
  readonly structs: { readonly [name: string]: Struct }
  readonly enums: { readonly [name: string]: Enum }
  readonly subs: { readonly [name: string]: Sub }
}

export interface Message {
  readonly id: number
  readonly cName: string
  /** `newlink`, `dellink`, … */
  readonly name: string
  /** The fixed header's struct, a key of `structs`. */
  readonly header: string
  /** The attribute set, a key of `sets`. */
  readonly set: string
  /** The set of requests (NLM_F_REQUEST), where the kernel's own messages of this type have another. */
  readonly requestSet?: string
}

export interface Group {
  readonly id: number
  readonly cName: string
  /** `link`, `ipv4-route`, …: RTNLGRP_ without its prefix, lower case, `_` → `-`. */
  readonly name: string
}

export interface AttributeSet {
  /** Name of the TypeScript interface: `LinkAttrs`, `VxlanAttrs`, … */
  readonly typeName: string
  readonly attrs: readonly Attribute[]
  /** Requests may say it in other words too: a key of `writers` in src/codec/shaping.ts. */
  readonly write?: string
}

/** What reads each scalar of 32 bits and less from a DataView. */
export const getters: Readonly<Record<string, string>> = {
  u8: 'getUint8',
  s8: 'getInt8',
  u16: 'getUint16',
  s16: 'getInt16',
  u32: 'getUint32',
  s32: 'getInt32',
}

/**
 * One attribute. `type` is one of
 * - a scalar (with `be`, `enum`, `hint`), or `uint`/`sint` (4 or 8 bytes);
 * - `flag`, `string`, `bytes`, `pad` (skipped on read, refused on write);
 * - `ip` (4 or 16 bytes → text), `mac` (any length → `02:00:…`);
 * - `bitfield32`;
 * - `struct` (`ref`), `nest` (`ref`, optionally `header`: a struct in front of the attributes, its members flattened in);
 * - `array` of scalars or structs without gaps (`elem`), `indexed`: a nest whose attribute types are only indexes (`elem`);
 * - `sub`: the format is picked by a selector (`ref` names the Sub);
 * - `codec`: hand-written (`ref` names it in codegen/codecs.ts).
 */
export interface Attribute {
  readonly id: number
  readonly cName: string
  /** The field: camelCase of the attribute name. */
  readonly name: string
  readonly type:
    | ScalarType
    | 'uint'
    | 'sint'
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
  readonly dir: Direction
  readonly ref?: string
  /** The attribute set that a codec writes by name, a key of `sets`. */
  readonly set?: string
  readonly header?: string
  /** A key of `enums`. Its `flags` decides whether the field reads as a name or stays a number. */
  readonly enum?: string
  /** Network byte order. */
  readonly be?: true
  /** The attribute repeats; the field is an array. */
  readonly multi?: true
  /** One nest may hold several values one behind the other: the next begins where an attribute comes again. */
  readonly repeat?: true
  /** Requests keep it when it holds nothing: the kernel asks for it. */
  readonly empty?: true
  /** Bytes of an `ip`, where it is always of one family. */
  readonly size?: number
  /** `hex` only: how a person would rather read it; used by the printer. */
  readonly hint?: 'hex'
  readonly elem?: Element
  /** The attribute that selects the format of a `sub` stands in the set around, not beside it. */
  readonly outer?: true
  /** The first kernel headers that have it, when newer than 6.12: `7.3`. */
  readonly since?: string
}

/** What an `array` or `indexed` attribute holds. */
export interface Element {
  readonly type: ScalarType | 'ip' | 'mac' | 'bytes' | 'struct' | 'nest'
  /** Bytes of an `ip`, where it is always of one family. */
  readonly size?: number
  readonly ref?: string
  readonly be?: true
  readonly enum?: string
  /** The number of an `indexed` attribute's first element, when it is not 0. */
  readonly first?: number
}

/** A C struct: offsets and sizes come from the header, never from YNL. */
export interface Struct {
  readonly cName: string
  readonly typeName: string
  readonly size: number
  /** The shortest length the kernel ever sent (how much must be there to decode it at all). */
  readonly min: number
  readonly members: readonly Member[]
  /** Bytes behind the struct that one of its members counts, in front of the attributes (struct nduseroptmsg). */
  readonly rest?: { readonly name: string; readonly length: string }
}

export interface Member {
  readonly name: string
  readonly cName: string
  readonly offset: number
  readonly type: ScalarType | 'bytes' | 'mac' | 'ip' | 'string' | 'struct' | 'codec'
  /** Bytes, for `bytes`, `mac`, `ip`, `string`, `codec`, or the count of an array of scalars or structs. */
  readonly length?: number
  readonly be?: true
  readonly enum?: string
  readonly ref?: string
}

export interface Enum {
  readonly typeName: string
  /** Bit mask: values are numbers in objects, names may be written. */
  readonly flags: boolean
  /** The constants number the bits whose values these are. */
  readonly bits?: true
  readonly entries: readonly { readonly name: string; readonly cName: string; readonly value: number }[]
}

/**
 * Formats of a `sub` attribute. The selector is
 * - `attr`: a sibling attribute of the same set, or of the set around (`outer`), by its field name; string or number, wherever it stands;
 * - `header`: a member of the message's fixed header (by its field name), e.g. `family`.
 */
export interface Sub {
  readonly typeName: string
  readonly selector: { readonly attr: string } | { readonly header: string }
  /** `value` is the string or number on the wire; `name` is what the object's `kind` says. A format without set and header has no content. */
  readonly formats: readonly {
    readonly value: string | number
    readonly name: string
    readonly set?: string
    /** A fixed struct, alone or in front of the attributes. */
    readonly header?: string
  }[]
}
