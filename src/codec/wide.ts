import { littleEndian } from '../wire/endian.js'

const le = littleEndian

/**
 * Reads an unsigned 64-bit number. Each bigint is an object of its own and most counters are 0, so that zeros are shared: an idle link
 * of 1.6 KB holds 72.
 */
export function u64(view: DataView, at: number, little = le): bigint {
  return isZero(view, at) ? 0n : view.getBigUint64(at, little)
}

/** Reads a signed 64-bit number. */
export function s64(view: DataView, at: number, little = le): bigint {
  return isZero(view, at) ? 0n : view.getBigInt64(at, little)
}

function isZero(view: DataView, at: number): boolean {
  return (view.getUint32(at, le) | view.getUint32(at + 4, le)) === 0
}
