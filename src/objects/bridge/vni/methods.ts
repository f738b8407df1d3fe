import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import { type TunnelVni, type TunnelVniFilter, type TunnelVniSpec, tunnelRequests } from './requests.js'

/** VNIs of vxlans with `vnifilter`: what `bridge vni` does. */
export interface TunnelMethods {
  /**
   * Lists VNIs, of all vxlans that filter by them unless `dev` says otherwise; those with the same group come as one range.
   * @example const vnis = await rt.tunnel.list({ dev: 'vx0', stats: true })
   */
  list(filter?: TunnelVniFilter, options?: CallOptions): Promise<TunnelVni[]>
  /**
   * Streams VNIs in bounded memory.
   * @example for await (const v of rt.tunnel.dump()) console.log(v.start, v.end ?? v.start)
   */
  dump(filter?: TunnelVniFilter, options?: CallOptions): Dump<TunnelVni>
  /**
   * Has a vxlan take a VNI, or all up to `end`; those that it takes get the group. Rejects with EOPNOTSUPP without `vnifilter`.
   * @example await rt.tunnel.add({ dev: 'vx0', start: 100, end: 110, group: '239.1.1.1' })
   */
  add(spec: TunnelVniSpec, options?: CallOptions): Promise<void>
  /**
   * Has a vxlan take a VNI, or all up to `end`, no more; rejects with ENOENT when it does not, unless `missingOk`.
   * @example await rt.tunnel.delete({ dev: 'vx0', start: 100, end: 110 })
   */
  delete(spec: TunnelVniSpec, options?: DeleteOptions): Promise<void>
}

/** The blocking twin of `TunnelMethods`. */
export interface BlockingTunnelMethods extends Blocking<TunnelMethods> {}

/** The tasks of `TunnelMethods`, which both clients run. */
export const tunnelMethods: MethodTable<TunnelMethods> = {
  list: (filter, options) => collect(tunnelRequests.dump(filter), options),
  dump: (filter, options) => stream(tunnelRequests.dump(filter), options),
  add: (spec, options) => call(tunnelRequests.add(spec), options),
  delete: (spec, options) => remove(tunnelRequests.delete(spec), options, ['ENOENT', 'ENODEV']),
}
