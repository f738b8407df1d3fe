// Rates, bursts, tables of sizes and estimators as a request says them: what the kernel and `tc` make of them, and that what was read
// can be written.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { request } from '../../../../src/codec.js'
import {
  type Class,
  estimator,
  openSync,
  type Qdisc,
  type QdiscSpec,
  rate,
  size,
  tickSize,
  time,
} from '../../../../src/index.js'
import { run, tcShow } from '../../../support/iproute2/iproute.js'
import { tcPrinted } from '../../../support/iproute2/tc-monitor.js'
import { uncounted } from '../../../support/samples/qdisc-stats.js'

const dev = 'q0'

beforeEach(() => {
  using rt = openSync()
  for (const name of [dev, 'q1']) rt.link.add({ name, up: true, info: { kind: 'ifb' } })
})
afterEach(() => {
  using rt = openSync()
  for (const name of [dev, 'q1']) rt.link.delete(name)
})

/** What tc shows, without what it counts: the kernel may send a packet of its own (MLD) at any time. */
const output = (what: string): Record<string, unknown> => uncountedRow(tcShow(what)[0] ?? {})

function uncountedRow(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const counted = new Set(['bytes', 'packets', 'drops', 'overlimits', 'requeues', 'backlog', 'qlen', 'stats'])
  return Object.fromEntries(Object.entries(row).filter(([key]) => !counted.has(key)))
}
/** What is left of an object when counters and the like are gone. */
const settings = (read: Partial<Qdisc> | Partial<Class>) => {
  const { kind, handle, options, stab } = read as Partial<Qdisc>
  return { kind, handle, options: uncounted(options), stab }
}

interface Case {
  readonly about: string
  readonly options: NonNullable<QdiscSpec['options']>
  /** The same in the words of `tc`. */
  readonly words: string
  /** What `tc` prints of it. */
  readonly printed: string
}

const buckets: readonly Case[] = [
  {
    about: 'a rate, a burst and a latency',
    options: { kind: 'tbf', rate: rate('1mbit'), burst: size('10kb'), latency: time('50ms') },
    words: 'rate 1mbit burst 10kb latency 50ms',
    printed: 'rate 1Mbit burst 10Kb/8 mpu 0b lat 50ms linklayer ethernet',
  },
  {
    about: 'a limit, a peak rate and frames in cells',
    options: {
      kind: 'tbf',
      rate: rate('8mbit'),
      burst: size('20kb'),
      limit: size('100kb'),
      peakrate: rate('16mbit'),
      mtu: 1600,
      overhead: 14,
      mpu: 64,
      linklayer: 'atm',
    },
    words: 'rate 8mbit burst 20kb limit 100kb peakrate 16mbit mtu 1600 overhead 14 mpu 64 linklayer atm',
    printed: 'rate 8Mbit burst 20Kb/8 mpu 64b peakrate 16Mbit mtu 1600b/8 mpu 64b lat 81.9ms overhead 14 linklayer atm',
  },
  {
    about: 'a rate beyond 32 bits',
    options: { kind: 'tbf', rate: rate('40gbit'), burst: size('1mb'), limit: size('4mb') },
    words: 'rate 40gbit burst 1mb limit 4mb',
    printed: 'rate 40Gbit burst 1Mb/8 mpu 0b lat 629us linklayer ethernet',
  },
]

describe('a token bucket', () => {
  it.each(buckets)('with $about is what tc makes of the same words', ({ options, words }) => {
    using rt = openSync()
    rt.qdisc.add({ dev, handle: '1:', options })
    run(`tc qdisc add dev q1 root handle 1: tbf ${words}`)
    const [mine, theirs] = [rt.qdisc.get({ dev }), rt.qdisc.get({ dev: 'q1' })]
    expect(settings(mine)).toEqual(settings(theirs))
    expect(output(`qdisc show dev ${dev}`)).toEqual(output('qdisc show dev q1'))
  })

  it.each(buckets)('with $about is written as it was read', ({ options }) => {
    using rt = openSync()
    const { ifindex: _, ...read } = rt.qdisc.addAndGet({ dev, handle: '1:', options })
    rt.qdisc.set({ dev, ...read })
    rt.qdisc.add({ dev: 'q1', ...read })
    expect(settings(rt.qdisc.get({ dev }))).toEqual(settings(read))
    expect(settings(rt.qdisc.get({ dev: 'q1' }))).toEqual(settings(read))
  })

  it('of cells keeps its burst when its rate changes, again and again', () => {
    using rt = openSync()
    rt.qdisc.add({ dev, handle: '1:', options: buckets[1]?.options })
    const before = rt.qdisc.get({ dev })
    for (const next of ['9mbit', '10mbit', '8mbit']) {
      const { options, ...read } = rt.qdisc.get({ dev })
      if (options?.kind !== 'tbf') throw new Error(`a ${read.kind}`)
      rt.qdisc.set({ ...read, options: { ...options, rate: rate(next) } })
    }
    expect(settings(rt.qdisc.get({ dev }))).toEqual(settings(before))
  })

  it('is changed in one part', () => {
    using rt = openSync()
    const read = rt.qdisc.addAndGet({ dev, handle: '1:', options: buckets[0]?.options })
    if (read.options?.kind !== 'tbf') throw new Error(`a ${read.kind}`)
    rt.qdisc.set({ ...read, options: { ...read.options, rate: rate('2mbit') } })
    const { options } = rt.qdisc.get({ dev })
    if (options?.kind !== 'tbf') throw new Error(`a ${read.kind}`)
    expect(options.parms?.rate.rate).toBe(250_000)
    expect(options.parms?.limit).toBe(16_490)
    expect(tickSize(options.parms?.buffer ?? 0, 250_000)).toBe(10_240)
    expect(output(`qdisc show dev ${dev}`)).toMatchObject({ options: { rate: 250_000, burst: '10Kb/1' } })
  })
})

describe('htb', () => {
  const classes = [
    ['1:1', { rate: rate('10mbit') }, 'rate 10mbit'],
    [
      '1:2',
      { rate: rate('8mbit'), ceil: rate('16mbit'), burst: size('15k'), cburst: size('20k'), prio: 3, quantum: 3000 },
      'rate 8mbit ceil 16mbit burst 15k cburst 20k prio 3 quantum 3000',
    ],
    ['1:3', { rate: rate('40gbit'), ceil: rate('80gbit') }, 'rate 40gbit ceil 80gbit'],
    [
      '1:4',
      { rate: rate('5mbit'), mtu: 9000, mpu: 64, overhead: 24, linklayer: 'atm' },
      'rate 5mbit mtu 9000 mpu 64 overhead 24 linklayer atm',
    ],
  ] as const

  it('has classes that are those of tc, and are written as they were read', () => {
    using rt = openSync()
    rt.qdisc.add({ dev, handle: '1:', options: { kind: 'htb', defcls: 0x10, rate2quantum: 20 } })
    run('tc qdisc add dev q1 root handle 1: htb default 10 r2q 20')
    for (const [handle, options, words] of classes) {
      const made = rt.class.addAndGet({ dev, parent: '1:', handle, options: { kind: 'htb', ...options } })
      run(`tc class add dev q1 parent 1: classid ${handle} htb ${words}`)
      expect(settings(made)).toEqual(settings(rt.class.get({ dev: 'q1', handle })))
      rt.class.set(made)
      expect(settings(rt.class.get({ dev, handle }))).toEqual(settings(made))
    }
    expect(tcShow(`class show dev ${dev}`).map(uncountedRow)).toEqual(tcShow('class show dev q1').map(uncountedRow))
    const { ifindex: _, ...read } = rt.qdisc.get({ dev })
    rt.qdisc.replace({ dev: 'q1', ...read, handle: '2:' })
    expect(settings(rt.qdisc.get({ dev: 'q1' }))).toEqual({ ...settings(read), handle: 0x20000 })
    for (const { ifindex: _i, ...each } of rt.class.list({ dev })) {
      rt.class.add({ dev: 'q1', ...each, handle: 0x20000 + (each.handle & 0xffff), parent: '2:' })
    }
    expect(rt.class.list({ dev: 'q1' })).toHaveLength(classes.length)
  })
})

it('a rate of more than 32 bits goes down by the 32 bits of a struct', () => {
  using rt = openSync()
  const wide = { rate: rate('40gbit'), burst: size('1mb'), limit: size('4mb') }
  const tbf = rt.qdisc.addAndGet({ dev, options: { kind: 'tbf', ...wide } })
  if (tbf.options?.kind !== 'tbf' || tbf.options.parms === undefined) return expect.fail('no tbf')
  const { parms } = tbf.options
  expect(tbf.options.rate64).toBe(5_000_000_000n)
  rt.qdisc.set({ ...tbf, options: { ...tbf.options, parms: { ...parms, rate: { ...parms.rate, rate: 125_000 } } } })
  expect(rt.qdisc.get({ dev }).options).toMatchObject({ parms: { rate: { rate: 125_000 } } })
  rt.qdisc.add({ dev: 'q1', handle: '1:', kind: 'htb' })
  const ref = { dev: 'q1', parent: '1:', handle: '1:1' }
  const made = rt.class.addAndGet({ ...ref, options: { kind: 'htb', rate: rate('40gbit') } })
  if (made.options?.kind !== 'htb' || made.options.parms === undefined) return expect.fail('no htb')
  const was = made.options.parms
  expect(made.options).toMatchObject({ rate64: 5_000_000_000n, ceil64: 5_000_000_000n })
  rt.class.set({ ...made, options: { ...made.options, parms: { ...was, rate: { ...was.rate, rate: 125_000 } } } })
  const { options } = rt.class.get(ref)
  expect(options).toMatchObject({ parms: { rate: { rate: 125_000 } }, ceil64: 5_000_000_000n })
  expect(options).not.toHaveProperty('rate64')
})

describe('a qdisc of any kind', () => {
  it('has a table of sizes, which is written as it was read', () => {
    using rt = openSync()
    const made = rt.qdisc.addAndGet({
      dev,
      handle: '1:',
      stab: { linklayer: 'atm', overhead: 10, mpu: 53 },
      options: { kind: 'pfifo', limit: 5 },
    })
    run('tc qdisc add dev q1 root handle 1: stab linklayer atm overhead 10 mpu 53 pfifo limit 5')
    expect(settings(made)).toEqual(settings(rt.qdisc.get({ dev: 'q1' })))
    expect(output(`qdisc show dev ${dev}`)['stab']).toEqual(output('qdisc show dev q1')['stab'])
    const { ifindex: _, ...read } = made
    rt.qdisc.replace({ dev: 'q1', ...read, handle: '3:' })
    expect(rt.qdisc.get({ dev: 'q1' }).stab).toEqual(made.stab)
  })

  it('has an estimator', () => {
    using rt = openSync()
    rt.qdisc.add({ dev, rate: estimator(time('1s'), time('8s')), options: { kind: 'pfifo', limit: 5 } })
    expect(rt.qdisc.get({ dev }).stats2).toMatchObject({ rateEst: { bps: 0, pps: 0 } })
    expect(run(`tc -s qdisc show dev ${dev}`)).toContain('rate 0bit 0pps')
  })
})

/** `tc` as the decoder of what we encode: a request in a file of events. */
describe('tc monitor prints', () => {
  it.each(buckets)('a token bucket with $about', ({ options, printed }) => {
    using rt = openSync()
    const made = request.qdisc.add({ dev: rt.link.get(dev).index, handle: '1:', options })
    expect(tcPrinted(made)).toBe(`added qdisc tbf 1: dev ${dev} root refcnt 0 ${printed}`)
  })

  it('a class, and a kind that the running kernel may lack', () => {
    using rt = openSync()
    const { index } = rt.link.get(dev)
    const options = { kind: 'htb', rate: rate('8mbit'), ceil: rate('16mbit'), burst: size('15k'), prio: 3 } as const
    const line = tcPrinted(request.class.add({ dev: index, parent: '1:', handle: '1:10', options }))
    expect(line).toContain('class htb 1:10 ')
    expect(line).toContain('parent 1: ')
    expect(line).toMatch(/prio 3 quantum 0 rate 8Mbit ceil 16Mbit linklayer ethernet burst 15Kb\/8/)
    const made = request.qdisc.add({ dev: index, handle: '7:', options: { kind: 'fq_codel', limit: 77, target: 3000 } })
    expect(tcPrinted(made)).toBe('added qdisc fq_codel 7: dev q0 root refcnt 0 limit 77p target 3ms')
  })
})
