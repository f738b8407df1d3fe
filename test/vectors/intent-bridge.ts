import { type Request, request } from '../../src/codec.js'
import type { FdbSpec, LinkSpec, MdbEntrySpec } from '../../src/index.js'

/** Commands of commands/bridge.txt, and the same said to the builders. */
const { fdb, mdb, vlan, tunnel, mst, link } = request
const mac = '02:00:00:00:10:01'
const zeros = '00:00:00:00:00:00'
const STATIC = ['noarp', 'reachable'] as const
const entry = (spec: Partial<FdbSpec>): FdbSpec => ({ dev: 'v0', lladdr: mac, ...spec })
const group = (spec: Omit<MdbEntrySpec, 'dev'>): MdbEntrySpec => ({ dev: 'br0', port: 'v0', ...spec })
const remote = (spec: Omit<MdbEntrySpec, 'dev'>): MdbEntrySpec => ({ dev: 'vx0', state: 'permanent', ...spec })
const sources = (...addresses: string[]) => ({ entry: addresses.map(address => ({ address })) })
const port = (protinfo: LinkSpec['protinfo'], afSpec?: LinkSpec['afSpec']): Request =>
  link.set('v0', { family: 'bridge', protinfo, afSpec })

export const bridgeIntents: readonly (readonly [command: string, request: Request<unknown>])[] = [
  ['bridge link set dev v0 cost 50 priority 12', port({ cost: 50, priority: 12 })],
  ['bridge link set dev v0 state forwarding', port({ state: 'forwarding' })],
  [
    'bridge link set dev v0 guard on hairpin off fastleave on root_block off learning on flood off',
    port({ guard: 1, mode: 0, fastLeave: 1, protect: 0, learning: 1, unicastFlood: 0 }),
  ],
  ['bridge link set dev v0 learning_sync on', port({ learningSync: 1 })],
  [
    'bridge link set dev v0 mcast_router 2 mcast_flood on bcast_flood off mcast_to_unicast on mcast_max_groups 40',
    port({ multicastRouter: 2, mcastFlood: 1, bcastFlood: 0, mcastToUcast: 1, mcastMaxGroups: 40 }),
  ],
  [
    'bridge link set dev v0 neigh_suppress on neigh_vlan_suppress off vlan_tunnel on isolated on locked on mab off',
    port({ neighSuppress: 1, neighVlanSuppress: 0, vlanTunnel: 1, isolated: 1, locked: 1, mab: 0 }),
  ],
  ['bridge link set dev v0 backup_port v1 backup_nhid 6', port({ backupPort: 'v1', backupNhid: 6 })],
  ['bridge link set dev v0 nobackup_port', port({ backupPort: 0 })],
  ['bridge link set dev v0 cost 7 self master', port({ cost: 7 }, { flags: ['master', 'self'] })],

  ['bridge mst set dev v0 msti 1 state forwarding', mst.set({ dev: 'v0', msti: 1, state: 'forwarding' })],
  ['bridge mst set dev v0 msti 4094 state 1', mst.set({ dev: 'v0', msti: 4094, state: 1 })],
  ['bridge mst show', mst.dump()],
  ['bridge mst show dev v0', mst.dump({ dev: 'v0' })],

  [
    'bridge vlan add dev v0 vid 20-4094 untagged master',
    vlan.add({ dev: 'v0', vid: 20, range: 4094, flags: ['untagged'], master: true }),
  ],
  ['bridge vlan add dev br0 vid 5 self', vlan.add({ dev: 'br0', vid: 5, self: true })],
  [
    'bridge vlan add dev v0 vid 100 pvid untagged self master',
    vlan.add({ dev: 'v0', vid: 100, flags: ['pvid', 'untagged'], self: true, master: true }),
  ],
  [
    'bridge vlan add dev br0 vid 30-40 untagged self',
    vlan.add({ dev: 'br0', vid: 30, range: 40, flags: ['untagged'], self: true }),
  ],
  ['bridge vlan del dev br0 vid 1 self', vlan.delete({ dev: 'br0', vid: 1, self: true })],

  ['bridge fdb add 02:00:00:00:10:01 dev v0', fdb.add(entry({}))],
  ['bridge fdb add 02:00:00:00:10:01 dev v0 master static', fdb.add(entry({ flags: ['master'], state: STATIC }))],
  ['bridge fdb add 02:00:00:00:10:01 dev v0 master local', fdb.add(entry({ flags: ['master'] }))],
  ['bridge fdb add 02:00:00:00:10:01 dev v0 master permanent', fdb.add(entry({ flags: 4, state: 0xc0 }))],
  [
    'bridge fdb add 02:00:00:00:10:01 dev v0 self master temp',
    fdb.add(entry({ flags: ['self', 'master'], state: STATIC })),
  ],
  [
    'bridge fdb add 02:00:00:00:10:01 dev v0 master dynamic vlan 10',
    fdb.add(entry({ flags: ['master'], state: ['reachable'], vlan: 10 })),
  ],
  [
    'bridge fdb add 02:00:00:00:10:01 dev v0 master dynamic extern_learn',
    fdb.add(entry({ flags: ['master', 'ext-learned'], state: ['reachable'] })),
  ],
  [
    'bridge fdb add 02:00:00:00:10:01 dev v0 master static sticky',
    fdb.add(entry({ flags: ['master', 'sticky'], state: STATIC })),
  ],
  [
    'bridge fdb add 02:00:00:00:10:02 dev v0 master use router extern_learn sticky dynamic vlan 4094',
    fdb.add({
      dev: 'v0',
      lladdr: '02:00:00:00:10:02',
      flags: ['master', 'use', 'router', 'ext-learned', 'sticky'],
      state: ['reachable'],
      vlan: 4094,
    }),
  ],
  [
    'bridge fdb add 02:00:00:00:10:01 dev v0 self dst 198.51.100.1 port 4790 vni 99 src_vni 98 via v1',
    fdb.add(entry({ dst: '198.51.100.1', port: 4790, vni: 99, srcVni: 98, viaIfindex: 'v1' })),
  ],
  [
    'bridge fdb add 02:00:00:00:10:01 dev v0 self dst 2001:db8::1 router',
    fdb.add(entry({ dst: '2001:db8::1', flags: ['router'] })),
  ],
  ['bridge fdb add 02:00:00:00:10:01 dev v0 self nhid 10', fdb.add(entry({ nhId: 10 }))],
  [
    'bridge fdb add 00:00:00:00:00:00 dev vx0 dst 2001:db8::2 port 8472 vni 16777215 src_vni 16777214 via v1 self permanent',
    fdb.add({
      dev: 'vx0',
      lladdr: zeros,
      dst: '2001:db8::2',
      port: 8472,
      vni: 16777215,
      srcVni: 16777214,
      viaIfindex: 'v1',
    }),
  ],
  [
    'bridge fdb append 00:00:00:00:00:00 dev v0 dst 198.51.100.2',
    fdb.append({ dev: 'v0', lladdr: zeros, dst: '198.51.100.2' }),
  ],
  [
    'bridge fdb append 00:00:00:00:00:00 dev vx0 dst 198.51.100.3 vni 33',
    fdb.append({ dev: 'vx0', lladdr: zeros, dst: '198.51.100.3', vni: 33 }),
  ],
  [
    'bridge fdb replace 02:00:00:00:10:01 dev v0 master static use',
    fdb.replace(entry({ flags: ['master', 'use'], state: STATIC })),
  ],
  [
    'bridge fdb replace 02:00:00:00:10:03 dev vx0 dst 198.51.100.9 src_vni 7 self static',
    fdb.replace({ dev: 'vx0', lladdr: '02:00:00:00:10:03', dst: '198.51.100.9', srcVni: 7, state: STATIC }),
  ],
  ['bridge fdb del 02:00:00:00:10:01 dev v0 master vlan 10', fdb.delete(entry({ flags: ['master'], vlan: 10 }))],
  [
    'bridge fdb del 00:00:00:00:00:00 dev vx0 dst 198.51.100.3 port 4790 vni 33 self',
    fdb.delete({ dev: 'vx0', lladdr: zeros, dst: '198.51.100.3', port: 4790, vni: 33 }),
  ],
  ['bridge fdb flush dev br0', fdb.flush({ dev: 'br0' })],
  ['bridge fdb flush dev br0 brport v0 vlan 10', fdb.flush({ dev: 'br0', viaIfindex: 'v0', vlan: 10 })],
  [
    'bridge fdb flush dev br0 permanent noextern_learn sticky',
    fdb.flush({
      dev: 'br0',
      state: ['permanent'],
      flags: ['sticky'],
      ndmFlagsMask: ['sticky', 'ext-learned'],
    }),
  ],
  [
    'bridge fdb flush dev vx0 src_vni 7 vni 33 port 4790 dst 198.51.100.3 nhid 5 self nosticky',
    fdb.flush({ dev: 'vx0', srcVni: 7, vni: 33, port: 4790, dst: '198.51.100.3', nhId: 5, ndmFlagsMask: ['sticky'] }),
  ],
  ['bridge fdb get 02:00:00:00:10:01 br br0', fdb.get({ lladdr: mac, master: 'br0' })],
  [
    'bridge fdb get 02:00:00:00:10:01 dev v0 vlan 10 self',
    fdb.get({ lladdr: mac, dev: 'v0', vlan: 10, flags: ['self'] }),
  ],
  [
    'bridge fdb get 02:00:00:00:10:01 dev vx0 vni 33 self',
    fdb.get({ lladdr: mac, dev: 'vx0', vni: 33, flags: ['self'] }),
  ],
  ['bridge fdb show', fdb.dump()],
  ['bridge fdb show br br0', fdb.dump({ master: 'br0' })],
  ['bridge fdb show brport v0', fdb.dump({ dev: 'v0' })],
  [
    'bridge fdb show br br0 brport v0 vlan 10 state static dynamic',
    fdb.dump({ master: 'br0', dev: 'v0', vlan: 10, state: ['noarp'] }),
  ],

  [
    'bridge mdb add dev br0 port v0 grp 239.1.1.1 permanent vid 10',
    mdb.add(group({ addr: '239.1.1.1', state: 'permanent', vid: 10 })),
  ],
  ['bridge mdb add dev br0 port v0 grp ff05::1 temp', mdb.add(group({ addr: 'ff05::1', state: 'temporary' }))],
  [
    'bridge mdb add dev br0 port v0 grp 239.1.1.1 src 192.0.2.7',
    mdb.add(group({ addr: '239.1.1.1', source: '192.0.2.7' })),
  ],
  [
    'bridge mdb add dev br0 port v0 grp ff0e::1 src 2001:db8::7 permanent vid 4094 proto bgp',
    mdb.add(group({ addr: 'ff0e::1', source: '2001:db8::7', state: 'permanent', vid: 4094, rtprot: 'bgp' })),
  ],
  [
    'bridge mdb add dev br0 port br0 grp 01:00:5e:01:02:03 permanent',
    mdb.add({ dev: 'br0', addr: '01:00:5e:01:02:03', state: 'permanent' }),
  ],
  [
    'bridge mdb replace dev br0 port v0 grp 239.1.1.1 filter_mode include source_list 192.0.2.7,192.0.2.8 proto static',
    mdb.replace(
      group({
        addr: '239.1.1.1',
        groupMode: 'include',
        srcList: sources('192.0.2.7', '192.0.2.8'),
        rtprot: 'static',
      }),
    ),
  ],
  [
    'bridge mdb add dev br0 port v0 grp ff0e::2 permanent filter_mode exclude source_list 2001:db8::8 vid 20',
    mdb.add(
      group({ addr: 'ff0e::2', state: 'permanent', groupMode: 'exclude', srcList: sources('2001:db8::8'), vid: 20 }),
    ),
  ],
  [
    'bridge mdb del dev br0 port v0 grp 01:80:c2:00:00:0e permanent',
    mdb.delete(group({ addr: '01:80:c2:00:00:0e', state: 'permanent' })),
  ],
  [
    'bridge mdb del dev br0 port v0 grp 239.1.1.1 src 192.0.2.7 vid 10',
    mdb.delete(group({ addr: '239.1.1.1', source: '192.0.2.7', vid: 10 })),
  ],
  ['bridge mdb show dev br0', mdb.dump({ dev: 'br0' })],
  ['bridge mdb show dev br0 vid 10', mdb.dumpRouters({ dev: 'br0', vid: 10 })],
  ['bridge mdb get dev br0 grp 239.1.1.1', mdb.get({ dev: 'br0', addr: '239.1.1.1' })],
  [
    'bridge mdb get dev br0 grp ff0e::1 src 2001:db8::7 vid 10',
    mdb.get({ dev: 'br0', addr: 'ff0e::1', source: '2001:db8::7', vid: 10 }),
  ],
  ['bridge mdb flush dev br0', mdb.flush({ dev: 'br0' })],
  [
    'bridge mdb flush dev br0 port v0 vid 10 proto static permanent',
    mdb.flush({ dev: 'br0', port: 'v0', vid: 10, rtprot: 'static', state: 'permanent' }),
  ],
  ['bridge mdb flush dev br0 nopermanent', mdb.flush({ dev: 'br0', state: 'temporary' })],
  [
    'bridge mdb add dev vx0 port vx0 grp 239.1.1.1 permanent dst 198.51.100.1',
    mdb.add(remote({ addr: '239.1.1.1', dst: '198.51.100.1' })),
  ],
  [
    'bridge mdb add dev vx0 port vx0 grp ff0e::1 permanent dst 2001:db8::1 dst_port 4790 vni 33 src_vni 44 via v1',
    mdb.add(remote({ addr: 'ff0e::1', dst: '2001:db8::1', dstPort: 4790, vni: 33, srcVni: 44, viaIfindex: 'v1' })),
  ],
  [
    'bridge mdb replace dev vx0 port vx0 grp 239.1.1.2 src 192.0.2.1 permanent dst 198.51.100.2 src_vni 55 proto zebra',
    mdb.replace(remote({ addr: '239.1.1.2', source: '192.0.2.1', dst: '198.51.100.2', srcVni: 55, rtprot: 'zebra' })),
  ],
  [
    'bridge mdb add dev vx0 port vx0 grp 239.1.1.3 permanent filter_mode include source_list 192.0.2.1,192.0.2.2,192.0.2.3 dst 198.51.100.2',
    mdb.add(
      remote({
        addr: '239.1.1.3',
        groupMode: 'include',
        srcList: sources('192.0.2.1', '192.0.2.2', '192.0.2.3'),
        dst: '198.51.100.2',
      }),
    ),
  ],
  [
    'bridge mdb add dev vx0 port vx0 grp 0.0.0.0 permanent dst 198.51.100.3 src_vni 66',
    mdb.add(remote({ addr: '0.0.0.0', dst: '198.51.100.3', srcVni: 66 })),
  ],
  [
    'bridge mdb del dev vx0 port vx0 grp 239.1.1.1 permanent dst 198.51.100.1 vni 33',
    mdb.delete(remote({ addr: '239.1.1.1', dst: '198.51.100.1', vni: 33 })),
  ],
  [
    'bridge mdb get dev vx0 grp 239.1.1.1 src 192.0.2.1 src_vni 44',
    mdb.get({ dev: 'vx0', addr: '239.1.1.1', source: '192.0.2.1', srcVni: 44 }),
  ],
  [
    'bridge mdb flush dev vx0 src_vni 44 dst 198.51.100.1 dst_port 4790 vni 33',
    mdb.flush({ dev: 'vx0', srcVni: 44, dst: '198.51.100.1', dstPort: 4790, vni: 33 }),
  ],

  ['bridge vlan set dev v0 vid 10 state 4', vlan.set({ dev: 'v0', vid: 10, state: 4 })],
  ['bridge vlan set dev v0 vid 10 state listening', vlan.set({ dev: 'v0', vid: 10, state: 'listening' })],
  [
    'bridge vlan set dev v0 vid 10-20 state 3 mcast_router 2 mcast_max_groups 30 neigh_suppress on',
    vlan.set({
      dev: 'v0',
      vid: 10,
      range: 20,
      state: 'forwarding',
      mcastRouter: 2,
      mcastMaxGroups: 30,
      neighSuppress: true,
    }),
  ],
  ['bridge vlan set dev br0 vid 1 mcast_router 0', vlan.set({ dev: 'br0', vid: 1, mcastRouter: 0 })],
  [
    'bridge vlan global set dev br0 vid 1 mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_mld_version 2 mcast_last_member_count 3 mcast_startup_query_count 4',
    vlan.setGlobal({
      dev: 'br0',
      id: 1,
      mcastSnooping: true,
      mcastQuerier: true,
      mcastIgmpVersion: 3,
      mcastMldVersion: 2,
      mcastLastMemberCnt: 3,
      mcastStartupQueryCnt: 4,
    }),
  ],
  [
    'bridge vlan global set dev br0 vid 10-20 mcast_query_interval 12345 msti 3',
    vlan.setGlobal({ dev: 'br0', id: 10, range: 20, mcastQueryIntvl: 12345n, msti: 3 }),
  ],
  // bridge picks the link itself, of all that it is sent.
  ['bridge -d -s vlan show dev v0', vlan.dump({ stats: true })],
  ['bridge vlan global show dev br0', vlan.dumpGlobal()],

  ['bridge vni add dev vx0 vni 100-110', tunnel.add({ dev: 'vx0', start: 100, end: 110 })],
  ['bridge vni add dev vx0 vni 7', tunnel.add({ dev: 'vx0', start: 7 })],
  [
    'bridge vni add dev vx0 vni 16777215 group 239.1.1.1',
    tunnel.add({ dev: 'vx0', start: 16777215, group: '239.1.1.1' }),
  ],
  [
    'bridge vni add dev vx0 vni 200-201 remote 2001:db8::9',
    tunnel.add({ dev: 'vx0', start: 200, end: 201, group6: '2001:db8::9' }),
  ],
  ['bridge vni del dev vx0 vni 100-110', tunnel.delete({ dev: 'vx0', start: 100, end: 110 })],
  ['bridge vni show', tunnel.dump()],
  ['bridge vni show dev vx0', tunnel.dump({ dev: 'vx0' })],
  ['bridge -s vni show dev vx0', tunnel.dump({ dev: 'vx0', stats: true })],
]
