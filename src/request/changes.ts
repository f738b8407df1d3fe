import { put } from '../codec/own-property.js'
import type { Attr, AttrSet, Dict } from '../codec/table.js'

/** Gives what differs in an object of attributes; of nests what differs in them. */
export function changesOf(set: AttrSet | undefined, now: Dict, spec: Dict): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(spec)) {
    if (value === undefined || same(now[key], value)) continue
    const attr = set?.byName(key)
    if (same(now[key], asRead(attr, value))) continue
    const nested = attr?.type === 'nest' || attr?.type === 'sub'
    const inner = attr?.set ?? attr?.sub?.byValue(0)?.set
    put(out, key, nested && isDict(now[key]) && isDict(value) ? changesOf(inner, now[key], value) : value)
  }
  return out
}

/** Gives a switch or an enumerator, which may be written in two ways, as it is read. */
function asRead(attr: Attr | undefined, value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'number' && attr?.enum?.flags === false ? attr.enum.name(value) : value
}

/** Tells an object from an array and from bytes. */
export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

/** Compares values by what they hold. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => same((a as Dict)[key], (b as Dict)[key]))
}
