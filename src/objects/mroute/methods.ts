import type { Route } from '../../generated/route/types.gen.js'
import { type DeleteOptions, remove } from '../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../request/operation.js'
import { replaceMroute } from './operations.js'
import { type MrouteFilter, type MrouteRef, type MrouteSpec, mrouteRequests } from './requests.js'

/**
 * Multicast routes: what `ip mroute` shows. A daemon makes the virtual interfaces with socket options (MRT_ADD_VIF); they are read
 * with `rt.link.list({ family: 'ipmr' })`, one table a link, in `afSpec`.
 */
export interface MrouteMethods {
  /**
   * Gets the multicast route of a group and a source; rejects with ENOENT when there is none.
   * @example const { iif, multipath } = await rt.mroute.get({ dst: '239.1.1.1', src: '192.0.2.7' })
   */
  get(ref: MrouteRef, options?: CallOptions): Promise<Route>
  /**
   * Lists multicast routes, those that wait for a daemon (`flags` has RTNH_F_UNRESOLVED) included.
   * @example const routes = await rt.mroute.list({ family: 'inet6' })
   */
  list(filter?: MrouteFilter, options?: CallOptions): Promise<Route[]>
  /**
   * Streams multicast routes in bounded memory.
   * @example for await (const r of rt.mroute.dump()) console.log(r.src, r.dst, r.mfcStats?.packets)
   */
  dump(filter?: MrouteFilter, options?: CallOptions): Dump<Route>
  /**
   * Adds a multicast route or changes it; rejects with ENOENT without the table, BAD_VALUE for hops that are no virtual interfaces.
   * @example await rt.mroute.replace({ dst: '239.1.1.1', src: '192.0.2.7', iif: 'v0', multipath: [{ dev: 'v1', hops: 1 }] })
   */
  replace(spec: MrouteSpec, options?: CallOptions): Promise<void>
  /**
   * Deletes a multicast route; rejects with ENOENT when there is none, unless `missingOk`.
   * @example await rt.mroute.delete({ dst: '239.1.1.1', src: '192.0.2.7' })
   */
  delete(ref: MrouteRef, options?: DeleteOptions): Promise<void>
}

/** The blocking twin of `MrouteMethods`. */
export interface BlockingMrouteMethods extends Blocking<MrouteMethods> {}

/** The tasks of `MrouteMethods`, which both clients run. */
export const mrouteMethods: MethodTable<MrouteMethods> = {
  get: (ref, options) => call(mrouteRequests.get(ref), options),
  list: (filter, options) => collect(mrouteRequests.dump(filter), options),
  dump: (filter, options) => stream(mrouteRequests.dump(filter), options),
  replace: (spec, options) => replaceMroute(spec, options),
  delete: (ref, options) => remove(mrouteRequests.delete(ref), options, ['ENOENT']),
}
