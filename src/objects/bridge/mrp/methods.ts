import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import type { BridgeFilter } from '../protocol-dump.js'
import { type MrpRing, type MrpRingSpec, type MrpSpec, mrpRequests } from './requests.js'

/** Rings of the media redundancy protocol (IEC 62439-2). */
export interface MrpMethods {
  /**
   * Lists rings.
   * @example const open = (await rt.mrp.list({ dev: 'br0' })).filter(r => r.ringState === 'open')
   */
  list(filter?: BridgeFilter, options?: CallOptions): Promise<MrpRing[]>
  /**
   * Streams rings.
   * @example for await (const r of rt.mrp.dump()) console.log(r.ringId, r.ringState)
   */
  dump(filter?: BridgeFilter, options?: CallOptions): Dump<MrpRing>
  /**
   * Makes a ring of two ports of a bridge; rejects with EINVAL when it is there or the bridge runs spanning tree, EOPNOTSUPP where
   * the kernel lacks it.
   * @example await rt.mrp.add({ dev: 'br0', ringId: 1, pIfindex: 'v0', sIfindex: 'v2', prio: 0x8000 })
   */
  add(spec: MrpRingSpec, options?: CallOptions): Promise<void>
  /**
   * Tells a bridge the roles and states of its rings and to send tests, or a port its state and role.
   * @example await rt.mrp.set({ dev: 'br0', ringRole: { ringId: 1, role: 'mrm' } })
   */
  set(spec: MrpSpec, options?: CallOptions): Promise<void>
  /**
   * Deletes a ring; rejects with EINVAL when there is none, unless `missingOk`. A ring that was read will do.
   * @example await rt.mrp.delete({ dev: 'br0', ringId: 1 })
   */
  delete(spec: MrpRingSpec, options?: DeleteOptions): Promise<void>
}

/** The blocking twin of `MrpMethods`. */
export interface BlockingMrpMethods extends Blocking<MrpMethods> {}

/** The tasks of `MrpMethods`, which both clients run. */
export const mrpMethods: MethodTable<MrpMethods> = {
  list: (filter, options) => collect(mrpRequests.dump(filter), options),
  dump: (filter, options) => stream(mrpRequests.dump(filter), options),
  add: (spec, options) => call(mrpRequests.add(spec), options),
  set: (spec, options) => call(mrpRequests.set(spec), options),
  delete: (spec, options) => remove(mrpRequests.delete(spec), options, ['EINVAL', 'ENODEV']),
}
