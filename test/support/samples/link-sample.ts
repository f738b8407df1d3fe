// What a test of a link kind makes, and how it is seen from both sides.
import type { LinkSpec } from '../../../src/index.js'

/** Two links (ifb) that others stand on, by name or by index. */
export interface Lower {
  readonly a: string | number
  readonly b: string | number
}

/** A link to make; `name` is left to the test. */
export interface Sample {
  readonly kind: string
  readonly about: string
  readonly spec: (low: Lower) => LinkSpec
  /** What `ip` shows as linkinfo.info_data. */
  readonly shows?: object
  /** What is read where it is not what was written; `undefined` for what the kernel does not report. */
  readonly reads?: Readonly<Record<string, unknown>>
  /** What kernels may be built without: then it is not reported. */
  readonly maybe?: readonly string[]
  /** The MTU that it can be changed to, when 10 less will not do. */
  readonly mtu?: number
  /** What the kernel must have beside the kind: without it the test is skipped when the link is refused. */
  readonly needs?: string
}

type Info = NonNullable<LinkSpec['info']>

/** Is a link that stands alone. */
export function plain(info: Info, shows?: object, more: Partial<Sample> = {}): Sample {
  return on(() => ({ info }), shows, more)
}

/** Is a link that stands on others. */
export function on(spec: (low: Lower) => LinkSpec, shows?: object, more: Partial<Sample> = {}): Sample {
  const kind = spec({ a: 1, b: 1 }).info?.kind ?? ''
  return { kind, about: kind, spec, ...(shows === undefined ? {} : { shows }), ...more }
}
