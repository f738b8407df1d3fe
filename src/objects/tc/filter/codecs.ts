import { u64Array } from '../../../codec/arrays.js'
import { countedStruct } from '../../../codec/counted.js'
import { EnumTable } from '../../../codec/enum-table.js'
import { readStruct } from '../../../codec/struct.js'
import type { Codec, Encoding } from '../../../codec/table.js'
import { StructTable } from '../../../codec/table.js'
import { littleEndian } from '../../../wire/endian.js'

const le = littleEndian

/** One comparison of 32 bits of the packet: struct tc_u32_key (include/uapi/linux/pkt_cls.h). */
export interface TcU32Key {
  /** Bits that are compared; 32 bits of the packet in its own order, as `val`. */
  mask: number
  val: number
  /** Offset in the packet from the network header on, a multiple of 4. */
  off: number
  /** −1 when the offset counts from the next header on (`at nexthdr+`), else 0. */
  offmask: number
}

/** One comparison as written. */
export interface TcU32KeySpec {
  readonly mask: number
  readonly val: number
  readonly off?: number | undefined
  readonly offmask?: number | undefined
}

/** TC_U32_ bits. */
export type TcU32SelFlag = 'terminal' | 'offset' | 'varoffset' | 'eat'

/** What a u32 filter compares, and where the next one begins: struct tc_u32_sel. */
export interface TcU32Sel {
  /** TC_U32_ bits. */
  flags: number
  offshift: number
  offmask: number
  off: number
  offoff: number
  hoff: number
  hmask: number
  keys: TcU32Key[]
}

/** What a u32 filter compares, as written. */
export interface TcU32SelSpec {
  readonly flags?: number | readonly TcU32SelFlag[] | undefined
  readonly offshift?: number | undefined
  readonly offmask?: number | undefined
  readonly off?: number | undefined
  readonly offoff?: number | undefined
  readonly hoff?: number | undefined
  readonly hmask?: number | undefined
  readonly keys: readonly TcU32KeySpec[]
}

const selTable = /* @__PURE__ */ new StructTable({
  name: 'tc_u32_sel',
  size: 16,
  min: 16,
  members: [
    {
      name: 'flags',
      offset: 0,
      type: 'u8',
      enum: new EnumTable<TcU32SelFlag>({ terminal: 1, offset: 2, varoffset: 4, eat: 8 }, true),
    },
    { name: 'offshift', offset: 1, type: 'u8' },
    { name: 'offmask', offset: 4, type: 'u16', be: true },
    { name: 'off', offset: 6, type: 'u16' },
    { name: 'offoff', offset: 8, type: 's16' },
    { name: 'hoff', offset: 10, type: 's16' },
    { name: 'hmask', offset: 12, type: 'u32', be: true },
  ],
})

const keyTable = /* @__PURE__ */ new StructTable({
  name: 'tc_u32_key',
  size: 16,
  min: 16,
  members: [
    { name: 'mask', offset: 0, type: 'u32', be: true },
    { name: 'val', offset: 4, type: 'u32', be: true },
    { name: 'off', offset: 8, type: 's32' },
    { name: 'offmask', offset: 12, type: 's32' },
  ],
})

/** Reads a struct tc_u32_key, which the u32 ematch consists of too. */
export function readU32Key(bytes: Uint8Array, view: DataView, at: number): TcU32Key {
  return readStruct<TcU32Key>(keyTable, bytes, view, at, keyTable.size)
}

/** Appends a struct tc_u32_key; other keys of `value` belong to somebody else. */
export function writeU32Key(encoder: Encoding, value: unknown, others: 'all' | readonly string[] = []): void {
  encoder.struct(keyTable, value, others)
}

/** TCA_U32_SEL: struct tc_u32_sel and as many keys as it says. */
export const u32Sel = countedStruct({ head: selTable, countAt: 2, element: keyTable, name: 'keys', most: 255 })

/** How often a u32 filter was looked at and matched, and each of its keys: struct tc_u32_pcnt. */
export interface TcU32Pcnt {
  rcnt: bigint
  rhit: bigint
  kcnts: bigint[]
}

/** TCA_U32_PCNT: two counters, then one for each key; only the kernel writes it. */
export const u32Pcnt: Codec = {
  decode(_bytes, view, start, length) {
    if (length < 16 || length % 8 !== 0) return undefined
    return {
      rcnt: view.getBigUint64(start, le),
      rhit: view.getBigUint64(start + 8, le),
      kcnts: u64Array(view, start + 16, length - 16),
    }
  },
  encode(encoder, _attr, value) {
    const { rcnt, rhit, kcnts } = encoder.dictOf(value)
    if (!Array.isArray(kcnts)) throw encoder.fail('must have an array of counters')
    for (const count of [rcnt, rhit, ...kcnts]) encoder.value('u64', {}, count)
  },
}
