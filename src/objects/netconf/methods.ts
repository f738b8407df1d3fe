import type { Netconf } from '../../generated/l3/types.gen.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../request/operation.js'
import { type NetconfFilter, type NetconfRef, netconfRequests } from './requests.js'

/** What links are told to do with packets of a family (forwarding, rp_filter and so on, set by sysctl): what `ip netconf` does. */
export interface NetconfMethods {
  /**
   * Gives the configuration of a link, of all links (`dev: -1`) or of new ones (`dev: -2`); rejects with EINVAL for a link without it.
   * @example const { forwarding } = await rt.netconf.get({ family: 'inet', dev: 'v0' })
   */
  get(ref: NetconfRef, options?: CallOptions): Promise<Netconf>
  /**
   * Lists configurations; their `ifindex` is −1 for all links, −2 for new ones.
   * @example const routers = (await rt.netconf.list({ family: 'inet6' })).filter(n => n.forwarding === 1)
   */
  list(filter?: NetconfFilter, options?: CallOptions): Promise<Netconf[]>
  /**
   * Streams configurations in bounded memory.
   * @example for await (const n of rt.netconf.dump()) console.log(n.family, n.ifindex, n.rpFilter)
   */
  dump(filter?: NetconfFilter, options?: CallOptions): Dump<Netconf>
}

/** The blocking twin of `NetconfMethods`. */
export interface BlockingNetconfMethods extends Blocking<NetconfMethods> {}

/** The tasks of `NetconfMethods`, which both clients run. */
export const netconfMethods: MethodTable<NetconfMethods> = {
  get: (ref, options) => call(netconfRequests.get(ref), options),
  list: (filter, options) => collect(netconfRequests.dump(filter), options),
  dump: (filter, options) => stream(netconfRequests.dump(filter), options),
}
