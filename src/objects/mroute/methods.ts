import type { Route } from '../../generated/route/types.gen.js'
import { type DeleteOptions, remove } from '../../request/ignore-missing.js'
import {
  type CallOptions,
  call,
  collect,
  type Operation,
  type Single,
  type Stream,
  stream,
  type Task,
} from '../../request/operation.js'
import { replaceMroute } from './operations.js'
import { type MrouteFilter, type MrouteRef, type MrouteSpec, mrouteRequests } from './requests.js'

/**
 * Multicast routes: what `ip mroute` shows. A daemon makes the virtual interfaces with socket options (MRT_ADD_VIF); they are read
 * with `rt.link.list({ family: 'ipmr' })`, one table a link, in `afSpec`.
 */
export const mroute = {
  /**
   * Gets the multicast route of a group and a source; rejects with ENOENT when there is none.
   * @example const { iif, multipath } = await rt.mroute.get({ dst: '239.1.1.1', src: '192.0.2.7' })
   */
  get: (ref: MrouteRef, options?: CallOptions): Single<Route> => call(mrouteRequests.get(ref), options),
  /**
   * Lists multicast routes, those that wait for a daemon (`flags` has RTNH_F_UNRESOLVED) included.
   * @example const routes = await rt.mroute.list({ family: 'inet6' })
   */
  list: (filter?: MrouteFilter, options?: CallOptions): Single<Route[]> =>
    collect(mrouteRequests.dump(filter), options),
  /**
   * Streams multicast routes in bounded memory.
   * @example for await (const r of rt.mroute.dump()) console.log(r.src, r.dst, r.mfcStats?.packets)
   */
  dump: (filter?: MrouteFilter, options?: CallOptions): Stream<Route> => stream(mrouteRequests.dump(filter), options),
  /**
   * Adds a multicast route or changes it; rejects with ENOENT without the table, BAD_VALUE for hops that are no virtual interfaces.
   * @example await rt.mroute.replace({ dst: '239.1.1.1', src: '192.0.2.7', iif: 'v0', multipath: [{ dev: 'v1', hops: 1 }] })
   */
  replace: (spec: MrouteSpec, options?: CallOptions): Operation<void> => replaceMroute(spec, options),
  /**
   * Deletes a multicast route; rejects with ENOENT when there is none, unless `missingOk`.
   * @example await rt.mroute.delete({ dst: '239.1.1.1', src: '192.0.2.7' })
   */
  delete: (ref: MrouteRef, options?: DeleteOptions): Task<void> =>
    remove(mrouteRequests.delete(ref), options, ['ENOENT']),
} as const
