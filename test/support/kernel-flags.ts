// Requests as the kernel would send them: its traffic control marks no nest with NLA_F_NESTED, and tc overlooks nests that are.
import type { AttrSet } from '../../src/codec/table.js'
import { decodeMessage } from '../../src/codec.js'
import { messageCodec } from '../../src/objects/protocol.js'
import { littleEndian as le } from '../../src/wire/endian.js'
import { NLA_F_NESTED } from '../../src/wire/nlattr.js'
import { align4, NLMSG_HDRLEN, viewOf } from '../../src/wire/nlmsghdr.js'

type Dict = Readonly<Record<string, unknown>>

/** Copies a message with NLA_F_NESTED cleared wherever its tables know a nest. */
export function asKernelSends(message: Uint8Array): Uint8Array {
  const bytes = message.slice()
  const { type, attrs } = decodeMessage(bytes)
  const codec = messageCodec(type)
  clear(codec.set, bytes, NLMSG_HDRLEN + align4(codec.header.size), bytes.length, attrs as Dict)
  return bytes
}

function clear(set: AttrSet | undefined, bytes: Uint8Array, start: number, end: number, value: Dict | undefined): void {
  const view = viewOf(bytes)
  const seen = new Map<number, number>()
  for (let at = start; end - at >= 4; at += align4(view.getUint16(at, le))) {
    const id = view.getUint16(at + 2, le) & 0x3fff
    const stop = at + view.getUint16(at, le)
    const attr = set?.byId(id)
    const nth = seen.get(id) ?? 0
    seen.set(id, nth + 1)
    if (attr === undefined) continue
    view.setUint16(at + 2, view.getUint16(at + 2, le) & ~NLA_F_NESTED, le)
    const field = value?.[attr.name]
    const inner = (attr.multi === true && Array.isArray(field) ? field[nth] : field) as Dict | undefined
    if (attr.type === 'nest') clear(attr.set, bytes, at + 4, stop, inner)
    else if (attr.type === 'sub') clear(attr.sub?.byName(String(inner?.['kind']))?.set, bytes, at + 4, stop, inner)
    else if (attr.type === 'indexed' && attr.elem?.type === 'nest') {
      let from = at + 4
      for (const item of field as readonly Dict[]) {
        const to = from + view.getUint16(from, le)
        view.setUint16(from + 2, view.getUint16(from + 2, le) & ~NLA_F_NESTED, le)
        clear(attr.elem.set, bytes, from + 4, to, item)
        from += align4(to - from)
      }
    }
  }
}
