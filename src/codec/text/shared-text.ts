/** Texts that many objects share: what is not made is not collected either. */

/** Makes a table of the texts of 16-bit numbers: each is made when it is first seen, 256 neighbours share a page. */
export function texts(make: (value: number) => string): (value: number) => string {
  const pages = new Array<(string | undefined)[] | undefined>(256).fill(undefined)
  return value => {
    const known = pages[value >> 8]?.[value & 255]
    if (known !== undefined) return known
    pages[value >> 8] ??= new Array<string | undefined>(256).fill(undefined)
    const page = pages[value >> 8] as (string | undefined)[]
    const text = make(value)
    page[value & 255] = text
    return text
  }
}

/** How many texts are shared at a time. */
const SLOTS = 1024

/**
 * Shares texts that repeat (gateways, kinds, names of links, what addresses begin with); one is held
 * from the second time that its key is seen: what never repeats costs no store into old memory (20,000 neighbours: 9 % of a dump).
 * Keys are integers.
 */
export class Recent {
  readonly #seen = new Float64Array(SLOTS)
  readonly #keys = new Float64Array(SLOTS)
  readonly #texts: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined)

  /** Gives the text that is held for a key. */
  get(key: number): string | undefined {
    const slot = slotOf(key)
    return this.#keys[slot] === key ? this.#texts[slot] : undefined
  }

  /** Tells of a key for which `get` has none whether it has been seen before, so that its text is worth to be held. */
  again(key: number): boolean {
    const slot = slotOf(key)
    if (this.#seen[slot] === key) return true
    this.#seen[slot] = key
    return false
  }

  /** Holds the text of a key. */
  hold(key: number, text: string): string {
    const slot = slotOf(key)
    this.#keys[slot] = key
    this.#texts[slot] = text
    return text
  }

  /** Takes the text of a key for which `get` has none. */
  put(key: number, text: string): string {
    return this.again(key) ? this.hold(key, text) : text
  }
}

/** How many texts with long keys are shared at a time. */
const LONG_SLOTS = 256

/** Does the same for keys of 128 bits, in four words of 32. */
export class RecentLong {
  readonly #seen = new Int32Array(4 * LONG_SLOTS)
  readonly #keys = new Int32Array(4 * LONG_SLOTS)
  readonly #texts: (string | undefined)[] = new Array<string | undefined>(LONG_SLOTS).fill(undefined)

  get(a: number, b: number, c: number, d: number): string | undefined {
    const slot = longSlotOf(a, b, c, d)
    return holds(this.#keys, 4 * slot, a, b, c, d) ? this.#texts[slot] : undefined
  }

  put(a: number, b: number, c: number, d: number, text: string): string {
    const slot = longSlotOf(a, b, c, d)
    if (holds(this.#seen, 4 * slot, a, b, c, d)) {
      write(this.#keys, 4 * slot, a, b, c, d)
      this.#texts[slot] = text
    } else write(this.#seen, 4 * slot, a, b, c, d)
    return text
  }
}

function holds(keys: Int32Array, at: number, a: number, b: number, c: number, d: number): boolean {
  return keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d
}

function write(keys: Int32Array, at: number, a: number, b: number, c: number, d: number): void {
  keys[at] = a
  keys[at + 1] = b
  keys[at + 2] = c
  keys[at + 3] = d
}

function longSlotOf(a: number, b: number, c: number, d: number): number {
  return Math.imul(a ^ b ^ Math.imul(c, 17) ^ d, 0x9e3779b1) >>> 24
}

/** Spreads neighbours: Knuth's multiplicative hash. */
function slotOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 22
}
