import { closeSync, openSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { check, libc } from './libc.js'
import { fsError } from './namespace.js'

const O_CLOEXEC = 0o2000000

/**
 * Has a descriptor that a system call has made closed with the Worker that made it, however that ends. Node does so with what
 * node:fs has opened, and so it becomes such a one; in the main thread it stays as it is, until `closeDescriptor`.
 */
export function trackDescriptor(fd: number): number {
  if (isMainThread) return fd
  try {
    const tracked = openRoot()
    try {
      return check(libc('dup3')(fd, tracked, O_CLOEXEC), 'dup3')
    } catch (error) {
      closeSync(tracked)
      throw error
    }
  } finally {
    libc('close')(fd)
  }
}

function openRoot(): number {
  try {
    return openSync('/', 'r')
  } catch (error) {
    throw fsError(error, '/')
  }
}

/** Closes what `trackDescriptor` gave: Node must not close the number again, which may be another's by then. */
export function closeDescriptor(fd: number): void {
  if (isMainThread) libc('close')(fd)
  else closeSync(fd)
}
