// Who is at a connection: a call of this thread until it ends, one of another as long as its thread runs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { Call, hasEnded, isRunning, type Owner } from '../../../src/network/leases/owner.js'
import { NetworkError } from '../../../src/network/network-error.js'

it('a call runs until it is disposed of, another of the same thread goes on', () => {
  using other = new Call()
  let owner: Owner
  {
    using call = new Call()
    owner = call.owner()
    expect([isRunning(owner), hasEnded(owner)]).toEqual([true, false])
  }
  expect([isRunning(owner), hasEnded(owner)]).toEqual([false, true])
  expect([isRunning(other.owner()), hasEnded(other.owner())]).toEqual([true, false])
  // As it comes back from a file.
  expect(hasEnded(JSON.parse(JSON.stringify(owner)) as Owner)).toBe(true)
})

it('nobody runs where there is none', () => {
  for (const none of [null, undefined]) expect([isRunning(none), hasEnded(none)]).toEqual([false, false])
})

it('a call of another, and one that an earlier version wrote down, runs as long as its thread', async () => {
  using call = new Call()
  const { call: _, ...thread } = call.owner()
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  try {
    for (const owner of [thread, { ...thread, call: '8a7e2c9c-9b5e-4d0a-8a53-1f3a3b1f7f10 1' }]) {
      expect([isRunning(owner), hasEnded(owner)]).toEqual([true, false])
      expect(isRunning({ ...owner, start: '1' })).toBe(false)
      // Another thread has the number.
      expect(isRunning({ ...owner, pid: child.pid ?? 0, tid: child.pid ?? 0 })).toBe(false)
    }
  } finally {
    child.kill()
    await once(child, 'exit')
  }
  expect(isRunning({ ...thread, pid: child.pid ?? 0, tid: child.pid ?? 0 })).toBe(false)
})

it('what cannot be read is not taken to have ended', () => {
  const unreadable = { pid: 'self/stat' as never, tid: 1, start: '1' }
  expect(() => isRunning(unreadable)).toThrow(NetworkError)
  expect(() => isRunning(unreadable)).toThrow('open: ENOTDIR: /proc/self/stat/task/1/stat')
})
