import { labelBytes } from '../codec/codecs.js'
import type { EnumTable } from '../codec/enum-table.js'
import { fits, rangeOf } from '../codec/range.js'
import { defaultPrefix, type Prefix, parsePrefix } from '../codec/text/address.js'
import { quote } from '../codec/text/quote.js'
import { noneOf } from '../codec/value-encoder.js'
import type { NetlinkError } from '../errors/netlink-error.js'
import { afEnum } from '../generated/common/tables.gen.js'
import { badField } from '../request/build.js'

const AF_MPLS = 28
const AF_MCTP = 45

/** What a builder asks about, for its errors. */
export interface ErrorContext {
  readonly what: string
  readonly spec: object
}

/** Gives the number of a family written by name or number; `undefined` when it was not given. */
export function familyNumber(context: ErrorContext, family: string | number | undefined): number | undefined {
  if (family === undefined || typeof family === 'number') return family
  const number = typeof family === 'string' ? afEnum.value(family) : undefined
  if (number === undefined)
    throw badField(context.what, context.spec, 'family', `${quote(family)} is no address family`)
  return number
}

/** Gives the bits of a mask written as a number or by names, 0 when it was not given; refuses anything else, naming the field. */
export function bitsOf(
  context: ErrorContext,
  fieldPath: string,
  value: number | readonly string[] | undefined,
  table: EnumTable,
): number {
  if (value === undefined) return 0
  if (typeof value === 'number') {
    if (fits('u32', value)) return value
    throw badField(context.what, context.spec, fieldPath, `${quote(value)} is not an integer ${rangeOf('u32')}`)
  }
  if (!Array.isArray(value)) throw badField(context.what, context.spec, fieldPath, `${quote(value)} is not a number`)
  let bits = 0
  for (const name of value as readonly string[]) {
    const bit = table.value(name)
    if (bit === undefined) throw badField(context.what, context.spec, fieldPath, noneOf(table, name))
    // Not `|=`: bit 31 would make it negative.
    bits = (bits | bit) >>> 0
  }
  return bits
}

/** Gives an enumerator of a filter as it is read; refuses what is none, which nothing would match. */
export function enumeratorOf<T extends string>(
  context: ErrorContext,
  fieldPath: string,
  value: T | number | undefined,
  table: EnumTable<T>,
): T | number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && fits('u32', value)) return table.name(value)
  if (typeof value !== 'string' || table.value(value) === undefined)
    throw badField(context.what, context.spec, fieldPath, noneOf(table, value))
  return value
}

/** A destination or source taken apart: its family (when the text tells), the parsed address or the text of its label, its length. */
export interface Target {
  readonly family: number | undefined
  readonly address: string | Prefix | undefined
  readonly length: number
}

/** Takes a prefix, an address alone, `default`, for AF_MPLS a label, or for AF_MCTP a range apart; refuses anything else, naming the field. */
export function target(context: ErrorContext, fieldPath: string, text: string | undefined, family?: number): Target {
  if (text === undefined) return defaultPrefix
  if (typeof text === 'string' && family === AF_MPLS && labelBytes(text) !== undefined)
    return { family, address: text, length: 20 }
  // Behind the first endpoint id of a range stands how many more there are.
  const range = family === AF_MCTP ? /^(\d+)(?:\/(\d{1,3}))?$/.exec(text) : null
  if (range?.[1] !== undefined) return { family, address: range[1], length: Number(range[2] ?? 0) }
  const prefix = typeof text === 'string' ? parsePrefix(text) : undefined
  if (prefix === undefined)
    throw badField(context.what, context.spec, fieldPath, `${quote(text)} is no address or prefix`)
  return prefix
}

/** Gives the family that a text is an address of; what is none is left to others to refuse. */
export function familyOfText(text: string | undefined): number | undefined {
  const prefix = typeof text === 'string' ? parsePrefix(text) : undefined
  return prefix?.family
}

/** Makes the error of a link that the kernel looks for in another namespace: its name is looked up here. */
export function elsewhere(what: string, spec: object | undefined, field: string): NetlinkError {
  return badField(what, spec, field, 'is looked for in the other namespace: give its index there')
}

/** Gives the id of the namespace that a list looks into; by any other name the kernel does not look, nor do `links` have their names there. */
export function nsidOf(
  { what, spec }: ErrorContext,
  netns: { readonly nsid: number } | undefined,
  links: Readonly<Record<string, string | number | undefined>> = {},
): number | undefined {
  if (netns === undefined) return undefined
  if (typeof netns !== 'object' || netns === null || typeof netns.nsid !== 'number')
    throw badField(what, spec, 'netns', 'is { nsid }, the id that a namespace has here: for others open a client there')
  for (const [field, ref] of Object.entries(links)) if (typeof ref === 'string') throw elsewhere(what, spec, field)
  return netns.nsid
}

/** Cuts `/24` off. */
export function addressPart(text: string): string {
  const slash = text.indexOf('/')
  return slash < 0 ? text : text.slice(0, slash)
}
