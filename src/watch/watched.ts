import type { Addr } from '../generated/addr/types.gen.js'
import {
  FIB_RULE_IIF_DETACHED,
  FIB_RULE_OIF_DETACHED,
  FIB_RULE_UNRESOLVED,
  RTNH_F_ONLINK,
} from '../generated/constants.gen.js'
import type { BrportAttrs, Link } from '../generated/link/types.gen.js'
import type { Neigh } from '../generated/neigh/types.gen.js'
import type { Nexthop, Route } from '../generated/route/types.gen.js'
import type { Rule } from '../generated/rule/types.gen.js'
import type { Entry, Merged, Note, Sort } from './mirror.js'

/** What a watch can hold. */
export interface Watched {
  link: Link
  addr: Addr
  route: Route
  neigh: Neigh
  rule: Rule
}

/** Entries for which the kernel answers in place of another stand beside the others. */
const NTF_PROXY = 8

/** Counts traffic or time: two objects that differ in nothing else are the same. */
const volatile: ReadonlySet<string> = new Set(['stats', 'stats64', 'cacheinfo', 'probes'])

/** Run by themselves further in: timers in `info` and `slave` of bridges and their ports, traffic and ages in `afSpec`. */
const running: ReadonlySet<string> = new Set([
  'helloTimer',
  'tcnTimer',
  'topologyChangeTimer',
  'gcTimer',
  'messageAgeTimer',
  'forwardDelayTimer',
  'holdTimer',
  'stats',
  'icmp6stats',
  'cacheinfo',
])

/** Tells whether two values are alike, deeply; the volatile members of the outermost and what runs further in are left out. */
function alike(a: unknown, b: unknown, without: ReadonlySet<string> = empty): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  // Without arrays of names: a look at 100,000 routes after a loss compares each.
  let more = 0
  for (const name in left) {
    if (without.has(name)) continue
    if (!alike(left[name], right[name], running)) return false
    more++
  }
  for (const name in right) if (!without.has(name)) more--
  return more === 0
}

const empty: ReadonlySet<string> = new Set()
const same = (a: unknown, b: unknown): boolean => alike(a, b, volatile)
/** A new lifetime is worth telling, the passing of time is not. */
const quiet = (a: unknown, b: unknown): boolean => alike(a, b)

/** The text of an object's fields, in one order for all. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return `${item}n`
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** What the kernel finds out about a rule by itself, when its links or the rule that it goes to come and go. */
const rulesFound = FIB_RULE_UNRESOLVED | FIB_RULE_IIF_DETACHED | FIB_RULE_OIF_DETACHED

const hopText = (hop: Pick<Nexthop, 'ifindex' | 'gateway' | 'via'>): string =>
  `${hop.ifindex ?? ''} ${hop.gateway ?? hop.via?.addr ?? ''}`

/** The nexthops of a route, as text, in whichever order they are. */
function hopsOf(route: Route): string {
  if (route.nhId !== undefined) return `id ${route.nhId}`
  if (route.multipath !== undefined) return route.multipath.map(hopText).sort().join(', ')
  const { oif, gateway, via } = route
  return `${oif ?? ''} ${gateway ?? via?.addr ?? ''}`
}

/**
 * Gives a route with its hops in one order where that has no meaning: IPv6 tells of one that another hop has joined from that hop on, and
 * dumps it from the first.
 */
function inOrder(route: Route): Route {
  if (route.family !== 'inet6' || route.multipath === undefined) return route
  return { ...route, multipath: [...route.multipath].sort((a, b) => (hopText(a) < hopText(b) ? -1 : 1)) }
}

type Hop = Pick<Nexthop, 'flags' | 'gateway' | 'via' | 'flow' | 'encap'>

/** Tells whether two hops over one link are one to nh_comp; other flags come and go (RTNH_COMPARE_MASK). */
const sameHop = (a: Hop, b: Hop): boolean =>
  a.gateway === b.gateway &&
  a.flow === b.flow &&
  ((a.flags ^ b.flags) & RTNH_F_ONLINK) === 0 &&
  alike(a.via, b.via) &&
  alike(a.encap, b.encap)

/** Tells whether the hops of two IPv4 routes are one in the order of both (nh_comp); an object of its own stands for all of a route's. */
function sameHops(a: Route, b: Route): boolean {
  if (a.nhId !== undefined || b.nhId !== undefined) return a.nhId === b.nhId
  const { multipath: hops = [] } = a
  const { multipath: others = [] } = b
  const each = (hop: Nexthop, at: number): boolean => {
    const other = others[at]
    return other !== undefined && hop.ifindex === other.ifindex && hop.hops === other.hops && sameHop(hop, other)
  }
  return a.oif === b.oif && sameHop(a, b) && hops.length === others.length && hops.every(each)
}

/**
 * Tells whether the kernel takes two routes of one prefix, metric and tos for the same: beside each other are in IPv4 those that differ
 * in anything but their state (fib_find_info), in IPv6 those of other hops (rt6_duplicate_nexthop).
 */
function sameRoute(a: Route, b: Route): boolean {
  if (a.family === 'inet6') return hopsOf(a) === hopsOf(b) && alike(a.encap, b.encap)
  if (a.type !== b.type || a.protocol !== b.protocol || a.scope !== b.scope || a.prefsrc !== b.prefsrc) return false
  return alike(a.metrics, b.metrics) && sameHops(a, b)
}

/** Tells whether the kernel joins a route with others of its prefix to one of several hops (rt6_qualify_for_ecmp). */
const joinable = (route: Route): boolean => route.gateway !== undefined || route.multipath !== undefined

/**
 * IPv4 says with NLM_F_REPLACE that a route has taken another's place, which it does not name. IPv6 tells a route of several hops
 * whole when one comes, and by the one alone when it goes; what that leaves, only a dump can tell.
 */
function mergeRoute(note: Note<Route>, entries: readonly Entry<Route>[]): Merged {
  const { object } = note
  const known = entries.some(entry => sameRoute(entry.object, object))
  if (object.family !== 'inet6') {
    if (note.action === 'delete') return known || entries.length === 0 ? 'own' : 'unknown'
    if (!note.replaces) return 'own'
    return entries.length <= 1 ? (entries.length === 1 ? 'replace' : 'own') : 'unknown'
  }
  // A dump leaves out routes that lie between the hops of another (fib6_dump_node): they show when that has gone.
  if (note.action === 'delete' && object.multipath !== undefined) return 'unknown'
  // What it has replaced is the first that there was of its sort, and that need not be the one of its own hops (fib6_add_rt2node).
  if (known || !joinable(object)) return note.replaces && entries.length > (known ? 1 : 0) ? 'unknown' : 'own'
  const others = entries.filter(entry => joinable(entry.object))
  if (others.length === 0) return note.replaces && entries.length > 0 ? 'unknown' : 'own'
  if (note.action === 'new' && object.multipath !== undefined && entries.length === 1) return 'replace'
  return 'unknown'
}

/**
 * Tells whether a dump of routes may lack some or show some twice, by what was told while it ran. That of IPv6 counts what it has shown and
 * begins anew behind as many once a route has come (fib6_dump_table): that one shifts what follows, and so does one that has gone before.
 */
export function isShifted(notes: readonly Note<{ readonly family?: unknown }>[]): boolean {
  let deleted = false
  return notes.some(({ action, object, replaces }) => {
    if (object.family !== 'inet6') return false
    deleted ||= action === 'delete'
    return action === 'new' && (deleted || !replaces)
  })
}

/**
 * A bridge tells what its ports are set to and which state they are in under AF_BRIDGE alone, all in IFLA_PROTINFO (br_ifinfo_notify);
 * what devices tell there of their own switches has no priority (ndo_dflt_bridge_getlink).
 */
function joinPort(link: Link, { protinfo }: Link): Link {
  if (link.slave?.kind !== 'bridge' || protinfo?.priority === undefined) return link
  return { ...link, slave: { kind: 'bridge', ...(protinfo as BrportAttrs) } }
}

/**
 * Makes text of values that are mostly those of the call before: it names a group (a watch holds 206 bytes of a route, 239 with keys that
 * say it all), or ends a key, which then keeps alive no pieces that it was joined of.
 */
function repeating(): (a: unknown, b: unknown, c?: unknown, d?: unknown, e?: unknown) => string {
  let last: readonly unknown[] = [Number.NaN]
  let text = ''
  return (a, b, c, d, e) => {
    if (a !== last[0] || b !== last[1] || c !== last[2] || d !== last[3] || e !== last[4]) {
      last = [a, b, c, d, e]
      text = ` ${last.join(' ')}`
    }
    return text
  }
}

const ofAddr = repeating()
const ofRoute = repeating()
const ofNeigh = repeating()

/** How the objects of each sort are told apart. */
export const sorts: { readonly [K in keyof Watched]: Sort<Watched[K]> } = {
  link: { key: link => `${link.index}`, same, join: joinPort },
  addr: {
    key: addr => addr.address + ofAddr(addr.index, addr.family, addr.peer),
    same,
    quiet,
  },
  route: {
    key: ({ dst }) => dst,
    group: ({ family, table, src, tos, priority }) => ofRoute(family, table, src, tos, priority ?? 0),
    matches: sameRoute,
    near: (a, b) => hopsOf(a) === hopsOf(b),
    same: (a, b) => same(inOrder(a), inOrder(b)),
    quiet: (a, b) => quiet(inOrder(a), inOrder(b)),
    merge: mergeRoute,
  },
  neigh: {
    key: ({ dst = '' }) => dst,
    group: ({ ifindex, family, flags }) => ofNeigh(ifindex, family, flags & NTF_PROXY),
    same,
  },
  rule: {
    key: rule => text({ ...rule, flags: rule.flags & ~rulesFound }),
    matches: () => true,
    counted: true,
    same: (a, b) => a.flags === b.flags,
  },
}
