import { NetlinkError } from '../../errors/netlink-error.js'
import type { CallOptions } from '../../request/operation.js'
import type { Request } from '../../request/request.js'
import { clock } from '../../wire/clock.js'
import { type Abortable, aborts } from '../async/abort-hub.js'
import type { AsyncChannel } from '../async/async-channel.js'
import { putOff, type Turn, turnIsOver } from '../async/turn.js'
import { closedError, requestInfo, syscallError, timeoutError, withRequest } from '../outcome.js'
import { reportRequest, tracing } from '../trace/trace.js'
import { type Arrived, EAGAIN, type Port, SLOW_READS } from '../transport/port.js'
import { DumpExchange } from './dump-exchange.js'
import type { DumpPool } from './dump-pool.js'

/**
 * Milliseconds of work after which a dump is read off the thread. The last call of one that reads the routes of all tables takes a quarter of
 * what the kernel has taken before (fib_trie_table and its alias): 100,000 held the event loop for 6 ms.
 */
const LONG_MS = 10

/** Where a dump gets its turn and its socket. */
export interface DumpHost {
  readonly channel: AsyncChannel
  readonly pool: DumpPool
  readonly dumps: Set<AsyncDump>
}

/**
 * Is one attempt at a dump by the asynchronous client. It takes its turn among the client's requests, so that it sees what they
 * did, and is then read on a socket of its own.
 */
export class AsyncDump implements Turn, Abortable {
  readonly exchange: DumpExchange
  /** Tells that its turn is over: it has been sent, or has failed before. */
  settled = false
  /** What ended it early: an abort's reason, a deadline, a closed client, a system call. */
  failure: { readonly reason: unknown } | undefined = undefined
  readonly #host: DumpHost
  readonly #signal: AbortSignal | undefined
  readonly #timeoutMs: number
  readonly #queuedUntil: number
  #left: number
  #port: Port | undefined
  #timer: NodeJS.Timeout | undefined
  #all = false
  #waitedSince = 0
  #notify: (() => void) | undefined
  #busyMs = 0
  /** What the pool reads. */
  #ahead: Promise<readonly Arrived[] | number> | undefined
  #isReading = false

  constructor(host: DumpHost, request: Request<unknown>, options: CallOptions | undefined) {
    this.#host = host
    this.exchange = new DumpExchange(request, host.channel.protocol)
    this.#signal = options?.signal
    this.#timeoutMs = options?.timeoutMs ?? host.channel.timeoutMs
    this.#left = this.#timeoutMs
    const bound = options?.timeoutMs
    this.#queuedUntil = bound === undefined ? Number.POSITIVE_INFINITY : clock() + bound
    host.dumps.add(this)
    if (this.#signal !== undefined) aborts.add(this.#signal, this)
    host.channel.enqueue(this)
  }

  /** Tells whether nothing more will arrive. */
  get ended(): boolean {
    return this.failure !== undefined || this.exchange.settled
  }

  /** Reads on until there are rows (or `all` of them), or the end; `ready` is called then, perhaps at once. */
  read(all: boolean, ready: () => void): void {
    this.#all = all
    this.#notify = ready
    if (this.ended || (!all && this.exchange.rows.length > 0)) this.#tell()
    else if (this.#port !== undefined) this.#advance(false)
  }

  take(): boolean {
    const { channel, pool } = this.#host
    const { packer } = channel
    const { request, flags } = this.exchange
    const packed = packer.add(request, flags, channel.socket)
    // A getter of what it names may have closed the client.
    if (this.ended) {
      packer.reset()
      return true
    }
    if (packed === 'lookup') {
      channel.lookup(packer.expected, error => this.#fail(error))
      return true
    }
    this.settled = true
    this.exchange.links = packer.links
    if (packed !== 'packed') {
      packer.reset()
      this.#fail(packed instanceof NetlinkError ? packed : syscallError(request, 0, 'send', -90))
      return true
    }
    try {
      this.#send(pool.take())
    } catch (error) {
      this.#fail(NetlinkError.is(error) ? withRequest(error, requestInfo(request, this.exchange.seq)) : error)
    } finally {
      packer.reset()
    }
    if (!this.ended && this.#notify !== undefined) this.#advance(true)
    return true
  }

  close(): void {
    this.#fail(closedError(this.exchange.request, this.exchange.seq))
  }

  expire(now: number): number {
    if (now < this.#queuedUntil || this.settled) return this.#queuedUntil
    this.#fail(timeoutError(this.exchange.request, 0, this.#timeoutMs, false))
    return Number.POSITIVE_INFINITY
  }

  abort(reason: unknown): void {
    this.#fail(reason)
  }

  /** Gives the socket back, or closes it when the dump has not been read to its end. */
  release(): void {
    const { pool, dumps } = this.#host
    this.settled = true
    dumps.delete(this)
    this.#idle()
    if (this.#signal !== undefined) aborts.remove(this.#signal, this)
    const port = this.#port
    this.#port = undefined
    if (port !== undefined) pool.give(port, this.exchange.clean && this.failure === undefined, this.#ahead)
    this.#tell()
  }

  #send(port: Port): void {
    const { packer } = this.#host.channel
    const { exchange } = this
    this.#port = port
    port.onReadable = () => this.#advance(true)
    exchange.seq = port.engine.begin(exchange)
    exchange.startedAt = clock()
    packer.stamp(0, exchange.seq)
    if (tracing()) reportRequest(exchange.request, exchange.seq)
    const result = port.send(packer.bytes, packer.length)
    if (result < 0) throw syscallError(exchange.request, exchange.seq, 'send', result)
  }

  #fail(reason: unknown): void {
    this.settled = true
    this.failure ??= { reason }
    this.exchange.reject(reason)
    this.release()
  }

  #tell(): void {
    this.#idle()
    const notify = this.#notify
    this.#notify = undefined
    notify?.()
  }

  /** Reads on, here or off the thread. */
  #advance(turned: boolean): void {
    const port = this.#port
    if (port === undefined || this.#notify === undefined || this.#isReading) return
    if (this.#busyMs >= LONG_MS) {
      void this.#readOn(port)
      return
    }
    const began = clock()
    this.#readHere(port, turned)
    this.#busyMs += clock() - began
  }

  /** Reads datagrams; the first without asking whose turn it is when the event loop has just turned. */
  #readHere(port: Port, turned: boolean): void {
    // Asked in either case: the turn counts from the first look at it.
    let over = turnIsOver() && !turned
    for (; !over; over = turnIsOver()) if (!this.#took(port, port.read())) return
    this.#idle()
    putOff(() => this.#advance(true))
  }

  /**
   * Reads datagrams off the thread, the next while those before are worked on. How long others keep the pool, or the event loop, does not
   * count against the deadline.
   */
  async #readOn(port: Port): Promise<void> {
    const { exchange } = this
    this.#isReading = true
    // The event loop would be told of what the pool is about to read.
    this.#idle()
    for (let more = true; more; ) {
      this.#ahead ??= port.receiveSlow()
      const arrived = await this.#ahead
      if (this.#port !== port) return
      const whole = typeof arrived === 'object' && arrived.length === SLOW_READS
      this.#ahead = whole ? port.receiveSlow() : undefined
      if (typeof arrived === 'number') more = this.#took(port, port.take(arrived))
      else {
        const { length } = exchange.rows
        for (const datagram of arrived) if (!exchange.settled) port.takeArrived(datagram)
        // What brings no rows, as datagrams of a stranger, counts as waiting.
        if (exchange.rows.length > length) this.#stopClock()
        else this.#clock()
        more = this.#took(port, 1)
      }
    }
    this.#isReading = false
  }

  /** Looks at what a read has changed; tells whether to read on. */
  #took(port: Port, result: number): boolean {
    const { exchange } = this
    if (result < 0 && (result !== EAGAIN || port.overran)) port.failRead(result)
    if (exchange.settled || (!this.#all && exchange.rows.length > 0)) {
      // The next in line can have the socket of a whole dump before anybody has looked at its rows.
      if (this.#all) this.release()
      else this.#tell()
      return false
    }
    if (result > 0) return true
    port.await()
    this.#clock()
    return false
  }

  /** Counts against the deadline from here on. */
  #clock(): void {
    if (this.#timer !== undefined || this.#left === Number.POSITIVE_INFINITY) return
    this.#waitedSince = clock()
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.#fail(timeoutError(this.exchange.request, this.exchange.seq, this.#timeoutMs, true))
      },
      Math.min(this.#left, 0x7fff_ffff),
    )
  }

  /** Waits for the kernel no longer: only that time counts against the deadline. */
  #idle(): void {
    this.#port?.rest()
    this.#stopClock()
  }

  #stopClock(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#left = Math.max(0, this.#left - (clock() - this.#waitedSince))
  }
}
