import { describe, expect, test } from 'vitest'
import { decodeMessage, request } from '../../../src/codec.js'

const { link, addr, route, rule, neigh, nsid, mdb } = request

describe('a request', () => {
  const vxlan = link.add({ name: 'vx0', info: { kind: 'vxlan', id: 16777216 } })

  test('says in one line what it asks for', () => {
    expect(vxlan.summary).toBe('link add name=vx0 kind=vxlan id=16777216')
    expect(route.add({ dst: 'default', gateway: '192.0.2.1', dev: 'v0' }).summary).toBe(
      'route add dst=default gateway=192.0.2.1 dev=v0',
    )
    expect(link.set('v0', { up: true, mtu: 1400 }).summary).toBe('link set v0 up=true mtu=1400')
    expect(link.add({ name: 'a', info: { kind: 'veth', peer: { name: 'b' } } }).summary).toBe(
      'link add name=a kind=veth peer.name=b',
    )
    expect(addr.delete({ dev: 3, address: '::1/64' }).summary).toBe('addr delete dev=3 address=::1/64')
  })

  test('finds what an offset names', () => {
    expect(vxlan.locate(60)).toEqual({ attrPath: 'linkinfo.data(vxlan).id', fieldPath: 'info.id' })
    expect(vxlan.locate(63)).toEqual({ attrPath: 'linkinfo.data(vxlan).id', fieldPath: 'info.id' })
    expect(vxlan.locate(32)).toEqual({ attrPath: 'name', fieldPath: 'name' })
    expect(vxlan.locate(20)).toEqual({ attrPath: 'index', fieldPath: 'index' })
    for (const offset of [0, 15, vxlan.bytes.length, 0xffffffff, -1])
      expect(vxlan.locate(offset)).toEqual({ attrPath: undefined, fieldPath: undefined })
  })

  test('adv-29: an offset into padding names nothing', () => {
    const altname = link.set(1, { ifalias: 'a', mtu: 1400 })
    // nla_len of the alias is 6: its padding lies at 38.
    expect(altname.locate(37)).toEqual({ attrPath: 'ifalias', fieldPath: 'ifalias' })
    expect(altname.locate(38)).toEqual({ attrPath: undefined, fieldPath: undefined })
    expect(altname.locate(40)).toEqual({ attrPath: 'mtu', fieldPath: 'mtu' })
  })

  test('finds it in nests of every shape', () => {
    const at = (bytes: Uint8Array, value: number): number => bytes.lastIndexOf(value)
    const peer = link.add({ name: 'a', info: { kind: 'veth', peer: { name: 'b', mtu: 0xabcd } } })
    expect(peer.locate(at(peer.bytes, 0xcd))).toEqual({
      attrPath: 'linkinfo.data(veth).peer.mtu',
      fieldPath: 'info.peer.mtu',
    })
    const bond = link.add({ info: { kind: 'bond', arpIpTarget: ['192.0.2.1', '192.0.2.253'] } })
    expect(bond.locate(at(bond.bytes, 253))).toEqual({
      attrPath: 'linkinfo.data(bond).arpIpTarget[1]',
      fieldPath: 'info.arpIpTarget[1]',
    })
    const vlan = link.add({
      info: {
        kind: 'vlan',
        egressQos: {
          mapping: [
            { from: 1, to: 1 },
            { from: 1, to: 251 },
          ],
        },
      },
    })
    expect(vlan.locate(at(vlan.bytes, 251)).fieldPath).toBe('info.egressQos.mapping[1]')
    const slave = link.set(1, { slave: { kind: 'bridge', priority: 249 } })
    expect(slave.locate(at(slave.bytes, 249))).toEqual({
      attrPath: 'linkinfo.slaveData(bridge).priority',
      fieldPath: 'slave.priority',
    })
    const metrics = route.add({ dst: '192.0.2.0/24', metrics: { mtu: 247 } })
    expect(metrics.locate(at(metrics.bytes, 247)).fieldPath).toBe('metrics.mtu')
    const spec = link.set(1, { afSpec: { inet6: { addrGenMode: 77 } } })
    expect(spec.locate(at(spec.bytes, 77)).attrPath).toBe('afSpec.inet6.addrGenMode')
    const hops = route.add({ dst: '192.0.2.0/24', multipath: [{ ifindex: 1 }, { ifindex: 2, gateway: '192.0.2.251' }] })
    expect(hops.locate(at(hops.bytes, 251))).toEqual({
      attrPath: 'multipath[1].gateway',
      fieldPath: 'multipath[1].gateway',
    })
    expect(hops.locate(hops.bytes.length - 12)).toEqual({ attrPath: 'multipath[1]', fieldPath: 'multipath[1]' })
  })

  test('names what is missing', () => {
    expect(vxlan.missing(3, undefined)).toEqual({ attrPath: 'name', fieldPath: 'name' })
    expect(vxlan.missing(15, 56)).toEqual({ attrPath: 'linkinfo.data(vxlan).port', fieldPath: 'info.port' })
    expect(vxlan.missing(999, 56)).toEqual({ attrPath: 'linkinfo.data(vxlan).999', fieldPath: 'info.999' })
  })
})

describe('names of links and namespaces', () => {
  test('are fix-ups of 32 zero bits, each with its field', () => {
    const all = [
      link.add({ name: 'x', master: 'br0', link: 'v0', info: { kind: 'vxlan', id: 1, link: 'v1' } }),
      addr.add({ dev: 'v0', address: '192.0.2.1/24' }),
      route.add({ dst: '192.0.2.0/24', dev: 'v0', multipath: [{ dev: 'v1' }] }),
      neigh.add({ dev: 'v0', dst: '192.0.2.7' }),
      link.set(1, { info: { kind: 'dsa', conduit: 'v0' } }),
    ]
    for (const { bytes, fixUps } of all)
      for (const { offset } of fixUps) expect([...bytes.subarray(offset, offset + 4)]).toEqual([0, 0, 0, 0])
    expect(all.map(({ fixUps }) => fixUps.map(({ fieldPath }) => fieldPath).sort())).toEqual([
      ['info.link', 'link', 'master'],
      ['dev'],
      ['dev', 'multipath[0].dev'],
      ['dev'],
      ['info.conduit'],
    ])
    expect(link.set('v0', { netns: 'blue' }).fixUps).toMatchObject([{ kind: 'netns', ref: 'blue' }])
    expect(nsid.get({ fd: 3 }).fixUps).toMatchObject([{ kind: 'netns', ref: { fd: 3 } }])
  })

  test('go as names where the message can carry one', () => {
    expect(link.get('eth0').fixUps).toEqual([])
    expect(link.delete('eth0').fixUps).toEqual([])
    expect(link.get('a-name-that-is-longer').locate(32).attrPath).toBe('altIfname')
  })

  test('a rename by name looks the index up', () => {
    expect(link.set('v0', { name: 'v1' }).fixUps).toMatchObject([{ kind: 'link', name: 'v0', offset: 20 }])
    expect(link.set('v0', { name: 'v0', mtu: 1400 }).fixUps).toEqual([])
  })
})

test('what was read can be written: the builder leaves out what only the kernel says', () => {
  const read = {
    index: 5,
    family: 'unspec',
    type: 'ether',
    flags: 0x1003,
    name: 'v0',
    mtu: 1500,
    address: '02:00:00:00:00:01',
    $unknown: [{ type: 9999, nested: false, netByteOrder: false, data: Uint8Array.of(1) }],
  } as const
  expect(link.set(5, read as never).bytes.length).toBeLessThan(80)
  expect(() => link.set(5, { ...read, carrierChanges: 3, stats64: { rxPackets: 1n } } as never)).not.toThrow()
})

describe('what was read, or asked for otherwise than usual', () => {
  const entry = { dev: 1, lladdr: '02:00:00:00:00:01', dst: '192.0.2.1' }

  test('a neighbour that the kernel keeps resolved is not permanent, as with `ip`', () => {
    const state = (bytes: Uint8Array) => bytes[24]
    expect(state(neigh.add({ dev: 1, dst: '192.0.2.1', flagsExt: ['managed'] }).bytes)).toBe(0)
    expect(state(neigh.add({ dev: 1, dst: '192.0.2.1', flagsExt: 1 }).bytes)).toBe(0)
    expect(state(neigh.add({ dev: 1, dst: '192.0.2.1', flagsExt: ['managed'], state: 2 }).bytes)).toBe(2)
    expect(state(neigh.add(entry).bytes)).toBe(0x80)
  })

  test('a rule of a flow label is of IPv6: the kernel overlooks the label in a delete from IPv4', () => {
    const family = ({ bytes }: { readonly bytes: Uint8Array }) => bytes[16]
    for (const ask of [rule.add, rule.delete]) {
      expect(family(ask({ flowlabel: 5 }))).toBe(10)
      expect(family(ask({ flowlabel: 5, src: '10.0.0.0/8' }))).toBe(2)
      expect(family(ask({ flowlabel: 5, family: 'inet' }))).toBe(2)
      expect(family(ask({ fwmark: 5 }))).toBe(2)
    }
  })

  test('a neighbour of a bridge keeps its link-layer address when it is deleted, whatever its family is called', () => {
    const named = neigh.delete({ ...entry, family: 'bridge' }).bytes
    expect(neigh.delete({ ...entry, family: 7 }).bytes).toEqual(named)
    expect(named.length - neigh.delete(entry).bytes.length).toBe(12)
  })

  test('the entry of all groups of a vxlan is written without its mode, which the kernel tells and refuses', () => {
    for (const addr of ['0.0.0.0', '::']) {
      const read = { dev: 1, addr, dst: '192.0.2.9' }
      expect(mdb.add({ ...read, groupMode: 'exclude' }).bytes).toEqual(mdb.add(read).bytes)
    }
    const group = { dev: 1, addr: '239.0.0.1', dst: '192.0.2.9' }
    expect(mdb.add({ ...group, groupMode: 'exclude' }).bytes).not.toEqual(mdb.add(group).bytes)
  })
})

test('flags without a mask are all that is meant', () => {
  const can = link.add({ name: 'x', info: { kind: 'can', ctrlmode: { flags: ['fd', 'loopback'] } } })
  expect(decodeMessage(can.bytes).attrs).toMatchObject({
    linkinfo: { data: { ctrlmode: { flags: 0x21, mask: 0x21 } } },
  })
  const rmnet = link.add({ name: 'x', info: { kind: 'rmnet', muxId: 5, flags: { flags: 1 } } })
  expect(decodeMessage(rmnet.bytes).attrs).toMatchObject({ linkinfo: { data: { flags: { flags: 1, mask: 1 } } } })
})
