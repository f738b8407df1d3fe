// Spells objects of bridges as `bridge -d -s -j` does.
import type { BridgeVlan, BridgeVlanGlobal, Fdb, MdbEntry, MdbRouter, TunnelVni } from '../../../src/index.js'

export type Row = Readonly<Record<string, unknown>>
type Name = (index: number | undefined) => string | undefined

/** Leaves out what is not there, as bridge does. */
const row = (fields: Row): Row => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
const words = (value: number, names: Readonly<Record<number, string>>): string[] =>
  Object.entries(names).flatMap(([bit, name]) => ((value & Number(bit)) === 0 ? [] : [name]))
const seconds = (centiseconds: number | undefined): number | undefined =>
  centiseconds === undefined ? undefined : centiseconds / 100

/** NTF_ flags in the order of bridge. */
const fdbFlags = { 2: 'self', 128: 'router', 16: 'extern_learn', 32: 'offload', 4: 'master', 64: 'sticky' }

function fdbState(state: number): string {
  if ((state & 0x80) !== 0) return 'permanent'
  if ((state & 0x40) !== 0) return 'static'
  return (state & 4) !== 0 ? 'stale' : ''
}

export const fdbRow = (entry: Fdb, name: Name): Row =>
  row({
    mac: entry.lladdr,
    ifname: name(entry.ifindex),
    dst: entry.dst,
    vlan: entry.vlan,
    port: entry.port,
    vni: entry.vni,
    src_vni: entry.srcVni,
    viaIf: name(entry.viaIfindex),
    used: entry.cacheinfo === undefined ? undefined : Math.floor(entry.cacheinfo.used / 100),
    updated: entry.cacheinfo === undefined ? undefined : Math.floor(entry.cacheinfo.updated / 100),
    flags: [...words(entry.flags, fdbFlags), ...words(entry.flagsExt ?? 0, { 2: 'locked' })],
    master: name(entry.master),
    state: fdbState(entry.state),
  })

/** MDB_FLAGS_ in the order of bridge. */
const mdbFlags = { 1: 'offload', 2: 'fast_leave', 4: 'added_by_star_ex', 8: 'blocked', 16: 'offload_failed' }

export const mdbRow = (entry: MdbEntry, name: Name): Row =>
  row({
    index: entry.ifindex,
    dev: name(entry.ifindex),
    port: name(entry.port),
    grp: entry.addr,
    src: entry.source,
    state: entry.state === 'temporary' ? 'temp' : entry.state,
    filter_mode: entry.groupMode,
    source_list: entry.srcList?.entry?.map(({ address, timer }) => ({ address, timer: seconds(timer) })),
    protocol: entry.rtprot,
    flags: words(entry.flags, mdbFlags),
    vid: entry.vid === 0 ? undefined : entry.vid,
    dst: entry.dst,
    dst_port: entry.dstPort,
    vni: entry.vni,
    src_vni: entry.srcVni,
    via: name(entry.viaIfindex),
    timer: seconds(entry.timer),
  })

const routerTypes: Readonly<Record<string, string>> = {
  disabled: 'disabled',
  'temp-query': 'temp_query',
  perm: 'permanent',
  temp: 'temp',
}

export const routerRow = (port: MdbRouter, name: Name): Row =>
  row({
    port: name(port.port),
    timer: seconds(port.timer),
    type: routerTypes[String(port.type)],
    vid: port.vid,
  })

const vlanFlags = { 2: 'PVID', 4: 'Egress Untagged' }

export function vlanRow(vlan: BridgeVlan): Row {
  const flags = words(vlan.flags, vlanFlags)
  return row({
    vlan: vlan.vid,
    vlanEnd: vlan.range,
    flags: flags.length === 0 ? undefined : flags,
    state: vlan.state,
    mcast_router: vlan.mcastRouter,
    mcast_n_groups: vlan.mcastNGroups,
    mcast_max_groups: vlan.mcastMaxGroups,
    neigh_suppress: vlan.neighSuppress === undefined ? undefined : vlan.neighSuppress === 1,
    rx_bytes: number(vlan.stats?.rxBytes),
    rx_packets: number(vlan.stats?.rxPackets),
    tx_bytes: number(vlan.stats?.txBytes),
    tx_packets: number(vlan.stats?.txPackets),
  })
}

export const globalRow = (options: BridgeVlanGlobal, name: Name): Row =>
  row({
    vlan: options.id,
    vlanEnd: options.range,
    mcast_snooping: options.mcastSnooping,
    mcast_querier: options.mcastQuerier,
    mcast_igmp_version: options.mcastIgmpVersion,
    mcast_mld_version: options.mcastMldVersion,
    mcast_last_member_count: options.mcastLastMemberCnt,
    mcast_last_member_interval: number(options.mcastLastMemberIntvl),
    mcast_startup_query_count: options.mcastStartupQueryCnt,
    mcast_startup_query_interval: number(options.mcastStartupQueryIntvl),
    mcast_membership_interval: number(options.mcastMembershipIntvl),
    mcast_querier_interval: number(options.mcastQuerierIntvl),
    mcast_query_interval: number(options.mcastQueryIntvl),
    mcast_query_response_interval: number(options.mcastQueryResponseIntvl),
    msti: options.msti,
    router_ports: options.mcastRouterPorts?.router?.port?.map(({ port }) => ({ port: name(port) })),
  })

const counters = ['Bytes', 'Pkts', 'Drops', 'Errors'] as const

export const vniRow = (vni: TunnelVni): Row =>
  row({
    vni: vni.start,
    vniEnd: vni.end,
    remote: vni.group ?? vni.group6,
    stats:
      vni.stats === undefined
        ? undefined
        : Object.fromEntries(
            (['rx', 'tx'] as const).flatMap(way =>
              counters.map(what => [`${way}_${what.toLowerCase()}`, number(vni.stats?.[`${way}${what}`])]),
            ),
          ),
  })

function number(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}
