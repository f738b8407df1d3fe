import type { Addr, AddrSpec } from '../generated/addr.types.gen.js'
import type { Link, LinkSpec } from '../generated/link.types.gen.js'
import type { Neigh, NeighSpec } from '../generated/neigh.types.gen.js'
import type { Nsid } from '../generated/nsid.types.gen.js'
import type { Route, RouteSpec } from '../generated/route.types.gen.js'
import type { Rule, RuleSpec } from '../generated/rule.types.gen.js'
import { type AddrFilter, addrRequests } from './addr.js'
import { addAddr, addNeigh, flushAddrs, flushRoutes, nsidOf } from './composite.js'
import { type LinkFilter, type LinkGetOptions, type LinkRef, linkRequests } from './link.js'
import {
  addAndGetLink,
  addLink,
  type DeleteManyResult,
  deleteLinks,
  setLink,
  supportsKind,
  waitForLink,
} from './link-operations.js'
import { type DeleteOptions, remove } from './missing.js'
import { type NeighFilter, neighRequests } from './neigh.js'
import { type NsidSpec, nsidRequests } from './nsid.js'
import {
  type CallOptions,
  call,
  collect,
  type Methods,
  type Operation,
  type Single,
  type Stream,
  stream,
} from './operation.js'
import type { NamespaceRef } from './request.js'
import { type RouteFilter, type RouteLookupOptions, routeRequests } from './route.js'
import { type RuleFilter, ruleRequests } from './rule.js'

/** Network interfaces: what `ip link` and `bridge link` do. */
export const link = {
  /**
   * Gets a link by name, altname or index; rejects with ENODEV when there is none.
   * @example const { mtu } = await rt.link.get('lo')
   */
  get: (ref: LinkRef, options?: LinkGetOptions & CallOptions): Single<Link> =>
    call(linkRequests.get(ref, look(options)), options),
  /**
   * Lists links; interrupted dumps are repeated, then it rejects with ERR_NETLINK_DUMP_INTERRUPTED.
   * @example const ports = await rt.link.list({ master: 'br0' })
   */
  list: (filter?: LinkFilter, options?: CallOptions): Single<Link[]> => collect(linkRequests.dump(filter), options),
  /**
   * Streams links in bounded memory.
   * @example for await (const l of rt.link.dump()) console.log(l.name)
   */
  dump: (filter?: LinkFilter, options?: CallOptions): Stream<Link> => stream(linkRequests.dump(filter), options),
  /**
   * Creates a link; rejects with EEXIST when the name is taken, EOPNOTSUPP when the kernel lacks the kind. A veth brings its
   * peer, which cannot be born up: the kernel opens it before it is connected (ENOTCONN).
   * @example await rt.link.add({ name: 'v0', info: { kind: 'veth', peer: { name: 'v1', netns: 'blue' } } })
   */
  add: (spec: LinkSpec, options?: CallOptions): Single<void> | Operation<void> => addLink(spec, options),
  /**
   * Creates a link and answers with it.
   * @example const { index } = await rt.link.addAndGet({ name: 'br%d', info: { kind: 'bridge' } })
   */
  addAndGet: (spec: LinkSpec, options?: CallOptions): Single<Link> | Operation<Link> => addAndGetLink(spec, options),
  /**
   * Changes a link: what is given is set, all else stays. A link that was read may be given whole, then only what differs is sent.
   * @example await rt.link.set('v0', { up: true, mtu: 1400 })
   */
  set: (ref: LinkRef, spec: LinkSpec, options?: CallOptions): Operation<void> => setLink(ref, spec, options),
  /**
   * Deletes a link; rejects with ENODEV when there is none, unless `missingOk`. A veth takes its peer along.
   * @example await rt.link.delete('v0', { missingOk: true })
   */
  delete: (ref: LinkRef, options?: DeleteOptions): Operation<void> =>
    remove(linkRequests.delete(ref), options, ['ENODEV']),
  /**
   * Deletes many links at once, by a temporary group: 80 times faster than one by one. Already gone counts as deleted.
   * @example const { failed } = await rt.link.deleteMany(['v0', 'v2', 'v4'])
   */
  deleteMany: (refs: readonly LinkRef[], options?: CallOptions): Operation<DeleteManyResult> =>
    deleteLinks(refs, options),
  /**
   * Waits until the predicate holds; `undefined` stands for a link that is not there. Rejects with ERR_NETLINK_TIMEOUT after
   * `timeoutMs` (5,000).
   * @example await rt.link.wait('v0', l => l?.operstate === 'up')
   */
  wait: (
    ref: LinkRef,
    predicate: (link: Link | undefined) => boolean,
    options?: CallOptions,
  ): Operation<Link | undefined> => waitForLink(ref, predicate, options),
  /**
   * Gives a link further names of up to 127 bytes.
   * @example await rt.link.addAltname('v0', ['uplink-of-the-first-container'])
   */
  addAltname: (ref: LinkRef, names: readonly string[], options?: CallOptions): Single<void> =>
    call(linkRequests.addAltname(ref, names), options),
  /**
   * Takes further names from a link.
   * @example await rt.link.deleteAltname('v0', ['uplink-of-the-first-container'])
   */
  deleteAltname: (ref: LinkRef, names: readonly string[], options?: CallOptions): Single<void> =>
    call(linkRequests.deleteAltname(ref, names), options),
} as const

/** IP addresses: what `ip addr` does. */
export const addr = {
  /**
   * Lists addresses.
   * @example const mine = await rt.addr.list({ dev: 'v0' })
   */
  list: (filter?: AddrFilter, options?: CallOptions): Single<Addr[]> => collect(addrRequests.dump(filter), options),
  /**
   * Streams addresses in bounded memory.
   * @example for await (const a of rt.addr.dump({ family: 'inet6' })) console.log(a.address)
   */
  dump: (filter?: AddrFilter, options?: CallOptions): Stream<Addr> => stream(addrRequests.dump(filter), options),
  /**
   * Adds an address; rejects with EEXIST when the link has it, EACCES for IPv6 where disable_ipv6 is set.
   * @example await rt.addr.add({ dev: 'v0', address: '192.0.2.1/24' })
   */
  add: (spec: AddrSpec, options?: CallOptions): Single<void> => call(addrRequests.add(spec), options),
  /**
   * Adds an address and answers with it.
   * @example const { cacheinfo } = await rt.addr.addAndGet({ dev: 'v0', address: '2001:db8::1/64' })
   */
  addAndGet: (spec: AddrSpec, options?: CallOptions): Operation<Addr> =>
    addAddr(addrRequests.addEcho, addrRequests.add, spec, options),
  /**
   * Adds an address or changes its flags and lifetimes.
   * @example await rt.addr.replace({ dev: 'v0', address: '192.0.2.1/24', cacheinfo: { valid: 600, prefered: 300 } })
   */
  replace: (spec: AddrSpec, options?: CallOptions): Single<void> => call(addrRequests.replace(spec), options),
  /**
   * Adds or changes an address and answers with it.
   * @example await rt.addr.replaceAndGet({ dev: 'v0', address: '192.0.2.1/24' })
   */
  replaceAndGet: (spec: AddrSpec, options?: CallOptions): Operation<Addr> =>
    addAddr(addrRequests.replaceEcho, addrRequests.replace, spec, options),
  /**
   * Deletes an address; rejects with EADDRNOTAVAIL when the link has it not, unless `missingOk`.
   * @example await rt.addr.delete({ dev: 'v0', address: '192.0.2.1/24' })
   */
  delete: (spec: AddrSpec, options?: DeleteOptions): Operation<void> =>
    remove(addrRequests.delete(spec), options, ['EADDRNOTAVAIL', 'ENODEV']),
  /**
   * Deletes all addresses that the filter finds and answers with how many there were.
   * @example await rt.addr.flush({ dev: 'v0', family: 'inet' })
   */
  flush: (filter: AddrFilter, options?: CallOptions): Operation<number> => flushAddrs(filter, options),
} as const

/** Routes: what `ip route` does. */
export const route = {
  /**
   * Gives the table's entry that a look-up matches, under its own prefix.
   * @example const { dst } = await rt.route.get('198.51.100.7')
   */
  get: (dst: string, options?: RouteLookupOptions & CallOptions): Single<Route> =>
    call(routeRequests.get(dst, asked(options)), options),
  /**
   * Looks up the path of a packet; rejects with ENETUNREACH when there is none.
   * @example const { gateway, oif, prefsrc } = await rt.route.lookup('198.51.100.7')
   */
  lookup: (dst: string, options?: RouteLookupOptions & CallOptions): Single<Route> =>
    call(routeRequests.lookup(dst, asked(options)), options),
  /**
   * Lists routes, of all tables unless the filter names one; rejects with ENOENT for a table that does not exist.
   * @example const main = await rt.route.list({ table: 254, family: 'inet' })
   */
  list: (filter?: RouteFilter, options?: CallOptions): Single<Route[]> => collect(routeRequests.dump(filter), options),
  /**
   * Streams routes in bounded memory.
   * @example for await (const r of rt.route.dump({ table: 254 })) if (r.dst === 'default') break
   */
  dump: (filter?: RouteFilter, options?: CallOptions): Stream<Route> => stream(routeRequests.dump(filter), options),
  /**
   * Adds a route; rejects with EEXIST when there is one with this prefix, metric and tos.
   * @example await rt.route.add({ dst: 'default', gateway: '192.0.2.254' })
   */
  add: (spec: RouteSpec, options?: CallOptions): Single<void> => call(routeRequests.add(spec), options),
  /**
   * Adds a route and answers with it.
   * @example const { oif } = await rt.route.addAndGet({ dst: '198.51.100.0/24', gateway: '192.0.2.254' })
   */
  addAndGet: (spec: RouteSpec, options?: CallOptions): Single<Route> => call(routeRequests.addEcho(spec), options),
  /**
   * Adds a route in place of the one with this prefix, metric and tos.
   * @example await rt.route.replace({ dst: 'default', gateway: '192.0.2.254', dev: 'v0' })
   */
  replace: (spec: RouteSpec, options?: CallOptions): Single<void> => call(routeRequests.replace(spec), options),
  /**
   * Adds a route in place of another and answers with it.
   * @example await rt.route.replaceAndGet({ dst: 'default', dev: 'v0' })
   */
  replaceAndGet: (spec: RouteSpec, options?: CallOptions): Single<Route> =>
    call(routeRequests.replaceEcho(spec), options),
  /**
   * Adds a route behind those with the same prefix; for IPv6 a further nexthop.
   * @example await rt.route.append({ dst: '2001:db8:1::/64', gateway: 'fe80::2', dev: 'v0' })
   */
  append: (spec: RouteSpec, options?: CallOptions): Single<void> => call(routeRequests.append(spec), options),
  /**
   * Deletes the first route that matches what is given; rejects with ESRCH when none does, unless `missingOk`.
   * @example await rt.route.delete({ dst: 'default' })
   */
  delete: (spec: RouteSpec, options?: DeleteOptions): Operation<void> =>
    remove(routeRequests.delete(spec), options, ['ESRCH', 'ENODEV']),
  /**
   * Deletes all routes that the filter finds and answers with how many there were.
   * @example await rt.route.flush({ table: 100 })
   */
  flush: (filter: RouteFilter, options?: CallOptions): Operation<number> => flushRoutes(filter, options),
} as const

/** Neighbours: what `ip neigh` does. */
export const neigh = {
  /**
   * Gets the entry of an address on a link; rejects with ENOENT when there is none.
   * @example const { lladdr } = await rt.neigh.get({ dev: 'v0', dst: '192.0.2.2' })
   */
  get: (
    spec: { readonly dev: LinkRef; readonly dst: string; readonly proxy?: boolean | undefined },
    options?: CallOptions,
  ): Single<Neigh> => call(neighRequests.get(spec), options),
  /**
   * Lists neighbours.
   * @example const known = await rt.neigh.list({ dev: 'v0', state: ['reachable', 'stale'] })
   */
  list: (filter?: NeighFilter, options?: CallOptions): Single<Neigh[]> => collect(neighRequests.dump(filter), options),
  /**
   * Streams neighbours in bounded memory.
   * @example for await (const n of rt.neigh.dump()) console.log(n.dst, n.lladdr)
   */
  dump: (filter?: NeighFilter, options?: CallOptions): Stream<Neigh> => stream(neighRequests.dump(filter), options),
  /**
   * Adds a neighbour, permanent unless `state` says otherwise; rejects with EEXIST when there is one.
   * @example await rt.neigh.add({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:02' })
   */
  add: (spec: NeighSpec, options?: CallOptions): Single<void> => call(neighRequests.add(spec), options),
  /**
   * Adds a neighbour and answers with it.
   * @example const { state } = await rt.neigh.addAndGet({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:02' })
   */
  addAndGet: (spec: NeighSpec, options?: CallOptions): Operation<Neigh> =>
    addNeigh(neighRequests.add(spec), spec, options),
  /**
   * Adds a neighbour or changes it.
   * @example await rt.neigh.replace({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:03' })
   */
  replace: (spec: NeighSpec, options?: CallOptions): Single<void> => call(neighRequests.replace(spec), options),
  /**
   * Adds or changes a neighbour and answers with it.
   * @example await rt.neigh.replaceAndGet({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:03' })
   */
  replaceAndGet: (spec: NeighSpec, options?: CallOptions): Operation<Neigh> =>
    addNeigh(neighRequests.replace(spec), spec, options),
  /**
   * Deletes a neighbour; rejects with ENOENT when there is none, unless `missingOk`.
   * @example await rt.neigh.delete({ dev: 'v0', dst: '192.0.2.2' })
   */
  delete: (spec: NeighSpec, options?: DeleteOptions): Operation<void> =>
    remove(neighRequests.delete(spec), options, ['ENOENT', 'ENODEV']),
} as const

/** Policy rules: what `ip rule` does. */
export const rule = {
  /**
   * Lists rules by priority.
   * @example const rules = await rt.rule.list({ family: 'inet' })
   */
  list: (filter?: RuleFilter, options?: CallOptions): Single<Rule[]> => collect(ruleRequests.dump(filter), options),
  /**
   * Streams rules in bounded memory.
   * @example for await (const r of rt.rule.dump()) console.log(r.priority, r.table)
   */
  dump: (filter?: RuleFilter, options?: CallOptions): Stream<Rule> => stream(ruleRequests.dump(filter), options),
  /**
   * Adds a rule; rejects with EEXIST when there is the same.
   * @example await rt.rule.add({ src: '192.0.2.0/24', table: 100, priority: 1000 })
   */
  add: (spec: RuleSpec, options?: CallOptions): Single<void> => call(ruleRequests.add(spec), options),
  /**
   * Adds a rule and answers with it, the priority that the kernel chose included.
   * @example const { priority } = await rt.rule.addAndGet({ fwmark: 1, table: 100 })
   */
  addAndGet: (spec: RuleSpec, options?: CallOptions): Single<Rule> => call(ruleRequests.addEcho(spec), options),
  /**
   * Deletes the first rule that matches what is given; rejects with ENOENT when none does, unless `missingOk`.
   * @example await rt.rule.delete({ priority: 1000 })
   */
  delete: (spec: RuleSpec, options?: DeleteOptions): Operation<void> =>
    remove(ruleRequests.delete(spec), options, ['ENOENT', 'ESRCH']),
} as const

/** Ids of other network namespaces in this one: what `ip netns set` and `ip netns list-id` do. */
export const nsid = {
  /**
   * Gives the id that a namespace has here, −1 when it has none.
   * @example const id = await rt.nsid.get('blue')
   */
  get: (netns: NamespaceRef, options?: CallOptions): Operation<number> => nsidOf(netns, options),
  /**
   * Lists the ids that are given here.
   * @example const ids = (await rt.nsid.list()).map(n => n.nsid)
   */
  list: (options?: CallOptions): Single<Nsid[]> => collect(nsidRequests.dump(), options),
  /**
   * Streams the ids that are given here.
   * @example for await (const n of rt.nsid.dump()) console.log(n.nsid)
   */
  dump: (options?: CallOptions): Stream<Nsid> => stream(nsidRequests.dump(), options),
  /**
   * Gives a namespace an id here, the kernel's choice without `nsid`; rejects with EEXIST when it has one.
   * @example await rt.nsid.add({ netns: 'blue', nsid: 7 })
   */
  add: (spec: NsidSpec, options?: CallOptions): Single<void> => call(nsidRequests.add(spec), options),
} as const

/** Every family's verbs. */
export const verbs = { link, addr, route, neigh, rule, nsid } as const

/** The families of a client, with promises. */
export interface Calls extends Methods<typeof verbs> {
  /**
   * Tells whether the running kernel can make links of a kind, without making one; rejects with EPERM where no link may be made.
   * @example if (await rt.supports({ kind: 'wireguard' })) …
   */
  supports(what: { readonly kind: string }, options?: CallOptions): Promise<boolean>
}

/** Runs `supports`. */
export function* supports(what: { readonly kind: string }, options?: CallOptions): Operation<boolean> {
  if (typeof what !== 'object' || typeof what?.kind !== 'string') throw new TypeError('supports takes { kind }')
  return yield* supportsKind(what.kind, options)
}

/** Leaves of the options of a get what belongs into the message. */
function look(options: (LinkGetOptions & CallOptions) | undefined): LinkGetOptions {
  const { signal: _, timeoutMs: __, ...rest } = options ?? {}
  return rest
}

function asked(options: (RouteLookupOptions & CallOptions) | undefined): RouteLookupOptions {
  const { signal: _, timeoutMs: __, ...rest } = options ?? {}
  return rest
}
