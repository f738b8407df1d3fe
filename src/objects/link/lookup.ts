import type { Request } from '../../request/request.js'
import { littleEndian } from '../../wire/endian.js'
import { align4, NLM_F_REQUEST, viewOf, writeHeader } from '../../wire/nlmsghdr.js'

const le = littleEndian

const RTM_NEWLINK = 16
const RTM_GETLINK = 18
const IFLA_EXT_MASK = 29
const RTEXT_FILTER_SKIP_STATS = 8
const IFLA_ALT_IFNAME = 53
const IFINFOMSG = 16

/** Builds the request for the index of an interface whose name is too long for SIOCGIFINDEX: an altname. */
export function linkLookup(name: string): Request<number> {
  const text = new TextEncoder().encode(name)
  const length = 4 + text.length + 1
  const bytes = new Uint8Array(16 + IFINFOMSG + 8 + align4(length))
  writeHeader(bytes, RTM_GETLINK, NLM_F_REQUEST, 0, 0)
  const view = viewOf(bytes)
  view.setUint16(32, 8, le)
  view.setUint16(34, IFLA_EXT_MASK, le)
  view.setUint32(36, RTEXT_FILTER_SKIP_STATS, le)
  view.setUint16(40, length, le)
  view.setUint16(42, IFLA_ALT_IFNAME, le)
  bytes.set(text, 44)
  const noLocation = () => ({ attrPath: undefined, fieldPath: undefined })
  return {
    bytes,
    summary: `link get altname=${name}`,
    fixUps: [],
    slow: false,
    decode: (type, reply, start, end) =>
      type === RTM_NEWLINK && end - start >= IFINFOMSG ? viewOf(reply).getInt32(start + 4, le) : undefined,
    locate: noLocation,
    missing: noLocation,
  }
}
