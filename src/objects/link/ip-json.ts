/** Links, as `ip -d -j link show` and, with addresses, `ip -d -j addr show` print them. */

import { own } from '../../codec/own-property.js'
import { hexText } from '../../codec/text/hex-text.js'
import type { Link, LinkInfo, LinkSlave } from '../../generated/link/types.gen.js'
import type { Context } from '../../ip-json/context.js'
import { bits, hexDigits, of, type Print, signed, type Table, table, yes } from '../../ip-json/table.js'
import type { Json, JsonObject } from '../../ip-json/text.js'
import { can } from './ip-json/kind-can.js'
import { bond, bridge } from './ip-json/kinds-master.js'
import { tunnelKinds } from './ip-json/kinds-tunnel.js'
import { virtualKinds } from './ip-json/kinds-virtual.js'
import { slaveKinds } from './ip-json/slaves.js'
import { linkStats } from './ip-json/stats.js'
import { linkAddress, linkType } from './ip-json/types.js'
import { virtualFunction } from './ip-json/vf.js'

const infoKinds: { readonly [kind: string]: Table<LinkInfo> | undefined } = {
  ...virtualKinds,
  ...tunnelKinds,
  bridge,
  bond,
  can,
}
const portKinds: { readonly [kind: string]: Table<LinkSlave> | undefined } = slaveKinds

const IFF_UP = 1
const IFF_POINTOPOINT = 0x10
const IFF_RUNNING = 0x40

const flagNames = [
  [0x8, 'LOOPBACK'],
  [0x2, 'BROADCAST'],
  [0x10, 'POINTOPOINT'],
  [0x1000, 'MULTICAST'],
  [0x80, 'NOARP'],
  [0x200, 'ALLMULTI'],
  [0x100, 'PROMISC'],
  [0x400, 'MASTER'],
  [0x800, 'SLAVE'],
  [0x4, 'DEBUG'],
  [0x8000, 'DYNAMIC'],
  [0x4000, 'AUTOMEDIA'],
  [0x2000, 'PORTSEL'],
  [0x20, 'NOTRAILERS'],
  [0x1, 'UP'],
  [0x10000, 'LOWER_UP'],
  [0x20000, 'DORMANT'],
  [0x40000, 'ECHO'],
] as const

/** Flags with what `ip` finds out: NO-CARRIER, and M-DOWN where the link below is down. */
function flags(link: Link, context: Context): string[] {
  const noCarrier = (link.flags & (IFF_UP | IFF_RUNNING)) === IFF_UP
  const names = bits(link.flags & ~IFF_RUNNING, flagNames, left => [left.toString(16)])
  const { link: below = 0, linkNetnsid } = link
  const down = below !== 0 && linkNetnsid === undefined && ((context.link(below)?.flags ?? IFF_UP) & IFF_UP) === 0
  return [...(noCarrier ? ['NO-CARRIER'] : []), ...names, ...(down ? ['M-DOWN'] : [])]
}

const events: Readonly<Record<string, string>> = {
  reboot: 'REBOOT',
  features: 'FEATURE CHANGE',
  'bonding-failover': 'BONDING FAILOVER',
  'notify-peers': 'NOTIFY PEERS',
  'igmp-resend': 'RESEND IGMP',
  'bonding-options': 'BONDING OPTION',
}

const upper = (value: string | number | undefined) => (typeof value === 'string' ? value.toUpperCase() : undefined)
const number = (value: string | number | undefined) => (typeof value === 'number' ? value : undefined)

/** Shows a key in `ip link` alone. */
const onlyLink =
  (print: Print<Link>): Print<Link> =>
  (link, context) =>
    context.linkCommand ? print(link, context) : undefined

const addressOf =
  (field: 'address' | 'broadcast'): Print<Link> =>
  link => {
    const address = link[field]
    return address === undefined ? undefined : linkAddress(address, link.type)
  }

const links = table<Link>({
  ifindex: 'index',
  link: ({ link, linkNetnsid }, context) =>
    link === undefined ? undefined : link === 0 ? null : linkNetnsid === undefined ? context.linkName(link) : undefined,
  link_index: ({ link = 0, linkNetnsid }) => (linkNetnsid === undefined || link === 0 ? undefined : link | 0),
  ifname: 'name',
  flags,
  mtu: signed('mtu'),
  xdp: of('xdp', xdp),
  qdisc: 'qdisc',
  master: of('master', (master, context) => context.linkName(master)),
  operstate: ({ operstate }) => upper(operstate),
  operstate_index: ({ operstate }) => number(operstate),
  linkmode: onlyLink(({ linkmode }) => (linkmode === 'testing' ? undefined : upper(linkmode))),
  linkmode_index: onlyLink(({ linkmode }) => (linkmode === 'testing' ? 2 : number(linkmode))),
  group: of('group', (group, context) => context.name('groups', group | 0)),
  txqlen: ({ txqlen }) => (txqlen === undefined || txqlen === 0 ? undefined : txqlen | 0),
  event: of('event', event => (typeof event === 'number' ? event | 0 : events[event])),
  link_type: ({ type }) => linkType(type),
  address: addressOf('address'),
  link_pointtopoint: ({ broadcast, flags: value }) =>
    broadcast === undefined || (value & IFF_POINTOPOINT) === 0 ? undefined : true,
  broadcast: addressOf('broadcast'),
  permaddr: ({ permAddress, address, type }) =>
    permAddress === undefined || permAddress === address ? undefined : linkAddress(permAddress, type),
  link_netnsid: 'linkNetnsid',
  proto_down: yes('protoDown'),
  proto_down_reason: of('protoDownReason', ({ value }, context) =>
    value === undefined ? undefined : reasons(value, context),
  ),
  promiscuity: 'promiscuity',
  allmulti: 'allmulti',
  min_mtu: 'minMtu',
  max_mtu: 'maxMtu',
  linkinfo,
  inet6_addr_gen_mode: onlyLink(({ afSpec }) => addrGenMode(afSpec?.inet6?.addrGenMode)),
  num_tx_queues: 'numTxQueues',
  num_rx_queues: 'numRxQueues',
  gso_max_size: 'gsoMaxSize',
  gso_max_segs: 'gsoMaxSegs',
  tso_max_size: 'tsoMaxSize',
  tso_max_segs: 'tsoMaxSegs',
  gro_max_size: 'groMaxSize',
  gso_ipv4_max_size: 'gsoIpv4MaxSize',
  gro_ipv4_max_size: 'groIpv4MaxSize',
  phys_port_name: 'physPortName',
  phys_port_id: of('physPortId', bytes => hexText(bytes)),
  phys_switch_id: of('physSwitchId', bytes => hexText(bytes)),
  parentbus: 'parentDevBusName',
  parentdev: 'parentDevName',
  ifalias: 'ifalias',
})

function reasons(value: number, context: Context): string[] | undefined {
  const names: string[] = []
  // ip reads one byte of the four.
  for (let bit = 0; bit < 8; bit++) {
    if ((value & (1 << bit)) !== 0) names.push(context.name('protoDownReasons', bit))
  }
  return names.length === 0 ? undefined : names
}

function xdp({ attached, progId, skbProgId, drvProgId, hwProgId }: NonNullable<Link['xdp']>): Json | undefined {
  const modes: readonly unknown[] = ['none', 'drv', 'skb', 'hw', 'multi']
  const mode = typeof attached === 'number' ? attached : modes.indexOf(attached)
  if (mode <= 0) return undefined
  const one = (number: number, id: number | undefined): Json[] =>
    id === undefined ? [] : [{ mode: number, prog: { id } }]
  const programs = [...one(2, skbProgId), ...one(1, drvProgId), ...one(3, hwProgId)]
  return {
    mode,
    ...(progId === undefined || progId === 0 ? {} : { prog: { id: progId } }),
    attached: programs.length > 0 ? programs : one(mode, progId),
  }
}

/** Tells whether there was INFO_DATA: without it `ip` prints nothing, not even what it takes a missing attribute for. */
const hasData = (info: LinkInfo): boolean => Object.keys(info).length > 1

function linkinfo({ info, kindName, slave, slaveKindName }: Link, context: Context): Json | undefined {
  if (kindName === undefined && slaveKindName === undefined) return undefined
  const data = kindName === undefined ? undefined : own(infoKinds, kindName)
  const port = slaveKindName === undefined ? undefined : own(portKinds, slaveKindName)
  return {
    info_kind: kindName,
    info_data: data === undefined ? undefined : info === undefined || !hasData(info) ? {} : data.print(info, context),
    info_slave_kind: slaveKindName,
    info_slave_data: port === undefined ? undefined : slave === undefined ? {} : port.print(slave, context),
  }
}

function addrGenMode(mode: string | number | undefined): Json | undefined {
  if (typeof mode === 'number') return hexDigits(mode, 2)
  return mode === 'stable-privacy' ? 'stable_secret' : mode
}

/** Prints a link. */
export function printLink(link: Link, context: Context): JsonObject {
  return {
    ...links.print(link, context),
    ...(context.linkCommand && context.statistics > 0 ? linkStats(link, context) : {}),
    ...virtualFunctions(link, context),
    altnames: link.propList === undefined ? undefined : [...(link.propList.altIfname ?? [])],
  }
}

function virtualFunctions(link: Link, context: Context): JsonObject {
  if (link.vfinfoList === undefined || link.numVf === undefined) return {}
  return { vfinfo_list: (link.vfinfoList.info ?? []).map(info => virtualFunction(info, link, context)) }
}
