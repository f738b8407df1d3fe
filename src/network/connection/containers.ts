import { readlinkSync } from 'node:fs'
import { type Client, type NamespaceRef, NetlinkError, open } from '../../index.js'
import * as netns from '../../netns.js'
import type { Lease } from '../leases/store.js'
import { atStep, fileError, hasCode } from '../network-error.js'

/** A container as it is when it is open. */
export interface Container {
  readonly netns: netns.Namespace
  readonly rt: Client
}

/** A container that is open, and closed in the end. */
export interface OpenContainer extends Container, AsyncDisposable {}

/** Opens a container: its namespace, and a client in it. What it rejects with is a NetworkError. */
export async function openContainer(ref: NamespaceRef): Promise<OpenContainer> {
  try {
    return await openSpace(ref)
  } catch (error) {
    throw NetlinkError.is(error) ? atStep(error, `container ${refText(ref) ?? ''}`.trimEnd(), 'open') : error
  }
}

async function openSpace(ref: NamespaceRef): Promise<OpenContainer> {
  const namespace = netns.open(ref)
  try {
    const rt = await open({ netns: namespace })
    return {
      netns: namespace,
      rt,
      async [Symbol.asyncDispose]() {
        await rt.close()
        namespace.close()
      },
    }
  } catch (error) {
    namespace.close()
    throw error
  }
}

/** Opens a container that may have gone: then it is `undefined`. */
export async function openIfThere(ref: NamespaceRef): Promise<OpenContainer | undefined> {
  try {
    return await openContainer(ref)
  } catch (error) {
    const isFile = typeof ref === 'string' || (typeof ref === 'object' && ref !== null && 'path' in ref)
    if ((isFile && leadsElsewhere(error)) || hasCode(error, 'ENOENT', 'ESRCH')) return undefined
    throw error
  }
}

/**
 * Tells whether a name or a path that led to a namespace now leads to something else, as that is said: it is left as a plain file, or the
 * descriptor was closed and its number is another's (ENXIO: a socket's).
 */
export function leadsElsewhere(error: unknown): boolean {
  return hasCode(error, 'ENXIO') || (NetlinkError.is(error) && error.fieldPath === 'netns')
}

/** How the container of a lease was named; `undefined` where it had no name. */
function namedRef({ name }: Lease): NamespaceRef | undefined {
  if (name.startsWith('net:')) return undefined
  return name.startsWith('/') ? { path: name } : name
}

/** Tells whether the container of a lease is still under the name that it had; what may not be entered is nobody's. */
export function hasName(lease: Lease): boolean {
  const ref = namedRef(lease)
  try {
    if (ref === undefined) return false
    using namespace = netns.open(ref)
    return String(namespace.cookie) === lease.container
  } catch (error) {
    if (NetlinkError.is(error)) return false
    throw error
  }
}

/** Opens the container of a lease by the name that it had. */
export async function openByName(lease: Lease): Promise<OpenContainer | undefined> {
  const ref = namedRef(lease)
  return ref === undefined ? undefined : openByCookie(ref, lease.container)
}

/** Opens the container of a lease by what holds its namespace now. */
export async function openByHolder({ container }: Lease, scan: Scan): Promise<OpenContainer | undefined> {
  for (const rescan of [false, true]) {
    // What was found has gone since, or its process number means another.
    if (rescan) scan.forget()
    const path = scan.living.paths.get(container)
    const found = path === undefined ? undefined : await openByCookie({ path }, container)
    if (found !== undefined || path === undefined) return found
  }
  return undefined
}

/** Opens the container of a lease in one way or the other; a scan may serve several. */
export async function openLease(lease: Lease, scan = new Scan()): Promise<OpenContainer | undefined> {
  return (await openByName(lease)) ?? openByHolder(lease, scan)
}

/** Opens what a reference means if that is the namespace with a cookie. */
export async function openByCookie(ref: NamespaceRef, cookie: string): Promise<OpenContainer | undefined> {
  const opened = await openIfThere(ref)
  if (opened === undefined || String(opened.netns.cookie) === cookie) return opened
  await opened[Symbol.asyncDispose]()
  return undefined
}

/** How a container is written in a file and in results; `undefined` for descriptors: their numbers soon mean something else. */
export function refText(ref: NamespaceRef): string | undefined {
  if (typeof ref === 'string') return ref
  // What is no reference is refused where it is opened.
  if (typeof ref !== 'object' || ref === null) return undefined
  if ('pid' in ref) return `/proc/${ref.pid}/ns/net`
  return 'path' in ref && !/^\/(?:proc\/[^/]+|dev)\/fd\//.test(ref.path) ? ref.path : undefined
}

/** The first pid namespace, from which all processes are seen (PROC_PID_INIT_INO of include/linux/proc_ns.h). */
const INITIAL = 'pid:[4026531836]'

/** The pid namespace of this process. */
export function pidNamespace(): string {
  const path = '/proc/self/ns/pid'
  try {
    return readlinkSync(path)
  } catch (error) {
    throw fileError(error, path)
  }
}

/** Tells whether the processes that hold the container of a lease are seen from here: from another pid namespace they need not be. */
export function seesHolders({ seenFrom }: Lease): boolean {
  const here = pidNamespace()
  return here === INITIAL || here === seenFrom
}

/** The namespaces of this moment: what was found, by cookie, and whether that is all. */
interface Living {
  readonly paths: ReadonlyMap<string, string | undefined>
  readonly complete: boolean
}

/** Looks for all namespaces; what this process may not see makes the answer incomplete. */
function living(): Living {
  const paths = new Map<string, string | undefined>()
  let complete = true
  for (const { pids, path, cookie, inode, unreadable } of netns.list()) {
    // What goes while it is looked at, and files that are no namespace, hide nothing.
    if (unreadable.some(why => !/: (?:ENOENT|ESRCH|not a network namespace)$/.test(why))) complete = false
    if (inode === 0 && pids.length > 0) complete = false
    if (cookie !== undefined) paths.set(String(cookie), path)
  }
  return { paths, complete }
}

/** The namespaces that there are, looked for when they are first asked for: that takes 0.15 ms for each. */
export class Scan {
  #living: Living | undefined

  get living(): Living {
    this.#living ??= living()
    return this.#living
  }

  /** Has them looked for anew. */
  forget(): void {
    this.#living = undefined
  }
}
