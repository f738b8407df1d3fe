import { fstatSync, mkdirSync, rmdirSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FileLock, lockPath } from '../../sys/flock.js'
import { fileError, stateError } from '../network-error.js'

/** Who waits for a directory in this process, in order: two holders in one process would wait for each other for ever. */
const queues = new Map<string, Promise<unknown>>()

/** Milliseconds that a lock of another process is waited for. */
const PATIENCE = 30_000

/**
 * Calls a function while no one else, in this process or another, is in one for the same directory. It is made for that, and removed
 * when it is empty. The signal ends the wait for other processes.
 */
export async function exclusive<T>(directory: string, fn: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
  const before = queues.get(directory)
  const turn = (async () => {
    await before?.catch(() => undefined)
    using _lock = await lock(directory, signal)
    try {
      return await fn()
    } finally {
      removeEmpty(directory)
    }
  })()
  queues.set(directory, turn)
  try {
    return await turn
  } finally {
    if (queues.get(directory) === turn) queues.delete(directory)
  }
}

/** Removes a directory that nothing is in: whoever locked it may have been killed before. */
function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory)
  } catch {
    // Other networks have files there.
  }
}

async function lock(directory: string, signal: AbortSignal | undefined): Promise<FileLock> {
  for (const end = performance.now() + PATIENCE; ; ) {
    signal?.throwIfAborted()
    try {
      // ENOENT as well: where the directory is there, mkdirSync looks what it is, and a holder before us may have removed it.
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      const held = lockPath(directory, 0)
      // A holder before us may have removed it.
      if (statSync(directory, { throwIfNoEntry: false })?.ino === fstatSync(held.fd).ino) return held
      held[Symbol.dispose]()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ERR_NETLINK_TIMEOUT' && code !== 'ENOENT') throw fileError(error, directory)
      if (performance.now() > end) throw stateError('ETIMEDOUT', `${directory} stayed locked for ${PATIENCE} ms`)
      await sleep(1)
    }
  }
}
