import { littleEndian } from '../wire/endian.js'
import { NLA_TYPE_MASK } from '../wire/nlattr.js'
import { isNest, type Trace } from './trace.js'
import { u64 } from './wide.js'

const le = littleEndian

/** Reads 32-bit numbers without gaps; an array that grows would take half as much again. */
export function u32Array(view: DataView, at: number, length: number): number[] {
  const out = new Array<number>(length >>> 2)
  for (let i = 0; i < out.length; i++) out[i] = view.getUint32(at + i * 4, le)
  return out
}

/** Reads 64-bit numbers without gaps. */
export function u64Array(view: DataView, at: number, length: number): bigint[] {
  const out = new Array<bigint>(length >>> 3)
  for (let i = 0; i < out.length; i++) out[i] = u64(view, at + i * 8)
  return out
}

/** Reads elements of `size` bytes without gaps. */
export function arrayOf<T>(at: number, length: number, size: number, read: (at: number) => T): T[] {
  const out: T[] = []
  for (let end = at + length; end - at >= size; at += size) out.push(read(at))
  return out
}

/**
 * Reads a nest whose attribute types are only indexes; `undefined` when a length in it is broken or `read` does not understand an element:
 * beside the nest an element could not be told from an attribute.
 */
export function indexedOf<T>(
  view: DataView,
  start: number,
  end: number,
  trace: Trace | undefined,
  read: (at: number, length: number) => T | undefined,
): T[] | undefined {
  if (!isNest(view, start, end)) return undefined
  const out: T[] = []
  let at = start
  while (end - at >= 4) {
    const length = view.getUint16(at, le)
    const value = read(at + 4, length - 4)
    if (value === undefined) return undefined
    out.push(value)
    at += (length + 3) & ~3
  }
  if (at < end) trace?.remark('trailing-bytes', at)
  trace?.layout(out, view, start, end)
  return out
}

/**
 * Finds the values that lie one behind the other in one nest: where an attribute comes again the next one begins. Always one at
 * least; what is left behind a broken nla_len belongs to the last.
 */
export function repeats(view: DataView, start: number, end: number): [start: number, end: number][] {
  const out: [number, number][] = []
  const seen = new Set<number>()
  let first = start
  let at = start
  while (end - at >= 4) {
    const length = view.getUint16(at, le)
    if (length < 4 || length > end - at) break
    const type = view.getUint16(at + 2, le) & NLA_TYPE_MASK
    if (seen.has(type)) {
      out.push([first, at])
      seen.clear()
      first = at
    }
    seen.add(type)
    at += (length + 3) & ~3
  }
  out.push([first, end])
  return out
}
