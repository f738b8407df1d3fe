import { type Request, request } from '../../src/codec.js'

/** Commands about nexthops and the small families of the network layer, and the same said to the builders. */
const { nexthop, nexthopBucket, addrLabel, netconf, neighTable, mroute, rule, route } = request
const gateway = '192.0.2.1'
const one = (more: object): Request => nexthop.add({ gateway, dev: 'v0', protocol: 'unspec', ...more })
const group = (ids: readonly object[], more: object = {}): Request =>
  nexthop.add({ id: 10, group: ids as never, protocol: 'unspec', ...more })
const resilient = (ids: readonly object[], resGroup?: object): Request =>
  nexthop.add({
    id: 11,
    group: ids as never,
    groupType: 'res',
    protocol: 'unspec',
    ...(resGroup === undefined ? {} : { resGroup }),
  })

export const l3Intents: readonly (readonly [command: string, request: Request<unknown>])[] = [
  ['ip nexthop add id 1 via 192.0.2.1 dev v0', one({ id: 1 })],
  ['ip nexthop add id 2 blackhole', nexthop.add({ id: 2, blackhole: true, protocol: 'unspec' })],
  [
    'ip -6 nexthop add id 2 blackhole protocol kernel',
    nexthop.add({ id: 2, family: 'inet6', blackhole: true, protocol: 'kernel' }),
  ],
  [
    'ip nexthop add id 3 via 2001:db8::1 dev v0 protocol static',
    nexthop.add({ id: 3, gateway: '2001:db8::1', dev: 'v0' }),
  ],
  ['ip nexthop add id 4 via 203.0.113.1 dev v0 onlink', one({ id: 4, gateway: '203.0.113.1', flags: ['onlink'] })],
  ['ip nexthop add id 5 encap mpls 100 via 192.0.2.1 dev v0', one({ id: 5, encap: { kind: 'mpls', dst: '100' } })],
  [
    'ip nexthop add id 5 encap mpls 16/1048575/3 ttl 9 via 192.0.2.1 dev v0',
    one({ id: 5, encap: { kind: 'mpls', dst: '16/1048575/3', ttl: 9 } }),
  ],
  ['ip nexthop add id 6 dev v0', nexthop.add({ id: 6, dev: 'v0', protocol: 'unspec' })],
  ['ip -6 nexthop add id 6 dev v0 protocol 200', nexthop.add({ id: 6, family: 'inet6', dev: 'v0', protocol: 200 })],
  [
    'ip nexthop add id 4294967295 via 192.0.2.1 dev v0 protocol bgp onlink',
    one({ id: 4294967295, protocol: 'bgp', flags: 4 }),
  ],
  ['ip nexthop replace id 1 dev v0', nexthop.replace({ id: 1, dev: 'v0', protocol: 'unspec' })],
  ['ip nexthop del id 1', nexthop.delete(1)],
  ['ip nexthop get id 1', nexthop.get(1)],
  ['ip -s nexthop get id 1', nexthop.get(1, { opFlags: ['dump-stats'] })],
  ['ip -s -s nexthop get id 1', nexthop.get(1, { opFlags: ['dump-stats', 'dump-hw-stats'] })],
  ['ip nexthop add id 10 group 1', group([{ id: 1 }])],
  ['ip nexthop add id 10 group 1/2,5', group([{ id: 1 }, { id: 2, weight: 4 }])],
  [
    'ip nexthop add id 10 group 1,255/2,256/3,257',
    group([
      { id: 1, weight: 254 },
      { id: 2, weight: 255 },
      { id: 3, weightHigh: 1 },
    ]),
  ],
  ['ip nexthop add id 10 group 1/2 type mpath', group([{ id: 1 }, { id: 2 }], { groupType: 'mpath' })],
  [
    'ip nexthop add id 10 group 1/2 hw_stats on protocol zebra',
    group([{ id: 1 }, { id: 2 }], { hwStatsEnable: 1, protocol: 'zebra' }),
  ],
  [
    'ip nexthop add id 11 group 1 type resilient buckets 8 idle_timer 100 unbalanced_timer 200',
    resilient([{ id: 1 }], { buckets: 8, idleTimer: 10000, unbalancedTimer: 20000 }),
  ],
  ['ip nexthop add id 11 group 1/2,3 type resilient', resilient([{ id: 1 }, { id: 2, weight: 2 }])],
  [
    'ip nexthop add id 11 group 1/2 type resilient buckets 65535',
    resilient([{ id: 1 }, { id: 2 }], { buckets: 65535 }),
  ],
  [
    'ip nexthop add id 12 via 2001:db8::1 fdb',
    nexthop.add({ id: 12, gateway: '2001:db8::1', fdb: true, protocol: 'unspec' }),
  ],
  ['ip nexthop list', nexthop.dump()],
  ['ip nexthop list groups', nexthop.dump({ groups: true })],
  ['ip nexthop list dev v0', nexthop.dump({ dev: 'v0' })],
  ['ip nexthop list master br0', nexthop.dump({ master: 'br0' })],
  ['ip nexthop list fdb', nexthop.dump({ fdb: true })],
  ['ip -6 nexthop list', nexthop.dump({ family: 'inet6' })],
  ['ip -4 nexthop list dev v0 groups', nexthop.dump({ family: 'inet', dev: 'v0', groups: true })],
  ['ip -s nexthop list groups', nexthop.dump({ groups: true, opFlags: ['dump-stats'] })],
  ['ip nexthop bucket list', nexthopBucket.dump()],
  ['ip nexthop bucket list id 11', nexthopBucket.dump({ id: 11 })],
  ['ip nexthop bucket list dev v0', nexthopBucket.dump({ dev: 'v0' })],
  ['ip nexthop bucket list master br0', nexthopBucket.dump({ master: 'br0' })],
  ['ip nexthop bucket list nhid 1', nexthopBucket.dump({ nhId: 1 })],
  ['ip nexthop bucket list id 11 nhid 1 dev v0', nexthopBucket.dump({ id: 11, nhId: 1, dev: 'v0' })],
  ['ip nexthop bucket get id 11 index 2', nexthopBucket.get(11, 2)],
  ['ip route add 198.51.100.0/24 nhid 1', route.add({ dst: '198.51.100.0/24', nhId: 1 })],
  ['ip route replace 198.51.100.0/24 nhid 1', route.replace({ dst: '198.51.100.0/24', nhId: 1 })],
  ['ip -6 route add 2001:db8:2::/48 nhid 3 metric 7', route.add({ dst: '2001:db8:2::/48', nhId: 3, priority: 7 })],
  [
    'ip addrlabel add prefix 2001:db8::/32 dev v0 label 99',
    addrLabel.add({ address: '2001:db8::/32', dev: 'v0', label: 99 }),
  ],
  [
    'ip addrlabel add prefix 2001:db8:1::/48 label 4294967294',
    addrLabel.add({ address: '2001:db8:1::/48', label: 4294967294 }),
  ],
  ['ip addrlabel add prefix ::1/128 label 0', addrLabel.add({ address: '::1/128', label: 0 })],
  ['ip addrlabel add prefix ::/0 label 7', addrLabel.add({ address: 'default', label: 7 })],
  ['ip addrlabel del prefix 2001:db8::/32 label 99', addrLabel.delete({ address: '2001:db8::/32', label: 99 })],
  [
    'ip addrlabel del prefix 2001:db8::/32 dev v0 label 3',
    addrLabel.delete({ address: '2001:db8::/32', dev: 'v0', label: 3 }),
  ],
  ['ip addrlabel list', addrLabel.dump()],
  ['ip netconf show', netconf.dump()],
  ['ip -4 netconf show', netconf.dump({ family: 'inet' })],
  ['ip -f mpls netconf show', netconf.dump({ family: 'mpls' })],
  ['ip -4 netconf show dev v0', netconf.get({ family: 'inet', dev: 'v0' })],
  ['ip -6 netconf show dev v0', netconf.get({ family: 'inet6', dev: 'v0' })],
  [
    'ip ntable change name arp_cache dev v0 queue 1',
    neighTable.set({ name: 'arp_cache', parms: { ifindex: 'v0', queueLen: 1 } }),
  ],
  ['ip ntable change name arp_cache gc_int 4294967296', neighTable.set({ name: 'arp_cache', gcInterval: 2n ** 32n })],
  ['ip ntable change name ndisc_cache thresh1 1', neighTable.set({ name: 'ndisc_cache', thresh1: 1 })],
  ['ip -6 mroute show', mroute.dump({ family: 'inet6' })],
  ['ip mroute show table 100', mroute.dump({ table: 100 })],
  ['ip mrule add iif v0 table 100', rule.add({ family: 'ipmr', iifname: 'v0', table: 100 })],
  ['ip mrule show', rule.dump({ family: 'ipmr' })],
  [
    'ip -M route add 100 as 200 via inet 192.0.2.1 dev v0',
    route.add({ family: 'mpls', dst: '100', newdst: '200', gateway, dev: 'v0' }),
  ],
  [
    'ip -M route add 17 as 16/17/18 via inet6 2001:db8::1 dev v0 ttl-propagate disabled',
    route.add({ family: 'mpls', dst: '17', newdst: '16/17/18', gateway: '2001:db8::1', dev: 'v0', ttlPropagate: 0 }),
  ],
  [
    'ip -M route add 300 via link 02:00:00:00:00:0b dev v0',
    route.add({ family: 'mpls', dst: '300', via: { family: 'packet', addr: '02:00:00:00:00:0b' }, dev: 'v0' }),
  ],
]
