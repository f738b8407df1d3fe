import type { CallOptions, Dump } from '../../request/operation.js'
import type { Request } from '../../request/request.js'
import { ITEMS_PER_CHECK, nextTurn, turnIsOver } from '../async/turn.js'
import { mayBegin } from '../may-begin.js'
import { interruptedError } from '../outcome.js'
import { GROWTHS } from '../transport/port.js'
import { AsyncDump, type DumpHost } from './async-dump.js'

/**
 * Is a dump as a stream: asked for at the first `next()`, read as it is consumed. It is not repeated: an interrupted one yields everything
 * and then throws. Leaving the loop early closes its socket.
 */
export class AsyncStream<T> implements Dump<T> {
  readonly #host: DumpHost
  readonly #request: Request<T>
  readonly #options: CallOptions | undefined
  #dump: AsyncDump | undefined
  #rows: T[] = []
  #at = 0
  #yielded = 0
  #growths = 0
  #begun = false
  #finished = false
  #tail: Promise<unknown> | undefined

  constructor(host: DumpHost, request: Request<T>, options: CallOptions | undefined) {
    this.#host = host
    this.#request = request
    this.#options = options
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const ready = this.#tail === undefined && this.#at < this.#rows.length && this.#dump?.failure === undefined
    if (ready && ++this.#yielded < ITEMS_PER_CHECK) {
      return Promise.resolve({ value: this.#rows[this.#at++] as T, done: false })
    }
    return this.#inOrder(() => this.#nextRow())
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#finish()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  chunks(): AsyncIterableIterator<T[]> {
    const next = (): Promise<IteratorResult<T[], undefined>> => this.#inOrder(() => this.#nextChunk())
    const iterator: AsyncIterableIterator<T[]> = {
      next,
      return: async () => {
        this.#finish()
        return { value: undefined, done: true }
      },
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }

  /** Runs calls that were made without awaiting the one before them one after the other. */
  #inOrder<R>(run: () => Promise<R>): Promise<R> {
    const result = this.#tail === undefined ? run() : this.#tail.then(run, run)
    const tail: Promise<unknown> = result.then(
      () => this.#passed(tail),
      () => this.#passed(tail),
    )
    this.#tail = tail
    return result
  }

  #passed(tail: Promise<unknown>): void {
    if (this.#tail === tail) this.#tail = undefined
  }

  async #nextRow(): Promise<IteratorResult<T, undefined>> {
    this.#dropIfFailed()
    if (this.#at >= this.#rows.length && !(await this.#fill())) return { value: undefined, done: true }
    this.#yielded = 0
    if (turnIsOver()) await nextTurn()
    if (this.#at >= this.#rows.length) return { value: undefined, done: true }
    return { value: this.#rows[this.#at++] as T, done: false }
  }

  #dropIfFailed(): void {
    if (this.#dump?.failure !== undefined) this.#at = this.#rows.length
  }

  async #nextChunk(): Promise<IteratorResult<T[], undefined>> {
    this.#dropIfFailed()
    if (this.#at >= this.#rows.length && !(await this.#fill())) return { value: undefined, done: true }
    const rows = this.#at === 0 ? this.#rows : this.#rows.slice(this.#at)
    this.#rows = []
    this.#at = 0
    return { value: rows, done: false }
  }

  /** Gets rows; false at the end. */
  async #fill(): Promise<boolean> {
    while (!this.#finished) {
      if (this.#dump === undefined) {
        try {
          mayBegin(this.#host.channel, this.#options, this.#request)
        } catch (reason) {
          this.#finished = true
          throw reason
        }
        this.#dump = new AsyncDump(this.#host, this.#request, this.#options)
      }
      const dump = this.#dump
      await new Promise<void>(resolve => dump.read(false, resolve))
      if (this.#finished) return false
      const { exchange, failure } = dump
      if (failure === undefined && exchange.rows.length > 0) {
        this.#rows = exchange.rows.take() as T[]
        this.#at = 0
        this.#begun = true
        return true
      }
      if (exchange.truncated && !this.#begun && this.#growths++ < GROWTHS) {
        dump.release()
        this.#dump = undefined
        continue
      }
      this.#finish()
      if (failure !== undefined) throw failure.reason
      if (exchange.error !== undefined) throw exchange.error
      if (exchange.interrupted) throw interruptedError(this.#request, exchange.seq, undefined)
    }
    return false
  }

  #finish(): void {
    this.#finished = true
    this.#rows = []
    this.#at = 0
    this.#dump?.release()
    this.#dump = undefined
  }
}
