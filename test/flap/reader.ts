// What a watch tells one reader, added up: it must come to what the watch holds, whenever the reader has begun.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Watch } from 'rtnetlink'
import { text } from './diff.js'

/** How many events a reader reads before it rests, so that what is told meanwhile is joined. */
const READ_AT_ONCE = 20

export class Reader {
  /** How often each object is there, by its text. */
  readonly #held = new Map<string, number>()
  /** What was said to go, or to become another, and was not there. */
  readonly faults: string[] = []
  readonly #events: ReturnType<Watch[typeof Symbol.asyncIterator]>
  readonly #read: Promise<void>
  reported = 0

  constructor(watch: Watch) {
    this.#events = watch[Symbol.asyncIterator]()
    this.#read = this.#follow()
  }

  lines(): string[] {
    return [...this.#held].flatMap(([line, count]) => Array<string>(count).fill(line)).sort()
  }

  async close(): Promise<void> {
    await this.#events.return?.()
    await this.#read
  }

  async #follow(): Promise<void> {
    for (let next = await this.#events.next(); next.done !== true; next = await this.#events.next()) {
      const event = next.value
      if (event.type === 'ready' || event.type === 'resync') continue
      if (++this.reported % READ_AT_ONCE === 0) await sleep(1)
      if (event.old !== undefined) this.#remove(text(event.type, event.old))
      if (event.new !== undefined) this.#add(text(event.type, event.new))
    }
  }

  #add(line: string): void {
    this.#held.set(line, (this.#held.get(line) ?? 0) + 1)
  }

  #remove(line: string): void {
    const count = this.#held.get(line) ?? 0
    if (count === 0) this.faults.push(`a reader never heard of: ${line}`)
    else if (count === 1) this.#held.delete(line)
    else this.#held.set(line, count - 1)
  }
}
