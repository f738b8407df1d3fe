import { describe, expect, test } from 'vitest'
import { decodeMessage, type NetlinkError, type Request, request } from '../../../../src/codec.js'
import { Several } from '../../../../src/request/request.js'
import { thrown } from '../../../support/vector-build.js'

const { fdb, mdb, vlan, tunnel, mst, mrp, cfm, link } = request
const mac = '02:00:00:00:00:01'
const group = (spec: object) => () => mdb.add({ dev: 1, addr: '239.1.1.1', ...spec } as never)
const sent = (made: Request<unknown>): object => {
  const { header, attrs } = decodeMessage(made.bytes)
  return structuredClone({ ...header, ...attrs })
}
const fixUps = (made: Request<unknown>) =>
  made.fixUps.map(fixUp => ('name' in fixUp ? [fixUp.name, fixUp.fieldPath] : []))

describe('requests about bridges', () => {
  test.each<[string, () => unknown, string, string | undefined]>([
    ['a forwarding entry without an address', () => fdb.add({ dev: 1 }), 'lladdr', undefined],
    ['one without a device', () => fdb.add({ lladdr: mac }), 'dev', undefined],
    ['an address that is none', () => fdb.add({ dev: 1, lladdr: '02:00' + ':xx' }), 'lladdr', 'lladdr'],
    ['a state that is none', () => fdb.add({ dev: 1, lladdr: mac, state: ['static'] as never }), 'state', undefined],
    ['a flag that is none', () => fdb.delete({ dev: 1, lladdr: mac, flags: ['owner'] as never }), 'flags', undefined],
    ['a port of 17 bits', () => fdb.append({ dev: 1, lladdr: mac, port: 65536 }), 'port', 'port'],
    ['a mask that is none', () => fdb.flush({ dev: 1, ndmStateMask: ['x'] as never }), 'ndmStateMask', undefined],
    ['a group without an address', group({ addr: undefined }), 'addr', undefined],
    ['a group that is none', group({ addr: '239.1.1' }), 'addr', 'setEntry.addr'],
    ['a source that is none', group({ source: 'x' }), 'source', 'setEntryAttrs.source'],
    ['a port of vxlan of 17 bits', group({ dstPort: 65536 }), 'dstPort', 'setEntryAttrs.dstPort'],
    [
      'a source of a list that is none',
      group({ srcList: { entry: [{ address: '192.0.2.1' }, { address: 'x' }] } }),
      'srcList.entry[1].address',
      'setEntryAttrs.srcList.entry[1].address',
    ],
    [
      'a source whose address is called otherwise',
      group({ srcList: { entry: [{ adress: '192.0.2.1' }] } }),
      'srcList.entry[0].adress',
      'setEntryAttrs.srcList.entry[0].adress',
    ],
    ['a list of texts', group({ srcList: ['192.0.2.1'] }), 'srcList', 'setEntryAttrs.srcList'],
    [
      'one source for a list',
      group({ srcList: { entry: '192.0.2.1' } }),
      'srcList.entry',
      'setEntryAttrs.srcList.entry',
    ],
    ['a group to get that is none', () => mdb.get({ dev: 1, addr: '::x' }), 'addr', 'getEntry.addr'],
    ['a VLAN of 17 bits', () => vlan.add({ dev: 1, vid: 65536 }), 'vid', 'entry.info.vid'],
    ['a VLAN that is missing', () => vlan.delete({ dev: 1 } as never), 'vid', undefined],
    [
      'a state of a VLAN that is none',
      () => vlan.set({ dev: 1, vid: 1, state: 'up' as never }),
      'state',
      'entry.state',
    ],
    [
      'an option of a VLAN that goes to the device itself',
      () => vlan.add({ dev: 1, vid: 1, self: true, mcastMaxGroups: 5 }),
      'mcastMaxGroups',
      undefined,
    ],
    [
      'one that goes to the bridge as self does',
      () => vlan.add({ dev: 1, vid: 1, master: true, state: 'blocking' }),
      'state',
      undefined,
    ],
    ['a flag of a VLAN that is none', () => vlan.add({ dev: 1, vid: 1, flags: ['x'] as never }), 'flags', undefined],
    [
      'an interval of 32 bits',
      () => vlan.setGlobal({ dev: 1, id: 1, mcastQueryIntvl: 5 as never }),
      'mcastQueryIntvl',
      'globalOptions.mcastQueryIntvl',
    ],
    ['a VNI without a device', () => tunnel.add({ start: 1 }), 'dev', undefined],
    ['a group of VNIs that is none', () => tunnel.add({ dev: 1, start: 1, group: 'x' }), 'group', 'entry.group'],
    [
      'a state of an instance that is none',
      () => mst.set({ dev: 1, msti: 1, state: 'x' as never }),
      'afSpec.mst.entry[0].state',
      'afSpec.mst.entry[0].state',
    ],
  ])('refuse %s', (_, call, fieldPath, attrPath) => {
    const error = thrown(call) as NetlinkError
    expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath })
    if (attrPath !== undefined) expect(error.attrPath).toBe(attrPath)
  })

  test('look up every link that is named', () => {
    expect(fixUps(mdb.add({ dev: 'br0', port: 'v0', addr: '239.1.1.1', viaIfindex: 'v1' }))).toEqual([
      ['br0', 'dev'],
      ['v0', 'port'],
      ['v1', 'viaIfindex'],
    ])
    expect(fixUps(mdb.add({ dev: 'vx0', addr: '239.1.1.1' }))).toEqual([
      ['vx0', 'dev'],
      ['vx0', 'port'],
    ])
    expect(fixUps(fdb.flush({ dev: 'br0', viaIfindex: 'v0' }))).toEqual([
      ['br0', 'dev'],
      ['v0', 'viaIfindex'],
    ])
    expect(fixUps(mrp.add({ dev: 'br0', ringId: 1, pIfindex: 'v0', sIfindex: 'v2' }))).toEqual([
      ['br0', 'dev'],
      ['v0', 'afSpec.mrp.instance.pIfindex'],
      ['v2', 'afSpec.mrp.instance.sIfindex'],
    ])
  })

  test('filter a dump by a link that its message has no place for', () => {
    const dump = mdb.dump({ dev: 'br0' })
    // The client writes its own number over it.
    expect(dump.fixUps).toEqual([{ kind: 'link', offset: 12, name: 'br0', fieldPath: 'dev' }])
    const info = { port: 7, state: 'permanent', flags: 0, vid: 0, addr: '239.1.1.1' }
    const reply = (ifindex: number): Uint8Array => {
      const out = new Uint8Array(8 + 40)
      const view = new DataView(out.buffer)
      out[0] = 7
      view.setUint32(4, ifindex, true)
      // MDBA_MDB, MDBA_MDB_ENTRY, MDBA_MDB_ENTRY_INFO
      for (const [at, length] of [
        [8, 40],
        [12, 36],
        [16, 32],
      ] as const) {
        view.setUint16(at, length, true)
        view.setUint16(at + 2, 1, true)
      }
      view.setUint32(20, 7, true)
      out[24] = 1
      out.set([239, 1, 1, 1], 28)
      view.setUint16(44, 0x0800, false)
      return out
    }
    const rows = (ifindex: number): unknown => {
      const bytes = reply(ifindex)
      const value = dump.decode?.(86, bytes, 0, bytes.length, [3])
      return value instanceof Several ? value.items : value
    }
    expect(rows(3)).toEqual([{ family: 'bridge', ifindex: 3, ...info }])
    expect(rows(4)).toEqual([])
  })

  test('say what bridge has no words for', () => {
    expect(
      sent(vlan.add({ dev: 1, vid: 10, range: 12, flags: ['pvid'], state: 'blocking', tunnelInfo: { id: 9 } })),
    ).toMatchObject({
      family: 'bridge',
      ifindex: 1,
      entry: [{ info: { vid: 10, flags: 2 }, range: 12, state: 'blocking', tunnelInfo: { id: 9, cmd: 19 } }],
    })
    expect(sent(vlan.add({ dev: 1, vid: 10, range: 12, self: true, tunnelInfo: { id: 9 } }))).toMatchObject({
      afSpec: {
        flags: 2,
        vlanInfo: [
          { vid: 10, flags: 8 },
          { vid: 12, flags: 16 },
        ],
        vlanTunnelInfo: [
          { id: 9, vid: 10, flags: 8 },
          { id: 11, vid: 12, flags: 16 },
        ],
      },
    })
    expect(sent(mrp.delete({ dev: 1, ringId: 7 }))).toMatchObject({ afSpec: { mrp: { instance: { ringId: 7 } } } })
    expect(sent(mrp.set({ dev: 1, inRole: { ringId: 7, inId: 3, role: 'mim', iIfindex: 5 } }))).toMatchObject({
      afSpec: { mrp: { inRole: { ringId: 7, inId: 3, role: 'mim', iIfindex: 5 } } },
    })
    expect(sent(cfm.set({ dev: 1, ccCcmTx: { instance: 1, dmac: mac, period: 2, ifTlvValue: 1 } }))).toMatchObject({
      afSpec: { cfm: { ccCcmTx: { instance: 1, dmac: mac, period: 2, ifTlvValue: 1 } } },
    })
    expect(decodeMessage(link.set(1, { family: 'bridge', protinfo: { cost: 5 } }).bytes)).toMatchObject({
      type: 19,
      attrs: { protinfo: { cost: 5 } },
    })
    expect(() => link.set(1, { family: 'bridge', mtu: 1400, protinfo: { cost: 5 } })).toThrow(
      'set it without the family (at mtu)',
    )
  })
})

test('instance 0 is told as the state of the port', () => {
  const { attrs } = decodeMessage(request.mst.set({ dev: 3, msti: 0, state: 'blocking' }).bytes)
  expect(attrs).toMatchObject({ protinfo: { state: 'blocking' } })
  expect(attrs).not.toHaveProperty('afSpec')
})
