// Builders of nexthops, labels, netconf, neighbour tables and multicast routes: what they fill in, leave out and refuse.
import { describe, expect, it } from 'vitest'
import { decodeMessage, NetlinkError, request } from '../../../src/codec.js'
import { thrown } from '../../support/vector-build.js'

const { nexthop, nexthopBucket, addrLabel, netconf, neighTable, mroute, mcaddr } = request
const parts = ({ bytes }: { readonly bytes: Uint8Array }) => {
  const { header, attrs } = decodeMessage(bytes)
  return { header, attrs }
}

describe('nexthops', () => {
  it('have the family of their gateway, IPv4 without one, none as a group', () => {
    expect(parts(nexthop.add({ gateway: '2001:db8::1' })).header).toMatchObject({ family: 'inet6', protocol: 'static' })
    expect(parts(nexthop.add({ oif: 3 })).header).toMatchObject({ family: 'inet' })
    expect(parts(nexthop.add({ oif: 3, family: 'inet6' })).header).toMatchObject({ family: 'inet6' })
    expect(parts(nexthop.add({ id: 9, group: [{ id: 1 }] })).header).toMatchObject({ family: 'unspec' })
  })

  it('leave out what only the kernel says', () => {
    const read = {
      family: 'inet',
      scope: 'link',
      protocol: 'bgp',
      flags: 0x4d,
      id: 1,
      opFlags: 0x80000000,
      hwStatsUsed: 1,
      groupStats: { entry: [] },
      gateway: '192.0.2.1',
      oif: 3,
      $unknown: [{ type: 99, nested: false, netByteOrder: false, data: new Uint8Array(4) }],
    } as const
    expect(parts(nexthop.replace(read as never))).toEqual({
      header: { family: 'inet', scope: 'universe', protocol: 'bgp', flags: 4 },
      attrs: { id: 1, gateway: '192.0.2.1', oif: 3 },
    })
  })

  it('name the link of dev, which wins', () => {
    const { fixUps } = nexthop.add({ id: 1, dev: 'v0', oif: 3 })
    expect(fixUps).toMatchObject([{ kind: 'link', name: 'v0', fieldPath: 'dev' }])
    expect(nexthopBucket.dump({ dev: 'v0', nhId: 7 }).fixUps).toMatchObject([{ name: 'v0', fieldPath: 'dev' }])
  })
})

describe('a route to a nexthop object', () => {
  const read = {
    gateway: '192.0.2.1',
    oif: 7,
    multipath: [{ gateway: '192.0.2.1', ifindex: 7 }],
    encapType: 'mpls',
    encap: { kind: 'mpls', dst: '100' },
  } as const

  it('says its number alone', () => {
    const { add, delete: remove } = request.route
    const spec = { dst: '203.0.113.0/24', nhId: 1 }
    expect(add({ ...read, ...spec }).bytes).toEqual(add(spec).bytes)
    expect(add({ ...read, ...spec }).fixUps).toEqual([])
    expect(add({ via: { family: 'inet6', addr: 'fe80::1' }, ...spec }).bytes).toEqual(add(spec).bytes)
    expect(remove({ ...read, ...spec, type: 'blackhole' }).bytes).toEqual(remove(spec).bytes)
    // No route that was read has `dev`: the caller means it, and the kernel refuses it.
    expect(decodeMessage(add({ ...spec, dev: 7 }).bytes).attrs).toMatchObject({ oif: 7 })
    const none = { dst: '203.0.113.0/24', nhId: 0, gateway: '192.0.2.1' }
    expect(decodeMessage(add(none).bytes).attrs).toMatchObject({ gateway: '192.0.2.1' })
  })
})

describe('others', () => {
  it('are of the family that they exist in', () => {
    expect(parts(addrLabel.add({ address: 'default', label: 1 }))).toEqual({
      header: { family: 'inet6', prefixlen: 0, flags: 0, index: 0, seq: 0 },
      attrs: { address: '::', label: 1 },
    })
    expect(parts(addrLabel.delete({ address: '2001:db8::/32' })).attrs).toMatchObject({ label: 0 })
    expect(parts(netconf.get({ family: 'mpls', dev: -1 }))).toEqual({
      header: { family: 'mpls' },
      attrs: { ifindex: -1 },
    })
    expect(parts(mroute.get({ dst: 'ff05::1', src: '2001:db8::7' }))).toMatchObject({
      header: { family: 'ip6mr', dstLen: 128, srcLen: 128 },
      attrs: { table: 254 },
    })
    expect(parts(mroute.replace({ dst: '239.1.1.1', src: '192.0.2.7' })).header).toMatchObject({
      family: 'ipmr',
      type: 'multicast',
      protocol: 'static',
    })
    expect(parts(mcaddr.dump({ family: 'inet6', dev: 5 })).header).toMatchObject({ family: 'inet6', index: 5 })
  })

  it('leave out what is read only', () => {
    const table = {
      name: 'arp_cache',
      family: 'inet',
      config: { keyLen: 4 },
      stats: {},
      parms: { refcnt: 1, queueLen: 3 },
    }
    expect(parts(neighTable.set(table as never)).attrs).toEqual({ name: 'arp_cache', parms: { queueLen: 3 } })
  })
})

it.each<[string, () => unknown, string]>([
  ['a gateway that is no address', () => nexthop.add({ gateway: '192.0.2' }), 'gateway'],
  ['a flag that is none', () => nexthop.add({ flags: ['on-link'] as never }), 'flags'],
  ['a family that is none', () => nexthop.add({ family: 'ipx' as never }), 'family'],
  ['a member of a group', () => nexthop.add({ group: [{ id: 1 }, { id: -1 }] }), 'group[1].id'],
  ['a weight beyond its byte', () => nexthop.add({ group: [{ id: 1, weight: 256 }] }), 'group[0].weight'],
  ['an id beyond 32 bits', () => nexthop.delete(2 ** 32), 'id'],
  ['buckets beyond 16 bits', () => nexthop.add({ resGroup: { buckets: 65536 } }), 'resGroup.buckets'],
  ['an encapsulation', () => nexthop.add({ encap: { kind: 'mpls', dst: 'x' } }), 'encap.dst'],
  ['a flag of a get', () => nexthop.get(1, { opFlags: ['stats'] as never }), 'opFlags'],
  ['the index of a bucket', () => nexthopBucket.get(1, 65536), 'resBucket.index'],
  ['the nexthop of a bucket', () => nexthopBucket.dump({ nhId: -1 }), 'nhId'],
  ['no prefix to label', () => addrLabel.add({ label: 1 }), 'address'],
  ['a prefix of IPv4', () => addrLabel.add({ address: '192.0.2.0/24', label: 1 }), 'address'],
  ['no label', () => addrLabel.add({ address: '::/0' }), 'label'],
  ['no link', () => netconf.get({ family: 'inet' }), 'dev'],
  ['a table without a name', () => neighTable.set({ thresh1: 1 }), 'name'],
  [
    'a time of 64 bits as number',
    () => neighTable.set({ name: 'x', parms: { locktime: 5 as never } }),
    'parms.locktime',
  ],
  ['no group', () => mroute.get({ src: '192.0.2.7' }), 'dst'],
  ['no source', () => mroute.get({ dst: '239.1.1.1' }), 'src'],
  ['a source of another family', () => mroute.get({ dst: '239.1.1.1', src: '2001:db8::1' }), 'src'],
  ['writing IPv6', () => mroute.delete({ dst: 'ff05::1', src: '2001:db8::7' }), 'dst'],
])('refuses %s', (_, call, fieldPath) => {
  const error = thrown(call)
  expect(NetlinkError.is(error) && { code: error.code, fieldPath: error.fieldPath }).toEqual({
    code: 'ERR_NETLINK_BAD_VALUE',
    fieldPath,
  })
})

it.each<[string, () => unknown]>([
  ['nexthop add', () => nexthop.add(undefined as never)],
  ['addrlabel add', () => addrLabel.add('::/0' as never)],
  ['netconf get', () => netconf.get(1 as never)],
  ['neighbour table set', () => neighTable.set(null as never)],
  ['mroute get', () => mroute.get('239.1.1.1' as never)],
])('%s takes an object', (_, call) => {
  expect(thrown(call)).toBeInstanceOf(TypeError)
})
