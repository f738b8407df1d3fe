// Tables against those that tc sent (test/vectors/requests/tc-qdisc.json).
import { describe, expect, it, test } from 'vitest'
import { decodeMessage } from '../../../../src/codec.js'
import { chokeOptions, idleTable, redOptions } from '../../../../src/objects/tc/codecs/red.js'
import { fromHex, requestVectors } from '../../../support/vector-bytes.js'

const vectors = requestVectors().get('tc-qdisc') ?? []

function sent(command: string): Record<string, unknown> {
  const vector = vectors.find(one => one.command === command)
  if (vector === undefined) throw new Error(`no vector ${command}`)
  return decodeMessage(fromHex(vector.hex)).attrs as Record<string, unknown>
}

describe('redOptions', () => {
  test.each([
    [
      'red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 bandwidth 10mbit probability 0.5',
      { limit: 400_000, min: 30_000, max: 90_000, avpkt: 1000, burst: 55, probability: 0.5 },
    ],
    [
      'red limit 1mb min 64kb max 192kb avpkt 1500 ecn nodrop probability 0.25',
      { limit: 1_048_576, min: 65_536, max: 196_608, avpkt: 1500, probability: 0.25 },
    ],
    [
      'red limit 400000 min 30000 max 90000 avpkt 1000 qevent early_drop block 10 qevent mark block 11',
      { limit: 400_000, min: 30_000, max: 90_000, avpkt: 1000 },
    ],
    ['red limit 400000 avpkt 1000 min 10000', { limit: 400_000, avpkt: 1000, min: 10_000 }],
    ['red limit 400000 avpkt 1000 max 60000', { limit: 400_000, avpkt: 1000, max: 60_000 }],
    [
      'red limit 400000 avpkt 1000 min 0 max 50000',
      { limit: 400_000, avpkt: 1000, min: 0, max: 50_000, burst: 0, bandwidth: 0 },
    ],
  ])('are those of %s', (words, spec) => {
    expect(sent(`tc qdisc add dev v0 root ${words}`)['options']).toMatchObject(redOptions(spec))
  })

  it('guess what is not said as tc does, and name what does not fit', () => {
    expect(redOptions({ limit: 400_000, avpkt: 1000 }).parms).toMatchObject({ qthMin: 33_333, qthMax: 100_000 })
    expect(redOptions({ limit: 400_000, avpkt: 1000, min: 5000, max: 5000 }).parms.plog).toBe(0)
    expect(() => redOptions({ limit: 1, avpkt: 1000, min: 9000, max: 5000, burst: 30 })).toThrow('above min')
    expect(() => redOptions({ limit: 1, avpkt: 1000, min: 9, max: 5000, burst: 3 })).toThrow('burst of 3')
    expect(() => redOptions({ limit: 1, avpkt: 1000, min: 30_000, burst: 29 })).toThrow('burst of 29')
  })
})

test.each([
  ['choke limit 1000 bandwidth 10mbit', { limit: 1000, bandwidth: 1_250_000 }],
  [
    'choke limit 1000 bandwidth 10mbit min 83 max 250 burst 153 ecn probability 0.5 avpkt 1500',
    { limit: 1000, min: 83, max: 250, burst: 153, probability: 0.5, avpkt: 1500, flags: 1 },
  ],
])('chokeOptions are those of %s', (words, spec) => {
  expect(sent(`tc qdisc add dev v0 root ${words}`)['options']).toMatchObject(chokeOptions(spec))
})

it('idleTable is near the table that had the same scellLog', () => {
  const { parms, stab } = redOptions({ limit: 400_000, min: 30_000, max: 90_000, avpkt: 1000 })
  const guessed = idleTable(parms.scellLog)
  expect(guessed).toHaveLength(256)
  expect([guessed[0], guessed[255]]).toEqual([0, 31])
  for (const [slot, shift] of stab.entries())
    expect(Math.abs((guessed[slot] ?? 0) - shift)).toBeLessThanOrEqual(shift / 2 + 1)
})
