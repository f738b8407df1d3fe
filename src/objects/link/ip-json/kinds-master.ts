/** INFO_DATA of links that have ports: bridge, bond. */
import type { LinkInfo } from '../../../generated/link/types.gen.js'
import { etherType } from '../../../ip-json/ether-types.js'
import { hex, hundredths, of, someDev, table, word, yesNo } from '../../../ip-json/table.js'
import type { Json, JsonObject } from '../../../ip-json/text.js'
import { bridgeId, time64 } from '../../../ip-json/values.js'

type Info<K extends LinkInfo['kind']> = Extract<LinkInfo, { kind: K }>

const boolopt =
  (bit: number) =>
  ({ multiBoolopt }: Info<'bridge'>): Json | undefined =>
    multiBoolopt === undefined || (multiBoolopt.optmask & bit) === 0
      ? undefined
      : Number((multiBoolopt.optval & bit) !== 0)

type Querier = NonNullable<Info<'bridge'>['mcastQuerierState']>

const querier4 = (state: Querier): JsonObject => ({
  mcast_querier_ipv4_addr: state.ipAddress,
  mcast_querier_ipv4_port: state.ipPort,
  mcast_querier_ipv4_other_timer: state.ipOtherTimer === undefined ? undefined : time64(state.ipOtherTimer),
})

const querier6 = (state: Querier): JsonObject => ({
  mcast_querier_ipv6_addr: state.ipv6Address,
  mcast_querier_ipv6_port: state.ipv6Port,
  mcast_querier_ipv6_other_timer: state.ipv6OtherTimer === undefined ? undefined : time64(state.ipv6OtherTimer),
})

export const bridge = table<Info<'bridge'>>({
  forward_delay: 'forwardDelay',
  hello_time: 'helloTime',
  max_age: 'maxAge',
  ageing_time: 'ageingTime',
  stp_state: 'stpState',
  priority: 'priority',
  vlan_filtering: 'vlanFiltering',
  vlan_protocol: of('vlanProtocol', etherType),
  bridge_id: of('bridgeId', bridgeId),
  root_id: of('rootId', bridgeId),
  root_port: 'rootPort',
  root_path_cost: 'rootPathCost',
  topology_change: 'topologyChange',
  topology_change_detected: 'topologyChangeDetected',
  hello_timer: hundredths('helloTimer'),
  tcn_timer: hundredths('tcnTimer'),
  topology_change_timer: hundredths('topologyChangeTimer'),
  gc_timer: hundredths('gcTimer'),
  fdb_n_learned: 'fdbNLearned',
  fdb_max_learned: 'fdbMaxLearned',
  vlan_default_pvid: 'vlanDefaultPvid',
  vlan_stats_enabled: 'vlanStatsEnabled',
  vlan_stats_per_port: 'vlanStatsPerPort',
  group_fwd_mask: of('groupFwdMask', hex),
  group_addr: 'groupAddr',
  mcast_snooping: 'mcastSnooping',
  no_linklocal_learn: boolopt(1),
  mcast_vlan_snooping: boolopt(2),
  mst_enabled: boolopt(4),
  mcast_router: 'mcastRouter',
  mcast_query_use_ifaddr: 'mcastQueryUseIfaddr',
  mcast_querier: 'mcastQuerier',
  mcast_querier_state_ipv4: of('mcastQuerierState', querier4),
  mcast_querier_state_ipv6: of('mcastQuerierState', querier6),
  mcast_hash_elasticity: 'mcastHashElasticity',
  mcast_hash_max: 'mcastHashMax',
  mcast_last_member_cnt: 'mcastLastMemberCnt',
  mcast_startup_query_cnt: 'mcastStartupQueryCnt',
  mcast_last_member_intvl: 'mcastLastMemberIntvl',
  mcast_membership_intvl: 'mcastMembershipIntvl',
  mcast_querier_intvl: 'mcastQuerierIntvl',
  mcast_query_intvl: 'mcastQueryIntvl',
  mcast_query_response_intvl: 'mcastQueryResponseIntvl',
  mcast_startup_query_intvl: 'mcastStartupQueryIntvl',
  mcast_stats_enabled: 'mcastStatsEnabled',
  mcast_igmp_version: 'mcastIgmpVersion',
  mcast_mld_version: 'mcastMldVersion',
  nf_call_iptables: 'nfCallIptables',
  nf_call_ip6tables: 'nfCallIp6tables',
  nf_call_arptables: 'nfCallArptables',
})

const modes = {
  roundrobin: 'balance-rr',
  activebackup: 'active-backup',
  xor: 'balance-xor',
  '8023ad': '802.3ad',
  tlb: 'balance-tlb',
  alb: 'balance-alb',
}
const hashPolicies = {
  layer34: 'layer3+4',
  layer23: 'layer2+3',
  encap23: 'encap2+3',
  encap34: 'encap3+4',
  'vlan-srcmac': 'vlan+srcmac',
}

/** A number that stands for a word; what has none is left out. */
const listed =
  <K extends string>(field: K, words: readonly string[]) =>
  (info: { readonly [P in K]?: number }): Json | undefined => {
    const value = info[field]
    return value === undefined ? undefined : (words[value] ?? 'UNKNOWN')
  }

const targets = (list: readonly string[]): Json | undefined => (list.length === 0 ? undefined : [...list])

const validations = ['', 'active', 'backup', 'all', 'filter', 'filter_active', 'filter_backup']

export const bond = table<Info<'bond'>>({
  mode: word('mode', modes, () => 'UNKNOWN'),
  active_slave: someDev('activeSlave'),
  miimon: 'miimon',
  updelay: 'updelay',
  downdelay: 'downdelay',
  peer_notify_delay: 'peerNotifDelay',
  use_carrier: 'useCarrier',
  arp_interval: 'arpInterval',
  arp_missed_max: 'missedMax',
  arp_ip_target: of('arpIpTarget', targets),
  ns_ip6_target: of('nsIp6Target', targets),
  arp_validate: of('arpValidate', value => (value === 0 ? null : (validations[value] ?? 'UNKNOWN'))),
  arp_all_targets: listed('arpAllTargets', ['any', 'all']),
  primary: someDev('primary'),
  primary_reselect: listed('primaryReselect', ['always', 'better', 'failure']),
  fail_over_mac: listed('failOverMac', ['none', 'active', 'follow']),
  xmit_hash_policy: word('xmitHashPolicy', hashPolicies, () => 'UNKNOWN'),
  resend_igmp: 'resendIgmp',
  num_peer_notif: 'numPeerNotif',
  all_slaves_active: 'allSlavesActive',
  min_links: 'minLinks',
  lp_interval: 'lpInterval',
  packets_per_slave: 'packetsPerSlave',
  ad_lacp_active: listed('adLacpActive', ['off', 'on']),
  ad_lacp_rate: listed('adLacpRate', ['slow', 'fast']),
  coupled_control: yesNo('coupledControl'),
  ad_select: listed('adSelect', ['stable', 'bandwidth', 'count']),
  ad_info: of('adInfo', info => ({
    aggregator: info.aggregator,
    num_ports: info.numPorts,
    actor_key: info.actorKey,
    partner_key: info.partnerKey,
    partner_mac: info.partnerMac,
  })),
  ad_actor_sys_prio: 'adActorSysPrio',
  ad_user_port_key: 'adUserPortKey',
  ad_actor_system: 'adActorSystem',
  tlb_dynamic_lb: 'tlbDynamicLb',
})
