/** The event loop: how long a call of the asynchronous client holds it. */
import { type PerformanceEntry, PerformanceObserver, performance } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises'
import { open, openSync } from 'rtnetlink'
import { RT_TABLE_MAIN } from 'rtnetlink/constants'
import type { Case } from '../case.js'
import { executed } from '../executed.js'
import type { Work } from '../serve.js'
import { routes } from './dumps.js'

/** What passes between two turns of the event loop, in milliseconds. */
interface Turn {
  readonly from: number
  readonly to: number
}

/** Milliseconds that a turn takes at least that may be the longest. */
const NOTED = 0.1

/** The longest that `call` holds the event loop, in nanoseconds: with the pauses of the collector in it, and without them. */
async function held(call: () => Promise<unknown>): Promise<{ ns: number; cpu: number }> {
  const pauses: PerformanceEntry[] = []
  const observer = new PerformanceObserver(list => pauses.push(...list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  const turns: Turn[] = []
  let running = true
  let from = performance.now()
  const turn = (): void => {
    const to = performance.now()
    // A million short ones would make garbage of their own.
    if (to - from > NOTED) turns.push({ from, to })
    from = to
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  await call()
  running = false
  // The last turn ends, and the last pauses are told of.
  await setTimeout(10)
  pauses.push(...observer.takeRecords())
  observer.disconnect()
  const paused = ({ from, to }: Turn): number =>
    pauses.reduce((sum, { startTime, duration }) => {
      return sum + Math.max(0, Math.min(to, startTime + duration) - Math.max(from, startTime))
    }, 0)
  const longest = (of: (turn: Turn) => number): number =>
    Math.round(turns.reduce((most, turn) => Math.max(most, of(turn)), 0) * 1e6)
  const whole = ({ from, to }: Turn): number => to - from
  return { ns: longest(whole), cpu: longest(turn => whole(turn) - paused(turn)) }
}

type Rt = Awaited<ReturnType<typeof open>>

const holding =
  (call: (rt: Rt, size: number) => Promise<unknown>, before?: (size: number) => void): Work =>
  async size => {
    const rt = await open()
    return async () => {
      before?.(size)
      return { items: 1, measured: await held(() => call(rt, size)) }
    }
  }

/** Ends the benchmark when fewer routes came than there are. */
function all(routes: number, size: number): void {
  if (routes < size) throw new Error(`${routes} of ${size} routes came`)
}

function pairs(size: number): void {
  using rt = openSync()
  for (let i = 0; i < Math.min(size, 50); i++)
    rt.link.add({ name: `p${i}`, info: { kind: 'veth', peer: { name: `q${i}` } } })
}

const routeLike = (n: number): object => ({
  family: 'inet',
  tos: 0,
  table: RT_TABLE_MAIN,
  protocol: 'boot',
  scope: 'universe',
  type: 'unicast',
  flags: 0,
  dst: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}/32`,
  oif: 2,
  gateway: '10.255.0.2',
})

const count = (size: number): number => Math.min(size, 50)

/** Workloads by name, as `ours.ts` serves them. */
export const works: Record<string, Work> = {
  'hold-list': holding(async (rt, size) => all((await rt.route.list()).length, size)),
  'hold-table': holding(async (rt, size) => all((await rt.route.list({ table: RT_TABLE_MAIN })).length, size)),
  'hold-watch': holding(async (rt, size) => {
    await using watch = rt.watch({ route: { table: RT_TABLE_MAIN } })
    let routes = 0
    for await (const { type } of watch) {
      if (type === 'ready') break
      routes++
    }
    all(routes, size)
  }),
  'hold-each': holding(async (rt, size) => {
    let routes = 0
    for await (const _ of rt.route.dump()) routes++
    all(routes, size)
  }),
  'hold-chunks': holding(async (rt, size) => {
    let routes = 0
    for await (const part of rt.route.dump().chunks()) routes += part.length
    all(routes, size)
  }),
  // What the list keeps, made of nothing in such turns: so long the collector holds the loop of anybody who keeps so much.
  'hold-objects': holding(async (_, size) => {
    const kept: object[] = []
    while (kept.length < size) {
      const until = performance.now() + 1
      do for (let i = 0; i < 32; i++) kept.push(routeLike(kept.length))
      while (kept.length < size && performance.now() < until)
      await nextTurn()
    }
    all(kept.length, size)
  }),
  'hold-delete': holding(
    (rt, size) => Promise.all(Array.from({ length: count(size) }, (_, i) => rt.link.delete(`p${i}`))),
    pairs,
  ),
  'hold-delete-many': holding(async (rt, size) => {
    const { failed } = await rt.link.deleteMany(Array.from({ length: count(size) }, (_, i) => `p${i}`))
    if (failed[0] !== undefined) throw failed[0].error
  }, pairs),
  'hold-bulk': holding(async (rt, size) => {
    const { replace } = rt.request.route
    const result = await rt.bulk(function* () {
      for (let i = 0; i < size / 10; i++) yield replace({ dst: `172.16.${(i >> 8) & 255}.${i & 255}/32`, dev: 'b0' })
    })
    executed(result, size / 10)
  }),
}

export const cases: readonly Case[] = [
  {
    name: 'the event loop, beside 100,000 routes',
    unit: 'call',
    kind: 'loop',
    work: '',
    size: 100_000,
    smokeSize: 200,
    rounds: 5,
    prepare: routes,
    ours: [
      { name: 'route.list()', work: 'hold-list', target: 5 },
      { name: 'route.list() of one table', work: 'hold-table', target: 5 },
      { name: 'as many objects, made of nothing', work: 'hold-objects' },
      { name: 'for await of route.dump()', work: 'hold-each', target: 5 },
      { name: 'chunks() of route.dump()', work: 'hold-chunks', target: 5 },
      { name: 'the first look of a watch at one table', work: 'hold-watch', target: 5 },
      { name: 'link.delete() of 50 veth pairs at once', work: 'hold-delete', target: 5 },
      { name: 'link.deleteMany() of 50 veth pairs', work: 'hold-delete-many', target: 5 },
      { name: 'bulk() of 10,000 routes', work: 'hold-bulk', target: 5 },
    ],
  },
]
