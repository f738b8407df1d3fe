import { type Request, request } from '../../src/codec.js'

/** Commands of commands/ about addresses, routes, rules and neighbours, and the same said to the builders. */
const { addr, route, rule, neigh } = request
const net = '198.51.100.0/24'
const gateway = '192.0.2.1'
const lladdr = '02:00:00:00:20:01'
const via = (more: object): Request => route.add({ dst: net, gateway, ...more })
const six = (more: object): Request => route.add({ dst: '2001:db8:2::/48', dev: 'v0', ...more })
const seg6 = (srh: { mode: 'encap'; segments: readonly string[] } | object): Request =>
  six({ encap: { kind: 'seg6', srh } })
const local = (action: string, more: object = {}): Request =>
  route.add({ dst: 'fd00:1::/64', dev: 'v0', encap: { kind: 'seg6-local', action, ...more } as never })
const rule100 = (spec: object): Request => rule.add({ table: 100, ...spec })
const ten = '10.0.0.0/8'
const here = (more: object): Request => addr.add({ dev: 'v1', address: '192.0.2.10/24', ...more })
const here6 = (more: object): Request => addr.add({ dev: 'v1', address: '2001:db8:1::1/64', ...more })
const neigh4 = (more: object): Request => neigh.add({ dev: 'v0', dst: '192.0.2.7', ...more })

export const routeIntents: readonly (readonly [command: string, request: Request<unknown>])[] = [
  ['ip addr add 192.0.2.10/24 dev v1', here({})],
  ['ip addr add 192.0.2.10 dev v1', addr.add({ dev: 'v1', address: '192.0.2.10' })],
  ['ip addr add 192.0.2.10/24 broadcast + dev v1', here({ broadcast: '192.0.2.255' })],
  [
    'ip addr add 192.0.2.10/24 brd 192.0.2.127 label v1:x dev v1 scope link',
    here({ broadcast: '192.0.2.127', label: 'v1:x', scope: 'link' }),
  ],
  ['ip addr add 10.0.0.1 peer 10.0.0.2/32 dev v1', addr.add({ dev: 'v1', address: '10.0.0.1', peer: '10.0.0.2/32' })],
  ['ip addr add 10.0.0.1 peer 10.1.0.0/16 dev v1', addr.add({ dev: 'v1', address: '10.0.0.1', peer: '10.1.0.0/16' })],
  ['ip addr add 127.0.0.5/8 dev lo', addr.add({ dev: 'lo', address: '127.0.0.5/8' })],
  ['ip addr add 192.0.2.10/24 dev v1 scope host', here({ scope: 'host' })],
  ['ip addr add 192.0.2.10/24 dev v1 scope global', here({ scope: 'universe' })],
  ['ip addr add 192.0.2.10/24 dev v1 scope 77', here({ scope: 77 })],
  [
    'ip addr add 192.0.2.10/24 dev v1 valid_lft 600 preferred_lft 300',
    here({ cacheinfo: { valid: 600, prefered: 300 } }),
  ],
  ['ip addr add 192.0.2.10/24 dev v1 noprefixroute', here({ flags: ['noprefixroute'] })],
  ['ip addr add 192.0.2.10/24 dev v1 metric 50 proto 7', here({ rtPriority: 50, proto: 7 })],
  ['ip addr add 224.1.2.3/32 dev v1 autojoin', addr.add({ dev: 'v1', address: '224.1.2.3/32', flags: ['mcautojoin'] })],
  ['ip addr add 2001:db8:1::1/64 dev v1', here6({})],
  ['ip addr add 2001:db8:1::1 dev v1', addr.add({ dev: 'v1', address: '2001:db8:1::1' })],
  ['ip addr add 2001:db8:1::1/64 dev v1 nodad', here6({ flags: ['nodad'] })],
  ['ip addr add 2001:db8:1::1/64 dev v1 home nodad', here6({ flags: ['homeaddress', 'nodad'] })],
  ['ip addr add 2001:db8:1::1/64 dev v1 mngtmpaddr', here6({ flags: ['managetempaddr'] })],
  [
    'ip addr add 2001:db8:1::1/64 dev v1 nodad noprefixroute mngtmpaddr',
    here6({ flags: ['nodad', 'noprefixroute', 'managetempaddr'] }),
  ],
  [
    'ip addr add 2001:db8:1::1 peer 2001:db8:1::2/128 dev v1',
    addr.add({ dev: 'v1', address: '2001:db8:1::1', peer: '2001:db8:1::2/128' }),
  ],
  ['ip addr add fe80::1234/64 dev v1 scope link', addr.add({ dev: 'v1', address: 'fe80::1234/64', scope: 'link' })],
  ['ip addr add ::1/128 dev lo', addr.add({ dev: 'lo', address: '::1/128' })],
  [
    'ip addr replace 192.0.2.2/24 dev v0 valid_lft 1000 preferred_lft 500',
    addr.replace({ dev: 'v0', address: '192.0.2.2/24', cacheinfo: { valid: 1000, prefered: 500 } }),
  ],
  ['ip addr del 192.0.2.2/24 dev v0', addr.delete({ dev: 'v0', address: '192.0.2.2/24' })],
  ['ip addr del 192.0.2.2 dev v0', addr.delete({ dev: 'v0', address: '192.0.2.2' })],
  ['ip addr del 2001:db8::2/64 dev v0', addr.delete({ dev: 'v0', address: '2001:db8::2/64' })],
  [
    'ip addr del 10.0.0.1 peer 10.0.0.2/32 dev v1',
    addr.delete({ dev: 'v1', address: '10.0.0.1', peer: '10.0.0.2/32' }),
  ],

  ['ip route add 198.51.100.0/24 via 192.0.2.1', via({})],
  ['ip route add 198.51.100.0/24 dev v0', route.add({ dst: net, dev: 'v0' })],
  ['ip route add default via 192.0.2.1 dev v0', route.add({ dst: 'default', gateway, dev: 'v0' })],
  [
    'ip route add 198.51.100.7 via 192.0.2.1 src 192.0.2.2 metric 100',
    route.add({ dst: '198.51.100.7', gateway, prefsrc: '192.0.2.2', priority: 100 }),
  ],
  ['ip route add 198.51.100.0/24 tos 0x10 via 192.0.2.1', via({ tos: 16 })],
  ['ip route add 198.51.100.0/24 via 192.0.2.1 table 100 proto static', via({ table: 100 })],
  ['ip route add 198.51.100.0/24 via 192.0.2.1 table 100000 proto bgp', via({ table: 100000, protocol: 'bgp' })],
  ['ip route add 198.51.100.0/24 via 192.0.2.1 proto 200', via({ protocol: 200 })],
  ['ip route add 198.51.100.0/24 dev v0 scope host', route.add({ dst: net, dev: 'v0', scope: 'host' })],
  ['ip route add 198.51.100.0/24 dev v0 scope site', route.add({ dst: net, dev: 'v0', scope: 'site' })],
  ['ip route add 198.51.100.0/24 dev v0 scope global', route.add({ dst: net, dev: 'v0', scope: 'universe' })],
  ['ip route add local 198.51.100.0/24 dev lo', route.add({ type: 'local', dst: net, dev: 'lo' })],
  [
    'ip route add broadcast 198.51.100.255 dev v0 table local',
    route.add({ type: 'broadcast', dst: '198.51.100.255', dev: 'v0', table: 255 }),
  ],
  ['ip route add multicast 239.0.0.0/8 dev v0', route.add({ type: 'multicast', dst: '239.0.0.0/8', dev: 'v0' })],
  ['ip route add blackhole 198.51.100.0/24', route.add({ type: 'blackhole', dst: net })],
  ['ip route add unreachable 198.51.100.0/24 metric 5', route.add({ type: 'unreachable', dst: net, priority: 5 })],
  ['ip route add prohibit 198.51.100.0/24', route.add({ type: 'prohibit', dst: net })],
  ['ip route add throw 198.51.100.0/24 table 100', route.add({ type: 'throw', dst: net, table: 100 })],
  ['ip route add nat 198.51.100.0/24 via 192.0.2.1', via({ type: 'nat' })],
  [
    'ip route add 198.51.100.0/24 via 203.0.113.1 dev v0 onlink',
    route.add({ dst: net, gateway: '203.0.113.1', dev: 'v0', flags: 4 }),
  ],
  ['ip route add 198.51.100.0/24 via 192.0.2.1 realms 3/5', via({ flow: 0x30005 })],
  ['ip route add 198.51.100.0/24 via inet6 fe80::1 dev v0', route.add({ dst: net, gateway: 'fe80::1', dev: 'v0' })],
  ['ip route add 198.51.100.0/24 nhid 42', route.add({ dst: net, nhId: 42 })],
  ['ip route add 198.51.100.0/24 via 192.0.2.1 ttl-propagate disabled', via({ ttlPropagate: false })],
  ['ip route append 198.51.100.0/24 via 192.0.2.1', route.append({ dst: net, gateway })],
  ['ip route replace default via 192.0.2.254', route.replace({ dst: 'default', gateway: '192.0.2.254' })],
  ['ip route del 192.0.2.0/24', route.delete({ dst: '192.0.2.0/24' })],
  ['ip route del default', route.delete({ dst: 'default' })],
  [
    'ip route del 198.51.100.0/24 via 192.0.2.1 table 100 proto static metric 9',
    route.delete({ dst: net, gateway, table: 100, protocol: 'static', priority: 9 }),
  ],
  ['ip -6 route add 2001:db8:2::/48 via 2001:db8::1', route.add({ dst: '2001:db8:2::/48', gateway: '2001:db8::1' })],
  [
    'ip -6 route add default via fe80::1 dev v0 metric 512 pref high',
    route.add({ dst: 'default', gateway: 'fe80::1', dev: 'v0', priority: 512, pref: 'high' }),
  ],
  ['ip -6 route add 2001:db8:2::/48 dev v0 expires 300 pref low', six({ expires: 300, pref: 'low' })],
  ['ip -6 route add 2001:db8:2::/48 from 2001:db8:3::/56 dev v0', six({ src: '2001:db8:3::/56' })],
  ['ip -6 route add blackhole 2001:db8:2::/48', route.add({ type: 'blackhole', dst: '2001:db8:2::/48' })],
  ['ip -6 route add anycast 2001:db8:2::5 dev v0', route.add({ type: 'anycast', dst: '2001:db8:2::5', dev: 'v0' })],
  [
    'ip -6 route replace 2001:db8:2::/48 via 2001:db8::1 src 2001:db8::2 mtu lock 1400',
    route.replace({
      dst: '2001:db8:2::/48',
      gateway: '2001:db8::1',
      prefsrc: '2001:db8::2',
      metrics: { lock: 4, mtu: 1400 },
    }),
  ],
  ['ip -6 route del 2001:db8::/64', route.delete({ dst: '2001:db8::/64' })],
  ['ip route add 198.51.100.0/24 via 192.0.2.1 mtu 1400', via({ metrics: { mtu: 1400 } })],
  [
    'ip route add 198.51.100.0/24 via 192.0.2.1 mtu lock 1400 advmss lock 1300',
    via({ metrics: { mtu: 1400, advmss: 1300, lock: ['mtu', 'advmss'] } }),
  ],
  ['ip route add 198.51.100.0/24 via 192.0.2.1 congctl reno', via({ metrics: { ccAlgo: 'reno' } })],
  [
    'ip route add 198.51.100.0/24 nexthop via 192.0.2.1 nexthop via 192.0.2.3',
    route.add({ dst: net, multipath: [{ gateway }, { gateway: '192.0.2.3' }] }),
  ],
  [
    'ip route add 198.51.100.0/24 nexthop via 192.0.2.1 dev v0 weight 10 nexthop dev v1 weight 256',
    route.add({
      dst: net,
      multipath: [
        { gateway, dev: 'v0', hops: 9 },
        { dev: 'v1', hops: 255 },
      ],
    }),
  ],
  [
    'ip route add 198.51.100.0/24 metric 5 nexthop via 203.0.113.1 dev v0 onlink realms 4 nexthop via inet6 fe80::1 dev v0',
    route.add({
      dst: net,
      priority: 5,
      multipath: [
        { gateway: '203.0.113.1', dev: 'v0', flags: 4, flow: 4 },
        { gateway: 'fe80::1', dev: 'v0' },
      ],
    }),
  ],
  [
    'ip -6 route add 2001:db8:2::/48 nexthop via 2001:db8::1 weight 2 nexthop via 2001:db8::3 dev v0 weight 3 nexthop via fe80::5 dev v1',
    route.add({
      dst: '2001:db8:2::/48',
      multipath: [
        { gateway: '2001:db8::1', hops: 1 },
        { gateway: '2001:db8::3', dev: 'v0', hops: 2 },
        { gateway: 'fe80::5', dev: 'v1' },
      ],
    }),
  ],
  [
    'ip route add 198.51.100.0/24 nexthop encap mpls 100 via 192.0.2.1 nexthop encap mpls 200/201 ttl 3 via 192.0.2.3',
    route.add({
      dst: net,
      multipath: [
        { gateway, encap: { kind: 'mpls', dst: '100' } },
        { gateway: '192.0.2.3', encap: { kind: 'mpls', dst: '200/201', ttl: 3 } },
      ],
    }),
  ],
  ['ip route add 198.51.100.0/24 encap mpls 100 via 192.0.2.1', via({ encap: { kind: 'mpls', dst: '100' } })],
  [
    'ip route add 198.51.100.0/24 encap mpls 16/1048575/3 ttl 9 via 192.0.2.1',
    via({ encap: { kind: 'mpls', dst: '16/1048575/3', ttl: 9 } }),
  ],
  [
    'ip route add 198.51.100.0/24 encap ip id 30 dst 203.0.113.9 dev v0',
    route.add({ dst: net, dev: 'v0', encap: { kind: 'ip', id: 30n, dst: '203.0.113.9' } }),
  ],
  [
    'ip route add 198.51.100.0/24 encap ip id 1 dst 203.0.113.9 vxlan_opts 456 via 192.0.2.1',
    via({ encap: { kind: 'ip', id: 1n, dst: '203.0.113.9', opts: { vxlan: { gbp: 456 } } } }),
  ],
  [
    'ip -6 route add 2001:db8:2::/48 encap seg6 mode encap segs fd00::1,fd00::2 dev v0',
    seg6({ mode: 'encap', segments: ['fd00::1', 'fd00::2'] }),
  ],
  [
    'ip -6 route add 2001:db8:2::/48 encap seg6 mode inline segs fd00::1,fd00::2 dev v0',
    seg6({ mode: 'inline', segments: ['fd00::1', 'fd00::2'] }),
  ],
  [
    'ip -6 route add 2001:db8:2::/48 encap seg6 mode l2encap segs fd00::1 dev v0',
    seg6({ mode: 'l2encap', segments: ['fd00::1'] }),
  ],
  [
    'ip -6 route add 2001:db8:2::/48 encap seg6 mode encap.red segs fd00::1,fd00::2,fd00::3 dev v0',
    seg6({ mode: 'encap-red', segments: ['fd00::1', 'fd00::2', 'fd00::3'] }),
  ],
  ['ip -6 route add fd00:1::/64 encap seg6local action End dev v0', local('end')],
  [
    'ip -6 route add fd00:1::/64 encap seg6local action End flavors next-csid lblen 48 nflen 16 dev v0',
    local('end', { flavors: { operation: 16, lcblockBits: 48, lcnodeFnBits: 16 } }),
  ],
  ['ip -6 route add fd00:1::/64 encap seg6local action End.X nh6 fe80::1 dev v0', local('end-x', { nh6: 'fe80::1' })],
  ['ip -6 route add fd00:1::/64 encap seg6local action End.T table 100 dev v0', local('end-t', { table: 100 })],
  ['ip -6 route add fd00:1::/64 encap seg6local action End.DX2 oif v1 dev v0', local('end-dx2', { oif: 'v1' })],
  [
    'ip -6 route add fd00:1::/64 encap seg6local action End.DX4 nh4 192.0.2.1 dev v0',
    local('end-dx4', { nh4: '192.0.2.1' }),
  ],
  [
    'ip -6 route add fd00:1::/64 encap seg6local action End.DT6 vrftable 100 dev v0',
    local('end-dt6', { vrftable: 100 }),
  ],
  [
    'ip -6 route add fd00:1::/64 encap seg6local action End.B6 srh segs fd00::1,fd00::2 dev v0',
    local('end-b6', { srh: { segments: ['fd00::1', 'fd00::2', '::'] } }),
  ],
  [
    'ip -6 route add fd00:1::/64 encap seg6local action End.AS iif v0 oif v1 dev v0',
    local('end-as', { iif: 'v0', oif: 'v1' }),
  ],
  // iproute2 stores the last segment first; the kernel sends to the first stored one first (net/ipv6/rpl_iptunnel.c).
  [
    'ip -6 route add 2001:db8:2::/48 encap rpl segs fd00::1,fd00::2 dev v0',
    six({ encap: { kind: 'rpl', srh: { segments: ['fd00::2', 'fd00::1'] } } }),
  ],
  [
    'ip route add 198.51.100.0/24 dev v0 encap xfrm if_id 42',
    route.add({ dst: net, dev: 'v0', encap: { kind: 'xfrm', ifId: 42 } }),
  ],
  [
    'ip -f mpls route add 100 as 200/300 via inet 192.0.2.1 dev v0',
    route.add({ family: 'mpls', dst: '100', newdst: '200/300', gateway, dev: 'v0' }),
  ],
  [
    'ip -f mpls route add 16 via inet6 2001:db8::1 dev v0 ttl-propagate enabled',
    route.add({ family: 'mpls', dst: '16', gateway: '2001:db8::1', dev: 'v0', ttlPropagate: true }),
  ],
  ['ip -f mpls route add 1048575 dev lo', route.add({ family: 'mpls', dst: '1048575', dev: 'lo' })],
  ['ip -f mpls route del 100', route.delete({ family: 'mpls', dst: '100' })],
  ['ip route get 192.0.2.7', route.lookup('192.0.2.7')],
  [
    'ip route get 192.0.2.7 oif v0 uid 1000 ipproto tcp sport 1000 dport 443',
    route.lookup('192.0.2.7', { dev: 'v0', uid: 1000, ipProto: 6, sport: 1000, dport: 443 }),
  ],
  ['ip route get fibmatch 192.0.2.7', route.get('192.0.2.7')],

  ['ip rule add from 10.0.0.0/8 table 100', rule100({ src: ten })],
  [
    'ip rule add from all to 192.0.2.0/24 table 100000 priority 50',
    rule.add({ dst: '192.0.2.0/24', table: 100000, priority: 50 }),
  ],
  ['ip rule add not from 10.0.0.1 table 100', rule100({ src: '10.0.0.1', flags: 2 })],
  ['ip rule add tos 0x10 table 100', rule100({ tos: 16 })],
  ['ip rule add fwmark 0x10 table 100', rule100({ fwmark: 16 })],
  ['ip rule add fwmark 0x10/0xff table 100', rule100({ fwmark: 16, fwmask: 255 })],
  ['ip rule add iif v0 oif v1 table 100', rule100({ iifname: 'v0', oifname: 'v1' })],
  ['ip rule add uidrange 1000-2000 table 100', rule100({ uidRange: { start: 1000, end: 2000 } })],
  [
    'ip rule add ipproto tcp sport 1000-2000 dport 443 table 100',
    rule100({ ipProto: 6, sportRange: { start: 1000, end: 2000 }, dportRange: { start: 443, end: 443 } }),
  ],
  ['ip rule add ipproto 132 dport 80-81 table 100', rule100({ ipProto: 132, dportRange: { start: 80, end: 81 } })],
  [
    'ip rule add ipproto udp sport 0x1000/0xf000 dport 53/0xffff table 100',
    rule100({
      ipProto: 17,
      sportRange: { start: 4096, end: 4096 },
      sportMask: 0xf000,
      dportRange: { start: 53, end: 53 },
    }),
  ],
  ['ip rule add tun_id 5000 table 100', rule100({ tunId: 5000n })],
  ['ip rule add priority 10 goto 20', rule.add({ priority: 10, action: 'goto', goto: 20 })],
  ['ip rule add priority 10 nop', rule.add({ priority: 10, action: 'nop' })],
  ['ip rule add from 10.0.0.0/8 blackhole', rule.add({ src: ten, action: 'blackhole' })],
  ['ip rule add from 10.0.0.0/8 prohibit', rule.add({ src: ten, action: 'prohibit' })],
  ['ip rule add from 10.0.0.0/8 unreachable', rule.add({ src: ten, action: 'unreachable' })],
  ['ip rule add l3mdev pref 1000', rule.add({ l3mdev: 1, priority: 1000 })],
  ['ip rule add table main suppress_prefixlength 0', rule.add({ suppressPrefixlen: 0 })],
  ['ip rule add table main suppress_ifgroup 7', rule.add({ suppressIfgroup: 7 })],
  ['ip rule add from 10.0.0.0/8 realms 3/4 table 100', rule100({ src: ten, flow: 0x30004 })],
  ['ip rule add from 10.0.0.0/8 table 100 protocol static', rule100({ src: ten })],
  ['ip rule add from 10.0.0.0/8 lookup local protocol 99', rule.add({ src: ten, table: 255, protocol: 99 })],
  ['ip rule add dscp 10 table 100', rule100({ dscp: 10 })],
  ['ip rule add dscp CS1/0x38 table 100', rule100({ dscp: 8, dscpMask: 0x38 })],
  [
    'ip -6 rule add flowlabel 0x12345 table 100',
    rule100({ family: 'inet6', flowlabel: 0x12345, flowlabelMask: 0xfffff }),
  ],
  [
    'ip -6 rule add from 2001:db8::/32 to 2001:db8:5::/48 table 200 priority 77',
    rule.add({ src: '2001:db8::/32', dst: '2001:db8:5::/48', table: 200, priority: 77 }),
  ],
  ['ip rule del from 10.0.0.0/8 table 100', rule.delete({ src: ten, table: 100 })],
  ['ip rule del priority 32766', rule.delete({ priority: 32766 })],
  ['ip -6 rule del table 200 priority 77', rule.delete({ family: 'inet6', table: 200, priority: 77 })],

  ['ip neigh add 192.0.2.7 lladdr 02:00:00:00:20:01 dev v0', neigh4({ lladdr })],
  [
    'ip neigh add 2001:db8::7 lladdr 02:00:00:00:20:01 dev v0 nud permanent',
    neigh.add({ dev: 'v0', dst: '2001:db8::7', lladdr, state: ['permanent'] }),
  ],
  ['ip neigh add 192.0.2.7 lladdr 02:00:00:00:20:01 dev v0 nud reachable', neigh4({ lladdr, state: ['reachable'] })],
  ['ip neigh add 192.0.2.7 lladdr 02:00:00:00:20:01 dev v0 nud stale', neigh4({ lladdr, state: ['stale'] })],
  ['ip neigh add 192.0.2.7 dev v0 nud failed', neigh4({ state: ['failed'] })],
  ['ip neigh add 192.0.2.7 dev v0 nud noarp', neigh4({ state: ['noarp'] })],
  ['ip neigh add 192.0.2.7 dev v0 nud none', neigh4({ state: 0 })],
  ['ip neigh add proxy 192.0.2.9 dev v0', neigh.add({ dev: 'v0', dst: '192.0.2.9', flags: ['proxy'] })],
  [
    'ip -6 neigh add proxy 2001:db8::9 dev v0 router',
    neigh.add({ dev: 'v0', dst: '2001:db8::9', flags: ['proxy', 'router'] }),
  ],
  [
    'ip neigh add 2001:db8::7 lladdr 02:00:00:00:20:01 dev v0 router extern_learn nud reachable',
    neigh.add({ dev: 'v0', dst: '2001:db8::7', lladdr, flags: ['router', 'ext-learned'], state: ['reachable'] }),
  ],
  [
    'ip neigh replace 192.0.2.7 lladdr 02:00:00:00:20:02 dev v0 protocol static',
    neigh.replace({ dev: 'v0', dst: '192.0.2.7', lladdr: '02:00:00:00:20:02', protocol: 'static' }),
  ],
  ['ip neigh del 192.0.2.7 dev v0', neigh.delete({ dev: 'v0', dst: '192.0.2.7' })],
  ['ip neigh del proxy 192.0.2.9 dev v0', neigh.delete({ dev: 'v0', dst: '192.0.2.9', flags: ['proxy'] })],
  ['ip neigh get 192.0.2.7 dev v0', neigh.get({ dev: 'v0', dst: '192.0.2.7' })],
  ['ip neigh get proxy 2001:db8::9 dev v0', neigh.get({ dev: 'v0', dst: '2001:db8::9', proxy: true })],
  ['ip netns set blue 5', request.nsid.add({ netns: 'blue', nsid: 5 })],
  ['ip netns set blue auto', request.nsid.add({ netns: 'blue' })],
  ['ip netns list-id', request.nsid.dump()],
]
