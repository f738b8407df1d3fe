import { describe, expect, test } from 'vitest'
import { NetlinkError } from '../../../src/errors/netlink-error.js'
import { attributes } from '../../../src/wire/nlattr.js'
import { align4, messages } from '../../../src/wire/nlmsghdr.js'
import { Writer } from '../../../src/wire/writer.js'
import { attr, message, newLink, thrown, u16, u32 } from '../../support/vector-build.js'

/** Takes messages until framing breaks: how many came, and the error. */
function take(datagram: Uint8Array): { count: number; error: unknown } {
  let count = 0
  const error = thrown(() => {
    for (const _ of messages(datagram)) count++
  })
  return { count, error }
}

const bad = (count: number) => ({
  count,
  error: expect.objectContaining({ code: 'ERR_NETLINK_BAD_MESSAGE', reason: 'decode' }),
})
const header = (length: number) => Uint8Array.from([...u32(length), ...u16(16), ...u16(0), ...u32(0), ...u32(0)])
const two = (second: Uint8Array) => Uint8Array.of(...newLink(), ...second)

describe('messages', () => {
  test.each([0, 1, 15])('adv-01: a datagram of %i bytes is a short datagram', size => {
    expect(take(new Uint8Array(size))).toEqual(bad(0))
    expect(String(take(new Uint8Array(size)).error)).toContain('short datagram')
  })

  test.each([0, 15])('adv-02: nlmsg_len %i is refused, and ends', length => {
    expect(take(header(length))).toEqual(bad(0))
  })

  test('adv-03: nlmsg_len beyond the datagram is refused, after the messages before it', () => {
    expect(take(two(header(17)))).toEqual(bad(1))
  })

  test('adv-04: the last message may be unaligned', () => {
    const datagram = Uint8Array.of(...header(17), 9)
    expect([...messages(datagram)].map(view => [...view.payload])).toEqual([[9]])
  })

  test.each([1, 2, 3])('adv-05: %i trailing bytes are padding', size => {
    expect([...messages(Uint8Array.of(...newLink(), ...new Array<number>(size).fill(0)))]).toHaveLength(1)
  })

  test.each([4, 15])('adv-05: %i trailing bytes are a remnant', size => {
    const { count, error } = take(Uint8Array.of(...newLink(), ...new Array<number>(size).fill(0)))
    expect(count).toBe(1)
    expect(NetlinkError.is(error) && error.message).toContain(`remnant of ${size} bytes`)
  })

  test.each([0xffffffff, 0x7fffffff, 0x80000000])('adv-06: nlmsg_len %i does not overflow', length => {
    expect(take(header(length))).toEqual(bad(0))
    expect(align4(0xffffffff)).toBe(0x100000000)
    expect(align4(0x80000001)).toBe(0x80000004)
  })

  test('say where they lie, and copy nothing', () => {
    const datagram = two(message(3, u32(0)))
    const views = [...messages(datagram)]
    expect(views.map(({ type, seq, pid, start, end }) => ({ type, seq, pid, start, end }))).toEqual([
      { type: 16, seq: 1, pid: 2, start: 0, end: 32 },
      { type: 3, seq: 1, pid: 2, start: 32, end: 52 },
    ])
    expect(views.every(view => view.bytes.buffer === datagram.buffer)).toBe(true)
  })
})

describe('attributes', () => {
  test('are iterated with their flags, duplicates included', () => {
    const bytes = Uint8Array.from([...attr(0x8001, [1]), ...attr(0x4002, [2, 3]), ...attr(1)])
    expect([...attributes(bytes)]).toEqual([
      { type: 1, nested: true, netByteOrder: false, offset: 0, data: Uint8Array.of(1) },
      { type: 2, nested: false, netByteOrder: true, offset: 8, data: Uint8Array.of(2, 3) },
      { type: 1, nested: false, netByteOrder: false, offset: 16, data: new Uint8Array(0) },
    ])
  })

  test.each([0, 1, 2, 3, 9])('adv-07, adv-08: a length of %i keeps the rest under type −1', length => {
    const bytes = Uint8Array.from([...attr(1), ...attr(2, [7], length)])
    expect([...attributes(bytes)].map(({ type, data }) => [type, data.length])).toEqual([
      [1, 0],
      [-1, 8],
    ])
  })

  test.each([1, 2, 3])('adv-11: %i bytes left over are no attribute', size => {
    expect([...attributes(Uint8Array.from([...attr(1), ...new Array<number>(size).fill(9)]))]).toHaveLength(1)
  })
})

describe('Writer', () => {
  test('adv-35: pads with zeros, also what was written before and taken back', () => {
    const writer = new Writer(4)
    writer.append(Uint8Array.of(1, 2, 3, 4, 5, 6, 7))
    writer.truncate(1)
    const at = writer.beginAttribute(5)
    writer.append(Uint8Array.of(9))
    expect(writer.endAttribute(at)).toBe(true)
    expect([...writer.finish()]).toEqual([1, 0, 0, 0, ...u16(5), ...u16(5), 9, 0, 0, 0])
  })

  test('ends no attribute longer than 65,535 bytes', () => {
    const writer = new Writer()
    const at = writer.beginAttribute(1)
    writer.reserve(65531)
    expect(writer.endAttribute(at)).toBe(true)
    const next = writer.beginAttribute(1)
    writer.reserve(65532)
    expect(writer.endAttribute(next)).toBe(false)
  })

  test('grows without losing what it holds', () => {
    const writer = new Writer(2)
    for (let value = 0; value < 300; value++) writer.append(Uint8Array.of(value & 255))
    expect([...writer.finish()]).toEqual(Array.from({ length: 300 }, (_, value) => value & 255))
  })
})
