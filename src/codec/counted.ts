import { memberSize, readStruct } from './struct.js'
import type { Codec, Counted, StructTable } from './table.js'

/**
 * Makes the codec of a struct with a flexible array behind it. Bytes whose length is not what the count says, or that hold
 * something where the tables have no member, are not understood.
 */
export function countedStruct(counted: Counted): Codec {
  const { head, countAt, element, name, most } = counted
  const gaps = gapsOf(head, countAt)
  return {
    counted,
    decode(bytes, view, start, length) {
      if (length < head.size) return undefined
      const count = view.getUint8(start + countAt)
      if (length !== head.size + count * element.size || gaps.some(at => bytes[start + at] !== 0)) return undefined
      const first = start + head.size
      return {
        ...readStruct<object>(head, bytes, view, start, head.size),
        [name]: Array.from({ length: count }, (_, index) =>
          readStruct<object>(element, bytes, view, first + index * element.size, element.size),
        ),
      }
    },
    encode(encoder, _attr, value) {
      const items = encoder.dictOf(value)[name] ?? []
      if (!Array.isArray(items) || items.length > most)
        throw encoder.fail(`${name} must be an array of at most ${most}`)
      const at = encoder.writer.end
      encoder.struct(head, value, [name])
      encoder.scalar('u8', {}, items.length, at + countAt)
      encoder.at({ key: name }, () => {
        for (const [index, item] of items.entries()) encoder.at({ index }, () => encoder.struct(element, item))
      })
    },
  }
}

/** The bytes of a struct that no member has, but that of the count. */
function gapsOf(table: StructTable, countAt: number): number[] {
  const owned = new Set([countAt])
  for (const member of table.members) for (let at = 0; at < memberSize(member); at++) owned.add(member.offset + at)
  return Array.from({ length: table.size }, (_, at) => at).filter(at => !owned.has(at))
}
