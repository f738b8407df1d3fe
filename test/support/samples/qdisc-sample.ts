// What a test of a qdisc kind makes, and how it is seen from both sides.
import type { ClassSpec, QdiscSpec } from '../../../src/index.js'

/** A class below the sample's qdisc, which has the handle 1:. */
export interface ClassSample {
  readonly handle: string
  readonly options: NonNullable<ClassSpec['options']>
  /** As with qdiscs. */
  readonly reads?: Readonly<Record<string, unknown>>
  readonly shows?: object
  readonly text?: readonly string[]
  /** The kernel has made the class with its qdisc; it can be changed only. */
  readonly given?: true
}

/** A qdisc to make at the root. */
export interface QdiscSample {
  readonly kind: string
  readonly about: string
  readonly spec: Omit<QdiscSpec, 'dev'>
  /** What is read of the options where it is not what was written; `undefined` for what the kernel does not report. */
  readonly reads?: Readonly<Record<string, unknown>>
  /** What kernels older or newer than the sample do not report. */
  readonly maybe?: readonly string[]
  /** What `tc -j` shows as options, and beside them. */
  readonly shows?: object
  readonly beside?: object
  /** Words of `tc`, where its JSON is none: hfsc, qfq and multiq print into it. */
  readonly text?: readonly string[]
  readonly classes?: readonly ClassSample[]
  /** A change for `set`; without one the kernel cannot change the kind. */
  readonly change?: Readonly<Record<string, unknown>>
  /** What the kernel must have beside the kind: without it the test is skipped when the qdisc is refused. */
  readonly needs?: string
}

type Options = NonNullable<QdiscSpec['options']>
type More = Partial<Omit<QdiscSample, 'kind' | 'about'>>

/** Is a qdisc with options. */
export function qdisc(options: Options, shows?: object, more: More = {}): QdiscSample {
  const kind = options.kind
  return { kind, about: kind, spec: { handle: '1:', options }, ...(shows === undefined ? {} : { shows }), ...more }
}
