/** Route events: drained when they are queued, and taken as they come. */
import { type BlockingClient, open, openSync } from 'rtnetlink'
import type { Case } from '../case.js'
import { bulk } from '../executed.js'
import { Clock, type Work } from '../serve.js'
import { baseLink } from './dumps.js'

const prefix = (i: number): string => `10.0.${(i >> 8) & 255}.${i & 255}/32`

const drain: Work = async size => {
  const rt = await open()
  const maker = openSync()
  const device = (await rt.link.get('b0')).index
  return async () => {
    // A monitor for each run: it would hear what the other participants do, too, until its queue is full and the kernel drops the rest.
    await using events = await rt.monitor({ groups: ['ipv4-route'], bufferBytes: 256 << 20 })
    bulk(maker, size, function* () {
      for (let i = 0; i < size / 2; i++) yield maker.request.route.add({ dst: prefix(i), oif: device })
      for (let i = 0; i < size / 2; i++) yield maker.request.route.delete({ dst: prefix(i), oif: device })
    })
    const clock = new Clock()
    let items = 0
    // No `for await`: its end would close the monitor.
    while (items < size) {
      const { value } = await events.next()
      if (value?.type !== 'route') throw new Error(`behind ${items} of ${size} events came ${value?.type}`)
      items++
    }
    return { items, measured: clock.stop() }
  }
}

/** How many seconds the first event is waited for. */
const PATIENCE = 60

/** Listens until a second has passed without events; the size is that of the buffer in MiB. */
const listen: Work = async size => {
  const rt = await open()
  return async () => {
    const done = new AbortController()
    const events = await rt.monitor({ groups: ['ipv4-route'], bufferBytes: size << 20, signal: done.signal })
    const clock = new Clock()
    let items = 0
    let lost = 0
    let seen = 0
    let seconds = 0
    const timer = setInterval(() => {
      seconds++
      if (items === seen && (items > 0 || seconds === PATIENCE)) done.abort()
      seen = items
    }, 1000)
    console.log('listening')
    try {
      for await (const event of events) {
        if (event.type === 'overrun') lost++
        else items++
      }
    } catch (error) {
      if (error !== done.signal.reason) throw error
    }
    clearInterval(timer)
    return { items, lost, measured: clock.stop() }
  }
}

/** Workloads by name, as `ours.ts` serves them. */
export const works: Record<string, Work> = { 'drain-events': drain, listen }

const prepare = (rt: BlockingClient): void => baseLink(rt)

export const cases: readonly Case[] = [
  {
    name: 'drain 50,000 queued route events',
    unit: 'event',
    kind: 'serve',
    work: 'drain-events',
    size: 50_000,
    smokeSize: 200,
    rounds: 10,
    root: true,
    prepare,
    ours: [{ name: 'monitor()', work: 'drain-events', target: 1.6 }],
  },
  ...[64, 8].map(
    (mebibytes): Case => ({
      name: `200,000 live route events, ${mebibytes} MiB`,
      unit: 'event',
      kind: 'live',
      work: 'listen',
      size: mebibytes,
      smokeSize: mebibytes,
      rounds: 5,
      root: true,
      prepare,
      ours: [{ name: 'monitor()', work: 'listen', target: 3500 }],
    }),
  ),
]
