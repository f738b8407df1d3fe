import { errnoName } from '../errors/errno.js'
import { closeDescriptor } from '../sys/descriptor.js'
import { fs } from '../sys/fs.js'
import { openNamespace } from '../sys/namespace.js'
import { SocketNamespaces } from '../sys/socket-namespace.js'

/** How a descriptor reads that was opened through a mount which has gone, as a name in /run/netns; the root directory does too. */
const DETACHED = '/'
const ESRCH = -3
const EBADF = -9

/** A namespace as the scan met it. */
export interface Found {
  readonly pids: number[]
  /** Files that lead to it, tried in this order. */
  readonly paths: string[]
  /** Descriptor from a socket, when nothing else led there; the reader closes it. */
  fd?: number
}

/** Walks /proc and gathers namespaces by inode number. */
export class Scan {
  readonly found = new Map<number, Found>()
  /** Processes whose namespace cannot be read. */
  readonly hidden: number[] = []
  /** What could not be read and why, one line for a whole directory: `/proc/1/fd: EACCES`. */
  readonly unreadable = new Set<string>()
  readonly #mountNamespaces = new Set<string>()
  readonly #sockets = new Set<string>()
  /** Tells whether the last read was refused. */
  #denied = false

  /** Looks at every process: its threads, descriptors, mounts and sockets. */
  run(): void {
    const pids = this.#directory('/proc').filter(entry => /^\d+$/.test(entry))
    // Its numbers would mean other processes to us, or there is nothing in it.
    if (this.#link('/proc/self') !== String(process.pid)) this.unreadable.add('/proc: not that of this pid namespace')
    for (const pid of pids) this.#process(pid)
    // Processes lead to their namespaces for longer than descriptors do.
    for (const pid of pids) this.#holdings(pid)
    // Last, and only for what is unknown by then: borrowing a socket costs four system calls.
    for (const pid of pids) this.#processSockets(pid)
  }

  #process(pid: string): void {
    const own = this.#link(`/proc/${pid}/ns/net`)
    const main = own === undefined ? undefined : namespaceInode(own)
    if (main !== undefined) this.#add(main, `/proc/${pid}/ns/net`).pids.push(Number(pid))
    else if (own === undefined && this.#denied) this.hidden.push(Number(pid))
    for (const tid of this.#directory(`/proc/${pid}/task`)) {
      if (tid === pid) continue
      const path = `/proc/${pid}/task/${tid}/ns/net`
      const inode = namespaceInode(this.#link(path, `/proc/${pid}/task`))
      if (inode !== undefined && inode !== main) this.#add(inode, path).pids.push(Number(tid))
    }
  }

  /** Looks at what a process holds: descriptors and mounts. */
  #holdings(pid: string): void {
    for (const fd of this.#directory(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${fd}`
      const link = this.#link(path, `/proc/${pid}/fd`)
      const inode = link === DETACHED ? detachedInode(path) : namespaceInode(link)
      if (inode !== undefined) this.#add(inode, path)
    }
    const mounts = this.#link(`/proc/${pid}/ns/mnt`)
    if (mounts !== undefined && !this.#mountNamespaces.has(mounts)) {
      this.#mountNamespaces.add(mounts)
      this.#mounts(pid)
    }
  }

  /** Fields of a mountinfo line: id, parent, device, root, mount point, …; a namespace's root is `net:[inode]`. */
  #mounts(pid: string): void {
    for (const line of this.#read(`/proc/${pid}/mountinfo`).split('\n')) {
      const [, , , root, point] = line.split(' ', 5)
      const inode = namespaceInode(root)
      if (inode === undefined || point === undefined) continue
      const path = point.replace(/\\([0-7]{3})/g, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 8)),
      )
      this.#add(inode, `/proc/${pid}/root${path}`)
    }
  }

  #processSockets(pid: string): void {
    const sockets: string[] = []
    for (const fd of this.#directory(`/proc/${pid}/fd`)) {
      const link = this.#link(`/proc/${pid}/fd/${fd}`, `/proc/${pid}/fd`)
      if (link === undefined || !link.startsWith('socket:') || this.#sockets.has(link)) continue
      this.#sockets.add(link)
      sockets.push(fd)
    }
    if (sockets.length === 0) return
    using borrowed = new SocketNamespaces(Number(pid))
    let denied = 0
    for (const fd of sockets) {
      const namespace = borrowed.of(Number(fd))
      if (typeof namespace === 'number') {
        if (namespace !== ESRCH && namespace !== EBADF) denied = namespace
      } else if (this.found.has(namespace.inode)) closeDescriptor(namespace.fd)
      else this.found.set(namespace.inode, { pids: [], paths: [], fd: namespace.fd })
    }
    if (denied !== 0) this.unreadable.add(`sockets of process ${pid}: ${errnoName(denied)}`)
  }

  #add(inode: number, path: string): Found {
    let found = this.found.get(inode)
    if (found === undefined) {
      found = { pids: [], paths: [] }
      this.found.set(inode, found)
    }
    // A few are enough: the first may have gone by the time it is opened.
    if (found.paths.length < 4) found.paths.push(path)
    return found
  }

  #link(path: string, reported = path): string | undefined {
    return this.#try(() => fs.readlinkSync(path), reported)
  }

  #directory(path: string): readonly string[] {
    return this.#try(() => fs.readdirSync(path), path) ?? []
  }

  #read(path: string): string {
    return this.#try(() => fs.readFileSync(path, 'utf8'), path) ?? ''
  }

  #try<T>(read: () => T, reported: string): T | undefined {
    this.#denied = false
    try {
      return read()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // Processes and descriptors come and go meanwhile; a zombie has no namespace (ENOENT, EINVAL).
      if (code !== 'ENOENT' && code !== 'ESRCH' && code !== 'EINVAL') {
        this.#denied = true
        this.unreadable.add(`${reported}: ${code ?? 'unknown'}`)
      }
      return undefined
    }
  }
}

/** Gives the inode number of what a descriptor means, if that is a network namespace. */
function detachedInode(path: string): number | undefined {
  try {
    const { fd, close } = openNamespace({ path })
    const { ino } = fs.fstatSync(fd)
    close()
    return ino
  } catch {
    return undefined
  }
}

function namespaceInode(link: string | undefined): number | undefined {
  if (link === undefined || !link.startsWith('net:[')) return undefined
  const inode = Number(link.slice(5, -1))
  return Number.isSafeInteger(inode) ? inode : undefined
}
