// What drivers make of operations.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { runAsync, runSync } from '../../../src/io/bind.js'
import type { CallOptions, Effect, Operation } from '../../../src/request/operation.js'
import { rows, send, sleep } from '../../../src/request/operation.js'
import { get } from './fixtures.js'

afterEach(() => void vi.restoreAllMocks())

/** Takes 400 ms for each step, and tells what it was given. */
function slow() {
  let now = 5000
  vi.spyOn(process, 'hrtime').mockImplementation(() => [5 + Math.floor(now / 1000), (now % 1000) * 1e6])
  const given: (CallOptions | undefined)[] = []
  const perform = (effect: Effect) => {
    now += 400
    given.push(effect.do === 'sleep' ? undefined : effect.options)
    return []
  }
  return { given, perform }
}

function* steps(options: CallOptions | undefined): Operation<void> {
  yield* send(get(1), options)
  yield* rows(get(2), options)
  yield* sleep(1)
  yield* send(get(3), options)
}

describe('the deadline of a call of several steps', () => {
  const { signal } = new AbortController()
  const left = [{ signal, timeoutMs: 900 }, { signal, timeoutMs: 500 }, undefined, { signal, timeoutMs: 0 }]

  it('bounds all of them together', async () => {
    const ofBlocking = slow()
    runSync(steps({ signal, timeoutMs: 900 }), ofBlocking.perform)
    expect(ofBlocking.given).toEqual(left)
    const ofAsync = slow()
    await runAsync(steps({ signal, timeoutMs: 900 }), async effect => ofAsync.perform(effect))
    expect(ofAsync.given).toEqual(left)
  })

  it.each([undefined, {}, { timeoutMs: '900' }, { timeoutMs: -1 }, { timeoutMs: 0 }])('is left as %j', options => {
    const { given, perform } = slow()
    runSync(steps(options as CallOptions), perform)
    expect(given).toEqual([options, options, undefined, options])
  })
})
