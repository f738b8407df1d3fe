import type { NamespaceRef } from '../../request/request.js'
import type { NamespaceHandle } from '../../sys/namespace.js'
import type { Readiness } from '../../sys/poll.js'
import type { SocketOptions } from '../../sys/socket.js'

export type { NamespaceHandle } from '../../sys/namespace.js'
export type { Readiness } from '../../sys/poll.js'
export type { SocketOptions } from '../../sys/socket.js'

/**
 * A bound, non-blocking netlink socket as the clients use it. Numbers that stand for a failed system call are negative errnos;
 * no method throws. `rtnetlink/testing` has one that needs neither kernel nor privilege.
 */
export interface TransportSocket {
  readonly portId: number
  readonly closed: boolean
  /** The sender of the last datagram: 0 is the kernel. */
  readonly sourcePid: number
  /** The group to which the last datagram went, 0 for none. */
  readonly sourceGroups: number
  /** The namespace id of the last datagram when it came from another namespace. */
  readonly nsid: number | undefined
  /** Tells whether the last datagram was longer than the buffer. */
  readonly truncated: boolean
  send(bytes: Uint8Array, length: number): number
  /** Sends off the thread; the bytes must stay as they are until it settles. */
  sendSlow(bytes: Uint8Array, length: number): Promise<number>
  /** Reads one datagram without waiting: its length, which may exceed the buffer's, or a negative errno. */
  receive(buffer: Uint8Array): number
  /**
   * Reads what there is without waiting, each datagram into the next `size` bytes of the buffer: how many, or a negative errno. Fewer than
   * it takes: the queue was empty, or the next call tells of an error.
   */
  receiveMany(buffer: Uint8Array, size: number): number
  /** Does the same off the thread; until it settles the buffer is its own, and nothing else may be received. */
  receiveManySlow(buffer: Uint8Array, size: number): Promise<number>
  /** Makes what is said of the last datagram that of the `index`th of the last `receiveMany` or `receiveManySlow`; gives its length, which may exceed `size`. */
  select(index: number): number
  /** Waits on the thread: 1 readable, 0 timeout, or a negative errno. */
  waitReadable(timeoutMs: number): number
  onReadable(callback: () => void): Readiness
  join(group: number): number
  listenAllNamespaces(): number
  attachFilter(program: Uint8Array): number
  /** Gives the index of an interface name of at most 15 bytes. */
  ifindex(name: string): number
  close(): void
}

/** Where a client's sockets come from. */
export interface Transport {
  /** Opens a socket; rejects with a NetlinkError (reason `syscall` or `unsupported`). */
  open(options: SocketOptions): TransportSocket
  /** Opens a namespace; `own` asks for a descriptor that outlives the one a reference may hold. Rejects with a NetlinkError. */
  openNamespace(ref: NamespaceRef, own?: boolean): NamespaceHandle
  /** Opens the namespace that the caller is in while `netns.run` lasts, where the client that it opens belongs; `undefined` elsewhere. */
  openVisited?(): NamespaceHandle | undefined
}
