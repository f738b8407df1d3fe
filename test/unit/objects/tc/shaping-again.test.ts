// What was read of a shaper and goes back with another rate: its bursts stay as many bytes as they were.
import { expect, test } from 'vitest'
import { decodeMessage, request, tickSize } from '../../../../src/codec.js'

type Dict = Record<string, unknown>
type Parms = { readonly parms: Readonly<Record<'buffer' | 'cbuffer' | 'mtu', number>> }

const optionsOf = (made: { readonly bytes: Uint8Array }): Dict =>
  (decodeMessage(made.bytes).attrs as { options: Dict }).options
/** A dump has neither tables nor bursts in bytes. */
const asDumped = ({ rtab: _r, ctab: _c, ptab: _p, burst: _b, pburst: _q, ...rest }: Dict): Dict => rest

test('of an htb class', () => {
  const shape = (options: object) =>
    optionsOf(request.class.add({ dev: 5, parent: '1:', handle: '1:1', options: { kind: 'htb', ...options } } as never))
  const read = asDumped(shape({ rate: 125_000, ceil: 250_000, burst: 20_000, cburst: 30_000 }))
  const changed = shape({ ...read, rate: 500_000, ceil: 1_000_000 }) as unknown as Parms
  expect(tickSize(changed.parms.buffer, 500_000)).toBe(20_000)
  expect(tickSize(changed.parms.cbuffer, 1_000_000)).toBe(30_000)
  expect(changed).toMatchObject({ parms: { rate: { rate: 500_000 }, ceil: { rate: 1_000_000 } } })
})

test('of a tbf with a peak rate', () => {
  const shape = (options: object) =>
    optionsOf(request.qdisc.add({ dev: 5, options: { kind: 'tbf', ...options } } as never))
  const read = asDumped(shape({ rate: 125_000, burst: 20_000, limit: 90_000, peakrate: 250_000, mtu: 1600 }))
  const changed = shape({ ...read, peakrate: 500_000 }) as unknown as Parms
  expect(tickSize(changed.parms.mtu, 500_000)).toBe(1600)
  expect(tickSize(changed.parms.buffer, 125_000)).toBe(20_000)
  expect(changed).toMatchObject({ parms: { limit: 90_000, rate: { rate: 125_000 }, peakrate: { rate: 500_000 } } })
})

test('of a policer', () => {
  const shape = (options: object): Dict => {
    const { bytes } = request.action.add({ options: { kind: 'police', ...options } } as never)
    return (decodeMessage(bytes).attrs as { tab: { options: Dict }[] }).tab[0]?.options ?? {}
  }
  const read = shape({ rate: 125_000, burst: 20_000, peakrate: 250_000, mtu: 1600, pktrate: 100, pktburst: 30 })
  const { rate: _r, peakrate: _p, ...dumped } = read
  const changed = shape({ ...dumped, rate: 500_000 }) as { tbf: { burst: number; mtu: number; action: unknown } }
  expect(tickSize(changed.tbf.burst, 500_000)).toBe(20_000)
  expect(changed.tbf).toMatchObject({ mtu: 1600, rate: { rate: 500_000 }, peakrate: { rate: 250_000 } })
  expect(shape({ ...dumped, pktrate: 200 })).toMatchObject({ pktrate64: 200n })
})

test('of an htb class that had more than 32 bits', () => {
  const shape = (options: object) =>
    optionsOf(request.class.set({ dev: 5, handle: '1:1', options: { kind: 'htb', ...options } } as never))
  const read = asDumped(shape({ rate: 5_000_000_000, ceil: 6_000_000_000 })) as Dict & { parms: { rate: object } }
  expect(asDumped(shape(read))).toEqual(read)
  const parms = { ...read.parms, rate: { ...read.parms.rate, rate: 9000 } }
  // The kernel takes the larger of both.
  for (const more of [{}, { prio: 3 }]) {
    const changed = shape({ ...read, parms, ...more })
    expect(changed).toMatchObject({ parms: { rate: { rate: 9000 } }, ceil64: 6_000_000_000n })
    expect(changed).not.toHaveProperty('rate64')
  }
})
