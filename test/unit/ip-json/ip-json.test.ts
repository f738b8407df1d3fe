// What toIpJson does at the edges: unknown numbers and kinds, missing names, strings that are not plain.
import { describe, expect, it } from 'vitest'
import { type Addr, type Link, type Neigh, type Route, type Rule, toIpJson } from '../../../src/codec.js'

const link: Link = { family: 'unspec', type: 'ether', index: 7, flags: 0x1043, name: 'v0' }
const route: Route = {
  family: 'inet',
  tos: 0,
  table: 254,
  protocol: 'boot',
  scope: 'universe',
  type: 'unicast',
  flags: 0,
  dst: '192.0.2.0/24',
}
const rule: Rule = { family: 'inet', tos: 0, table: 254, action: 'to-tbl', flags: 0, priority: 0 }
const neigh: Neigh = { family: 'inet', ifindex: 7, state: 2, flags: 0, type: 'unicast', dst: '192.0.2.1' }
const addr: Addr = { family: 'inet', flags: 128, scope: 'universe', index: 7, address: '192.0.2.1/24' }

/** The members of the first object. */
const first = (text: string): Record<string, unknown> => (JSON.parse(text) as Record<string, unknown>[])[0] ?? {}

describe('text', () => {
  it('is a list on one line', () => {
    expect(toIpJson.link([])).toBe('[]')
    expect(toIpJson.rule([rule])).toBe('[{"priority":0,"src":"all","table":"main"}]')
  })

  it('has all the digits of 64 bits', () => {
    const wide = 0xffffffffffffffffn
    const text = toIpJson.route([{ ...route, encap: { kind: 'ip', id: wide } }], { links: [] })
    expect(text).toContain('"id":18446744073709551615')
    const bridge: Link = { ...link, kindName: 'bridge', info: { kind: 'bridge', mcastQueryIntvl: wide, gcTimer: 70n } }
    expect(toIpJson.link([bridge])).toContain('"mcast_query_intvl":18446744073709551615')
    expect(toIpJson.link([bridge])).toContain('"gc_timer":0.70')
  })

  it('is JSON whatever a name holds', () => {
    const name = 'a"\\\u0001\ndé\udc80'
    expect(first(toIpJson.link([{ ...link, name }]))['ifname']).toBe(name)
    expect(first(toIpJson.link([{ ...link, ifalias: '€ \u2028' }]))['ifalias']).toBe('€ \u2028')
  })
})

describe('names', () => {
  it('of links that are not known are if and the index', () => {
    expect(first(toIpJson.route([{ ...route, oif: 12 }], { links: [] }))['dev']).toBe('if12')
    expect(first(toIpJson.route([{ ...route, oif: 7 }], { links: [link] }))['dev']).toBe('v0')
    expect(first(toIpJson.neigh([neigh], { links: [] }))['dev']).toBe('if7')
    expect(first(toIpJson.link([{ ...link, master: 12, link: 13 }]))).toMatchObject({ master: 'if12', link: 'if13' })
  })

  it('are those that iproute2 ships, and those that are given', () => {
    const other: Route = { ...route, table: 100, protocol: 77, scope: 7, flow: 3 << 16 }
    expect(first(toIpJson.route([other], { links: [] }))).toMatchObject({
      table: '100',
      protocol: '77',
      scope: '7',
      flow: { from: '3', to: 'cosmos' },
    })
    const names = { tables: { 100: 'blue' }, protocols: { 77: 'mine' }, scopes: { 7: 'near' }, realms: { 3: 'west' } }
    expect(first(toIpJson.route([{ ...other, dst: 'default' }], { links: [], names }))).toMatchObject({
      dst: 'default',
      table: 'blue',
      protocol: 'mine',
      scope: 'near',
      flow: { from: 'west', to: 'cosmos' },
    })
    expect(first(toIpJson.route([route], { links: [], names }))).toMatchObject({ table: 'main', protocol: 'boot' })
  })

  it('of users of a tun can be given', () => {
    const tun: Link = { ...link, kindName: 'tun', info: { kind: 'tun', type: 'tap', owner: 1000, group: 0 } }
    expect(first(toIpJson.link([tun]))).toMatchObject({ linkinfo: { info_data: { user: 1000, group: 'root' } } })
    const names = { users: { 1000: 'me' }, userGroups: { 0: 'wheel' } }
    expect(first(toIpJson.link([tun], { names }))).toMatchObject({
      linkinfo: { info_data: { user: 'me', group: 'wheel' } },
    })
  })
})

describe('what is not known', () => {
  it('of a link stays a number', () => {
    const odd: Link = { ...link, type: 9999, operstate: 42, linkmode: 42, flags: 0x80000000, event: 42 }
    expect(first(toIpJson.link([odd]))).toEqual({
      ifindex: 7,
      ifname: 'v0',
      flags: ['80000000'],
      operstate_index: 42,
      linkmode_index: 42,
      event: 42,
      link_type: '[9999]',
    })
  })

  it('as a kind has a name and no data', () => {
    const odd: Link = { ...link, kindName: 'new', info: { kind: 'other', name: 'new', data: new Uint8Array(4) } }
    expect(first(toIpJson.link([odd]))['linkinfo']).toEqual({ info_kind: 'new' })
    const port: Link = { ...link, slaveKindName: 'new', slave: { kind: 'other', name: 'new', data: new Uint8Array(4) } }
    expect(first(toIpJson.link([port]))['linkinfo']).toEqual({ info_slave_kind: 'new' })
  })

  it('as data of a known kind is no data', () => {
    // INFO_DATA that is no nest.
    const odd: Link = { ...link, kindName: 'vlan', info: { kind: 'other', name: 'vlan', data: new Uint8Array(3) } }
    expect(first(toIpJson.link([odd]))['linkinfo']).toEqual({ info_kind: 'vlan', info_data: {} })
    expect(first(toIpJson.link([{ ...link, kindName: 'vlan' }]))['linkinfo']).toEqual({
      info_kind: 'vlan',
      info_data: {},
    })
  })

  it('of other objects stays a number or has a word for it', () => {
    expect(first(toIpJson.rule([{ ...rule, action: 77, ipProto: 200 }]))).toMatchObject({
      action: '77',
      ipproto: 'ipproto-200',
    })
    expect(first(toIpJson.route([{ ...route, type: 77, pref: 9 }], { links: [] }))).toMatchObject({
      type: '77',
      pref: 9,
    })
    const encap = { kind: 'other', name: 99, data: new Uint8Array(4) } as const
    expect(first(toIpJson.route([{ ...route, encap }], { links: [] }))['encap']).toEqual({ encap_type: 'unknown' })
    const [output] = JSON.parse(
      toIpJson.addr([{ ...addr, family: 3, flags: 0x1080, scope: 9 }], { links: [link] }),
    ) as {
      addr_info: unknown
    }[]
    expect(output?.addr_info).toEqual([
      { family_index: 3, local: '192.0.2.1', prefixlen: 24, scope: '9', ifa_flags: '1000' },
    ])
  })
})

describe('addresses', () => {
  it('stand under their links, in order', () => {
    const second: Link = { ...link, index: 8, name: 'v1' }
    const peer: Addr = { ...addr, index: 8, address: '10.0.0.1', peer: '10.0.0.2/32', label: 'v1:x' }
    const output = JSON.parse(
      toIpJson.addr([addr, peer, { ...addr, index: 99 }], { links: [link, second] }),
    ) as unknown[]
    expect(output).toMatchObject([
      { ifname: 'v0', addr_info: [{ local: '192.0.2.1', prefixlen: 24 }] },
      { ifname: 'v1', addr_info: [{ local: '10.0.0.1', address: '10.0.0.2', prefixlen: 32, label: 'v1:x' }] },
    ])
    expect(output).toHaveLength(2)
  })

  it('lack what ip link alone shows', () => {
    const whole: Link = { ...link, linkmode: 'default', afSpec: { inet6: { addrGenMode: 'none' } } }
    expect(first(toIpJson.link([whole]))).toMatchObject({ linkmode: 'DEFAULT', inet6_addr_gen_mode: 'none' })
    const output = first(toIpJson.addr([], { links: [whole] }))
    expect(output).not.toHaveProperty('linkmode')
    expect(output).not.toHaveProperty('inet6_addr_gen_mode')
    expect(output['addr_info']).toEqual([])
  })
})

describe('statistics', () => {
  const stats64 = Object.fromEntries(
    'rxPackets txPackets rxBytes txBytes rxErrors txErrors rxDropped txDropped multicast collisions rxLengthErrors rxOverErrors rxCrcErrors rxFrameErrors rxFifoErrors rxMissedErrors txAbortedErrors txCarrierErrors txFifoErrors txHeartbeatErrors txWindowErrors rxCompressed txCompressed'
      .split(' ')
      .map((name, at) => [name, BigInt(at)]),
  ) as unknown as NonNullable<Link['stats64']>

  it('show when they are asked for, more at the second time', () => {
    const counted: Link = { ...link, stats64, carrierChanges: 5 }
    expect(first(toIpJson.link([counted]))).not.toHaveProperty('stats64')
    expect(first(toIpJson.link([counted], { statistics: true }))).toMatchObject({
      stats64: { rx: { bytes: 2, packets: 0 } },
    })
    expect(first(toIpJson.link([counted], { statistics: 2 }))).toMatchObject({
      stats64: { tx: { carrier_changes: 5 } },
    })
    expect(first(toIpJson.addr([], { links: [counted], statistics: true }))).toHaveProperty('stats64')
  })
})
