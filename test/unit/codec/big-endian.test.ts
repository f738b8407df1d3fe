import * as fc from 'fast-check'
import { afterAll, expect, test, vi } from 'vitest'

// The byte order of the host is one constant; these tests run as a big-endian host would.
vi.mock('../../../src/wire/endian.js', () => ({ littleEndian: false }))

// The setup has loaded every family as this host has it, and the files after this one in the same process need them so.
vi.resetModules()
afterAll(() => {
  vi.doUnmock('../../../src/wire/endian.js')
  vi.resetModules()
})
await import('../../../src/rtnetlink/every-module.js')
const { decodeMessage, encodeMessage } = await import('../../../src/codec.js')
const { arbitraryMessage, oracleMessage } = await import('../../../src/testing.js')
const { decodeRoute } = await import('../../../src/generated/route/decode.gen.js')
const { Trace } = await import('../../../src/codec/trace.js')

/** RTM_NEWLINK on a big-endian machine: vxlan 42, port 4789, and a vlan protocol and mtu beside. */
const golden = [
  '0000005c 0010 0605 00000001 00000000', // nlmsg_len 92, RTM_NEWLINK, flags, seq, pid
  '00 00 0001 00000005 00000000 00000000', // ifinfomsg: ether, index 5
  '0008 0004 000005dc', // IFLA_MTU 1500, host order
  '0034 0012', // IFLA_LINKINFO
  '0009 0001 7678 6c61 6e000000', // IFLA_INFO_KIND vxlan, without a NUL
  '0024 8002', // IFLA_INFO_DATA, nested
  '0008 0001 0000002a', // IFLA_VXLAN_ID 42, host order
  '0006 000f 12b50000', // IFLA_VXLAN_PORT 4789, network order
  '0008 0002 ef010101', // IFLA_VXLAN_GROUP 239.1.1.1
  '0008 0010 00000000', // IFLA_VXLAN_GROUP6, too short: kept
].join(' ')
const bytes = Uint8Array.from(Buffer.from(golden.replaceAll(' ', ''), 'hex'))

test('adv-27: headers and numbers are in host order, ports and addresses in network order', () => {
  expect(bytes.length).toBe(0x5c)
  const message = decodeMessage(bytes)
  expect(message).toMatchObject({ type: 16, flags: 0x605, seq: 1, header: { type: 'ether', index: 5 } })
  expect(message.attrs).toMatchObject({
    mtu: 1500,
    linkinfo: { kind: 'vxlan', data: { kind: 'vxlan', id: 42, port: 4789, group: '239.1.1.1' } },
  })
  expect(encodeMessage(message)).toStrictEqual(bytes)
})

test('adv-27: what is encoded decodes to the same', () => {
  fc.assert(
    fc.property(arbitraryMessage(fc), message => {
      const encoded = encodeMessage(message)
      expect(decodeMessage(encoded)).toStrictEqual(message)
      expect(oracleMessage(encoded)).toStrictEqual(message)
    }),
    { numRuns: 100 },
  )
})

test('adv-27: attributes in the order of other hosts are no usual ones', () => {
  const header = '02 20 00 00 fe 03 00 01 00000000' // rtmsg: IPv4, /32
  const swapped = ['0800 0f00 fe000000', '0800 0100 0a000001', '0800 0400 02000000'] // RTA_TABLE, RTA_DST, RTA_OIF
  const route = Uint8Array.from(Buffer.from([header, ...swapped].join('').replaceAll(' ', ''), 'hex'))
  const view = new DataView(route.buffer)
  const fast = decodeRoute(route, view, 0, route.length)
  expect(fast).toMatchObject({ $unknown: [{ type: -1 }] })
  expect(fast).toStrictEqual(decodeRoute(route, view, 0, route.length, new Trace()))
})
