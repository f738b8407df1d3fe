import type { AddrMethods, BlockingAddrMethods } from '../objects/addr/methods.js'
import type { AddrLabelMethods, BlockingAddrLabelMethods } from '../objects/addr-label/methods.js'
import type { BlockingCfmMethods, CfmMethods } from '../objects/bridge/cfm/methods.js'
import type { BlockingFdbMethods, FdbMethods } from '../objects/bridge/fdb/methods.js'
import type { BlockingMdbMethods, MdbMethods } from '../objects/bridge/mdb/methods.js'
import type { BlockingMrpMethods, MrpMethods } from '../objects/bridge/mrp/methods.js'
import type { BlockingMstMethods, MstMethods } from '../objects/bridge/mst/methods.js'
import type { BlockingVlanMethods, VlanMethods } from '../objects/bridge/vlan/methods.js'
import type { BlockingTunnelMethods, TunnelMethods } from '../objects/bridge/vni/methods.js'
import type { BlockingDcbMethods, DcbMethods } from '../objects/dcb/methods.js'
import type { BlockingLinkMethods, LinkMethods } from '../objects/link/methods.js'
import type {
  AcAddrMethods,
  BlockingAcAddrMethods,
  BlockingMcAddrMethods,
  McAddrMethods,
} from '../objects/mcast/methods.js'
import type { BlockingMrouteMethods, MrouteMethods } from '../objects/mroute/methods.js'
import type { BlockingNeighMethods, NeighMethods } from '../objects/neigh/methods.js'
import type { BlockingNeighTableMethods, NeighTableMethods } from '../objects/neigh-table/methods.js'
import type { BlockingNetconfMethods, NetconfMethods } from '../objects/netconf/methods.js'
import type {
  BlockingNexthopBucketMethods,
  BlockingNexthopMethods,
  NexthopBucketMethods,
  NexthopMethods,
} from '../objects/nexthop/methods.js'
import type { BlockingNsidMethods, NsidMethods } from '../objects/nsid/methods.js'
import { registry } from '../objects/protocol.js'
import type { BlockingRouteMethods, RouteMethods } from '../objects/route/methods.js'
import type { BlockingRuleMethods, RuleMethods } from '../objects/rule/methods.js'
import type { BlockingStatsMethods, StatsMethods } from '../objects/stats/methods.js'
import type { ActionMethods, BlockingActionMethods } from '../objects/tc/action/methods.js'
import type { BlockingChainMethods, ChainMethods } from '../objects/tc/chain/methods.js'
import type { BlockingClassMethods, ClassMethods } from '../objects/tc/class/methods.js'
import type { BlockingFilterMethods, FilterMethods } from '../objects/tc/filter/methods.js'
import type { BlockingQdiscMethods, QdiscMethods } from '../objects/tc/qdisc/methods.js'
import type { CallOptions, MethodTable, Operation } from '../request/operation.js'
import { lazyTable } from '../request/registry.js'
import { objectModules, objectNames } from './requests.js'

/** The methods of the asynchronous client, by object. */
export interface ObjectMethods {
  readonly link: LinkMethods
  readonly addr: AddrMethods
  readonly route: RouteMethods
  readonly neigh: NeighMethods
  readonly fdb: FdbMethods
  readonly mdb: MdbMethods
  readonly vlan: VlanMethods
  readonly tunnel: TunnelMethods
  readonly mst: MstMethods
  readonly mrp: MrpMethods
  readonly cfm: CfmMethods
  readonly rule: RuleMethods
  readonly nsid: NsidMethods
  readonly qdisc: QdiscMethods
  readonly class: ClassMethods
  readonly filter: FilterMethods
  readonly chain: ChainMethods
  readonly stats: StatsMethods
  readonly dcb: DcbMethods
  readonly action: ActionMethods
  readonly neighTable: NeighTableMethods
  readonly nexthop: NexthopMethods
  readonly nexthopBucket: NexthopBucketMethods
  readonly mroute: MrouteMethods
  readonly mcaddr: McAddrMethods
  readonly acaddr: AcAddrMethods
  readonly addrLabel: AddrLabelMethods
  readonly netconf: NetconfMethods
}

/** The methods of the blocking client, by object. */
export interface BlockingObjectMethods {
  readonly link: BlockingLinkMethods
  readonly addr: BlockingAddrMethods
  readonly route: BlockingRouteMethods
  readonly neigh: BlockingNeighMethods
  readonly fdb: BlockingFdbMethods
  readonly mdb: BlockingMdbMethods
  readonly vlan: BlockingVlanMethods
  readonly tunnel: BlockingTunnelMethods
  readonly mst: BlockingMstMethods
  readonly mrp: BlockingMrpMethods
  readonly cfm: BlockingCfmMethods
  readonly rule: BlockingRuleMethods
  readonly nsid: BlockingNsidMethods
  readonly qdisc: BlockingQdiscMethods
  readonly class: BlockingClassMethods
  readonly filter: BlockingFilterMethods
  readonly chain: BlockingChainMethods
  readonly stats: BlockingStatsMethods
  readonly dcb: BlockingDcbMethods
  readonly action: BlockingActionMethods
  readonly neighTable: BlockingNeighTableMethods
  readonly nexthop: BlockingNexthopMethods
  readonly nexthopBucket: BlockingNexthopBucketMethods
  readonly mroute: BlockingMrouteMethods
  readonly mcaddr: BlockingMcAddrMethods
  readonly acaddr: BlockingAcAddrMethods
  readonly addrLabel: BlockingAddrLabelMethods
  readonly netconf: BlockingNetconfMethods
}

/** The tasks behind the methods of every object; an object's module is loaded when the first of its methods is called. */
export const methods = lazyTable<{ readonly [O in keyof ObjectMethods]: MethodTable<ObjectMethods[O]> }>(
  objectNames,
  object => registry.module(objectModules[object]).methods[object],
)

/** The calls of the asynchronous client. */
export interface Calls extends ObjectMethods {
  /**
   * Resolves with whether the running kernel can make links of a kind, without making one. Rejects with EPERM where the caller may not
   * make links.
   * @example if (await rt.supports({ kind: 'wireguard' })) await rt.link.add({ name: 'wg0', info: { kind: 'wireguard' } })
   */
  supports(what: { readonly kind: string }, options?: CallOptions): Promise<boolean>
}

/** The calls of the blocking client. */
export interface BlockingCalls extends BlockingObjectMethods {
  /** The blocking twin of `Calls.supports`. */
  supports(what: { readonly kind: string }, options?: CallOptions): boolean
}

/** Returns the task behind `supports`. */
export function supports(what: { readonly kind: string }, options?: CallOptions): Operation<boolean> {
  return (registry.module('link') as typeof import('./modules/link.js')).supports(what, options)
}
