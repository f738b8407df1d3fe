import type { NamespaceRef } from '../request/request.js'
import { namespaceCookie } from '../sys/cookie.js'
import { fs } from '../sys/fs.js'
import { type NamespaceHandle, openCurrent, openNamespace } from '../sys/namespace.js'

/** Is an open network namespace, and a reference to it (it has an `fd`): it lives at least until `close`. */
export class Namespace implements Disposable {
  /** Inode number: unique among the namespaces of this moment, recycled afterwards. */
  readonly inode: number
  #fd: number
  #cookie: bigint | undefined

  /** Takes over a descriptor. */
  constructor(fd: number) {
    this.#fd = fd
    this.inode = fs.fstatSync(fd).ino
  }

  /** The descriptor; −1 after `close`. */
  get fd(): number {
    return this.#fd
  }

  /** A number that is never given to another namespace; asked for at first use (EPERM without the right to enter it). */
  get cookie(): bigint {
    this.#cookie ??= namespaceCookie(this)
    return this.#cookie
  }

  /** Closes the descriptor; repeated calls do nothing. */
  close(): void {
    if (this.#fd >= 0) fs.closeSync(this.#fd)
    this.#fd = -1
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/**
 * Opens a namespace by name, process, path or descriptor; rejects with ENOENT or ESRCH when there is none, EACCES when it
 * is another user's, ERR_NETLINK_BAD_VALUE when it is something else. A descriptor is opened anew: both are to be closed.
 *
 * @example
 * using blue = netns.open('blue')
 * await using rt = await open({ netns: blue })
 */
export function open(ref: NamespaceRef): Namespace {
  // What was given as a descriptor stays the giver's.
  return adopt(openNamespace(ref, true))
}

/**
 * Opens the namespace of the calling thread, which in a namespaced Worker is the Worker's; rejects with ENOENT where no /proc is
 * mounted.
 *
 * @example
 * using here = netns.current()
 * console.log(here.inode)
 */
export function current(): Namespace {
  return adopt(openCurrent())
}

function adopt(opened: NamespaceHandle): Namespace {
  try {
    return new Namespace(opened.fd)
  } catch (error) {
    opened.close()
    throw error
  }
}
