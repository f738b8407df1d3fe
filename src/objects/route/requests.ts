import { fits, rangeOf } from '../../codec/range.js'
import { parseHost } from '../../codec/text/address.js'
import { quote } from '../../codec/text/quote.js'
import type { NetlinkError } from '../../errors/netlink-error.js'
import { rtmTypeEnum, rtProtocolEnum } from '../../generated/common/tables.gen.js'
import type { Af, RtmType, RtProtocol } from '../../generated/common/types.gen.js'
import * as c from '../../generated/constants.gen.js'
import { decodeRoute, usualRoute } from '../../generated/route/decode.gen.js'
import { rtmFlagsEnum } from '../../generated/route/tables.gen.js'
import type { NexthopSpec, Route, RouteSpec, RtmFlags } from '../../generated/route/types.gen.js'
import { badField, type Draft, objectOf, type Reply } from '../../request/build.js'
import { checkFilter, type FilterKeys, leavesBy } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL, NLM_F_REPLACE } from '../../wire/nlmsghdr.js'
import { bitsOf, type ErrorContext, familyNumber, familyOfText, target } from '../arguments.js'
import { build } from '../build.js'
import { devAlias, linkOf } from '../on-link.js'
import { fastPathChange } from './fast-path.js'

/** Which routes a list, dump or flush is about; all of it is filtered by the kernel. Without `table` all tables count. */
export interface RouteFilter {
  readonly family?: Af | number | undefined
  readonly table?: number | undefined
  readonly protocol?: RtProtocol | number | undefined
  readonly type?: RtmType | number | undefined
  /** The output link, by name or index. */
  readonly dev?: string | number | undefined
}

export const filterKeys: FilterKeys<RouteFilter> = { family: true, table: true, protocol: true, type: true, dev: true }

/** What a look-up may say of the packet. */
export interface RouteLookupOptions {
  /** The source address (RTA_SRC). */
  readonly from?: string | undefined
  /** The link that it comes in by. */
  readonly iif?: string | number | undefined
  /** The link that it shall leave by. */
  readonly dev?: string | number | undefined
  readonly mark?: number | undefined
  readonly uid?: number | undefined
  readonly tos?: number | undefined
  readonly ipProto?: number | undefined
  readonly sport?: number | undefined
  readonly dport?: number | undefined
  /** The flow label of IPv6, by which rules choose since Linux 6.14. */
  readonly flowlabel?: number | undefined
}

const AF_INET = 2
const AF_INET6 = 10
const AF_MPLS = 28
const AF_MCTP = 45
const RT_TABLE_UNSPEC = 0
/** Fields that this file writes itself. */
const builderOwned = new Set([
  'family',
  'tos',
  'table',
  'protocol',
  'scope',
  'type',
  'flags',
  'dst',
  'src',
  'dev',
  'oif',
  'gateway',
  'via',
  'multipath',
  'cacheinfo',
])
/** With a nexthop object also what that says: the kernel tells both, and refuses both. A `dev` is the caller's own. */
const builderOwnedById = new Set([...builderOwned, 'encapType', 'encap'])

/** Types whose routes `ip` puts into the table local. */
const localTypes = new Set<unknown>(['local', 'broadcast', 'anycast', 'nat'])

/** Gives the name of a type that may be written as a number. */
function typeName(type: RouteSpec['type']): RtmType | number | undefined {
  return typeof type === 'number' ? rtmTypeEnum.name(type) : type
}

/** Builds a change of a route. */
function change<T = void>(what: string, type: number, flags: number, spec: RouteSpec, decode?: Reply<T>): Request<T> {
  objectOf(spec, what)
  return (
    fastPathChange(what, type, flags, spec, decode) ?? build<T>(draftOf(what, type, flags, spec), undefined, decode)
  )
}

function draftOf(what: string, type: number, flags: number, spec: RouteSpec): Draft<never> {
  const context: ErrorContext = { what, spec }
  if (spec.dst === undefined) throw badField(what, spec, 'dst', "is missing; 'default' is the route to everything")
  const given = familyNumber(context, spec.family)
  const dst = target(context, 'dst', spec.dst, given)
  const src = target(context, 'src', spec.src, given)
  const family =
    given || (dst.family ?? src.family ?? familyOfText(spec.gateway) ?? familyOfHops(spec.multipath) ?? AF_INET)
  if (dst.family !== undefined && dst.family !== family) throw notOfFamily(context, 'dst', spec.dst)
  if (src.family !== undefined && src.family !== family) throw notOfFamily(context, 'src', spec.src)
  const deleting = type === c.RTM_DELROUTE
  const decodeFast = localTypes.has(typeName(spec.type)) ? c.RT_TABLE_LOCAL : c.RT_TABLE_MAIN
  const table = spec.table === undefined ? decodeFast : spec.table
  // Of a longer number the kernel takes the low 32 bits (rtm_to_fib6_config): the route would go much too soon.
  if (typeof spec.expires === 'number' && !fits('u32', spec.expires))
    throw badField(what, spec, 'expires', `${quote(spec.expires)} is not an integer ${rangeOf('u32')}`)
  const byId = spec.nhId !== undefined && spec.nhId !== 0
  const gateway =
    byId || (spec.gateway === undefined && spec.via === undefined) ? undefined : gatewayAttrs(context, spec, family)
  return {
    type,
    flags,
    header: {
      family,
      dstLen: dst.length,
      srcLen: src.length,
      tos: spec.tos,
      table: table > 0xff ? RT_TABLE_UNSPEC : table,
      protocol: spec.protocol ?? (deleting ? 0 : c.RTPROT_STATIC),
      scope: spec.scope ?? defaultScope(spec, family, deleting),
      // MPLS and MCTP know no other type, in deletes neither (rtm_to_route_config, mctp_route_nlparse). A route to a nexthop that is a
      // blackhole reads as one, and is found by its own type alone (fib_dump_info, fib_table_delete).
      type:
        (byId && deleting && isBlackhole(spec.type) ? undefined : spec.type) ??
        (deleting && family !== AF_MPLS && family !== AF_MCTP ? 0 : c.RTN_UNICAST),
      flags: sendableFlags(context, spec.flags),
    },
    attrs: {
      dst: dst.address,
      src: src.address,
      oif: linkOf(byId ? { dev: spec.dev } : spec),
      gateway: gateway?.gateway,
      via: gateway?.via,
      multipath: byId
        ? undefined
        : (hopsOf(spec.multipath)?.map((hop, at) => nexthop(context, hop, family, at)) ?? spec.multipath),
      table: table > 0xff ? table : undefined,
      expires: 'cacheinfo' in spec && family === AF_INET6 ? lifetime(spec) : undefined,
    },
    without: byId ? builderOwnedById : builderOwned,
    what,
    spec,
    aliases: spec.dev === undefined ? undefined : devAlias,
  } as Draft<never>
}

/** USER_HZ, in which the kernel tells times. */
const HZ = 100

/** The seconds that are left to a route that was read: IPv6 takes them as RTA_EXPIRES, and tells ticks in RTA_CACHEINFO. */
function lifetime(spec: RouteSpec): number | undefined {
  const { expires, cacheinfo }: RouteSpec & Partial<Pick<Route, 'cacheinfo'>> = spec
  const ticks = cacheinfo?.expires ?? 0
  // Less than nothing is left to one that has expired and is not collected yet.
  return expires === undefined && ticks !== 0 ? Math.max(0, Math.ceil(ticks / HZ)) : undefined
}

const isBlackhole = (type: RouteSpec['type']): boolean => typeName(type) === 'blackhole'

function notOfFamily({ what, spec }: ErrorContext, field: string, text: string | undefined): NetlinkError {
  return badField(what, spec, field, `${quote(text)} is not of the family`)
}

/** What is no list is left to the encoder to refuse. */
function hopsOf(hops: RouteSpec['multipath']): readonly NexthopSpec[] | undefined {
  return Array.isArray(hops) ? hops : undefined
}

function familyOfHops(hops: RouteSpec['multipath']): number | undefined {
  return hopsOf(hops)
    ?.map(hop => familyOfText(hop?.gateway))
    .find(family => family !== undefined)
}

/** A gateway of the route's family is RTA_GATEWAY, one of another family RTA_VIA; which of two counts nobody could tell. */
function gatewayAttrs(
  { what, spec: whole }: ErrorContext,
  spec: Pick<RouteSpec, 'gateway' | 'via'>,
  family: number,
  within = '',
): { gateway: unknown; via: unknown } {
  if (spec.via !== undefined && spec.gateway !== undefined)
    throw badField(what, whole, `${within}gateway`, 'is the next hop, and so is via: one of them must go')
  if (spec.via !== undefined || spec.gateway === undefined) return { gateway: undefined, via: spec.via }
  const address = typeof spec.gateway === 'string' ? parseHost(spec.gateway) : undefined
  // What is no address is left to the encoder to refuse.
  if (address === undefined) return { gateway: spec.gateway, via: undefined }
  const nexthopFamily = address.family
  return nexthopFamily === family
    ? { gateway: address, via: undefined }
    : { gateway: undefined, via: { family: nexthopFamily, addr: spec.gateway } }
}

function nexthop(context: ErrorContext, given: NexthopSpec, family: number, at: number): object {
  // What is no object is left to the encoder to refuse.
  if (typeof given !== 'object' || given === null) return given
  const { flags } = given
  const hop = typeof flags === 'number' && (flags & found) !== 0 ? { ...given, flags: flags & ~found } : given
  if (hop.gateway === undefined) return hop
  if (hop.via === undefined && (familyOfText(hop.gateway) ?? family) === family) return hop
  return { ...hop, ...gatewayAttrs(context, hop, family, `multipath[${at}].`) }
}

/** What `ip route` fills in. */
function defaultScope(spec: RouteSpec, family: number, deleting: boolean): number {
  if (family === AF_INET6 || family === AF_MPLS || family === AF_MCTP) return c.RT_SCOPE_UNIVERSE
  const type = typeName(spec.type)
  if (type === 'local' || type === 'nat') return c.RT_SCOPE_HOST
  if (type === 'broadcast' || type === 'multicast' || type === 'anycast') return c.RT_SCOPE_LINK
  if (deleting) return c.RT_SCOPE_NOWHERE
  const unicast = type === undefined || type === 'unicast' || type === 'unspec'
  const reached =
    spec.gateway !== undefined || spec.via !== undefined || spec.multipath !== undefined || spec.nhId !== undefined
  return unicast && !reached ? c.RT_SCOPE_LINK : c.RT_SCOPE_UNIVERSE
}

/** The kernel refuses a route or hop whose flags say dead or link down: those are its own findings (fib_create_info, fib_get_nhs). */
const found = c.RTNH_F_DEAD | c.RTNH_F_LINKDOWN

function sendableFlags(context: ErrorContext, flags: RouteSpec['flags']): number {
  return (bitsOf(context, 'flags', flags, rtmFlagsEnum) & ~found) >>> 0
}

const decode = decodeRoute

function lookup(what: string, dst: string, options: RouteLookupOptions, match: readonly RtmFlags[]): Request<Route> {
  const context: ErrorContext = { what: `${what} ${dst}`, spec: options }
  const to = target(context, 'dst', dst)
  const from = target(context, 'from', options.from)
  if (to.family === undefined || to.address === undefined)
    throw badField(context.what, context.spec, 'dst', `${quote(dst)} is no address`)
  if ((from.family ?? to.family) !== to.family)
    throw badField(context.what, context.spec, 'from', `${quote(options.from)} is not of the family`)
  const { from: _, dev, tos, ...rest } = options
  // IPv6 tells the table unasked, and refuses the flag (inet6_rtm_valid_getroute_req).
  const flags: readonly RtmFlags[] = to.family === AF_INET ? ['lookup-table', ...match] : match
  return build({
    type: c.RTM_GETROUTE,
    header: { family: to.family, dstLen: to.length, srcLen: from.length, tos, flags },
    attrs: {
      dst: to.address,
      ...(from.address === undefined ? {} : { src: from.address }),
      ...(dev === undefined ? {} : { oif: dev }),
      ...rest,
    },
    ...context,
    aliases: { oif: 'dev', src: 'from' },
    decode: from.address === undefined && to.family === AF_INET6 ? fromAnywhere : decode,
  })
}

/** A look-up in IPv6 tells the source `::` where none was asked for (inet6_rtm_getroute): written, it would be a route for packets from there. */
const fromAnywhere: typeof decode = (...at) => {
  const route = decode(...at)
  if (route?.src !== '::/128') return route
  const { src: _, ...rest } = route
  return rest
}

function listDraft(what: string, filter: RouteFilter): Draft<Route> {
  checkFilter(what, filter, filterKeys)
  const context: ErrorContext = { what, spec: filter }
  const { table } = filter
  const family = familyNumber(context, filter.family)
  return {
    type: c.RTM_GETROUTE,
    flags: NLM_F_DUMP,
    header: {
      family,
      table: table === undefined || table > 0xff ? 0 : table,
      protocol: filter.protocol,
      type: filter.type,
    },
    attrs: { ...(table === undefined ? {} : { table }), ...(filter.dev === undefined ? {} : { oif: filter.dev }) },
    ...context,
    aliases: devAlias,
    decode,
    decodeFast: usualRoute,
    rowFamily: family,
  }
}

/** Tells whether a route is what a filter asks for, as the kernel does when it checks questions strictly (fib_dump_info_fnhe). */
function takenBy({ table = 0, protocol, type, dev }: RouteFilter): NonNullable<Draft<Route>['matches']> {
  const protocolName = typeof protocol === 'number' ? rtProtocolEnum.name(protocol) : protocol
  const typeText = typeName(type)
  return (route, links) => {
    const oif = typeof dev === 'string' ? links[0] : dev
    return (
      (table === 0 || route.table === table) &&
      (protocolName === undefined || route.protocol === protocolName) &&
      (typeText === undefined || route.type === typeText) &&
      (oif === undefined || leavesBy(route, oif))
    )
  }
}

/** Lists routes that are to be deleted: where the kernel does not filter, it gives others too. */
export function listToDelete(filter: RouteFilter): Request<Route> {
  return build({ ...listDraft('route flush', filter), matches: takenBy(filter) })
}

/** Requests about routes. */
export const routeRequests = {
  /** Looks a packet's path up as the kernel would route it; rejects with ENETUNREACH when there is none. */
  lookup: (dst: string, options: RouteLookupOptions = {}): Request<Route> => lookup('route lookup', dst, options, []),

  /** Gives the table's entry that a look-up matches, with its own prefix. */
  get: (dst: string, options: RouteLookupOptions = {}): Request<Route> =>
    lookup('route get', dst, options, ['fib-match']),

  /** Lists routes. */
  dump: (filter: RouteFilter = {}): Request<Route> => build(listDraft('route list', filter)),

  /** Adds a route; rejects with EEXIST when there is one with this prefix, metric and tos. */
  add: (spec: RouteSpec): Request => change('route add', c.RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, spec),

  /** Adds a route and answers with it. */
  addEcho: (spec: RouteSpec): Request<Route> =>
    change('route add', c.RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, spec, decode),

  /** Adds a route in place of the one with this prefix, metric and tos. */
  replace: (spec: RouteSpec): Request => change('route replace', c.RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, spec),

  /** Adds a route in place of another and answers with it. */
  replaceEcho: (spec: RouteSpec): Request<Route> =>
    change('route replace', c.RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ECHO, spec, decode),

  /** Adds a route behind those with the same prefix; for IPv6 a further nexthop. */
  append: (spec: RouteSpec): Request => change('route append', c.RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, spec),

  /** Deletes the first route that matches what is given; rejects with ESRCH when none does. */
  delete: (spec: RouteSpec): Request => change('route delete', c.RTM_DELROUTE, 0, spec),
} as const
