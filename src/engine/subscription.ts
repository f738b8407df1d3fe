import { badMessage } from '../errors/netlink-error.js'
import { littleEndian } from '../wire/endian.js'
import { align4, badLength, NLMSG_HDRLEN, NLMSG_MIN_TYPE, NLMSG_OVERRUN, viewOf } from '../wire/nlmsghdr.js'
import { newCounters } from './counters.js'

const le = littleEndian

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

  /** Tells that a loss is to be told of once the queue is empty. */
  get losing(): boolean {
    return this.#lost
  }

  /** Takes a datagram that lies in `bytes` from `start` to `end`. */
  datagram(bytes: Uint8Array, start: number, end: number, sourcePid: number): void {
    if (sourcePid !== 0) {
      this.counters.spoofed++
      return
    }
    if (this.#bytes !== bytes) {
      this.#bytes = bytes
      this.#view = viewOf(bytes)
    }
    const view = this.#view
    let at = start
    try {
      if (end - at < NLMSG_HDRLEN) throw badMessage(`short datagram of ${end - start} bytes`, 0)
      while (end - at > 3) {
        const left = end - at
        if (left < NLMSG_HDRLEN) throw badMessage(`remnant of ${left} bytes behind the last message`, at - start)
        const size = view.getUint32(at, le)
        if (size < NLMSG_HDRLEN || size > left) throw badLength(size, at - start, end - start)
        const next = at + size
        const type = view.getUint16(at + 4, le)
        if (type >= NLMSG_MIN_TYPE) this.#subscriber.event(type, bytes, at + NLMSG_HDRLEN, next)
        else if (type === NLMSG_OVERRUN) this.lost()
        else this.counters.ignored++
        at = align4(next)
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
