import type { NetlinkError } from '../../errors/netlink-error.js'
import type { BulkOptions, BulkResult, BulkSource } from '../../request/operation.js'
import { clock } from '../../wire/clock.js'
import { BulkRun } from '../bulk-run.js'
import { bulkTimeoutError, syscallError } from '../outcome.js'
import { type Abortable, aborts } from './abort-hub.js'
import type { AsyncChannel } from './async-channel.js'
import type { Turn } from './turn.js'

/** Is a bulk of the asynchronous client: it keeps the head of the queue until it has ended, so that call order holds. */
export class AsyncBulk implements Turn, Abortable {
  settled = false
  readonly #channel: AsyncChannel
  readonly #run: BulkRun
  readonly #options: BulkOptions
  readonly #resolve: (result: BulkResult) => void
  readonly #reject: (reason: unknown) => void
  readonly #bound: number
  #deadline: number

  constructor(
    channel: AsyncChannel,
    source: BulkSource,
    options: BulkOptions,
    resolve: (result: BulkResult) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#channel = channel
    this.#run = new BulkRun(source, options, channel.protocol)
    this.#options = options
    this.#resolve = resolve
    this.#reject = reject
    this.#bound = options.timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock() + options.timeoutMs
    this.#deadline = this.#bound
    this.#run.onChunk = () => {
      this.#deadline = this.#bound
      channel.kick()
    }
    if (options.signal !== undefined) aborts.add(options.signal, this)
  }

  take(): boolean {
    const run = this.#run
    if (run.running) return false
    if (run.fatal !== undefined) {
      this.#fail(run.fatal)
      return true
    }
    const { packer, socket } = this.#channel
    let state: ReturnType<BulkRun['pack']>
    try {
      state = run.pack(packer, socket)
    } catch (error) {
      packer.reset()
      this.#fail(error)
      return true
    }
    // The source may have ended its own bulk.
    if (this.settled) packer.reset()
    else if (state === 'lookup') this.#channel.lookup(packer.expected, error => this.#fail(error))
    else if (state === 'end') this.#end(() => this.#resolve(run.result))
    else if (state === 'send') this.#send()
    return true
  }

  #send(): void {
    const run = this.#run
    const { packer, port } = this.#channel
    run.begin(port.engine, packer)
    // Whoever is told of its requests may have ended it.
    if (this.settled) {
      packer.reset()
      return
    }
    const slow = packer.slow
    if (!slow) this.#wait()
    this.#channel.transmit(
      errno => {
        if (errno < 0 && !this.settled) {
          const { request, seq } = run
          port.engine.forgetBatch(run)
          run.stop()
          if (request !== undefined) this.#fail(syscallError(request, seq, 'send', errno))
        } else if (slow) this.#wait()
      },
      () => !this.settled,
    )
  }

  close(error: NetlinkError): void {
    this.#fail(error)
  }

  abort(reason: unknown): void {
    this.#fail(reason)
    this.#channel.kick()
  }

  expire(now: number): number {
    if (this.settled) return Number.POSITIVE_INFINITY
    if (now < this.#deadline) return this.#deadline
    const { request, seq } = this.#run
    const ms = this.#options.timeoutMs ?? this.#channel.timeoutMs
    this.#fail(bulkTimeoutError(request, seq, ms, this.#run.running, this.#run.result))
    return Number.POSITIVE_INFINITY
  }

  /** A chunk has left: the kernel has so long to answer it. */
  #wait(): void {
    this.#deadline = Math.min(this.#bound, clock() + this.#channel.timeoutMs)
    this.#channel.hurry(this.#deadline)
  }

  #fail(reason: unknown): void {
    this.#end(() => {
      this.#run.reject(reason)
      this.#reject(reason)
    })
  }

  #end(tell: () => void): void {
    if (this.settled) return
    this.settled = true
    this.#channel.port.engine.forgetBatch(this.#run)
    this.#run.onChunk = () => {}
    if (this.#options.signal !== undefined) aborts.remove(this.#options.signal, this)
    this.#run.stop()
    tell()
  }
}
