// What a watch holds against what a dump says.
import { isDeepStrictEqual } from 'node:util'
import type { BlockingClient, Watch } from 'rtnetlink'
import { jsonReplacer } from 'rtnetlink/codec'

const NOARP = 0x40
/** Counts time or traffic; timers of bridges and their ports lie further in. */
const moving = /^(?:stats|stats64|afSpec|cacheinfo|probes|\w+Timer)$/

/** The text of an object, without what moves. */
export function text(sort: string, object: object): string {
  return `${sort} ${JSON.stringify(object, stable)}`
}

function texts(sort: string, objects: readonly object[]): string[] {
  return objects.map(object => text(sort, object))
}

/** The texts of what a watch holds. */
export function lines(current: ReturnType<Watch['current']>): string[] {
  return [
    ...texts('link', current.link),
    ...texts('addr', current.addr),
    ...texts('route', current.route),
    ...texts('neigh', current.neigh),
    ...texts('rule', current.rule),
  ].sort()
}

/** Leaves out what moves, and writes the members of every object in one order. */
function stable(key: string, value: unknown): unknown {
  if (moving.test(key)) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    return jsonReplacer(key, value)
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Gives a line for each object that only one of the two holds, and for each that one holds twice. */
export function diff(current: ReturnType<Watch['current']>, sync: BlockingClient): string[] {
  const families = (object: { readonly family: unknown }) => object.family === 'inet' || object.family === 'inet6'
  const kernel = [
    ...texts('link', sync.link.list()),
    ...texts('addr', sync.addr.list().filter(families)),
    ...texts('route', sync.route.list().filter(families)),
    ...texts(
      'neigh',
      sync.neigh.list().filter(n => families(n) && n.state !== NOARP),
    ),
    ...texts('rule', sync.rule.list().filter(families)),
  ].sort()
  return compared('the kernel', kernel, 'the watch', lines(current))
}

/** Gives a line for each text that only one of two lists holds. */
export function compared(one: string, list: readonly string[], other: string, others: readonly string[]): string[] {
  if (isDeepStrictEqual(list, others)) return []
  return [
    ...without(list, others).map(line => `only ${one}: ${line}`),
    ...without(others, list).map(line => `only ${other}: ${line}`),
  ]
}

/** Gives what of one list the other lacks; what is there twice counts twice. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other]
  return list.filter(line => {
    const at = left.indexOf(line)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
