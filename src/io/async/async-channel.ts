import { NetlinkError } from '../../errors/netlink-error.js'
import type { CallOptions } from '../../request/operation.js'
import type { Protocol } from '../../request/protocol.js'
import type { Request } from '../../request/request.js'
import { clock } from '../../wire/clock.js'
import { mayBegin } from '../may-begin.js'
import { closedError, syscallError, unforeseenError } from '../outcome.js'
import { reportRequest, tracing } from '../trace/trace.js'
import { lookupOf } from '../transport/lookup.js'
import { Packer } from '../transport/packer.js'
import { Port } from '../transport/port.js'
import { slowSend } from '../transport/slow-lane.js'
import type { NamespaceHandle, SocketOptions, Transport, TransportSocket } from '../transport/transport.js'
import { AsyncCall } from './async-call.js'
import { DeadlineTimer, deadlineIn } from './deadline-timer.js'
import { QueuedCall } from './queued-call.js'
import { rejectLast, resolveLast, settlers } from './settlers.js'
import { ITEMS_PER_CHECK, putOff, type Turn, turnIsOver } from './turn.js'
import { WorkQueue } from './work-queue.js'

/** The most requests of a socket that wait for an answer: the default receive queue holds about 256 ACKs. */
const MAX_UNANSWERED = 128

/** How a channel is made. */
export interface ChannelOptions {
  readonly protocol: Protocol
  readonly transport: Transport
  readonly socket: SocketOptions
  /** The default deadline in milliseconds, counted from the sending. */
  readonly timeoutMs: number
  readonly readSize?: number | undefined
}

// A flush waits for the microtask checkpoint behind this: queueMicrotask makes a resource for it, which costs 50 ns more.
const checkpoint = Promise.resolve()

/**
 * Is the request side of the asynchronous client: requests wait in a queue until the microtask checkpoint, leave together,
 * and their answers are read at once, since rtnetlink answers within the system call. Only when the queue of the socket is empty and
 * answers are missing does the channel wait for the event loop.
 */
export class AsyncChannel {
  readonly protocol: Protocol
  /** Wakes what lets time pass before it asks again: closing does. */
  readonly sleepers = new Set<() => void>()
  readonly packer: Packer
  readonly port: Port
  readonly timeoutMs: number
  closed = false
  readonly #queue = new WorkQueue<AsyncCall | QueuedCall | Turn>()
  #packed: AsyncCall[] = []
  readonly #timer: DeadlineTimer
  #scheduled = false
  /** Tells that something in the queue may have a deadline. */
  #timed = false
  #pumping = false
  #sending: Promise<void> | undefined
  #lookup: AsyncCall | undefined
  readonly #pump = () => this.#run()
  readonly #put = () => this.#run(true)
  readonly #read = () => this.#readable()
  readonly #next = () => this.#nextDeadline()

  constructor(options: ChannelOptions) {
    this.protocol = options.protocol
    this.timeoutMs = options.timeoutMs
    this.port = new Port(options.transport.open(options.socket), this.protocol.id, options.readSize)
    this.port.onReadable = this.#read
    // With a descriptor of its own: while a slow send waits for its place, the caller may close a handle, and its number name another.
    this.packer = new Packer((ref): NamespaceHandle => options.transport.openNamespace(ref, true), this.protocol)
    this.#timer = new DeadlineTimer(now => this.#expire(now))
  }

  get socket(): TransportSocket {
    return this.port.socket
  }

  /** Sends a request with those of the same tick. */
  request<T>(request: Request<T>, options?: CallOptions): Promise<T> {
    try {
      mayBegin(this, options, request)
    } catch (reason) {
      return Promise.reject(reason)
    }
    const promise = new Promise<unknown>(settlers)
    // Behind others it may wait for long, among thousands.
    if (options === undefined && this.#queue.length > 0) {
      this.#queue.push(new QueuedCall(request, resolveLast, rejectLast))
      this.kick()
    } else this.enqueue(new AsyncCall(this, request, options, resolveLast, rejectLast))
    return promise as Promise<T>
  }

  /** Puts work at the end of the queue. */
  enqueue(work: AsyncCall | Turn): void {
    // The making of the work has run what its caller wrote: the source of a bulk, the getters of options.
    if (this.closed) {
      work.close(closedError())
      return
    }
    this.#queue.push(work)
    const deadline = work instanceof AsyncCall ? work.deadline : work.expire(0)
    if (deadline > 0) {
      this.#timed = true
      this.#timer.notLaterThan(deadline)
    }
    this.kick()
  }

  /** Sends a call again, before everything else. */
  again(call: AsyncCall): void {
    call.sent = false
    this.#timed = true
    this.#queue.unshift(call)
    this.kick()
  }

  /** Goes on as soon as the running code has ended: there is work, a turn got further, a place is free. */
  kick(): void {
    if (this.#scheduled || this.#pumping) return
    this.#scheduled = true
    checkpoint.then(this.#pump)
  }

  /** Lets go of a call that has ended early. */
  forget(call: AsyncCall): void {
    if (call.sent) this.port.engine.forget(call.seq)
    this.kick()
  }

  /** Looks a long interface name up, before anything else leaves; `give` gets an error that is not the kernel's. */
  lookup(name: string, give: (error: unknown) => void): void {
    const end = (tell: () => void) => {
      this.#lookup = undefined
      tell()
      this.kick()
    }
    const found = (index: unknown) => end(() => this.packer.found(name, Number(index)))
    const failed = (error: unknown) => {
      if (NetlinkError.is(error) && error.reason === 'kernel') found(error.errno)
      else end(() => give(error))
    }
    this.#lookup = new AsyncCall(this, lookupOf(this.protocol, name), undefined, found, failed)
    this.packer.reset(true)
    this.packer.add(this.#lookup.request, this.#lookup.flags, this.socket)
    this.#packed.push(this.#lookup)
    this.#flushCalls()
  }

  /**
   * Sends what is packed and reads the answers; the packed requests are registered with the engine already. What nobody wants any
   * longer when a slow send gets its place does not leave.
   */
  transmit(sent: (errno: number) => void, isPending: () => boolean): void {
    const { packer, port } = this
    if (packer.slow) {
      const send = async () => (this.closed || !isPending() ? 0 : port.sendSlow(packer.bytes, packer.length))
      this.#sending = slowSend(send).then(
        result => this.#slowSent(result, sent),
        (error: unknown) => this.#slowSent(NetlinkError.is(error) ? error.errno || -5 : -5, sent),
      )
      return
    }
    sent(this.#sendPacked())
    port.drain()
  }

  #sendPacked(): number {
    const { packer, port } = this
    const result = port.send(packer.bytes, packer.length)
    packer.reset(this.#lookup !== undefined)
    return Math.min(result, 0)
  }

  /** Rejects what is pending at once, and closes the socket once no send holds it. */
  async close(): Promise<void> {
    if (!this.closed) {
      this.closed = true
      this.#timer.stop()
      this.port.rest()
      for (const exchange of this.port.engine.exchanges()) if (exchange instanceof AsyncCall) exchange.close()
      for (const call of this.#packed) call.close()
      for (let work = this.#queue.shift(); work !== undefined; work = this.#queue.shift()) {
        if (work instanceof AsyncCall) work.close()
        else if (work instanceof QueuedCall) work.call(this).close()
        else if (!work.settled) work.close(closedError())
      }
      this.port.engine.clear()
      for (const wake of [...this.sleepers]) wake()
      // A send in the pool would act on whatever reuses the descriptor's number.
      if (this.#sending === undefined) this.port.close()
    }
    await this.#sending
  }

  #readable(): void {
    if (this.closed) return
    this.port.drain()
    if (!this.#scheduled) this.#run()
  }

  /** Does work until there is none, an answer is missing, or the event loop must turn. */
  #run(free = false): void {
    this.#scheduled = false
    if (this.closed) return
    this.#pumping = true
    let later = false
    // With `free` whoever was put off gets a step, however many clients share the turn.
    try {
      while (!this.closed && this.#sending === undefined && this.#lookup?.sent !== true && this.#queue.length > 0) {
        later = !free && turnIsOver()
        free = false
        if (later || !this.#step()) break
      }
    } catch (error) {
      later = true
      this.#interrupt(unforeseenError(error))
    } finally {
      this.#pumping = false
    }
    if (this.closed) return
    if (later) {
      this.#scheduled = true
      putOff(this.#put)
    }
    this.#rest()
  }

  /** Ends what is under way, since it cannot be told from what was answered, and what has its turn. */
  #interrupt(error: NetlinkError): void {
    this.packer.reset()
    this.#queue.shift()?.abort(error)
    const calls = [...this.#packed.splice(0), ...this.port.engine.exchanges()]
    for (const call of calls) if (call instanceof AsyncCall) call.abort(error)
  }

  #step(): boolean {
    const { packer, port, socket } = this
    let settled = false
    let rejected = 0
    for (let work = this.#queue.peek(); work !== undefined; work = this.#queue.peek()) {
      if (work instanceof QueuedCall) {
        work = work.call(this)
        this.#queue.replace(work)
      } else if (work.settled) {
        this.#queue.shift()
        settled = true
        continue
      }
      if (!(work instanceof AsyncCall)) {
        if (packer.count > 0) break
        const further = work.take()
        if (work.settled && this.#queue.peek() === work) this.#queue.shift()
        return further || work.settled
      }
      if (port.engine.pending + packer.count >= MAX_UNANSWERED) break
      const packed = packer.add(work.request, work.flags, socket)
      if (packed === 'packed') {
        this.#queue.shift()
        this.#packed.push(work)
        continue
      }
      if (packed === 'lookup') {
        const call = work
        this.lookup(packer.expected, error => call.reject(error))
        return true
      }
      if (packed === 'full' || packed === 'flush') break
      this.#queue.shift()
      settled = true
      work.reject(packed)
      if (++rejected === ITEMS_PER_CHECK) break
    }
    if (packer.count === 0) return settled
    this.#flushCalls()
    return true
  }

  #flushCalls(): void {
    const { packer, port } = this
    const calls = this.#packed
    const trace = tracing()
    for (let i = 0; i < calls.length && !this.closed; i++) {
      const call = calls[i]
      if (call === undefined) continue
      call.seq = port.engine.begin(call)
      call.sent = true
      packer.stamp(i, call.seq)
      if (trace) {
        call.startedAt = clock()
        reportRequest(call.request, call.seq)
      }
    }
    // Whoever is told of a request may close the client, which has ended them all.
    if (this.closed) {
      packer.reset()
      return
    }
    if (packer.slow) {
      this.#packed = []
      this.transmit(
        errno => this.#sent(calls, errno),
        () => {
          for (const [i, { settled }] of calls.entries()) if (settled) packer.cancel(i)
          return calls.some(call => !call.settled)
        },
      )
      return
    }
    const errno = this.#sendPacked()
    if (errno < 0) this.#sent(calls, errno)
    port.drain()
    if (port.engine.pending > 0) this.#sent(calls, 0)
    // Kept for the next flush: a new array for each request that is awaited is 184 bytes.
    while (calls.length > 0) calls.pop()
  }

  /** Has the timer fire for a deadline that is only known now. */
  hurry(deadline: number): void {
    this.#timer.notLaterThan(deadline)
  }

  /** Ends calls that could not be sent; those that wait for their answer get their deadline. */
  #sent(calls: readonly AsyncCall[], errno: number): void {
    const deadline = deadlineIn(this.timeoutMs)
    for (const call of calls) {
      if (errno < 0) {
        this.port.engine.forget(call.seq)
        call.reject(syscallError(call.request, call.seq, 'send', errno))
      } else if (call.timeoutMs === undefined) call.deadline = deadline
    }
    this.hurry(deadline)
  }

  #slowSent(result: number, sent: (errno: number) => void): void {
    this.#sending = undefined
    this.packer.reset()
    if (this.closed) return this.port.close()
    sent(Math.min(result, 0))
    this.port.drain()
    if (!this.#scheduled) this.#run()
  }

  /** Waits for what is missing, or keeps neither handle nor timer when nothing is. */
  #rest(): void {
    const { port } = this
    const pending = port.engine.pending > 0
    if (!pending || this.#sending !== undefined) port.rest()
    else {
      port.await()
      // At the end of the queue nothing makes the socket readable.
      if (port.unread) putOff(this.#read)
      port.unread = false
    }
    if (this.#queue.length === 0) {
      this.#timed = false
      // A name may have been found for whoever has ended meanwhile.
      if (this.#sending === undefined && this.#lookup === undefined) this.packer.reset()
    }
    if (pending || this.#queue.length > 0) this.#timer.arm(this.#next)
    else this.#timer.stop()
  }

  #nextDeadline(): number {
    let next = Number.POSITIVE_INFINITY
    for (const call of this.port.engine.exchanges()) {
      if (call instanceof AsyncCall && !call.settled && call.deadline > 0 && call.deadline < next) next = call.deadline
    }
    if (!this.#timed) return next
    for (const work of this.#queue) {
      // The deadline of what has ended would fire again at once.
      if (work instanceof QueuedCall || work.settled) continue
      const deadline = work instanceof AsyncCall ? work.deadline || Number.POSITIVE_INFINITY : work.expire(0)
      if (deadline < next) next = deadline
    }
    return next
  }

  #expire(now: number): void {
    const overdue: AsyncCall[] = []
    const check = (call: AsyncCall) => {
      if (call.deadline > 0 && call.deadline <= now) overdue.push(call)
    }
    for (const call of this.port.engine.exchanges()) if (call instanceof AsyncCall) check(call)
    for (const work of this.#queue) {
      if (work instanceof AsyncCall) check(work)
      else if (!(work instanceof QueuedCall)) work.expire(now)
    }
    for (const call of overdue) {
      call.expire(this.timeoutMs)
      this.port.engine.forget(call.seq)
    }
    if (!this.#scheduled) this.#run()
  }
}
