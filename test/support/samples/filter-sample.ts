// A filter as a program writes it, and what `tc -s -d -j filter show` must say of it.
import type { FilterSpec } from '../../../src/index.js'

/** One filter. */
export interface FilterSample {
  readonly name: string
  /** The kernel's words where it was built without what the filter needs. */
  readonly lacks?: RegExp
  readonly spec: FilterSpec
  /** The `options` that tc shows; what is not named may be anything. */
  readonly tc: Readonly<Record<string, unknown>>
  /** What tc says in words where its JSON leaves it out or says it under one key twice. */
  readonly says?: readonly string[]
}

/** Drops what matches. */
export const drop = [{ kind: 'gact', options: { kind: 'gact', parms: { action: 'shot' } } }] as const
