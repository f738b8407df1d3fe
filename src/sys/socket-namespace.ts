import { closeDescriptor, makeDescriptor } from './descriptor.js'
import { fs } from './fs.js'
import { libc } from './libc.js'
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
  /** Or −errno. */
  readonly #pidfd: number

  constructor(pid: number) {
    const syscall = libc('syscall')
    this.#pidfd = makeDescriptor(() => syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0))
  }

  /** Opens the namespace of a socket descriptor of the process; the caller closes it, with `closeDescriptor`. */
  of(socket: number): SocketNamespace | number {
    const [pidfd, syscall, ioctl] = [this.#pidfd, libc('syscall'), libc('ioctl')]
    if (pidfd < 0) return pidfd
    const copy = makeDescriptor(() => syscall(SYS_PIDFD_GETFD, pidfd, socket, 0, 0))
    if (copy < 0) return copy
    const fd = makeDescriptor(() => ioctl(copy, SIOCGSKNS, null))
    closeDescriptor(copy)
    return fd < 0 ? fd : { fd, inode: fs.fstatSync(fd).ino }
  }

  [Symbol.dispose](): void {
    if (this.#pidfd >= 0) closeDescriptor(this.#pidfd)
  }
}
