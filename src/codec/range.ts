import { type ScalarType, scalarSizes } from './table.js'

/** Tells whether a number is one that the scalar can hold. */
export function fits(type: ScalarType, number: number): boolean {
  switch (type) {
    case 'u8':
      return (number & 0xff) === number
    case 'u16':
      return (number & 0xffff) === number
    case 'u32':
      return number >>> 0 === number
    case 's8':
      return (number << 24) >> 24 === number
    case 's16':
      return (number << 16) >> 16 === number
    default:
      return (number | 0) === number
  }
}

/** Says what a scalar of at most 32 bits can hold. */
export function rangeOf(type: ScalarType): string {
  const bits = 8 * scalarSizes[type]
  const low = type.startsWith('s') ? -(2 ** (bits - 1)) : 0
  return `from ${low} to ${low + 2 ** bits - 1}`
}
