import type { Encoder } from './encode.js'
import type { Attr } from './table.js'
import type { Trace } from './trace.js'

/** An attribute that tables cannot describe: a hand-written pair of functions. */
export interface Codec {
  /** Decodes the payload; `undefined` when the bytes are not understood (they are then kept in `$unknown`). */
  readonly decode: (bytes: Uint8Array, view: DataView, start: number, length: number, trace: Trace | undefined) => unknown
  /** Appends the payload of `value`, or fails through `encoder.fail`. */
  readonly encode: (encoder: Encoder, attr: Attr, value: unknown) => void
}
