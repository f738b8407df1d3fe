import { Encoder } from '../codec/encode.js'
import { attrPathOf, fieldPathOf, noMarks, stepsTo } from '../codec/path.js'
import { headerSize } from '../codec/struct.js'
import { type MessageTable, StructTable } from '../codec/table.js'
import { type Remark, Trace, type Unknowns } from '../codec/trace.js'
import { littleEndian } from '../wire/endian.js'
import { align4, messages, NLMSG_HDRLEN, plainBytes, viewOf } from '../wire/nlmsghdr.js'
import type { Protocol } from './protocol.js'
import type { FieldLocation } from './request.js'

const le = littleEndian

/**
 * A message without loss: what kernels send goes out again byte for byte. Of other bytes those are zero again that nobody
 * reads: padding, and what lies behind a number or the NUL of text within its attribute. Of an attribute that comes twice where one is
 * meant the last counts (`attributes` shows both). `header` and `attrs` are typed by message family in `LinkMessage` and its like; a
 * type that no table knows, and a payload shorter than its fixed header, has only `data`.
 */
export interface Message {
  readonly type: number
  readonly flags: number
  readonly seq: number
  readonly pid: number
  /** The fixed header by its members: `{ family: 'unspec', type: 'ether', index: 2, … }`. */
  readonly header?: object | undefined
  /** Attributes under the kernel's names, camelCase: `{ name: 'eth0', linkinfo: { kind: 'veth' } }`. */
  readonly attrs?: (object & Unknowns) | undefined
  /** The whole payload, where it is not decoded. */
  readonly data?: Uint8Array | undefined
}

/** Is `decodeMessage` of messages.ts. */
export function decodeMessage(protocol: Protocol, bytes: Uint8Array, remarks?: Remark[]): Message {
  bytes = plainBytes(bytes)
  const [view] = messages(bytes)
  if (view === undefined) throw new Error('unreachable: messages() yields or throws')
  const { type, flags, seq, pid, payload } = view
  const head = { type, flags, seq, pid }
  const codec = protocol.codecOf(type, flags)
  if (codec === undefined || payload.length < codec.header.size) {
    remarks?.push({ code: codec === undefined ? 'unknown-message' : 'short-header', offset: NLMSG_HDRLEN, path: '' })
    return { ...head, data: payload.slice() }
  }
  const trace = new Trace()
  const over = viewOf(bytes)
  const size = headerSize(codec.header, over, NLMSG_HDRLEN, view.end)
  const attrsAt = NLMSG_HDRLEN + align4(size)
  const header = codec.readHeader(bytes, over, NLMSG_HDRLEN, size)
  const attrs = codec.decode(bytes, over, attrsAt, view.end, trace, bytes[NLMSG_HDRLEN] ?? 0)
  const marks = noMarks()
  for (const { code, offset } of trace.found) {
    remarks?.push({ code, offset, path: attrPathOf(stepsTo(codec, view.bytes, offset, marks)) })
  }
  return { ...head, header, attrs }
}

/** What of struct nlmsghdr a message says; its length stands at 0. */
const nlmsghdr = /* @__PURE__ */ new StructTable({
  name: 'nlmsghdr',
  size: NLMSG_HDRLEN,
  min: NLMSG_HDRLEN,
  members: [
    { name: 'type', offset: 4, type: 'u16' },
    { name: 'flags', offset: 6, type: 'u16' },
    { name: 'seq', offset: 8, type: 'u32' },
    { name: 'pid', offset: 12, type: 'u32' },
  ],
})

/** Is `encodeMessage` of messages.ts. */
export function encodeMessage(protocol: Protocol, message: Message): Uint8Array {
  // A getter of the message may encode another meanwhile, and what was begun and refused is not taken back.
  const encoder = scratch ?? new Encoder(false)
  scratch = undefined
  const { writer } = encoder
  const { type, flags, seq, pid, data } = message
  encoder.struct(nlmsghdr, { type, flags, seq, pid })
  const codec = data === undefined ? protocol.codecOf(type, flags) : undefined
  if (data !== undefined) encoder.at({ key: 'data' }, () => writer.append(encoder.bytes(data)))
  else if (codec !== undefined) {
    const at = writer.end
    encoder.struct(codec.header, message.header ?? {})
    encoder.family = writer.bytes[at] ?? 0
    const end = writer.end
    writer.align()
    const start = writer.end
    encoder.set(codec.set, message.attrs ?? {})
    // Behind bytes that the header counts, padding would be one of them.
    if (writer.end === start && codec.header.rest !== undefined) writer.truncate(end)
  }
  writer.view.setUint32(writer.start, writer.end - writer.start, le)
  scratch = encoder
  return writer.finish()
}

let scratch: Encoder | undefined

/** Spells where the byte at `offset` of a message lies. */
export function locationAt(table: MessageTable, message: Uint8Array, offset: number): FieldLocation {
  const steps = stepsTo(table, message, offset)
  return { attrPath: attrPathOf(steps) || undefined, fieldPath: fieldPathOf(steps) || undefined }
}

/** Spells the attribute type that a message, or the nest at an offset of it, misses; nothing where no nest can be. */
export function missingLocation(
  table: MessageTable,
  message: Uint8Array,
  type: number,
  nest: number | undefined,
): FieldLocation {
  const steps = nest === undefined ? [] : stepsTo(table, message, nest)
  const last = steps.at(-1)
  const set = nest === undefined ? table.set : last?.set
  // Of a nest that no table knows there are numbers.
  if (set === undefined && !/^\d+$/.test(last?.key ?? '')) return { attrPath: undefined, fieldPath: undefined }
  const attr = set?.byId(type)
  const whole = [...steps, attr === undefined ? { key: String(type) } : { attr }]
  return { attrPath: attrPathOf(whole), fieldPath: fieldPathOf(whole) }
}
