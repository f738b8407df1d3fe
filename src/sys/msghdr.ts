import { littleEndian } from '../wire/endian.js'
import { viewOf } from '../wire/nlmsghdr.js'
import { addressOf, koffi } from './libc.js'

const le = littleEndian

/** Bytes of struct sockaddr_nl. */
export const SOCKADDR_NL_LENGTH = 12
export const AF_NETLINK = 16

const CONTROL_LENGTH = 64

/**
 * Is an array of struct mmsghdr with their iovecs, sockaddr_nls and control buffers, built once and used for every recvmmsg into one buffer.
 * The addresses in it keep nothing alive, so the object holds whatever they point to.
 */
export class MessageBatch {
  /** The address of the array, to be given to recvmmsg while this object is alive. */
  readonly address: number
  /** How many datagrams it takes. */
  readonly count: number
  /** Where the datagrams go, each into `size` bytes. */
  readonly buffer: Uint8Array
  readonly size: number
  readonly #view: DataView
  readonly #word: number
  /** Bytes of struct mmsghdr: struct msghdr of 7 words, then an unsigned int. */
  readonly #stride: number
  readonly #names: number
  readonly #controls: number

  constructor(buffer: Uint8Array, size: number) {
    const word = koffi().sizeof('void *')
    const count = Math.floor(buffer.length / size)
    this.buffer = buffer
    this.size = size
    this.count = count
    this.#word = word
    this.#stride = 8 * word
    const iovecs = count * this.#stride
    this.#names = iovecs + count * 2 * word
    this.#controls = this.#names + count * 16
    const bytes = new Uint8Array(this.#controls + count * CONTROL_LENGTH)
    const view = viewOf(bytes)
    this.#view = view
    const address = addressOf(bytes)
    this.address = address
    const first = addressOf(buffer)
    for (let i = 0; i < count; i++) {
      const header = i * this.#stride
      const iovec = iovecs + i * 2 * word
      // struct msghdr: name, namelen (padded to a word), iov, iovlen, control, controllen, flags.
      setWord(view, header, address + this.#names + i * 16, word)
      setWord(view, header + 2 * word, address + iovec, word)
      setWord(view, header + 3 * word, 1, word)
      setWord(view, header + 4 * word, address + this.#controls + i * CONTROL_LENGTH, word)
      setWord(view, iovec, first + i * size, word)
      setWord(view, iovec + word, size, word)
    }
    this.reset(count)
  }

  /** Writes the lengths of the first `count` headers, which recvmmsg has overwritten. */
  reset(count: number): void {
    const word = this.#word
    for (let at = 0; at < count * this.#stride; at += this.#stride) {
      this.#view.setUint32(at + word, SOCKADDR_NL_LENGTH, le)
      this.#view.setUint32(this.#low(at + 5 * word), CONTROL_LENGTH, le)
    }
  }

  /** The length of a datagram, the part that did not fit included. */
  length(index: number): number {
    return this.#view.getUint32(index * this.#stride + 7 * this.#word, le)
  }

  /** nl_pid of its source. */
  sourcePid(index: number): number {
    return this.#view.getUint32(this.#names + index * 16 + 4, le)
  }

  /** nl_groups of its source. */
  sourceGroups(index: number): number {
    return this.#view.getUint32(this.#names + index * 16 + 8, le)
  }

  /** Finds a 32-bit control message of a datagram. */
  controlInt32(index: number, level: number, type: number): number | undefined {
    const word = this.#word
    const header = word + 8
    let at = this.#controls + index * CONTROL_LENGTH
    const end = at + Math.min(this.#word32(index * this.#stride + 5 * word), CONTROL_LENGTH)
    while (end - at >= header) {
      const length = this.#word32(at)
      if (length < header || length > end - at) return undefined
      if (
        this.#view.getInt32(at + word, le) === level &&
        this.#view.getInt32(at + word + 4, le) === type &&
        length >= header + 4
      ) {
        return this.#view.getInt32(at + header, le)
      }
      at += Math.ceil(length / word) * word
    }
    return undefined
  }

  #word32(offset: number): number {
    return this.#view.getUint32(this.#low(offset), le)
  }

  /** Where the low 32 bits of a word lie: control lengths are short. */
  #low(offset: number): number {
    return le || this.#word === 4 ? offset : offset + 4
  }
}

/** Writes a word of 4 or 8 bytes, an address for example. */
export function setWord(view: DataView, offset: number, value: number, word: number): void {
  if (word === 8) view.setBigUint64(offset, BigInt(value), le)
  else view.setUint32(offset, value, le)
}
