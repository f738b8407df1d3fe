import { u32Array } from '../../codec/arrays.js'
import { Shared } from '../../codec/shared-value.js'
import type { Codec } from '../../codec/table.js'
import { littleEndian } from '../../wire/endian.js'
import { NLA_F_NESTED } from '../../wire/nlattr.js'

const le = littleEndian

/** struct nlattr and a u32. */
const SIZE = 8
const MAX = 256

/** The array form; the nest is another value of the same bytes. */
const same = new Shared<readonly number[]>()

/** Reads a nest of u32 by ascending types into an array with gaps; `undefined` for what the encoder would write otherwise. */
function gaps(view: DataView, start: number, end: number): number[] | undefined {
  const values: number[] = []
  for (let at = start; at < end; at += SIZE) {
    if (end - at < SIZE || view.getUint16(at, le) !== SIZE) return undefined
    const id = view.getUint16(at + 2, le)
    if (id <= values.length || id > MAX) return undefined
    values[id - 1] = view.getUint32(at + 4, le)
  }
  return values
}

/** IFLA_INET_CONF: the kernel sends an array of all values, and takes a nest of those that are to change (net/ipv4/devinet.c). */
export const inetConf: Codec = {
  decode(_bytes, view, start, length, trace) {
    if ((view.getUint16(start - 2, le) & NLA_F_NESTED) !== 0) return gaps(view, start, start + length)
    if (length % 4 !== 0) return undefined
    return same.get(view, start, length, trace) ?? same.put(u32Array(view, start, length))
  },
  encode(encoder, attr, value) {
    const { writer } = encoder
    const type = writer.end - 2
    const nested = encoder.request || (writer.view.getUint16(type, le) & NLA_F_NESTED) !== 0
    if (encoder.request) writer.view.setUint16(type, attr.id | NLA_F_NESTED, le)
    if (!Array.isArray(value)) {
      if (!nested || attr.set === undefined) throw encoder.fail('must be an array')
      return encoder.set(attr.set, value)
    }
    if (nested && value.length > MAX) throw encoder.fail(`must be an array of at most ${MAX}`)
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index]
      if (nested && item === undefined) continue
      encoder.at({ index }, () => {
        if (!nested) return encoder.value('u32', {}, item)
        const at = writer.beginAttribute(index + 1)
        encoder.value('u32', {}, item)
        writer.endAttribute(at)
      })
    }
  },
}
