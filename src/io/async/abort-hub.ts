/** What an abort ends. */
export interface Abortable {
  abort(reason: unknown): void
}

interface Watch {
  readonly members: Set<Abortable>
  readonly listener: () => void
}

/** Holds one listener a signal, however many calls of whatever clients wait under it: eleven listeners would warn of a leak. */
class AbortHub {
  readonly #watches = new Map<AbortSignal, Watch>()

  /** Ends `member` when the signal aborts. */
  add(signal: AbortSignal, member: Abortable): void {
    let watch = this.#watches.get(signal)
    if (watch === undefined) {
      const members = new Set<Abortable>()
      const listener = () => {
        this.#watches.delete(signal)
        for (const each of [...members]) each.abort(signal.reason)
      }
      watch = { members, listener }
      this.#watches.set(signal, watch)
      signal.addEventListener('abort', listener, { once: true })
    }
    watch.members.add(member)
  }

  /** Lets go of a member that has ended. */
  remove(signal: AbortSignal, member: Abortable): void {
    const watch = this.#watches.get(signal)
    if (watch === undefined) return
    watch.members.delete(member)
    if (watch.members.size > 0) return
    this.#watches.delete(signal)
    signal.removeEventListener('abort', watch.listener)
  }
}

export const aborts = new AbortHub()
