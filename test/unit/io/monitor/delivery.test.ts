import { expect, it } from 'vitest'
import { Delivery } from '../../../../src/io/monitor/delivery.js'

function delivery(events: number[]) {
  const waiting: boolean[] = []
  const made = new Delivery<number>({ take: () => events.shift(), waiting: somebody => waiting.push(somebody) })
  return { made, waiting }
}

const read = async (made: Delivery<number>) => (await made.next()).value

it('hands out in order what is there, and what comes to those who wait, and says when somebody does', async () => {
  const events = [1, 2]
  const { made, waiting } = delivery(events)
  expect([await read(made), await read(made)]).toEqual([1, 2])
  expect(waiting).toEqual([])
  const readers = [read(made), read(made)]
  expect(waiting).toEqual([true])
  events.push(3)
  made.deliver()
  expect(waiting).toEqual([true, true])
  events.push(4, 5)
  made.deliver()
  expect(waiting).toEqual([true, true, false])
  expect(await Promise.all(readers)).toEqual([3, 4])
  expect(await read(made)).toBe(5)
})

it('gives the event loop its turn while there is always something', async () => {
  let turns = 0
  let stop = false
  const turn = () => {
    turns++
    if (!stop) setImmediate(turn)
  }
  let next = 0
  const made = new Delivery<number>({ take: () => next++ })
  setImmediate(turn)
  let count = 0
  while (turns < 4 && count < 1_000_000 && (await read(made)) === count) count++
  stop = true
  expect(turns).toBe(4)
  expect(count).toBe(next)
})

it('ends all who wait: one hears why, the others and those that follow that it has ended', async () => {
  const { made } = delivery([])
  const readers = [made.next(), made.next()]
  made.end({ reason: 'gone' })
  await expect(readers[0]).rejects.toBe('gone')
  expect(await readers[1]).toEqual({ value: undefined, done: true })
  made.end({ reason: 'again' })
  expect(await made.next()).toEqual({ value: undefined, done: true })
})

it('tells the next reader why it has ended, unless that was closed since', async () => {
  const failed = delivery([1]).made
  failed.end({ reason: 'gone' })
  await expect(failed.next()).rejects.toBe('gone')
  const closed = delivery([1]).made
  closed.end({ reason: 'gone' })
  closed.end()
  expect(await closed.next()).toEqual({ value: undefined, done: true })
})

it('a source that ends it as it is asked for more is heard', async () => {
  const made: Delivery<number> = new Delivery<number>({
    take: () => {
      made.end({ reason: 'broken' })
      return undefined
    },
  })
  await expect(made.next()).rejects.toBe('broken')
})
