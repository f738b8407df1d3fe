import type { Engine } from '../engine/engine.js'
import type { Batch, Failure } from '../engine/exchange.js'
import type { ExtAck } from '../errors/ext-ack.js'
import { NetlinkError } from '../errors/netlink-error.js'
import { BuiltRequest, flagsOfRequest } from '../request/build.js'
import type { BulkOptions, BulkResult, BulkSource } from '../request/operation.js'
import type { Protocol } from '../request/protocol.js'
import type { Request } from '../request/request.js'
import { clock } from '../wire/clock.js'
import { NLM_F_ACK } from '../wire/nlmsghdr.js'
import { ITEMS_PER_CHECK } from './async/turn.js'
import { failureError, kernelError, requireProtocol } from './outcome.js'
import { publishWarning, reportReply, reportRequest, tracing, warnings } from './trace/trace.js'
import type { Packer } from './transport/packer.js'
import type { TransportSocket } from './transport/transport.js'

interface Packed {
  readonly index: number
  readonly request: Request<unknown>
}

/**
 * Is one bulk: chunks of requests of which only the last asks for an ACK. An ACK on the last is the barrier: the kernel
 * executes in order, and tells every error before it.
 */
export class BulkRun implements Batch {
  /** The error that ends the whole bulk. */
  fatal: unknown = undefined
  /** Tells that a chunk is unanswered. */
  running = false
  /** Is called when a chunk has been answered or lost. */
  onChunk: () => void = () => {}
  readonly #options: BulkOptions
  readonly #protocol: Protocol
  readonly #iterator: Iterator<Request>
  #head: Request | undefined
  #done = false
  /** The source is making its next request. */
  #pulling = false
  #index = 0
  #sent = 0
  #first = 0
  #startedAt = 0
  /** The chunk under way, by number; the refused ones are taken out. */
  #chunk: (Packed | undefined)[] = []
  readonly #failed: { index: number; error: NetlinkError }[] = []
  readonly #unknown: number[] = []

  constructor(source: BulkSource, options: BulkOptions, protocol: Protocol) {
    this.#options = options
    this.#protocol = protocol
    const items = typeof source === 'function' ? source() : source
    if (typeof (items as Partial<typeof items> | undefined)?.[Symbol.iterator] !== 'function')
      throw new TypeError('bulk takes requests: something that can be iterated, or a function that gives such')
    this.#iterator = items[Symbol.iterator]()
  }

  /** What has become of the requests so far: of those that are sent and not answered nothing is known. */
  get result(): BulkResult {
    // What cannot be packed is known before what the kernel refuses of the same chunk.
    const failed = this.#failed.toSorted((a, b) => a.index - b.index)
    return { sent: this.#sent, failed, unknown: [...this.#unknown, ...this.#unanswered()] }
  }

  #unanswered(): number[] {
    return this.#chunk.flatMap(packed => (packed === undefined ? [] : packed.index))
  }

  /** Tells that no chunk is unanswered. */
  get settled(): boolean {
    return !this.running
  }

  /**
   * Packs the next chunk: `send` it, `lookup` a name first, `refused` go on when others have had their turn, or `end`. Rejects with what the
   * source throws.
   */
  pack(packer: Packer, socket: TransportSocket): 'send' | 'lookup' | 'refused' | 'end' {
    let rejected = 0
    for (let request = this.#peek(); request !== undefined; request = this.#peek()) {
      const packed = packer.add(request, flagsOfRequest(request) & ~NLM_F_ACK, socket)
      if (packed === 'full' || packed === 'flush') break
      if (packed === 'lookup') {
        if (this.#chunk.length > 0) break
        return 'lookup'
      }
      if (packed === 'packed') this.#chunk.push({ index: this.#index, request })
      else {
        this.#failed.push({ index: this.#index, error: packed })
        rejected++
      }
      this.#head = undefined
      this.#index++
      if (packed !== 'packed' && this.#options.stopOnError === true) {
        this.stop()
        break
      }
      // What cannot be packed never leaves, and a source may have no end.
      if (rejected === ITEMS_PER_CHECK) break
    }
    if (this.#chunk.length > 0) return 'send'
    if (rejected === ITEMS_PER_CHECK && !this.#done) return 'refused'
    if (this.fatal !== undefined) throw this.fatal
    return 'end'
  }

  /** Registers the packed chunk with the engine and writes its sequence numbers. */
  begin(engine: Engine, packer: Packer): void {
    const count = this.#chunk.length
    this.#first = engine.beginBatch(this, count)
    // What the kernel has to say of success it says in an ACK.
    const all = warnings()
    for (let i = 0; i < count; i++) packer.stamp(i, this.#first + i, all || i === count - 1)
    this.#sent += count
    this.running = true
    this.#startedAt = 0
    if (!tracing()) return
    this.#startedAt = clock()
    for (const [i, packed] of this.#chunk.entries())
      if (packed !== undefined) reportRequest(packed.request, this.#first + i)
  }

  /** Takes nothing more from the source; what that throws then ends the bulk, unless it has ended. */
  stop(): void {
    if (this.#done) return
    this.#done = true
    this.#head = undefined
    // A generator that runs cannot be returned: it has ended its own bulk, and ends when it has come back.
    if (!this.#pulling) this.#return()
  }

  #return(): void {
    try {
      this.#iterator.return?.()
    } catch (error) {
      this.fatal ??= error
    }
  }

  /** The first request of the chunk under way that is not answered, for errors. */
  get request(): Request<unknown> | undefined {
    return this.#chunk.find(packed => packed !== undefined)?.request
  }

  get seq(): number {
    return this.#first
  }

  answer(index: number, errno: number, extAck: ExtAck | undefined): void {
    const packed = this.#chunk[index]
    if (packed === undefined) return
    const seq = this.#first + index
    if (errno === 0) {
      if (extAck?.message !== undefined) publishWarning(packed.request, seq, extAck)
      return
    }
    this.#chunk[index] = undefined
    const error = kernelError(packed.request, seq, errno, extAck)
    this.#failed.push({ index: packed.index, error })
    reportReply(packed.request, seq, error, this.#startedAt)
  }

  end(): void {
    this.#finish(undefined)
  }

  fail(failure: Failure): void {
    if (NetlinkError.is(failure)) this.fatal = failure
    this.#unknown.push(...this.#unanswered())
    this.#finish(failure)
  }

  /** Ends it without the kernel's word, as the exchange of a request does: the reason of an abort is told to its caller alone. */
  reject(reason: unknown): void {
    if (this.running && tracing() && NetlinkError.is(reason)) this.#report(reason)
  }

  #finish(failure: Failure | undefined): void {
    if (tracing()) this.#report(failure)
    this.#chunk = []
    this.running = false
    if (this.#options.stopOnError === true && this.#failed.length + this.#unknown.length > 0) this.stop()
    try {
      this.#options.onProgress?.({ sent: this.#sent, failed: this.#failed.length })
    } catch (error) {
      this.fatal ??= error
    }
    this.onChunk()
  }

  /** Publishes the outcome of those that have had no answer. */
  #report(failure: Failure | undefined): void {
    for (const [i, packed] of this.#chunk.entries()) {
      if (packed === undefined) continue
      const seq = this.#first + i
      const error = failure === undefined ? undefined : failureError(packed.request, seq, failure)
      reportReply(packed.request, seq, error, this.#startedAt)
    }
  }

  #peek(): Request | undefined {
    if (this.#head !== undefined || this.#done) return this.#head
    this.#pulling = true
    let next: IteratorResult<Request>
    try {
      next = this.#iterator.next()
    } finally {
      this.#pulling = false
    }
    if (this.#done) {
      if (next.done !== true) this.#return()
      return undefined
    }
    if (next.done === true) {
      this.#done = true
      return undefined
    }
    const request = next.value
    if (request instanceof BuiltRequest) requireProtocol(this.#protocol, request.protocol)
    else if (!(request?.bytes instanceof Uint8Array)) throw new TypeError(`bulk: item ${this.#index} is no request`)
    if (request.decode !== undefined) {
      throw new TypeError(`bulk: '${request.summary}' (item ${this.#index}) has a reply, which a bulk does not read`)
    }
    this.#head = request
    return request
  }
}
