// What says which object is meant: a typo must not make it another, or all of them, and all that was read of it may be said.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as codec from '../../../src/codec.js'
import * as c from '../../../src/constants.js'
import type { NetlinkError } from '../../../src/index.js'
import { methods } from '../../../src/rtnetlink/methods.js'
import { arbitraryMessage } from '../../../src/testing.js'
import { operation } from '../../support/tasks.js'
import { thrown } from '../../support/vector-build.js'

const { request } = codec

/** Builders that send a part of what they are given, and what they take. */
const parts: readonly (readonly [string, (spec: never) => unknown, object])[] = [
  ['link get', (spec: object) => request.link.get(1, spec), { extMask: 1, netns: { nsid: 1 } }],
  ['link set', (spec: object) => request.link.set(1, { family: 'bridge', ...spec }), { protinfo: { cost: 5 } }],
  ['addr delete', request.addr.delete, { dev: 1, address: '192.0.2.1/24', label: 'x' }],
  ['neigh get', request.neigh.get, { dev: 1, dst: '192.0.2.1', proxy: true }],
  ['nsid add', request.nsid.add, { netns: 'blue', nsid: 1 }],
  ['qdisc get', request.qdisc.get, { dev: 1, handle: '1:', kind: 'htb' }],
  ['qdisc delete', request.qdisc.delete, { dev: 1, parent: '1:1' }],
  ['class get', request.class.get, { dev: 1, handle: '1:1' }],
  ['class delete', request.class.delete, { dev: 1, handle: '1:1' }],
  ['filter get', request.filter.get, { dev: 1, parent: 'ingress', priority: 1, handle: 1, kind: 'flower' }],
  ['filter delete', request.filter.delete, { dev: 1, parent: 'ingress', chain: 1 }],
  ['chain get', request.chain.get, { block: 1, chain: 2 }],
  ['chain delete', request.chain.delete, { dev: 1, parent: 'ingress', chain: 2 }],
  ['action get', request.action.get, { kind: 'gact', index: 1 }],
  ['action delete', request.action.delete, { kind: 'gact', index: 1 }],
  ['dcb set', (spec: object) => request.dcb.set('v0', spec), { cmd: 'sdcbx', dcbx: 5 }],
  ['dcb delete', (spec: object) => request.dcb.delete('v0', spec), { ieee: {} }],
  ['mdb get', request.mdb.get, { dev: 1, addr: '239.1.1.1', vid: 1 }],
  ['mdb add', request.mdb.add, { dev: 1, port: 2, addr: '239.1.1.1', vid: 1, groupMode: 'include' }],
  ['mdb delete', request.mdb.delete, { dev: 1, port: 2, addr: '239.1.1.1', source: '192.0.2.1' }],
  ['vlan delete', request.vlan.delete, { dev: 1, vid: 1, range: 5, flags: ['pvid'] }],
  ['vlan delete of a device', request.vlan.delete, { dev: 1, vid: 1, self: true }],
  ['tunnel delete', request.tunnel.delete, { dev: 1, start: 1, end: 2 }],
  ['mst set', request.mst.set, { dev: 1, msti: 1, state: 'forwarding' }],
  ['mrp add', request.mrp.add, { dev: 1, ringId: 1, pIfindex: 2, sIfindex: 3, prio: 1 }],
  ['mrp delete', request.mrp.delete, { dev: 1, ringId: 1 }],
  ['addrLabel add', request.addrLabel.add, { dev: 1, address: '2001:db8::/32', label: 1 }],
  ['addrLabel replace', request.addrLabel.replace, { index: 1, address: '2001:db8::/32', label: 1 }],
  ['addrLabel delete', request.addrLabel.delete, { address: '2001:db8::/32' }],
  ['netconf get', request.netconf.get, { family: 'inet', dev: 1 }],
  ['mroute get', request.mroute.get, { dst: '239.1.1.1', src: '192.0.2.1' }],
  ['mroute replace', request.mroute.replace, { dst: '239.1.1.1', src: '192.0.2.1', iif: 1 }],
  ['mroute delete', request.mroute.delete, { dst: '239.1.1.1', src: '192.0.2.1', table: 1 }],
]

/** What is read, and who takes it to find it again. */
const read: readonly (readonly [number, (payload: Uint8Array) => object, (spec: never) => unknown])[] = [
  [c.RTM_NEWADDR, codec.decodeAddr, request.addr.delete],
  [c.RTM_NEWQDISC, codec.decodeQdisc, request.qdisc.delete],
  [c.RTM_NEWTCLASS, codec.decodeClass, request.class.delete],
  [c.RTM_NEWTFILTER, codec.decodeFilter, request.filter.delete],
  [c.RTM_NEWCHAIN, codec.decodeChain, request.chain.delete],
  [c.RTM_NEWACTION, codec.decodeActions, request.action.delete],
  [c.RTM_NEWMDB, codec.decodeMdbEntries, request.mdb.delete],
  [c.RTM_NEWVLAN, codec.decodeBridgeVlans, request.vlan.delete],
  [c.RTM_NEWTUNNEL, codec.decodeTunnelVnis, request.tunnel.delete],
  [c.RTM_NEWADDRLABEL, codec.decodeAddrLabel, request.addrLabel.delete],
  [c.RTM_NEWNEIGH, codec.decodeNeigh, request.neigh.get],
  [c.RTM_NEWROUTE, codec.decodeRoute, request.mroute.replace],
]

describe('a spec of which a part is sent', () => {
  test.each(parts)('is taken by %s, and refused with a field that nobody knows', (_, build, known) => {
    expect(() => build({ ...known, tabel: undefined } as never)).not.toThrow()
    expect(thrown(() => build({ ...known, tabel: 254 } as never))).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      fieldPath: 'tabel',
    })
  })

  test('holds no null, which would be passed over', () => {
    const place = { dev: 1, parent: 'ingress' } as const
    for (const [fieldPath, ask] of [
      ['chain', () => request.filter.delete({ ...place, chain: null as never })],
      ['parent', () => request.filter.delete({ dev: 1, parent: null as never })],
      ['handle', () => request.qdisc.delete({ dev: 1, handle: null as never })],
      ['range', () => request.vlan.delete({ dev: 1, vid: 1, range: null as never })],
      ['self', () => request.vlan.delete({ dev: 1, vid: 1, self: 'yes' as never })],
    ] as const)
      expect(thrown(ask)).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
  })

  test('that is refused says of what there is no such field', () => {
    const error = thrown(() =>
      request.filter.delete({ dev: 'v0', parent: 'ingress', prio: 2 } as never),
    ) as NetlinkError
    expect(error.message).toBe(
      'filter delete dev=v0 parent=ingress prio=2: ERR_NETLINK_BAD_VALUE: FilterAttrs has no such attribute (at prio)',
    )
  })

  test.each(read)('may be what was read: message type %i', (type, decode, build) => {
    let taken = 0
    for (const message of fc.sample(arbitraryMessage(fc, type), { numRuns: 200, seed: type })) {
      const found = decode(codec.encodeMessage(message).subarray(16))
      for (const object of Array.isArray(found) ? found : [found]) {
        taken++
        try {
          build(object as never)
        } catch (error) {
          // Values may be none: an arbitrary address has a length of its own.
          expect(String(error)).not.toContain('no such attribute')
        }
      }
    }
    expect(taken).toBeGreaterThan(0)
  })
})

test('a port is told nothing by way of its bridge that is not for the bridge to change', () => {
  const ask = (spec: object) => () => operation(methods.link.set('p0', { family: 'bridge', ...spec })).next()
  expect(thrown(ask({ protinfo: { cost: 5 }, mtu: 1400 }))).toMatchObject({
    code: 'ERR_NETLINK_BAD_VALUE',
    fieldPath: 'mtu',
  })
  expect(ask({ protinfo: { cost: 5 }, mtu: undefined })).not.toThrow()
})

describe('a call of the wrong shape is a TypeError that says what it takes', () => {
  const { qdisc, mrp, cfm, addrLabel, neigh, link, rule } = methods
  const run = (task: unknown): unknown => (task as { next?: () => unknown }).next?.()

  test.each<[string, (spec: never) => unknown]>([
    ['neigh get', neigh.get],
    ['mrp add', mrp.add],
    ['mrp set', mrp.set],
    ['mrp delete', mrp.delete],
    ['cfm set', cfm.set],
    ['addrlabel add', addrLabel.add],
    ['addrlabel replace', addrLabel.replace],
    ['addrlabel delete', addrLabel.delete],
    ['rule add', rule.add],
    ['link add', link.add],
  ])('%s', (what, verb) => {
    for (const spec of [undefined, null, 'v0', 5, []]) {
      const error = thrown(() => run(verb(spec as never))) as Error
      expect(error).toBeInstanceOf(TypeError)
      expect(error.message).toBe(`${what} takes an object`)
    }
  })

  test('of a qdisc that goes it is the request that is refused', () => {
    const error = thrown(() => run(qdisc.delete(undefined as never))) as Error
    expect(error.message).toBe('qdisc delete takes an object')
  })

  test('names of a link that are none', () => {
    for (const verb of [link.addAltname, link.deleteAltname])
      expect(thrown(() => verb('v0', undefined as never))).toBeInstanceOf(TypeError)
  })
})
