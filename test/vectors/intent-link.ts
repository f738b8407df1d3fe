import { type Request, request } from '../../src/codec.js'

/**
 * Commands of commands/ about links, and the same said to the builders. What ip adds for a kind by itself (learning of a vxlan,
 * the label of a geneve) is said here too: the library leaves a kind's defaults to the kernel.
 * One list, as long as those files.
 */
const { add, set, delete: remove } = request.link
const bridge = (info: object): Request => set('br0', { info: { kind: 'bridge', ...info } })
const port = (slave: object): Request => set('v0', { slave: { kind: 'bridge', ...slave } })
const bond = (info: object): Request => add({ name: 'bo0', info: { kind: 'bond', ...info } })
const vxlan = (info: object): Request => add({ name: 'vx0', info: { kind: 'vxlan', ...info } })
const geneve = (info: object): Request => add({ name: 'g0', info: { kind: 'geneve', ...info } })
const macvlan = (info: object): Request => add({ name: 'mv0', link: 'v0', info: { kind: 'macvlan', ...info } })
const ipvlan = (info: object): Request => add({ name: 'iv0', link: 'v0', info: { kind: 'ipvlan', ...info } })
const macsec = (info: object): Request => add({ name: 'ms0', link: 'v0', info: { kind: 'macsec', ...info } })
const mac1 = '02:00:00:00:00:91'

export const linkIntents: readonly (readonly [command: string, request: Request])[] = [
  ['ip link add link v0 name vl0 type vlan id 10', add({ name: 'vl0', link: 'v0', info: { kind: 'vlan', id: 10 } })],
  [
    'ip link add link v0 name vl0 type vlan id 10 protocol 802.1ad',
    add({ name: 'vl0', link: 'v0', info: { kind: 'vlan', id: 10, protocol: '8021ad' } }),
  ],
  [
    'ip link add link v0 name vl0 type vlan protocol 802.1Q id 4094 reorder_hdr off gvrp on mvrp on loose_binding on bridge_binding on',
    add({
      name: 'vl0',
      link: 'v0',
      info: { kind: 'vlan', id: 4094, protocol: '8021q', flags: { flags: 30, mask: 31 } },
    }),
  ],
  [
    'ip link add link v0 name vl0 type vlan id 7 ingress-qos-map 1:2 3:4 egress-qos-map 5:6 7:0',
    add({
      name: 'vl0',
      link: 'v0',
      info: {
        kind: 'vlan',
        id: 7,
        ingressQos: {
          mapping: [
            { from: 1, to: 2 },
            { from: 3, to: 4 },
          ],
        },
        egressQos: {
          mapping: [
            { from: 5, to: 6 },
            { from: 7, to: 0 },
          ],
        },
      },
    }),
  ],
  ['ip link set v0 type vlan reorder_hdr on', set('v0', { info: { kind: 'vlan', flags: { flags: 1, mask: 1 } } })],
  ['ip link set v0 type vlan gvrp off mvrp off', set('v0', { info: { kind: 'vlan', flags: { flags: 0, mask: 10 } } })],
  [
    'ip link add link v0 name vl0 address 02:00:00:00:00:55 broadcast 02:ff:ff:ff:ff:ff mtu 1400 txqueuelen 77 index 700 numtxqueues 3 numrxqueues 5 type vlan id 1',
    add({
      name: 'vl0',
      link: 'v0',
      index: 700,
      address: '02:00:00:00:00:55',
      broadcast: '02:ff:ff:ff:ff:ff',
      mtu: 1400,
      txqlen: 77,
      numTxQueues: 3,
      numRxQueues: 5,
      info: { kind: 'vlan', id: 1 },
    }),
  ],

  ['ip link add a0 type veth', add({ name: 'a0', info: { kind: 'veth' } })],
  ['ip link add a0 type veth peer name a1', add({ name: 'a0', info: { kind: 'veth', peer: { name: 'a1' } } })],
  [
    'ip link add a0 mtu 1400 address 02:00:00:00:01:00 type veth peer name a1 mtu 1300 address 02:00:00:00:01:01 txqueuelen 55 numtxqueues 2 numrxqueues 4',
    add({
      name: 'a0',
      mtu: 1400,
      address: '02:00:00:00:01:00',
      info: {
        kind: 'veth',
        peer: { name: 'a1', mtu: 1300, address: '02:00:00:00:01:01', txqlen: 55, numTxQueues: 2, numRxQueues: 4 },
      },
    }),
  ],
  [
    'ip link add a0 index 900 type veth peer name a1 index 901',
    add({ name: 'a0', index: 900, info: { kind: 'veth', peer: { name: 'a1', index: 901 } } }),
  ],
  [
    'ip link add a0 group 5 type veth peer name a1 group 6',
    add({ name: 'a0', group: 5, info: { kind: 'veth', peer: { name: 'a1', group: 6 } } }),
  ],
  ['ip link add vc0 type vcan', add({ name: 'vc0', info: { kind: 'vcan' } })],
  ['ip link add vc0 mtu 72 type vcan', add({ name: 'vc0', mtu: 72, info: { kind: 'vcan' } })],
  ['ip link add vx0 type vxcan peer name vx1', add({ name: 'vx0', info: { kind: 'vxcan', peer: { name: 'vx1' } } })],
  [
    'ip link add vx0 mtu 72 type vxcan peer name vx1 mtu 16 index 800',
    add({ name: 'vx0', mtu: 72, info: { kind: 'vxcan', peer: { name: 'vx1', mtu: 16, index: 800 } } }),
  ],
  ['ip link add d0 type dummy', add({ name: 'd0', info: { kind: 'dummy' } })],
  [
    'ip link add d0 numtxqueues 4 mtu 9000 type dummy',
    add({ name: 'd0', numTxQueues: 4, mtu: 9000, info: { kind: 'dummy' } }),
  ],
  ['ip link add name d%d type dummy', add({ name: 'd%d', info: { kind: 'dummy' } })],
  ['ip link add i0 type ifb', add({ name: 'i0', info: { kind: 'ifb' } })],
  [
    'ip link add i0 txqueuelen 64 numrxqueues 2 type ifb',
    add({ name: 'i0', txqlen: 64, numRxQueues: 2, info: { kind: 'ifb' } }),
  ],
  ['ip link add n0 type nlmon', add({ name: 'n0', info: { kind: 'nlmon' } })],
  ['ip link add t0 type team', add({ name: 't0', info: { kind: 'team' } })],
  ['ip link add w0 type wireguard', add({ name: 'w0', info: { kind: 'wireguard' } })],
  [
    'ip link add u0 type nosuchkind',
    add({ name: 'u0', info: { kind: 'other', name: 'nosuchkind', data: new Uint8Array(0) } }),
  ],

  ['ip link add link v0 name mv0 type macvlan', macvlan({})],
  ['ip link add link v0 name mv0 type macvlan mode private', macvlan({ mode: 'private' })],
  ['ip link add link v0 name mv0 type macvlan mode vepa', macvlan({ mode: 'vepa' })],
  [
    'ip link add link v0 name mv0 address 02:00:00:00:00:77 type macvlan mode bridge bcqueuelen 500 bclim 3',
    add({
      name: 'mv0',
      link: 'v0',
      address: '02:00:00:00:00:77',
      info: { kind: 'macvlan', mode: 'bridge', bcQueueLen: 500, bcCutoff: 3 },
    }),
  ],
  ['ip link add link v0 name mv0 type macvlan mode bridge bclim -1', macvlan({ mode: 'bridge', bcCutoff: -1 })],
  ['ip link add link v0 name mv0 type macvlan mode passthru flag nopromisc', macvlan({ mode: 'passthru', flags: 1 })],
  ['ip link add link v0 name mv0 type macvlan mode source flag nodst', macvlan({ mode: 'source', flags: 2 })],
  [
    'ip link set mv0 type macvlan mode source macaddr add 02:00:00:00:00:91',
    set('mv0', { info: { kind: 'macvlan', mode: 'source', macaddrMode: 'add', macaddr: mac1 } }),
  ],
  [
    'ip link set mv0 type macvlan macaddr del 02:00:00:00:00:91',
    set('mv0', { info: { kind: 'macvlan', macaddrMode: 'del', macaddr: mac1 } }),
  ],
  [
    'ip link set mv0 type macvlan macaddr set 02:00:00:00:00:91 02:00:00:00:00:92',
    set('mv0', {
      info: { kind: 'macvlan', macaddrMode: 'set', macaddrData: { macaddr: [mac1, '02:00:00:00:00:92'] } },
    }),
  ],
  ['ip link set mv0 type macvlan macaddr flush', set('mv0', { info: { kind: 'macvlan', macaddrMode: 'flush' } })],
  [
    'ip link add link v0 name mt0 type macvtap mode bridge',
    add({ name: 'mt0', link: 'v0', info: { kind: 'macvtap', mode: 'bridge' } }),
  ],
  ['ip link add link v0 name iv0 type ipvlan', ipvlan({})],
  ['ip link add link v0 name iv0 type ipvlan mode l2', ipvlan({ mode: 'l2', flags: 0 })],
  ['ip link add link v0 name iv0 type ipvlan mode l3 private', ipvlan({ mode: 'l3', flags: 1 })],
  ['ip link add link v0 name iv0 type ipvlan mode l3s vepa', ipvlan({ mode: 'l3s', flags: 2 })],
  [
    'ip link add link v0 name it0 type ipvtap mode l3s',
    add({ name: 'it0', link: 'v0', info: { kind: 'ipvtap', mode: 'l3s', flags: 0 } }),
  ],

  ['ip link add b0 type bridge', add({ name: 'b0', info: { kind: 'bridge' } })],
  [
    'ip link add b0 address 02:00:00:00:00:99 type bridge forward_delay 400 hello_time 100 max_age 600 ageing_time 3000 stp_state 1 priority 4096',
    add({
      name: 'b0',
      address: '02:00:00:00:00:99',
      info: {
        kind: 'bridge',
        forwardDelay: 400,
        helloTime: 100,
        maxAge: 600,
        ageingTime: 3000,
        stpState: 1,
        priority: 4096,
      },
    }),
  ],
  [
    'ip link add b0 type bridge vlan_filtering 1 vlan_protocol 802.1ad vlan_default_pvid 300 vlan_stats_enabled 1 vlan_stats_per_port 1',
    add({
      name: 'b0',
      info: {
        kind: 'bridge',
        vlanFiltering: true,
        vlanProtocol: '8021ad',
        vlanDefaultPvid: 300,
        vlanStatsEnabled: 1,
        vlanStatsPerPort: 1,
      },
    }),
  ],
  [
    'ip link set br0 type bridge group_fwd_mask 8 group_address 01:80:c2:00:00:0e',
    bridge({ groupFwdMask: 8, groupAddr: '01:80:c2:00:00:0e' }),
  ],
  ['ip link set br0 type bridge no_linklocal_learn 1', bridge({ multiBoolopt: { optval: 1, optmask: 1 } })],
  [
    'ip link set br0 type bridge mcast_vlan_snooping 1 mst_enabled 0',
    bridge({ multiBoolopt: { optval: 2, optmask: 6 } }),
  ],
  ['ip link set br0 type bridge fdb_flush', bridge({ fdbFlush: true })],
  ['ip link set br0 type bridge fdb_max_learned 100', bridge({ fdbMaxLearned: 100 })],
  [
    'ip link set br0 type bridge mcast_last_member_interval 101 mcast_membership_interval 26002 mcast_querier_interval 25503 mcast_query_interval 12504 mcast_query_response_interval 1005 mcast_startup_query_interval 3126',
    bridge({
      mcastLastMemberIntvl: 101n,
      mcastMembershipIntvl: 26002n,
      mcastQuerierIntvl: 25503n,
      mcastQueryIntvl: 12504n,
      mcastQueryResponseIntvl: 1005n,
      mcastStartupQueryIntvl: 3126n,
    }),
  ],
  [
    'ip link set br0 type bridge nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 0',
    bridge({ nfCallIptables: 1, nfCallIp6tables: 1, nfCallArptables: 0 }),
  ],
  ['ip link set v0 type bridge_slave fdb_flush', port({ flush: true })],
  [
    'ip link set v0 type bridge_slave state 3 priority 32 cost 100',
    port({ state: 'forwarding', priority: 32, cost: 100 }),
  ],
  [
    'ip link set v0 type bridge_slave guard on hairpin on fastleave on root_block on learning off flood off',
    port({ guard: true, mode: true, fastLeave: true, protect: true, learning: false, unicastFlood: false }),
  ],
  [
    'ip link set v0 type bridge_slave proxy_arp on proxy_arp_wifi off mcast_router 1 mcast_flood off bcast_flood on mcast_to_unicast on',
    port({ proxyarp: 1, proxyarpWifi: 0, multicastRouter: 1, mcastFlood: 0, bcastFlood: 1, mcastToUcast: 1 }),
  ],
  ['ip link set v0 type bridge_slave group_fwd_mask 0x4000', port({ groupFwdMask: 0x4000 })],
  [
    'ip link set v0 type bridge_slave neigh_suppress on neigh_vlan_suppress on vlan_tunnel on isolated on locked on mab on',
    port({ neighSuppress: 1, neighVlanSuppress: 1, vlanTunnel: 1, isolated: 1, locked: 1, mab: 1 }),
  ],
  ['ip link set v0 type bridge_slave backup_port v1 backup_nhid 10', port({ backupPort: 'v1', backupNhid: 10 })],
  ['ip link set v0 type bridge_slave nobackup_port', port({ backupPort: 0 })],

  ['ip link add bo0 type bond', bond({})],
  [
    'ip link add bo0 type bond mode balance-rr packets_per_slave 5 miimon 100',
    bond({ mode: 'roundrobin', packetsPerSlave: 5, miimon: 100 }),
  ],
  [
    'ip link add bo0 type bond mode active-backup arp_interval 500 arp_validate all arp_all_targets all arp_ip_target 192.0.2.1,192.0.2.3 arp_missed_max 4',
    bond({
      mode: 'activebackup',
      arpInterval: 500,
      arpValidate: 3,
      arpAllTargets: 1,
      arpIpTarget: ['192.0.2.1', '192.0.2.3'],
      missedMax: 4,
    }),
  ],
  [
    'ip link add bo0 type bond mode active-backup arp_interval 500 ns_ip6_target 2001:db8::1,2001:db8::3',
    bond({ mode: 'activebackup', arpInterval: 500, nsIp6Target: ['2001:db8::1', '2001:db8::3'] }),
  ],
  ['ip link add bo0 type bond mode broadcast', bond({ mode: 'broadcast' })],
  ['ip link add bo0 type bond mode balance-tlb tlb_dynamic_lb 1', bond({ mode: 'tlb', tlbDynamicLb: 1 })],
  ['ip link add bo0 type bond mode balance-alb', bond({ mode: 'alb' })],
  ['ip link set v0 type bond active_slave v1', set('v0', { info: { kind: 'bond', activeSlave: 'v1' } })],
  ['ip link set v0 type bond clear_active_slave', set('v0', { info: { kind: 'bond', activeSlave: 0 } })],
  ['ip link set v0 type bond_slave queue_id 3 prio -5', set('v0', { slave: { kind: 'bond', queueId: 3, prio: -5 } })],
  ['ip link add vrf0 type vrf table 10', add({ name: 'vrf0', info: { kind: 'vrf', table: 10 } })],
  ['ip link add vrf0 type vrf table 100000', add({ name: 'vrf0', info: { kind: 'vrf', table: 100000 } })],

  [
    'ip link add vx0 type vxlan id 42 dev v0 dstport 4789 group 239.1.1.1 ttl 5 tos 0x10',
    vxlan({ id: 42, link: 'v0', port: 4789, group: '239.1.1.1', ttl: 5, tos: 16, learning: 1 }),
  ],
  [
    'ip link add vx0 type vxlan id 16777215 local 192.0.2.2 remote 198.51.100.1 dstport 8472 srcport 32768 61000 nolearning ageing 600 maxaddress 1000 df set',
    vxlan({
      id: 16777215,
      local: '192.0.2.2',
      group: '198.51.100.1',
      port: 8472,
      portRange: { low: 32768, high: 61000 },
      learning: false,
      ageing: 600,
      limit: 1000,
      df: 'set',
    }),
  ],
  [
    'ip link add vx0 type vxlan id 7 local 2001:db8::2 remote 2001:db8::3 dstport 4789 flowlabel 0x12345 udp6zerocsumtx udp6zerocsumrx',
    vxlan({
      id: 7,
      local6: '2001:db8::2',
      group6: '2001:db8::3',
      port: 4789,
      label: 0x12345,
      udpZeroCsum6Tx: 1,
      udpZeroCsum6Rx: 1,
      learning: 1,
    }),
  ],
  [
    'ip link add vx0 type vxlan id 8 dstport 4789 learning proxy rsc l2miss l3miss udpcsum remcsumtx remcsumrx localbypass',
    vxlan({
      id: 8,
      port: 4789,
      learning: 1,
      proxy: 1,
      rsc: 1,
      l2miss: 1,
      l3miss: 1,
      udpCsum: 1,
      remcsumTx: 1,
      remcsumRx: 1,
      localbypass: 1,
    }),
  ],
  [
    'ip link add vx0 type vxlan external dstport 4789 vnifilter',
    vxlan({ collectMetadata: 1, port: 4789, vnifilter: 1, learning: 0 }),
  ],
  ['ip link add vx0 type vxlan id 9 dstport 4789 gbp', vxlan({ id: 9, port: 4789, gbp: true, learning: 1 })],
  [
    'ip link add g0 type geneve id 100 remote 192.0.2.1',
    geneve({ id: 100, remote: '192.0.2.1', ttl: 0, tos: 0, label: 0 }),
  ],
  [
    'ip link add g0 type geneve id 100 remote 192.0.2.1 ttl 64 tos 8 df set dstport 6082 noudpcsum',
    geneve({ id: 100, remote: '192.0.2.1', ttl: 64, tos: 8, df: 'set', port: 6082, udpCsum: 0, label: 0 }),
  ],
  [
    'ip link add g0 type geneve external dstport 6081',
    geneve({ collectMetadata: true, port: 6081, id: 0, ttl: 0, tos: 0, label: 0 }),
  ],
  [
    'ip link add bu0 type bareudp dstport 6635 ethertype mpls_uc',
    add({ name: 'bu0', info: { kind: 'bareudp', port: 6635, ethertype: 'mpls-uc' } }),
  ],
  [
    'ip link add gtp0 type gtp role sgsn',
    add({ name: 'gtp0', info: { kind: 'gtp', role: 'sgsn', createSockets: 1, pdpHashsize: 1024 } }),
  ],
  [
    'ip link add gtp0 type gtp role ggsn hsize 4096 restart_count 9',
    add({ name: 'gtp0', info: { kind: 'gtp', role: 'ggsn', createSockets: 1, pdpHashsize: 4096, restartCount: 9 } }),
  ],
  ['ip link add x0 type xfrm dev v0 if_id 42', add({ name: 'x0', info: { kind: 'xfrm', link: 'v0', ifId: 42 } })],
  ['ip link add x0 type xfrm if_id 0xfffffffe', add({ name: 'x0', info: { kind: 'xfrm', ifId: 0xfffffffe } })],
  ['ip link add x0 type xfrm external', add({ name: 'x0', info: { kind: 'xfrm', collectMetadata: true } })],
  [
    'ip link add h0 type hsr slave1 v0 slave2 v1',
    add({ name: 'h0', info: { kind: 'hsr', slave1: 'v0', slave2: 'v1' } }),
  ],
  [
    'ip link add h0 type hsr slave1 v0 slave2 v1 supervision 45 version 1 proto 0',
    add({
      name: 'h0',
      info: { kind: 'hsr', slave1: 'v0', slave2: 'v1', multicastSpec: 45, version: 1, protocol: 'hsr' },
    }),
  ],
  ['ip link add link v0 ms0 type macsec', macsec({})],
  ['ip link add link v0 ms0 type macsec sci 0x0200000000010002', macsec({ sci: 0x0200000000010002n })],
  ['ip link add nk0 type netkit', add({ name: 'nk0', info: { kind: 'netkit' } })],
  [
    'ip link add nk0 type netkit mode l2 peer name nk1',
    add({ name: 'nk0', info: { kind: 'netkit', mode: 'l2', peerInfo: { name: 'nk1' } } }),
  ],

  ['ip link set v0 up', set('v0', { up: true })],
  ['ip link set v0 down', set('v0', { up: false })],
  ['ip link set dev v0 mtu 1400', set('v0', { mtu: 1400 })],
  ['ip link set v0 address 02:00:00:00:00:42', set('v0', { address: '02:00:00:00:00:42' })],
  ['ip link set v0 broadcast 02:ff:00:00:00:42', set('v0', { broadcast: '02:ff:00:00:00:42' })],
  ['ip link set v0 txqueuelen 5000', set('v0', { txqlen: 5000 })],
  ['ip link set v0 name newname0', set('v0', { name: 'newname0' })],
  ['ip link set v0 alias "eine Leitung"', set('v0', { ifalias: 'eine Leitung' })],
  ['ip link set v0 alias "grün € 𝄞"', set('v0', { ifalias: 'grün € 𝄞' })],
  ['ip link set v0 master br0', set('v0', { master: 'br0' })],
  ['ip link set v0 nomaster', set('v0', { master: 0 })],
  ['ip link set v0 group 77', set('v0', { group: 77 })],
  ['ip link set v0 netns blue', set('v0', { netns: 'blue' })],
  ['ip link set v0 link-netnsid 3', set('v0', { linkNetnsid: 3 })],
  ['ip link set v0 protodown on', set('v0', { protoDown: true })],
  [
    'ip link set v0 protodown off protodown_reason 3 off',
    set('v0', { protoDown: false, protoDownReason: { mask: 8, value: 0 } }),
  ],
  ['ip link set v0 addrgenmode eui64', set('v0', { afSpec: { inet6: { addrGenMode: 'eui64' } } })],
  ['ip link set v0 addrgenmode none', set('v0', { afSpec: { inet6: { addrGenMode: 'none' } } })],
  ['ip link set tap0 carrier off', set('tap0', { carrier: false })],
  ['ip link set tap0 carrier on', set('tap0', { carrier: true })],
  ['ip link set v0 mode dormant', set('v0', { linkmode: 'dormant' })],
  ['ip link set v0 state up', set('v0', { operstate: 'up' })],
  [
    'ip link set v0 gso_max_size 32768 gso_max_segs 17 gro_max_size 40000 gso_ipv4_max_size 33000 gro_ipv4_max_size 34000',
    set('v0', { gsoMaxSize: 32768, gsoMaxSegs: 17, groMaxSize: 40000, gsoIpv4MaxSize: 33000, groIpv4MaxSize: 34000 }),
  ],
  ['ip link set v0 numtxqueues 2', set('v0', { numTxQueues: 2 })],
  [
    'ip link set v0 mtu 1300 address 02:00:00:00:00:43 alias both txqueuelen 9 master br0 up',
    set('v0', { mtu: 1300, address: '02:00:00:00:00:43', ifalias: 'both', txqlen: 9, master: 'br0', up: true }),
  ],
  [
    'ip link property add dev v0 altname a-name-that-is-much-longer-than-fifteen-bytes',
    request.link.addAltname('v0', ['a-name-that-is-much-longer-than-fifteen-bytes']),
  ],
  [
    'ip link property add dev v0 altname alt1 altname alt2 altname alt3',
    request.link.addAltname('v0', ['alt1', 'alt2', 'alt3']),
  ],
  ['ip link property del dev v0 altname alt1', request.link.deleteAltname('v0', ['alt1'])],
  ['ip link del v0', remove('v0')],
  ['ip link del group 7', request.link.deleteGroup(7)],
]
