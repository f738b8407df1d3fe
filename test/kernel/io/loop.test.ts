// An asynchronous call does not hold the event loop for as long as it lasts: timers go on meanwhile. How long it is held is measured by
// `npm run bench -- 'event loop'`.
import { availableParallelism } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RT_TABLE_MAIN } from '../../../src/generated/constants.gen.js'
import { type BlockingClient, type Client, open, openSync } from '../../../src/index.js'

let rt: Client
let sync: BlockingClient

beforeEach(async context => {
  if (availableParallelism() < 2) context.skip('on one processor what waits on other threads holds this one too')
  rt = await open()
  sync = openSync()
})

afterEach(async () => {
  await rt.close()
  sync.close()
})

/** Gives for how much of a call's time the event loop has been held at once, 0 to 1. */
async function held(call: () => unknown): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  // It measures from one run of its timer to the next.
  await sleep(5)
  const began = performance.now()
  await call()
  const whole = performance.now() - began
  await sleep(5)
  delay.disable()
  return delay.max / 1e6 / whole
}

const PAIRS = 50

function addPairs(): string[] {
  const names = Array.from({ length: PAIRS }, (_, i) => `p${i}`)
  for (const name of names) sync.link.add({ name, info: { kind: 'veth', peer: { name: `${name}p` } } })
  return names
}

/** So many that a collection of garbage, which holds the loop for 5 to 10 ms, is a small part of the whole. */
const ROUTES = 200_000

function addRoutes(): void {
  sync.link.add({ name: 'd0', up: true, info: { kind: 'ifb' } })
  const { failed } = sync.bulk(function* () {
    for (let i = 0; i < ROUTES; i++)
      yield sync.request.route.add({ dst: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`, dev: 'd0' })
  })
  expect(failed).toEqual([])
}

describe('the event loop', () => {
  it('is held while a blocking client works', async () => {
    const names = addPairs()
    expect(
      await held(() => {
        for (const name of names) sync.link.delete(name)
      }),
    ).toBeGreaterThan(0.8)
  })

  it('turns while links are deleted, each of which waits in the kernel', async () => {
    const names = addPairs()
    expect(await held(() => Promise.all(names.map(name => rt.link.delete(name))))).toBeLessThan(0.5)
    const again = addPairs()
    expect(await held(() => rt.link.deleteMany(again))).toBeLessThan(0.8)
  })

  it('turns between the rows of a dump, kept or streamed', async () => {
    addRoutes()
    try {
      expect(await held(() => sync.route.list())).toBeGreaterThan(0.8)
      // What is not compiled yet is no measure.
      expect(isDeepStrictEqual(await rt.route.list(), sync.route.list())).toBe(true)
      expect(await held(() => rt.route.list())).toBeLessThan(0.6)
      const rows = async () => {
        for await (const _ of rt.route.dump());
      }
      await rows()
      expect(await held(rows)).toBeLessThan(0.6)
    } finally {
      sync.link.delete('d0')
    }
  })

  it('turns while a watch looks for the first time, and is read', async () => {
    addRoutes()
    try {
      const read = async (): Promise<number> => {
        await using watch = rt.watch({ route: { table: RT_TABLE_MAIN } })
        const events = watch[Symbol.asyncIterator]()
        const looking = await held(() => watch.ready())
        const reading = await held(async () => {
          for await (const { type } of events) if (type === 'ready') break
        })
        return Math.max(looking, reading)
      }
      // The first run compiles. Other processes can only raise the share, so the least of three counts.
      await read()
      const shares = [await read(), await read(), await read()]
      expect(Math.min(...shares)).toBeLessThan(0.4)
    } finally {
      sync.link.delete('d0')
    }
  })

  it('turns during a bulk', async () => {
    sync.link.add({ name: 'd0', up: true, info: { kind: 'ifb' } })
    try {
      const { add } = rt.request.route
      const requests = Array.from({ length: 10_000 }, (_, i) => add({ dst: `10.${i >> 8}.${i & 255}.0/24`, dev: 'd0' }))
      let failures = 0
      const share = await held(async () => {
        const { failed } = await rt.bulk(requests)
        failures = failed.length
      })
      expect(failures).toBe(0)
      expect(share).toBeLessThan(0.5)
    } finally {
      sync.link.delete('d0')
    }
  })
})
