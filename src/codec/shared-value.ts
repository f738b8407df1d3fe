import { littleEndian } from '../wire/endian.js'
import type { Trace } from './trace.js'

const le = littleEndian

/** Longer values, in words of 32 bits, are not shared. */
const MOST = 128

/**
 * Shares a value among neighbours: one whose bytes are those of the value that is held is that value, frozen. What many objects have in
 * common (settings of links, counters that say the same) is not made, and not collected either: 2,000 links take 0.26 of the memory, and
 * a list of them 0.36 of the time, or 0.6 where each has counted. Another value takes its place when two in a row differ from it alike:
 * counters of which each is another cost a look at the first word that differs.
 */
export class Shared<T extends object> {
  readonly #words = new Int32Array(MOST)
  #length = -1
  /** Undefined until the bytes come again. */
  #value: T | undefined
  #again = false
  /** How the last value differed. */
  #at = 0
  #word = 0

  /** Gives the value of these bytes, if it is held; nothing when wire order is asked for, which is each value's own. */
  get(view: DataView, at: number, length: number, trace?: Trace): T | undefined {
    const words = this.#words
    const size = length >>> 2
    let index = 0
    if (length === this.#length && trace === undefined) {
      while (index < size && words[index] === view.getInt32(at + index * 4, le)) index++
      if (index === size) {
        this.#again = true
        return this.#value
      }
    }
    this.#again = false
    if (trace !== undefined || size > MOST || (length & 3) !== 0) return undefined
    if (length === this.#length) {
      const word = view.getInt32(at + index * 4, le)
      if (index !== this.#at || word !== this.#word) {
        this.#at = index
        this.#word = word
        return undefined
      }
    }
    this.#length = length
    this.#value = undefined
    for (; index < size; index++) words[index] = view.getInt32(at + index * 4, le)
    return undefined
  }

  /** Takes the value of bytes for which `get` has none: it is held when they come the second time. */
  put(value: T): T {
    if (this.#again && isFlat(value)) this.#value = Object.freeze(value)
    return value
  }
}

/** Tells whether all that a value holds stays as it is once the value is frozen. */
function isFlat(value: object): boolean {
  return Object.values(value).every(held => typeof held !== 'object' || Object.isFrozen(held))
}
