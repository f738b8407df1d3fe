import { NetlinkError } from '../../errors/netlink-error.js'
import type { BlockingDump, CallOptions } from '../../request/operation.js'
import type { Request } from '../../request/request.js'
import { clock } from '../../wire/clock.js'
import { mayBegin, mayGoOn } from '../may-begin.js'
import { interruptedError, requestInfo, syscallError, timeoutError, withRequest } from '../outcome.js'
import type { SyncChannel } from '../sync/sync-channel.js'
import { reportRequest, tracing } from '../trace/trace.js'
import { EAGAIN, EINTR, GROWTHS, MAX_UNSOLICITED, type Port } from '../transport/port.js'
import { DumpExchange } from './dump-exchange.js'
import type { DumpPool } from './dump-pool.js'

/** Where a blocking dump gets its names and its socket. */
export interface SyncDumpHost {
  readonly channel: SyncChannel
  readonly pool: DumpPool
  readonly dumps: Set<SyncDump>
}

/** Is one attempt at a dump by the blocking client. */
export class SyncDump {
  readonly exchange: DumpExchange
  readonly #host: SyncDumpHost
  readonly #timeoutMs: number
  #left: number
  #port: Port | undefined

  constructor(host: SyncDumpHost, request: Request<unknown>, options: CallOptions | undefined) {
    const { channel, pool } = host
    mayBegin(channel, options, request)
    this.#host = host
    this.#timeoutMs = options?.timeoutMs ?? channel.timeoutMs
    this.#left = this.#timeoutMs
    this.exchange = new DumpExchange(request, channel.protocol)
    const { exchange } = this
    const packer = channel.pack(exchange)
    exchange.links = packer.links
    try {
      const port = pool.take()
      this.#port = port
      host.dumps.add(this)
      exchange.seq = port.engine.begin(exchange)
      exchange.startedAt = clock()
      packer.stamp(0, exchange.seq)
      if (tracing()) reportRequest(request, exchange.seq)
      const result = port.send(packer.bytes, packer.length)
      if (result < 0) throw syscallError(request, exchange.seq, 'send', result)
    } catch (error) {
      this.release()
      const reason = NetlinkError.is(error) ? withRequest(error, requestInfo(request, exchange.seq)) : error
      exchange.reject(reason)
      throw reason
    } finally {
      packer.reset()
      channel.unpack(packer)
    }
  }

  /** Reads until there are rows (or `all` of them), or the end; rejects when the kernel keeps it waiting for too long. */
  read(all: boolean): void {
    const { exchange } = this
    const port = this.#port
    // What brings no rows, as datagrams of a stranger, counts as waiting.
    let idle = 0
    let since = 0
    while (port !== undefined && !exchange.settled && (all || exchange.rows.length === 0)) {
      const { length } = exchange.rows
      const result = port.read()
      if (result > 0) {
        if (exchange.rows.length > length) idle = 0
        else if (idle++ === 0) since = clock()
        else if (idle % MAX_UNSOLICITED === 0 && clock() - since > this.#left) throw this.#timeout()
        continue
      }
      if (result === EAGAIN && !port.overran) this.#wait(port)
      else port.failRead(result)
    }
  }

  /** Gives the socket back, or closes it when the dump has not been read to its end. */
  release(): void {
    const port = this.#port
    this.#port = undefined
    this.#host.dumps.delete(this)
    if (port !== undefined) this.#host.pool.give(port, this.exchange.clean)
  }

  #wait(port: Port): void {
    const began = clock()
    const ready = this.#left <= 0 ? 0 : port.socket.waitReadable(this.#left)
    if (ready < 0 && ready !== EINTR) port.failRead(ready)
    if (ready === 0) throw this.#timeout()
    this.#left -= clock() - began
  }

  /** Ends it at its deadline. */
  #timeout(): NetlinkError {
    const error = timeoutError(this.exchange.request, this.exchange.seq, this.#timeoutMs, true)
    this.exchange.reject(error)
    return error
  }
}

/** Is a blocking dump as a stream: asked for at the first `next()`, and not repeated when it is interrupted. */
export class SyncStream<T> implements BlockingDump<T> {
  readonly #host: SyncDumpHost
  readonly #request: Request<T>
  readonly #options: CallOptions | undefined
  #dump: SyncDump | undefined
  #rows: T[] = []
  #at = 0
  #growths = 0
  #begun = false
  #finished = false

  constructor(host: SyncDumpHost, request: Request<T>, options: CallOptions | undefined) {
    this.#host = host
    this.#request = request
    this.#options = options
  }

  next(): IteratorResult<T, undefined> {
    if (!this.#filled()) return { value: undefined, done: true }
    return { value: this.#rows[this.#at++] as T, done: false }
  }

  return(): IteratorResult<T, undefined> {
    this.#finish()
    return { value: undefined, done: true }
  }

  [Symbol.iterator](): this {
    return this
  }

  chunks(): IterableIterator<T[]> {
    const iterator: IterableIterator<T[]> = {
      next: () => {
        if (!this.#filled()) return { value: undefined, done: true }
        const rows = this.#at === 0 ? this.#rows : this.#rows.slice(this.#at)
        this.#rows = []
        this.#at = 0
        return { value: rows, done: false }
      },
      return: () => {
        this.#finish()
        return { value: undefined, done: true }
      },
      [Symbol.iterator]: () => iterator,
    }
    return iterator
  }

  /** Tells whether there are rows to hand out, and reads on where there are none; what has been read ends with its client. */
  #filled(): boolean {
    return (this.#at < this.#rows.length && !this.#host.channel.closed) || this.#fill()
  }

  #fill(): boolean {
    while (!this.#finished) {
      this.#dump ??= this.#start()
      const { exchange } = this.#dump
      try {
        this.#options?.signal?.throwIfAborted()
        mayGoOn(this.#host.channel, undefined, this.#request)
        this.#dump.read(false)
      } catch (error) {
        this.#finish()
        throw error
      }
      if (exchange.rows.length > 0) {
        this.#rows = exchange.rows.take() as T[]
        this.#at = 0
        this.#begun = true
        return true
      }
      if (exchange.truncated && !this.#begun && this.#growths++ < GROWTHS) {
        this.#dump.release()
        this.#dump = undefined
        continue
      }
      this.#finish()
      if (exchange.error !== undefined) throw exchange.error
      if (exchange.interrupted) throw interruptedError(this.#request, exchange.seq, undefined)
    }
    return false
  }

  #start(): SyncDump {
    try {
      return new SyncDump(this.#host, this.#request, this.#options)
    } catch (error) {
      this.#finished = true
      throw error
    }
  }

  #finish(): void {
    this.#finished = true
    this.#rows = []
    this.#at = 0
    this.#dump?.release()
    this.#dump = undefined
  }
}
