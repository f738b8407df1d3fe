// Dumps of shared actions of every kind, some of which packets have met, beside what `tc -s -d -j` says of the same.
import { describe, expect, test } from 'vitest'
import { type Action, decodeActions } from '../../src/codec.js'
import { actionShown } from '../support/samples/action-shown.js'
import { type DumpVector, dumpMessages, vectorFile } from '../support/vector-bytes.js'

type Dict = Readonly<Record<string, unknown>>

const dumps = vectorFile<DumpVector[]>('dumps/action.json')
/** Links of every setup (capture.py). */
const links = new Map([
  [10, 'v0'],
  [11, 'v1'],
  [12, 'br0'],
  [13, 'ifb0'],
])

const actionsOf = (dump: DumpVector): Action[] => dumpMessages(dump).flatMap(bytes => decodeActions(bytes.subarray(16)))
const rowsOf = (dump: DumpVector): Dict[] =>
  Object.values(dump.json).flatMap(output => output.flatMap(row => (row['actions'] ?? []) as Dict[]))

const TIMES = ['installed', 'last_used', 'first_used']
const timeless = (row: Dict): Dict => Object.fromEntries(Object.entries(row).filter(([key]) => !TIMES.includes(key)))

describe('what the kernel sends of actions', () => {
  test.each(dumps.map(each => [each.dump, each] as const))('%s: every field is what tc shows', (kind, each) => {
    const actions = actionsOf(each)
    expect(actions.map(action => action.kind)).toEqual(actions.map(() => kind))
    const ours = actions.map(action => actionShown(action, links))
    const theirs = rowsOf(each).map(({ order: _, ...row }) => row)
    expect(ours.map(timeless)).toEqual(theirs.map(timeless))
    // tc was asked first, by a second or two.
    for (const time of TIMES)
      for (const [at, row] of theirs.entries()) {
        const later = Number(ours[at]?.[time] ?? 0) - Number(row[time] ?? 0)
        expect(later).toBeGreaterThanOrEqual(0)
        expect(later).toBeLessThan(5)
      }
  })

  test('is of all 19 kinds, and some have met packets', () => {
    expect(dumps).toHaveLength(19)
    const counted = dumps.flatMap(actionsOf).filter(({ stats }) => (stats?.basic?.packets ?? 0) > 0)
    expect(counted.length).toBeGreaterThan(3)
    expect(counted.every(({ stats }) => (stats?.basic?.bytes ?? 0n) > 0n)).toBe(true)
  })
})
