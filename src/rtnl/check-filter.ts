import { refuse } from './build.js'

/** The keys that a filter may have: all those of its type, so that none is forgotten. */
export type FilterKeys<T> = Readonly<Record<keyof T, true>>

/** Checks what a list, dump or flush is given: a key that nobody knows would filter nothing, and a flush would take everything. */
export function checkFilter<T extends object>(what: string, filter: T, keys: FilterKeys<T>): void {
  if (typeof filter !== 'object' || filter === null) throw new TypeError(`${what} takes a filter`)
  const given = filter as Readonly<Record<string, unknown>>
  for (const key of Object.keys(given)) {
    if (given[key] !== undefined && !Object.hasOwn(keys, key))
      throw refuse(what, filter, key, `is nothing to filter by: ${Object.keys(keys).join(', ')} are`)
  }
}

/** Checks a filter of what is deleted, which must say something; `all` says how everything is meant. */
export function checkFlush<T extends object>(what: string, filter: T, keys: FilterKeys<T>, all: string): void {
  checkFilter(what, filter, keys)
  // Fields that are false ask for nothing.
  if (!Object.values(filter).some(value => value !== undefined && value !== false))
    throw refuse(what, filter, '', `takes a filter that says what goes, as ${all} does`)
}

/** Tells whether a route leaves by a link, which is given by its index, with one of its hops at least. */
export function leavesBy(
  { oif, multipath }: { readonly oif?: unknown; readonly multipath?: readonly { readonly ifindex?: number }[] },
  index: string | number,
): boolean {
  return oif === index || multipath?.some(hop => hop.ifindex === index) === true
}
