import { hexText } from './hex-text.js'

/**
 * Is the replacer that makes `JSON.stringify` work on what this library decodes: bigint becomes decimal text, bytes become hex.
 *
 * @example
 * console.log(JSON.stringify(link, jsonReplacer, 2))
 */
export function jsonReplacer(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return hexText(value)
  return value
}
