import { badValue, NetlinkError } from '../errors/netlink-error.js'
import type { NamespaceRef } from '../request/request.js'
import { fs } from '../sys/fs.js'
import { fsError, inNamespace } from '../sys/namespace.js'

/**
 * Calls a synchronous function with the calling thread in a namespace: sockets that are made before it returns are that namespace's, and
 * so are /proc/sys/net and /proc/thread-self/net. An asynchronous one does not type-check and throws TypeError: it would go on after the
 * return. `listen(port)` makes its socket at once; `net.connect`, `http`, `dgram` and `listen(port, host)` make theirs later, outside and
 * without an error: they want `worker`.
 *
 * @example
 * const server = netns.run('blue', () => net.createServer().listen(80))
 */
export function run<T>(ref: NamespaceRef, fn: () => T extends PromiseLike<unknown> ? never : T): T {
  if (typeof fn !== 'function') throw new TypeError('netns.run takes a function')
  const result: T = inNamespace(ref, fn)
  if (isThenable(result)) {
    // What it rejects with must not end the process as well.
    result.then(undefined, () => undefined)
    throw new TypeError('netns.run takes a synchronous function: what follows an await runs in the wrong namespace')
  }
  return result
}

/**
 * Reads a sysctl of a namespace, or writes it and gives what it is then; rejects with ENOENT for an unknown key, EINVAL for
 * a value that the kernel refuses. Keys have dots (`net.ipv4.ip_forward`), or slashes where a link name has dots.
 *
 * @example
 * netns.sysctl('blue', 'net.ipv4.ip_forward', 1)
 */
export function sysctl(ref: NamespaceRef, key: string, value?: string | number | bigint | boolean): string {
  const path = sysctlPath(key)
  if (value !== undefined && !written.has(typeof value))
    throw badValue('value', 'of a sysctl is text, a number or a boolean')
  const text = typeof value === 'boolean' ? String(Number(value)) : value?.toString()
  try {
    return inNamespace(ref, () => {
      if (text !== undefined) overwrite(path, text)
      try {
        return fs.readFileSync(path, 'utf8').trimEnd()
      } catch (error) {
        // Some are write-only: route.flush.
        if (text !== undefined && (error as NodeJS.ErrnoException).code === 'EACCES') return text
        throw error
      }
    })
  } catch (error) {
    // What kept it from entering says so itself.
    if (NetlinkError.is(error)) throw error
    const { code } = error as NodeJS.ErrnoException
    const denied = text !== undefined && (code === 'EPERM' || code === 'EACCES')
    const needs = 'is read-only, or needs CAP_NET_ADMIN in the user namespace that owns the network namespace'
    throw fsError(error, denied ? `${key} ${needs}` : key)
  }
}

const written: ReadonlySet<string> = new Set(['string', 'number', 'bigint', 'boolean'])

/** Writes an existing file without asking to read it: a write-only sysctl refuses that, to root too. */
function overwrite(path: string, text: string): void {
  const fd = fs.openSync(path, fs.constants.O_WRONLY)
  try {
    // With the end of a line, as sysctl(8) does: the kernel never sees a write of nothing, which empties a list.
    fs.writeFileSync(fd, `${text}\n`)
  } finally {
    fs.closeSync(fd)
  }
}

function sysctlPath(key: string): string {
  const parts = typeof key === 'string' ? key.split(key.includes('/') ? '/' : '.') : []
  if (parts[0] !== 'net' || parts.some(part => part === '' || part === '.' || part === '..') || key.includes('\0')) {
    throw badValue('key', `${JSON.stringify(key)} is no sysctl below net`)
  }
  return `/proc/sys/${parts.join('/')}`
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
