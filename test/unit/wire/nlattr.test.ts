import { expect, test } from 'vitest'
import { attributes } from '../../../src/wire/nlattr.js'
import { attr, u32 } from '../../support/vector-build.js'

const raw = (...parts: readonly (readonly number[])[]) =>
  [...attributes(Uint8Array.from(parts.flat()))].map(({ type, offset, data }) => [type, offset, ...data])

test('adv-07, adv-08: what is left behind a broken nla_len is one entry of type −1', () => {
  const first = attr(1, [7])
  expect(raw(first, attr(2, [9], 99))).toEqual([
    [1, 0, 7],
    [-1, 8, ...attr(2, [9], 99)],
  ])
  for (const length of [0, 1, 3]) expect(raw(first, attr(2, [9], length), first)[1]?.slice(0, 2)).toEqual([-1, 8])
  // One byte more than is there.
  expect(raw(attr(2, u32(5), 9))).toEqual([[-1, 0, ...attr(2, u32(5), 9)]])
})

test('adv-10, adv-11: the last may lack its padding, and up to 3 bytes behind it are skipped', () => {
  expect(raw([5, 0, 1, 0, 7])).toEqual([[1, 0, 7]])
  for (const rest of [[0], [0, 0], [4, 0, 1]]) expect(raw(attr(1, [7]), rest)).toEqual([[1, 0, 7]])
})
