// Values for each attribute of a table, and sets of them: every value alone, then many together. Always the same ones.
import type { Attr, AttrSet, Elem, Member, StructTable } from '../../src/codec/table.js'

/** Attributes by name, as encodeMessage takes them. */
export type Values = Record<string, unknown>

/** What sets are made of. */
export interface Expected {
  /** Attributes that the kernel always sends: without them `ip` reads what is not there. */
  readonly always?: readonly string[]
  readonly without?: readonly string[]
  /** Addresses of this family; without it the name of the attribute tells. */
  readonly family?: 'inet' | 'inet6'
  /** Sets of many attributes. */
  readonly mixed?: number
  /** Values in place of those by type. */
  readonly values?: Readonly<Record<string, readonly unknown[]>>
}

/** A generator of numbers that look random and are the same each time. */
export function sequence(seed = 1): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

const scalars: Readonly<Record<string, readonly unknown[]>> = {
  u8: [0, 1, 2, 3, 4, 5, 16, 64, 255],
  u16: [0, 1, 2, 8, 0x3000, 0x8001, 0xffff],
  u32: [0, 1, 2, 3, 5, 10, 999, 0x01020304, 0x12345678, 0xffffffff],
  s8: [0, 1, -1],
  s16: [0, 1, -1],
  s32: [0, 1, 10, -1],
  u64: [0n, 1n, 123n, 1500000000n, 0xfedcba9876543210n],
  uint: [0n, 1n, 0xfedcba9876543210n],
  flag: [true],
  string: ['abc', 'quo"te\\x'],
  bytes: [Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 171), new Uint8Array(8)],
  mac: ['02:00:00:00:00:0a', '00:00:00:00:00:00'],
}
const limits: Readonly<Record<string, number>> = { u8: 0xff, u16: 0xffff, u32: 0xffffffff }
const UNKNOWN = 77

const addresses = {
  inet: ['0.0.0.0', '192.0.2.1', '239.1.1.1'],
  inet6: ['::', '2001:db8::1', 'ff02::1'],
}

type Typed = Pick<Attr, 'name' | 'type'> & Partial<Pick<Attr, 'enum' | 'struct' | 'set' | 'elem'>>

/** Makes values for attributes. */
export class TableValues {
  readonly #random: (below: number) => number

  constructor(seed?: number) {
    this.#random = sequence(seed)
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.#random(list.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }

  /** Gives sets of a table's attributes that are read. */
  sets(set: AttrSet, expected: Expected = {}, depth = 0): Values[] {
    const always = new Set(expected.always)
    const without = new Set(expected.without)
    const choices = set.attrs
      .filter(attr => attr.dir !== 'request' && !without.has(attr.name))
      .map(attr => [attr, this.#values(attr, expected, depth)] as const)
      .filter(([, values]) => values.length > 0)
    const base = (): Values =>
      Object.fromEntries(
        choices.filter(([attr]) => always.has(attr.name)).map(([attr, values]) => [attr.name, this.pick(values)]),
      )
    const made: Values[] = []
    for (const [attr, values] of choices) for (const value of values) made.push({ ...base(), [attr.name]: value })
    for (let count = 0; count < (expected.mixed ?? 40); count++) {
      const likely = count % 2 === 0 ? 80 : 40
      const mixed = base()
      for (const [attr, values] of choices) if (this.#random(100) < likely) mixed[attr.name] = this.pick(values)
      made.push(mixed)
    }
    return made
  }

  #values(attr: Attr, expected: Expected, depth: number): readonly unknown[] {
    const values = expected.values?.[attr.name] ?? this.#ofType(attr, expected, depth)
    return attr.multi === true ? values.map(value => [value]) : values
  }

  #ofType(attr: Typed, expected: Expected, depth: number): readonly unknown[] {
    if (attr.enum !== undefined) return enumerated(attr.enum, limits[attr.type] ?? 0xff)
    switch (attr.type) {
      case 'ip':
        return addresses[expected.family ?? (/6/.test(attr.name) ? 'inet6' : 'inet')]
      case 'struct':
        return attr.struct === undefined ? [] : this.#structs(attr.struct)
      case 'nest':
        return attr.set === undefined || depth > 2
          ? []
          : this.sets(attr.set, { mixed: 4, ...family(expected) }, depth + 1)
      case 'array':
      case 'indexed':
        return attr.elem === undefined ? [] : this.#lists(attr.name, attr.elem, expected)
      default:
        return scalars[attr.type] ?? []
    }
  }

  #lists(name: string, elem: Elem, expected: Expected): readonly unknown[] {
    const ones = this.#ofType({ ...elem, name }, expected, 3)
    return [[], ones.slice(1, 2), ones.slice(0, 3)]
  }

  #structs(struct: StructTable): Values[] {
    return [0, 1, 2, 3].map(round =>
      Object.fromEntries(
        struct.members.map(member => {
          const values = this.#members(member)
          return [member.name, round === 0 ? values[0] : this.pick(values)]
        }),
      ),
    )
  }

  #members(member: Member): readonly unknown[] {
    if (member.type === 'struct') return member.struct === undefined ? [] : this.#structs(member.struct)
    if (member.type === 'bytes') return [Uint8Array.from({ length: member.length ?? 0 }, (_, at) => at + 1)]
    return this.#ofType(
      { name: member.name, type: member.type, ...(member.enum === undefined ? {} : { enum: member.enum }) },
      {},
      3,
    )
  }
}

const family = ({ family: value }: Expected): Expected => (value === undefined ? {} : { family: value })

/** Names, and a number that has none; of a mask each bit, and all of them. */
function enumerated(names: NonNullable<Attr['enum']>, limit: number): readonly unknown[] {
  const known = Object.entries<number>(names.names).filter(([, value]) => value <= limit)
  return names.flags ? [0, ...known.map(([, value]) => value), 3, limit] : [...known.map(([name]) => name), UNKNOWN]
}
