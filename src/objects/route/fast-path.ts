import { type Prefix, parseHost, parsePrefix } from '../../codec/text/address.js'
import { plainLength } from '../../codec/text/text.js'
import * as c from '../../generated/constants.gen.js'
import type { RouteSpec } from '../../generated/route/types.gen.js'
import type { Draft, Reply } from '../../request/build.js'
import type { FixUp, Request } from '../../request/request.js'
import { littleEndian } from '../../wire/endian.js'
import { NLM_F_REQUEST, NLMSG_HDRLEN } from '../../wire/nlmsghdr.js'
import { Writer } from '../../wire/writer.js'
import { written } from '../build.js'
import { devAlias, linkOf } from '../on-link.js'

const le = littleEndian

const AF_INET = 2
const AF_INET6 = 10
/** Bytes of struct rtmsg. */
const RTMSG_LENGTH = 12

const isEnumerable = Object.prototype.propertyIsEnumerable
const writer = new Writer()

/**
 * Builds what most changes of routes are without the tables: a prefix, perhaps with a link, a gateway and a metric. IPv4 takes 110 ns
 * instead of 260, and so a change 5 to 10 % less; IPv6 190 instead of 360. `undefined` for any other spec, and for one in which something
 * is wrong.
 */
export function fastPathChange<T>(
  what: string,
  type: number,
  flags: number,
  spec: RouteSpec,
  decode: Reply<T> | undefined,
): Request<T> | undefined {
  const { dst: prefix, dev, gateway, priority } = spec
  const link = linkOf(spec)
  if (!isFastPath(spec) || !isWord(priority) || !(isWord(link) || isName(link))) return undefined
  const dst = typeof prefix === 'string' ? parsePrefix(prefix) : undefined
  const via = typeof gateway === 'string' ? parseHost(gateway) : undefined
  if (dst === undefined || dst.size === 0 || (gateway !== undefined && via?.size !== dst.size)) return undefined
  const deleting = type === c.RTM_DELROUTE
  const at = writer.reserve(NLMSG_HDRLEN + RTMSG_LENGTH)
  const { view } = writer
  // struct rtmsg: family, dst_len, src_len, tos, table, protocol, scope, type, flags.
  view.setUint8(at + 16, dst.size === 4 ? AF_INET : AF_INET6)
  view.setUint8(at + 17, dst.length)
  view.setUint8(at + 20, c.RT_TABLE_MAIN)
  view.setUint8(at + 21, deleting ? c.RTPROT_UNSPEC : c.RTPROT_STATIC)
  // IPv6 knows no other scope than that of 0, RT_SCOPE_UNIVERSE.
  if (dst.size === 4 && deleting) view.setUint8(at + 22, c.RT_SCOPE_NOWHERE)
  else if (dst.size === 4 && via === undefined) view.setUint8(at + 22, c.RT_SCOPE_LINK)
  view.setUint8(at + 23, deleting ? c.RTN_UNSPEC : c.RTN_UNICAST)
  putAddress(c.RTA_DST, dst)
  const aliases = dev === undefined ? undefined : devAlias
  let fixUps: readonly FixUp[] | undefined
  if (typeof link === 'string') {
    const offset = putWord(c.RTA_OIF, 0) - at
    fixUps = [{ kind: 'link', offset, name: link, fieldPath: aliases?.oif ?? 'oif' }]
  } else if (link !== undefined) putWord(c.RTA_OIF, link)
  if (via !== undefined) putAddress(c.RTA_GATEWAY, via)
  if (priority !== undefined) putWord(c.RTA_PRIORITY, priority)
  const draft: Draft<T> = { type, what, spec, aliases }
  return written(draft, NLM_F_REQUEST | flags, writer, decode, fixUps)
}

/** Writes an attribute of 32 bits and gives the offset of its payload. */
function putWord(type: number, word: number): number {
  const at = writer.attribute(type, 4)
  writer.view.setInt32(at, word, le)
  return at
}

function putAddress(type: number, address: Prefix): void {
  address.write(writer.view, writer.attribute(type, address.size))
}

function isWord(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && value >>> 0 === value)
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && plainLength(value) !== undefined
}

/** Tells that nothing is given but what is written here, found as the long way finds it: the metric among the keys, all else by its name. */
function isFastPath(spec: RouteSpec): boolean {
  const { family, src, tos, flags, table, protocol, scope, type, via, multipath, nhId } = spec
  if (family !== undefined || src !== undefined || tos !== undefined || flags !== undefined) return false
  if (table !== undefined || protocol !== undefined || scope !== undefined || type !== undefined) return false
  if (via !== undefined || multipath !== undefined || nhId !== undefined || 'cacheinfo' in spec) return false
  for (const key in spec) {
    if (key !== 'dst' && key !== 'oif' && key !== 'dev' && key !== 'gateway' && key !== 'priority') return false
  }
  return spec.priority === undefined || isEnumerable.call(spec, 'priority')
}
