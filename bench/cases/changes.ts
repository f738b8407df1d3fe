/** Changes: routes added and deleted again, one by one or in bulk. */
import { type BlockingClient, open, openSync, type Request } from 'rtnetlink'
import type { Case } from '../case.js'
import { executed } from '../executed.js'
import type { Work } from '../serve.js'
import { baseLink } from './dumps.js'

/** Gives the prefix that every participant uses for a number. */
const prefix = (number: number): string => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}/32`

const prefixes = (size: number): string[] => Array.from({ length: size }, (_, i) => prefix(i))

const sync: Work = size => {
  const rt = openSync()
  const all = prefixes(size)
  const device = rt.link.get('b0').index
  return () => {
    for (const dst of all) rt.route.add({ dst, oif: device })
    for (const dst of all) rt.route.delete({ dst, oif: device })
    return { items: size * 2 }
  }
}

const awaited: Work = async size => {
  const rt = await open()
  const all = prefixes(size)
  const device = (await rt.link.get('b0')).index
  return async () => {
    for (const dst of all) await rt.route.add({ dst, oif: device })
    for (const dst of all) await rt.route.delete({ dst, oif: device })
    return { items: size * 2 }
  }
}

const together: Work = async size => {
  const rt = await open()
  const all = prefixes(size)
  const device = (await rt.link.get('b0')).index
  return async () => {
    await Promise.all(all.map(dst => rt.route.add({ dst, oif: device })))
    await Promise.all(all.map(dst => rt.route.delete({ dst, oif: device })))
    return { items: size * 2 }
  }
}

/** `array` makes all requests beforehand; without it they are made as they leave. */
const inBulk =
  ({ array }: { readonly array: boolean }): Work =>
  async size => {
    const rt = await open()
    const all = prefixes(size)
    const device = (await rt.link.get('b0')).index
    function* each(make: (dst: string) => Request): IterableIterator<Request> {
      for (const dst of all) yield make(dst)
    }
    const run = async (make: (dst: string) => Request): Promise<void> => {
      executed(await rt.bulk(array ? all.map(make) : each(make)), size)
    }
    return async () => {
      await run(dst => rt.request.route.add({ dst, oif: device }))
      await run(dst => rt.request.route.delete({ dst, oif: device }))
      return { items: size * 2 }
    }
  }

/** Workloads by name, as `ours.ts` serves them. */
export const works: Record<string, Work> = {
  'change-routes-sync': sync,
  'change-routes-await': awaited,
  'change-routes-all': together,
  'bulk-routes': inBulk({ array: true }),
  'bulk-routes-generator': inBulk({ array: false }),
}

const common = {
  unit: 'change',
  kind: 'serve',
  size: 20_000,
  smokeSize: 200,
  rounds: 12,
  prepare: (rt: BlockingClient) => baseLink(rt),
} as const

export const cases: readonly Case[] = [
  {
    ...common,
    name: 'add and delete 20,000 routes',
    work: 'change-routes',
    ours: [
      { name: 'blocking client', work: 'change-routes-sync', target: 1.25 },
      { name: 'await each', work: 'change-routes-await', target: 1.4 },
      { name: 'Promise.all', work: 'change-routes-all', target: 1 },
      { name: 'bulk() of an array', work: 'bulk-routes', target: 0.65 },
      { name: 'bulk() of a generator', work: 'bulk-routes-generator', target: 0.65 },
    ],
  },
]
