// An outside decoder for what our builders write: messages put into a file as rtmon writes it, printed by `ip -d monitor file`.
// It reads every kind, those that the running kernel cannot make included, and with it byte orders and widths.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Request, request } from '../../../src/codec.js'
import { openSync } from '../../../src/index.js'
import { printedByIp } from '../../support/iproute2/monitor-file.js'
import { samples } from '../../support/samples/link-kinds.js'

/** Indexes of two links that `ip` can name. */
const v0 = 1002
const v1 = 1003

beforeAll(() => {
  using rt = openSync()
  rt.link.add({ name: 'low0', index: v0, info: { kind: 'ifb' } })
  rt.link.add({ name: 'low1', index: v1, info: { kind: 'ifb' } })
})

const printed = (made: Request): string => printedByIp(made.bytes)

/** Words of `ip` for a key of its JSON, where they are not the key. */
const words: Readonly<Record<string, string>> = {
  inc_sci: 'send_sci',
  es: 'end_station',
  replay_protect: 'replay',
  ip6_tnl_f_ign_encap_limit: 'encaplimit none',
  ip6_tnl_f_use_orig_tclass: 'tclass inherit',
  ip6_tnl_f_rcv_dscp_copy: 'dscp inherit',
  ip6_tnl_f_mip6_dev: 'mip6',
  ip6_tnl_f_allow_local_remote: 'allow-localremote',
}
/** What only the kernel knows, and what `ip` writes as JSON alone or when it is off. */
const unseen = new Set(
  (
    'macsec.sci macsec.protect hsr.supervision_addr macvlan.macaddr_count macvlan.macaddr_data vxlan.udp_csum ' +
    'gre.pmtudisc ovpn.mode'
  ).split(' '),
)

/** Finds words in a line; what divides them is punctuation of `ip`, but that inside of numbers and addresses. */
function has(line: string, text: string): boolean {
  return ` ${line.replace(/[<>,{}]/g, ' ').replace(/\s+/g, ' ')} `.includes(` ${text} `)
}

/** Gives what is missing of an object in a line. */
function missing(line: string, key: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(item => missing(line, key, item))
  if (typeof value === 'object' && value !== null) {
    const { from, to } = value as { from?: number; to?: number }
    if (from !== undefined) return has(line, `${from}:${to}`) ? [] : [`${key} ${from}:${to}`]
    return Object.entries(value).flatMap(([inner, of]) => missing(line, key === 'encap' ? `encap_${inner}` : inner, of))
  }
  if (typeof value === 'number' || typeof value === 'string') return has(line, String(value)) ? [] : [`${key} ${value}`]
  const word = words[key] ?? key
  const forms = [
    word,
    word.replaceAll('_', '-'),
    word.replaceAll('_', ''),
    word.replace(/^udp_zero_csum6_/, 'udp6zerocsum'),
  ]
  const on = forms.some(form => has(line, form) && !has(line, `${form} off`))
  return on === (value !== false) ? [] : [`${key} ${value}`]
}

describe('links', () => {
  it.each(samples.map(sample => [sample.about, sample] as const))('%s', (_, sample) => {
    const spec = sample.spec({ a: v0, b: v1 })
    const line = printed(request.link.add({ ...spec, name: 'x0', index: 99 }))
    const [, data = ''] = line.split(/link\/\S+ /)
    expect(line).toContain(spec.link === undefined ? '99: x0: ' : '99: x0@low0: ')
    expect(data.split(' ')[0]).toBe(sample.kind)
    const output = Object.entries(sample.shows ?? {}).filter(([key]) => !unseen.has(`${sample.kind}.${key}`))
    // A sit that is not told its protocol has it from the kernel.
    const sent = output.filter(([key]) => key !== 'proto' || 'proto' in (spec.info ?? {}) || sample.kind !== 'sit')
    expect(
      sent.flatMap(([key, value]) => missing(data, key, value)),
      line,
    ).toEqual([])
  })

  it('with what every kind has', () => {
    const line = printed(
      request.link.set(99, {
        name: 'x0',
        up: true,
        address: '02:00:00:00:00:01',
        broadcast: '02:ff:ff:ff:ff:ff',
        mtu: 1400,
        master: v1,
        group: 5,
        operstate: 'up',
        ifalias: 'eine Leitung €',
        numTxQueues: 3,
        numRxQueues: 5,
        gsoMaxSize: 32768,
        gsoMaxSegs: 99,
        groMaxSize: 40000,
        protoDown: 1,
        info: { kind: 'ifb' },
        slave: { kind: 'bridge', cost: 50, priority: 12, learning: 0, multicastRouter: 2, groupFwdMask: 8 },
      }),
    )
    for (const words of [
      '99: x0: <NO-CARRIER,UP> mtu 1400 master low1 state UP group 5',
      '02:00:00:00:00:01 brd 02:ff:ff:ff:ff:ff protodown on',
      'ifb bridge_slave priority 12 cost 50 learning off mcast_router 2',
      'numtxqueues 3 numrxqueues 5 gso_max_size 32768 gso_max_segs 99',
      'gro_max_size 40000',
      'alias eine Leitung €',
    ]) {
      expect(line).toContain(words)
    }
  })
})

type Case = readonly [words: string, made: () => Request]

describe('addresses, routes, rules and neighbours', () => {
  const { addr, route, rule, neigh } = request
  const dev = v0
  it.each<Case>([
    [
      'inet 192.0.2.1/24 metric 50 brd 192.0.2.255 scope link',
      () => addr.add({ dev, address: '192.0.2.1/24', broadcast: '192.0.2.255', scope: 'link', rtPriority: 50 }),
    ],
    ['inet 10.0.0.1 peer 10.0.0.2/32 scope global', () => addr.add({ dev, address: '10.0.0.1', peer: '10.0.0.2/32' })],
    [
      'inet 192.0.2.3/25 scope global noprefixroute low0:x valid_lft 600sec preferred_lft 300sec',
      () =>
        addr.add({
          dev,
          address: '192.0.2.3/25',
          label: 'low0:x',
          flags: ['noprefixroute', 'permanent'],
          cacheinfo: { valid: 600, prefered: 300 },
        }),
    ],
    [
      'inet6 2001:db8::1/64 scope global nodad home mngtmpaddr',
      () =>
        addr.add({
          dev,
          address: '2001:db8::1/64',
          flags: ['nodad', 'homeaddress', 'managetempaddr', 'permanent'],
        }),
    ],
    [
      'unicast 198.51.100.0/24 via 192.0.2.254 dev low0 table main proto static scope global',
      () => route.add({ dst: '198.51.100.0/24', gateway: '192.0.2.254', dev }),
    ],
    [
      'default via inet6 fe80::1 dev low0',
      () => route.add({ dst: 'default', gateway: 'fe80::1', family: 'inet', dev }),
    ],
    [
      'unicast 10.0.0.0/8 tos 0x10 dev low0 table 100000 proto bgp scope link src 192.0.2.1 metric 7 mtu lock 1400 advmss 1300',
      () =>
        route.add({
          dst: '10.0.0.0/8',
          tos: 16,
          dev,
          table: 100000,
          protocol: 'bgp',
          prefsrc: '192.0.2.1',
          priority: 7,
          metrics: { lock: 4, mtu: 1400, advmss: 1300 },
        }),
    ],
    [
      'blackhole 2001:db8::/32 dev lo table main proto static',
      () => route.add({ type: 'blackhole', dst: '2001:db8::/32', dev: 1 }),
    ],
    [
      'nexthop via 192.0.2.1 dev low0 weight 10 nexthop via inet6 fe80::1 dev low1 weight 1',
      () =>
        route.add({
          dst: '10.0.0.0/8',
          multipath: [
            { gateway: '192.0.2.1', ifindex: v0, hops: 9 },
            { gateway: 'fe80::1', ifindex: v1 },
          ],
        }),
    ],
    [
      'encap mpls 100/200 ttl 9 via 192.0.2.1',
      () => route.add({ dst: '10.0.0.0/8', gateway: '192.0.2.1', encap: { kind: 'mpls', dst: '100/200', ttl: 9 } }),
    ],
    [
      'encap ip id 30 src 192.0.2.2 dst 203.0.113.9 ttl 5 tos 4 key',
      () =>
        route.add({
          dst: '10.0.0.0/8',
          dev,
          encap: { kind: 'ip', id: 30n, src: '192.0.2.2', dst: '203.0.113.9', ttl: 5, tos: 4, flags: 4 },
        }),
    ],
    [
      'encap ip6 id 30 src :: dst 2001:db8::9 hoplimit 5 tc 4',
      () =>
        route.add({
          dst: '2001:db8:1::/48',
          dev,
          encap: { kind: 'ip6', id: 30n, src: '::', dst: '2001:db8::9', hoplimit: 5, tc: 4, flags: 0 },
        }),
    ],
    [
      'encap seg6 mode encap segs 2 [ fd00::1 fd00::2 ]',
      () =>
        route.add({
          dst: '2001:db8:1::/48',
          dev,
          encap: { kind: 'seg6', srh: { mode: 'encap', segments: ['fd00::1', 'fd00::2'] } },
        }),
    ],
    [
      'encap seg6local action End.DX6 nh6 2001:db8::1',
      () =>
        route.add({
          dst: '2001:db8:1::/48',
          dev,
          encap: { kind: 'seg6-local', action: 'end-dx6', nh6: '2001:db8::1' },
        }),
    ],
    [
      'encap ila 1:2:3:4 csum-mode adj-transport ident-type luid hook-type input',
      () =>
        route.add({
          dst: '2001:db8:1::/64',
          dev,
          encap: {
            kind: 'ila',
            locator: 0x0001000200030004n,
            csumMode: 'adjust-transport',
            identType: 'luid',
            hookType: 'route-input',
          },
        }),
    ],
    [
      'encap ioam6 freq 1/2 mode inline trace prealloc type 0x800000 ns 1 size 12',
      () =>
        route.add({
          dst: '2001:db8:1::/64',
          dev,
          encap: {
            kind: 'ioam6',
            mode: 'inline',
            freqK: 1,
            freqN: 2,
            trace: { namespaceId: 1, type: 0x800000, remlen: 3 },
          },
        }),
    ],
    [
      'encap rpl segs 1 [ fd00::1 ]',
      () => route.add({ dst: '2001:db8:1::/64', dev, encap: { kind: 'rpl', srh: { segments: ['fd00::1'] } } }),
    ],
    [
      'encap xfrm if_id 42 link_dev low0',
      () => route.add({ dst: '10.0.0.0/8', dev, encap: { kind: 'xfrm', ifId: 42, link: v0 } }),
    ],
    [
      '100 as to 200/300 via inet 192.0.2.1 dev low0',
      () => route.add({ family: 'mpls', dst: '100', newdst: '200/300', gateway: '192.0.2.1', dev }),
    ],
    [
      '50: from 10.0.0.0/8 to 192.0.2.0/24 tos 0x10 fwmark 0x10/0xff iif low0 oif low1 lookup 100000 proto static',
      () =>
        rule.add({
          priority: 50,
          src: '10.0.0.0/8',
          dst: '192.0.2.0/24',
          tos: 16,
          fwmark: 16,
          fwmask: 255,
          iifname: 'low0',
          oifname: 'low1',
          table: 100000,
        }),
    ],
    [
      '51: from all uidrange 1000-2000 ipproto tcp sport 1000-2000 dport 443 lookup 100',
      () =>
        rule.add({
          priority: 51,
          uidRange: { start: 1000, end: 2000 },
          ipProto: 6,
          sportRange: { start: 1000, end: 2000 },
          dportRange: { start: 443, end: 443 },
          table: 100,
        }),
    ],
    [
      '52: not from 2001:db8::1 goto 60',
      () => rule.add({ priority: 52, flags: ['invert'], src: '2001:db8::1', action: 'goto', goto: 60 }),
    ],
    ['53: from all prohibit', () => rule.add({ priority: 53, action: 'prohibit' })],
    [
      '54: from all tun_id 5000 lookup 100 suppress_prefixlength 3',
      () => rule.add({ priority: 54, tunId: 5000n, table: 100, suppressPrefixlen: 3 }),
    ],
    [
      '192.0.2.7 dev low0 lladdr 02:00:00:00:20:01 router PERMANENT',
      () => neigh.add({ dev, dst: '192.0.2.7', lladdr: '02:00:00:00:20:01', flags: ['router'] }),
    ],
    [
      '2001:db8::7 dev low0 lladdr 02:00:00:00:20:01 extern_learn STALE proto bgp',
      () =>
        neigh.add({
          dev,
          dst: '2001:db8::7',
          lladdr: '02:00:00:00:20:01',
          state: ['stale'],
          flags: ['ext-learned'],
          protocol: 'bgp',
        }),
    ],
  ])('%s', (words, made) => {
    expect(printed(made())).toContain(words)
  })
})
