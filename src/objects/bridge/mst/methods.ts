import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import type { BridgeFilter } from '../protocol-dump.js'
import { type MstEntry, type MstEntrySpec, mstRequests } from './requests.js'

/** Multiple spanning trees: what `bridge mst` does. Which VLANs an instance has is said by `rt.vlan.setGlobal`. */
export interface MstMethods {
  /**
   * Lists the states of ports in their instances.
   * @example const blocked = (await rt.mst.list()).filter(e => e.state === 'blocking')
   */
  list(filter?: BridgeFilter, options?: CallOptions): Promise<MstEntry[]>
  /**
   * Streams the states of ports in their instances.
   * @example for await (const e of rt.mst.dump({ dev: 'v0' })) console.log(e.msti, e.state)
   */
  dump(filter?: BridgeFilter, options?: CallOptions): Dump<MstEntry>
  /**
   * Sets the state of a port in an instance; rejects with EINVAL where the bridge has no `mst_enabled`. Instance 0 is the port's own
   * state, told as `bridge link set` does: the kernel chooses it again unless a spanning tree daemon says it.
   * @example await rt.mst.set({ dev: 'v0', msti: 1, state: 'forwarding' })
   */
  set(spec: MstEntrySpec, options?: CallOptions): Promise<void>
}

/** The blocking twin of `MstMethods`. */
export interface BlockingMstMethods extends Blocking<MstMethods> {}

/** The tasks of `MstMethods`, which both clients run. */
export const mstMethods: MethodTable<MstMethods> = {
  list: (filter, options) => collect(mstRequests.dump(filter), options),
  dump: (filter, options) => stream(mstRequests.dump(filter), options),
  set: (spec, options) => call(mstRequests.set(spec), options),
}
