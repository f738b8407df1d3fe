/** A watch of routes: what its first look tells, and what changes afterwards; against the list and the monitor that it is made of. */
import { type BlockingClient, open, openSync, type WatchEvent } from 'rtnetlink'
import type { Case } from '../case.js'
import { bulk } from '../executed.js'
import { Clock, type Work } from '../serve.js'
import { baseLink, routes } from './dumps.js'

type Reader = AsyncIterator<WatchEvent>

/** Reads as many changes of routes as were made. */
async function read(reader: Reader, size: number, action: 'added' | 'removed'): Promise<void> {
  for (let items = 0; items < size; items++) {
    const { value } = await reader.next()
    if (value?.type !== 'route' || value.action !== action)
      throw new Error(`${items} of ${size} routes were ${action}, then came ${value?.type}`)
  }
}

const snapshot: Work = async size => {
  const rt = await open()
  return async () => {
    await using watch = rt.watch({ route: true })
    let items = 0
    for await (const { type } of watch) {
      if (type === 'ready') break
      items++
    }
    if (items < size) throw new Error(`${items} of ${size} routes are there`)
    return { items }
  }
}

const prefix = (i: number): string => `10.0.${(i >> 8) & 255}.${i & 255}/32`

/** Changes that are queued when the reader comes back; that the routes go again is told, too, and not counted. */
const changes: Work = async size => {
  const rt = await open()
  const maker = openSync()
  const oif = (await rt.link.get('b0')).index
  return async () => {
    // A watch for each run: it would be told what the other participants do, too.
    await using watch = rt.watch({ route: { family: 'inet' }, bufferBytes: 256 << 20 })
    const reader = watch[Symbol.asyncIterator]()
    while ((await reader.next()).value?.type !== 'ready');
    bulk(maker, size, function* () {
      for (let i = 0; i < size; i++) yield maker.request.route.add({ dst: prefix(i), oif })
    })
    const clock = new Clock()
    await read(reader, size, 'added')
    clock.stop()
    bulk(maker, size, function* () {
      for (let i = 0; i < size; i++) yield maker.request.route.delete({ dst: prefix(i), oif })
    })
    await read(reader, size, 'removed')
    return { items: size, measured: clock }
  }
}

/** Workloads by name, as `ours.ts` serves them. */
export const works: Record<string, Work> = { 'watch-snapshot': snapshot, 'watch-changes': changes }

export const cases: readonly Case[] = [
  {
    name: 'watch: first look at 20,000 routes',
    unit: 'event',
    kind: 'serve',
    work: 'watch-snapshot',
    size: 20_000,
    smokeSize: 200,
    rounds: 10,
    prepare: routes,
    ours: [
      { name: 'list()', work: 'list-route' },
      { name: 'watch() up to ready', work: 'watch-snapshot' },
    ],
  },
  {
    name: 'watch: 10,000 changes of routes',
    unit: 'event',
    kind: 'serve',
    work: 'watch-changes',
    size: 10_000,
    smokeSize: 200,
    rounds: 10,
    prepare: (rt: BlockingClient) => baseLink(rt),
    ours: [
      { name: 'monitor()', work: 'drain-events' },
      { name: 'watch()', work: 'watch-changes' },
    ],
  },
]
