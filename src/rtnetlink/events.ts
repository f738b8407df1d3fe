import { own } from '../codec/own-property.js'
import { quote } from '../codec/text/quote.js'
import type { AcAddr, Addr, McAddr } from '../generated/addr/types.gen.js'
import type { Dcb } from '../generated/dcb/types.gen.js'
import { type Group, groups } from '../generated/groups.gen.js'
import type { AddrLabel, CacheReport, NdUserOpt, Netconf, PrefixInfo } from '../generated/l3/types.gen.js'
import type { Link } from '../generated/link/types.gen.js'
import type { Fdb, Neigh } from '../generated/neigh/types.gen.js'
import type { Nsid } from '../generated/nsid/types.gen.js'
import type { NexthopBucket, NexthopObject, Route } from '../generated/route/types.gen.js'
import type { Rule } from '../generated/rule/types.gen.js'
import type { Stats } from '../generated/stats/types.gen.js'
import type { Chain, Class, Filter, Qdisc } from '../generated/tc/types.gen.js'
import type { MdbEntry, MdbRouter } from '../objects/bridge/mdb/requests.js'
import type { BridgeVlan, BridgeVlanGlobal } from '../objects/bridge/vlan/requests.js'
import type { TunnelVni } from '../objects/bridge/vni/requests.js'
import { registry, rtnetlink } from '../objects/protocol.js'
import type { Action } from '../objects/tc/action/fields.js'
import { observed } from '../request/build.js'
import { decodeMessage, type Message } from '../request/message.js'
import { Several } from '../request/request.js'
import { littleEndian } from '../wire/endian.js'
import { cachedView, NLMSG_HDRLEN, viewOf } from '../wire/nlmsghdr.js'
import type { SocketFilter } from './socket-filter.js'

const le = littleEndian

/** What every event of an object says beside it. */
interface EventBase<T extends string> {
  readonly type: T
  readonly action: 'new' | 'delete'
  /** The namespace it happened in, by its id here; absent for this one. */
  readonly netns?: { readonly nsid: number }
}

/**
 * What a monitor tells. `overrun` says that events were lost: what came before it is older, what follows is newer. `other` is a message
 * that is about none of these objects, and each of another netlink family than NETLINK_ROUTE: of those `data` is the payload.
 */
export type MonitorEvent =
  | (EventBase<'link'> & { readonly link: Link })
  | (EventBase<'addr'> & { readonly addr: Addr })
  | (EventBase<'route'> & { readonly route: Route })
  | (EventBase<'neigh'> & { readonly neigh: Neigh })
  | (EventBase<'fdb'> & { readonly fdb: Fdb })
  | (EventBase<'mdb'> & { readonly mdb: MdbEntry })
  | (EventBase<'mdbRouter'> & { readonly mdbRouter: MdbRouter })
  | (EventBase<'vlan'> & { readonly vlan: BridgeVlan })
  | (EventBase<'vlanGlobal'> & { readonly vlanGlobal: BridgeVlanGlobal })
  | (EventBase<'tunnel'> & { readonly tunnel: TunnelVni })
  | (EventBase<'rule'> & { readonly rule: Rule })
  | (EventBase<'nsid'> & { readonly nsid: Nsid })
  | (EventBase<'qdisc'> & { readonly qdisc: Qdisc })
  | (EventBase<'class'> & { readonly class: Class })
  | (EventBase<'filter'> & { readonly filter: Filter })
  | (EventBase<'chain'> & { readonly chain: Chain })
  | (EventBase<'stats'> & { readonly stats: Stats })
  | (EventBase<'dcb'> & { readonly dcb: Dcb })
  | (EventBase<'action'> & {
      /** The actions of one message. */
      readonly actions: readonly Action[]
      /** Instead of actions: how many of a kind a flush has deleted. */
      readonly flushed?: { readonly kind: string; readonly count: number }
    })
  | (EventBase<'nexthop'> & { readonly nexthop: NexthopObject })
  | (EventBase<'nexthopBucket'> & { readonly nexthopBucket: NexthopBucket })
  | (EventBase<'mcaddr'> & { readonly mcaddr: McAddr })
  | (EventBase<'acaddr'> & { readonly acaddr: AcAddr })
  | (EventBase<'addrLabel'> & { readonly addrLabel: AddrLabel })
  | (EventBase<'netconf'> & { readonly netconf: Netconf })
  | (EventBase<'prefix'> & { readonly prefix: PrefixInfo })
  | (EventBase<'ndUserOpt'> & { readonly ndUserOpt: NdUserOpt })
  | (EventBase<'cacheReport'> & { readonly cacheReport: CacheReport })
  | { readonly type: 'overrun' }
  | { readonly type: 'other'; readonly message: Message; readonly netns?: { readonly nsid: number } }

/** What a monitor listens to. */
export interface MonitorOptions {
  /** Multicast groups: RTNLGRP_ names without the prefix, or numbers. */
  readonly groups: readonly (Group | number)[]
  /** What the kernel lets through, so that foreign churn never reaches the process; or a classic BPF program (struct sock_filter[]). */
  readonly filter?: SocketFilter | Uint8Array | undefined
  /** The size of the kernel's queue, 16 MiB by default; beyond net.core.rmem_max it takes CAP_NET_ADMIN. */
  readonly bufferBytes?: number | undefined
  /** Listens to all namespaces that have an id in this one. */
  readonly allNetns?: boolean | undefined
  /** Ends the monitor: a waiting `next()` rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined
}

/** Turns one notification into an event, or several; `start` and `end` bound its payload in the receive buffer. */
export function eventOf(
  type: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  nsid: number | undefined,
): MonitorEvent | Several<MonitorEvent> {
  observed(rtnetlink, bytes, start, end)
  const event = (registry.eventOf(type)?.(bytes, cachedView(bytes), start, end) as
    | MonitorEvent
    | Several<MonitorEvent>
    | undefined) ?? {
    type: 'other' as const,
    message: decodeMessage(rtnetlink, bytes.slice(start - NLMSG_HDRLEN, end)),
  }
  if (nsid === undefined) return event
  const there = (one: MonitorEvent) => ({ ...one, netns: { nsid } }) as MonitorEvent
  return event instanceof Several ? new Several(event.items.map(there)) : there(event)
}

/** Turns one notification of another netlink family than NETLINK_ROUTE into an event: its types are numbers of its own. */
export function foreignEventOf(
  type: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  nsid: number | undefined,
): MonitorEvent {
  const view = viewOf(bytes)
  const at = start - NLMSG_HDRLEN
  const message = {
    type,
    flags: view.getUint16(at + 6, le),
    seq: view.getUint32(at + 8, le),
    pid: view.getUint32(at + 12, le),
    data: bytes.slice(start, end),
  }
  return { type: 'other', message, ...(nsid === undefined ? {} : { netns: { nsid } }) }
}

/** Gives the number of a group; refuses names that are none. */
export function groupNumber(group: Group | number): number {
  const number = typeof group === 'number' ? group : own(groups, group)
  if (number === undefined || !Number.isInteger(number) || number < 1)
    throw new TypeError(`${quote(group)} is no multicast group: ${Object.keys(groups).join(', ')}`)
  return number
}
