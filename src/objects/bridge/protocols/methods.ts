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
import {
  type BridgeFilter,
  type CfmBridge,
  type CfmSpec,
  cfmRequests,
  type MrpRing,
  type MrpRingSpec,
  type MrpSpec,
  type MstEntry,
  type MstEntrySpec,
  mrpRequests,
  mstRequests,
} from './requests.js'

/** Multiple spanning trees: what `bridge mst` does. Which VLANs an instance has is said by `rt.vlan.setGlobal`. */
export const mst = {
  /**
   * Lists the states of ports in their instances.
   * @example const blocked = (await rt.mst.list()).filter(e => e.state === 'blocking')
   */
  list: (filter?: BridgeFilter, options?: CallOptions): Single<MstEntry[]> =>
    collect(mstRequests.dump(filter), options),
  /**
   * Streams the states of ports in their instances.
   * @example for await (const e of rt.mst.dump({ dev: 'v0' })) console.log(e.msti, e.state)
   */
  dump: (filter?: BridgeFilter, options?: CallOptions): Stream<MstEntry> => stream(mstRequests.dump(filter), options),
  /**
   * Sets the state of a port in an instance; rejects with EINVAL where the bridge has no `mst_enabled`. Instance 0 is the port's own
   * state, told as `bridge link set` does: the kernel chooses it again unless a spanning tree daemon says it.
   * @example await rt.mst.set({ dev: 'v0', msti: 1, state: 'forwarding' })
   */
  set: (spec: MstEntrySpec, options?: CallOptions): Single<void> => call(mstRequests.set(spec), options),
} as const

/** Rings of the media redundancy protocol (IEC 62439-2). */
export const mrp = {
  /**
   * Lists rings.
   * @example const open = (await rt.mrp.list({ dev: 'br0' })).filter(r => r.ringState === 'open')
   */
  list: (filter?: BridgeFilter, options?: CallOptions): Single<MrpRing[]> => collect(mrpRequests.dump(filter), options),
  /**
   * Streams rings.
   * @example for await (const r of rt.mrp.dump()) console.log(r.ringId, r.ringState)
   */
  dump: (filter?: BridgeFilter, options?: CallOptions): Stream<MrpRing> => stream(mrpRequests.dump(filter), options),
  /**
   * Makes a ring of two ports of a bridge; rejects with EINVAL when it is there or the bridge runs spanning tree, EOPNOTSUPP where
   * the kernel lacks it.
   * @example await rt.mrp.add({ dev: 'br0', ringId: 1, pIfindex: 'v0', sIfindex: 'v2', prio: 0x8000 })
   */
  add: (spec: MrpRingSpec, options?: CallOptions): Single<void> => call(mrpRequests.add(spec), options),
  /**
   * Tells a bridge the roles and states of its rings and to send tests, or a port its state and role.
   * @example await rt.mrp.set({ dev: 'br0', ringRole: { ringId: 1, role: 'mrm' } })
   */
  set: (spec: MrpSpec, options?: CallOptions): Single<void> => call(mrpRequests.set(spec), options),
  /**
   * Deletes a ring; rejects with EINVAL when there is none, unless `missingOk`. A ring that was read will do.
   * @example await rt.mrp.delete({ dev: 'br0', ringId: 1 })
   */
  delete: (spec: MrpRingSpec, options?: DeleteOptions): Task<void> =>
    remove(mrpRequests.delete(spec), options, ['EINVAL', 'ENODEV']),
} as const

/** Connectivity fault management (IEEE 802.1Q, clause 18 and on). */
export const cfm = {
  /**
   * Lists bridges with their maintenance end points: configuration and status, lists whose members name their instance.
   * @example for (const { ccPeerStatusInfo = [] } of await rt.cfm.list({ dev: 'br0' })) console.log(ccPeerStatusInfo)
   */
  list: (filter?: BridgeFilter, options?: CallOptions): Single<CfmBridge[]> =>
    collect(cfmRequests.dump(filter), options),
  /**
   * Streams bridges with their maintenance end points.
   * @example for await (const b of rt.cfm.dump()) console.log(b.ifindex, b.mepCreateInfo)
   */
  dump: (filter?: BridgeFilter, options?: CallOptions): Stream<CfmBridge> => stream(cfmRequests.dump(filter), options),
  /**
   * Makes, configures and deletes maintenance end points and their peers; rejects with EOPNOTSUPP where the kernel lacks it.
   * @example await rt.cfm.set({ dev: 'br0', mepCreate: { instance: 1, domain: 0, direction: 'down', ifindex: 'v0' } })
   */
  set: (spec: CfmSpec, options?: CallOptions): Single<void> => call(cfmRequests.set(spec), options),
} as const
