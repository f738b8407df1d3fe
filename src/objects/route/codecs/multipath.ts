import { EnumTable } from '../../../codec/enum-table.js'
import { putS32, putU8 } from '../../../codec/header.js'
import type { Codec } from '../../../codec/table.js'
import { deeper, type Trace, type Unknowns } from '../../../codec/trace.js'
import { littleEndian } from '../../../wire/endian.js'

const le = littleEndian

/** The fixed part of each nexthop, as decoded. */
export interface Nexthops {
  flags: number
  hops: number
  ifindex: number
}

type Decode<T> = <U extends T>(
  into: U,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  trace: Trace | undefined,
  family: number,
) => U

const RTNH_HDRLEN = 8

/**
 * Reads struct rtnexthop (u16 len, u8 flags, u8 hops, s32 ifindex), each followed by route attributes; len counts both, the
 * next starts at its multiple of 4. `undefined` when a length is broken, or when nested too deep.
 */
export function readNexthops<T extends Unknowns>(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  length: number,
  trace: Trace | undefined,
  decode: Decode<T>,
): (T & Nexthops)[] | undefined {
  // A nexthop's attributes may hold RTA_MULTIPATH again: bytes that do so 5,000 times must not overflow the stack.
  return deeper(() => hopsOf(bytes, view, start, length, trace, decode))
}

function hopsOf<T extends Unknowns>(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  length: number,
  trace: Trace | undefined,
  decode: Decode<T>,
): (T & Nexthops)[] | undefined {
  const hops: (T & Nexthops)[] = []
  const end = start + length
  for (let at = start; at < end; ) {
    if (end - at < RTNH_HDRLEN) return undefined
    const size = view.getUint16(at, le)
    if (size < RTNH_HDRLEN || size > end - at) return undefined
    const hop = { flags: view.getUint8(at + 2), hops: view.getUint8(at + 3), ifindex: view.getInt32(at + 4, le) } as T &
      Nexthops
    hops.push(decode(hop, bytes, view, at + RTNH_HDRLEN, at + size, trace, 0))
    at += (size + 3) & ~3
  }
  return hops
}

/** RTA_MULTIPATH; its decoder is `readNexthops`, which needs the route attributes' decoder. */
export const rtnexthop: Codec = {
  decode: () => undefined,
  elementHead: RTNH_HDRLEN,
  encode(encoder, attr, value) {
    if (!Array.isArray(value)) throw encoder.fail('must be an array of nexthops')
    const { set } = attr
    if (set === undefined) return
    const { writer } = encoder
    for (const [index, hop] of value.entries()) {
      encoder.enter({ index })
      const { flags, hops, dev, ifindex } = (typeof hop === 'object' && hop !== null ? hop : {}) as Head
      writer.align()
      const at = writer.reserve(RTNH_HDRLEN)
      const plain =
        dev === undefined &&
        putU8(writer.view, at + 2, flags) &&
        putU8(writer.view, at + 3, hops) &&
        putS32(writer.view, at + 4, ifindex)
      if (!plain) {
        encoder.at({ key: 'flags' }, () => encoder.scalar('u8', flagsHow, flags ?? 0, at + 2))
        encoder.at({ key: 'hops' }, () => encoder.scalar('u8', {}, hops ?? 0, at + 3))
        encoder.at({ key: dev === undefined ? 'ifindex' : 'dev' }, () =>
          encoder.scalar('s32', linkHow, dev === undefined ? (ifindex ?? 0) : dev, at + 4),
        )
      }
      encoder.set(set, hop, headKeys)
      const size = writer.end - at
      if (size > 0xffff) throw encoder.fail('longer than a nexthop can be (65,535 bytes)')
      writer.view.setUint16(at, size, le)
      encoder.leave()
    }
  },
}

type Head = { readonly flags?: unknown; readonly hops?: unknown; readonly dev?: unknown; readonly ifindex?: unknown }
const headKeys: ReadonlySet<string> = new Set(['flags', 'hops', 'ifindex', 'dev'])
const linkHow = { link: true } as const
/** RTNH_F_ bits (include/uapi/linux/rtnetlink.h). */
const flagsHow = {
  enum: new EnumTable({ dead: 1, pervasive: 2, onlink: 4, offload: 8, linkdown: 16, unresolved: 32, trap: 64 }, true),
}
