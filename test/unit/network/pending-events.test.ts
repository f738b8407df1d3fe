// What a slow reader of a network's watch gets: one event for each container, however much has happened.
import { expect, it } from 'vitest'
import { PendingEvents, type WatchedContainer } from '../../../src/network/watch/pending-events.js'

const container = (name: string, carrier = true): WatchedContainer => ({
  name,
  cookie: 1n,
  ifname: 'eth0',
  addresses: [],
  aliases: [],
  state: 'connected',
  carrier,
})

function read(pending: PendingEvents): string[] {
  const lines: string[] = []
  for (let event = pending.shift(); event !== undefined; event = pending.shift()) {
    if (event.type === 'ready') lines.push('ready')
    else lines.push(`${event.action} ${event.old?.carrier ?? '-'} ${event.new?.carrier ?? '-'}`)
  }
  return lines
}

it('each container has one event, from what was read of it to what it is', () => {
  const pending = new PendingEvents()
  const [up, down] = [container('a'), container('a', false)]
  pending.change('a', undefined, up)
  pending.ready()
  for (let i = 0; i < 1000; i++) {
    pending.change('a', up, down)
    pending.change('a', down, up)
  }
  pending.change('a', up, down)
  pending.change('b', undefined, up)
  expect(read(pending)).toEqual(['added - false', 'ready', 'added - true'])
  pending.change('a', down, up)
  pending.change('a', up, undefined)
  pending.change('c', undefined, up)
  pending.change('c', up, undefined)
  expect(read(pending)).toEqual(['removed false -'])
  pending.change('a', up, undefined)
  pending.change('a', undefined, down)
  expect(read(pending)).toEqual(['changed true false'])
})
