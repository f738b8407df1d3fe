import { Buffer } from 'node:buffer'
import { Several } from '../../request/request.js'

type Dict = Readonly<Record<string, unknown>>

const plain = new Set<unknown>([Object.prototype, Array.prototype, Uint8Array.prototype, Several.prototype])

/** Checks that what was decoded is made of plain objects, and holds copies of the bytes in `buffer`. */
export function checkValue(value: unknown, buffer: ArrayBufferLike): void {
  if (typeof value !== 'object' || value === null) return
  if (!plain.has(Object.getPrototypeOf(value))) throw new Error('decoding has set a prototype')
  if (value instanceof Uint8Array) {
    if (value.buffer === buffer) throw new Error('what was decoded holds the bytes themselves, not a copy')
    return
  }
  if (Array.isArray(value)) for (const item of value) checkValue(item, buffer)
  else for (const key in value) checkValue((value as Dict)[key], buffer)
}

/** Tells whether two decoded values are the same, as `isDeepStrictEqual` would, in a fourth of its time. */
export function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Object.is(one, other)
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false
  if (one instanceof Uint8Array) return other instanceof Uint8Array && Buffer.compare(one, other) === 0
  const keys = Object.keys(one)
  if (keys.length !== Object.keys(other).length) return false
  return keys.every(key => Object.hasOwn(other, key) && isSame((one as Dict)[key], (other as Dict)[key]))
}
