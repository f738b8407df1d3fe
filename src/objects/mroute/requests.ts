import { quote } from '../../codec/text/quote.js'
import * as c from '../../generated/constants.gen.js'
import { decodeRoute } from '../../generated/route/decode.gen.js'
import { routeAttrs, rtmsgStruct } from '../../generated/route/tables.gen.js'
import type { NexthopSpec, Route } from '../../generated/route/types.gen.js'
import { badField, type Draft } from '../../request/build.js'
import { checkFields, checkFilter } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_REPLACE } from '../../wire/nlmsghdr.js'
import { addressPart, familyNumber, familyOfText } from '../arguments.js'
import { build } from '../build.js'

/** Which multicast routes a list or dump gives; the kernel filters by table. */
export interface MrouteFilter {
  /** `inet` and `ipmr` mean the same, and so do `inet6` and `ip6mr`; `inet` without. */
  readonly family?: 'inet' | 'inet6' | 'ipmr' | 'ip6mr' | undefined
  readonly table?: number | undefined
}

/** A multicast route by its group and source. */
export interface MrouteRef {
  /** The group. */
  readonly dst?: string | undefined
  /** Who sends to it. */
  readonly src?: string | undefined
  readonly table?: number | undefined
}

/** A multicast route as it is written; a `Route` that was read fits. */
export interface MrouteSpec extends MrouteRef {
  /** The link that packets come in by, by name or index. */
  readonly iif?: string | number | undefined
  /** The links that they leave by; `hops` is the smallest TTL that passes (1 to 254). */
  readonly multipath?: readonly NexthopSpec[] | undefined
  /** `static`, unless a daemon of multicast routing says that it is `mrouted`. */
  readonly protocol?: Route['protocol'] | undefined
}

const AF_INET6 = 10
/** What RTM_GETROUTE, RTM_NEWROUTE and RTM_DELROUTE of unicast routes are asked with. */
const familyOf = {
  inet: c.RTNL_FAMILY_IPMR,
  ipmr: c.RTNL_FAMILY_IPMR,
  inet6: c.RTNL_FAMILY_IP6MR,
  ip6mr: c.RTNL_FAMILY_IP6MR,
}

function draftOf(what: string, type: number, spec: MrouteSpec): Draft<never> {
  checkFields(what, spec, rtmsgStruct.keys, routeAttrs)
  const { dst, src, iif, multipath, protocol, table } = spec
  for (const field of ['dst', 'src'] as const) {
    const family = familyOfText(spec[field])
    if (family === undefined)
      throw badField(what, spec, field, spec[field] === undefined ? 'is missing' : 'is no address')
    if (family !== familyOfText(dst)) throw badField(what, spec, field, `${quote(spec[field])} is not of the family`)
  }
  const six = familyOfText(dst) === AF_INET6
  if (six && type !== c.RTM_GETROUTE)
    throw badField(what, spec, 'dst', 'is IPv6, whose multicast routes rtnetlink only shows')
  const length = six ? 128 : 32
  const asking = type === c.RTM_GETROUTE
  return {
    type,
    header: {
      family: six ? familyOf.inet6 : familyOf.inet,
      dstLen: length,
      srcLen: length,
      ...(asking ? {} : { type: 'multicast', protocol: protocol ?? 'static' }),
    },
    attrs: {
      dst: addressPart(dst ?? ''),
      src: addressPart(src ?? ''),
      ...(iif === undefined ? {} : { iif }),
      ...(multipath === undefined ? {} : { multipath }),
      // Without a table the kernel looks for 253, which for IPv6 is no table of it (ip6mr_rtm_getroute, net/ipv6/ip6mr.c).
      ...(table === undefined && !six ? {} : { table: table ?? c.RT_TABLE_MAIN }),
    },
    what,
    spec,
  }
}

/** Requests about multicast routes; those of IPv6 can only be read. */
export const mrouteRequests = {
  /** Gets a multicast route; rejects with ENOENT when there is none. */
  get: (ref: MrouteRef): Request<Route> => {
    const { dst, src, table } = checkFields('mroute get', ref, rtmsgStruct.keys, routeAttrs)
    return build(draftOf('mroute get', c.RTM_GETROUTE, { dst, src, table }), undefined, decodeRoute)
  },

  /** Lists multicast routes. */
  dump(filter: MrouteFilter = {}): Request<Route> {
    checkFilter('mroute list', filter, { family: true, table: true })
    const context = { what: 'mroute list', spec: filter }
    const { family = 'inet', table } = filter
    const familyId = familyOf[family] ?? familyNumber(context, family)
    return build({
      type: c.RTM_GETROUTE,
      flags: NLM_F_DUMP,
      header: { family: familyId },
      attrs: table === undefined ? {} : { table },
      ...context,
      decode: decodeRoute,
      rowFamily: familyId,
    })
  },

  /**
   * Adds a multicast route or changes it. The hops are read by their position: the first stands for the virtual interface 0, and
   * `hops` 0 leaves one out. The client's verb puts them there, by the links that they name.
   */
  replace: (spec: MrouteSpec): Request =>
    build(draftOf('mroute replace', c.RTM_NEWROUTE, spec), NLM_F_CREATE | NLM_F_REPLACE),

  /** Deletes a multicast route; rejects with ENOENT when there is none. */
  delete: (ref: MrouteRef): Request => {
    const { dst, src, table } = checkFields('mroute delete', ref, rtmsgStruct.keys, routeAttrs)
    return build(draftOf('mroute delete', c.RTM_DELROUTE, { dst, src, table }))
  },
} as const
