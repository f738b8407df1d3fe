// What the verbs of qdiscs ask of the kernel, step by step, without one.
import { describe, expect, it } from 'vitest'
import { type Message, NetlinkError, type Qdisc } from '../../../../src/codec.js'
import { RTM_DELQDISC, RTM_GETQDISC, RTM_NEWQDISC } from '../../../../src/constants.js'
import {
  deleteQdisc,
  getQdisc,
  replaceAndGetQdisc,
  replaceQdisc,
  setQdisc,
} from '../../../../src/objects/tc/qdisc/operations.js'
import { drive } from '../../../support/drive.js'

const error = (code: string): NetlinkError => new NetlinkError({ reason: 'kernel', code, detail: 'no' })
const now: Qdisc = {
  ifindex: 7,
  handle: 0x10000,
  parent: 0xffff_ffff,
  info: 2,
  kind: 'fq_codel',
  options: { kind: 'fq_codel', limit: 100, flows: 64, target: 4999 },
}
const optionsOf = (message: Message | undefined): unknown =>
  (message?.attrs as { options?: unknown } | undefined)?.options

describe('set', () => {
  it('sends a few fields as they are', () => {
    const { sent } = drive(setQdisc({ dev: 7, options: { kind: 'fq_codel', flows: 64 } }), undefined)
    expect(sent).toMatchObject([{ type: RTM_NEWQDISC, attrs: { options: { kind: 'fq_codel', flows: 64 } } }])
  })

  it('sends what differs of one that was read: fq_codel refuses its flows, and codel rounds its times again', () => {
    const spec = { ...now, options: { ...now.options, kind: 'fq_codel', limit: 5 } } as const
    const { sent } = drive(setQdisc(spec), now, undefined)
    expect(sent.map(({ type }) => type)).toEqual([RTM_GETQDISC, RTM_NEWQDISC])
    expect(optionsOf(sent[1])).toEqual({ kind: 'fq_codel', limit: 5 })
  })

  it('sends no options when none differ, but the size table, which the kernel would drop', () => {
    const stab = { base: { cellLog: 0, sizeLog: 0, cellAlign: 0, overhead: 4, linklayer: 1, mpu: 0, mtu: 0, tsize: 0 } }
    const { sent } = drive(setQdisc({ ...now, stab }), { ...now, stab }, undefined)
    expect(optionsOf(sent[1])).toBeUndefined()
    expect(sent[1]?.attrs).toMatchObject({ kind: 'fq_codel', stab: { base: { overhead: 4 } } })
  })

  it('takes what htb has counted meanwhile for no change, which it would refuse', () => {
    const htb = (directPkts: number) =>
      ({
        ...now,
        kind: 'htb',
        options: { kind: 'htb', init: { version: 3, rate2quantum: 10, defcls: 1, debug: 0, directPkts } },
      }) as Qdisc
    const { sent } = drive(replaceQdisc(htb(0)), htb(3), undefined)
    expect(sent.map(({ type }) => type)).toEqual([RTM_GETQDISC, RTM_NEWQDISC])
    expect(optionsOf(sent[1])).toBeUndefined()
  })

  it('sends all options of kinds that are changed as a whole', () => {
    const tbf = { kind: 'sfb', parms: { limit: 5, max: 6 } } as never
    const { sent } = drive(
      setQdisc({ ...now, kind: 'sfb', options: tbf }),
      { ...now, kind: 'sfb', options: { kind: 'sfb' } },
      undefined,
    )
    expect(optionsOf(sent[1])).toMatchObject({ parms: { limit: 5, max: 6 } })
  })
})

describe('set of one of two fields that say the same', () => {
  const tbf = { parms: { rate: { rate: 0xffff_ffff }, limit: 5 }, rate64: 5_000_000_000n }
  const red = { parms: { limit: 5, flags: 1 }, flags: { value: 1, selector: 15 }, maxP: 0, stab: new Uint8Array(256) }
  const netem = { latency: 78_125, jitter: 1, latency64: 5_000_000n, jitter64: 64n, limit: 1000 }
  const wideNetem = { ...netem, rate: { rate: 0xffff_ffff }, rate64: 5_000_000_000n }
  const slow = { rate: 9000 }
  it.each<[string, object, object, object, readonly string[]]>([
    ['netem', netem, { latency: 9 }, { latency: 9, jitter64: 64n }, ['latency64']],
    ['netem', netem, { latency64: 9n }, { latency64: 9n }, []],
    ['netem', netem, { latency: 9, latency64: 9n }, { latency: 9, latency64: 9n }, []],
    ['netem', netem, { latency: undefined }, { latency64: 5_000_000n }, []],
    ['netem', netem, { jitter: 9 }, { jitter: 9, latency64: 5_000_000n }, ['jitter64']],
    ['netem', wideNetem, { rate: slow }, { rate: slow }, ['rate64']],
    ['netem', wideNetem, { rate64: 9000n }, { rate: { rate: 0 }, rate64: 9000n }, []],
    ['tbf', tbf, { parms: { rate: slow, limit: 5 } }, { parms: { rate: slow } }, ['rate64']],
    ['tbf', tbf, { parms: { ...tbf.parms, limit: 6 } }, { parms: { ...tbf.parms, limit: 6 }, rate64: tbf.rate64 }, []],
    ['red', red, { parms: { limit: 5, flags: 0 } }, { parms: { limit: 5, flags: 0 } }, ['flags']],
    [
      'red',
      red,
      { parms: { limit: 5, flags: ['nodrop'] } },
      { parms: { flags: 0 }, flags: { value: 8, selector: 15 } },
      [],
    ],
    ['red', red, { flags: { value: 2, selector: 15 } }, { parms: { flags: 0 }, flags: { value: 2, selector: 15 } }, []],
  ])('sends the one of %s that differs (%#)', (kind, read, changed, written, deleted) => {
    const here = { ...now, kind, options: { kind, ...read } } as Qdisc
    const spec = { ...here, options: { ...here.options, ...changed } } as Qdisc
    const { sent } = drive(setQdisc(spec), here, undefined)
    expect(optionsOf(sent[1])).toMatchObject(written)
    for (const key of deleted) expect(optionsOf(sent[1])).not.toHaveProperty(key)
  })
})

describe('replace', () => {
  it.each([
    ['nothing is there', error('ENOENT')],
    ['another handle is there', error('EINVAL')],
    ['another qdisc is there', { ...now, handle: 0x20000 }],
    ['another kind is there', { ...now, kind: 'pfifo', options: { kind: 'pfifo', limit: 3 } }],
  ])('sends all of one that was read when %s', (_, answer) => {
    const { sent } = drive(replaceQdisc(now), answer, undefined)
    expect(optionsOf(sent[1])).toEqual(now.options)
  })

  it('sends what differs when it is still there', () => {
    const { sent, result } = drive(replaceAndGetQdisc(now), now, now)
    expect(optionsOf(sent[1])).toBeUndefined()
    expect(result).toBe(now)
  })

  it('ends with other errors of the look', () => {
    expect(() => drive(replaceQdisc(now), error('ENODEV'))).toThrow('ENODEV')
  })
})

describe('a place by handle alone', () => {
  const ref = { dev: 7, handle: '10:' }
  const leaf = { ...now, handle: 0x100000, parent: 0x10001 }
  const steps = (sent: readonly Message[]) =>
    sent.map(({ type, header }) => [type, (header as { parent?: number } | undefined)?.parent])

  it('is kept by replace, whose answer names it', () => {
    const { sent, result } = drive(replaceAndGetQdisc({ ...ref, kind: 'pfifo' }), leaf, { ...leaf, parent: 0 }, [leaf])
    expect(steps(sent).slice(0, 2)).toEqual([
      [RTM_GETQDISC, 0],
      [RTM_NEWQDISC, 0],
    ])
    expect(result.parent).toBe(0x10001)
  })

  it('is the root where nothing is there, and not asked for where there is a parent', () => {
    expect(steps(drive(replaceQdisc({ ...ref, kind: 'pfifo' }), error('ENOENT'), undefined).sent)).toEqual([
      [RTM_GETQDISC, 0],
      [RTM_NEWQDISC, 0xffff_ffff],
    ])
    const { sent } = drive(replaceQdisc({ ...ref, parent: '1:1', kind: 'pfifo' }), undefined)
    expect(steps(sent)).toEqual([[RTM_NEWQDISC, 0x10001]])
  })

  it('is looked up by a delete when it is not the root', () => {
    expect(steps(drive(deleteQdisc(ref), undefined).sent)).toEqual([[RTM_DELQDISC, 0xffff_ffff]])
    expect(steps(drive(deleteQdisc(ref), error('EINVAL'), leaf, undefined).sent)).toEqual([
      [RTM_DELQDISC, 0xffff_ffff],
      [RTM_GETQDISC, 0],
      [RTM_DELQDISC, 0x10001],
    ])
    for (const given of [{ dev: 7 }, { ...ref, parent: '1:1' }])
      expect(() => drive(deleteQdisc(given), error('EINVAL'))).toThrow('EINVAL')
    expect(() => drive(deleteQdisc(ref), error('ENOENT'))).toThrow('ENOENT')
  })
})

describe('get', () => {
  it('finds none where the kernel says nothing', () => {
    expect(() => drive(getQdisc({ dev: 7, parent: 'root' }), undefined)).toThrow(
      'qdisc get dev=7 parent=root: ENOENT: none that the kernel shows',
    )
  })

  it('takes the answer that names the parent', () => {
    expect(drive(getQdisc({ dev: 7 }), now).result).toBe(now)
  })

  it('looks for the parent in a dump when it was asked by handle', () => {
    const { sent, result } = drive(getQdisc({ dev: 7, handle: '1:' }), { ...now, parent: 0 }, [
      { ...now, handle: 3 },
      now,
    ])
    expect(sent.map(({ type }) => type)).toEqual([RTM_GETQDISC, RTM_GETQDISC])
    expect(result).toEqual(now)
    expect(drive(getQdisc({ dev: 7, handle: '1:' }), { ...now, parent: 0 }, []).result.parent).toBe(0)
  })
})
