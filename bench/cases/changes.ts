/** Changes: routes added and deleted again, one by one or in bulk. */
import { type BlockingClient, open, openSync, type Request } from 'rtnetlink'
import type { Case } from '../case.js'
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

const inBulk: Work = async size => {
  const rt = await open()
  const all = prefixes(size)
  const device = (await rt.link.get('b0')).index
  const run = async (requests: Iterable<Request>): Promise<void> => {
    const { failed, unknown } = await rt.bulk(requests)
    if (failed.length + unknown.length > 0) throw failed[0]?.error ?? new Error('answers were lost')
  }
  return async () => {
    await run(all.map(dst => rt.request.route.add({ dst, oif: device })))
    await run(all.map(dst => rt.request.route.delete({ dst, oif: device })))
    return { items: size * 2 }
  }
}

/** Workloads by name, as `ours.ts` serves them. */
export const works: Record<string, Work> = {
  'change-routes-sync': sync,
  'change-routes-await': awaited,
  'change-routes-all': together,
  'bulk-routes': inBulk,
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
      { name: 'bulk()', work: 'bulk-routes', target: 0.65 },
    ],
  },
]
