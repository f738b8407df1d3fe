import { errnoNumber } from '../errors/errno.js'
import { fs } from './fs.js'
import { lastErrno, libc, onMainThread } from './libc.js'

const O_CLOEXEC = 0o2000000

/**
 * Gives the descriptor that a system call makes, or −errno; it is closed with the Worker that makes it, however that ends. Node does so
 * with what node:fs has opened, and so it becomes such a one; in the main thread it stays as it is, until `closeDescriptor`.
 */
export function makeDescriptor(make: () => number): number {
  if (onMainThread()) {
    const fd = make()
    return fd < 0 ? lastErrno() : fd
  }
  const [dup3, close] = [libc('dup3'), libc('close')]
  let tracked: number
  try {
    tracked = fs.openSync('/', 'r')
  } catch (error) {
    return errnoNumber((error as NodeJS.ErrnoException).code ?? '')
  }
  // A Worker that is terminated ends where a function of JavaScript is called: none is, before the number that only we know is closed.
  const fd = make()
  const result = fd < 0 ? fd : dup3(fd, tracked, O_CLOEXEC)
  if (fd >= 0 && result >= 0) {
    close(fd)
    return result
  }
  const errno = lastErrno()
  if (fd >= 0) close(fd)
  fs.closeSync(tracked)
  return errno
}

/** Closes what `makeDescriptor` gave: Node must not close the number again, which may be another's by then. */
export function closeDescriptor(fd: number): void {
  if (onMainThread()) libc('close')(fd)
  else fs.closeSync(fd)
}
