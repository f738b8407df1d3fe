import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import type { BridgeFilter } from '../protocol-dump.js'
import { type CfmBridge, type CfmSpec, cfmRequests } from './requests.js'

/** Connectivity fault management (IEEE 802.1Q, clause 18 and on). */
export interface CfmMethods {
  /**
   * Lists bridges with their maintenance end points: configuration and status, lists whose members name their instance.
   * @example for (const { ccPeerStatusInfo = [] } of await rt.cfm.list({ dev: 'br0' })) console.log(ccPeerStatusInfo)
   */
  list(filter?: BridgeFilter, options?: CallOptions): Promise<CfmBridge[]>
  /**
   * Streams bridges with their maintenance end points.
   * @example for await (const b of rt.cfm.dump()) console.log(b.ifindex, b.mepCreateInfo)
   */
  dump(filter?: BridgeFilter, options?: CallOptions): Dump<CfmBridge>
  /**
   * Makes, configures and deletes maintenance end points and their peers; rejects with EOPNOTSUPP where the kernel lacks it.
   * @example await rt.cfm.set({ dev: 'br0', mepCreate: { instance: 1, domain: 0, direction: 'down', ifindex: 'v0' } })
   */
  set(spec: CfmSpec, options?: CallOptions): Promise<void>
}

/** The blocking twin of `CfmMethods`. */
export interface BlockingCfmMethods extends Blocking<CfmMethods> {}

/** The tasks of `CfmMethods`, which both clients run. */
export const cfmMethods: MethodTable<CfmMethods> = {
  list: (filter, options) => collect(cfmRequests.dump(filter), options),
  dump: (filter, options) => stream(cfmRequests.dump(filter), options),
  set: (spec, options) => call(cfmRequests.set(spec), options),
}
