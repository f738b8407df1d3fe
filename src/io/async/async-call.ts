import type { Failure } from '../../engine/exchange.js'
import { NetlinkError } from '../../errors/netlink-error.js'
import { typeOfRequest } from '../../request/build.js'
import type { CallOptions } from '../../request/operation.js'
import type { Protocol } from '../../request/protocol.js'
import type { Request } from '../../request/request.js'
import { BaseExchange } from '../exchange-base.js'
import { closedError, timeoutError } from '../outcome.js'
import { GROWTHS } from '../transport/port.js'
import { type Abortable, aborts } from './abort-hub.js'
import { deadlineIn } from './deadline-timer.js'

/** The part of a channel that its calls use. */
export interface CallHost {
  readonly protocol: Protocol
  /** Sends a call again, before everything else. */
  again(call: AsyncCall): void
  /** Drops a call that has ended early. */
  forget(call: AsyncCall): void
}

/** One request of the asynchronous client. */
export class AsyncCall extends BaseExchange implements Abortable {
  /** When it must have ended, by `clock`; 0 until it is known. */
  deadline = 0
  sent = false
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number | undefined
  readonly #channel: CallHost
  readonly #resolve: (value: unknown) => void
  readonly #reject: (reason: unknown) => void
  #growths = 0

  constructor(
    channel: CallHost,
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
    if (this.signal !== undefined) aborts.add(this.signal, this)
  }

  override fail(failure: Failure): void {
    // A GET changes nothing: it is asked again, into the buffer that has grown meanwhile.
    if (failure === 'truncated' && this.#isGet() && this.#growths++ < GROWTHS) {
      this.value = undefined
      this.#channel.again(this)
    } else super.fail(failure)
  }

  abort(reason: unknown): void {
    if (this.settled) return
    this.settled = true
    this.#release()
    this.#channel.forget(this)
    this.#reject(reason)
  }

  /** Ends the call because the client is closed. */
  close(): void {
    if (!this.settled) this.reject(closedError(this.request, this.seq))
  }

  /** Ends the call with what kept it from leaving. */
  reject(error: unknown): void {
    if (!NetlinkError.is(error)) this.abort(error)
    else if (!this.settled) {
      this.error = error
      this.settle()
    }
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

  #release(): void {
    if (this.signal !== undefined) aborts.remove(this.signal, this)
  }

  #isGet(): boolean {
    return this.#channel.protocol.verbOf(typeOfRequest(this.request)) === 'get'
  }
}
