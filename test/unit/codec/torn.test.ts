// Bytes that end in the middle of something, at the very end of their buffer: nothing is read beyond.
import { describe, expect, test } from 'vitest'
import { repeats } from '../../../src/codec/arrays.js'
import { stepsTo } from '../../../src/codec/path.js'
import { decodeMessage, encodeMessage } from '../../../src/codec.js'
import { messageCodec } from '../../../src/objects/protocol.js'
import { viewOf } from '../../../src/wire/nlmsghdr.js'
import { attr, message, newLink, newRoute, u32 } from '../../support/vector-build.js'

const RTA_MULTIPATH = 9
const RTA_VIA = 18

/** A message whose last attribute has no padding behind it. */
function unpadded(type: number, data: readonly number[]): Uint8Array {
  const whole = newRoute(attr(type, data))
  const bytes = whole.slice(0, whole.length - ((4 - (data.length % 4)) % 4))
  viewOf(bytes).setUint32(0, bytes.length, true)
  return bytes
}

describe('next hops', () => {
  const hop = (length: number, ...rest: number[]) => [length, 0, 0, 0, 1, 0, 0, 0, ...rest]

  test.each([
    ['1 byte', [1]],
    ['7 bytes', [8, 0, 0, 0, 1, 0, 0]],
    ['a hop and 1 byte', [...hop(8), 8]],
    ['a hop that is longer than what is there', hop(9)],
    ['a hop that is shorter than itself', [...hop(4), ...hop(8)]],
    ['a hop of no length', [...hop(0), ...hop(8)]],
  ])('of %s are kept as they are', (_name, data) => {
    const bytes = unpadded(RTA_MULTIPATH, data)
    const decoded = decodeMessage(bytes)
    expect(decoded.attrs).toEqual({
      $unknown: [{ type: RTA_MULTIPATH, nested: false, netByteOrder: false, data: Uint8Array.from(data) }],
    })
    expect(encodeMessage(decoded).slice(0, bytes.length).slice(16)).toEqual(bytes.slice(16))
  })

  test('of 8 bytes each are hops', () => {
    expect(decodeMessage(unpadded(RTA_MULTIPATH, [...hop(8), ...hop(8)])).attrs).toMatchObject({
      multipath: [{ ifindex: 1 }, { ifindex: 1 }],
    })
  })
})

test.each([[], [2], [2, 0], [2, 0, 1, 2, 3], [10, 0, 1, 2, 3, 4]])(
  'a gateway of another family of %j is kept as it is',
  (...data) => {
    const bytes = unpadded(RTA_VIA, data)
    const { attrs } = decodeMessage(bytes)
    expect(attrs).toEqual({
      $unknown: [{ type: RTA_VIA, nested: false, netByteOrder: false, data: Uint8Array.from(data) }],
    })
  },
)

test('values in one nest are cut where an attribute comes again, and not behind a broken length', () => {
  const pieces = (...parts: readonly (readonly number[])[]) => {
    const bytes = Uint8Array.from(parts.flat())
    return repeats(viewOf(bytes), 0, bytes.length)
  }
  const [one, two] = [attr(1, u32(7)), attr(2, u32(7))]
  expect(pieces(one, two, one, two)).toEqual([
    [0, 16],
    [16, 32],
  ])
  expect(pieces(one, two, attr(1, u32(7), 99))).toEqual([[0, 24]])
  expect(pieces(one, two, attr(1, u32(7), 3))).toEqual([[0, 24]])
  expect(pieces()).toEqual([[0, 0]])
})

test('no place is known in a message that is shorter than its header, nor before the header, nor behind the end', () => {
  const short = message(16, [0, 0, 1, 0, 5, 0, 0, 0])
  const table = messageCodec(16)
  expect(stepsTo(table, short, 20)).toEqual([])
  const whole = newLink(attr(3, [0x61, 0]))
  expect(stepsTo(table, whole, 20)).toEqual([{ key: 'index' }])
  expect(stepsTo(table, whole, 0)).toEqual([])
  expect(stepsTo(table, whole, 15)).toEqual([])
  expect(stepsTo(table, whole, whole.length)).toEqual([])
  // Nor in the padding between two attributes.
  const two = newLink(attr(3, [0x61, 0]), attr(4, u32(1500)))
  expect([37, 38, 39, 40].map(offset => stepsTo(table, two, offset).map(({ attr: at }) => at?.name))).toEqual([
    ['name'],
    [],
    [],
    ['mtu'],
  ])
})
