/**
 * Holds what interface names were found to stand for while one flush is packed. Most flushes have one name: it is kept beside the map,
 * whose emptying makes a new table each time (blocking with a name, without a kernel: 1164 → 691 ns, this and the bytes of names).
 */
export class Names {
  #name: string | undefined
  #index = 0
  readonly #others = new Map<string, number>()

  get(name: string): number | undefined {
    return name === this.#name ? this.#index : this.#others.get(name)
  }

  set(name: string, index: number): void {
    if (this.#name !== undefined && this.#name !== name) {
      this.#others.set(name, index)
      return
    }
    this.#name = name
    this.#index = index
  }

  clear(): void {
    this.#name = undefined
    if (this.#others.size > 0) this.#others.clear()
  }
}
