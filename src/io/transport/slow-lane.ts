/** Lets so many calls at once hold a thread of libuv's pool; Workers have lanes of their own. */
class Lane {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(slots: number) {
    this.#free = slots
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#free--
    try {
      return await call()
    } finally {
      // The place goes to the next in line.
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}

// Of the four threads of the pool one is left, so that `fs` and `dns` go on.
const sends = new Lane(2)
const reads = new Lane(1)

/** Runs a send that may hold its caller for long, two at most on this thread's clients. */
export const slowSend = <T>(send: () => Promise<T>): Promise<T> => sends.run(send)

/** Runs a read that may hold its caller for long, one at most: dumps need not wait for links that are deleted, each of which takes 17 ms. */
export const slowRead = <T>(read: () => Promise<T>): Promise<T> => reads.run(read)
