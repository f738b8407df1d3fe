import { littleEndian } from '../wire/endian.js'
import type { EnumTable } from './enum-table.js'

const le = littleEndian

/**
 * Writes the members of a fixed header, at the offset of its struct; gives false, perhaps halfway, for what is no plain number or
 * name. Generated: a header of 9 members takes 20 ns so, 90 ns by its table (bench codec/encode-route).
 */
export type WriteHeader = (view: DataView, at: number, header: never) => boolean

/** Writes a member when it is there; gives false for what the table's way must look at. */
export function putU8(view: DataView, at: number, value: unknown, names?: EnumTable): boolean {
  if (value === undefined) return true
  const number = typeof value === 'string' ? names?.value(value) : value
  if (typeof number !== 'number' || (number & 0xff) !== number) return false
  view.setUint8(at, number)
  return true
}

export function putU16(view: DataView, at: number, value: unknown, names?: EnumTable): boolean {
  if (value === undefined) return true
  const number = typeof value === 'string' ? names?.value(value) : value
  if (typeof number !== 'number' || (number & 0xffff) !== number) return false
  view.setUint16(at, number, le)
  return true
}

export function putU32(view: DataView, at: number, value: unknown, names?: EnumTable): boolean {
  if (value === undefined) return true
  const number = typeof value === 'string' ? names?.value(value) : value
  if (typeof number !== 'number' || number >>> 0 !== number) return false
  view.setUint32(at, number, le)
  return true
}

export function putS32(view: DataView, at: number, value: unknown): boolean {
  if (value === undefined) return true
  if (typeof value !== 'number' || (value | 0) !== value) return false
  view.setInt32(at, value, le)
  return true
}
