import { NetlinkError } from '../errors/netlink-error.js'
import { clock } from '../wire/clock.js'
import { fs } from './fs.js'
import { lastErrno, libc, syscallError } from './libc.js'
import { fsError } from './namespace.js'

const LOCK_EX = 2
const LOCK_NB = 4
const EINTR = -4
const EAGAIN = -11

/** A held lock; disposing of it lets others in. */
export interface FileLock {
  readonly fd: number
  [Symbol.dispose](): void
}

/**
 * Locks an existing file or directory against other processes and other holders in this one (flock, exclusive), sleeping
 * in the calling thread until it is free; rejects with ERR_NETLINK_TIMEOUT. The lock ends with the process.
 */
export function lockPath(path: string, timeoutMs = 5000): FileLock {
  let fd: number
  try {
    fd = fs.openSync(path, 'r')
  } catch (error) {
    throw fsError(error, path)
  }
  try {
    wait(fd, path, timeoutMs)
  } catch (error) {
    fs.closeSync(fd)
    throw error
  }
  let held = true
  return {
    fd,
    [Symbol.dispose]() {
      if (held) fs.closeSync(fd)
      held = false
    },
  }
}

function wait(fd: number, path: string, timeoutMs: number): void {
  const deadline = clock() + timeoutMs
  const cell = new Int32Array(new SharedArrayBuffer(4))
  // A blocking flock would have no deadline; holders keep it for microseconds.
  while (libc('flock')(fd, LOCK_EX | LOCK_NB) !== 0) {
    const errno = lastErrno()
    if (errno !== EINTR && errno !== EAGAIN) throw syscallError('flock', errno, path)
    if (clock() > deadline) {
      const detail = `${path} stayed locked for ${timeoutMs} ms`
      throw new NetlinkError({ reason: 'timeout', code: 'ERR_NETLINK_TIMEOUT', syscall: 'flock', detail })
    }
    Atomics.wait(cell, 0, 0, 1)
  }
}
