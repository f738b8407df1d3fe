import { expect, it } from 'vitest'
import { WatchConsumer } from '../../../src/client/watch-consumer.js'
import type { Watched } from '../../../src/watch/watched.js'

const link = (mtu: number) => ({ index: 2, name: 'v0', mtu }) as Watched['link']

it('a reader that is slow finds one resync a reason, before what was found out', async () => {
  const consumer = new WatchConsumer(() => {})
  for (let i = 0; i < 20; i++) {
    consumer.mark({ type: 'resync', reason: 'link delete' })
    consumer.mark({ type: 'resync', reason: 'overrun' })
    consumer.change('link', { id: 1, old: link(1000 + i), new: link(1001 + i) })
  }
  const read = async () => (await consumer.next()).value
  expect([await read(), await read(), await read()]).toEqual([
    { type: 'resync', reason: 'link delete' },
    { type: 'resync', reason: 'overrun' },
    { type: 'link', action: 'changed', old: link(1000), new: link(1020) },
  ])
  // What has been read is told again.
  consumer.mark({ type: 'resync', reason: 'overrun' })
  expect(await read()).toEqual({ type: 'resync', reason: 'overrun' })
  const last = consumer.next()
  consumer.end()
  expect(await last).toEqual({ value: undefined, done: true })
})

it('a reader finds what is told between its reads, in order, and nothing of what has come and gone meanwhile', async () => {
  const consumer = new WatchConsumer(() => {})
  const read = async () => (await consumer.next()).value
  const reported = []
  for (let id = 0; id < 1000; id++) {
    consumer.change('link', { id, new: link(id) })
    consumer.change('link', { id: 1000 + id, new: link(id) })
    if (id % 3 === 0) reported.push(await read())
    consumer.change('link', { id: 1000 + id, old: link(id) })
    if (id % 50 === 0) while (reported.length <= id) reported.push(await read())
  }
  while (reported.length < 1000) reported.push(await read())
  expect(reported.map(event => (event as { new: Watched['link'] }).new.mtu)).toEqual(
    Array.from({ length: 1000 }, (_, id) => id),
  )
  const next = read()
  consumer.change('link', { id: 0, old: link(0), new: link(9) })
  expect(await next).toEqual({ type: 'link', action: 'changed', old: link(0), new: link(9) })
})

it('a reader hears nothing of an object that has become what it was between its reads', async () => {
  const consumer = new WatchConsumer(() => {})
  const read = async () => (await consumer.next()).value
  consumer.begin({ type: 'link', entries: [{ id: 1, object: link(1400) }] })
  for (const [id, from, to] of [
    [1, 1400, 1500],
    [2, 1300, 1301],
    [1, 1500, 1400],
    [3, 1300, 1302],
    [2, 1301, 1300],
  ] as const)
    consumer.change('link', { id, old: link(from), new: link(to) })
  expect([await read(), await read()]).toEqual([
    { type: 'link', action: 'added', new: link(1400) },
    { type: 'link', action: 'changed', old: link(1300), new: link(1302) },
  ])
  const next = read()
  consumer.change('link', { id: 1, old: link(1400) })
  expect(await next).toEqual({ type: 'link', action: 'removed', old: link(1400) })
})

it('a reader begins with what is there as it is by then, then hears that this was all, then what changes', async () => {
  const consumer = new WatchConsumer(() => {})
  const entries = [1, 2, 3, 4].map(id => ({ id, object: link(id) }))
  consumer.begin({ type: 'link', entries })
  consumer.begin('ready')
  const read = async () => (await consumer.next()).value
  expect(await read()).toEqual({ type: 'link', action: 'added', new: link(1) })
  consumer.change('link', { id: 1, old: link(1), new: link(1500) })
  consumer.change('link', { id: 2, old: link(2) })
  consumer.change('link', { id: 3, old: link(3), new: link(30) })
  consumer.change('link', { id: 5, new: link(5) })
  consumer.change('link', { id: 3, old: link(30), new: link(31) })
  expect([await read(), await read(), await read(), await read(), await read()]).toEqual([
    { type: 'link', action: 'added', new: link(31) },
    { type: 'link', action: 'added', new: link(4) },
    { type: 'ready' },
    { type: 'link', action: 'changed', old: link(1), new: link(1500) },
    { type: 'link', action: 'added', new: link(5) },
  ])
  const waiting = read()
  consumer.change('link', { id: 4, old: link(4) })
  expect(await waiting).toEqual({ type: 'link', action: 'removed', old: link(4) })
})

it('a reader hears of each sort once that has been looked at, and behind the last that this was all', async () => {
  const consumer = new WatchConsumer(() => {})
  const read = async () => (await consumer.next()).value
  consumer.begin({ type: 'link', entries: [1, 2].map(id => ({ id, object: link(id) })) })
  expect([await read(), await read()]).toEqual([
    { type: 'link', action: 'added', new: link(1) },
    { type: 'link', action: 'added', new: link(2) },
  ])
  const waiting = read()
  consumer.change('link', { id: 2, old: link(2) })
  expect(await waiting).toEqual({ type: 'link', action: 'removed', old: link(2) })
  consumer.change('link', { id: 1, old: link(1), new: link(9) })
  consumer.begin({ type: 'route', entries: [] })
  consumer.begin({ type: 'addr', entries: [{ id: 3, object: {} as Watched['addr'] }] })
  consumer.begin('ready')
  expect([await read(), await read(), await read()]).toEqual([
    { type: 'addr', action: 'added', new: {} },
    { type: 'ready' },
    { type: 'link', action: 'changed', old: link(1), new: link(9) },
  ])
})

it('a reader that waits before there is anything gets the first object, and nothing of it once it has ended', async () => {
  const ended: string[] = []
  const consumer = new WatchConsumer(() => ended.push('end'))
  const first = consumer.next()
  const second = consumer.next()
  consumer.begin({ type: 'link', entries: [1, 2, 3].map(id => ({ id, object: link(id) })) })
  expect((await Promise.all([first, second])).map(({ value }) => (value as { new: unknown }).new)).toEqual([
    link(1),
    link(2),
  ])
  consumer.end({ reason: 'lost' })
  consumer.end({ reason: 'again' })
  await expect(consumer.next()).rejects.toBe('lost')
  expect(await consumer.next()).toEqual({ value: undefined, done: true })
  expect(ended).toEqual(['end'])
})
