import { arrayOf } from '../../../../codec/arrays.js'
import { EnumTable } from '../../../../codec/enum-table.js'
import { readStruct } from '../../../../codec/struct.js'
import type { Dict, Encoding } from '../../../../codec/table.js'
import { StructTable } from '../../../../codec/table.js'
import { littleEndian } from '../../../../wire/endian.js'
import { readU32Key, type TcU32Key, type TcU32KeySpec, writeU32Key } from '../../filter/codecs.js'
import type { TcOperand } from './attributes.js'
import { type EmatchIpt, type EmatchIptSpec, ipt } from './ipt.js'
import { type EmatchMeta, type EmatchMetaSpec, meta } from './meta.js'

const le = littleEndian

/** Where an offset counts from (TCF_LAYER_). */
export type TcLayer = 'link' | 'network' | 'transport'
type Align = 'u8' | 'u16' | 'u32'

/** Compares a number of the packet: struct tcf_em_cmp. */
export interface EmatchCmp {
  kind: 'cmp'
  val: number
  /** Bits that count; 0 stands for all. */
  mask: number
  off: number
  align: Align | number
  /** 1 (TCF_EM_CMP_TRANS): the packet's number is turned into host order. */
  flags: number
  layer: TcLayer | number
  opnd: TcOperand | number
}

/** Compares bytes of the packet: struct tcf_em_nbyte. */
export interface EmatchNbyte {
  kind: 'nbyte'
  off: number
  layer: TcLayer | number
  /** At most 4,095 bytes. */
  pattern: Uint8Array
}

/** Compares 32 bits as a u32 filter does: struct tc_u32_key. */
export interface EmatchU32 extends TcU32Key {
  kind: 'u32'
}

/** Searches a text: struct tcf_em_text. */
export interface EmatchText {
  kind: 'text'
  /** `kmp`, `bm`, `fsm`. */
  algo: string
  fromOffset: number
  toOffset: number
  fromLayer: TcLayer | number
  toLayer: TcLayer | number
  pattern: Uint8Array
}

/** Compares CAN identifiers: any of several struct can_filter. */
export interface EmatchCanid {
  kind: 'canid'
  rules: { canId: number; canMask: number }[]
}

/** Looks addresses up in a set: struct xt_set_info. */
export interface EmatchIpset {
  kind: 'ipset'
  /** The set's index. */
  index: number
  dim: number
  flags: number
}

/** A match that this library does not understand. */
export interface EmatchOther {
  kind: 'other'
  /** TCF_EM_ number. */
  id: number
  data: Uint8Array
}

/** What a match compares. */
export type EmatchBody =
  | EmatchCmp
  | EmatchNbyte
  | EmatchU32
  | EmatchMeta
  | EmatchText
  | EmatchCanid
  | EmatchIpset
  | EmatchIpt
  | EmatchOther

/** What a match compares, as written. */
export type EmatchBodySpec =
  | {
      readonly kind: 'cmp'
      readonly val: number
      readonly mask?: number | undefined
      readonly off: number
      readonly align: Align | number
      readonly flags?: number | undefined
      /** `network` unless given, as `tc` has it. */
      readonly layer?: TcLayer | number | undefined
      readonly opnd: TcOperand | number
    }
  | {
      readonly kind: 'nbyte'
      readonly off: number
      readonly layer?: TcLayer | number | undefined
      readonly pattern: Uint8Array
    }
  | ({ readonly kind: 'u32' } & TcU32KeySpec)
  | EmatchMetaSpec
  | {
      readonly kind: 'text'
      readonly algo: string
      readonly fromOffset?: number | undefined
      readonly toOffset?: number | undefined
      readonly fromLayer?: TcLayer | number | undefined
      readonly toLayer?: TcLayer | number | undefined
      readonly pattern: Uint8Array
    }
  | { readonly kind: 'canid'; readonly rules: readonly { readonly canId: number; readonly canMask: number }[] }
  | {
      readonly kind: 'ipset'
      readonly index: number
      readonly dim?: number | undefined
      readonly flags?: number | undefined
    }
  | EmatchIptSpec
  | { readonly kind: 'other'; readonly id: number; readonly data: Uint8Array }

export type EmatchKind = Exclude<EmatchBody['kind'], 'other'>

/** How the content of one kind of match is read and written. */
export interface EmatchCodec {
  /** TCF_EM_ number. */
  readonly id: number
  readonly decode: (bytes: Uint8Array, view: DataView, at: number, length: number) => object | undefined
  readonly encode: (encoder: Encoding, value: Dict) => void
}

/** Tells whether content of `size` bytes fills `length`: tc counts up to 3 bytes of padding. */
function fills(size: number, length: number): boolean {
  return length >= size && length - size < 4
}

const layers = new EnumTable<TcLayer>({ link: 0, network: 1, transport: 2 })
const operands = new EnumTable<TcOperand>({ eq: 0, gt: 1, lt: 2 })
const aligns = new EnumTable<Align>({ u8: 1, u16: 2, u32: 4 })

/** Two bit-fields of 4 bits in one byte: C fills it from the end that comes first in memory order. */
function nibbles(byte: number): [first: number, second: number] {
  return le ? [byte & 15, byte >> 4] : [byte >> 4, byte & 15]
}

/** Gives the 4 bits of a field; an offset counts from the network header on unless another layer is given. */
function nibble(encoder: Encoding, value: Dict, key: string, table?: EnumTable): number {
  return encoder.at({ key }, () => {
    const at = encoder.writer.reserve(1)
    encoder.scalar(
      'u8',
      table === undefined ? {} : { enum: table },
      value[key] ?? (table === layers ? 'network' : 0),
      at,
    )
    const number = encoder.writer.view.getUint8(at)
    encoder.writer.truncate(at)
    if (number > 15) throw encoder.fail(`${number} has more than 4 bits`)
    return number
  })
}

function writeNibbles(encoder: Encoding, first: number, second: number): void {
  encoder.value('u8', {}, le ? first | (second << 4) : (first << 4) | second)
}

/** Refuses fields that a kind does not have. */
function only(encoder: Encoding, value: Dict, keys: readonly string[]): void {
  for (const key of Object.keys(value))
    if (!keys.includes(key))
      encoder.at({ key }, () => {
        throw encoder.fail('this kind of match has no such field')
      })
}

const cmpTable = /* @__PURE__ */ new StructTable({
  name: 'tcf_em_cmp',
  size: 10,
  min: 10,
  members: [
    { name: 'val', offset: 0, type: 'u32' },
    { name: 'mask', offset: 4, type: 'u32' },
    { name: 'off', offset: 8, type: 'u16' },
  ],
})

const cmp: EmatchCodec = {
  id: 1,
  decode(bytes, view, at, length) {
    if (!fills(12, length)) return undefined
    const [align, flags] = nibbles(view.getUint8(at + 10))
    const [layer, opnd] = nibbles(view.getUint8(at + 11))
    return {
      ...readStruct<object>(cmpTable, bytes, view, at, cmpTable.size),
      align: aligns.name(align),
      flags,
      layer: layers.name(layer),
      opnd: operands.name(opnd),
    }
  },
  encode(encoder, value) {
    encoder.struct(cmpTable, value, ['align', 'flags', 'layer', 'opnd'])
    writeNibbles(encoder, nibble(encoder, value, 'align', aligns), nibble(encoder, value, 'flags'))
    writeNibbles(encoder, nibble(encoder, value, 'layer', layers), nibble(encoder, value, 'opnd', operands))
  },
}

const nbyte: EmatchCodec = {
  id: 2,
  decode(bytes, view, at, length) {
    if (length < 4) return undefined
    // u16 with bit-fields len:12 and layer:4.
    const packed = view.getUint16(at + 2, le)
    const [size, layer] = le ? [packed & 0xfff, packed >> 12] : [packed >> 4, packed & 15]
    if (!fills(4 + size, length)) return undefined
    return { off: view.getUint16(at, le), layer: layers.name(layer), pattern: bytes.slice(at + 4, at + 4 + size) }
  },
  encode(encoder, value) {
    only(encoder, value, ['off', 'layer', 'pattern'])
    const pattern = patternOf(encoder, value, 0xfff)
    const layer = nibble(encoder, value, 'layer', layers)
    encoder.at({ key: 'off' }, () => encoder.value('u16', {}, value['off']))
    encoder.value('u16', {}, le ? pattern.length | (layer << 12) : (pattern.length << 4) | layer)
    encoder.writer.append(pattern)
  },
}

function patternOf(encoder: Encoding, value: Dict, limit: number): Uint8Array {
  return encoder.at({ key: 'pattern' }, () => {
    const pattern = encoder.bytes(value['pattern'])
    if (pattern.length > limit) throw encoder.fail(`longer than ${limit} bytes`)
    return pattern
  })
}

const u32: EmatchCodec = {
  id: 3,
  decode: (bytes, view, at, length) => (fills(16, length) ? readU32Key(bytes, view, at) : undefined),
  encode: (encoder, value) => writeU32Key(encoder, value),
}

const textTable = /* @__PURE__ */ new StructTable({
  name: 'tcf_em_text',
  size: 20,
  min: 20,
  members: [
    { name: 'algo', offset: 0, type: 'string', length: 16 },
    { name: 'fromOffset', offset: 16, type: 'u16' },
    { name: 'toOffset', offset: 18, type: 'u16' },
  ],
})

const text: EmatchCodec = {
  id: 5,
  decode(bytes, view, at, length) {
    if (length < 24 || view.getUint8(at + 23) !== 0) return undefined
    const size = view.getUint16(at + 20, le)
    const [from, to] = nibbles(view.getUint8(at + 22))
    if (!fills(24 + size, length)) return undefined
    return {
      ...readStruct<object>(textTable, bytes, view, at, textTable.size),
      fromLayer: layers.name(from),
      toLayer: layers.name(to),
      pattern: bytes.slice(at + 24, at + 24 + size),
    }
  },
  encode(encoder, value) {
    encoder.struct(textTable, value, ['fromLayer', 'toLayer', 'pattern'])
    const pattern = patternOf(encoder, value, 0xffff)
    encoder.value('u16', {}, pattern.length)
    writeNibbles(encoder, nibble(encoder, value, 'fromLayer', layers), nibble(encoder, value, 'toLayer', layers))
    encoder.value('u8', {}, 0)
    encoder.writer.append(pattern)
  },
}

const ruleTable = /* @__PURE__ */ new StructTable({
  name: 'can_filter',
  size: 8,
  min: 8,
  members: [
    { name: 'canId', offset: 0, type: 'u32' },
    { name: 'canMask', offset: 4, type: 'u32' },
  ],
})

const canid: EmatchCodec = {
  id: 7,
  decode(bytes, view, at, length) {
    if (length % ruleTable.size !== 0) return undefined
    return {
      rules: arrayOf(at, length, ruleTable.size, rule => readStruct(ruleTable, bytes, view, rule, ruleTable.size)),
    }
  },
  encode(encoder, value) {
    only(encoder, value, ['rules'])
    const { rules } = value
    encoder.at({ key: 'rules' }, () => {
      if (!Array.isArray(rules)) throw encoder.fail('must be an array')
      for (const [index, rule] of rules.entries()) encoder.at({ index }, () => encoder.struct(ruleTable, rule))
    })
  },
}

const setTable = /* @__PURE__ */ new StructTable({
  name: 'xt_set_info',
  size: 4,
  min: 4,
  members: [
    { name: 'index', offset: 0, type: 'u16' },
    { name: 'dim', offset: 2, type: 'u8' },
    { name: 'flags', offset: 3, type: 'u8' },
  ],
})

const ipset: EmatchCodec = {
  id: 8,
  decode: (bytes, view, at, length) =>
    fills(4, length) ? readStruct<object>(setTable, bytes, view, at, 4) : undefined,
  encode: (encoder, value) => encoder.struct(setTable, value),
}

/** The kinds that kernels have (TCF_EM_VLAN is a number without a match). */
export const ematchBodies: Readonly<Record<EmatchKind, EmatchCodec>> = {
  cmp,
  nbyte,
  u32,
  meta: { id: 4, ...meta },
  text,
  canid,
  ipset,
  ipt: { id: 9, ...ipt },
}

const names = new Map(Object.entries(ematchBodies).map(([name, { id }]) => [id, name as EmatchKind]))

/** Gives the kind of a TCF_EM_ number. */
export function nameOfKind(id: number): EmatchKind | undefined {
  return names.get(id)
}
