// Addresses as numbers and back, prefixes, and what hosts may have.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressText, contains, hosts, overlap, parseAddress, subnetOf } from '../../../src/network/subnet.js'

describe('an address', () => {
  it.each([
    ['10.89.0.1', 0x0a590001n, '10.89.0.1'],
    ['255.255.255.255', 0xffffffffn, '255.255.255.255'],
    ['::', 0n, '::'],
    ['::1', 1n, '::1'],
    ['FD00:89::0:1', 0xfd000089_00000000_00000000_00000001n, 'fd00:89::1'],
    ['2001:db8:0:1::', 0x20010db8_00000001_00000000_00000000n, '2001:db8:0:1::'],
    ['::192.0.2.1', 0xc0000201n, '::c000:201'],
  ])('%s is a number and has one spelling', (text, value, plain) => {
    const address = parseAddress(text)
    expect(address).toMatchObject({ value })
    expect(address && addressText(address)).toBe(plain)
  })

  it.each(['', '10.0.0', '01.2.3.4', '10.0.0.256', 'fe80::1%eth0', 'a::b::c', '10.0.0.1/24'])('%j is none', text => {
    expect(parseAddress(text)).toBeUndefined()
  })

  it('comes back from its text', () => {
    const wide = fc.record({ family: fc.constant(6 as const), value: fc.bigInt(0n, (1n << 128n) - 1n) })
    const narrow = fc.record({ family: fc.constant(4 as const), value: fc.bigInt(0n, (1n << 32n) - 1n) })
    fc.assert(
      fc.property(fc.oneof(wide, narrow), one => {
        expect(parseAddress(addressText(one))).toEqual(one)
      }),
    )
  })
})

describe('a subnet', () => {
  it('leaves hosts all but the network and the broadcast address', () => {
    const range = (text: string): string[] => {
      const subnet = subnetOf(text, 'subnets')
      const { first, last } = hosts(subnet)
      return [first, last].map(value => addressText({ family: subnet.family, value }))
    }
    expect(range('10.89.0.0/24')).toEqual(['10.89.0.1', '10.89.0.254'])
    expect(range('10.89.0.4/31')).toEqual(['10.89.0.4', '10.89.0.5'])
    expect(range('10.89.0.4/32')).toEqual(['10.89.0.4', '10.89.0.4'])
    expect(range('fd00:89::/64')).toEqual(['fd00:89::1', 'fd00:89::ffff:ffff:ffff:ffff'])
    expect(range('0.0.0.0/0')).toEqual(['0.0.0.1', '255.255.255.254'])
  })

  it.each([
    ['10.89.0.1/24', '10.89.0.1/24 has bits behind its prefix: 10.89.0.0/24?'],
    ['10.89.0.0/33', 'has a prefix of more than 32 bits'],
    ['fd00::/129', 'has a prefix of more than 128 bits'],
    ['web', '"web" is no address'],
    ['10.0.0.0/8/8', 'is no address'],
  ])('%s is refused', (text, words) => {
    expect(() => subnetOf(text, 'subnets[0]')).toThrow(words)
    try {
      subnetOf(text, 'subnets[0]')
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'subnets[0]' })
    }
  })

  it('holds addresses of its family, and overlaps what has one of them', () => {
    const ten = subnetOf('10.0.0.0/8', 'subnets')
    const within = (text: string): boolean => contains(ten, parseAddress(text) ?? { family: 4, value: -1n })
    expect(['10.0.0.0', '10.255.255.255', '11.0.0.0', '::a00:1'].map(within)).toEqual([true, true, false, false])
    expect(overlap(ten, subnetOf('10.89.0.0/24', 'subnets'))).toBe(true)
    expect(overlap(subnetOf('10.89.0.0/24', 'subnets'), ten)).toBe(true)
    expect(overlap(ten, subnetOf('11.0.0.0/24', 'subnets'))).toBe(false)
    expect(overlap(ten, subnetOf('::/0', 'subnets'))).toBe(false)
  })
})
