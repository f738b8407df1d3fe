import type { Addr } from '../generated/addr.types.gen.js'
import type { BrportAttrs, Link } from '../generated/link.types.gen.js'
import type { Neigh } from '../generated/neigh.types.gen.js'
import type { Nexthop, Route } from '../generated/route.types.gen.js'
import type { Rule } from '../generated/rule.types.gen.js'
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
const volatile: ReadonlySet<string> = new Set(['stats', 'stats64', 'afSpec', 'cacheinfo', 'probes'])

/** Run by themselves inside `info` and `slave` of bridges and their ports. */
const timers: ReadonlySet<string> = new Set([
  'helloTimer',
  'tcnTimer',
  'topologyChangeTimer',
  'gcTimer',
  'messageAgeTimer',
  'forwardDelayTimer',
  'holdTimer',
])

/** Tells whether two values are alike, deeply; the volatile members of the outermost and timers further in are left out. */
function alike(a: unknown, b: unknown, without: ReadonlySet<string> = nothing): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  const names = Object.keys(left).filter(name => !without.has(name))
  return (
    Array.isArray(a) === Array.isArray(b) &&
    names.length === Object.keys(right).filter(name => !without.has(name)).length &&
    names.every(name => alike(left[name], right[name], timers))
  )
}

const nothing: ReadonlySet<string> = new Set()
const same = (a: unknown, b: unknown): boolean => alike(a, b, volatile)

/** The text of an object's fields, in one order for all. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return `${item}n`
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

const hopText = (hop: Pick<Nexthop, 'ifindex' | 'gateway' | 'via'>): string =>
  `${hop.ifindex ?? ''} ${hop.gateway ?? hop.via?.addr ?? ''}`

/** The nexthops of a route, as text: what tells routes of one prefix, metric and tos from each other. */
function hopsOf(route: Route): string {
  if (route.nhId !== undefined) return `id ${route.nhId}`
  if (route.multipath !== undefined) return route.multipath.map(hopText).sort().join(', ')
  const { oif, gateway, via } = route
  return `${oif ?? ''} ${gateway ?? via?.addr ?? ''}`
}

/** Tells whether the kernel joins a route with others of its prefix to one of several hops (rt6_qualify_for_ecmp). */
const joinable = (route: Route): boolean => route.gateway !== undefined || route.multipath !== undefined

/**
 * IPv4 says with NLM_F_REPLACE that a route has taken another's place, which it does not name. IPv6 tells a route of several hops
 * whole when one comes, and by the one alone when it goes; what that leaves, only a dump can tell.
 */
function mergeRoute(note: Note<Route>, entries: readonly Entry<Route>[]): Merged {
  const { object } = note
  const known = entries.some(entry => hopsOf(entry.object) === hopsOf(object))
  if (object.family !== 'inet6') {
    if (note.action === 'delete') return known || entries.length === 0 ? 'own' : 'unknown'
    if (!note.replaces) return 'own'
    return entries.length <= 1 ? (entries.length === 1 ? 'replace' : 'own') : 'unknown'
  }
  // A dump leaves out routes that lie between the hops of another (fib6_dump_node): they show when that has gone.
  if (note.action === 'delete' && object.multipath !== undefined) return 'unknown'
  if (known || !joinable(object)) return note.replaces && !known && entries.length > 0 ? 'unknown' : 'own'
  const others = entries.filter(entry => joinable(entry.object))
  if (others.length === 0) return note.replaces && entries.length > 0 ? 'unknown' : 'own'
  if (note.action === 'new' && object.multipath !== undefined && entries.length === 1) return 'replace'
  return 'unknown'
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
  // A new lifetime is worth telling, the passing of time is not.
  addr: {
    key: addr => addr.address + ofAddr(addr.index, addr.family, addr.peer),
    same,
    quiet: (a, b) => alike(a, b),
  },
  route: {
    key: ({ dst }) => dst,
    group: ({ family, table, src, tos, priority }) => ofRoute(family, table, src, tos, priority ?? 0),
    identity: hopsOf,
    same,
    merge: mergeRoute,
  },
  neigh: {
    key: ({ dst = '' }) => dst,
    group: ({ ifindex, family, flags }) => ofNeigh(ifindex, family, flags & NTF_PROXY),
    same,
  },
  // There may be two of the same: each that comes is one more.
  rule: { key: text, identity: () => '', same: () => true, merge: note => (note.action === 'new' ? 'add' : 'own') },
}
