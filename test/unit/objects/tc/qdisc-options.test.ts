// What a qdisc that was read needs before the kernel takes it again.
import { describe, expect, it, test } from 'vitest'
import { decodeMessage, redOptions, request } from '../../../../src/codec.js'
import { idleTable } from '../../../../src/objects/tc/codecs/red.js'
import { writableQdisc } from '../../../../src/objects/tc/qdisc/options.js'

const options = (given: object): unknown => writableQdisc({ options: given })['options']

describe('writableQdisc', () => {
  it('gives red and choke a table of idle times, and red its flags once', () => {
    const { parms, maxP } = redOptions({ limit: 400_000, avpkt: 1000, flags: 3 })
    const stab = idleTable(parms.scellLog)
    expect(options({ kind: 'choke', parms, maxP })).toEqual({ kind: 'choke', parms, maxP, stab })
    expect(options({ kind: 'red', parms, maxP })).toEqual({ kind: 'red', parms, maxP, stab })
    const flags = { value: 3, selector: 15 }
    expect(options({ kind: 'red', parms, flags })).toEqual({ kind: 'red', parms: { ...parms, flags: 0 }, flags, stab })
    const own = { kind: 'red', parms, stab: new Uint8Array(256) }
    expect(options(own)).toEqual(own)
  })

  it('gives red the flags that its struct does not take in their own attribute', () => {
    const { parms, stab } = redOptions({ limit: 400_000, avpkt: 1000 })
    const red = (flags: unknown) => options({ kind: 'red', parms: { ...parms, flags }, stab })
    for (const given of [9, ['nodrop', 'ecn']])
      expect(red(given)).toEqual({
        kind: 'red',
        parms: { ...parms, flags: 0 },
        stab,
        flags: { value: 9, selector: 15 },
      })
    for (const given of [0x81, ['ecn'], ['nodrop', 'nothing'], 'x'])
      expect(red(given)).toEqual({ kind: 'red', parms: { ...parms, flags: given }, stab })
  })

  test.each([
    ['gred', { parms: [{ limit: 5 }], maxP: [1], dps: { dps: 2 } }, { dps: { dps: 2 } }],
    ['gred', { parms: [{ limit: 5 }], maxP: [1], stab: 'x' }, { parms: [{ limit: 5 }], maxP: [1], stab: 'x' }],
    ['mqprio', { numTc: 1, hw: 'none', tcEntry: [{ index: 0, fp: 'express' }] }, { numTc: 1, hw: 'none' }],
    ['mqprio', { hw: 'tcs', tcEntry: [{ fp: 'express' }] }, { hw: 'tcs', tcEntry: [{ fp: 'express' }] }],
    ['mqprio', { hw: 0, tcEntry: [{ fp: 'preemptible' }] }, { hw: 0, tcEntry: [{ fp: 'preemptible' }] }],
    ['taprio', { flags: 1, adminSched: { schedBaseTime: 5n } }, { flags: 1, schedBaseTime: 5n }],
    ['pfifo', { limit: 1 }, { limit: 1 }],
    ['netem', { limit: 5, gap: 0, reorder: { probability: 9 } }, { limit: 5, gap: 1, reorder: { probability: 9 } }],
    ['netem', { limit: 5, gap: 0, reorder: { probability: 0 } }, { limit: 5, gap: 0, reorder: { probability: 0 } }],
    ['cake', { rtt: 200_000, target: 3 }, { rtt: 200_000, target: 3 }],
    ['ets', { nbands: 5, nstrict: 2 }, { nbands: 5, nstrict: 2 }],
    ['ets', {}, {}],
  ])('makes of %s (%#) what it takes', (kind, given, written) => {
    expect(options({ kind, ...given })).toEqual({ kind, ...written })
  })

  it('gives one that is made the options that it is not made without', () => {
    expect(writableQdisc({ kind: 'htb' }, true)).toEqual({ kind: 'htb', options: { kind: 'htb' } })
    expect(writableQdisc({ kind: 'htb' })).toEqual({ kind: 'htb' })
    expect(writableQdisc({ kind: 'fq' }, true)).toEqual({ kind: 'fq' })
  })

  it('sends no options of a queue without a limit, but refuses what belongs to another', () => {
    for (const kind of ['pfifo', 'pfifo_fast', 'sfq'])
      expect(writableQdisc({ options: { kind, limit: undefined } })).toEqual({ kind })
    expect(options({ kind: 'pfifo', limt: 5 })).toEqual({ kind: 'pfifo', limt: 5 })
    expect(() => request.qdisc.add({ dev: 1, kind: 'red', options: { kind: 'pfifo' } })).toThrow('contradicts')
  })

  it('leaves what is no object to the encoder', () => {
    expect(writableQdisc({ options: 5, stab: 'x' })).toEqual({ options: 5, stab: 'x' })
    expect(options({ kind: 'red', parms: 5 })).toEqual({ kind: 'red', parms: 5 })
  })
})

it('stands between a spec and its message', () => {
  const made = request.qdisc.add({ dev: 1, options: { kind: 'htb', init: { defcls: 0x10 } } })
  expect(decodeMessage(made.bytes).attrs).toMatchObject({ options: { init: { version: 3, defcls: 0x10 } } })
})
