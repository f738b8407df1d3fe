// Turns of the event loop, which all that waits in a thread shares.
import { expect, it } from 'vitest'
import { putOff, turnIsOver } from '../../../../src/io/async/turn.js'

/** Uses up a turn. */
function work(): void {
  turnIsOver()
  for (const end = performance.now() + 2; performance.now() < end; );
}

/** Runs works that are put off at once, and gives the number of the turn that each had. */
async function turnsOf(works: readonly (() => void)[]): Promise<number[]> {
  let turn = 0
  let running = true
  const tick = (): void => {
    turn++
    if (running) setImmediate(tick)
  }
  setImmediate(tick)
  const turns: number[] = []
  await new Promise<void>(resolve => {
    for (const [i, each] of works.entries())
      putOff(() => {
        turns[i] = turn
        if (i === works.length - 1) resolve()
        each()
      })
  })
  running = false
  return turns
}

it('those who use up a turn have one each, in order', async () => {
  const turns = await turnsOf(Array.from({ length: 6 }, () => work))
  expect(new Set(turns).size).toBe(6)
  expect(turns).toEqual(turns.toSorted((a, b) => a - b))
})

it('others wait no longer when one of them throws', async () => {
  const thrown: unknown[] = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.once('uncaughtException', error => thrown.push(error))
  const turns = await turnsOf([
    () => {
      throw new Error('mine')
    },
    () => {},
  ])
  for (const listener of listeners) process.on('uncaughtException', listener)
  expect(thrown).toEqual([new Error('mine')])
  expect(turns).toHaveLength(2)
})
