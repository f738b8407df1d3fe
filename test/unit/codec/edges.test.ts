// The edges of values: where a text, a number or a length is just no longer what it should be.
import { describe, expect, test } from 'vitest'
import { parseHandle, parseU32Handle } from '../../../src/codec/text/handle.js'
import {
  decodeMessage,
  encodeMessage,
  flagNames,
  handleText,
  jsonReplacer,
  request,
  u32HandleText,
} from '../../../src/codec.js'
import * as constants from '../../../src/constants.js'
import { attr, newRoute, thrown, u32 } from '../../support/vector-build.js'

describe('handles', () => {
  test.each([
    [0x80000000, '800:'],
    [0x80001000, '800:1:'],
    [0x80001002, '800:1:2'],
    [0x80000800, '800::800'],
    [0x00000002, '0::2'],
    [0xffffffff, 'fff:ff:fff'],
  ])('of the u32 classifier: %i is %s', (handle, text) => {
    expect(u32HandleText(handle)).toBe(text)
    expect(parseU32Handle(text)).toBe(handle)
  })

  test.each(['', ':::', '8000:', '800:100', '800:1:1000', '800', 'x:'])('of the u32 classifier: no %s', text => {
    expect(parseU32Handle(text)).toBeUndefined()
  })

  test.each([
    [0x10000, '1:'],
    [0x10010, '1:10'],
    [0x10, ':10'],
    [0, 'none'],
    [0xffffffff, 'root'],
  ])('of qdiscs: %i is %s', (handle, text) => {
    expect(handleText(handle)).toBe(text)
    if (text.includes(':')) expect(parseHandle(text)).toBe(handle)
  })

  test.each([':', '1', '10000:', '1:10000', '1:2:3', 'g:'])('of qdiscs: no %s', text => {
    expect(parseHandle(text)).toBeUndefined()
  })
})

test('bits without a name are written in hex, behind those that have one', () => {
  expect(flagNames(0x8000_0001, constants, 'IFF_')).toEqual(['up', '0x80000000'])
  expect(flagNames(0, constants, 'IFF_')).toEqual([])
  // A forwarding entry of the device itself that is in use, not one that is locked and managed.
  expect(flagNames(constants.NTF_USE | constants.NTF_SELF, constants, 'NTF_')).toEqual(['self', 'use'])
  expect(flagNames(constants.NTF_EXT_LOCKED | constants.NTF_EXT_LEARNED, constants, 'NTF_EXT_')).toEqual([
    'locked',
    '0x10',
  ])
})

test('JSON has 64-bit numbers as decimal text and bytes as hex', () => {
  expect(JSON.stringify({ wide: 2n ** 64n - 1n, bytes: Uint8Array.of(1, 255) }, jsonReplacer)).toBe(
    '{"wide":"18446744073709551615","bytes":"01ff"}',
  )
})

describe('labels', () => {
  const to = (labels: string) => () => request.route.add({ dst: labels, dev: 1, family: 'mpls' } as never)

  test('are below 2²⁰', () => {
    expect(decodeMessage((to('1048575')() as { bytes: Uint8Array }).bytes).attrs).toMatchObject({ dst: '1048575' })
    expect(thrown(to('1048576'))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'dst' })
  })
})

test('a time to live beyond 2⁵³ is kept as bytes', () => {
  const bytes = newRoute(attr(23, [...u32(0), ...u32(0x0020_0000)]))
  expect(decodeMessage(bytes).attrs).toMatchObject({ $unknown: [{ type: 23 }] })
  expect(encodeMessage(decodeMessage(bytes))).toEqual(bytes)
  expect(decodeMessage(newRoute(attr(23, [...u32(5), ...u32(1)]))).attrs).toEqual({ expires: 2 ** 32 + 5 })
})

describe('policing', () => {
  const police = (options: object) => () => request.action.add({ options: { kind: 'police', ...options } } as never)

  test('a peak rate needs an MTU and a rate', () => {
    const rates = { rate: 125_000, burst: 10_240, peakrate: 250_000 }
    expect(thrown(police(rates))).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      message: expect.stringMatching(/mtu/),
    })
    expect(thrown(police({ peakrate: 250_000, mtu: 1500 }))).toMatchObject({
      code: 'ERR_NETLINK_BAD_VALUE',
      message: expect.stringMatching(/rate/),
    })
    expect(police({ ...rates, mtu: 1500 })).not.toThrow()
  })
})
