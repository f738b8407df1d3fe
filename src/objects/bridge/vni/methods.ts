import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import {
  type CallOptions,
  call,
  collect,
  type Single,
  type Stream,
  stream,
  type Task,
} from '../../../request/operation.js'
import { type TunnelVni, type TunnelVniFilter, type TunnelVniSpec, tunnelRequests } from './requests.js'

/** VNIs of vxlans with `vnifilter`: what `bridge vni` does. */
export const tunnel = {
  /**
   * Lists VNIs, of all vxlans that filter by them unless `dev` says otherwise; those with the same group come as one range.
   * @example const vnis = await rt.tunnel.list({ dev: 'vx0', stats: true })
   */
  list: (filter?: TunnelVniFilter, options?: CallOptions): Single<TunnelVni[]> =>
    collect(tunnelRequests.dump(filter), options),
  /**
   * Streams VNIs in bounded memory.
   * @example for await (const v of rt.tunnel.dump()) console.log(v.start, v.end ?? v.start)
   */
  dump: (filter?: TunnelVniFilter, options?: CallOptions): Stream<TunnelVni> =>
    stream(tunnelRequests.dump(filter), options),
  /**
   * Has a vxlan take a VNI, or all up to `end`; those that it takes get the group. Rejects with EOPNOTSUPP without `vnifilter`.
   * @example await rt.tunnel.add({ dev: 'vx0', start: 100, end: 110, group: '239.1.1.1' })
   */
  add: (spec: TunnelVniSpec, options?: CallOptions): Single<void> => call(tunnelRequests.add(spec), options),
  /**
   * Has a vxlan take a VNI, or all up to `end`, no more; rejects with ENOENT when it does not, unless `missingOk`.
   * @example await rt.tunnel.delete({ dev: 'vx0', start: 100, end: 110 })
   */
  delete: (spec: TunnelVniSpec, options?: DeleteOptions): Task<void> =>
    remove(tunnelRequests.delete(spec), options, ['ENOENT', 'ENODEV']),
} as const
