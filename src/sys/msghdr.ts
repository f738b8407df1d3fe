import { littleEndian as le } from '../wire/endian.js'
import { viewOf } from '../wire/nlmsghdr.js'
import { addressOf, koffi } from './libc.js'

/** Bytes of struct sockaddr_nl. */
export const SOCKADDR_NL_LENGTH = 12
export const AF_NETLINK = 16

const CONTROL_LENGTH = 64

/**
 * Is one struct msghdr with its iovec, its sockaddr_nl and a control buffer, built once and used for every recvmsg.
 * The addresses in it keep nothing alive, so the object holds whatever they point to.
 */
export class MessageHeader {
  /** The address of the msghdr, to be given to recvmsg while this object is alive. */
  readonly #address: number
  readonly #view: DataView
  readonly #word: number
  readonly #iovec: number
  readonly #name: number
  readonly #control: number
  /** Keeps alive what iov_base points to. */
  #pinned: Uint8Array | undefined

  constructor() {
    const word = koffi().sizeof('void *')
    this.#word = word
    this.#iovec = 7 * word
    this.#name = 9 * word
    this.#control = 9 * word + 16
    const bytes = new Uint8Array(this.#control + CONTROL_LENGTH)
    this.#view = viewOf(bytes)
    const address = addressOf(bytes)
    this.#address = address
    // struct msghdr: name, namelen (padded to a word), iov, iovlen, control, controllen, flags.
    setWord(this.#view, 0, address + this.#name, word)
    setWord(this.#view, 2 * word, address + this.#iovec, word)
    setWord(this.#view, 3 * word, 1, word)
    setWord(this.#view, 4 * word, address + this.#control, word)
  }

  /** Makes it ready for recvmsg, which overwrites the lengths each time. */
  forReceive(buffer: Uint8Array): number {
    // Taking an address costs 50 ns and monitors reuse their buffers.
    if (this.#pinned !== buffer) {
      this.#pinned = buffer
      setWord(this.#view, this.#iovec, addressOf(buffer), this.#word)
      setWord(this.#view, this.#iovec + this.#word, buffer.byteLength, this.#word)
    }
    this.#view.setUint32(this.#word, SOCKADDR_NL_LENGTH, le)
    this.#view.setUint32(this.#low(5 * this.#word), CONTROL_LENGTH, le)
    return this.#address
  }

  /** nl_pid of the source. */
  get sourcePid(): number {
    return this.#view.getUint32(this.#name + 4, le)
  }

  /** nl_groups of the source. */
  get sourceGroups(): number {
    return this.#view.getUint32(this.#name + 8, le)
  }

  /** Finds a 32-bit control message of the last datagram. */
  controlInt32(level: number, type: number): number | undefined {
    const word = this.#word
    const end = this.#control + Math.min(this.#word32(5 * word), CONTROL_LENGTH)
    const header = word + 8
    let at = this.#control
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
