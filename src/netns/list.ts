import { NetlinkError } from '../errors/netlink-error.js'
import { namespaceCookie } from '../sys/cookie.js'
import { closeDescriptor } from '../sys/descriptor.js'
import { fs } from '../sys/fs.js'
import { fsError, NETNS_DIRECTORY, openNamespace } from '../sys/namespace.js'
import { NetlinkSocket } from '../sys/socket.js'
import { namespaceId } from './nsid.js'
import { type Found, Scan } from './scan.js'

/** A network namespace of this machine, as far as this process can see. */
export interface NamespaceInfo {
  /** Its names in /run/netns. */
  readonly names: readonly string[]
  /** Processes in it, and threads that are in it while their process is not; each may be used as `{ pid }`. */
  readonly pids: readonly number[]
  /** A file that leads to it at this moment, to be used as `{ path }`; absent where only sockets hold it. */
  readonly path: string | undefined
  /** Its id in the calling thread's namespace, −1 when it has none. */
  readonly nsid: number
  /** A number that is never given to another namespace; absent when it may not be entered. */
  readonly cookie: bigint | undefined
  /** Unique at this moment; 0 in the entry of what is unknown. */
  readonly inode: number
  /** What could not be read, and why: `cookie: EPERM`. */
  readonly unreadable: readonly string[]
}

/**
 * Lists the network namespaces that are held by names, processes, threads, descriptors, sockets or mounts, ordered by inode
 * number. When something could not be read, or a file in /run/netns is no namespace, a last entry with inode 0 says so,
 * with the processes whose namespace is unknown; where /proc counts another pid namespace's processes that says it too. Rejects
 * with EACCES when /run/netns itself may not be read.
 *
 * @example
 * for (const { names, pids } of netns.list()) console.log(names.join() || '-', pids.length)
 */
export function list(): NamespaceInfo[] {
  const scan = new Scan()
  const names = new Map<number, string[]>()
  const stale = named(scan, names)
  scan.run()
  using socket = NetlinkSocket.open({ protocol: 0, strict: false })
  const entries: NamespaceInfo[] = []
  for (const [inode, found] of [...scan.found].sort(([a], [b]) => a - b)) {
    entries.push(describe(socket, inode, found, names.get(inode) ?? []))
  }
  if (stale.length + scan.unreadable.size + scan.hidden.length > 0) {
    const unknown = { path: undefined, nsid: -1, cookie: undefined, inode: 0, unreadable: [...scan.unreadable] }
    entries.push({ names: stale, pids: scan.hidden, ...unknown })
  }
  return entries
}

/** Reads /run/netns; gives the names that are no namespace. */
function named(scan: Scan, names: Map<number, string[]>): string[] {
  const stale: string[] = []
  for (const name of directory()) {
    const path = `${NETNS_DIRECTORY}/${name}`
    try {
      const opened = openNamespace({ path })
      const inode = fs.fstatSync(opened.fd).ino
      opened.close()
      names.set(inode, [...(names.get(inode) ?? []), name])
      const found = scan.found.get(inode)
      if (found === undefined) scan.found.set(inode, { pids: [], paths: [path] })
    } catch (error) {
      if (!NetlinkError.is(error)) throw error
      // It has gone meanwhile, or is a link to what has.
      if (error.code === 'ENOENT' && fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) continue
      stale.push(name)
      scan.unreadable.add(error.fieldPath === undefined ? `${path}: ${error.code}` : `${path}: not a network namespace`)
    }
  }
  return stale
}

function directory(): readonly string[] {
  try {
    return fs.readdirSync(NETNS_DIRECTORY)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw fsError(error, NETNS_DIRECTORY)
  }
}

function describe(socket: NetlinkSocket, inode: number, found: Found, names: readonly string[]): NamespaceInfo {
  const unreadable: string[] = []
  const attempt = <T>(what: string, read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!NetlinkError.is(error)) throw error
      unreadable.push(`${what}: ${error.code}`)
      return undefined
    }
  }
  const { pids } = found
  const opened = found.fd === undefined ? reopen(found.paths, inode) : { fd: found.fd, path: undefined }
  if (opened === undefined) {
    const unknown = { path: undefined, nsid: -1, cookie: undefined, unreadable: ['the namespace: ENOENT'] }
    return { names, pids, inode, ...unknown }
  }
  const { fd, path } = opened
  try {
    const nsid = attempt('nsid', () => namespaceId(socket, fd)) ?? -1
    return {
      names,
      pids,
      path,
      nsid,
      cookie: attempt('cookie', () => namespaceCookie({ fd })),
      inode,
      unreadable,
    }
  } finally {
    closeDescriptor(fd)
  }
}

/** Opens a namespace again, and tells by which path; the number may belong to another by now. */
function reopen(paths: readonly string[], inode: number): { fd: number; path: string } | undefined {
  for (const path of paths) {
    try {
      const { fd } = openNamespace({ path })
      if (fs.fstatSync(fd).ino === inode) return { fd, path }
      closeDescriptor(fd)
    } catch (error) {
      if (!NetlinkError.is(error)) throw error
    }
  }
  return undefined
}
