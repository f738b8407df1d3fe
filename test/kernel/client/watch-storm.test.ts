// What a watch must withstand: losses while it looks again, changes while it begins, links that are gone before anybody looks.
import { channel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RTNH_F_LINKDOWN } from '../../../src/generated/constants.gen.js'
import { type BlockingClient, type Client, open, openSync, type Watch, type WatchEvent } from '../../../src/index.js'

let rt: Client
let sync: BlockingClient

beforeEach(async () => {
  rt = await open()
  sync = openSync()
  sync.link.set('lo', { up: true })
  sync.link.add({ name: 'd0', up: true, info: { kind: 'ifb' } })
})

afterEach(async () => {
  await rt.close()
  for (const { name, kindName } of sync.link.list()) if (kindName === 'ifb') sync.link.delete(name, { missingOk: true })
  for (const priority of [1000, 1001])
    while (sync.rule.list().some(rule => rule.priority === priority)) sync.rule.delete({ priority })
  sync.close()
})

/** What a watch holds and what the kernel does: duplicates show. */
function both(state: Watch): { readonly mirror: string[]; readonly kernel: string[] } {
  const { link, route, rule } = state.current()
  const text = (links: typeof link, routes: typeof route, rules: typeof rule): string[] =>
    [
      ...links.map(l => `link ${l.index} ${l.name} ${l.mtu} ${l.flags & 1}`),
      ...routes.filter(r => r.family === 'inet').map(r => `route ${r.table} ${r.dst} ${r.oif} ${r.gateway ?? ''}`),
      ...rules.filter(r => r.family === 'inet').map(r => `rule ${r.priority} ${r.table}`),
    ].sort()
  return { mirror: text(link, route, rule), kernel: text(sync.link.list(), sync.route.list(), sync.rule.list()) }
}

async function settles(state: Watch): Promise<void> {
  const differs = () => {
    const { mirror, kernel } = both(state)
    return mirror.join('\n') === kernel.join('\n') ? 'equal' : `${mirror.join(', ')} is not ${kernel.join(', ')}`
  }
  await expect.poll(differs, { timeout: 20_000, interval: 20 }).toBe('equal')
}

/** Counts the dumps of routes that leave. */
function countDumps(): { readonly count: () => number; readonly stop: () => void } {
  let count = 0
  const listener = (message: unknown) => {
    if ((message as { request: { text: string } }).request.text.startsWith('route list')) count++
  }
  channel('rtnetlink:request').subscribe(listener)
  return { count: () => count, stop: () => void channel('rtnetlink:request').unsubscribe(listener) }
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve))

/** More notifications than a small queue holds. */
function flood(): void {
  const all = Array.from({ length: 300 }, (_, i) => `10.2.${i % 250}.${i > 249 ? 128 : 0}/25`)
  sync.bulk(all.map(dst => sync.request.route.replace({ dst, dev: 'd0' })))
  sync.bulk(all.slice(50).map(dst => sync.request.route.delete({ dst, dev: 'd0' })))
}

describe('a watch', () => {
  it('adv-64 looks once more when its queue overruns while it looks, and not for ever', async () => {
    await using state = rt.watch({ link: true, route: true, rule: true, bufferBytes: 4096 })
    await state.ready()
    const dumps = countDumps()
    const floods = 6
    try {
      flood()
      await expect.poll(() => state.resyncs['overrun'] ?? 0, { interval: 1 }).toBeGreaterThan(0)
      // It looks now: each of these losses meets a look that runs, or the pause before it.
      for (let i = 1; i < floods; i++) {
        flood()
        for (let turns = 0; turns < 20; turns++) await turn()
      }
      await settles(state)
      // One look for each loss and one that each of them repeats, at most.
      expect(dumps.count()).toBeGreaterThan(1)
      expect(dumps.count()).toBeLessThanOrEqual(2 * floods)
      const before = dumps.count()
      for (let turns = 0; turns < 200; turns++) await turn()
      expect(dumps.count()).toBe(before)
    } finally {
      dumps.stop()
    }
  })

  it('adv-65 loses nothing and holds nothing twice of what changes while it begins to look', async () => {
    for (let round = 0; round < 40; round++) {
      await using state = rt.watch({ link: true, route: true, rule: true })
      // The change meets another step of the beginning in each round: before it listens, between that and the dumps, behind them.
      for (let steps = 0; steps < round; steps++) await (round < 25 ? Promise.resolve() : turn())
      sync.rule.add({ priority: 1000, table: 100 })
      sync.route.add({ dst: '203.0.113.0/24', dev: 'd0' })
      sync.link.add({ name: 'd1', info: { kind: 'ifb' } })
      sync.rule.add({ priority: 1001, table: 101 })
      if (round % 2 === 0) await Promise.resolve()
      sync.rule.delete({ priority: 1000 })
      sync.link.set('d1', { name: 'd2' })
      await state.ready()
      await settles(state)
      sync.rule.delete({ priority: 1001 })
      sync.route.delete({ dst: '203.0.113.0/24' })
      sync.link.delete('d2')
      await settles(state)
    }
  })

  it('adv-65 loses nothing and holds nothing twice of what changes while it looks again', async () => {
    await using state = rt.watch({ link: true, route: true, rule: true })
    await state.ready()
    for (let round = 0; round < 6; round++) {
      // Looks that follow each other make a pause of half a second at most; behind it the next one comes at once.
      await sleep(700)
      // A link that changes takes rules along without a word: they are looked at again, and these lie in the queue by then.
      sync.link.set('d0', { mtu: 1400 + round })
      sync.rule.add({ priority: 1000, table: 100 })
      for (let steps = 0; steps < 4 * round; steps++) await Promise.resolve()
      sync.rule.add({ priority: 1001, table: 101 })
      await settles(state)
      sync.rule.delete({ priority: 1000 })
      sync.rule.delete({ priority: 1001 })
      await settles(state)
    }
  })

  it('sees that a carrier has gone when routes follow, which a link tells of before', async () => {
    sync.link.add({ name: 'b0', up: true, info: { kind: 'bridge' } })
    sync.link.set('d0', { master: 'b0' })
    sync.addr.add({ dev: 'b0', address: '198.18.0.1/24' })
    await using state = rt.watch({ link: true, route: true })
    const linkdown = () =>
      [state.current().route, sync.route.list()].map(routes => routes.find(({ dst }) => dst === '198.18.0.0/24')?.flags)
    const soon = { timeout: 10_000, interval: 20 }
    try {
      await expect.poll(linkdown, soon).toEqual([0, 0])
      for (let round = 0; round < 3; round++) {
        // The carrier is gone at once, and each message says so; routes are marked up to a second later (linkwatch).
        sync.link.set('d0', { master: 0 })
        sync.link.set('b0', { mtu: 1400 + round })
        await expect.poll(linkdown, soon).toEqual([RTNH_F_LINKDOWN, RTNH_F_LINKDOWN])
        sync.link.set('d0', { master: 'b0' })
        await expect.poll(linkdown, soon).toEqual([0, 0])
      }
    } finally {
      sync.link.delete('b0')
    }
  })

  it('tells differences in turns: what comes meanwhile is told behind them, a reader that comes begins behind them', async () => {
    const ROUTES = 20_000
    sync.link.add({ name: 'd1', up: true, info: { kind: 'ifb' } })
    const { failed } = sync.bulk(function* () {
      for (let i = 0; i < ROUTES; i++)
        yield sync.request.route.add({ dst: `10.${i >> 8}.${i & 255}.0/24`, dev: 'd1', table: 100 })
    })
    expect(failed).toEqual([])
    await using state = rt.watch({ route: { table: 100 } })
    const reader = state[Symbol.asyncIterator]()
    const seen = new Set<string>()
    const read = async (from: AsyncIterator<WatchEvent>, into: Set<string>): Promise<string> => {
      const { value } = await from.next()
      if (value?.type !== 'route') return value?.type ?? 'end'
      const { action, old, new: now } = value
      expect([action, into.has((now ?? old).dst)]).toEqual([action, action !== 'added'])
      if (now === undefined) into.delete(old.dst)
      else into.add(now.dst)
      return action
    }
    while ((await read(reader, seen)) !== 'ready');
    expect(seen.size).toBe(ROUTES)
    // IPv4 does not tell of the routes that go with a link.
    sync.link.delete('d1')
    while ((await read(reader, seen)) !== 'removed');
    const other = state[Symbol.asyncIterator]()
    const theirs = new Set<string>()
    sync.route.add({ dst: '203.0.113.0/24', dev: 'd0', table: 100 })
    while (!seen.has('203.0.113.0/24')) await read(reader, seen)
    while (seen.size > 1) await read(reader, seen)
    while (!theirs.has('203.0.113.0/24')) await read(other, theirs)
    expect([...theirs]).toEqual(['203.0.113.0/24'])
  })

  it('tells what it finds while links change faster than it can look', async () => {
    const { failed } = sync.bulk(function* () {
      for (let i = 0; i < 20_000; i++)
        yield sync.request.route.add({ dst: `10.${i >> 8}.${i & 255}.0/24`, dev: 'd0', table: 100 })
    })
    expect(failed).toEqual([])
    await using state = rt.watch({ route: { table: 100 } })
    await state.ready()
    // With a link its routes go.
    let changes = 0
    const change = setInterval(() => {
      if (++changes % 2 === 1) sync.link.add({ name: 'e1', info: { kind: 'ifb' } })
      else sync.link.delete('e1')
    }, 5)
    try {
      await sleep(200)
      for (let i = 0; i < 5; i++) {
        sync.route.add({ dst: `203.0.113.${i}/32`, dev: 'd0', table: 100 })
        await expect
          .poll(() => state.current().route.some(({ dst }) => dst === `203.0.113.${i}/32`), { timeout: 8000 })
          .toBe(true)
      }
      await using other = rt.watch({ route: { table: 100 } })
      await other.ready()
      expect(changes).toBeGreaterThan(20)
    } finally {
      clearInterval(change)
    }
    await settlesRoutes(state)
  })

  it('adv-66 tells of a link that is gone before anybody looks', async () => {
    await using events = rt.monitor({ groups: ['link'] })
    await using state = rt.watch({ link: true, addr: true, rule: true })
    await state.ready()
    const seen: string[] = []
    for (let i = 0; i < 20; i++) {
      sync.link.add({ name: `e${i}`, up: true, info: { kind: 'ifb' } })
      sync.addr.add({ dev: `e${i}`, address: '192.0.2.1/24' })
      sync.link.delete(`e${i}`)
    }
    for await (const event of events) {
      if (event.type !== 'link') continue
      seen.push(event.action)
      await expect(rt.link.get(event.link.index)).rejects.toMatchObject({ code: 'ENODEV' })
      if (event.action === 'delete' && event.link.name === 'e19') break
    }
    expect(seen).toContain('new')
    await expect.poll(() => state.current().addr.filter(({ address }) => address === '192.0.2.1/24')).toEqual([])
    await settlesLinks(state)
  })
})

async function settlesRoutes(state: Watch): Promise<void> {
  const kernel = sync.route.list({ table: 100 }).length
  await expect.poll(() => state.current().route.length).toBe(kernel)
}

async function settlesLinks(state: Watch): Promise<void> {
  await expect
    .poll(() =>
      state
        .current()
        .link.map(({ name }) => name)
        .sort(),
    )
    .toEqual(
      sync.link
        .list()
        .map(({ name }) => name)
        .sort(),
    )
}
