// Every attribute of addresses, neighbours, rules, routes and encapsulations, with every value that has a name: printed as `ip` does.
import { beforeEach, describe, test } from 'vitest'
import { decodeAddr, decodeNeigh, decodeNexthopObject, decodeRoute, decodeRule, toIpJson } from '../../src/codec.js'
import { addrAttrs } from '../../src/generated/addr/tables.gen.js'
import { neighbourAttrs } from '../../src/generated/neigh/tables.gen.js'
import { nexthopObjectAttrs, routeAttrs } from '../../src/generated/route/tables.gen.js'
import { fibRuleAttrs } from '../../src/generated/rule/tables.gen.js'
import { plainNests, requireIpAnswers } from '../support/iproute2/ip-answers.js'
import { lowLinks as links, messageOf, payloadOf, samePrint } from '../support/iproute2/ip-json-compare.js'
import { type Expected, TableValues, type Values } from '../support/table-values.js'

beforeEach(requireIpAnswers)

const RTM_NEWADDR = 20
const RTM_NEWROUTE = 24
const RTM_NEWNEIGH = 28
const RTM_NEWRULE = 32
const RTM_NEWNEXTHOP = 104
const NHMSG = 8
const RTMSG = 12

const families = ['inet', 'inet6'] as const
type Family = (typeof families)[number]
const option = { inet: '-4', inet6: '-6' }
const wide = { inet: 32, inet6: 128 }
const one = { inet: '198.51.100.1', inet6: '2001:db8:5::1' }
const two = { inet: '198.51.100.2', inet6: '2001:db8:5::2' }

/** The item of a list that a count comes to. */
function turn<T>(list: readonly T[], count: number): T {
  return list[count % list.length] as T
}

describe.each(families)('addresses of %s', family => {
  function same(messages: readonly Uint8Array[]): void {
    const addrs = messages.map(message => decodeAddr(payloadOf(message)))
    samePrint('addr show', messages, toIpJson.addr(addrs, { links }), links.length - messages.length)
  }
  const addr = (attrs: object, header: object = {}) =>
    messageOf(RTM_NEWADDR, { family, prefixlen: 24, flags: 128, scope: 'universe', index: 1, ...header }, attrs)

  test('with every attribute', () => {
    const expected = { family, without: ['address', 'local', 'targetNetnsid'], mixed: 80 }
    const made = new TableValues().sets(addrAttrs, expected)
    const endpoints = [
      { address: one[family] },
      { address: one[family], local: one[family] },
      { address: two[family], local: one[family] },
    ]
    same(made.map((attrs, at) => addr({ ...turn(endpoints, at), ...attrs })))
  })

  test('with every flag, and scope', () => {
    const lives = [0xffffffff, 0, 7200, 0xffffffb0]
    same([
      ...Array.from({ length: 33 }, (_, bit) =>
        addr({
          address: one[family],
          flags: bit === 32 ? 0xffffffff : (1 << bit) >>> 0,
          cacheinfo: { prefered: turn(lives, bit), valid: bit },
        }),
      ),
      ...Array.from({ length: 256 }, (_, value) => addr({ address: one[family] }, { flags: value, scope: value })),
    ])
  })
})

describe.each(families)('neighbours of %s', family => {
  const states = [0, 1, 2, 4, 8, 16, 32, 64, 128, 0xff]
  const NTF_PROXY = 8

  test.each([
    ['neigh show nud all', 0, 0],
    ['-s neigh show nud all', 0, 1],
    ['neigh show proxy', NTF_PROXY, 0],
    ['-s neigh show proxy', NTF_PROXY, 1],
  ] as const)('%s', (line, proxy, statistics) => {
    const made = new TableValues().sets(neighbourAttrs, { family, without: ['fdbExtAttrs'], mixed: 60 })
    const messages = made.map((attrs, at) => {
      const flags = ((at % 3 === 0 ? 0 : 1 << (at % 8)) & ~NTF_PROXY) | proxy
      // A link that this machine does not have either: there ip would find its name.
      const ifindex = turn([0, 1, 2, 3, 54321], at)
      return messageOf(RTM_NEWNEIGH, { family, ifindex, state: turn(states, at), flags, type: 'unicast' }, attrs)
    })
    const neighs = messages.map(message => decodeNeigh(payloadOf(message)))
    samePrint(line, messages, toIpJson.neigh(neighs, { links, statistics: statistics === 1 }))
  })
})

/** 0 has the name of the machine's table only when ip has looked up another number before. */
const flow = [1, 0x20003, 0x10000]

describe.each(families)('rules of %s', family => {
  function same(messages: readonly Uint8Array[]): void {
    const rules = messages.map(message => decodeRule(payloadOf(message)))
    samePrint(`${option[family]} rule show`, messages, toIpJson.rule(rules))
  }
  const dscp = [1, 5, 10, 46, 63]

  test('with every attribute', () => {
    const made = new TableValues().sets(fibRuleAttrs, { family, mixed: 250, values: { flow, dscp } })
    const actions = [
      'to-tbl',
      'to-tbl',
      'goto',
      'nop',
      'blackhole',
      'unreachable',
      'prohibit',
      'res3',
      'res4',
      77,
      'unspec',
    ]
    const length = (given: boolean, at: number) => (given ? turn([wide[family], 8, 24], at) : 0)
    same(
      made.map((attrs, at) => {
        const lengths = { dstLen: length('dst' in attrs, at), srcLen: length('src' in attrs, at) }
        const more = { table: turn([0, 254, 255, 77, 253], at), flags: turn([0, 0x10002, 4, 8, 16, 2], at) }
        return messageOf(
          RTM_NEWRULE,
          { family, tos: turn([0, 8, 0x28, 255], at), action: turn(actions, at), ...lengths, ...more },
          attrs,
        )
      }),
    )
  })

  test('with all numbers that have names', () => {
    const header = (value: number) => ({
      family,
      dstLen: 0,
      srcLen: 0,
      tos: value,
      table: value,
      action: 'to-tbl',
      flags: 0,
    })
    same(
      Array.from({ length: 256 }, (_, value) =>
        messageOf(RTM_NEWRULE, header(value), { protocol: value, ipProto: value, dscp: turn(dscp, value) }),
      ),
    )
  })
})

function sameRoutes(family: Family | 'mpls', messages: readonly Uint8Array[], statistics = false, which = 'all'): void {
  const plain = messages.map(message => plainNests(message, RTMSG))
  const routes = plain.map(message => decodeRoute(payloadOf(message)))
  const line = `${family === 'mpls' ? '-f mpls' : option[family]} route show table ${which}`
  samePrint(`${statistics ? '-s ' : ''}${line}`, plain, toIpJson.route(routes, { links, statistics }))
}

const main = { srcLen: 0, tos: 0, table: 254, protocol: 'boot', scope: 'universe', type: 'unicast', flags: 0 }

describe.each(families)('routes of %s', family => {
  const flags = [0, 0, 1, 2, 4, 8, 16, 32, 64, 0x100, 0x4000, 0x8000, 0x20000000, 0xfffffdff]
  /** What has a shape of its own is tested by itself; counters of multicast routing are another command's. */
  const without = 'dst src newdst encap encapType multipath via table mfcStats nhId metrics'.split(' ')

  test('with every attribute', () => {
    const always = family === 'inet6' ? ['cacheinfo'] : []
    const made = new TableValues().sets(routeAttrs, { family, without, always, mixed: 250, values: { flow } })
    const types = [...Array(12).keys(), 77]
    const scopes = ['universe', 'link', 'host', 'nowhere', 'site', 7]
    sameRoutes(
      family,
      made.map((attrs, at) => {
        const dst = at % 3 === 2 ? {} : { dst: one[family] }
        const src = at % 4 === 0 ? { src: two[family] } : {}
        const table = at % 5 === 0 ? { table: turn([1000, 254, 255], at) } : {}
        const lengths = { dstLen: turn([wide[family], 24, 0], at), srcLen: at % 4 === 0 ? wide[family] : 0 }
        const numbers = { tos: turn([0, 8, 0x28, 3], at), table: turn([254, 255, 0, 77], at), protocol: at % 7 }
        const words = { scope: turn(scopes, at), type: turn(types, at), flags: turn(flags, at) }
        return messageOf(
          RTM_NEWROUTE,
          { family, ...lengths, ...numbers, ...words },
          { ...dst, ...src, ...table, ...attrs },
        )
      }),
    )
  })

  test('that look-ups give', () => {
    const cacheinfo = { clntref: 2, lastuse: 250, expires: 700, error: 113, used: 3, id: 9, ts: 1, tsage: 4 }
    // Bits 20 and 25 have no names: of those ip makes text that is no JSON.
    const named = [...Array(16).keys()].map(bit => (1 << (bit + 16)) & 0xfdef0000)
    const messages = [0xfdef0000, ...named].map(bits => {
      const header = { ...main, family, dstLen: wide[family], flags: (bits | 0x200) >>> 0 }
      return messageOf(RTM_NEWROUTE, header, { dst: one[family], oif: 1, cacheinfo })
    })
    for (const statistics of [false, true]) sameRoutes(family, messages, statistics, 'all cached')
  })

  test('with all numbers that have names', () => {
    const header = (value: number) => ({ tos: value, table: value, protocol: value, scope: value, type: value % 12 })
    sameRoutes(
      family,
      Array.from({ length: 256 }, (_, value) =>
        messageOf(RTM_NEWROUTE, { ...main, family, dstLen: wide[family], ...header(value) }, { dst: one[family] }),
      ),
    )
  })

  test('with metrics', () => {
    const set = routeAttrs.byName('metrics')?.set
    if (set === undefined) throw new Error('metrics are no nest')
    // A lock of the congestion control, which has no number, makes ip fall.
    const lock = [0, 4, 0x3e, 0xfffc]
    const made = new TableValues().sets(set, { mixed: 80, values: { lock, features: [0, 1, 8, 16, 17, 25, 31] } })
    sameRoutes(
      family,
      made.map(metrics =>
        messageOf(RTM_NEWROUTE, { ...main, family, dstLen: 24 }, { dst: one[family], oif: 1, metrics }),
      ),
    )
  })

  test('with several nexthops', () => {
    const other = family === 'inet' ? 'inet6' : 'inet'
    const hops = [
      { gateway: one[family] },
      { via: { family: other, addr: one[other] } },
      { gateway: two[family], flow: 3 },
    ]
    const bits = [0, 1, 2, 4, 8, 16, 32, 64, 0xff]
    const hop = (attrs: object, at: number) => ({
      hops: at % 4,
      ifindex: turn([0, 1, 2, 3, 54321], at),
      flags: turn(bits, at),
      ...attrs,
    })
    sameRoutes(
      family,
      bits.map((_, at) =>
        messageOf(
          RTM_NEWROUTE,
          { ...main, family, dstLen: 24 },
          { dst: one[family], multipath: [hop(turn(hops, at), at), hop(turn(hops, at + 1), at + 4)] },
        ),
      ),
    )
  })

  test('by a gateway of another family', () => {
    const vias = [
      { family: 'inet', addr: '192.0.2.1' },
      { family: 'inet6', addr: '2001:db8::1' },
      { family: 'packet', addr: '02:00:00:00:00:01' },
    ]
    sameRoutes(
      family,
      vias.map(via => messageOf(RTM_NEWROUTE, { ...main, family, dstLen: 24 }, { dst: one[family], oif: 1, via })),
    )
  })
})

describe('encapsulation', () => {
  const formats = routeAttrs.byName('encap')?.sub?.formats ?? []
  const srh = { segments: ['fd00::1', 'fd00::2'] }
  /** An HMAC of key 77. */
  const signed = {
    flags: 8,
    tlvs: Uint8Array.from({ length: 40 }, (_, at) => (at < 8 ? turn([5, 38, 0, 0, 0, 0, 0, 77], at) : at)),
  }
  const headers = [srh, { segments: ['fd00::1'] }, { ...srh, ...signed }]
  const modes = ['inline', 'encap', 'l2encap', 'encap-red', 'l2encap-red', 9]
  const counters = [{ packets: 0xfedcba9876543210n, bytes: 1n, errors: 0n }]
  const options = [
    // Several lie in one nest as the kernel sends them, in one each as they are encoded here: of those ip sees the first.
    { geneve: [{ class: 5, type: 6, data: Uint8Array.of(1, 2, 3, 4) }] },
    { vxlan: { gbp: 0x12345678 } },
    { erspan: { ver: 1, index: 99 } },
    { erspan: { ver: 2, dir: 1, hwid: 17 } },
  ]
  const fresh = { nodelen: 0, overflow: false }
  const trace = [
    { ...fresh, namespaceId: 5, remlen: 3, type: 0x800000 },
    { ...fresh, namespaceId: 0xffff, remlen: 61, type: 0x80 },
    { ...fresh, namespaceId: 0, remlen: 0, type: 0 },
  ]
  const ioam = ['trace', 'mode', 'freqK', 'freqN']
  /** What the kernel sends of each, and what has a codec of its own. */
  const expected: Readonly<Record<string, Expected>> = {
    mpls: { values: { dst: ['100', '100/200/300'] } },
    ip: { family: 'inet', values: { opts: options } },
    ip6: { family: 'inet6', values: { opts: options } },
    seg6: { family: 'inet6', values: { srh: modes.flatMap(mode => headers.map(header => ({ mode, ...header }))) } },
    'seg6-local': {
      always: ['action'],
      values: { srh: headers, nh4: ['0.0.0.0', '192.0.2.1'], nh6: ['::', 'fd00::1'], counters },
    },
    // A trace that stands in the packet's own header has no ends.
    ioam6: { always: ioam, without: ['src', 'dst'], values: { trace, mode: ['inline'] } },
    rpl: { values: { srh: [srh, { segments: ['fd00::1', 'fd00::2', 'fd00::3'] }] } },
  }

  test.each(formats.map(format => [format.name, format] as const))('%s', (name, { value, set }) => {
    if (set === undefined) throw new Error(`${name} has no attributes`)
    const encaps: Values[] = new TableValues().sets(set, { mixed: 60, ...expected[name] })
    const routes = encaps.map(encap =>
      messageOf(
        RTM_NEWROUTE,
        { ...main, family: 'inet6', dstLen: 64 },
        { dst: one.inet6, oif: 1, encapType: value, encap: { kind: name, ...encap } },
      ),
    )
    sameRoutes('inet6', routes)
    sameRoutes('inet6', routes, true)
  })

  test('ioam6 in a tunnel', () => {
    const set = formats.find(({ name }) => name === 'ioam6')?.set
    if (set === undefined) throw new Error('ioam6 has no attributes')
    const always = [...ioam, 'dst']
    const encaps = new TableValues().sets(set, {
      always,
      family: 'inet6',
      values: { trace, mode: ['encap', 'auto', 9] },
    })
    sameRoutes(
      'inet6',
      encaps.map(encap =>
        messageOf(
          RTM_NEWROUTE,
          { ...main, family: 'inet6', dstLen: 64 },
          { dst: one.inet6, oif: 1, encapType: 'ioam6', encap: { kind: 'ioam6', ...encap } },
        ),
      ),
    )
  })

  test('that nobody knows', () => {
    const attrs = { dst: one.inet6, oif: 1, encapType: 77, encap: { kind: 'other', name: 77, data: new Uint8Array(8) } }
    sameRoutes('inet6', [messageOf(RTM_NEWROUTE, { ...main, family: 'inet6', dstLen: 64 }, attrs)])
  })
})

test('nexthops', () => {
  const group = [
    [{ id: 1, weight: 0, weightHigh: 0 }],
    [
      { id: 1, weight: 2, weightHigh: 0 },
      { id: 0xffffffff, weight: 255, weightHigh: 254 },
    ],
  ]
  const ticks = [0, 1, 6000, 150, 123456789, 0xffffffff]
  const resGroup = ticks.map(value => ({
    buckets: 16,
    idleTimer: value,
    unbalancedTimer: 100,
    unbalancedTime: BigInt(value),
  }))
  const groupStats = [
    {
      entry: [
        { id: 1, packets: 0xfedcba9876543210n },
        { id: 2, packets: 1n, packetsHw: 2n },
      ],
    },
  ]
  const encap = { encapType: 'ip', encap: { kind: 'ip', id: 5n, dst: '192.0.2.9' } }
  const scopes = ['universe', 'link', 'host', 'nowhere', 7]
  const bits = [0, 1, 4, 16, 32]
  const print = (family: Family, expected: Expected) => {
    const made = new TableValues().sets(nexthopObjectAttrs, { mixed: 60, family, ...expected })
    const plain = made.map((attrs, at) => {
      const header = { family, scope: turn(scopes, at), protocol: at % 7, flags: turn(bits, at) }
      return plainNests(messageOf(RTM_NEWNEXTHOP, header, { ...attrs, ...(at % 5 === 0 ? encap : {}) }), NHMSG)
    })
    const nexthops = plain.map(message => decodeNexthopObject(payloadOf(message)))
    samePrint('nexthop show', plain, toIpJson.nexthop(nexthops, { links }))
    samePrint('-s nexthop show', plain, toIpJson.nexthop(nexthops, { links, statistics: true }))
    samePrint('-s -s nexthop show', plain, toIpJson.nexthop(nexthops, { links, statistics: 2 }))
  }
  const values = { group, resGroup, opFlags: [0, 1, 0x80000000] }
  const without = ['encap', 'encapType']
  // ip makes room for statistics by the number of members, takes as many as there are, and shows those of one nexthop with
  // those that follow.
  print('inet', { always: ['id'], without: [...without, 'groupStats', 'hwStatsEnable', 'hwStatsUsed'], values })
  print('inet6', {
    always: ['id', 'group', 'groupStats', 'hwStatsEnable', 'hwStatsUsed'],
    without,
    values: { ...values, group: group.slice(1), groupStats },
  })
})

test('labels', () => {
  const hop = { hops: 0, ifindex: 1, flags: 0, newdst: '200', via: { family: 'inet', addr: '192.0.2.1' } }
  const routes = [
    { dst: '100', newdst: '200/300', via: { family: 'inet', addr: '192.0.2.1' }, oif: 1 },
    { dst: '100', via: { family: 'packet', addr: '02:00:00:00:00:01' }, oif: 1, ttlPropagate: 0 },
    { dst: '16', oif: 2, ttlPropagate: 1 },
    { dst: '100', multipath: [hop, { hops: 3, ifindex: 2, flags: 1 }] },
  ]
  sameRoutes(
    'mpls',
    routes.map(attrs => messageOf(RTM_NEWROUTE, { ...main, family: 'mpls', dstLen: 20 }, attrs)),
  )
})
