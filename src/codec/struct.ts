import { littleEndian } from '../wire/endian.js'
import { isScalar, type Member, type ScalarType, type StructTable, scalarSizes } from './table.js'
import { ipText, macText } from './text/address-text.js'
import { readText } from './text/text.js'

const le = littleEndian

/** Reads a scalar by its type. */
function readScalar(view: DataView, at: number, type: ScalarType, be: boolean): number | bigint {
  const little = be ? false : le
  switch (type) {
    case 'u8':
      return view.getUint8(at)
    case 's8':
      return view.getInt8(at)
    case 'u16':
      return view.getUint16(at, little)
    case 's16':
      return view.getInt16(at, little)
    case 'u32':
      return view.getUint32(at, little)
    case 's32':
      return view.getInt32(at, little)
    case 's64':
    case 'sint':
      return view.getBigInt64(at, little)
    default:
      return view.getBigUint64(at, little)
  }
}

/**
 * Reads a struct by its table: the members that lie wholly within `length`, and `$tail` when the kernel's is longer. The
 * generated readers fall back on it for lengths other than the table's.
 */
export function readStruct<T>(table: StructTable, bytes: Uint8Array, view: DataView, at: number, length: number): T {
  const out: Record<string, unknown> = {}
  for (const member of table.members) {
    if (member.offset + memberSize(member) <= length)
      out[member.name] = readMember(member, bytes, view, at + member.offset)
  }
  if (table.rest !== undefined) out[table.rest.name] = bytes.slice(at + table.size, at + length)
  else if (length > table.size) out['$tail'] = bytes.slice(at + table.size, at + length)
  return out as T
}

/**
 * Gives the length of a fixed header whose struct lies between `at` and `end`, with the bytes that a member of it counts: as many as
 * are there, should it claim more.
 */
export function headerSize(table: StructTable, view: DataView, at: number, end: number): number {
  const { rest } = table
  if (rest === undefined) return table.size
  const counter = table.members.find(member => member.name === rest.length)
  const counted = counter === undefined ? 0 : view.getUint16(at + counter.offset, le)
  return Math.min(table.size + counted, end - at)
}

/** Gives the bytes that a member takes. */
export function memberSize(member: Member): number {
  const one =
    member.type === 'struct' ? (member.struct?.size ?? 0) : isScalar(member.type) ? scalarSizes[member.type] : 1
  return one * (member.length ?? 1)
}

function readMember(member: Member, bytes: Uint8Array, view: DataView, at: number): unknown {
  const length = member.length ?? 0
  switch (member.type) {
    case 'bytes':
      return bytes.slice(at, at + length)
    case 'mac':
      return macText(bytes, at, length)
    case 'ip':
      return ipText(bytes, at, length)
    case 'string':
      return readText(bytes, at, length)
    case 'codec':
      return member.codec?.read(bytes, view, at)
    default:
      return member.length === undefined
        ? readElement(member, bytes, view, at)
        : Array.from({ length }, (_, index) =>
            readElement(member, bytes, view, at + (index * memberSize(member)) / length),
          )
  }
}

function readElement(member: Member, bytes: Uint8Array, view: DataView, at: number): unknown {
  if (member.type === 'struct') {
    return member.struct === undefined ? {} : readStruct(member.struct, bytes, view, at, member.struct.size)
  }
  const value = readScalar(view, at, member.type as ScalarType, member.be === true)
  return member.enum === undefined || member.enum.flags || typeof value === 'bigint' ? value : member.enum.name(value)
}
