/** Remembers how to undo what has been done. */
export class Cleanup {
  readonly #undo: (() => unknown)[] = []

  /** Adds a call for later. */
  defer(undo: () => unknown): void {
    this.#undo.push(undo)
  }

  /** Makes the calls, the last one first, and all of them whichever fails. */
  async run(perform: (undo: () => unknown) => unknown, failed: (error: unknown) => void): Promise<void> {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      try {
        await perform(undo)
      } catch (error) {
        failed(error)
      }
    }
  }
}
