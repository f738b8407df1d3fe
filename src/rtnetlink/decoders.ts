import { NetlinkError } from '../errors/netlink-error.js'
import type { AcAddr, Addr, McAddr } from '../generated/addr/types.gen.js'
import type { Dcb } from '../generated/dcb/types.gen.js'
import type { AddrLabel, CacheReport, NdUserOpt, Netconf, PrefixInfo } from '../generated/l3/types.gen.js'
import type { Link } from '../generated/link/types.gen.js'
import type { Fdb, Neigh, NeighTable } from '../generated/neigh/types.gen.js'
import type { Nsid } from '../generated/nsid/types.gen.js'
import type { ModuleName } from '../generated/registry.gen.js'
import type { NexthopBucket, NexthopObject, Route } from '../generated/route/types.gen.js'
import type { Rule } from '../generated/rule/types.gen.js'
import type { Stats } from '../generated/stats/types.gen.js'
import type { Chain, Class, Filter, Qdisc } from '../generated/tc/types.gen.js'
import type { MdbEntry, MdbRouter } from '../objects/bridge/mdb/requests.js'
import type { BridgeVlan, BridgeVlanGlobal } from '../objects/bridge/vlan/requests.js'
import type { TunnelVni } from '../objects/bridge/vni/requests.js'
import { registry } from '../objects/protocol.js'
import type { Action } from '../objects/tc/action/fields.js'
import type { ObjectDecoder } from '../request/registry.js'
import { cachedView } from '../wire/nlmsghdr.js'

/** The memory that the last payload lay in: those of a datagram share it, and views cost more than decoding a route. */
let memory: Uint8Array = new Uint8Array(0)

function whole<T>(payload: Uint8Array, name: ModuleName, decoder: string, what: string): T {
  const { buffer, byteOffset } = payload
  if (memory.buffer !== buffer) memory = new Uint8Array(buffer)
  const decode = registry.module(name).decoders[decoder] as ObjectDecoder<T>
  const object = decode(memory, cachedView(memory), byteOffset, byteOffset + payload.length)
  if (object !== undefined) return object
  throw new NetlinkError({
    reason: 'decode',
    code: 'ERR_NETLINK_BAD_MESSAGE',
    detail: `${payload.length} bytes are too short for the header of a ${what}`,
  })
}

/**
 * Decodes the payload of an RTM_NEWLINK; rejects one shorter than its fixed header. All decoders here are used alike.
 *
 * @example
 * for (const { type, payload } of messages(datagram)) if (type === RTM_NEWLINK) console.log(decodeLink(payload).name)
 */
export const decodeLink = (payload: Uint8Array): Link => whole(payload, 'link', 'decodeLink', 'link')
/** Decodes the payload of an RTM_NEWADDR; rejects one shorter than its fixed header. */
export const decodeAddr = (payload: Uint8Array): Addr => whole(payload, 'addr', 'decodeAddr', 'address')
/** Decodes the payload of an RTM_NEWROUTE; rejects one shorter than its fixed header. */
export const decodeRoute = (payload: Uint8Array): Route => whole(payload, 'route', 'decodeRoute', 'route')
/** Decodes the payload of an RTM_NEWNEIGH; rejects one shorter than its fixed header. */
export const decodeNeigh = (payload: Uint8Array): Neigh => whole(payload, 'neigh', 'decodeNeigh', 'neighbour')
/** Decodes the payload of an RTM_NEWNEIGHTBL; rejects one shorter than its fixed header. */
export const decodeNeighTable = (payload: Uint8Array): NeighTable =>
  whole(payload, 'neigh', 'decodeNeighTable', 'neighbour table')
/** Decodes the payload of an RTM_NEWRULE; rejects one shorter than its fixed header. */
export const decodeRule = (payload: Uint8Array): Rule => whole(payload, 'rule', 'decodeRule', 'rule')
/** Decodes the payload of an RTM_NEWNSID; rejects one shorter than its fixed header. */
export const decodeNsid = (payload: Uint8Array): Nsid => whole(payload, 'nsid', 'decodeNsid', 'namespace id')
/** Decodes the payload of an RTM_NEWQDISC; rejects one shorter than its fixed header. */
export const decodeQdisc = (payload: Uint8Array): Qdisc => whole(payload, 'tc', 'decodeQdisc', 'qdisc')
/** Decodes the payload of an RTM_NEWTCLASS; rejects one shorter than its fixed header. */
export const decodeClass = (payload: Uint8Array): Class => whole(payload, 'tc', 'decodeClass', 'class')
/** Decodes the payload of an RTM_NEWTFILTER; rejects one shorter than its fixed header. */
export const decodeFilter = (payload: Uint8Array): Filter => whole(payload, 'tc', 'decodeFilter', 'filter')
/** Decodes the payload of an RTM_NEWCHAIN; rejects one shorter than its fixed header. */
export const decodeChain = (payload: Uint8Array): Chain => whole(payload, 'tc', 'decodeChain', 'chain')
/** Decodes the payload of an RTM_NEWSTATS; rejects one shorter than its fixed header. */
export const decodeStats = (payload: Uint8Array): Stats => whole(payload, 'stats', 'decodeStats', "link's statistics")
/** Decodes the payload of an RTM_GETDCB or RTM_SETDCB; rejects one shorter than its fixed header. */
export const decodeDcb = (payload: Uint8Array): Dcb => whole(payload, 'dcb', 'decodeDcb', "link's bridging")
/** Decodes the payload of an RTM_NEWACTION: the actions of its table; rejects one shorter than its fixed header. */
export const decodeActions = (payload: Uint8Array): Action[] =>
  whole(payload, 'tc', 'decodeActions', 'table of actions')
/** Decodes the payload of an RTM_NEWNEXTHOP; rejects one shorter than its fixed header. */
export const decodeNexthopObject = (payload: Uint8Array): NexthopObject =>
  whole(payload, 'route', 'decodeNexthopObject', 'nexthop')
/** Decodes the payload of an RTM_NEWNEXTHOPBUCKET; rejects one shorter than its fixed header. */
export const decodeNexthopBucket = (payload: Uint8Array): NexthopBucket =>
  whole(payload, 'route', 'decodeNexthopBucket', 'nexthop bucket')
/** Decodes the payload of an RTM_NEWADDRLABEL; rejects one shorter than its fixed header. */
export const decodeAddrLabel = (payload: Uint8Array): AddrLabel => whole(payload, 'l3', 'decodeAddrLabel', 'label')
/** Decodes the payload of an RTM_NEWNETCONF; rejects one shorter than its fixed header. */
export const decodeNetconf = (payload: Uint8Array): Netconf =>
  whole(payload, 'l3', 'decodeNetconf', "link's configuration")
/** Decodes the payload of an RTM_NEWPREFIX; rejects one shorter than its fixed header. */
export const decodePrefixInfo = (payload: Uint8Array): PrefixInfo => whole(payload, 'l3', 'decodePrefixInfo', 'prefix')
/** Decodes the payload of an RTM_NEWNDUSEROPT; rejects one shorter than its fixed header. */
export const decodeNdUserOpt = (payload: Uint8Array): NdUserOpt =>
  whole(payload, 'l3', 'decodeNdUserOpt', "router's options")
/** Decodes the payload of an RTM_NEWCACHEREPORT; rejects one shorter than its fixed header. */
export const decodeCacheReport = (payload: Uint8Array): CacheReport =>
  whole(payload, 'l3', 'decodeCacheReport', 'report of multicast routing')
/** Decodes the payload of an RTM_NEWMULTICAST; rejects one shorter than its fixed header. */
export const decodeMcAddr = (payload: Uint8Array): McAddr => whole(payload, 'addr', 'decodeMcAddr', 'multicast address')
/** Decodes the payload of an RTM_NEWANYCAST; rejects one shorter than its fixed header. */
export const decodeAcAddr = (payload: Uint8Array): AcAddr => whole(payload, 'addr', 'decodeAcAddr', 'anycast address')
/** Decodes the payload of an RTM_NEWNEIGH of AF_BRIDGE; rejects one shorter than its fixed header. */
export const decodeFdb = (payload: Uint8Array): Fdb => whole(payload, 'neigh', 'decodeFdb', 'forwarding entry')
/** Decodes the payload of an RTM_NEWMDB to the entries that it holds; rejects one shorter than its fixed header. */
export const decodeMdbEntries = (payload: Uint8Array): MdbEntry[] =>
  whole(payload, 'bridge', 'decodeMdbEntries', 'multicast database')
/** Decodes the payload of an RTM_NEWMDB to the router ports that it holds; rejects one shorter than its fixed header. */
export const decodeMdbRouters = (payload: Uint8Array): MdbRouter[] =>
  whole(payload, 'bridge', 'decodeMdbRouters', 'multicast database')
/** Decodes the payload of an RTM_NEWVLAN to the VLANs that it holds; rejects one shorter than its fixed header. */
export const decodeBridgeVlans = (payload: Uint8Array): BridgeVlan[] =>
  whole(payload, 'bridge', 'decodeBridgeVlans', 'VLAN database')
/** Decodes the payload of an RTM_NEWVLAN to the global options that it holds; rejects one shorter than its fixed header. */
export const decodeBridgeVlanGlobals = (payload: Uint8Array): BridgeVlanGlobal[] =>
  whole(payload, 'bridge', 'decodeBridgeVlanGlobals', 'VLAN database')
/** Decodes the payload of an RTM_NEWTUNNEL to the VNIs that it holds; rejects one shorter than its fixed header. */
export const decodeTunnelVnis = (payload: Uint8Array): TunnelVni[] =>
  whole(payload, 'bridge', 'decodeTunnelVnis', 'VNI filter')
