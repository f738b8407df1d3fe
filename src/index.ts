/** Linux network configuration: `open()` and `openSync()` give clients of the kernel's rtnetlink. No native code loads before. */
export { handleText, u32HandleText } from './codec/handle.js'
export { chokeOptions, redOptions } from './codec/red.js'
export { estimator, sizeTicks, tickSize, ticks, tickTime } from './codec/ticks.js'
export { rate, size, time, time64 } from './codec/units.js'
export type { DatagramMessage, DroppedMessage, ReplyMessage, RequestMessage, WarningMessage } from './diag/channels.js'
export type { Counters } from './engine/counters.js'
export type { ExtAck, ExtAckPolicy } from './errors/ext-ack.js'
export { NetlinkError, type NetlinkErrorInit, type Reason, type RequestInfo } from './errors/netlink-error.js'
export type { AcAddr, Addr, AddrSpec, McAddr } from './generated/addr.types.gen.js'
export type { Dcb, DcbSpec } from './generated/dcb.types.gen.js'
export type { Group } from './generated/groups.gen.js'
export type { AddrLabel, AddrLabelSpec, CacheReport, NdUserOpt, Netconf, PrefixInfo } from './generated/l3.types.gen.js'
export type { Link, LinkInfo, LinkInfoSpec, LinkSlave, LinkSlaveSpec, LinkSpec } from './generated/link.types.gen.js'
export type { Fdb, FdbSpec, Neigh, NeighSpec, NeighTable, NeighTableSpec } from './generated/neigh.types.gen.js'
export type { Nsid } from './generated/nsid.types.gen.js'
export type {
  Nexthop,
  NexthopBucket,
  NexthopObject,
  NexthopObjectSpec,
  NexthopSpec,
  Route,
  RouteSpec,
} from './generated/route.types.gen.js'
export type { Rule, RuleSpec } from './generated/rule.types.gen.js'
export type { Stats } from './generated/stats.types.gen.js'
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
} from './generated/tc.types.gen.js'
export type { Monitor } from './io/monitor.js'
export { type BlockingClient, type Client, type OpenOptions, open, openSync } from './io/open.js'
export type { RawCalls, RawMessage, RawReply } from './io/raw.js'
export type { NamespaceHandle, Readiness, SocketOptions, Transport, TransportSocket } from './io/transport.js'
export type { Current, Watch } from './io/watch.js'
export type { WatchEvent } from './io/watch-consumer.js'
export type { ActionFilter, ActionRef } from './rtnl/action.js'
export type { Action } from './rtnl/action-fields.js'
export type { AddrFilter, AddrFlush } from './rtnl/addr.js'
export type {
  BridgeFilter,
  CfmBridge,
  CfmSpec,
  MrpRing,
  MrpRingSpec,
  MrpSpec,
  MstEntry,
  MstEntrySpec,
} from './rtnl/bridge-protocols.js'
export type { ChainFilter, ChainPlace } from './rtnl/chain.js'
export type { ClassFilter, ClassPlace } from './rtnl/class.js'
export type { DcbQuery } from './rtnl/dcb.js'
export type { MonitorEvent, MonitorOptions } from './rtnl/events.js'
export type { FdbFilter, FdbFlush, FdbPlace } from './rtnl/fdb.js'
export type { FilterFilter, FilterPlace } from './rtnl/filter.js'
export type { AcAddrFilter, McAddrFilter } from './rtnl/joined-addr.js'
export type { LinkFilter, LinkGetOptions, LinkRef } from './rtnl/link.js'
export type { DeleteManyResult } from './rtnl/link-operations.js'
export type { MdbEntry, MdbEntrySpec, MdbFilter, MdbFlush, MdbGroup, MdbRouter } from './rtnl/mdb.js'
export type { DeleteOptions } from './rtnl/missing.js'
export type { MrouteFilter, MrouteRef, MrouteSpec } from './rtnl/mroute.js'
export type { NeighFilter } from './rtnl/neigh.js'
export type { NeighTableFilter } from './rtnl/neigh-table.js'
export type { NetconfFilter, NetconfRef } from './rtnl/netconf.js'
export type { NexthopBucketFilter, NexthopFilter, NexthopFlush, NexthopGetOptions } from './rtnl/nexthop.js'
export type { NsidSpec } from './rtnl/nsid.js'
export type { BlockingDump, BulkOptions, BulkResult, BulkSource, CallOptions, Dump } from './rtnl/operation.js'
export type { QdiscFilter, QdiscPlace } from './rtnl/qdisc.js'
export type { FixUp, NamespaceRef, Place, Request, Several } from './rtnl/request.js'
export type { RouteFilter, RouteLookupOptions } from './rtnl/route.js'
export type { RuleFilter } from './rtnl/rule.js'
export type { SocketFilter } from './rtnl/socket-filter.js'
export type { OffloadStatsField, StatsField, StatsFilter, StatsSetSpec } from './rtnl/stats.js'
export type { TunnelVni, TunnelVniFilter, TunnelVniSpec } from './rtnl/tunnel.js'
export type { Calls } from './rtnl/verbs.js'
export type {
  BridgeVlan,
  BridgeVlanFilter,
  BridgeVlanGlobal,
  BridgeVlanGlobalSpec,
  BridgeVlanSpec,
} from './rtnl/vlan.js'
export type { RouteWatchFilter, WatchFilter, WatchOptions } from './rtnl/watch-plan.js'
