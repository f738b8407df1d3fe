import type { Dict, Encoding } from '../../../../codec/table.js'
import { littleEndian } from '../../../../wire/endian.js'
import { align4 } from '../../../../wire/nlmsghdr.js'

const le = littleEndian

/** How the content of a match is read and written. */
export interface Content {
  readonly decode: (bytes: Uint8Array, view: DataView, at: number, length: number) => object | undefined
  readonly encode: (encoder: Encoding, value: Dict) => void
}

/**
 * Finds the attributes in the content of a match; `undefined` where they are not whole, carry flag bits, or come twice. Objects
 * that are made in this order are written in it again.
 */
export function contentOf(
  view: DataView,
  start: number,
  length: number,
): { id: number; at: number; length: number }[] | undefined {
  if (length % 4 !== 0) return undefined
  const out: { id: number; at: number; length: number }[] = []
  const end = start + length
  for (let at = start; at < end; ) {
    if (end - at < 4) return undefined
    const size = view.getUint16(at, le)
    const id = view.getUint16(at + 2, le)
    if (size < 4 || size > end - at || id > 0x3fff || out.some(one => one.id === id)) return undefined
    out.push({ id, at: at + 4, length: size - 4 })
    at += align4(size)
  }
  return out
}

/** How values are compared (TCF_EM_OPND_). */
export type TcOperand = 'eq' | 'gt' | 'lt'
