// A namespace with many objects of every family, for what is compared with `ip` as a whole. What this kernel cannot make is
// left out.
import type { BlockingClient } from '../../../src/index.js'
import { samples } from '../samples/link-kinds.js'
import { ip, run } from './iproute.js'

const links = `
link add v0 index 1010 address 02:00:00:00:00:0a type veth peer name v1 index 1011 address 02:00:00:00:00:0b
link add v2 address 02:00:00:00:00:0c numtxqueues 2 numrxqueues 3 type veth peer name v3 address 02:00:00:00:00:0d
link set v0 alias quo"te\\and€ group 5 txqueuelen 77 gso_max_size 32768 gro_max_size 40000
link property add dev v0 altname a-name-that-is-much-longer-than-fifteen-bytes altname second
link set v1 addrgenmode none
link set v2 addrgenmode random
link set v3 allmulticast on promisc on arp off
link set v0 up
link set v1 up
link set v2 up
link set lo up
netns add blue
netns set blue 7
link add away type veth peer name home netns blue
link add br9 type bridge stp_state 1 priority 4096
link add p0 address 02:00:00:00:00:20 type ifb
link add p1 address 02:00:00:00:00:21 type ifb
link set p0 master br9
link set p1 master br9
link set p0 type bridge_slave cost 50 priority 12 hairpin on learning off neigh_suppress on isolated on mcast_router 2
link set p1 type bridge_slave group_fwd_mask 0x4008 guard on root_block on fastleave on proxy_arp on backup_port p0
link add bo9 type bond mode 802.3ad miimon 100
link add p2 address 02:00:00:00:00:22 type veth peer name p2p
link set p2 master bo9
link add bo8 type bond mode active-backup miimon 100
link add p3 address 02:00:00:00:00:23 type veth peer name p3p
link set p3 master bo8
link set bo8 type bond primary p3
link set bo8 up
link set p3p up
link set bo8 type bond active_slave p3
link add vrf9 type vrf table 1009
link add p4 address 02:00:00:00:00:24 type ifb
link set p4 master vrf9
link set vrf9 up
link set p4 up
link set bo9 up
link set p2p up
link set br9 up
link set p0 up
link set p1 up
tuntap add tap9 mode tap multi_queue user 0
tuntap add tun9 mode tun`

const addresses = `
addr add 192.0.2.2/24 dev v0
addr add 192.0.2.10/24 brd + label v1:x dev v1 scope link
addr add 192.0.2.11/24 dev v1 scope link
addr add 10.0.0.1 peer 10.0.0.2/32 dev v1
addr add 10.1.0.1/8 dev v2 scope 77
addr add 192.0.2.129/25 dev v1 valid_lft 600 preferred_lft 300 noprefixroute metric 50 proto 7
addr add 192.0.2.130/25 dev v1 valid_lft 600 preferred_lft 0
addr add 224.1.2.3/32 dev v1 autojoin
addr add 2001:db8::2/64 dev v0 nodad
addr add 2001:db8:1::1/64 dev v1 nodad valid_lft 7200 preferred_lft 3600 metric 1024 proto 3
addr add 2001:db8:1::2 peer 2001:db8:1::3/128 dev v1 nodad
addr add 2001:db8:1::5/64 dev v1 nodad home mngtmpaddr preferred_lft 0
addr add 2001:db8:1::6/64 dev v0 optimistic
addr add 2001:db8:1::7/128 dev lo scope host`

const routes = `
route add 198.51.100.0/24 via 192.0.2.1 src 192.0.2.2 metric 100 mtu lock 1400 advmss 1300 congctl reno rtt 100ms
route add 198.51.101.0/24 dev v0 window 9 rttvar 50ms ssthresh 3 cwnd 4 reordering 5 hoplimit 6 initcwnd 7 initrwnd 8 rto_min 2s quickack 1 features ecn fastopen_no_cookie 1
route add 203.0.113.0/28 tos 8 dev v0 scope link proto bgp
route add 203.0.113.0/28 tos 0x28 dev v0 proto 77
route add 203.0.113.16/28 via 192.0.2.1 table 100000 realms 3/5
route add 203.0.113.16/28 via 192.0.2.1 table 77 realms 9
route add 203.0.113.32/28 nexthop via 192.0.2.1 dev v0 weight 10 nexthop via inet6 fe80::1 dev v1
route add 203.0.113.40/29 nexthop via 192.0.2.1 realms 1/2 nexthop via 10.9.9.9 dev v2 onlink weight 256
route add 203.0.113.48/28 via 203.0.113.1 dev v0 onlink
route add 203.0.113.50/32 via inet6 fe80::7 dev v0
route add 203.0.113.64/28 encap mpls 100/200 ttl 9 via 192.0.2.1
route add 203.0.113.80/28 encap ip id 30 dst 203.0.113.9 src 192.0.2.2 ttl 5 tos 8 key csum seq dev v0
route add 203.0.113.82/32 encap ip id 18446744073709551615 dst 203.0.113.9 dev v0
route add 203.0.113.96/28 nexthop encap mpls 100 via 192.0.2.1 nexthop encap mpls 200/201 via 192.0.2.3
route add 203.0.113.98/32 encap ip6 id 7 dst 2001:db8::9 src 2001:db8::2 hoplimit 4 tc 3 dev v0
route add blackhole 203.0.113.112/28
route add unreachable 203.0.113.128/28 metric 5
route add prohibit 203.0.113.144/28
route add throw 203.0.113.160/28 table 100
route add local 203.0.113.170/32 dev lo
route add broadcast 203.0.113.171/32 dev v0
route add multicast 224.5.0.0/16 dev v0
route add default via 192.0.2.1
route add default dev v2 metric 4294967295
route add default vrf vrf9 dev p4
nexthop add id 42 via 192.0.2.3 dev v0
nexthop add id 43 via 2001:db8::7 dev v0
nexthop add id 44 blackhole
nexthop add id 45 via 192.0.2.4 dev v0 onlink proto static
nexthop add id 46 encap mpls 77 via 192.0.2.4 dev v0
nexthop add id 50 group 42,3/45,7
nexthop add id 51 group 42/45 type resilient buckets 16 idle_timer 60 unbalanced_timer 300
nexthop add id 52 via 192.0.2.5 fdb
nexthop add id 53 dev v1
route add 203.0.113.176/28 nhid 42
route add 203.0.113.177/32 nhid 50
route add 203.0.113.178/32 nhid 51
route add 203.0.113.179/32 nhid 44
-6 route add 2001:db8:20::/48 via 2001:db8::1 metric 77 pref high mtu 1300
-6 route add 2001:db8:21::/48 dev v0 expires 300 pref low
-6 route add 2001:db8:22::/48 nexthop via 2001:db8::1 dev v0 weight 2 nexthop via fe80::5 dev v1
-6 route add blackhole 2001:db8:23::/48
-6 route add unreachable 2001:db8:24::/48
-6 route add 2001:db8:25::/48 from 2001:db8:99::/64 dev v0
-6 route add 2001:db8:26::/48 encap ip6 id 30 dst 2001:db8::9 hoplimit 5 dev v0
-6 route add 2001:db8:27::/48 encap seg6 mode encap segs fd00::1,fd00::2 dev v0
-6 route add 2001:db8:28::/48 encap seg6 mode inline segs fd00::1 dev v0
-6 route add 2001:db8:29::/48 encap seg6local action End.DX6 nh6 2001:db8::1 dev v0
-6 route add 2001:db8:2a::/48 encap seg6local action End.T table 254 dev v0
-6 route add 2001:db8:2b::/48 encap seg6local action End.DX4 nh4 192.0.2.1 count dev v0
-6 route add 2001:db8:2c::/48 encap seg6local action End.B6.Encaps srh segs fd00::1,fd00::2 dev v0
-6 route add 2001:db8:2d::/48 encap seg6local action End flavors psp,usp dev v0
-6 route add 2001:db8:2e::/64 encap ila 1:2:3:4 csum-mode adj-transport ident-type luid hook-type input dev v0
-6 route add 2001:db8:2f::/48 encap rpl segs fd00::1,fd00::2 dev v0
-6 route add 2001:db8:30::/48 encap ioam6 trace prealloc type 0x800000 ns 5 size 12 dev v0
-6 route add 2001:db8:31::/48 encap ioam6 freq 2/7 mode encap tundst fd00::1 trace prealloc type 0x800000 ns 5 size 4 dev v0
-6 route add 2001:db8:32::/48 encap mpls 9 via 2001:db8::1 dev v0
-6 route add 2001:db8:33::/48 nhid 43
-6 route add 2001:db8:34::/48 via 2001:db8::1 dev v0 table 77 proto ra
-6 route add default via fe80::1 dev v0
-f mpls route add 100 as 200/300 via inet 192.0.2.1 dev v0
-f mpls route add 101 via inet6 2001:db8::1 dev v0 ttl-propagate enabled
-f mpls route add 102 dev lo
-f mpls route add 103 nexthop as 200 via inet 192.0.2.1 dev v0 nexthop as 300/301 via inet 192.0.2.3 dev v0`

const rules = `
rule add from 10.0.0.0/8 to 192.0.2.0/24 fwmark 0x10/0xff iif v0 oif nothere0 table 100000 priority 50 protocol 99
rule add uidrange 1000-2000 ipproto tcp sport 1000-2000 dport 443 table 100 priority 51
rule add not from 10.0.0.1 tos 8 goto 32766 priority 52
rule add goto 40000 priority 64
rule add from 10.1.0.0/16 prohibit priority 53 suppress_prefixlength 3
rule add from 10.2.0.0/16 realms 3/4 table 100 priority 54
rule add dscp 10 table 100 priority 55
rule add dscp 9/15 table 100 priority 55
rule add tun_id 18446744073709551615 table 100 priority 56
rule add suppress_prefixlength 0 suppress_ifgroup 5 table main priority 57
rule add blackhole priority 58
rule add unreachable from all fwmark 0xffffffff priority 59
rule add nop priority 60
rule add ipproto 200 sport 9 dport 80-81 table 77 priority 61
rule add sport 0x10/0xf0 table 77 priority 62
rule add iif lo oif v1 table local priority 63
rule add l3mdev priority 1000
-6 rule add from 2001:db8::/32 to 2001:db8:5::/48 table 200 priority 77
-6 rule add flowlabel 0x12345/0xfffff table 77 priority 78
-6 rule add not to 2001:db8::1 fwmark 1 oif v0 tos 0x10 lookup 99 priority 79`

const neighbours = `
neigh add 192.0.2.7 lladdr 02:00:00:00:20:01 dev v0
neigh add 192.0.2.8 lladdr 02:00:00:00:20:02 dev v0 nud stale protocol static
neigh add 192.0.2.9 lladdr 02:00:00:00:20:09 dev v0 nud noarp
neigh add 192.0.2.12 dev v0 nud failed
neigh add 192.0.2.13 lladdr 02:00:00:00:20:13 dev v0 nud permanent protocol 77 extern_learn
neigh add 192.0.2.14 lladdr 02:00:00:00:20:14 dev v0 nud none
neigh add 2001:db8::7 lladdr 02:00:00:00:20:03 dev v0 router extern_learn nud permanent
neigh add 2001:db8::8 lladdr 02:00:00:00:20:04 dev v0 nud stale
neigh add proxy 192.0.2.19 dev v0
neigh add proxy 192.0.2.20 dev v0 protocol static
-6 neigh add proxy 2001:db8::9 dev v0 router`

/** What is not loaded on demand, and the room for labels. */
const preparations = ['modprobe -qa mpls_router mpls_iptunnel ila fou', 'sysctl -qw net.mpls.platform_labels=1000']

/** Options of tunnels crash some kernels when they are written: one that can be lost takes them. */
const losable =
  process.env['RIK_ENGINE'] === 'uml'
    ? ['route add 198.18.5.0/24 encap ip id 5 dst 192.0.2.2 geneve_opts 1:2:01020304,3:4:0506070809101112 dev v0']
    : []

/** Makes all of it; gives what this kernel refused. */
export function fillNamespace(rt: BlockingClient): string[] {
  const rejected: string[] = []
  const attempt = (line: string, make: () => unknown): void => {
    try {
      make()
    } catch (error) {
      rejected.push(`${line}: ${String((error as { stderr?: unknown }).stderr ?? error).trim()}`)
    }
  }
  for (const line of preparations) attempt(line, () => run(line))
  for (const part of [links, addresses, routes, rules, neighbours]) {
    for (const line of part.trim().split('\n')) attempt(line, () => ip(line))
  }
  for (const line of losable) attempt(line, () => ip(line))
  // Each on links of its own: many kinds want them for themselves.
  for (const [at, sample] of samples.entries()) {
    const [a, b] = [`a${at}`, `b${at}`]
    for (const name of [a, b]) rt.link.add({ name, info: { kind: 'ifb' } })
    attempt(sample.about, () => rt.link.add({ ...sample.spec({ a, b }), name: `s${at}` }))
    if (rt.link.list().some(({ name }) => name === 'peer0')) rt.link.set('peer0', { name: `q${at}` })
  }
  return rejected
}
