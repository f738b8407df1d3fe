import { describe, expect, test } from 'vitest'
import { decodeMessage, encodeMessage, type Message } from '../../../../src/codec.js'
import { mdbAddr } from '../../../../src/objects/bridge/mdb/codecs.js'
import { messageCodec } from '../../../../src/objects/protocol.js'
import { viewOf } from '../../../../src/wire/nlmsghdr.js'
import { fromHex, toHex } from '../../../support/vector-bytes.js'

const zeros = (count: number): string => '00'.repeat(count)
const read = (hex: string): string => mdbAddr.read(fromHex(hex), viewOf(fromHex(hex)), 0)

describe('br_mdb_entry.addr', () => {
  test.each([
    ['239.1.1.1', `ef010101${zeros(12)}08000000`],
    ['ff0e::1', `ff0e${zeros(13)}0186dd0000`],
    ['01:00:5e:01:02:03', `01005e010203${zeros(10)}00000000`],
    ['0.0.0.0', `${zeros(16)}08000000`],
    ['::', `${zeros(16)}86dd0000`],
    ['00:00:00:00:00:00', zeros(20)],
    ['what is behind an address', `ef01010100000000000000000000000108000000`],
    ['padding', `ef010101${zeros(12)}08000001`],
    ['a protocol that is none of the three', `ef010101${zeros(12)}88470000`],
  ])('reads and writes %s', (text, hex) => {
    const value = read(hex)
    expect(value).toBe(/[.:]/.test(text) ? text : `0x${hex}`)
    expect(toHex(mdbAddr.bytes(value) ?? new Uint8Array(0))).toBe(hex)
  })

  test.each(['', '239.1.1', '239.1.1.1/32', '01:00:5e', '01:00:5e:01', '0x00', 'ff0e::1::', 7, null])(
    'refuses %j',
    value => expect(mdbAddr.bytes(value)).toBeUndefined(),
  )
})

test('what is sent and what the kernel sends have attributes of their own', () => {
  const entry = { port: 7, state: 'permanent', flags: 0, vid: 10, addr: '239.1.1.1' }
  const head = { type: 84, seq: 1, pid: 0, header: { family: 'bridge', ifindex: 3 } }
  const request: Message = { ...head, flags: 1, attrs: { setEntry: entry } as object }
  const reply: Message = {
    ...head,
    flags: 2,
    attrs: { mdb: { entry: [{ info: [{ ...entry, timer: 5 }] }] } } as object,
  }
  for (const message of [request, reply]) expect(decodeMessage(encodeMessage(message))).toEqual(message)
  expect(messageCodec(84).set.name).toBe('MdbAttrs')
  expect(messageCodec(84, 1).set.name).toBe('MdbSetAttrs')
  expect(messageCodec(86).set.name).toBe('MdbAttrs')
  expect(messageCodec(86, 1).set.name).toBe('MdbGetAttrs')
  expect(() => encodeMessage({ ...reply, flags: 1 })).toThrow(/MdbSetAttrs has no such attribute/)
})
