import { expect, test } from 'vitest'
import { decodeMessage, decodeNdUserOpt, encodeMessage, ndOptions } from '../../../../src/codec.js'
import { fuzzOne } from '../../../../src/testing.js'
import { attr, message, u16, u32 } from '../../../support/vector-build.js'

const server = [25, 3, 0, 0, ...u32(1200, false), ...new Array<number>(16).fill(7)]
const portal = [37, 1, ...new TextEncoder().encode('http:/')]

test('takes options apart, and leaves out what is none', () => {
  expect(ndOptions(Uint8Array.from([...server, ...portal]))).toEqual([
    { type: 25, data: Uint8Array.from(server.slice(2)) },
    { type: 37, data: Uint8Array.from(portal.slice(2)) },
  ])
  expect(ndOptions(Uint8Array.of(25, 0, 0, 0, 0, 0, 0, 0))).toEqual([])
  expect(ndOptions(Uint8Array.from([...portal, 25, 2, 0, 0, 0, 0, 0, 0]))).toHaveLength(1)
  expect(ndOptions(new Uint8Array(7))).toEqual([])
})

/** RTM_NEWNDUSEROPT whose header says that `length` bytes of options follow. */
const useropt = (length: number, opts: readonly number[], attrs: readonly number[][] = []): Uint8Array =>
  message(68, [10, 0, ...u16(length), ...u32(3), 134, 0, ...u16(0), ...u32(0), ...opts], attrs)

test('options that a header counts lie in front of the attributes', () => {
  const bytes = useropt(24, server, [attr(1, new Array<number>(16).fill(1))])
  const { header, attrs } = decodeMessage(bytes)
  expect(header).toMatchObject({ optsLen: 24, opts: Uint8Array.from(server) })
  expect(attrs).toEqual({ srcaddr: '101:101:101:101:101:101:101:101' })
  expect(encodeMessage(decodeMessage(bytes))).toEqual(bytes)
  expect(decodeNdUserOpt(bytes.subarray(16))).toMatchObject({ ifindex: 3, opts: Uint8Array.from(server) })
  fuzzOne(bytes)
})

test.each([
  ['none', useropt(0, []), 0],
  ['more than there are', useropt(0xffff, server), 24],
  ['fewer than there are, the rest are attributes', useropt(8, portal, [attr(1, new Array<number>(16).fill(1))]), 8],
])('a header that counts %s', (_, bytes, length) => {
  expect(decodeNdUserOpt(bytes.subarray(16)).opts).toHaveLength(length)
  expect(encodeMessage(decodeMessage(bytes))).toEqual(bytes)
  fuzzOne(bytes)
})

test('a message made by hand counts its options', () => {
  const made = encodeMessage({
    type: 68,
    flags: 0,
    seq: 1,
    pid: 2,
    header: { opts: Uint8Array.from(portal) },
    attrs: {},
  })
  expect(decodeMessage(made).header).toMatchObject({ optsLen: 8, opts: Uint8Array.from(portal) })
})
