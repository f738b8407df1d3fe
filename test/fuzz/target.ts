/** What was found: the text of a file of test/corpus, and what went wrong. */
export interface Finding {
  readonly extension: 'hex' | 'json'
  readonly text: string
  readonly error: string
}

/** What can be fuzzed. */
export interface Part {
  readonly name: string
  /** Tries some inputs; those of one seed are always the same. */
  round(seed: number): Promise<{ readonly runs: number; readonly finding: Finding | undefined }>
}

/** What a worker is to do. */
export interface Order {
  readonly parts: readonly string[]
  readonly types: readonly number[]
  readonly seed: number
  readonly seconds: number
}

/** What a worker tells after every round. */
export interface News {
  readonly part: string
  readonly runs: number
  readonly seed: number
  readonly finding: Finding | undefined
}
