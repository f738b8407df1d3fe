import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import { changeVlan } from './operations.js'
import {
  type BridgeVlan,
  type BridgeVlanFilter,
  type BridgeVlanGlobal,
  type BridgeVlanGlobalSpec,
  type BridgeVlanSpec,
  vlanRequests,
} from './requests.js'

/** VLANs of bridges and their ports: what `bridge vlan` and `bridge vlan global` do. A link of kind vlan is a link. */
export interface VlanMethods {
  /**
   * Lists VLANs, of all bridges and ports unless `dev` says otherwise; those with the same options come as one range.
   * @example const tagged = await rt.vlan.list({ dev: 'v0', stats: true })
   */
  list(
    filter?: BridgeVlanFilter & { readonly stats?: boolean | undefined },
    options?: CallOptions,
  ): Promise<BridgeVlan[]>
  /**
   * Streams VLANs in bounded memory.
   * @example for await (const v of rt.vlan.dump({ vid: 10 })) console.log(v.ifindex, v.vid, v.range)
   */
  dump(filter?: BridgeVlanFilter & { readonly stats?: boolean | undefined }, options?: CallOptions): Dump<BridgeVlan>
  /**
   * Adds a VLAN, or all up to `range`, to a port or to the bridge itself, with their options; those that are there take the flags.
   * Rejects with EBUSY when the bridge has spanning tree instances and they say another `state`, which for a VLAN that is new to a port is
   * the port's: the VLANs are there then, without options. Rejects with EEXIST when one has another tunnel: `set` with `{ cmd: 17 }`, which
   * is RTM_DELLINK, as its `tunnelInfo` takes that away.
   * `self` asks the device instead of its bridge, `master` both, and then options beyond `flags` and `tunnelInfo` are not looked at.
   * @example await rt.vlan.add({ dev: 'v0', vid: 10, range: 20, flags: ['untagged'], tunnelInfo: { id: 1000 } })
   */
  add(spec: BridgeVlanSpec, options?: CallOptions): Promise<void>
  /**
   * Changes options of VLANs that are there: state, tunnel, multicast, neighbour suppression; flags stay. Rejects with
   * EBUSY, having changed nothing, when the bridge has spanning tree instances and they say another `state`, and with EEXIST when a VLAN has
   * another tunnel.
   * @example await rt.vlan.set({ dev: 'v0', vid: 10, range: 20, state: 'forwarding', mcastRouter: 2 })
   */
  set(spec: BridgeVlanSpec, options?: CallOptions): Promise<void>
  /**
   * Deletes a VLAN, or all up to `range`; those that are not there count as deleted.
   * @example await rt.vlan.delete({ dev: 'v0', vid: 10, range: 20 })
   */
  delete(spec: BridgeVlanSpec, options?: DeleteOptions): Promise<void>
  /**
   * Lists the options that VLANs have for the whole bridge: snooping, queriers, spanning tree instance.
   * @example const [one] = await rt.vlan.listGlobal({ dev: 'br0', vid: 10 })
   */
  listGlobal(filter?: BridgeVlanFilter, options?: CallOptions): Promise<BridgeVlanGlobal[]>
  /**
   * Changes options of a VLAN, or of all up to `range`, for the whole bridge.
   * @example await rt.vlan.setGlobal({ dev: 'br0', id: 10, mcastSnooping: true, mcastIgmpVersion: 3, msti: 1 })
   */
  setGlobal(spec: BridgeVlanGlobalSpec, options?: CallOptions): Promise<void>
}

/** The blocking twin of `VlanMethods`. */
export interface BlockingVlanMethods extends Blocking<VlanMethods> {}

/** The tasks of `VlanMethods`, which both clients run. */
export const vlanMethods: MethodTable<VlanMethods> = {
  list: (filter, options) => collect(vlanRequests.dump(filter), options),
  dump: (filter, options) => stream(vlanRequests.dump(filter), options),
  add: (spec, options) => changeVlan(vlanRequests.add, spec, options),
  set: (spec, options) => changeVlan(vlanRequests.set, spec, options),
  delete: (spec, options) => remove(vlanRequests.delete(spec), options, ['ENOENT', 'ENODEV']),
  listGlobal: (filter, options) => collect(vlanRequests.dumpGlobal(filter), options),
  setGlobal: (spec, options) => call(vlanRequests.setGlobal(spec), options),
}
