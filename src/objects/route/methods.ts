import type { Route, RouteSpec } from '../../generated/route/types.gen.js'
import { type DeleteOptions, remove } from '../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, call, callWith, collect, stream } from '../../request/operation.js'
import { flushRoutes, replaceRoute } from './operations.js'
import { type RouteFilter, type RouteLookupOptions, routeRequests } from './requests.js'

/** Routes: what `ip route` does. */
export interface RouteMethods {
  /**
   * Gives the table's entry that a look-up matches, under its own prefix.
   * @example const { dst } = await rt.route.get('198.51.100.7')
   */
  get(dst: string, options?: RouteLookupOptions & CallOptions): Promise<Route>
  /**
   * Looks up the path of a packet; rejects with ENETUNREACH when there is none.
   * @example const { gateway, oif, prefsrc } = await rt.route.lookup('198.51.100.7')
   */
  lookup(dst: string, options?: RouteLookupOptions & CallOptions): Promise<Route>
  /**
   * Lists routes, of all tables unless the filter names one; rejects with ENOENT for a table that does not exist in the `family` asked
   * for, without one there are none.
   * @example const main = await rt.route.list({ table: 254, family: 'inet' })
   */
  list(filter?: RouteFilter, options?: CallOptions): Promise<Route[]>
  /**
   * Streams routes in bounded memory.
   * @example for await (const r of rt.route.dump({ table: 254 })) if (r.dst === 'default') break
   */
  dump(filter?: RouteFilter, options?: CallOptions): Dump<Route>
  /**
   * Adds a route; rejects with EEXIST when there is one with this prefix, metric and tos, and with ERR_NETLINK_BAD_VALUE without `dst`,
   * as all changes of routes do: the route to everything is `'default'`. `expires` has the seconds that an IPv6 route
   * lasts; one that was read, which says that in `cacheinfo`, lasts as long as was left then, rounded up to seconds.
   * @example await rt.route.add({ dst: 'default', gateway: '192.0.2.254' })
   */
  add(spec: RouteSpec, options?: CallOptions): Promise<void>
  /**
   * Adds a route and answers with it.
   * @example const { oif } = await rt.route.addAndGet({ dst: '198.51.100.0/24', gateway: '192.0.2.254' })
   */
  addAndGet(spec: RouteSpec, options?: CallOptions): Promise<Route>
  /**
   * Adds a route in place of the one with this prefix, metric and tos. What was read goes on to expire, as in `add`.
   * @example await rt.route.replace({ dst: 'default', gateway: '192.0.2.254', dev: 'v0' })
   */
  replace(spec: RouteSpec, options?: CallOptions): Promise<void>
  /**
   * Adds a route in place of another and answers with it. Where it is there already IPv4 does not tell it: then its table is listed.
   * @example await rt.route.replaceAndGet({ dst: 'default', dev: 'v0' })
   */
  replaceAndGet(spec: RouteSpec, options?: CallOptions): Promise<Route>
  /**
   * Adds a route behind those with the same prefix; for IPv6 a further nexthop.
   * @example await rt.route.append({ dst: '2001:db8:1::/64', gateway: 'fe80::2', dev: 'v0' })
   */
  append(spec: RouteSpec, options?: CallOptions): Promise<void>
  /**
   * Deletes the first route that matches what is given, `dst` at least; rejects with ESRCH when none does, unless `missingOk`.
   * @example await rt.route.delete({ dst: 'default' })
   */
  delete(spec: RouteSpec, options?: DeleteOptions): Promise<void>
  /**
   * Deletes all routes that the filter finds and answers with how many there were; rejects with ERR_NETLINK_BAD_VALUE when it says
   * nothing. Without `table` it looks in all tables but 255, local: what that says of the host's own addresses is the kernel's.
   * @example await rt.route.flush({ table: 100 })
   */
  flush(filter: RouteFilter, options?: CallOptions): Promise<number>
}

/** The blocking twin of `RouteMethods`. */
export interface BlockingRouteMethods extends Blocking<RouteMethods> {}

/** The tasks of `RouteMethods`, which both clients run. */
export const routeMethods: MethodTable<RouteMethods> = {
  get: (dst, options) => callWith(options, rest => routeRequests.get(dst, rest)),
  lookup: (dst, options) => callWith(options, rest => routeRequests.lookup(dst, rest)),
  list: (filter, options) => collect(routeRequests.dump(filter), options),
  dump: (filter, options) => stream(routeRequests.dump(filter), options),
  add: (spec, options) => call(routeRequests.add(spec), options),
  addAndGet: (spec, options) => call(routeRequests.addEcho(spec), options),
  replace: (spec, options) => call(routeRequests.replace(spec), options),
  replaceAndGet: (spec, options) => replaceRoute(spec, options),
  append: (spec, options) => call(routeRequests.append(spec), options),
  delete: (spec, options) => remove(routeRequests.delete(spec), options, ['ESRCH', 'ENODEV']),
  flush: (filter, options) => flushRoutes(filter, options),
}
