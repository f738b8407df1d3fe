import { badMessage } from '../errors/netlink-error.js'
import { littleEndian as le } from '../wire/endian.js'
import { align4, messageLength, NLMSG_HDRLEN, NLMSG_MIN_TYPE, NLMSG_OVERRUN, viewOf } from '../wire/nlmsghdr.js'
import { newCounters } from './counters.js'

/** What a subscription tells of the notifications that arrive. */
export interface Subscriber {
  /** Takes one notification; the payload lies in `bytes` from `start` to `end` and is overwritten afterwards. */
  event(type: number, bytes: Uint8Array, start: number, end: number): void
  /** Notifications were lost before what comes next. */
  overrun(): void
  /** The rest of a datagram could not be read; an overrun follows. */
  malformed(error: unknown): void
}

/** Is the notification side of the protocol for one socket, without I/O. */
export class Subscription {
  readonly counters = newCounters()
  readonly #subscriber: Subscriber
  #lost = false
  #bytes: Uint8Array | undefined
  #view: DataView = new DataView(new ArrayBuffer(0))

  constructor(subscriber: Subscriber) {
    this.#subscriber = subscriber
  }

  /** Takes a datagram of `length` bytes that lies at the start of `bytes`. */
  datagram(bytes: Uint8Array, length: number, sourcePid: number): void {
    if (sourcePid !== 0) {
      this.counters.spoofed++
      return
    }
    if (this.#bytes !== bytes) {
      this.#bytes = bytes
      this.#view = viewOf(bytes)
    }
    const view = this.#view
    let at = 0
    try {
      if (length < NLMSG_HDRLEN) throw badMessage(`short datagram of ${length} bytes`, 0)
      while (length - at > 3) {
        if (length - at < NLMSG_HDRLEN) throw badMessage(`remnant of ${length - at} bytes behind the last message`, at)
        const end = at + messageLength(view, at, length)
        const type = view.getUint16(at + 4, le)
        if (type >= NLMSG_MIN_TYPE) this.#subscriber.event(type, bytes, at + NLMSG_HDRLEN, end)
        else if (type === NLMSG_OVERRUN) this.lost()
        else this.counters.ignored++
        at = align4(end)
      }
    } catch (error) {
      this.counters.malformed++
      this.lost()
      this.#subscriber.malformed(error)
    }
  }

  /** Takes a datagram that did not fit the buffer: its notifications are lost. */
  truncated(sourcePid: number): void {
    if (sourcePid !== 0) this.counters.spoofed++
    else {
      this.counters.truncated++
      this.lost()
    }
  }

  /** The socket reported a loss: what is queued is older, so it is told first and the loss once the queue is empty. */
  lost(): void {
    this.#lost = true
  }

  /** The socket's queue is empty. */
  drained(): void {
    if (!this.#lost) return
    this.#lost = false
    this.counters.overruns++
    this.#subscriber.overrun()
  }
}
