import { describe, expect, test } from 'vitest'
import { encodeMessage, request } from '../../../src/codec.js'
import { thrown } from '../../support/vector-build.js'

const { link, addr, route, rule, neigh, nexthop, action, nsid, qdisc } = request
const vlan = (info: object) => () => link.add({ name: 'x', link: 1, info: { kind: 'vlan', ...info } })
const hops = (hop: object) => () => route.add({ dst: '192.0.2.0/24', multipath: [{ ifindex: 1 }, hop] })
const to = (dst: unknown) => () => route.add({ dst, dev: 1 } as never)
const everywhere = { dst: 'default', dev: 1 } as const
const big = new Uint8Array(65532)
const cycle: Record<string, unknown> = {}
cycle['self'] = cycle
let tree: unknown = []
for (let depth = 0; depth < 22; depth++) tree = [tree, tree]

/** What must not be sent: the call, the field at fault, the attribute at fault. */
const rejections: readonly (readonly [string, () => unknown, string, string | undefined])[] = [
  ['adv-34: a name of 16 bytes', () => link.add({ name: 'abcdefghijklmnop' }), 'name', 'name'],
  ['adv-34: bytes count, not characters', () => link.add({ name: 'ééééééééé' }), 'name', 'name'],
  ['adv-34: an empty name', () => link.add({ name: '' }), 'name', 'name'],
  ['adv-34: a name with a NUL', () => link.add({ name: 'a\0b' }), 'name', 'name'],
  ...['.', '..', 'a/b', 'a b', 'a:0', 'a\tb', 'a\n', '\v', 'a\fb', '\rb'].map(
    name => [`a name that is none: ${JSON.stringify(name)}`, () => link.add({ name }), 'name', undefined] as const,
  ),
  ['a new name that is none', () => link.set(1, { name: 'a/b' }), 'name', undefined],
  ['a new name that is none, by the old', () => link.set('v0', { name: 'a/b' }), 'name', undefined],
  [
    'a peer’s name that is none',
    () => link.add({ info: { kind: 'veth', peer: { name: 'a b' } } }),
    'info.peer.name',
    undefined,
  ],
  [
    'adv-34: a peer’s name',
    () => link.add({ info: { kind: 'veth', peer: { name: 'abcdefghijklmnop' } } }),
    'info.peer.name',
    'linkinfo.data(veth).peer.name',
  ],
  ['a process that is none', () => nsid.add({ netns: { pid: -1 } }), 'netns', 'pid'],
  [
    'a master here of a link that is to be elsewhere',
    () => link.add({ name: 'x', netns: 'blue', master: 'br0', info: { kind: 'dummy' } }),
    'master',
    undefined,
  ],
  ['one of a link that goes there', () => link.set('x', { netns: { pid: 1 }, master: 'br0' }), 'master', undefined],
  ['options of a port for no bridge', () => link.set(1, { protinfo: { cost: 5 } }), 'protinfo', undefined],
  ['those of a new link', () => link.add({ family: 'bridge', protinfo: { cost: 5 } }), 'protinfo', undefined],
  ['adv-36: −1', () => link.set(1, { mtu: -1 }), 'mtu', 'mtu'],
  ['adv-36: 2³²', () => link.set(1, { mtu: 2 ** 32 }), 'mtu', 'mtu'],
  ['adv-36: NaN', () => link.set(1, { mtu: Number.NaN }), 'mtu', 'mtu'],
  ['adv-36: 1.5', () => link.set(1, { mtu: 1.5 }), 'mtu', 'mtu'],
  ['adv-36: text', () => link.set(1, { mtu: '5' as never }), 'mtu', 'mtu'],
  ['adv-36: a bigint of 32 bits', () => link.set(1, { mtu: 5n as never }), 'mtu', 'mtu'],
  ['adv-36: a number of 64 bits', () => rule.add({ tunId: 5 as never }), 'tunId', 'tunId'],
  ['adv-36: a bigint of 65 bits', () => rule.add({ tunId: 2n ** 64n }), 'tunId', 'tunId'],
  ['a neighbour’s address that is null', () => neigh.add({ dst: null as never, dev: 1 }), 'dst', undefined],
  ['a route to nowhere in particular', () => route.add({ dev: 1, gateway: '10.0.0.1' }), 'dst', undefined],
  ['a route to delete that is not named', () => route.delete({ dst: undefined, family: 'inet6' }), 'dst', undefined],
  ['a link of a route that is null', () => route.delete({ dst: 'default', dev: null as never }), 'dev', 'oif'],
  ['a table of one that is null', () => route.delete({ dst: 'default', table: null as never }), 'table', 'table'],
  ['one of a rule', () => rule.add({ table: null as never }), 'table', 'table'],
  ['the link of a nexthop object', () => nexthop.add({ id: 1, dev: null as never, oif: 1 }), 'dev', 'oif'],
  ['one of a hop', hops({ dev: null, ifindex: 1 }), 'multipath[1].dev', 'multipath[1].dev'],
  [
    'a lifetime of more than 32 bits',
    () => route.add({ dst: '2001:db8::/32', dev: 1, expires: 2 ** 40 }),
    'expires',
    undefined,
  ],
  ['a source of another family', () => route.lookup('2001:db8::7', { from: '192.0.2.1' }), 'from', undefined],
  ['nexthops that are null', () => route.add({ ...everywhere, multipath: null as never }), 'multipath', 'multipath'],
  ['nexthops that are no list', () => route.add({ ...everywhere, multipath: {} as never }), 'multipath', 'multipath'],
  ['a nexthop that is null', hops(null as never), 'multipath[1]', 'multipath[1]'],
  ...(
    [
      ['a bigint', 5n],
      ['an object without a prototype', Object.create(null)],
      ['a list of a symbol', [Symbol('a')]],
      ['a list without end', new Array(2 ** 32 - 1)],
      ['a cycle', cycle],
      ['a tree of shared lists', tree],
      ['16 MiB', new Uint8Array(2 ** 24)],
      ['16 MiB of text', 'x'.repeat(2 ** 24)],
    ] as const
  ).flatMap(([name, value]: readonly [string, unknown]) =>
    (
      [
        ['mtu', () => link.add({ name: 'x', mtu: value as never }), 'mtu', 'mtu'],
        ['address', () => addr.add({ dev: 1, address: value as never }), 'address', undefined],
        ['dst', to(value), 'dst', undefined],
        ['neighbour’s dst', () => neigh.add({ dev: 1, dst: value as never }), 'dst', undefined],
        ['via', () => route.add({ ...everywhere, via: { family: value, addr: value } as never }), 'via', 'via'],
        [
          'label stack',
          () => route.add({ ...everywhere, encap: { kind: 'mpls', dst: value as never } }),
          'encap.dst',
          'encap(mpls).dst',
        ],
        [
          'segment',
          () =>
            route.add({ ...everywhere, encap: { kind: 'seg6', srh: { mode: 'encap', segments: [value as never] } } }),
          'encap.srh',
          'encap(seg6).srh',
        ],
      ] as const
    ).map(([field, ask, ...slots]) => [`a ${field} of ${name}`, ask, ...slots] as const),
  ),
  ['a kind that is null', () => link.add({ name: 'x', info: null as never }), 'info', 'linkinfo.data'],
  [
    'an action whose kind is none',
    () => action.add({ options: { kind: Object.create(null) } }),
    'actions[0].options',
    'tab[0].options',
  ],
  ['an address in bytes', () => rule.add({ dst: new Uint8Array(4) as never }), 'dst', undefined],
  ['a source in bytes', () => route.add({ ...everywhere, prefsrc: new Uint8Array(4) as never }), 'prefsrc', 'prefsrc'],
  ['u16 in a nest', vlan({ id: 65536 }), 'info.id', 'linkinfo.data(vlan).id'],
  ['an enumerator that is none', vlan({ id: 1, protocol: 'ipx' }), 'info.protocol', 'linkinfo.data(vlan).protocol'],
  ['a field that is none', vlan({ id: 1, vid: 2 }), 'info.vid', 'linkinfo.data(vlan).vid'],
  [
    'a member that is none',
    vlan({ id: 1, flags: { flags: 1, bits: 2 } }),
    'info.flags.bits',
    'linkinfo.data(vlan).flags.bits',
  ],
  [
    'an element of a list',
    vlan({
      id: 1,
      egressQos: {
        mapping: [
          { from: 1, to: 2 },
          { from: -1, to: 2 },
        ],
      },
    }),
    'info.egressQos.mapping[1].from',
    'linkinfo.data(vlan).egressQos.mapping[1].from',
  ],
  ['no object', vlan({ id: 1, flags: 3 }), 'info.flags', 'linkinfo.data(vlan).flags'],
  [
    'no array',
    () => link.add({ info: { kind: 'bond', arpIpTarget: '192.0.2.1' as never } }),
    'info.arpIpTarget',
    'linkinfo.data(bond).arpIpTarget',
  ],
  [
    'an address in an indexed nest',
    () => link.add({ info: { kind: 'bond', arpIpTarget: ['192.0.2.1', 'x'] } }),
    'info.arpIpTarget[1]',
    'linkinfo.data(bond).arpIpTarget[1]',
  ],
  ['a kind that is none', () => link.add({ info: { kind: 'vlna' } as never }), 'info', 'linkinfo.data(vlna)'],
  ['no kind', () => link.add({ info: {} as never }), 'info', 'linkinfo.data'],
  ['a flag name that is none', () => link.set(1, { flags: ['upp' as never] }), 'flags', undefined],
  ...[Number.NaN, -1, 1.5, 2 ** 32].flatMap(flags =>
    (
      [
        ['an address', () => addr.add({ dev: 1, address: '192.0.2.1', flags }), 'flags'],
        ['a route', () => route.add({ ...everywhere, flags }), 'flags'],
        ['a nexthop', () => nexthop.add({ dev: 1, flags }), 'flags'],
        ['a link', () => link.set(1, { flags }), 'flags'],
        ['neighbours by state', () => neigh.dump({ state: flags }), 'state'],
      ] as const
    ).map(([what, ask, field]) => [`adv-36: bits of ${what}: ${flags}`, ask, field, undefined] as const),
  ),
  ['up that is no boolean', () => link.set(1, { up: 'no' as never }), 'up', undefined],
  ['up that is a number', () => link.add({ name: 'x', up: 1 as never }), 'up', undefined],
  ['up that is null', () => link.set(1, { up: null as never }), 'up', undefined],
  ['other switches', () => link.set(1, { arp: 0 as never }), 'arp', undefined],
  ['a switch where a count is read', () => link.set(1, { allmulti: 'on' as never }), 'allmulti', undefined],
  [
    'a peer’s switch',
    () => link.add({ info: { kind: 'veth', peer: { name: 'v1', promisc: 'on' as never } } }),
    'info.peer.promisc',
    undefined,
  ],
  [
    'a peer’s flags',
    () => link.add({ info: { kind: 'veth', peer: { name: 'v1', flags: ['upp' as never] } } }),
    'info.peer.flags',
    undefined,
  ],
  [
    'a peer’s namespace by its id',
    () => link.add({ info: { kind: 'veth', peer: { name: 'v1', netns: { nsid: 3 } } } }),
    'info.peer.netns',
    undefined,
  ],
  [
    'a peer’s namespace by its id, of a netkit',
    () => link.add({ info: { kind: 'netkit', peerInfo: { netns: { nsid: 3 } } } }),
    'info.peerInfo.netns',
    undefined,
  ],
  [
    'a peer that is up',
    () => link.add({ info: { kind: 'veth', peer: { name: 'v1', up: true } } }),
    'info.peer.up',
    undefined,
  ],
  [
    'a peer that is up by its flags',
    () => link.add({ info: { kind: 'veth', peer: { name: 'v1', flags: ['up'] } } }),
    'info.peer.flags',
    undefined,
  ],
  [
    'two next hops',
    () => route.add({ ...everywhere, gateway: '192.0.2.1', via: { family: 'inet6', addr: 'fe80::1' } }),
    'gateway',
    undefined,
  ],
  [
    'two next hops of one hop',
    hops({ gateway: '192.0.2.1', via: { family: 'inet6', addr: 'fe80::1' } }),
    'multipath[1].gateway',
    undefined,
  ],
  ['addresses of a scope that is none', () => addr.dump({ scope: 'global' as never }), 'scope', undefined],
  ['addresses of a scope that is no number', () => addr.dump({ scope: [] as never }), 'scope', undefined],
  ['nexthops of nobody', () => nexthop.dump({ protocol: 'quagga' as never }), 'protocol', undefined],
  [
    'a link by its name here, of another namespace',
    () => addr.dump({ dev: 'v0', netns: { nsid: 3 } }),
    'dev',
    undefined,
  ],
  ['a master likewise', () => link.dump({ master: 'br0', netns: { nsid: 3 } }), 'master', undefined],
  ...[addr.add, addr.replace, addr.delete].map(
    ask =>
      [
        `an address of another namespace: ${ask({ dev: 1, address: '::1' }).summary}`,
        () => ask({ dev: 1, address: '192.0.2.1', targetNetnsid: 7 }),
        'targetNetnsid',
        undefined,
      ] as const,
  ),
  ['an answer from another namespace', () => link.addEcho({ name: 'x', netns: 'blue' }), 'netns', undefined],
  ['options of a port', () => link.add({ name: 'x', slave: { kind: 'bridge', cost: 7 } }), 'slave', undefined],
  ['another name, in the message that makes it', () => link.add({ name: 'x', ifalias: 'y' }), 'ifalias', undefined],
  [
    'a peer’s master',
    () => link.add({ info: { kind: 'veth', peer: { name: 'v1', master: 'br0' } } }),
    'info.peer.master',
    undefined,
  ],
  [
    'a peer’s other name',
    () => link.add({ info: { kind: 'veth', peer: { name: 'v1', ifalias: 'y' } } }),
    'info.peer.ifalias',
    undefined,
  ],
  [
    'a peer that is null',
    () => link.add({ info: { kind: 'veth', peer: null as never } }),
    'info.peer',
    'linkinfo.data(veth).peer',
  ],
  ['a MAC', () => link.set(1, { address: '2:0:0:0:0:1' }), 'address', 'address'],
  [
    'adv-33: an attribute longer than 65,531 bytes',
    () => link.add({ info: { kind: 'other', name: 'x', data: big } }),
    'info',
    'linkinfo.data',
  ],
  ['a link by a name that is none', () => route.add({ dst: '192.0.2.0/24', dev: '' }), 'dev', 'oif'],
  [
    'adv-33: a nest that becomes longer',
    () =>
      link.addAltname(
        1,
        Array.from({ length: 600 }, () => 'x'.repeat(127)),
      ),
    'propList',
    'propList',
  ],
  [
    'adv-33: nexthops that become more',
    hops({ encap: { kind: 'other', name: 9, data: big } }),
    'multipath[1].encap',
    'multipath[1].encap',
  ],
  ['a nexthop’s gateway', hops({ gateway: '192.0.2.256' }), 'multipath[1].gateway', 'multipath[1].gateway'],
  ['a nexthop’s weight', hops({ hops: 256 }), 'multipath[1].hops', 'multipath[1].hops'],
  ['a nexthop’s link', hops({ dev: '' }), 'multipath[1].dev', 'multipath[1].dev'],
  ['flags without end', () => neigh.add({ dev: 1, dst: '::1', flags: new Array(2 ** 32 - 1) }), 'flags', 'flags'],
  ['flags with gaps', () => neigh.add({ dev: 1, dst: '::1', flags: new Array(2) }), 'flags', 'flags'],
  ...[257, 65537, 2 ** 32 - 1].map(
    length =>
      [
        `adv-33: settings beyond the last: ${length}`,
        () => link.set(1, { afSpec: { inet: { conf: Object.assign(new Array(length), { [length - 1]: 1 }) } } }),
        'afSpec.inet.conf',
        'afSpec.inet.conf',
      ] as const,
  ),
  ...[16383, 2 ** 32 - 1].map(
    length =>
      [
        `adv-33: a table of ${length} numbers`,
        () => qdisc.add({ dev: 1, options: { kind: 'tbf', rtab: new Array(length).fill(1, 0, 2 ** 14) } }),
        'options.rtab',
        'options(tbf).rtab',
      ] as const,
  ),
  ['adv-37: leading zeros', to('01.2.3.4'), 'dst', undefined],
  ['adv-37: three numbers', to('1.2.3'), 'dst', undefined],
  ['adv-37: a zone', to('fe80::1%eth0'), 'dst', undefined],
  ['adv-37: /33', to('192.0.2.0/33'), 'dst', undefined],
  ['adv-37: /129', to('::/129'), 'dst', undefined],
  ['adv-37: /-1', to('192.0.2.0/-1'), 'dst', undefined],
  ['no text at all', to(7), 'dst', undefined],
  ['adv-37: IPv6 in an IPv4 route', () => route.add({ family: 'inet', dst: '::ffff:1.2.3.4' }), 'dst', undefined],
  ['a metric', () => route.add({ dst: '192.0.2.0/24', metrics: { mtu: -1 } }), 'metrics.mtu', 'metrics.mtu'],
  [
    'a label stack',
    () => route.add({ dst: '192.0.2.0/24', encap: { kind: 'mpls', dst: '100/x' } }),
    'encap.dst',
    'encap(mpls).dst',
  ],
  ['an address without a link', () => addr.add({ address: '192.0.2.1/24' }), 'dev', undefined],
  ['an address without an address', () => addr.add({ dev: 1 }), 'address', undefined],
  [
    'an address under the attribute’s name',
    () => addr.add({ dev: 1, local: '192.0.2.1', address: '192.0.2.2/32' } as never),
    'local',
    undefined,
  ],
  ['a peer of the other family', () => addr.add({ dev: 1, address: '192.0.2.1', peer: '::1/64' }), 'peer', undefined],
  ['a neighbour without an address', () => neigh.add({ dev: 1 }), 'dst', undefined],
  ['a rule to delete that nothing tells', () => rule.delete({}), 'priority', undefined],
  ...(
    [
      { src: 'default', dst: '0.0.0.0/0' },
      { fwmark: 0, fwmask: 0, tunId: 0n },
      { table: 0, action: 'unspec', protocol: 'unspec', tos: 0, ipProto: 0, l3mdev: false },
      { flags: ['invert'] },
      { iifname: '', flow: 0, suppressPrefixlen: 0xffffffff, suppressIfgroup: 0xffffffff },
    ] as const
  ).map(spec => [`the same by ${Object.keys(spec).join()}`, () => rule.delete(spec), 'priority', undefined] as const),
  ['the same of a family', () => rule.delete({ family: 'inet6', priority: undefined }), 'priority', undefined],
  ['a family that is none', () => rule.add({ family: 'inet5' as never }), 'family', undefined],
]

describe('refused, naming the field', () => {
  test.each(rejections)('%s', (_, call, fieldPath, attrPath) => {
    expect(thrown(call)).toMatchObject({
      reason: 'encode',
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath,
      attrPath,
      errno: 0,
    })
  })

  test('in words', () => {
    expect(thrown(vlan({ id: -1 }))).toMatchObject({
      message:
        'link add name=x link=1 kind=vlan id=-1: ERR_NETLINK_BAD_VALUE: -1 is not an integer from 0 to 65535 (at info.id)',
    })
  })
})

test('a kind without end does not make an error without end', () => {
  const kind = 'x'.repeat(70_000)
  const match = { kind: 'basic', ematches: { treeList: [{ kind }] } }
  for (const call of [
    () => link.add({ name: 'x', info: { kind } as never }),
    () => qdisc.add({ dev: 1, options: { kind } as never }),
    () => request.filter.add({ dev: 1, options: match as never }),
    () => encodeMessage({ type: 16, flags: 0, seq: 0, pid: 0, attrs: { xstats: { kind } } as object }),
  ])
    expect((thrown(call) as Error).message.length).toBeLessThan(1000)
})

test('a wrong call shape is a TypeError', () => {
  for (const call of [() => link.add(null as never), () => addr.add('x' as never), () => link.get({} as never)])
    expect(thrown(call)).toBeInstanceOf(TypeError)
})

test('messages made by hand are held to the tables too', () => {
  const encode = (attrs: object) => () => encodeMessage({ type: 16, flags: 0, seq: 0, pid: 0, attrs })
  expect(thrown(encode({ mtu: 'x' }))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', attrPath: 'mtu' })
  expect(thrown(encode({ nonsense: 1 }))).toMatchObject({ attrPath: 'nonsense' })
  expect(thrown(encode({ linkinfo: { kind: 'vlan', data: { kind: 'veth' } } }))).toMatchObject({
    attrPath: 'linkinfo.data(veth)',
  })
})

test('leaves a namespace that is none to whoever opens it', () => {
  for (const { fixUps } of [nsid.get(null as never), nsid.add({ netns: null as never })])
    expect(fixUps).toMatchObject([{ kind: 'netns', ref: null, fieldPath: 'netns' }])
})
