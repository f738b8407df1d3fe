/** Names of values; `flags` marks a bit mask, whose values stay numbers in objects. */
export class EnumTable<T extends string = string> {
  readonly names: Readonly<Record<T, number>>
  readonly flags: boolean
  #small: (T | undefined)[] | undefined
  #large: Map<number, T> | undefined
  #values: Map<string, number> | undefined

  constructor(names: Readonly<Record<T, number>>, flags = false) {
    this.names = names
    this.flags = flags
  }

  /** Gives the name of a value, or the value when it has none; of two names the first counts. */
  name(value: number): T | number {
    const small = this.#small ?? this.#index()
    return (value >= 0 && value < 256 ? small[value] : this.#large?.get(value)) ?? value
  }

  #index(): (T | undefined)[] {
    const small = new Array<T | undefined>(256).fill(undefined)
    const large = new Map<number, T>()
    for (const [name, value] of Object.entries(this.names) as [T, number][]) {
      if (value >= 0 && value < 256) small[value] ??= name
      else if (!large.has(value)) large.set(value, name)
    }
    this.#small = small
    this.#large = large
    return small
  }

  /** Gives the value of a name. */
  value(name: string): number | undefined {
    this.#values ??= new Map(Object.entries<number>(this.names))
    return this.#values.get(name)
  }
}
