/** Memory: what decoding allocates beside what is kept, and what a stream of many routes takes. */
import { memoryUsage } from 'node:process'
import { open } from 'rtnetlink'
import type { Case } from '../case.js'
import type { Done, Work } from '../serve.js'
import { addresses, links, neighbours, routes } from './dumps.js'

/** With room for everything that a dump allocates, nothing is collected while it runs. */
const flags = ['--expose-gc', '--max-semi-space-size=1024', '--min-semi-space-size=1024'] as const

/** How many lists are held at the end of a run. */
const LISTS = 8

const { gc } = globalThis as { gc?: () => void }

const kept =
  (family: 'route' | 'link' | 'addr' | 'neigh'): Work =>
  async size => {
    const rt = await open()
    // What is not compiled yet allocates more.
    for (let warm = 0; warm < 50; warm++) await rt[family].list()
    return async () => {
      gc?.()
      // The collector takes code along that has to be made again: that is not the rows'.
      for (let warm = 0; warm < 5; warm++) await rt[family].list()
      const lists: (readonly unknown[])[] = []
      const fill = async (): Promise<void> => {
        lists.push(await rt[family].list())
      }
      const before = memoryUsage().heapUsed
      await fill()
      const allocated = memoryUsage().heapUsed - before
      // Several, beside which the code that the collector takes is little.
      while (lists.length < LISTS) await fill()
      gc?.()
      const full = memoryUsage().heapUsed
      const items = lists[0]?.length ?? 0
      if (items < size) throw new Error(`${items} of ${size} ${family}s are there`)
      lists.length = 0
      gc?.()
      const left = (full - memoryUsage().heapUsed) / LISTS
      return { items, measured: { ns: allocated, cpu: left } }
    }
  }

/** Compares the largest resident size after streams that are left after a tenth of the items with that after a whole one. */
const growth =
  (chunks: boolean): Work =>
  async size => {
    const rt = await open()
    const peak = (): number => process.resourceUsage().maxRSS * 1024
    const stream = async (limit: number): Promise<void> => {
      let items = 0
      if (chunks) {
        for await (const part of rt.route.dump().chunks()) {
          items += part.length
          if (items >= limit) return
        }
      } else for await (const _ of rt.route.dump()) if (++items >= limit) return
      if (items < size) throw new Error(`only ${items} items`)
    }
    const both = async (): Promise<Done> => {
      // Compiling and the threads of the collector take their megabytes once, whatever is read.
      for (let round = 0; round < 5; round++) await stream(size / 10)
      const tenth = peak()
      await stream(Number.POSITIVE_INFINITY)
      return { items: 1, measured: { ns: peak(), cpu: tenth } }
    }
    // The largest size is that of the process so far: only its first streams can tell.
    let first: Promise<Done> | undefined
    return () => {
      first ??= both()
      return first
    }
  }

/** Workloads by name, as `ours.ts` serves them. */
export const works: Record<string, Work> = {
  'kept-route': kept('route'),
  'kept-link': kept('link'),
  'kept-addr': kept('addr'),
  'kept-neigh': kept('neigh'),
  'growth-each': growth(false),
  'growth-chunks': growth(true),
}

const memory = (family: 'route' | 'link' | 'addr' | 'neigh', size: number, prepare: Case['prepare']): Case => ({
  name: `memory of ${size.toLocaleString('en')} ${family}s`,
  unit: family,
  kind: 'memory',
  work: '',
  flags,
  size,
  smokeSize: 200,
  rounds: 5,
  ...(prepare === undefined ? {} : { prepare }),
  ours: [{ name: 'list()', work: `kept-${family}`, target: 1.1 }],
})

export const cases: readonly Case[] = [
  memory('route', 10_000, routes),
  memory('link', 1_000, links),
  memory('addr', 10_000, addresses),
  memory('neigh', 10_000, neighbours),
  {
    name: 'resident size of a stream of 1,000,000 routes',
    unit: 'route',
    kind: 'growth',
    // The young generation has its largest size from the start; it grows to that in one step, some time or other.
    flags: ['--min-semi-space-size=16'],
    work: '',
    size: 1_000_000,
    smokeSize: 2_000,
    rounds: 1,
    prepare: routes,
    ours: [
      { name: 'for await', work: 'growth-each', target: 1.1 },
      { name: 'chunks()', work: 'growth-chunks', target: 1.1 },
    ],
  },
]
