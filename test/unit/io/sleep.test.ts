import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sleepAsync } from '../../../src/io/sleep.js'
import { rejection } from './fixtures.js'

const HOUR = 3_600_000

describe('sleepAsync', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  /** A sleep of an hour, and what may be left of it. */
  const asleep = () => {
    const controller = new AbortController()
    const { signal } = controller
    const sleepers = new Set<() => void>()
    const sleeping = sleepAsync(HOUR, signal, sleepers)
    const left = () => [getEventListeners(signal, 'abort').length, sleepers.size, vi.getTimerCount()]
    expect(left()).toEqual([1, 1, 1])
    return { controller, sleepers, sleeping, left }
  }

  it('rejects with the reason of an abort at once', async () => {
    const { controller, sleeping, left } = asleep()
    const reason = { why: 'because' }
    controller.abort(reason)
    expect(await rejection(sleeping)).toBe(reason)
    expect(left()).toEqual([0, 0, 0])
  })

  it('ends at its time, not before', async () => {
    const { controller, sleeping, left } = asleep()
    let ended = false
    void sleeping.then(() => {
      ended = true
    })
    await vi.advanceTimersByTimeAsync(HOUR - 1)
    expect(ended).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(ended).toBe(true)
    expect(left()).toEqual([0, 0, 0])
    // Nobody listens any longer.
    controller.abort(new Error('too late'))
    expect(await sleeping).toBeUndefined()
  })

  it('is woken before its time', async () => {
    const { sleepers, sleeping, left } = asleep()
    for (const wake of [...sleepers]) wake()
    expect(await sleeping).toBeUndefined()
    expect(left()).toEqual([0, 0, 0])
  })

  it('does not begin under a signal that has aborted', async () => {
    const reason = new Error('no')
    const signal = AbortSignal.abort(reason)
    const sleepers = new Set<() => void>()
    expect(await rejection(sleepAsync(HOUR, signal, sleepers))).toBe(reason)
    expect([getEventListeners(signal, 'abort').length, sleepers.size, vi.getTimerCount()]).toEqual([0, 0, 0])
  })

  it('of many has one listener, and leaves none behind', async () => {
    const controller = new AbortController()
    const all = Array.from({ length: 8 }, (_, i) => sleepAsync(HOUR + i, controller.signal))
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(HOUR + 3)
    const reason = new Error('enough')
    controller.abort(reason)
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(
      Array.from({ length: 8 }, (_, i) => (i < 4 ? 'fulfilled' : 'rejected')),
    )
    expect([getEventListeners(controller.signal, 'abort').length, vi.getTimerCount()]).toEqual([0, 0])
  })
})
