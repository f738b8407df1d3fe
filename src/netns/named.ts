import { lockPath } from '../sys/flock.js'
import { fs } from '../sys/fs.js'
import { lastErrno, libc, syscallError } from '../sys/libc.js'
import { MS_BIND, MS_PRIVATE, MS_REC, MS_SHARED, mount, tryMount, tryUnmount } from '../sys/mount.js'
import {
  CLONE_NEWNET,
  fsError,
  inWindow,
  NETNS_DIRECTORY,
  namedPath,
  OWN_NAMESPACE,
  openNamespace,
  privileged,
} from '../sys/namespace.js'
import { current, type Namespace } from './handle.js'

const ENOENT = -2
const EEXIST = -17
const EINVAL = -22

/**
 * Creates a named namespace as `ip netns add` does, visible to it; rejects with EEXIST, and EPERM without CAP_SYS_ADMIN (EACCES
 * where /run/netns is not there and cannot be made).
 * Its loopback interface is down. It lives until it is deleted by name, whoever made it; without a name no longer than the handle
 * and what runs in it.
 *
 * @example
 * using blue = netns.create('blue')
 */
export function create(...name: [] | [name: string]): Namespace {
  const path = name.length === 0 ? undefined : namedPath(name[0])
  const unshare = libc('unshare')
  if (path !== undefined) makeDirectory()
  // What is there already need not cost a namespace.
  if (path !== undefined && fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    throw syscallError('open', EEXIST, path)
  return inWindow(
    () => {
      if (unshare(CLONE_NEWNET) !== 0) throw privileged('unshare', lastErrno(), path)
    },
    () => {
      const made = current()
      try {
        if (path !== undefined) bindName(OWN_NAMESPACE, path)
        return made
      } catch (error) {
        made.close()
        throw error
      }
    },
  )
}

/**
 * Gives the namespace of a process a name, as `ip netns attach` does; rejects with EEXIST, ESRCH.
 *
 * @example
 * netns.attach('blue', child.pid)
 */
export function attach(name: string, pid: number): void {
  const path = namedPath(name)
  const target = openNamespace({ pid })
  try {
    makeDirectory()
    // The descriptor, not /proc/PID: the process was checked when it was opened.
    bindName(`/proc/self/fd/${target.fd}`, path)
  } finally {
    target.close()
  }
}

/**
 * Deletes a name as `ip netns delete` does; rejects with ENOENT. The namespace goes with its last process, descriptor and
 * socket, some milliseconds later. A stale file of that name is removed too, and of a symbolic link the link alone.
 *
 * @example
 * netns.delete('blue')
 */
export function remove(name: string): void {
  discard(namedPath(name), name)
}

/** Unmounts a name and unlinks its file. */
function discard(path: string, name: string): void {
  for (let attempt = 1; ; attempt++) {
    const errno = tryUnmount(path)
    // EINVAL: nothing is mounted; ENOENT is left to unlink.
    if (errno !== 0 && errno !== EINVAL && errno !== ENOENT) throw privileged('umount2', errno, path)
    try {
      return fs.unlinkSync(path)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // Mounted upon more than once, or by a process that is just creating it.
      if (code === 'EBUSY' && attempt < 100) continue
      throw fsError(error, code === 'ENOENT' ? `no network namespace named ${JSON.stringify(name)} (${path})` : path)
    }
  }
}

/**
 * Makes /run/netns a shared mount point, so that names appear in other mount namespaces and can be deleted from there.
 * Without the lock and the private step, parallel first calls double the mount table each time.
 */
function makeDirectory(): void {
  try {
    fs.mkdirSync(NETNS_DIRECTORY, { mode: 0o755 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fsError(error, NETNS_DIRECTORY)
  }
  using _lock = lockPath(NETNS_DIRECTORY)
  const errno = tryMount('', NETNS_DIRECTORY, 'none', MS_SHARED | MS_REC)
  if (errno === 0) return
  if (errno !== EINVAL) throw privileged('mount', errno, NETNS_DIRECTORY)
  // EINVAL: it is no mount point yet.
  mount(NETNS_DIRECTORY, NETNS_DIRECTORY, 'none', MS_BIND | MS_REC)
  mount('', NETNS_DIRECTORY, 'none', MS_PRIVATE | MS_REC)
  mount('', NETNS_DIRECTORY, 'none', MS_SHARED | MS_REC)
}

/** Makes a file and mounts a namespace upon it. Locked: two who create one name must not mount upon the same file. */
function bindName(source: string, path: string): void {
  using _lock = lockPath(NETNS_DIRECTORY)
  try {
    fs.closeSync(fs.openSync(path, 'wx', 0))
  } catch (error) {
    throw fsError(error, path)
  }
  const errno = tryMount(source, path, 'none', MS_BIND)
  if (errno === 0) return
  // ENOENT: it was deleted meanwhile, and what is there now is another's.
  if (errno !== ENOENT) fs.unlinkSync(path)
  throw privileged('mount', errno, path)
}
