// How often bytes are looked at, counted instead of timed: twice as many attributes are looked at twice as often.
import { describe, expect, it } from 'vitest'
import { decodeMessage, hexdump } from '../../../src/codec.js'
import { attr, message, newLink, newRoute, text } from '../../support/vector-build.js'

/** Counts the numbers of 16 bits that are read. */
function reads(work: () => unknown): number {
  const { getUint16 } = DataView.prototype
  let count = 0
  DataView.prototype.getUint16 = function (this: DataView, ...args) {
    count++
    return getUint16.apply(this, args)
  }
  try {
    work()
  } finally {
    DataView.prototype.getUint16 = getUint16
  }
  return count
}

const many = (count: number, part: readonly number[]): number[] => new Array<readonly number[]>(count).fill(part).flat()
const unknown = (count: number): number[] => many(count, attr(0x1234, []))

const messages: Readonly<Record<string, (count: number) => Uint8Array>> = {
  'unknown attributes': count => newLink(unknown(count)),
  'unknown attributes in data and beside it, the kind behind them': count =>
    newLink(attr(18, [...attr(2, unknown(count)), ...unknown(count), ...attr(1, text('vlan'))])),
  'data again and again, the kind behind them': count =>
    newLink(attr(18, [...many(count, attr(2, [])), ...attr(1, text('vlan'))])),
  'nexthops, the last of them with unknown attributes': count =>
    newRoute(
      attr(9, [
        ...many(count, [8, 0, 0, 0, 1, 0, 0, 0]),
        ...[(8 + 4 * count) % 256, (8 + 4 * count) >> 8, 0, 0, 1, 0, 0, 0, ...unknown(count)],
      ]),
    ),
  'nexthops with an unknown attribute each': count =>
    newRoute(attr(9, many(count, [12, 0, 0, 0, 1, 0, 0, 0, ...unknown(1)]))),
  'actions, the last of them with unknown attributes': count =>
    message(48, [0, 0, 0, 0], [attr(1, [...many(count, attr(1, [])), ...attr(2, unknown(count))])]),
}

describe.each(Object.entries(messages))('%s', (_, make) => {
  it.each([
    ['decoded with remarks', (bytes: Uint8Array) => decodeMessage(bytes, [])],
    ['as a hexdump', hexdump],
  ])('%s', (_name, work) => {
    const [once, twice] = [make(300), make(600)].map(bytes => reads(() => work(bytes)))
    expect((twice ?? 0) / (once ?? 0)).toBeLessThan(2.1)
  })
})
