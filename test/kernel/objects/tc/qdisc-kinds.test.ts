// Every kind of qdisc: what we write, the kernel has, `tc` shows it, and a qdisc that was read can be written.
import { createSocket } from 'node:dgram'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import {
  type BlockingClient,
  type Class,
  NetlinkError,
  openSync,
  type Qdisc,
  redOptions,
} from '../../../../src/index.js'
import { run, tcShow } from '../../../support/iproute2/iproute.js'
import { requireQdisc, requireThat } from '../../../support/probe.js'
import { record } from '../../../support/record.js'
import { type ClassSample, type QdiscSample, samples } from '../../../support/samples/qdisc-kinds.js'
import { statsShown, uncounted } from '../../../support/samples/qdisc-stats.js'
import { unknownsOf } from '../../../support/vector-bytes.js'

const dev = 'q0'
const spare = 'q1'

beforeEach(() => {
  using rt = openSync()
  for (const name of [dev, spare]) {
    rt.link.add({ name, numTxQueues: 4, info: { kind: 'veth', peer: { name: `${name}-far` } } })
    rt.link.set(`${name}-far`, { up: true })
    rt.link.set(name, { up: true })
  }
  rt.addr.add({ dev, address: '192.0.2.1/24' })
  rt.neigh.add({ dev, dst: '192.0.2.2', lladdr: '02:00:00:00:00:02', state: ['permanent'] })
  try {
    run('modprobe sch_teql')
  } catch {
    // Only teql wants it.
  }
})
afterEach(() => {
  using rt = openSync()
  for (const name of [dev, spare]) rt.link.delete(name)
})

/** Makes the sample on a link, or skips the test with the kernel's reason. */
function make(context: TestContext, rt: BlockingClient, sample: QdiscSample, name = dev): Qdisc {
  requireQdisc(context, spare, sample.kind)
  try {
    rt.qdisc.add({ ...sample.spec, dev: name })
  } catch (error) {
    if (!NetlinkError.is(error)) throw error
    const lacks = error.code === 'EINVAL' || error.code === 'EOPNOTSUPP'
    requireThat(context, !(lacks && sample.needs !== undefined), `${error.message} (${sample.needs})`)
    throw error
  }
  return read(rt, name, sample)
}

/** What the kernel does not report goes, what it reports otherwise comes in. */
function expected(sample: QdiscSample | ClassSample, options: object, got: unknown): Record<string, unknown> {
  const out: Record<string, unknown> = { ...options, ...sample.reads }
  const maybe = 'maybe' in sample ? (sample.maybe ?? []) : []
  for (const [key, value] of Object.entries(out))
    if (value === undefined || (maybe.includes(key) && (got as Record<string, unknown>)[key] === undefined))
      delete out[key]
  return out
}

/** Reads by the place, not by the handle: the kernel answers with the parent that it is asked with. */
function read(rt: BlockingClient, name: string, { kind, spec }: QdiscSample): Qdisc {
  return rt.qdisc.get({ dev: name, parent: spec.handle === undefined ? kind : 'root' })
}

/** Reads once a schedule of taprio is in force: it waits for the end of the cycle of the one before (TCA_TAPRIO_ATTR_ADMIN_SCHED). */
async function readInForce(rt: BlockingClient, name: string, sample: QdiscSample): Promise<Qdisc> {
  await expect.poll(() => 'adminSched' in (read(rt, name, sample).options ?? {})).toBe(false)
  return read(rt, name, sample)
}

function shownQdisc(sample: QdiscSample): Record<string, unknown> {
  return tcShow(`qdisc show dev ${dev}`).find(({ kind }) => kind === sample.kind) ?? {}
}

/** The part of a qdisc that lasts. */
const lasting = ({ kind, parent, options, stab, ingressBlock, egressBlock }: Qdisc) => ({
  kind,
  parent,
  options: uncounted(options),
  stab,
  ingressBlock,
  egressBlock,
})

/** Qdiscs whose options are rounded once more when they are written as they were read. */
const rounds = new Set(['codel', 'fq_codel'])

/** Compares options, of those that round with what is lost. */
function expectSame(now: Qdisc, before: Qdisc): void {
  if (!rounds.has(before.kind)) return expect(lasting(now)).toEqual(lasting(before))
  for (const [key, value] of Object.entries(before.options ?? {})) {
    const other = (now.options as unknown as Record<string, unknown>)[key]
    if (typeof value !== 'number') expect(other).toEqual(value)
    else expect(value - Number(other)).toBeOneOf([0, 1])
  }
}

async function sendPackets(): Promise<void> {
  const socket = createSocket('udp4')
  for (let count = 0; count < 5; count++)
    await new Promise(resolve => socket.send(new Uint8Array(100 * count + 1), 9, '192.0.2.2', resolve))
  await new Promise<void>(resolve => socket.close(() => resolve()))
}

describe.each(samples.map(sample => [sample.about, sample] as const))('%s', (_, sample) => {
  it('is read as it was written, and as tc shows it', context => {
    using rt = openSync()
    const qdisc = make(context, rt, sample)
    expect(qdisc.kind).toBe(sample.kind)
    expect(unknownsOf(qdisc)).toEqual([])
    const options = sample.spec.options
    if (options !== undefined && Object.keys({ ...options, ...sample.reads }).length > 1 && qdisc.options !== undefined)
      expect(qdisc.options).toMatchObject(expected(sample, options, qdisc.options))
    if (sample.shows !== undefined)
      expect(shownQdisc(sample)).toMatchObject({ options: sample.shows, ...sample.beside })
    for (const words of sample.text ?? []) expect(run(`tc -d qdisc show dev ${dev}`)).toContain(words)
    record('qdisc', sample.kind, 'created', 'read', 'compared')
  })

  it('counts as tc shows', async context => {
    using rt = openSync()
    make(context, rt, sample)
    await sendPackets()
    // The clock of a qdisc goes on between two looks.
    await expect
      .poll(() => statsShown(read(rt, dev, sample), run(`tc -s -d qdisc show dev ${dev}`), output(sample)), {
        timeout: 3000,
      })
      .toEqual([])
  })

  it('is written as it was read', async context => {
    using rt = openSync()
    make(context, rt, sample)
    const before = await readInForce(rt, dev, sample)
    const { ifindex: _, ...copy } = before
    rt.qdisc.set(before)
    expectSame(await readInForce(rt, dev, sample), before)
    rt.qdisc.replace(before)
    expectSame(await readInForce(rt, dev, sample), before)
    rt.qdisc.add({ ...copy, dev: spare })
    expectSame(await readInForce(rt, spare, sample), before)
    expect(rt.qdisc.get({ dev, handle: before.handle })).toMatchObject({ handle: before.handle, parent: before.parent })
  })

  const { change } = sample
  if (change === undefined) return
  it('is changed', context => {
    using rt = openSync()
    const before = make(context, rt, sample)
    rt.qdisc.set({ ...before, options: { ...before.options, ...change } as never })
    expect(read(rt, dev, sample).options).toMatchObject(change)
  })
})

function output(sample: QdiscSample): Record<string, unknown> | undefined {
  return sample.text === undefined ? shownQdisc(sample) : undefined
}

const withClasses = samples.flatMap(sample =>
  (sample.classes ?? []).map(one => [one.options.kind, one, sample] as const),
)

describe.each(withClasses)('a class of %s', (_, one, sample) => {
  const find = (rt: BlockingClient): Class => rt.class.get({ dev, handle: one.handle })

  it('is read as it was written, and as tc shows it', context => {
    using rt = openSync()
    make(context, rt, sample)
    const spec = { dev, parent: '1:', handle: one.handle, options: one.options }
    if (one.given === true) rt.class.set(spec)
    else rt.class.add(spec)
    const made = find(rt)
    expect(unknownsOf(made)).toEqual([])
    expect(made.options).toMatchObject(expected(one, one.options, made.options))
    if (one.shows !== undefined)
      expect(tcShow(`class show dev ${dev} classid ${one.handle}`)).toMatchObject([
        { handle: one.handle, ...one.shows },
      ])
    for (const words of one.text ?? []) expect(run(`tc -d class show dev ${dev}`)).toContain(words)
    rt.class.set(made)
    expect(find(rt).options).toEqual(made.options)
  })
})

describe('virtual queues of gred', () => {
  it('are set one by one', context => {
    requireQdisc(context, spare, 'gred')
    using rt = openSync()
    rt.qdisc.add({ dev, handle: '1:', options: { kind: 'gred', dps: { dps: 3, defDp: 1, grio: 1 } } })
    const { parms, stab, maxP } = redOptions({ limit: 60_000, min: 15_000, max: 25_000, avpkt: 1500, probability: 0.5 })
    const queue = { ...parms, dp: 2, prio: 4 }
    const vqList = { entry: [{ dp: 2, flags: ['ecn', 'harddrop'] as const }] }
    rt.qdisc.set({ dev, handle: '1:', options: { kind: 'gred', parms: [queue], stab, maxP: [maxP], vqList } })
    const { options } = rt.qdisc.get({ dev })
    if (options?.kind !== 'gred') throw new Error('no gred')
    expect(options.parms).toHaveLength(16)
    expect(options.parms?.[2]).toMatchObject(queue)
    expect(options.maxP?.[2]).toBe(maxP)
    expect(options.vqList?.entry).toMatchObject([{ dp: 2, flags: 3, statPackets: 0, statBytes: 0n }])
    expect(tcShow(`qdisc show dev ${dev}`)).toMatchObject([
      {
        options: {
          vqs: [
            { vq: 2, prio: 4, limit: 60_000, min: 15_000, max: 25_000, ecn: true, harddrop: true, probability: 0.5 },
          ],
        },
      },
    ])
  })
})
