import { ITEMS_PER_CHECK, putOff, turnIsOver } from '../async/turn.js'
import { WorkQueue } from '../async/work-queue.js'

/** Where a delivery takes events. */
export interface Source<E> {
  /** Takes the next event; `undefined` when there is none now. */
  take(): E | undefined
  /** Hears whether somebody waits: then it calls `deliver` once there is something to take. */
  waiting?(somebody: boolean): void
}

interface Waiter<E> {
  readonly resolve: (result: IteratorResult<E, undefined>) => void
  readonly reject: (reason: unknown) => void
}

/** Hands the events of a source to those who read them, in order, and gives the event loop its turn between them. */
export class Delivery<E> {
  readonly #source: Source<E>
  readonly #waiters = new WorkQueue<Waiter<E>>()
  #pulled = 0
  #ended = false
  #failure: { readonly reason: unknown } | undefined

  constructor(source: Source<E>) {
    this.#source = source
  }

  /** Tells whether nothing is taken any longer. */
  get ended(): boolean {
    return this.#ended
  }

  next(): Promise<IteratorResult<E, undefined>> {
    const first = this.#waiters.length === 0 && !this.#ended
    const rest = first && ++this.#pulled % ITEMS_PER_CHECK === 0 && turnIsOver()
    if (first && !rest) {
      const event = this.#source.take()
      if (event !== undefined) return Promise.resolve({ value: event, done: false })
    }
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
      if (this.#ended) this.deliver()
      else if (rest) putOff(() => this.deliver())
      else if (first) this.#source.waiting?.(true)
    })
  }

  /** Hands what there is to those who wait. */
  deliver(): void {
    while (this.#waiters.length > 0) {
      const event = this.#ended ? undefined : this.#source.take()
      if (event !== undefined) this.#waiters.shift()?.resolve({ value: event, done: false })
      else if (!this.#ended) {
        this.#source.waiting?.(true)
        return
      } else if (this.#failure !== undefined) {
        const { reason } = this.#failure
        this.#failure = undefined
        this.#waiters.shift()?.reject(reason)
      } else this.#waiters.shift()?.resolve({ value: undefined, done: true })
    }
    this.#source.waiting?.(false)
  }

  /** Takes nothing any longer. The waiting `next()`, or else the following one, rejects with the reason when there is one; without, none does. */
  end(failure?: { readonly reason: unknown }): void {
    if (this.#ended && failure !== undefined) return
    this.#ended = true
    this.#failure = failure
    this.deliver()
  }
}
