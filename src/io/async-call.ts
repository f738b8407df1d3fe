import type { Failure } from '../engine/exchange.js'
import type { ExtAck } from '../errors/ext-ack.js'
import type { CallOptions } from '../rtnl/operation.js'
import type { Request } from '../rtnl/request.js'
import { typeOf } from '../wire/nlmsghdr.js'
import type { Abortable } from './abort-hub.js'
import type { AsyncChannel } from './async-channel.js'
import { deadlineIn } from './deadline-timer.js'
import { BaseExchange } from './exchange-base.js'
import { timeoutError } from './outcome.js'

const GROWTHS = 9
const none: readonly AsyncCall[] = []

/** Is one request of the asynchronous client. */
export class AsyncCall extends BaseExchange implements Abortable {
  /** When it must have ended, on the clock of performance.now; 0 until it is known. */
  deadline = 0
  sent = false
  /** Calls of the same flush that asked for no ACK: the kernel executes in order, so this answer tells that they succeeded. */
  before: readonly AsyncCall[] = none
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number | undefined
  readonly #channel: AsyncChannel
  readonly #resolve: (value: unknown) => void
  readonly #reject: (reason: unknown) => void
  #growths = 0

  constructor(
    channel: AsyncChannel,
    request: Request<unknown>,
    options: CallOptions | undefined,
    resolve: (value: unknown) => void,
    reject: (reason: unknown) => void,
  ) {
    super(request, channel.protocol)
    this.#channel = channel
    this.#resolve = resolve
    this.#reject = reject
    this.signal = options?.signal
    this.timeoutMs = options?.timeoutMs
    if (this.timeoutMs !== undefined) this.deadline = deadlineIn(this.timeoutMs)
    if (this.signal !== undefined) channel.aborts.add(this.signal, this)
  }

  /** Tells whether only an ACK would tell of its success. */
  get silent(): boolean {
    return this.ending === 'ack' && this.request.decode === undefined && !this.echo
  }

  /** Tells whether others wait for this answer. */
  get awaited(): boolean {
    return this.before.some(call => !call.settled)
  }

  override end(errno: number, extAck: ExtAck | undefined, flags: number): void {
    // Behind a loss it does not: what they were refused with may be among what was lost.
    if (this.before !== none && !this.#channel.port.overran) this.#endBefore(call => call.end(0, undefined, 0))
    super.end(errno, extAck, flags)
  }

  override fail(failure: Failure): void {
    // An answer that is torn has arrived all the same; behind a loss it tells nothing.
    if (failure !== 'truncated') this.#endBefore(call => call.fail(failure))
    else if (!this.#channel.port.overran) this.#endBefore(call => call.end(0, undefined, 0))
    // A GET changes nothing: it is asked again, into the buffer that has grown meanwhile.
    if (failure === 'truncated' && this.#isGet() && this.#growths++ < GROWTHS) this.#channel.again(this)
    else super.fail(failure)
  }

  abort(reason: unknown): void {
    if (this.settled) return
    this.settled = true
    this.#release()
    this.#channel.forget(this)
    this.#reject(reason)
  }

  /** Ends the call because its deadline has passed. */
  expire(ms: number): void {
    if (this.settled) return
    this.#channel.forget(this)
    this.error = timeoutError(this.request, this.seq, this.timeoutMs ?? ms, this.sent)
    this.settle()
  }

  protected override onSettled(): void {
    this.#release()
    if (this.error === undefined) this.#resolve(this.value)
    else this.#reject(this.error)
  }

  #endBefore(end: (call: AsyncCall) => void): void {
    const calls = this.before
    this.before = none
    for (const call of calls) {
      if (call.settled) continue
      this.#channel.port.engine.forget(call.seq)
      end(call)
    }
  }

  #release(): void {
    if (this.signal !== undefined) this.#channel.aborts.remove(this.signal, this)
  }

  #isGet(): boolean {
    return this.#channel.protocol === 0 && (typeOf(this.request.bytes) & 3) === 2
  }
}
