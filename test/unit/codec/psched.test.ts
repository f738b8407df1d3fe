// Tables against those that tc sent (test/vectors/requests/tc-qdisc.json).
import { describe, expect, it, test } from 'vitest'
import { idleTable, rateTable, redOptions, sizeData, sizeTable, transmitTicks } from '../../../src/codec/psched.js'
import { decodeMessage } from '../../../src/codec.js'
import { fromHex, requestVectors } from '../../support/vector-bytes.js'

const vectors = requestVectors().get('tc-qdisc') ?? []

function sent(command: string): Record<string, unknown> {
  const vector = vectors.find(one => one.command === command)
  if (vector === undefined) throw new Error(`no vector ${command}`)
  return decodeMessage(fromHex(vector.hex)).attrs as Record<string, unknown>
}

describe('transmitTicks', () => {
  test.each([
    [10_240, 125_000, 1_280_000],
    [1600, 2_000_000, 12_500],
    [1_048_576, 4_294_967_295n, 3815],
    [0, 1, 0],
  ])('of %d bytes at %d', (bytes, rate, ticks) => {
    expect(transmitTicks(bytes, rate)).toBe(ticks)
  })
})

describe('rateTable', () => {
  it('gives the tables of an htb class', () => {
    const command =
      'tc class add dev v0 parent 1: classid 1:3 htb rate 8mbit burst 15k/16 cburst 20k/32 mtu 9000 mpu 64 overhead 24 linklayer atm'
    const shape = { rate: 1_000_000, mpu: 64, linklayer: 'atm' } as const
    expect(sent(command)['options']).toMatchObject({
      rtab: rateTable({ ...shape, cellLog: 4 }),
      ctab: rateTable({ ...shape, cellLog: 5 }),
    })
  })

  it('takes the cell from the MTU', () => {
    const { options } = sent('tc class add dev v0 parent 1: classid 1:1 htb rate 10mbit')
    expect(options).toMatchObject({ rtab: rateTable({ rate: 1_250_000, mtu: 1600 }) })
  })

  it('counts rates over 32 bits, which tc cuts off for tbf', () => {
    const { options } = sent('tc qdisc add dev v0 root tbf rate 80gbit burst 2mb limit 4mb peakrate 100gbit mtu 64kb')
    const cut = rateTable({ rate: 0xffff_ffff, mtu: 65_536 })
    expect(options).toMatchObject({ rtab: cut, ptab: cut })
    const full = rateTable({ rate: 10_000_000_000n, mtu: 65_536 })
    expect(full).toHaveLength(256)
    expect(full.at(-1)).toBe(205)
  })
})

describe('sizeTable', () => {
  test.each([
    ['stab overhead 20 linklayer atm pfifo limit 10', { overhead: 20, linklayer: 'atm' }],
    [
      'stab mtu 9000 tsize 128 mpu 64 overhead -4 linklayer ethernet pfifo',
      { mtu: 9000, tsize: 128, mpu: 64, overhead: -4 },
    ],
    ['stab mtu 65536 tsize 1024 mpu 53 linklayer adsl pfifo', { mtu: 65_536, tsize: 1024, mpu: 53, linklayer: 'atm' }],
    ['stab overhead 38 pfifo', { overhead: 38, linklayer: 'unaware' }],
  ] as const)('is that of %s', (words, spec) => {
    expect(sent(`tc qdisc add dev v0 root ${words}`)['stab']).toEqual(sizeTable(spec))
  })

  it('can be had again from its base', () => {
    const { base, data } = sizeTable({ mtu: 65_536, tsize: 1024, mpu: 53, linklayer: 'atm' })
    expect(sizeData(base)).toEqual(data)
    expect(sizeData({ ...base, linklayer: 2 })).toEqual(data)
    expect(sizeData({})).toEqual([])
  })
})

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
  ])('are those of %s', (words, spec) => {
    expect(sent(`tc qdisc add dev v0 root ${words}`)['options']).toMatchObject(redOptions(spec))
  })

  it('guess what is not said as tc does, and name what does not fit', () => {
    expect(redOptions({ limit: 400_000, avpkt: 1000 }).parms).toMatchObject({ qthMin: 33_333, qthMax: 100_000 })
    expect(redOptions({ limit: 400_000, avpkt: 1000, min: 5000, max: 5000 }).parms.plog).toBe(0)
    expect(() => redOptions({ limit: 1, avpkt: 1000, min: 9000, max: 5000, burst: 30 })).toThrow('above min')
    expect(() => redOptions({ limit: 1, avpkt: 1000, min: 9, max: 5000, burst: 3 })).toThrow('burst of 3')
  })
})

it('idleTable is near the table that had the same scellLog', () => {
  const { parms, stab } = redOptions({ limit: 400_000, min: 30_000, max: 90_000, avpkt: 1000 })
  const guessed = idleTable(parms.scellLog)
  expect(guessed).toHaveLength(256)
  expect([guessed[0], guessed[255]]).toEqual([0, 31])
  for (const [slot, shift] of stab.entries())
    expect(Math.abs((guessed[slot] ?? 0) - shift)).toBeLessThanOrEqual(shift / 2 + 1)
})
