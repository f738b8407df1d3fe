/** Linux network configuration: `open()` and `openSync()` give clients of the kernel's rtnetlink. No native code loads before. */

export { type BlockingClient, type Client, type OpenOptions, open, openSync } from './client/open.js'
export type { Current, Watch } from './client/watch.js'
export type { WatchEvent } from './client/watch-consumer.js'
export { handleText, u32HandleText } from './codec/text/handle.js'
export { estimator, sizeTicks, tickSize, ticks, tickTime } from './codec/text/ticks.js'
export { rate, size, time, time64 } from './codec/text/units.js'
export type { Counters } from './engine/counters.js'
export type { ExtAck, ExtAckPolicy } from './errors/ext-ack.js'
export { NetlinkError, type NetlinkErrorInit, type Reason, type RequestInfo } from './errors/netlink-error.js'
export type { AcAddr, Addr, AddrSpec, McAddr } from './generated/addr/types.gen.js'
export type { Dcb, DcbSpec } from './generated/dcb/types.gen.js'
export type { Group } from './generated/groups.gen.js'
export type { AddrLabel, AddrLabelSpec, CacheReport, NdUserOpt, Netconf, PrefixInfo } from './generated/l3/types.gen.js'
export type { Link, LinkInfo, LinkInfoSpec, LinkSlave, LinkSlaveSpec, LinkSpec } from './generated/link/types.gen.js'
export type { Fdb, FdbSpec, Neigh, NeighSpec, NeighTable, NeighTableSpec } from './generated/neigh/types.gen.js'
export type { Nsid } from './generated/nsid/types.gen.js'
export type {
  Nexthop,
  NexthopBucket,
  NexthopObject,
  NexthopObjectSpec,
  NexthopSpec,
  Route,
  RouteSpec,
} from './generated/route/types.gen.js'
export type { Rule, RuleSpec } from './generated/rule/types.gen.js'
export type { Stats } from './generated/stats/types.gen.js'
export type {
  ActionOptions,
  ActionOptionsSpec,
  ActionSpec,
  Chain,
  ChainSpec,
  Class,
  ClassOptions,
  ClassSpec,
  Filter,
  FilterOptions,
  FilterSpec,
  Qdisc,
  QdiscOptions,
  QdiscSpec,
} from './generated/tc/types.gen.js'
export type { Monitor } from './io/monitor/monitor.js'
export type { RawCalls, RawMessage, RawReply } from './io/raw.js'
export type {
  DatagramMessage,
  DroppedMessage,
  ReplyMessage,
  RequestMessage,
  WarningMessage,
} from './io/trace/channels.js'
export type { NamespaceHandle, Readiness, SocketOptions, Transport, TransportSocket } from './io/transport/transport.js'
export type { AddrMethods, BlockingAddrMethods } from './objects/addr/methods.js'
export type { AddrFilter, AddrFlush } from './objects/addr/requests.js'
export type { AddrLabelMethods, BlockingAddrLabelMethods } from './objects/addr-label/methods.js'
export type { BlockingCfmMethods, CfmMethods } from './objects/bridge/cfm/methods.js'
export type { CfmBridge, CfmSpec } from './objects/bridge/cfm/requests.js'
export type { BlockingFdbMethods, FdbMethods } from './objects/bridge/fdb/methods.js'
export type { FdbFilter, FdbFlush, FdbRef } from './objects/bridge/fdb/requests.js'
export type { BlockingMdbMethods, MdbMethods } from './objects/bridge/mdb/methods.js'
export type { MdbEntry, MdbEntrySpec, MdbFilter, MdbFlush, MdbGroup, MdbRouter } from './objects/bridge/mdb/requests.js'
export type { BlockingMrpMethods, MrpMethods } from './objects/bridge/mrp/methods.js'
export type { MrpRing, MrpRingSpec, MrpSpec } from './objects/bridge/mrp/requests.js'
export type { BlockingMstMethods, MstMethods } from './objects/bridge/mst/methods.js'
export type { MstEntry, MstEntrySpec } from './objects/bridge/mst/requests.js'
export type { BridgeFilter } from './objects/bridge/protocol-dump.js'
export type { BlockingVlanMethods, VlanMethods } from './objects/bridge/vlan/methods.js'
export type {
  BridgeVlan,
  BridgeVlanFilter,
  BridgeVlanGlobal,
  BridgeVlanGlobalSpec,
  BridgeVlanSpec,
} from './objects/bridge/vlan/requests.js'
export type { BlockingTunnelMethods, TunnelMethods } from './objects/bridge/vni/methods.js'
export type { TunnelVni, TunnelVniFilter, TunnelVniSpec } from './objects/bridge/vni/requests.js'
export type { BlockingDcbMethods, DcbMethods } from './objects/dcb/methods.js'
export type { DcbQuery } from './objects/dcb/requests.js'
export type { BlockingLinkMethods, LinkMethods } from './objects/link/methods.js'
export type { DeleteManyResult } from './objects/link/operations.js'
export type { LinkFilter, LinkGetOptions, LinkRef } from './objects/link/requests.js'
export type {
  AcAddrMethods,
  BlockingAcAddrMethods,
  BlockingMcAddrMethods,
  McAddrMethods,
} from './objects/mcast/methods.js'
export type { AcAddrFilter, McAddrFilter } from './objects/mcast/requests.js'
export type { BlockingMrouteMethods, MrouteMethods } from './objects/mroute/methods.js'
export type { MrouteFilter, MrouteRef, MrouteSpec } from './objects/mroute/requests.js'
export type { BlockingNeighMethods, NeighMethods } from './objects/neigh/methods.js'
export type { NeighFilter } from './objects/neigh/requests.js'
export type { BlockingNeighTableMethods, NeighTableMethods } from './objects/neigh-table/methods.js'
export type { NeighTableFilter } from './objects/neigh-table/requests.js'
export type { BlockingNetconfMethods, NetconfMethods } from './objects/netconf/methods.js'
export type { NetconfFilter, NetconfRef } from './objects/netconf/requests.js'
export type {
  BlockingNexthopBucketMethods,
  BlockingNexthopMethods,
  NexthopBucketMethods,
  NexthopMethods,
} from './objects/nexthop/methods.js'
export type { NexthopBucketFilter, NexthopFilter, NexthopFlush, NexthopGetOptions } from './objects/nexthop/requests.js'
export type { BlockingNsidMethods, NsidMethods } from './objects/nsid/methods.js'
export type { NsidSpec } from './objects/nsid/requests.js'
export type { BlockingRouteMethods, RouteMethods } from './objects/route/methods.js'
export type { RouteFilter, RouteLookupOptions } from './objects/route/requests.js'
export type { BlockingRuleMethods, RuleMethods } from './objects/rule/methods.js'
export type { RuleFilter } from './objects/rule/requests.js'
export type { BlockingStatsMethods, StatsMethods } from './objects/stats/methods.js'
export type { OffloadStatsField, StatsField, StatsFilter, StatsSetSpec } from './objects/stats/requests.js'
export type { Action } from './objects/tc/action/fields.js'
export type { ActionMethods, BlockingActionMethods } from './objects/tc/action/methods.js'
export type { ActionFilter, ActionRef } from './objects/tc/action/requests.js'
export type { BlockingChainMethods, ChainMethods } from './objects/tc/chain/methods.js'
export type { ChainFilter, ChainRef } from './objects/tc/chain/requests.js'
export type { BlockingClassMethods, ClassMethods } from './objects/tc/class/methods.js'
export type { ClassFilter, ClassRef } from './objects/tc/class/requests.js'
export { chokeOptions, redOptions } from './objects/tc/codecs/red.js'
export type { BlockingFilterMethods, FilterMethods } from './objects/tc/filter/methods.js'
export type { FilterFilter, FilterRef } from './objects/tc/filter/requests.js'
export type { BlockingQdiscMethods, QdiscMethods } from './objects/tc/qdisc/methods.js'
export type { QdiscFilter, QdiscRef } from './objects/tc/qdisc/requests.js'
export type { DeleteOptions } from './request/ignore-missing.js'
export type { BlockingDump, BulkOptions, BulkResult, BulkSource, CallOptions, Dump } from './request/operation.js'
export type { FieldLocation, FixUp, NamespaceRef, Request, Several } from './request/request.js'
export type { MonitorEvent, MonitorOptions } from './rtnetlink/events.js'
export type { BlockingCalls, BlockingObjectMethods, Calls, ObjectMethods } from './rtnetlink/methods.js'
export type { SocketFilter } from './rtnetlink/socket-filter.js'
export type { RouteWatchFilter, WatchFilter, WatchOptions } from './watch/watch-plan.js'
