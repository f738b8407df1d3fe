import type { Encoding } from '../../../../codec/table.js'
import { readText } from '../../../../codec/text/text.js'
import { littleEndian } from '../../../../wire/endian.js'
import { type Content, contentOf } from './attributes.js'

const le = littleEndian

/** Asks a match of iptables (include/uapi/linux/tc_ematch/tc_em_ipt.h). */
export interface EmatchIpt {
  kind: 'ipt'
  hook?: number
  matchName?: string
  matchRevision?: number
  nfproto?: number
  /** The match's own struct. */
  matchData?: Uint8Array
}

/** A match of iptables as written. */
export interface EmatchIptSpec {
  readonly kind: 'ipt'
  readonly hook?: number | undefined
  readonly matchName?: string | undefined
  readonly matchRevision?: number | undefined
  readonly nfproto?: number | undefined
  readonly matchData?: Uint8Array | undefined
}

/** One attribute: TCA_EM_IPT_. */
interface Field {
  readonly id: number
  readonly read: (bytes: Uint8Array, view: DataView, at: number, length: number) => unknown
  readonly write: (encoder: Encoding, value: unknown) => void
}

const byte = (id: number): Field => ({
  id,
  read: (_bytes, view, at, length) => (length === 1 ? view.getUint8(at) : undefined),
  write: (encoder, value) => encoder.value('u8', {}, value),
})

const fieldsByName: Readonly<Record<string, Field>> = {
  hook: {
    id: 1,
    read: (_bytes, view, at, length) => (length === 4 ? view.getUint32(at, le) : undefined),
    write: (encoder, value) => encoder.value('u32', {}, value),
  },
  matchName: {
    id: 2,
    // With one NUL, at its end.
    read: (bytes, _view, at, length) =>
      length > 0 && bytes.subarray(at, at + length).indexOf(0) === length - 1 ? readText(bytes, at, length) : undefined,
    write: (encoder, value) => {
      encoder.writer.append(encoder.text(value))
      encoder.value('u8', {}, 0)
    },
  },
  matchRevision: byte(3),
  nfproto: byte(4),
  matchData: {
    id: 5,
    read: (bytes, _view, at, length) => bytes.slice(at, at + length),
    write: (encoder, value) => encoder.writer.append(encoder.bytes(value)),
  },
}
const names = new Map(Object.entries(fieldsByName).map(([name, field]) => [field.id, name]))

/** Attributes in any order. */
export const ipt: Content = {
  decode(bytes, view, start, length) {
    const attributes = contentOf(view, start, length)
    if (attributes === undefined) return undefined
    const out: Record<string, unknown> = {}
    for (const { id, at, length: size } of attributes) {
      const name = names.get(id) ?? ''
      const value = fieldsByName[name]?.read(bytes, view, at, size)
      if (value === undefined) return undefined
      out[name] = value
    }
    return out
  },
  encode(encoder, value) {
    for (const [key, item] of Object.entries(value))
      encoder.at({ key }, () => {
        const field = Object.hasOwn(fieldsByName, key) ? fieldsByName[key] : undefined
        if (field === undefined) throw encoder.fail('this kind of match has no such field')
        const at = encoder.writer.beginAttribute(field.id)
        field.write(encoder, item)
        encoder.end(at)
      })
  },
}
