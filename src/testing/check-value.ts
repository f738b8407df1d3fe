import { Several } from '../rtnl/request.js'

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
  else for (const key in value) checkValue((value as Readonly<Record<string, unknown>>)[key], buffer)
}
