import type { Counters } from '../../engine/counters.js'
import { type Subscriber, Subscription } from '../../engine/subscription.js'
import { errnoName } from '../../errors/errno.js'
import { NetlinkError } from '../../errors/netlink-error.js'
import { Several } from '../../request/request.js'
import { type Abortable, aborts } from '../async/abort-hub.js'
import { putOff, turnIsOver } from '../async/turn.js'
import { WorkQueue } from '../async/work-queue.js'
import { publishDropped, publishReceived } from '../trace/trace.js'
import { EAGAIN, EINTR, ENOBUFS, grownSize, READ_SIZE } from '../transport/port.js'
import type { Readiness, SocketOptions, Transport, TransportSocket } from '../transport/transport.js'
import { Delivery } from './delivery.js'

/** The size of the kernel's queue for a monitor. */
const MONITOR_BUFFER = 16 * 1024 * 1024
/** How many events are read ahead, and datagrams at once at most; the kernel's queue holds the others. */
const READ_AHEAD = 1024
const EPERM = -1
const BROADCAST = 'needs CAP_NET_BROADCAST in the user namespace that owns the network namespace'
/** What joining a group says that the kernel does not have. */
const EINVAL = -22
/** How many datagrams are read at once, each into a room of READ_SIZE bytes at first. */
const DATAGRAMS = 16

/** What the monitors of this thread read into, one after the other: a megabyte for each of a thousand is a gigabyte. */
let common: Uint8Array | undefined

/** What a monitor listens to, and what it makes of it. */
export interface MonitorSpec<E> {
  /** Multicast groups by number (RTNLGRP_*). */
  readonly groups: readonly number[]
  /** Groups that are joined where the kernel has them. */
  readonly optionalGroups?: readonly number[] | undefined
  /** Decodes one notification and copies what it keeps; `undefined` drops it. */
  readonly decode: (
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    nsid: number | undefined,
  ) => E | Several<E> | undefined
  /** Makes the event that stands for lost notifications: what came before it is older, what comes behind it newer than the loss. */
  readonly overrun: () => E
  /** A classic BPF program (sock_filter[]) that the kernel runs on every notification. */
  readonly filter?: Uint8Array | undefined
  /** Listens to all network namespaces that have an id in this one. */
  readonly allNetns?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  readonly bufferBytes?: number | undefined
}

/** Notifications as they arrive: an asynchronous iterator that reads only as fast as it is consumed. */
export interface Monitor<E> extends AsyncIterableIterator<E>, AsyncDisposable {
  readonly counters: Readonly<Counters>
  next(): Promise<IteratorResult<E, undefined>>
  return(): Promise<IteratorResult<E, undefined>>
  close(): Promise<void>
  [Symbol.asyncIterator](): Monitor<E>
}

/** Is a monitor on a socket of its own. */
export class AsyncMonitor<E> implements Monitor<E>, Subscriber {
  readonly #spec: MonitorSpec<E>
  readonly #socket: TransportSocket
  readonly #protocol: number
  readonly #subscription: Subscription
  readonly #events = new WorkQueue<E>()
  readonly #delivery = new Delivery<E>({ take: () => this.#next(), waiting: somebody => this.#poll(somebody) })
  readonly #onClose: () => void
  readonly #abortable: Abortable = { abort: reason => this.fail(reason) }
  /** Those who wait until all has been taken. */
  readonly #idlers: (() => void)[] = []
  #bufferSize = READ_SIZE
  /** Its own, once its datagrams have turned out to be longer. */
  #buffer: Uint8Array | undefined
  #readiness: Readiness | undefined
  /** Tells that the end of the kernel's queue was not seen. */
  #unread = false
  #isPutOff = false

  /** Opens, filters and joins; rejects with what the system calls say. */
  constructor(transport: Transport, options: SocketOptions, spec: MonitorSpec<E>, onClose: () => void) {
    spec.signal?.throwIfAborted()
    this.#spec = spec
    this.#onClose = onClose
    this.#protocol = options.protocol
    this.#subscription = new Subscription(this)
    this.#socket = transport.open({
      ...options,
      receiveBuffer: { bytes: spec.bufferBytes ?? MONITOR_BUFFER, force: true },
    })
    try {
      if (spec.filter !== undefined) this.#check(this.#socket.attachFilter(spec.filter), 'SO_ATTACH_FILTER')
      if (spec.allNetns === true) {
        const errno = this.#socket.listenAllNamespaces()
        this.#check(errno, 'NETLINK_LISTEN_ALL_NSID', errno === EPERM ? BROADCAST : undefined)
      }
      for (const group of spec.groups) {
        this.#check(this.#socket.join(group), 'NETLINK_ADD_MEMBERSHIP', `group ${group}`)
      }
      for (const group of spec.optionalGroups ?? []) {
        const errno = this.#socket.join(group)
        if (errno !== EINVAL) this.#check(errno, 'NETLINK_ADD_MEMBERSHIP', `group ${group}`)
      }
    } catch (error) {
      this.#socket.close()
      throw error
    }
    if (spec.signal !== undefined) aborts.add(spec.signal, this.#abortable)
  }

  get counters(): Readonly<Counters> {
    return this.#subscription.counters
  }

  next(): Promise<IteratorResult<E, undefined>> {
    return this.#delivery.next()
  }

  /** Resolves once whoever reads it has taken all that was told before and waits for more. */
  caughtUp(): Promise<void> {
    if (this.#delivery.ended) return Promise.resolve()
    return new Promise(resolve => {
      this.#idlers.push(resolve)
      this.#delivery.deliver()
    })
  }

  async return(): Promise<IteratorResult<E, undefined>> {
    await this.close()
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async close(): Promise<void> {
    this.#end()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Ends the monitor: the waiting `next()`, or else the following one, rejects with the reason. */
  fail(reason: unknown): void {
    this.#end({ reason })
  }

  event(type: number, bytes: Uint8Array, start: number, end: number): void {
    const event = this.#spec.decode(type, bytes, start, end, this.#socket.nsid)
    if (event instanceof Several) for (const each of event.items) this.#events.push(each)
    else if (event !== undefined) this.#events.push(event)
  }

  overrun(): void {
    this.#events.push(this.#spec.overrun())
  }

  malformed(error: unknown): void {
    publishDropped('a notification cannot be read', error)
  }

  #check(result: number, syscall: string, detail?: string): void {
    if (result < 0) throw new NetlinkError({ reason: 'syscall', code: errnoName(result), syscall, detail })
  }

  /** Reads what is there, up to the limit: of events, and of datagrams that make none. */
  #fill(): void {
    this.#unread = false
    for (
      let read = 0;
      read < READ_AHEAD && this.#events.length < READ_AHEAD && !this.#delivery.ended;
      read += DATAGRAMS
    ) {
      const count = this.#read()
      if (count >= 0) {
        // The queue is empty, unless an error comes behind: then a loss is not told of yet.
        if (count < DATAGRAMS && !this.#subscription.losing) return
      } else if (count === ENOBUFS) this.#subscription.lost()
      else if (count === EAGAIN) {
        this.#subscription.drained()
        return
      } else if (count !== EINTR) {
        this.fail(new NetlinkError({ reason: 'syscall', code: errnoName(count), syscall: 'recvmmsg' }))
      }
    }
    this.#unread = true
  }

  /** Reads datagrams and takes them. */
  #read(): number {
    const buffer = this.#buffer ?? common ?? new Uint8Array(DATAGRAMS * READ_SIZE)
    // Whoever is told of a datagram may read another monitor.
    if (buffer === common) common = undefined
    const count = this.#socket.receiveMany(buffer, this.#bufferSize)
    if (count > 0) this.#receive(buffer, count)
    if (buffer.length === DATAGRAMS * READ_SIZE) common = buffer
    return count
  }

  #receive(buffer: Uint8Array, count: number): void {
    const socket = this.#socket
    const space = this.#bufferSize
    let longest = 0
    for (let i = 0; i < count && !this.#delivery.ended; i++) {
      const start = i * space
      const length = socket.select(i)
      publishReceived(this.#protocol, buffer, start, start + Math.min(length, space))
      if (length > space || socket.truncated) {
        longest = Math.max(longest, length, space)
        this.#subscription.truncated(socket.sourcePid)
      } else this.#subscription.datagram(buffer, start, start + length, socket.sourcePid)
    }
    if (longest === 0) return
    this.#bufferSize = grownSize(space, longest)
    this.#buffer = new Uint8Array(DATAGRAMS * this.#bufferSize)
  }

  #next(): E | undefined {
    if (this.#events.length === 0 && !(this.#unread && turnIsOver())) this.#fill()
    return this.#events.shift()
  }

  /** Waits for readiness only while somebody waits for events. */
  #poll(somebody: boolean): void {
    if (!somebody) this.#readiness?.stop()
    else if (!this.#delivery.ended) {
      this.#readiness ??= this.#socket.onReadable(() => this.#readable())
      this.#readiness.start()
      if (this.#unread) this.#later()
      else this.#wakeIdlers()
    }
  }

  /** Reads in this turn of the event loop, or in another, where other monitors have used it up. */
  #readable(): void {
    if (turnIsOver()) this.#later()
    else this.#delivery.deliver()
  }

  #later(): void {
    if (this.#isPutOff) return
    this.#isPutOff = true
    putOff(() => {
      this.#isPutOff = false
      if (this.#events.length === 0) this.#fill()
      this.#delivery.deliver()
    })
  }

  #wakeIdlers(): void {
    for (const wake of this.#idlers.splice(0)) wake()
  }

  #end(failure?: { readonly reason: unknown }): void {
    const { ended } = this.#delivery
    this.#delivery.end(failure)
    if (ended) return
    this.#wakeIdlers()
    if (this.#spec.signal !== undefined) aborts.remove(this.#spec.signal, this.#abortable)
    while (this.#events.shift() !== undefined);
    this.#buffer = undefined
    this.#readiness?.close()
    this.#readiness = undefined
    this.#socket.close()
    this.#onClose()
  }
}
