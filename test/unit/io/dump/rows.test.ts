import { expect, test } from 'vitest'
import { Rows } from '../../../../src/io/dump/rows.js'

test('gives its rows in order, whatever blocks they lie in, and is empty afterwards', () => {
  const rows = new Rows()
  for (const count of [0, 1, 16, 17, 5000, 3]) {
    const all = Array.from({ length: count }, (_, index) => index)
    for (const row of all) rows.push(row)
    expect(rows.length).toBe(count)
    expect(rows.take()).toEqual(all)
    expect(rows.length).toBe(0)
  }
})
