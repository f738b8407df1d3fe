import { own } from '../codec/own-property.js'
import type { AttrSet } from '../codec/table.js'
import { badField, objectOf } from './build.js'
import { integer } from './check-options.js'
import type { Rule } from './value-rule.js'

/**
 * The keys that a filter may have: all those of its type, so that none is forgotten. Those that the message does not carry have a rule
 * for their value: the encoder does not see it.
 */
export type FilterKeys<T> = Readonly<Record<keyof T, true | Rule>>

/** A VLAN that rows are looked for by. */
export const vlanId = integer(0, 4095)

/** A link that rows are looked for by. */
export const linkRef: Rule = {
  holds: value => typeof value === 'string' || (Number.isInteger(value) && (value as number) >>> 0 === value),
  text: 'a link, by name or index',
}

/**
 * Checks what a list, dump or flush is given: a key that nobody knows would filter nothing, and a flush would take everything; by a wrong
 * value nothing would be found.
 */
export function checkFilter<T extends object>(what: string, filter: T, keys: FilterKeys<T>): void {
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter))
    throw new TypeError(`${what} takes a filter`)
  const rules: Readonly<Record<string, true | Rule>> = keys
  for (const [key, value] of Object.entries(filter)) {
    if (value === undefined) continue
    const rule = own(rules, key)
    if (rule === undefined)
      throw badField(what, filter, key, `is nothing to filter by: ${Object.keys(keys).join(', ')} are`)
    if (value === null) throw badField(what, filter, key, 'is null: what is not to be filtered by is left out')
    if (rule !== true && !rule.holds(value)) throw badField(what, filter, key, `must be ${rule.text}`)
  }
}

/** Checks a filter of what is deleted, which must say something; `all` says how everything is meant. */
export function checkFlush<T extends object>(what: string, filter: T, keys: FilterKeys<T>, all: string): void {
  checkFilter(what, filter, keys)
  // Fields that are false ask for nothing.
  if (!Object.values(filter).some(value => value !== undefined && value !== false))
    throw badField(what, filter, '', `takes a filter that says what goes, as ${all} does`)
}

/**
 * Checks a spec of which only a part is sent, though all that was read of the object may be given: a field that neither the tables nor
 * `known` have is a typo, without which something else would be meant, and the delete of a filter would take all of them.
 */
export function checkFields<T extends object>(
  what: string,
  spec: T,
  known: ReadonlySet<string>,
  ...tables: readonly AttrSet[]
): T {
  const given = objectOf(spec, what) as Readonly<Record<string, unknown>>
  for (const key of Object.keys(given)) {
    if (given[key] === undefined || key.startsWith('$') || known.has(key)) continue
    if (tables.every(table => table.byName(key) === undefined))
      throw badField(what, spec, key, `${tables[0]?.name} has no such attribute`)
  }
  return spec
}

/** Tells whether a route leaves by a link, which is given by its index, with one of its hops at least. */
export function leavesBy(
  { oif, multipath }: { readonly oif?: unknown; readonly multipath?: readonly { readonly ifindex?: number }[] },
  index: string | number,
): boolean {
  return oif === index || multipath?.some(hop => hop.ifindex === index) === true
}
