import { littleEndian as le } from './endian.js'
import { align4, viewOf } from './nlmsghdr.js'

/** A growing buffer of zeros that messages are written into. */
export class Writer {
  bytes: Uint8Array
  view: DataView
  length = 0

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
    this.view = viewOf(this.bytes)
  }

  /** Appends `count` zero bytes and gives the offset of the first. */
  reserve(count: number): number {
    const at = this.length
    const end = at + count
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.bytes.length))
      grown.set(this.bytes.subarray(0, at))
      this.bytes = grown
      this.view = viewOf(grown)
    }
    this.length = end
    return at
  }

  /** Appends bytes. */
  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length)
    this.bytes.set(bytes, at)
  }

  /** Takes back everything from `at` on; what is reserved later is zero again. */
  truncate(at: number): void {
    this.bytes.fill(0, at, this.length)
    this.length = at
  }

  /** Appends zeros up to a multiple of 4. */
  align(): void {
    this.reserve(align4(this.length) - this.length)
  }

  /** Starts an attribute and gives its offset for `endAttribute`. */
  beginAttribute(type: number): number {
    this.align()
    const at = this.reserve(4)
    this.view.setUint16(at + 2, type, le)
    return at
  }

  /** Ends an attribute; gives false, and leaves it unfinished, when it is longer than the 16 bits of nla_len can say. */
  endAttribute(at: number): boolean {
    const length = this.length - at
    if (length > 0xffff) return false
    this.view.setUint16(at, length, le)
    // nla_len does not count the padding, so the next header is at align4(len), not at len.
    this.align()
    return true
  }

  /** Copies what was written. */
  finish(): Uint8Array {
    const { length } = this
    // V8 keeps typed arrays of up to 64 bytes on its heap; each longer one is a malloc, a quarter of what a link costs.
    if (length <= ON_HEAP || length > SLAB) return this.bytes.slice(0, length)
    if (SLAB - slabUsed < length) {
      slab = new ArrayBuffer(SLAB)
      slabUsed = 0
    }
    const copy = new Uint8Array(slab, slabUsed, length)
    slabUsed += align4(length)
    copy.set(this.bytes.subarray(0, length))
    return copy
  }
}

const ON_HEAP = 64
/** Longer messages share memory of this size, one behind the other. */
const SLAB = 8192
let slab = new ArrayBuffer(0)
let slabUsed = SLAB
