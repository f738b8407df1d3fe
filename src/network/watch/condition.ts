/** A condition variable: `notify()` wakes every waiter, or the next one if nobody waits. */
export class Condition {
  #notified = false
  #waiting: (() => void)[] = []

  notify(): void {
    this.#notified = true
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async wait(): Promise<void> {
    if (!this.#notified) await new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#notified = false
  }
}
