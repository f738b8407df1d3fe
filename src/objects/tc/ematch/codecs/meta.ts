import { EnumTable } from '../../../../codec/enum-table.js'
import type { Dict, Encoding } from '../../../../codec/table.js'
import { readText } from '../../../../codec/text/text.js'
import { littleEndian } from '../../../../wire/endian.js'
import type { TcOperand } from './attributes.js'
import { type Content, contentOf } from './attributes.js'

const le = littleEndian

/** What a packet or the system is asked for (TCF_META_ID_, include/uapi/linux/tc_ematch/tc_em_meta.h), in the order of the numbers. */
const ids = [
  ...['value', 'random', 'loadavg-0', 'loadavg-1', 'loadavg-2', 'dev', 'priority', 'protocol', 'pkttype', 'pktlen'],
  ...[
    'datalen',
    'maclen',
    'nfmark',
    'tcindex',
    'rtclassid',
    'rtiif',
    'sk-family',
    'sk-state',
    'sk-reuse',
    'sk-bound-if',
  ],
  ...[
    'sk-refcnt',
    'sk-shutdown',
    'sk-proto',
    'sk-type',
    'sk-rcvbuf',
    'sk-rmem-alloc',
    'sk-wmem-alloc',
    'sk-omem-alloc',
  ],
  ...['sk-wmem-queued', 'sk-rcv-qlen', 'sk-snd-qlen', 'sk-err-qlen', 'sk-forward-allocs', 'sk-sndbuf', 'sk-allocs'],
  ...['sk-route-caps', 'sk-hash', 'sk-lingertime', 'sk-ack-backlog', 'sk-max-ack-backlog', 'sk-prio', 'sk-rcvlowat'],
  ...['sk-rcvtimeo', 'sk-sndtimeo', 'sk-sendmsg-off', 'sk-write-pending', 'vlan-tag', 'rxhash'],
] as const

/** What a packet or the system is asked for, in words. */
export type TcMetaId = (typeof ids)[number]

const idTable = new EnumTable<TcMetaId>(
  Object.fromEntries(ids.map((name, value) => [name, value])) as Record<TcMetaId, number>,
)
const typeTable = new EnumTable({ var: 0, int: 1 })
const opTable = new EnumTable<TcOperand>({ eq: 0, gt: 1, lt: 2 })

/** One side of a comparison: struct tcf_meta_val, its `kind` taken apart. */
export interface TcMetaValue {
  id: TcMetaId | number
  /** A number, or text (the name of a link). */
  type: 'int' | 'var' | number
  /** The value is shifted to the right by so many bits. */
  shift: number
  /** Only the left one counts. */
  op: TcOperand | number
}

/** Compares what the kernel knows of a packet. */
export interface EmatchMeta {
  kind: 'meta'
  left: TcMetaValue
  right: TcMetaValue
  /** The mask of a number on the left, or the value itself where `left.id` is `value`. */
  lvalue?: number | bigint | string
  /** The mask of a number on the right, or the value itself where `right.id` is `value`. */
  rvalue?: number | bigint | string
}

interface MetaValueSpec {
  readonly id: TcMetaId | number
  readonly type: 'int' | 'var' | number
  readonly shift?: number | undefined
  readonly op?: TcOperand | number | undefined
}

/** A comparison as written. */
export interface EmatchMetaSpec {
  readonly kind: 'meta'
  readonly left: MetaValueSpec
  readonly right: MetaValueSpec
  readonly lvalue?: number | bigint | string | undefined
  readonly rvalue?: number | bigint | string | undefined
}

const HDR = 1
const values = { 2: 'lvalue', 3: 'rvalue' } as const

function readSide(view: DataView, at: number): TcMetaValue | undefined {
  const kind = view.getUint16(at, le)
  // Bit 11 is of no meaning.
  if ((kind & 0x800) !== 0) return undefined
  return {
    id: idTable.name(kind & 0x7ff),
    type: typeTable.name(kind >> 12) as TcMetaValue['type'],
    shift: view.getUint8(at + 2),
    op: opTable.name(view.getUint8(at + 3)),
  }
}

/** Numbers have 4 or 8 bytes (`unsigned long`); text has no NUL. */
function readValue(type: TcMetaValue['type'], bytes: Uint8Array, view: DataView, at: number, size: number) {
  if (type === 'int') {
    if (size === 4) return view.getUint32(at, le)
    return size === 8 ? view.getBigUint64(at, le) : undefined
  }
  const whole = type === 'var' && !bytes.subarray(at, at + size).includes(0)
  return whole ? readText(bytes, at, size) : undefined
}

function writeSide(encoder: Encoding, value: unknown): void {
  const side = encoder.dictOf(value)
  const at = encoder.writer.reserve(4)
  const part = (key: string, table: EnumTable | undefined, limit: number): number =>
    encoder.at({ key }, () => {
      encoder.scalar('u16', table === undefined ? {} : { enum: table }, side[key] ?? 0, at)
      const number = encoder.writer.view.getUint16(at, le)
      if (number > limit) throw encoder.fail(`${number} is greater than ${limit}`)
      return number
    })
  const kind = part('id', idTable, 0x7ff) | (part('type', typeTable, 15) << 12)
  const [shift, op] = [part('shift', undefined, 255), part('op', opTable, 255)]
  encoder.writer.view.setUint16(at, kind, le)
  encoder.writer.view.setUint8(at + 2, shift)
  encoder.writer.view.setUint8(at + 3, op)
}

/** TCA_EM_META_HDR, then the values that the two sides need. */
export const meta: Content = {
  decode(bytes, view, at, length) {
    const attributes = contentOf(view, at, length)
    const [head, ...rest] = attributes ?? []
    if (head === undefined || head.id !== HDR || head.length !== 8) return undefined
    const left = readSide(view, head.at)
    const right = readSide(view, head.at + 4)
    if (left === undefined || right === undefined) return undefined
    const out: Record<string, unknown> = { left, right }
    for (const { id, at: slot, length: size } of rest) {
      const name = id === 2 || id === 3 ? values[id] : undefined
      const value = readValue(name === 'lvalue' ? left.type : right.type, bytes, view, slot, size)
      if (name === undefined || value === undefined) return undefined
      out[name] = value
    }
    return out
  },
  encode(encoder, value) {
    const head = encoder.writer.beginAttribute(HDR)
    for (const key of ['left', 'right']) encoder.at({ key }, () => writeSide(encoder, value[key]))
    encoder.writer.endAttribute(head)
    for (const key of Object.keys(value))
      if (key !== 'left' && key !== 'right') encoder.at({ key }, () => writeValue(encoder, value, key))
  },
}

function writeValue(encoder: Encoding, value: Dict, key: string): void {
  if (key !== 'lvalue' && key !== 'rvalue') throw encoder.fail('this kind of match has no such field')
  const item = value[key]
  const at = encoder.writer.beginAttribute(key === 'lvalue' ? 2 : 3)
  if (typeof item === 'string') encoder.writer.append(encoder.text(item))
  else encoder.value(typeof item === 'bigint' ? 'u64' : 'u32', {}, item)
  encoder.end(at)
}
