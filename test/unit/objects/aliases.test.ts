import { expect, test } from 'vitest'
import { decodeMessage, request } from '../../../src/codec.js'

const { link, route, rule } = request

test('adv-34, adv-36: what just fits is taken', () => {
  expect(link.add({ name: 'abcdefghijklmno' }).bytes.length).toBe(52)
  for (const name of ['br%d', '...', 'a.b', 'ä', 'a\u3000b', '%', '-']) expect(link.add({ name }).fixUps).toEqual([])
  expect(link.set(1, { mtu: 2 ** 32 - 1 }).bytes.length).toBe(40)
  expect(rule.add({ tunId: 2n ** 64n - 1n }).fixUps).toEqual([])
  const { data } = { data: new Uint8Array(65000) }
  expect(link.add({ info: { kind: 'other', name: 'x', data } }).bytes.length).toBe(32 + 4 + 8 + 4 + 65000)
})

test('flags of links go out one by one, each with its bit of ifi_change, and with `flags` they win', () => {
  const flags = (spec: object) => {
    const { header } = decodeMessage(link.set(1, spec).bytes) as { header: { flags: number; change: number } }
    return [header.flags, header.change]
  }
  expect(flags({ up: true })).toEqual([1, 1])
  expect(flags({ promisc: true, allmulti: false })).toEqual([0x100, 0x300])
  expect(flags({ arp: true })).toEqual([0, 0x80])
  expect(flags({ arp: false, multicast: true })).toEqual([0x1080, 0x1080])
  // A count that was read.
  expect(flags({ allmulti: 2 })).toEqual([0, 0])
  expect(flags({ flags: ['up', 'promisc'], promisc: false, arp: false })).toEqual([0x81, 0xffffffff])
  expect(flags({ flags: 0x80000001, up: false })).toEqual([0x80000000, 0xffffffff])
})

test('a new vxlan is not told to leave alone a checksum that it leaves alone anyway: its reserved bits would be refused', () => {
  const written = (remcsumRx: number | boolean) =>
    decodeMessage(link.add({ info: { kind: 'vxlan', remcsumRx, reservedBits: 255n } }).bytes).attrs
  const linkinfo = (data: object) => ({
    linkinfo: { kind: 'vxlan', data: { kind: 'vxlan', reservedBits: 255n, ...data } },
  })
  for (const off of [0, false]) expect(written(off)).toEqual(linkinfo({}))
  for (const on of [1, true]) expect(written(on)).toEqual(linkinfo({ remcsumRx: 1 }))
  // What is no switch is not off either.
  for (const none of [null, '']) expect(() => written(none as never)).toThrow('is not a number')
  for (const createSockets of [null, ''] as never[])
    expect(() => link.set(1, { info: { kind: 'gtp', createSockets } })).toThrow('is not a number')
})

test('a new bridge is told what is on: the others of its switches a kernel without VLANs refuses', () => {
  const data = (info: object) =>
    decodeMessage(link.add({ info: { kind: 'bridge', ...info } }).bytes).attrs as
      | { linkinfo?: { data?: object } }
      | undefined
  const reported = (info: object) => data(info)?.linkinfo?.data
  expect(reported({ ageingTime: 1, vlanFiltering: 0, multiBoolopt: { optval: 0, optmask: 31 } })).toEqual({
    kind: 'bridge',
    ageingTime: 1,
  })
  const on = { vlanFiltering: 1, multiBoolopt: { optval: 3, optmask: 3 } }
  expect(reported(on)).toEqual({ kind: 'bridge', ...on })
  expect(reported({ ...on, multiBoolopt: { optval: 3, optmask: 31 } })).toEqual({ kind: 'bridge', ...on })
  for (const multiBoolopt of [{ optval: 2 ** 32, optmask: 1 }, { optval: 0, optmask: -1 }, { optval: 'x' }])
    expect(() => reported({ multiBoolopt })).toThrow('multiBoolopt.opt')
})

test('adv-35: what is not given is 0, and so is padding', () => {
  const { bytes } = link.set(7, { ifalias: 'ab' })
  expect([...bytes.subarray(16)]).toEqual([0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 20, 0, 97, 98, 0, 0])
})

test('adv-37: host bits go out as given: the kernel refuses them where it minds', () => {
  const { bytes } = route.add({ dst: '192.0.2.77/24', dev: 1 })
  expect([bytes[17], ...bytes.subarray(32, 36)]).toEqual([24, 192, 0, 2, 77])
})
