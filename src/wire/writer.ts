import { littleEndian } from './endian.js'
import { align4 } from './nlmsghdr.js'

const le = littleEndian

/** Messages share memory of this size, one behind the other: a Uint8Array with memory of its own costs a malloc, or a copy. */
const SLAB = 8192
/** Most messages are shorter. */
const INITIAL_SIZE = 512

/** A growing buffer of zeros that messages are written into, one behind the other, where they stay. */
export class Writer {
  bytes: Uint8Array
  view: DataView
  /** Where the message begins, a multiple of 4. */
  start = 0
  /** Where it ends so far. */
  end = 0
  /** The memory under `bytes` and `view`. */
  buffer: ArrayBuffer
  readonly #capacity: number

  constructor(capacity = SLAB) {
    this.#capacity = capacity
    this.buffer = new ArrayBuffer(capacity)
    this.bytes = new Uint8Array(this.buffer)
    this.view = new DataView(this.buffer)
  }

  /** Appends `count` zero bytes and gives the offset of the first. */
  reserve(count: number): number {
    const at = this.end
    const end = at + count
    if (end > this.bytes.length) this.#grow(end)
    this.end = end
    return at
  }

  /** Takes the message to where it has more room, at the same offsets. */
  #grow(end: number): void {
    const { bytes, start } = this
    this.#renew(Math.max(this.#capacity, 2 * end))
    // Where nothing is written yet the memory may be gone, to another thread together with the message before.
    if (this.end > start) this.bytes.set(bytes.subarray(start, this.end), start)
  }

  #renew(size: number): void {
    this.buffer = new ArrayBuffer(size)
    this.bytes = new Uint8Array(this.buffer)
    this.view = new DataView(this.buffer)
  }

  /** Appends bytes. */
  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length)
    this.bytes.set(bytes, at)
  }

  /** Takes back everything from `at` on; what is reserved later is zero again. */
  truncate(at: number): void {
    this.bytes.fill(0, at, this.end)
    this.end = at
  }

  /** Appends zeros up to a multiple of 4. */
  align(): void {
    this.reserve(align4(this.end) - this.end)
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
    const length = this.end - at
    if (length > 0xffff) return false
    this.view.setUint16(at, length, le)
    // nla_len does not count the padding, so the next header is at align4(len), not at len.
    this.align()
    return true
  }

  /** Appends an attribute of `size` zero bytes, a few, and gives the offset of the first. */
  attribute(type: number, size: number): number {
    const at = (this.end + 3) & ~3
    const end = at + 4 + ((size + 3) & ~3)
    if (end > this.bytes.length) this.#grow(end)
    this.end = end
    this.view.setUint16(at, 4 + size, le)
    this.view.setUint16(at + 2, type, le)
    return at + 4
  }

  /** Gives the message, and begins the next. */
  finish(): Uint8Array {
    const message = new Uint8Array(this.buffer, this.start, this.end - this.start)
    this.next()
    return message
  }

  /** Begins the next message; nothing is written to those before any more. */
  next(): void {
    this.start = align4(this.end)
    if (this.bytes.length - this.start < INITIAL_SIZE) {
      this.start = 0
      this.#renew(this.#capacity)
    }
    this.end = this.start
  }
}
