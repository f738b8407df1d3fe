import { afEnum } from '../generated/common/tables.gen.js'
import type { Af } from '../generated/common/types.gen.js'
import * as c from '../generated/constants.gen.js'
import type { Group } from '../generated/groups.gen.js'
import type { Link } from '../generated/link/types.gen.js'
import { familyNumber } from '../objects/arguments.js'
import { registry } from '../objects/protocol.js'
import { badField } from '../request/build.js'
import { checkFilter, type FilterKeys, leavesBy } from '../request/check-filter.js'
import type { ObjectDecoder } from '../request/registry.js'
import type { Request } from '../request/request.js'
import { request } from '../rtnetlink/requests.js'
import { type SocketFilter, socketFilter } from '../rtnetlink/socket-filter.js'
import { littleEndian } from '../wire/endian.js'
import { cachedView, NLM_F_REPLACE, NLMSG_HDRLEN } from '../wire/nlmsghdr.js'
import type { Note } from './mirror.js'
import type { Watched } from './watched.js'

const le = littleEndian

/** What of addresses, neighbours and rules is watched. */
export interface WatchFilter {
  /** `inet` or `inet6`, of routes also `mpls`. */
  readonly family?: Af | number | undefined
  /** The link, by name or index; a name is looked up once, when the watch begins. */
  readonly dev?: string | number | undefined
}

/** Which routes are watched. */
export interface RouteWatchFilter extends WatchFilter {
  readonly table?: number | undefined
}

/** What a watch holds: each sort of object wholly, or what a filter says. Of some neighbours and rules the kernel does not tell. */
export interface WatchOptions {
  readonly link?: boolean | undefined
  readonly addr?: boolean | WatchFilter | undefined
  readonly route?: boolean | RouteWatchFilter | undefined
  /** Without those whose only state is NUD_NOARP: who gets into it is `removed`. */
  readonly neigh?: boolean | WatchFilter | undefined
  /** Of routing, not of multicast routing (RTNL_FAMILY_IPMR, RTNL_FAMILY_IP6MR). */
  readonly rule?: boolean | Pick<WatchFilter, 'family'> | undefined
  /** Ends the watch: those who read it reject with `signal.reason`. */
  readonly signal?: AbortSignal | undefined
  /** The size of the kernel's queue, 16 MiB by default. */
  readonly bufferBytes?: number | undefined
}

/** A notification for a watch: of an object, or of what may have taken objects along without a word. */
export type WatchNote =
  | { readonly [K in keyof Watched]: { readonly type: K; readonly note: Note<Watched[K]> } }[keyof Watched]
  | { readonly type: 'nexthop'; readonly note: { readonly action: 'replace' | 'delete' } }
  | { readonly type: 'overrun' }

/** One sort of object in a watch. */
export interface Plan<K extends keyof Watched> {
  readonly type: K
  readonly filter: RouteWatchFilter
  readonly dump: () => Request<Watched[K]>
  /** Tells whether an object is one of those that are watched. */
  readonly takes: (object: Watched[K]) => boolean
}

const AF_UNSPEC = 0
const AF_INET = 2
const AF_BRIDGE = 7
const AF_INET6 = 10
const AF_MPLS = 28
const RTM_F_CLONED = 0x200

/** Families of each sort; the dumps of others (bridge ports, multicast routes) share the message types. */
const families: { readonly [K in keyof Watched]: readonly number[] } = {
  link: [AF_UNSPEC],
  addr: [AF_INET, AF_INET6],
  route: [AF_INET, AF_INET6, AF_MPLS],
  neigh: [AF_INET, AF_INET6],
  rule: [AF_INET, AF_INET6],
}

const types: { readonly [K in keyof Watched]: readonly [added: number, removed: number] } = {
  link: [c.RTM_NEWLINK, c.RTM_DELLINK],
  addr: [c.RTM_NEWADDR, c.RTM_DELADDR],
  route: [c.RTM_NEWROUTE, c.RTM_DELROUTE],
  neigh: [c.RTM_NEWNEIGH, c.RTM_DELNEIGH],
  rule: [c.RTM_NEWRULE, c.RTM_DELRULE],
}

const groups: { readonly [K in keyof Watched]: readonly Group[] } = {
  link: ['link'],
  addr: ['ipv4-ifaddr', 'ipv6-ifaddr'],
  route: ['ipv4-route', 'ipv6-route', 'mpls-route'],
  neigh: ['neigh'],
  rule: ['ipv4-rule', 'ipv6-rule'],
}

const decoders: { readonly [K in keyof Watched]: string } = {
  link: 'decodeLink',
  addr: 'decodeAddr',
  route: 'decodeRoute',
  neigh: 'decodeNeigh',
  rule: 'decodeRule',
}

/** Whose going takes objects of a sort along without a notification (fib_flush, detach_rules). */
const silent: { readonly [K in keyof Watched]?: readonly (keyof Watched)[] } = {
  route: ['link', 'addr'],
  rule: ['link'],
}

type FilteredSort = Exclude<keyof Watched, 'link'>

const filterKeys: { readonly [K in FilteredSort]: FilterKeys<Exclude<WatchOptions[K], boolean | undefined>> } = {
  addr: { family: true, dev: true },
  route: { family: true, dev: true, table: true },
  neigh: { family: true, dev: true },
  rule: { family: true },
}

/** Checks what a watch is to hold, which is something, and its filters: with a key that nobody knows it would hold everything. */
export function checkWatch(options: WatchOptions): void {
  const sorts = Object.keys(types) as (keyof Watched)[]
  if (!sorts.some(type => options[type])) throw new TypeError(`a watch holds one of ${sorts.join(', ')} at least`)
  for (const type of Object.keys(filterKeys) as FilteredSort[]) {
    const filter = options[type]
    if (typeof filter !== 'object') continue
    checkFilter<object>(`watch ${type}`, filter, filterKeys[type])
    planOf(type, filter)
  }
}

/** Makes the plan of one sort, with a filter whose `dev` is an index; refuses a family whose notifications are not followed. */
export function planOf<K extends keyof Watched>(type: K, given: RouteWatchFilter): Plan<K> {
  const context = { what: 'watch', spec: { [type]: given } }
  const af = familyNumber(context, given.family)
  const filter = af === AF_UNSPEC ? { ...given, family: undefined } : given
  const matching = filter.family === undefined ? families[type] : families[type].filter(each => each === af)
  if (matching.length === 0) {
    const names = families[type].map(each => afEnum.name(each)).join(', ')
    throw badField(context.what, context.spec, 'family', `is none of which ${type} is watched: ${names} are`)
  }
  const takes = (object: Watched[K]): boolean => {
    const it = object as Partial<
      Record<'family' | 'table' | 'index' | 'ifindex' | 'oif' | 'flags' | 'name', unknown>
    > & {
      readonly multipath?: readonly { readonly ifindex?: number }[]
    }
    const number = typeof it.family === 'string' ? afEnum.value(it.family as Af) : it.family
    if (!matching.includes(number as number)) return false
    if (filter.table !== undefined && it.table !== filter.table) return false
    if (type === 'route' && ((it.flags as number) & RTM_F_CLONED) !== 0) return false
    if (type === 'link' && it.name === '') return false
    // Multicast and broadcast mappings come and go without a notification; `ip neigh` does not show them either.
    if (type === 'neigh' && ((it as Partial<Watched['neigh']>).state ?? 0) === c.NUD_NOARP) return false
    if (filter.dev === undefined) return true
    if (type === 'addr') return it.index === filter.dev
    if (type === 'neigh') return it.ifindex === filter.dev
    return leavesBy(it, filter.dev)
  }
  const dump = (): Request<Watched[K]> => {
    const { family: ofFamily, table, dev } = filter
    const asks = { ...(ofFamily === undefined ? {} : { family: ofFamily }), ...(table === undefined ? {} : { table }) }
    // A route of several hops has no RTA_OIF: the kernel's filter by it would lose those.
    const linked = dev === undefined || type === 'route' ? asks : { ...asks, dev }
    return request[type].dump(linked as never) as Request<unknown> as Request<Watched[K]>
  }
  return { type, filter, dump, takes }
}

/** What a socket must join and filter for the plans, and how it reads what comes. */
export function listening(plans: readonly Plan<keyof Watched>[]): {
  readonly groups: readonly Group[]
  /** Groups that kernels before 5.3 do not have. */
  readonly optionalGroups: readonly Group[]
  readonly filter: Uint8Array
  readonly decode: (type: number, bytes: Uint8Array, start: number, end: number) => WatchNote | undefined
} {
  const besides = plans.flatMap(plan => silent[plan.type] ?? [])
  const all = new Set([...plans.map(plan => plan.type), ...besides])
  const filters: SocketFilter[] = [...all].map(type => {
    const plan = besides.includes(type) ? undefined : plans.find(candidate => candidate.type === type)
    const { dev, table } = plan?.filter ?? {}
    return {
      types: types[type],
      family: plan?.filter.family,
      table,
      ifindex: type === 'route' && dev !== undefined ? undefined : (dev as number | undefined),
    }
  })
  const routes = all.has('route')
  if (routes) filters.push({ types: [c.RTM_NEWNEXTHOP, c.RTM_DELNEXTHOP] })
  const sorts = new Map<number, readonly [keyof Watched, 'new' | 'delete']>()
  for (const type of all) {
    sorts.set(types[type][0], [type, 'new'])
    sorts.set(types[type][1], [type, 'delete'])
  }
  return {
    groups: [...new Set([...all].flatMap(type => groups[type]))],
    optionalGroups: routes ? ['nexthop'] : [],
    filter: socketFilter(filters),
    decode: (type, bytes, start, end) => {
      if (type === c.RTM_DELNEXTHOP) return { type: 'nexthop', note: { action: 'delete' } }
      const view = cachedView(bytes)
      const replaces = (view.getUint16(start - NLMSG_HDRLEN + 6, le) & NLM_F_REPLACE) !== 0
      if (type === c.RTM_NEWNEXTHOP) return replaces ? { type: 'nexthop', note: { action: 'replace' } } : undefined
      const sort = sorts.get(type)
      if (sort === undefined) return undefined
      const part = type === c.RTM_NEWLINK && bytes[start] === AF_BRIDGE
      if (!part && !families[sort[0]].includes(bytes[start] ?? -1)) return undefined
      const decode = registry.module(sort[0]).decoders[decoders[sort[0]]] as ObjectDecoder<never>
      const object = decode(bytes, view, start, end)
      if (object === undefined) return undefined
      const note = { action: sort[1], object: sort[0] === 'link' ? stateOf(object) : object, replaces, part }
      return { type: sort[0], note } as WatchNote
    },
  }
}

/** A link without what has made the kernel tell of it (IFLA_EVENT): a dump does not say. */
function stateOf(link: Link): Link {
  if (link.event === undefined) return link
  const { event: _, ...state } = link
  return state
}

/** What a link has told of itself last, as far as others go by it. */
export interface LinkState {
  readonly name: string
  readonly operstate: Link['operstate'] | undefined
  readonly up: boolean
  readonly mtu: number | undefined
  readonly vrf: Link['master']
}

/** What a watch knows of links, by index, and of rules. */
export class KnownLinks {
  readonly states = new Map<number, LinkState>()
  /** Those whose hops are alive as far as IPv4 addresses make them so. */
  readonly alive = new Set<number>()
  /** Priorities of rules that others go to, or wait for. */
  readonly targets = new Set<number>()

  /** Learns of rules, and tells whether others go to one of them. */
  meet(rules: readonly Watched['rule'][]): boolean {
    for (const rule of rules) if (rule.goto !== undefined) this.targets.add(rule.goto)
    return rules.some(({ priority }) => this.targets.has(priority))
  }

  /** Forgets what may have changed behind a loss. */
  clear(): void {
    this.states.clear()
    this.alive.clear()
  }
}

/**
 * Tells which sorts a notification may have taken objects from, or changed, without a word. Routes go with a link that goes down, hops
 * revive with one that comes up (fib_sync_up), and they are marked as `linkdown` when its operstate changes (linkwatch_do_dev,
 * fib_netdev_event), up to a second after a carrier and its flags; a VRF flushes those of what it takes and leaves (fib_disable_ip), and
 * IPv6 routes follow an MTU (rt6_mtu_change). Rules are bound to links by name (fib_rules_event), and by its priority to the rule that they
 * go to. With a nexthop object go its IPv4 routes, and the hops of routes by its groups; of one that is replaced,
 * net.ipv4.nexthop_compat_mode 0 tells no route. Hops die with the last IPv4 address of their link and revive with the next
 * (fib_inetaddr_event); those that follow change none, and a lease that is renewed is no reason to dump all routes.
 */
export function silentlyHit(note: WatchNote, known: KnownLinks): readonly (keyof Watched)[] {
  if (note.type === 'link') {
    const { action, object, part } = note.note
    if (part === true) return []
    const { index, name, operstate, mtu } = object
    const before = known.states.get(index)
    if (action === 'delete') {
      known.states.delete(index)
      known.alive.delete(index)
      return ['route', 'rule']
    }
    const up = (object.flags & c.IFF_UP) !== 0
    const vrf = object.slaveKindName === 'vrf' ? object.master : undefined
    known.states.set(index, { name, operstate, up, mtu, vrf })
    const hit: (keyof Watched)[] = []
    const isUnchanged = before?.up === up && before?.operstate === operstate
    if (!isUnchanged || before?.mtu !== mtu || before?.vrf !== vrf) hit.push('route')
    if (before?.name !== name) hit.push('rule')
    return hit
  }
  if (note.type === 'nexthop') return ['route']
  if (note.type === 'rule') return known.meet([note.note.object]) ? ['rule'] : []
  if (note.type !== 'addr') return []
  const { action, object } = note.note
  if (action === 'delete') {
    known.alive.delete(object.index)
    return ['route']
  }
  if (object.family !== 'inet' || known.alive.has(object.index)) return []
  known.alive.add(object.index)
  return ['route']
}
