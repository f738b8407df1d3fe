import { countedStruct } from '../../../../codec/counted.js'
import { EnumTable } from '../../../../codec/enum-table.js'
import type { Codec } from '../../../../codec/table.js'
import { type Member, type ScalarType, StructTable } from '../../../../codec/table.js'
import { littleEndian } from '../../../../wire/endian.js'

const le = littleEndian

/** What happens to a packet after an action (TC_ACT_, include/uapi/linux/pkt_cls.h). */
export type ActionControl =
  | 'unspec'
  | 'ok'
  | 'reclassify'
  | 'shot'
  | 'pipe'
  | 'stolen'
  | 'queued'
  | 'repeat'
  | 'redirect'
  | 'trap'

const controls = new EnumTable<ActionControl>({
  unspec: -1,
  ok: 0,
  reclassify: 1,
  shot: 2,
  pipe: 3,
  stolen: 4,
  queued: 5,
  repeat: 6,
  redirect: 7,
  trap: 8,
})

/** One edit of TCA_PEDIT_PARMS: a word of the packet becomes `(word & mask) ^ val`, or `word + val` where the command is add. */
export interface PeditKey {
  /** Bytes of the packet that stay, the first one highest. */
  mask: number
  /** Bytes of the packet, the first one highest. */
  val: number
  /** Byte offset, a multiple of 4, from the header; below it as 2^32 − n. */
  off: number
  /** Where the byte lies that is added to the offset: `(byte & offmask) >> shift`. */
  at: number
  offmask: number
  shift: number
}

/** TCA_PEDIT_PARMS: what all actions have, and the edits. */
export interface PeditSel {
  index: number
  capab: number
  action: ActionControl | number
  refcnt: number
  bindcnt: number
  flags: number
  keys: PeditKey[]
}

/** TCA_PEDIT_PARMS as written; what is not given is 0. */
export interface PeditSelSpec {
  index?: number | undefined
  capab?: number | undefined
  action?: ActionControl | number | undefined
  refcnt?: number | undefined
  bindcnt?: number | undefined
  flags?: number | undefined
  keys?: readonly Partial<PeditKey>[] | undefined
}

/** Members one behind the other. */
function row(type: ScalarType, names: readonly string[], start = 0): Member[] {
  return names.map((name, index) => ({ name, type, offset: start + 4 * index }))
}

const peditSelTable = /* @__PURE__ */ new StructTable({
  name: 'tc_pedit_sel',
  size: 24,
  min: 24,
  members: [
    ...row('u32', ['index', 'capab']),
    { name: 'action', type: 's32', offset: 8, enum: controls },
    ...row('s32', ['refcnt', 'bindcnt'], 12),
    { name: 'flags', type: 'u8', offset: 21 },
  ],
})

const peditKeyTable = /* @__PURE__ */ new StructTable({
  name: 'tc_pedit_key',
  size: 24,
  min: 24,
  members: [
    { name: 'mask', type: 'u32', offset: 0, be: true },
    { name: 'val', type: 'u32', offset: 4, be: true },
    ...row('u32', ['off', 'at', 'offmask', 'shift'], 8),
  ],
})

/** struct tc_pedit_sel: u8 nkeys at 20, two bytes of padding at 22, then the keys (include/uapi/linux/tc_act/tc_pedit.h). */
export const peditSel = countedStruct({
  head: peditSelTable,
  countAt: 20,
  element: peditKeyTable,
  name: 'keys',
  most: 255,
})

/** One instruction of a classic BPF program. */
export interface SockFilter {
  code: number
  jt: number
  jf: number
  k: number
}

/** struct sock_filter[]: u16 code, u8 jt, u8 jf, u32 k (include/uapi/linux/filter.h). */
export const sockFilter: Codec = {
  decode(_bytes, view, start, length) {
    if (length % 8 !== 0) return undefined
    return Array.from({ length: length / 8 }, (_, index): SockFilter => {
      const at = start + 8 * index
      return {
        code: view.getUint16(at, le),
        jt: view.getUint8(at + 2),
        jf: view.getUint8(at + 3),
        k: view.getUint32(at + 4, le),
      }
    })
  },
  encode(encoder, _attr, value) {
    if (!Array.isArray(value)) throw encoder.fail('must be an array of instructions')
    for (const [index, item] of value.entries()) {
      encoder.at({ index }, () => {
        const { code, jt = 0, jf = 0, k = 0 } = encoder.dictOf(item)
        encoder.value('u16', {}, code)
        encoder.value('u8', {}, jt)
        encoder.value('u8', {}, jf)
        encoder.value('u32', {}, k)
      })
    }
  },
}

/** A scalar that may be left out: no bytes are `true` (IFE metadata that the packet brings, net/sched/act_ife.c). */
function orFlag(type: 'u16' | 'u32', size: number): Codec {
  return {
    decode(_bytes, view, start, length) {
      if (length === 0) return true
      if (length !== size) return undefined
      return size === 2 ? view.getUint16(start, le) : view.getUint32(start, le)
    },
    encode(encoder, _attr, value) {
      if (typeof value === 'boolean') return
      encoder.value(type, {}, value)
    },
    absent: value => value === false,
  }
}

export const u16OrFlag = orFlag('u16', 2)
export const u32OrFlag = orFlag('u32', 4)
