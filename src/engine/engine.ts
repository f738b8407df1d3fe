import type { ExtAck } from '../errors/ext-ack.js'
import { NetlinkError } from '../errors/netlink-error.js'
import { readAck } from '../wire/ack.js'
import { littleEndian } from '../wire/endian.js'
import {
  align4,
  badLength,
  NLM_F_ACK_TLVS,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_MIN_TYPE,
  NLMSG_OVERRUN,
  viewOf,
} from '../wire/nlmsghdr.js'
import { newCounters } from './counters.js'
import type { Batch, Exchange, Failure } from './exchange.js'
import { Waiting } from './waiting.js'

const le = littleEndian

const LAST_SEQ = 0xffff_ffff

interface RunningBatch {
  readonly batch: Batch
  readonly first: number
  readonly count: number
  /** Answers have been dropped while it ran. */
  gap: boolean
}

/**
 * Is the request side of the protocol for one socket, without I/O: it gives out sequence numbers, takes datagrams and tells
 * each exchange what belongs to it. What belongs to nobody is counted and dropped.
 */
export class Engine {
  readonly counters = newCounters()
  readonly #portId: number
  readonly #exchanges = new Waiting<Exchange>()
  readonly #batches: RunningBatch[] = []
  /** What waited for several answers while the kernel dropped some. */
  readonly #gaps = new WeakSet<Exchange>()
  /** Tells that something that waits may be in `#gaps`. */
  #lossy = false
  #seq: number
  /** The first sequence number that may be that of a silent exchange; 0 for none. */
  #silent = 0
  #bytes: Uint8Array | undefined
  #view: DataView = new DataView(new ArrayBuffer(0))

  /** `seq` is the number before the first that is given out. */
  constructor(portId: number, seq = 0) {
    this.#portId = portId
    this.#seq = seq
  }

  /** How many exchanges and batches wait for an answer. */
  get pending(): number {
    return this.#exchanges.size + this.#batches.length
  }

  /** The exchanges that wait for an answer, batches not included. */
  exchanges(): readonly Exchange[] {
    return this.#exchanges.upTo(this.#seq)
  }

  /** Begins an exchange and gives the sequence number to send it with. */
  begin(exchange: Exchange): number {
    do this.#seq = following(this.#seq)
    while (!this.#exchanges.free(this.#seq) || (this.#batches.length > 0 && this.#batchOf(this.#seq) >= 0))
    if (this.#lossy) {
      this.#lossy = this.#exchanges.size > 0
      this.#gaps.delete(exchange)
    }
    if (exchange.silent && (this.#silent === 0 || this.#exchanges.size === 0)) this.#silent = this.#seq
    this.#exchanges.set(this.#seq, exchange)
    return this.#seq
  }

  /** Begins a batch of `count` requests and gives the first of its consecutive sequence numbers. */
  beginBatch(batch: Batch, count: number): number {
    // A batch does not cross the wrap, so that an index is a subtraction.
    let first = this.#seq >= LAST_SEQ - count ? 1 : this.#seq + 1
    if (this.pending > 0) for (let seq = first; seq < first + count; seq++) if (this.#taken(seq)) first = seq + 1
    this.#seq = first + count - 1
    this.#batches.push({ batch, first, count, gap: false })
    return first
  }

  /** Forgets an exchange: what still arrives for it is counted as stale. */
  forget(seq: number): void {
    this.#exchanges.delete(seq)
  }

  /** Forgets a batch. */
  forgetBatch(batch: Batch): void {
    const at = this.#batches.findIndex(running => running.batch === batch)
    if (at >= 0) this.#batches.splice(at, 1)
  }

  /** Forgets everything that waits, without telling it. */
  clear(): void {
    this.#exchanges.clear()
    this.#batches.length = 0
  }

  /**
   * The kernel has dropped answers, whose it does not say. A single answer that still comes is what it says; a batch and a dump
   * cannot tell what they lack.
   */
  lost(): void {
    this.counters.overruns++
    this.#lossy = true
    for (const exchange of this.exchanges()) if (exchange.whole) this.#gaps.add(exchange)
    for (const running of this.#batches) running.gap = true
  }

  /**
   * The queue is empty behind a send, and nothing was lost: what is silent has succeeded. rtnetlink answers before send returns, and a
   * refusal that finds no room in the queue is a loss (netlink_ack and netlink_attachskb in af_netlink.c).
   */
  silence(): void {
    if (this.#silent === 0) return
    const last = this.#seq
    for (let seq = this.#silent; ; seq = following(seq)) {
      const exchange = this.#exchanges.get(seq)
      if (exchange?.silent === true) {
        this.#exchanges.delete(seq)
        exchange.end(0, undefined, 0)
      }
      if (seq === last) break
    }
    this.#silent = 0
  }

  /** Ends everything that waits without the kernel's word. */
  failAll(failure: Failure): void {
    const exchanges = this.exchanges()
    const batches = this.#batches.splice(0)
    this.#exchanges.clear()
    for (const exchange of exchanges) exchange.fail(failure)
    for (const { batch } of batches) batch.fail(failure)
  }

  /** Takes a datagram of `length` bytes that lies at the start of `bytes`. */
  datagram(bytes: Uint8Array, length: number, sourcePid: number, sourceGroups: number): void {
    if (sourcePid !== 0) {
      this.counters.spoofed++
      return
    }
    const view = this.#viewOf(bytes)
    let at = 0
    while (length - at >= NLMSG_HDRLEN) {
      const size = view.getUint32(at, le)
      if (size < NLMSG_HDRLEN || size > length - at) {
        this.#malformed(badLength(size, at, length))
        return
      }
      const seq = view.getUint32(at + 8, le)
      const end = at + align4(size)
      if (view.getUint32(at + 12, le) !== this.#portId) this.counters.foreign++
      else this.#message(bytes, view, at, at + size, sourceGroups, seq)
      // The rows of a dump come one after the other.
      const exchange = sourceGroups === 0 ? this.#exchanges.get(seq) : undefined
      at = exchange?.fastPath?.(bytes, view, end, length, this.#portId) ?? end
    }
    if (at === 0 || length - at > 3) {
      this.#malformed(
        new NetlinkError({
          reason: 'protocol',
          code: 'ERR_NETLINK_BAD_MESSAGE',
          detail: at === 0 ? `short datagram of ${length} bytes` : `remnant of ${length - at} bytes behind a message`,
        }),
      )
    }
  }

  /**
   * Takes the first `length` bytes of a datagram that was longer. Only its first header is believed, and the error number
   * of an NLMSG_ERROR; the torn rest is not parsed.
   */
  truncated(bytes: Uint8Array, length: number, sourcePid: number): void {
    if (sourcePid !== 0) {
      this.counters.spoofed++
      return
    }
    this.counters.truncated++
    if (length < NLMSG_HDRLEN) return
    const view = this.#viewOf(bytes)
    const seq = view.getUint32(8, le)
    const exchange = view.getUint32(12, le) === this.#portId ? this.#exchanges.get(seq) : undefined
    if (exchange === undefined) {
      const at = this.#batchOf(seq)
      if (at < 0) this.counters.stale++
      else for (const { batch } of this.#batches.splice(at, 1)) batch.fail('truncated')
      return
    }
    this.#exchanges.delete(seq)
    if (view.getUint16(4, le) === NLMSG_ERROR && length >= NLMSG_HDRLEN + 4) {
      exchange.end(Math.min(view.getInt32(NLMSG_HDRLEN, le), 0), undefined, 0)
    } else exchange.fail('truncated')
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (this.#bytes !== bytes) {
      this.#bytes = bytes
      this.#view = viewOf(bytes)
    }
    return this.#view
  }

  #taken(seq: number): boolean {
    return this.#exchanges.has(seq) || this.#batchOf(seq) >= 0
  }

  #batchOf(seq: number): number {
    return this.#batches.findIndex(({ first, count }) => seq >= first && seq < first + count)
  }

  /** Which answers a broken datagram held cannot be known, so nothing that waits can be told from what was answered. */
  #malformed(error: NetlinkError): void {
    this.counters.malformed++
    this.failAll(error)
  }

  #message(bytes: Uint8Array, view: DataView, at: number, end: number, groups: number, seq: number): void {
    const type = view.getUint16(at + 4, le)
    const flags = view.getUint16(at + 6, le)
    const exchange = this.#exchanges.get(seq)
    if (exchange === undefined) {
      this.#batchMessage(bytes, view, at, end, groups, type, flags, seq)
      return
    }
    if (groups !== 0 && !exchange.echo) {
      this.counters.events++
      return
    }
    if (type >= NLMSG_MIN_TYPE) {
      const last = exchange.ending === 'reply' && (flags & NLM_F_MULTI) === 0
      exchange.message(type, flags, bytes, at + NLMSG_HDRLEN, end)
      if (last && this.#exchanges.get(seq) === exchange) {
        this.#exchanges.delete(seq)
        exchange.end(0, undefined, flags)
      }
    } else this.#control(exchange, bytes, view, at, end, type, flags, seq)
  }

  #control(
    exchange: Exchange,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    type: number,
    flags: number,
    seq: number,
  ): void {
    if (type === NLMSG_OVERRUN) {
      this.#exchanges.delete(seq)
      exchange.fail('gap')
    } else if (type !== NLMSG_ERROR && type !== NLMSG_DONE) this.counters.ignored++
    else {
      const plain = end - at >= NLMSG_HDRLEN + 4 && (flags & NLM_F_ACK_TLVS) === 0
      if (plain && view.getInt32(at + NLMSG_HDRLEN, le) === 0) {
        // A dump goes on behind an ACK: it ends with DONE or with an error.
        if (type === NLMSG_ERROR && exchange.ending === 'done') return
        this.#exchanges.delete(seq)
        this.#end(exchange, 0, undefined, flags)
        return
      }
      try {
        const { errno, extAck } = readAck(viewMessage(bytes, at, end, type, flags, seq, this.#portId))
        if (errno === 0 && type === NLMSG_ERROR && exchange.ending === 'done') return
        this.#exchanges.delete(seq)
        this.#end(exchange, errno, extAck, flags)
      } catch (error) {
        if (!NetlinkError.is(error) || !this.#exchanges.delete(seq)) throw error
        exchange.fail(error)
      }
    }
  }

  #end(exchange: Exchange, errno: number, extAck: ExtAck | undefined, flags: number): void {
    if (errno === 0 && this.#lossy && this.#gaps.has(exchange)) exchange.fail('overrun')
    else exchange.end(errno, extAck, flags)
  }

  #batchMessage(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    groups: number,
    type: number,
    flags: number,
    seq: number,
  ): void {
    const running = this.#batches[this.#batchOf(seq)]
    if (running === undefined) this.counters.stale++
    else if (groups !== 0) this.counters.events++
    else if (type === NLMSG_OVERRUN) {
      this.#batches.splice(this.#batches.indexOf(running), 1)
      running.batch.fail('gap')
    } else if (type === NLMSG_ERROR && end - at >= NLMSG_HDRLEN + 4) {
      const index = seq - running.first
      if (index === running.count - 1) this.#batches.splice(this.#batches.indexOf(running), 1)
      if (view.getInt32(at + NLMSG_HDRLEN, le) < 0 || (flags & NLM_F_ACK_TLVS) !== 0) {
        const { errno, extAck } = readAck(viewMessage(bytes, at, end, type, flags, seq, this.#portId))
        running.batch.answer(index, errno, extAck)
      }
      if (index < running.count - 1) return
      if (running.gap) running.batch.fail('overrun')
      else running.batch.end()
    } else this.counters.ignored++
  }
}

function following(seq: number): number {
  return seq === LAST_SEQ ? 1 : seq + 1
}

/** Makes the view that readAck takes. */
function viewMessage(
  bytes: Uint8Array,
  start: number,
  end: number,
  type: number,
  flags: number,
  seq: number,
  pid: number,
) {
  return {
    type,
    flags,
    seq,
    pid,
    start,
    end,
    bytes: bytes.subarray(start, end),
    payload: bytes.subarray(start + NLMSG_HDRLEN, end),
  }
}
