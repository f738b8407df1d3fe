// What links have in common, printed as `ip` prints it: flags, types, addresses, counters, virtual functions.
import { beforeEach, describe, test } from 'vitest'
import { ethPEnum } from '../../src/generated/common/tables.gen.js'
import { linkAttrs } from '../../src/generated/link/tables.gen.js'
import { vfinfoAttrs } from '../../src/generated/link-rare/tables.gen.js'
import { plainNests, requireIpAnswers } from '../support/iproute2/ip-answers.js'
import { linkMessage, sameLinks } from '../support/iproute2/ip-json-compare.js'
import { TableValues } from '../support/table-values.js'

beforeEach(requireIpAnswers)

const levels = [0, 1, 2] as const
const IFINFOMSG = 16
const IFLA_AF_SPEC = 26
const IFLA_VFINFO_LIST = 22

/** Tested by themselves, or not in what links print. */
const lazy =
  'wireless map protinfo linkinfo afSpec vfPorts portSelf stats stats64 vfinfoList xdp protoDownReason'.split(' ')

describe('attributes', () => {
  test.each(levels)('with -s %i times', statistics => {
    const values = new TableValues()
    const types = ['ether', 'tunnel', 'tunnel6', 'ipgre', 'infiniband', 0, 65534]
    const flags = [0, 1, 0x41, 0x1043, 0x11049, 0xffffffff, 0x10, 0x80000000]
    const made = values.sets(linkAttrs, { without: lazy, family: 'inet', mixed: 200 })
    const messages = made.map(attrs => linkMessage(attrs, { type: values.pick(types), flags: values.pick(flags) }))
    sameLinks(messages, { statistics: statistics as 0 | 1 | 2 } as object)
  })

  test('flags, one by one', () => {
    sameLinks(Array.from({ length: 32 }, (_, bit) => linkMessage({}, { flags: (1 << bit) >>> 0 })))
  })

  test('types of links, all that a number can say', () => {
    sameLinks(Array.from({ length: 1100 }, (_, type) => linkMessage({}, { type })))
    sameLinks(Array.from({ length: 40 }, (_, type) => linkMessage({}, { type: 65535 - type })))
  })

  test('Ethernet types, those that have names and others', () => {
    const types = [
      ...Object.values<number>(ethPEnum.names),
      ...Array.from({ length: 300 }, (_, at) => (at * 211) & 0xffff),
    ]
    sameLinks(
      types.map(ethertype =>
        linkMessage({ linkinfo: { kind: 'bareudp', data: { kind: 'bareudp', port: 1, ethertype } } }),
      ),
    )
  })

  test('what a link is down for', () => {
    const reasons = [1, 8, 0xff, 0x100ff, 0x12345678]
    const broadcast = 'ff:ff:ff:ff:ff:ff'
    sameLinks(
      reasons.flatMap(value =>
        [0, 1].map(protoDown => linkMessage({ protoDown, protoDownReason: { value }, broadcast })),
      ),
    )
  })

  test('XDP programs, by their number', () => {
    const ids = [
      {},
      { progId: 5 },
      { skbProgId: 6 },
      { progId: 5, drvProgId: 5, skbProgId: 6, hwProgId: 7 },
      { progId: 0 },
    ]
    const modes = ['none', 'drv', 'skb', 'hw', 'multi', 77]
    sameLinks(modes.flatMap(attached => ids.map(id => linkMessage({ xdp: { attached, ...id } }))))
  })

  test('links below, here and in another namespace', () => {
    const slots = [undefined, 0, 5, -1]
    sameLinks(
      [0, 1, 2, 3, 50].flatMap(link =>
        slots.map(linkNetnsid => linkMessage({ link, ...(linkNetnsid === undefined ? {} : { linkNetnsid }) })),
      ),
    )
  })

  test('how IPv6 makes addresses', () => {
    const modes = ['eui64', 'none', 'stable-privacy', 'random', 5, 255]
    sameLinks(
      modes.map(addrGenMode =>
        plainNests(linkMessage({ afSpec: { inet6: { addrGenMode } } }), IFINFOMSG, IFLA_AF_SPEC),
      ),
    )
  })
})

describe('link-layer addresses', () => {
  /** Letters, so that an amateur's call sign can be read from them. */
  const address = (length: number) => Array.from({ length }, (_, at) => (0x82 + 2 * at).toString(16)).join(':')
  const types = 'ether tunnel sit ipgre tunnel6 ip6gre infiniband ieee1394 none ax25 netrom rose loopback'.split(' ')
  // Of those longer than 20 bytes ip writes the beginning; no link has them.
  const lengths = [0, 1, 4, 5, 6, 7, 8, 16, 20]

  test.each(types)('of %s', type => {
    sameLinks(
      lengths.flatMap(length =>
        [0, 0x10].map(flags => {
          const own = length === 0 ? {} : { address: address(length), broadcast: address(length) }
          return linkMessage({ ...own, permAddress: length % 2 === 0 ? address(4) : address(length) }, { type, flags })
        }),
      ),
    )
  })
})

describe('counters', () => {
  const struct = (name: string) => linkAttrs.byName(name)?.struct?.members ?? []
  const wide = (step: bigint) => Object.fromEntries(struct('stats64').map(({ name }, at) => [name, BigInt(at) * step]))
  const narrow = (step: number) => Object.fromEntries(struct('stats').map(({ name }, at) => [name, at * step]))

  test.each(levels)('with -s %i times', statistics => {
    const messages = [
      linkMessage({ stats64: wide(0x1234567890abcdn), stats: narrow(3), carrierChanges: 7 }),
      linkMessage({ stats64: wide(0n), carrierChanges: 7 }),
      linkMessage({ stats64: wide(0xffffffffffffffffn / 40n) }),
    ]
    sameLinks(messages, { statistics: statistics as 0 | 1 | 2 } as object)
  })

  // With -s -s ip prints a counter of the wide struct from beside the narrow one.
  test('of 32 bits', () => {
    sameLinks([linkMessage({ stats: narrow(5) }), linkMessage({ stats: narrow(0) })], { statistics: 1 })
  })
})

describe('virtual functions', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => at + 1)

  test.each(['ether', 'infiniband'])('of %s', type => {
    const always = ['mac', 'vlan', 'txRate', 'rate', 'stats']
    const values = { broadcast: [{ broadcast: bytes }], stats: [statistics] }
    const messages = new TableValues()
      .sets(vfinfoAttrs, { always, values })
      .map(info => linkMessage({ numVf: 1, vfinfoList: { info: [info] } }, { type }))
      .map(message => plainNests(message, IFINFOMSG, IFLA_VFINFO_LIST))
    sameLinks(messages)
    sameLinks(messages, { statistics: true })
  })

  const statistics = {
    rxPackets: 1n,
    txPackets: 2n,
    rxBytes: 3n,
    txBytes: 0xfedcba9876543210n,
    broadcast: 5n,
    multicast: 6n,
    rxDropped: 7n,
    txDropped: 8n,
  }
})
