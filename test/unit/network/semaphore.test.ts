import { expect, it } from 'vitest'
import { Semaphore } from '../../../src/network/semaphore.js'

const { signal } = new AbortController()

it('lets so many do something at a time, the others in order', async () => {
  const slots = new Semaphore(2)
  const begun: number[] = []
  const endpoints: (() => void)[] = []
  const all = [0, 1, 2, 3].map(i =>
    slots.run(signal, async () => {
      begun.push(i)
      await new Promise<void>(resolve => endpoints.push(resolve))
      if (i === 1) throw new Error('one')
    }),
  )
  const failed = expect(all[1]).rejects.toThrow('one')
  expect(begun).toEqual([0, 1])
  endpoints[1]?.()
  await expect.poll(() => begun).toEqual([0, 1, 2])
  endpoints[0]?.()
  await expect.poll(() => begun).toEqual([0, 1, 2, 3])
  endpoints[2]?.()
  endpoints[3]?.()
  await Promise.allSettled(all)
  await failed
  // All places are free again.
  const again = [0, 1].map(i => slots.run(signal, async () => void begun.push(i)))
  expect(begun).toEqual([0, 1, 2, 3, 0, 1])
  await Promise.all(again)
})

it('ends a wait with its signal, and gives the place to the next', async () => {
  const slots = new Semaphore(1)
  let end = (): void => undefined
  const first = slots.run(signal, () => new Promise<void>(resolve => (end = resolve)))
  const stop = new AbortController()
  const second = slots.run(stop.signal, async () => 'second')
  const third = slots.run(signal, async () => 'third')
  stop.abort('stopped')
  await expect(second).rejects.toBe('stopped')
  end()
  await first
  expect(await third).toBe('third')
})
