import { expect, it } from 'vitest'
import { WatchConsumer } from '../../../src/io/watch-consumer.js'
import type { Watched } from '../../../src/rtnl/watched.js'

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
  const told = []
  for (let id = 0; id < 1000; id++) {
    consumer.change('link', { id, new: link(id) })
    consumer.change('link', { id: 1000 + id, new: link(id) })
    if (id % 3 === 0) told.push(await read())
    consumer.change('link', { id: 1000 + id, old: link(id) })
    if (id % 50 === 0) while (told.length <= id) told.push(await read())
  }
  while (told.length < 1000) told.push(await read())
  expect(told.map(event => (event as { new: Watched['link'] }).new.mtu)).toEqual(
    Array.from({ length: 1000 }, (_, id) => id),
  )
  const next = read()
  consumer.change('link', { id: 0, old: link(0), new: link(9) })
  expect(await next).toEqual({ type: 'link', action: 'changed', old: link(0), new: link(9) })
})
