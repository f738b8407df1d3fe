import { addAbortListener } from 'node:events'

/** So many places for those who do something at the same time; the others wait for one, in order. */
export class Semaphore {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(count: number) {
    this.#free = count
  }

  /** Calls a function in a place of its own; the signal ends the wait for it. */
  async run<T>(signal: AbortSignal, fn: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await this.#wait(signal)
    try {
      return await fn()
    } finally {
      const [next] = this.#waiting
      if (next === undefined) this.#free++
      else next()
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(enter)
        ending[Symbol.dispose]()
      }
      const enter = (): void => {
        leave()
        resolve()
      }
      const ending = addAbortListener(signal, () => {
        leave()
        reject(signal.reason)
      })
      this.#waiting.add(enter)
    })
  }
}
