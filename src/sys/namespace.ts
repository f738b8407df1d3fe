import { errnoNumber } from '../errors/errno.js'
import { badValue, NetlinkError } from '../errors/netlink-error.js'
import { littleEndian } from '../wire/endian.js'
import type { NamespaceRef } from '../wire/namespace-ref.js'
import { viewOf } from '../wire/nlmsghdr.js'
import { closeDescriptor, makeDescriptor } from './descriptor.js'
import { fs } from './fs.js'
import { lastErrno, libc, requireLinux, syscallError } from './libc.js'

const le = littleEndian

/** Where `ip netns` and this library keep named namespaces. */
export const NETNS_DIRECTORY = '/run/netns'
export const CLONE_NEWNET = 0x40000000
/** The calling thread's namespace; /proc/self would be the main thread's. */
export const OWN_NAMESPACE = '/proc/thread-self/ns/net'

const NSFS_MAGIC = 0x6e736673
const NS_GET_NSTYPE = 0xb703
// The same numbers on all architectures that Node runs on.
const SYS_PIDFD_SEND_SIGNAL = 424
export const SYS_PIDFD_OPEN = 434
/** PIDFD_THREAD (Linux 6.9): the id is a thread's. */
const PIDFD_THREAD = 0o200
const ESRCH = -3

/** An open network namespace: `close` only closes what was opened for it. */
export interface NamespaceHandle {
  readonly fd: number
  close(): void
}

/** Gives the path of a named namespace; rejects what cannot be a name (ERR_NETLINK_BAD_VALUE). */
export function namedPath(name: string): string {
  if (typeof name !== 'string') throw badValue('netns', 'the name of a network namespace is a string')
  const bytes = new TextEncoder().encode(name).length
  if (name === '' || name === '.' || name === '..' || bytes > 255 || /[/\0\ud800-\udfff]/u.test(name)) {
    throw badValue('netns', `${JSON.stringify(name)} cannot name a network namespace`)
  }
  return `${NETNS_DIRECTORY}/${name}`
}

/**
 * Opens what a reference names; throws when it is missing, no network namespace, or out of reach. A descriptor is only borrowed,
 * unless it is to be the opener's `own`.
 */
export function openNamespace(ref: NamespaceRef, own = false): NamespaceHandle {
  requireLinux()
  if (typeof ref === 'string') return openPath(namedPath(ref), `no network namespace named ${JSON.stringify(ref)}`)
  // Callers without types write anything.
  const { fd, path, pid } = Object(ref) as { readonly [K in 'fd' | 'path' | 'pid']?: unknown }
  if (fd === -1) throw badValue('netns', 'the handle of the network namespace is closed (its fd is -1)')
  if (typeof fd === 'number') {
    checkNamespace(integer(fd, 0, 'fd'), `descriptor ${fd}`)
    return own ? openPath(`/proc/self/fd/${fd}`, 'no such descriptor') : { fd, close: () => undefined }
  }
  if (typeof path === 'string' && !path.includes('\0')) return openPath(path, 'no such file')
  if (typeof pid === 'number') return openProcess(integer(pid, 1, 'pid'))
  throw badValue('netns', 'a network namespace is given as a name, { pid }, { path }, { fd } or a handle')
}

/** Opens the namespace that the calling thread is in. */
export function openCurrent(): NamespaceHandle {
  return openPath(OWN_NAMESPACE, 'is /proc mounted?')
}

/** Calls a synchronous function with the calling thread in a namespace. */
export function inNamespace<T>(ref: NamespaceRef, fn: () => T): T {
  const setns = libc('setns')
  const target = openNamespace(ref)
  try {
    return inWindow(() => {
      if (setns(target.fd, CLONE_NEWNET) !== 0) throw privileged('setns', lastErrno())
    }, fn)
  } finally {
    target.close()
  }
}

/** The namespace of the thread outside all windows, while it is in one. */
let home: NamespaceHandle | undefined

/** Opens the namespace that the calling thread is in for a while; `undefined` where it is in its own. */
export function openVisited(): NamespaceHandle | undefined {
  return home === undefined ? undefined : openCurrent()
}

/** Calls a synchronous function with the calling thread in its own namespace, also from within a window. */
export function atHome<T>(fn: () => T): T {
  return home === undefined ? fn() : inNamespace({ fd: home.fd }, fn)
}

/**
 * Lets the calling thread change its namespace and brings it back whatever happens. All of it is synchronous: an `await`
 * inside would run the rest of the program in the wrong namespace.
 */
export function inWindow<T>(enter: () => void, fn: () => T): T {
  // All that is used inside is loaded before.
  const setns = libc('setns')
  startPool()
  const own = openCurrent()
  const outside = home
  home ??= own
  try {
    enter()
    try {
      return fn()
    } finally {
      if (setns(own.fd, CLONE_NEWNET) !== 0) poisoned(lastErrno())
    }
  } finally {
    home = outside
    own.close()
  }
}

let poolStarted = false

/**
 * Starts libuv's thread pool, in this thread's namespace: its threads stay for good in the namespace of the thread that
 * uses the pool first, and a window must not be that.
 */
export function startPool(): void {
  if (poolStarted) return
  poolStarted = true
  // libuv waits until all its threads run before it queues the first job.
  libc('getpid').async(() => undefined)
}

/** Makes the error of a call that the kernel refuses to those without CAP_SYS_ADMIN. */
export function privileged(syscall: string, errno: number, what?: string): NetlinkError {
  const denied = errno === errnoNumber('EPERM') || errno === errnoNumber('EACCES')
  const needs = denied ? 'needs CAP_SYS_ADMIN, in the user namespace that owns the network namespace too' : undefined
  const detail = [what, needs].filter(part => part !== undefined).join(': ')
  return syscallError(syscall, errno, detail === '' ? undefined : detail)
}

/** Makes a NetlinkError of an exception of node:fs, with the same code. */
export function fsError(error: unknown, detail: string): NetlinkError {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) throw error
  return new NetlinkError({ reason: 'syscall', code, syscall, detail, cause: error })
}

function openPath(path: string, missing: string): NamespaceHandle {
  let fd: number
  try {
    // A FIFO would hold the thread until somebody writes.
    fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
  } catch (error) {
    throw fsError(error, (error as NodeJS.ErrnoException).code === 'ENOENT' ? `${missing} (${path})` : path)
  }
  try {
    checkNamespace(fd, path)
  } catch (error) {
    fs.closeSync(fd)
    throw error
  }
  return { fd, close: () => fs.closeSync(fd) }
}

/** Opens a process's namespace; holding a pidfd meanwhile shows that the id was not given to another process. */
function openProcess(pid: number): NamespaceHandle {
  const syscall = libc('syscall')
  const openFlagged = (flags: number) => makeDescriptor(() => syscall(SYS_PIDFD_OPEN, pid, flags, 0, 0))
  let pidfd = openFlagged(0)
  if (pidfd < 0 && pidfd !== ESRCH) pidfd = openFlagged(PIDFD_THREAD)
  if (pidfd === ESRCH) throw syscallError('pidfd_open', ESRCH, `no process ${pid}`)
  try {
    const opened = openProcessPath(pid, pidfd < 0 ? pid : procId(pidfd, pid))
    // Kernels before 5.3 have no pidfd: there the file that opened is all that is known.
    if (pidfd >= 0 && syscall(SYS_PIDFD_SEND_SIGNAL, pidfd, 0, 0, 0) < 0 && lastErrno() === ESRCH) {
      opened.close()
      throw syscallError('pidfd_send_signal', ESRCH, `process ${pid} has ended`)
    }
    return opened
  } finally {
    if (pidfd >= 0) closeDescriptor(pidfd)
  }
}

/** The number by which /proc knows a process: it may count those of another pid namespace (`unshare --pid` without `--mount-proc`). */
function procId(pidfd: number, pid: number): number {
  try {
    const [, id = pid] = /^Pid:\t(-?\d+)$/m.exec(fs.readFileSync(`/proc/self/fdinfo/${pidfd}`, 'utf8')) ?? []
    return Number(id)
  } catch {
    // What keeps it from being read keeps the namespace from being opened too, and says so there.
    return pid
  }
}

function openProcessPath(pid: number, id: number): NamespaceHandle {
  try {
    return openPath(`/proc/${id}/ns/net`, `no process ${pid}`)
  } catch (error) {
    if (!NetlinkError.is(error)) throw error
    // It has ended since, or is a zombie: that has no namespace any more.
    if (error.code === 'ENOENT') throw syscallError('open', ESRCH, `no process ${pid} in /proc`, error.cause)
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error
    const detail = `the namespace of process ${pid} needs CAP_SYS_PTRACE over it`
    throw new NetlinkError({ reason: 'syscall', code: error.code, syscall: 'open', detail, cause: error.cause })
  }
}

function checkNamespace(fd: number, what: string): void {
  // struct statfs begins with f_type and is 120 bytes at most.
  const statfs = new Uint8Array(256)
  if (libc('fstatfs')(fd, statfs) !== 0) throw syscallError('fstatfs', lastErrno(), what)
  if (viewOf(statfs).getUint32(0, le) !== NSFS_MAGIC) throw badValue('netns', `${what} is not a namespace`)
  const type = libc('ioctl')(fd, NS_GET_NSTYPE, null)
  if (type !== CLONE_NEWNET) throw badValue('netns', `${what} is not a network namespace`)
}

function integer(value: number, minimum: number, what: string): number {
  if (!Number.isInteger(value) || value < minimum || value > 0x7fffffff) {
    throw badValue('netns', `${what} ${value} is out of range`)
  }
  return value
}

/** Ends the process: a thread that is left in the wrong namespace would configure, and connect to, the wrong network. */
function poisoned(errno: number): never {
  const { message } = syscallError('setns', errno, 'no way back to the own network namespace, aborting')
  fs.writeSync(2, `rtnetlink: ${message}\n`)
  // Not process.abort(): that throws in a Worker.
  libc('abort')()
  throw new Error('unreachable')
}
