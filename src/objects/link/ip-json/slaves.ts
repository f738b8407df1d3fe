/** INFO_SLAVE_DATA: what a link says as a port of its master. */
import type { LinkSlave } from '../../../generated/link/types.gen.js'
import { bits, dev, hex, hundredths, of, signed, table, word, yesNo } from '../../../ip-json/table.js'
import type { Json } from '../../../ip-json/text.js'
import { bridgeId } from '../../../ip-json/values.js'

type Slave<K extends LinkSlave['kind']> = Extract<LinkSlave, { kind: K }>

/** Multicast addresses 01:80:c2:00:00:0X that a bridge may forward, by their last digit. */
const forwarded = new Map([
  [0, 'stp'],
  [2, 'lacp'],
  [14, 'lldp'],
])

function forwardedNames(mask: number): string {
  const names: string[] = []
  for (let bit = 0; bit < 16; bit++) {
    if ((mask & (1 << bit)) !== 0) names.push(forwarded.get(bit) ?? hex(1 << bit))
  }
  return names.length === 0 ? '0x0' : names.join(',')
}

const bridge = table<Slave<'bridge'>>({
  state: word('state', {}),
  state_index: ({ state }) => (typeof state === 'number' ? state : undefined),
  priority: 'priority',
  cost: signed('cost'),
  hairpin: yesNo('mode'),
  guard: yesNo('guard'),
  root_block: yesNo('protect'),
  fastleave: yesNo('fastLeave'),
  learning: yesNo('learning'),
  flood: yesNo('unicastFlood'),
  id: of('id', hex),
  no: of('no', hex),
  designated_port: 'designatedPort',
  designated_cost: 'designatedCost',
  bridge_id: of('bridgeId', bridgeId),
  root_id: of('rootId', bridgeId),
  hold_timer: hundredths('holdTimer'),
  message_age_timer: hundredths('messageAgeTimer'),
  forward_delay_timer: hundredths('forwardDelayTimer'),
  topology_change_ack: 'topologyChangeAck',
  config_pending: 'configPending',
  proxy_arp: yesNo('proxyarp'),
  proxy_arp_wifi: yesNo('proxyarpWifi'),
  multicast_router: 'multicastRouter',
  mcast_flood: yesNo('mcastFlood'),
  bcast_flood: yesNo('bcastFlood'),
  mcast_to_unicast: yesNo('mcastToUcast'),
  neigh_suppress: yesNo('neighSuppress'),
  neigh_vlan_suppress: yesNo('neighVlanSuppress'),
  group_fwd_mask: of('groupFwdMask', hex),
  group_fwd_mask_str: of('groupFwdMask', forwardedNames),
  vlan_tunnel: yesNo('vlanTunnel'),
  isolated: yesNo('isolated'),
  locked: yesNo('locked'),
  mab: yesNo('mab'),
  backup_port: dev('backupPort'),
  backup_nhid: 'backupNhid',
})

const portState = [
  [1, 'active'],
  [2, 'short_timeout'],
  [4, 'aggregating'],
  [8, 'in_sync'],
  [16, 'collecting'],
  [32, 'distributing'],
  [64, 'defaulted'],
  [128, 'expired'],
] as const

const stateNames = (state: number): Json => bits(state, portState)

const bond = table<Slave<'bond'>>({
  state: word('state', { active: 'ACTIVE', backup: 'BACKUP' }),
  state_index: ({ state }) => (typeof state === 'number' ? state : undefined),
  mii_status: word('miiStatus', { up: 'UP', fail: 'GOING_DOWN', down: 'DOWN', back: 'GOING_BACK' }),
  mii_status_index: ({ miiStatus }) => (typeof miiStatus === 'number' ? miiStatus : undefined),
  link_failure_count: signed('linkFailureCount'),
  perm_hwaddr: 'permHwaddr',
  queue_id: 'queueId',
  prio: 'prio',
  ad_aggregator_id: 'adAggregatorId',
  ad_actor_oper_port_state: 'adActorOperPortState',
  ad_actor_oper_port_state_str: of('adActorOperPortState', stateNames),
  // 16 bits of which ip reads the low eight, all that there are.
  ad_partner_oper_port_state: of('adPartnerOperPortState', state => state & 0xff),
  ad_partner_oper_port_state_str: of('adPartnerOperPortState', state => stateNames(state & 0xff)),
})

/** By kind of the master; one that is not here shows no info_slave_data. */
export const slaveKinds = {
  bridge,
  bond,
  vrf: table<Slave<'vrf'>>({ table: 'table' }),
}
