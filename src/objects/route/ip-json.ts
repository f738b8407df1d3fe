/** Routes, as `ip -d -j route show table all` prints them. */
import { rtmTypeEnum, rtProtocolEnum, rtScopeEnum } from '../../generated/common/tables.gen.js'
import type { Nexthop, Route } from '../../generated/route/types.gen.js'
import { bits, hex, nonZero, of, type Print, table } from '../../ip-json/table.js'
import type { Json } from '../../ip-json/text.js'
import { dsField, numberOf, routeType } from '../../ip-json/values.js'
import { nexthop } from '../nexthop/ip-json.js'
import { encap } from './ip-json/encap.js'
import { routeMetrics } from './ip-json/metrics.js'
import { nexthopFlags } from './ip-json/nexthop-flags.js'

const RTM_F_CLONED = 0x200
/** USER_HZ, in which the kernel tells times. */
const HZ = 100

/** Leaves out the length of a prefix that is a whole address. */
const prefix = (text: string): string => text.replace(text.includes(':') ? /\/128$/ : /\/32$/, '')

const via: Print<Pick<Route, 'via'>> = of('via', ({ family, addr }) => ({
  family: family === 'packet' ? 'link' : String(family),
  host: addr,
}))

const flow: Print<Pick<Route, 'flow'>> = of('flow', (value, context) => ({
  from: value >>> 16 === 0 ? undefined : context.name('realms', value >>> 16),
  to: context.name('realms', value & 0xffff),
}))

type Cacheinfo = NonNullable<Route['cacheinfo']>

/** A number of the cache that shows when it is not 0. */
const cached =
  (field: Exclude<keyof Cacheinfo, '$tail'>, print: (value: number) => Json = value => value): Print<Route> =>
  ({ cacheinfo }) => {
    const value = cacheinfo?.[field] ?? 0
    return value === 0 ? undefined : print(value)
  }

const seconds = (ticks: number): number => Math.trunc(ticks / HZ)

/** Shows a key with -s alone. */
const counted =
  (print: Print<Route>): Print<Route> =>
  (route, context) =>
    context.statistics === 0 ? undefined : print(route, context)

/** What a look-up in IPv4 says above the flags of routes (RTCF_). */
const cacheFlags = [
  [0x80000000, 'local'],
  [0x40000000, 'reject'],
  [0x20000000, 'mc'],
  [0x10000000, 'brd'],
  [0x08000000, 'dst-nat'],
  [0x00800000, 'src-nat'],
  [0x00400000, 'masq'],
  [0x00020000, 'dst-direct'],
  [0x04000000, 'src-direct'],
  [0x00040000, 'redirected'],
  [0x01000000, 'redirect'],
  [0x00200000, 'fastroute'],
  [0x00010000, 'notify'],
  [0x00080000, 'proxy'],
] as const

const hasStamp = (info: Cacheinfo | undefined): info is Cacheinfo =>
  info !== undefined && (info.ts !== 0 || info.tsage !== 0)

const hop = table<Nexthop & { readonly mpls: boolean }>({
  encap: of('encap', encap),
  to: 'newdst',
  gateway: 'gateway',
  via,
  flow,
  dev: ({ ifindex }, context) => context.linkName(ifindex),
  weight: ({ hops, mpls }) => (mpls ? undefined : hops + 1),
  flags: nexthopFlags,
})

export const route = table<Route>({
  type: ({ type }) => routeType(rtmTypeEnum, type),
  dst: ({ dst }) => prefix(dst),
  from: of('src', prefix),
  to: 'newdst',
  encap: of('encap', encap),
  tos: ({ tos }, context) => (tos === 0 ? undefined : dsField(tos, context)),
  nhid: 'nhId',
  gateway: 'gateway',
  via,
  dev: of('oif', (index, context) => context.linkName(index)),
  table: ({ table }, context) => (table === 0 ? undefined : context.name('tables', table)),
  protocol: ({ protocol, flags: value }, context) =>
    (value & RTM_F_CLONED) !== 0 ? undefined : context.name('protocols', numberOf(rtProtocolEnum, protocol)),
  scope: ({ scope, flags: value }, context) =>
    (value & RTM_F_CLONED) !== 0 ? undefined : context.name('scopes', numberOf(rtScopeEnum, scope)),
  prefsrc: 'prefsrc',
  metric: 'priority',
  flags: nexthopFlags,
  mark: nonZero('mark'),
  flow,
  uid: 'uid',
  cache: ({ family, flags: value }) =>
    family === 'inet' && (value & RTM_F_CLONED) !== 0 ? bits(value & ~0xffff, cacheFlags) : undefined,
  expires: cached('expires', seconds),
  error: cached('error'),
  users: counted(cached('clntref')),
  used: counted(cached('used')),
  age: counted(cached('lastuse', seconds)),
  ipid: cached('id', hex),
  ts: ({ cacheinfo }) => (hasStamp(cacheinfo) ? hex(cacheinfo.ts) : undefined),
  tsage: ({ cacheinfo }) => (hasStamp(cacheinfo) ? cacheinfo.tsage : undefined),
  metrics: of('metrics', routeMetrics),
  iif: of('iif', (index, context) => context.linkName(index)),
  // Not a preference: ip has no word for it.
  pref: of('pref', pref => (pref === 'invalid' ? 2 : pref)),
  // Spelled so.
  'ttl-propogate': of('ttlPropagate', value => value !== 0),
  nh_info: of('nhId', (id, context) => {
    const found = context.nexthop(id)
    return found === undefined ? undefined : nexthop.print(found, context)
  }),
  nexthops: ({ multipath, family }, context) =>
    multipath?.map(each => hop.print({ ...each, mpls: family === 'mpls' }, context)),
})
