import { fstatSync } from 'node:fs'
import { trackDescriptor } from './descriptor.js'
import { lastErrno, libc } from './libc.js'
import { SYS_PIDFD_OPEN } from './namespace.js'

// The same number on all architectures that Node runs on.
const SYS_PIDFD_GETFD = 438
const SIOCGSKNS = 0x894c

/** A namespace found through a socket: an open descriptor and its inode number. */
export interface SocketNamespace {
  readonly fd: number
  readonly inode: number
}

/**
 * Borrows sockets of one process to ask which namespaces they are in. `of` gives −errno: −EPERM without CAP_SYS_PTRACE over
 * the process or CAP_NET_ADMIN over the namespace; −ENOSYS before Linux 5.6.
 */
export class SocketNamespaces implements Disposable {
  readonly #pidfd: number
  readonly #errno: number

  constructor(pid: number) {
    this.#pidfd = libc('syscall')(SYS_PIDFD_OPEN, pid, 0, 0, 0)
    this.#errno = this.#pidfd < 0 ? lastErrno() : 0
  }

  /** Opens the namespace of a socket descriptor of the process; the caller closes it, with `closeDescriptor`. */
  of(socket: number): SocketNamespace | number {
    if (this.#pidfd < 0) return this.#errno
    const copy = libc('syscall')(SYS_PIDFD_GETFD, this.#pidfd, socket, 0, 0)
    if (copy < 0) return lastErrno()
    const fd = libc('ioctl')(copy, SIOCGSKNS, null)
    const errno = fd < 0 ? lastErrno() : 0
    libc('close')(copy)
    if (fd < 0) return errno
    const tracked = trackDescriptor(fd)
    return { fd: tracked, inode: fstatSync(tracked).ino }
  }

  [Symbol.dispose](): void {
    if (this.#pidfd >= 0) libc('close')(this.#pidfd)
  }
}
