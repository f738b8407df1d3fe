/** Wakes those who wait; a ring that nobody waits for wakes the next who does. */
export class Bell {
  #rung = false
  #waiting: (() => void)[] = []

  ring(): void {
    this.#rung = true
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async wait(): Promise<void> {
    if (!this.#rung) await new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#rung = false
  }
}
