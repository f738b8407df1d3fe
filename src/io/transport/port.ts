import { Engine } from '../../engine/engine.js'
import { errnoName } from '../../errors/errno.js'
import { NetlinkError } from '../../errors/netlink-error.js'
import { publishReceived, publishSent } from '../trace/trace.js'
import { slowRead } from './slow-lane.js'
import type { Readiness, TransportSocket } from './transport.js'

/** The size of a receive buffer to begin with; it doubles when a datagram does not fit. */
export const READ_SIZE = 65_536
export const LARGEST_READ = 16 * 1024 * 1024
/** How often what changes nothing is asked for again into the buffer that has grown: from READ_SIZE to LARGEST_READ, and once more. */
export const GROWTHS = 9

/** Datagrams in a row that have answered nothing, between two looks at the clock: who may send to a socket can do so without an end. */
export const MAX_UNSOLICITED = 256

/** Datagrams that are read at a time off the thread: a list of 100,000 routes took a fifth longer by one, and no less by 16. */
export const SLOW_READS = 8

export const EINTR = -4
const EIO = -5
export const EAGAIN = -11
export const ENOBUFS = -105

/** A datagram that was read off the thread. */
export interface Arrived {
  readonly bytes: Uint8Array
  /** Its length, which may exceed what `bytes` has room for. */
  readonly length: number
  readonly truncated: boolean
  readonly sourcePid: number
  readonly sourceGroups: number
}

/** Is a request socket with its engine and its one receive buffer. */
export class Port {
  readonly socket: TransportSocket
  readonly engine: Engine
  /** Tells that the kernel dropped answers: what is unanswered once the queue is empty has an unknown outcome. */
  overran = false
  /** Tells that it was read off the thread: the pool may be in its socket, and an error behind the last datagram comes with the next. */
  readSlow = false
  /** Tells of a `drain` that gave false that it has not seen the end of the queue. */
  unread = false
  /** Is called when the socket is readable and `await` was called. */
  onReadable: () => void = () => {}
  readonly #protocol: number
  /** The pool is inside send: the kernel may not have got to what it sends. */
  #sending = false
  #buffer: Uint8Array
  /** What the pool reads into, and what it has read before. */
  #worked: Uint8Array | undefined
  #spare: Uint8Array | undefined
  #readiness: Readiness | undefined

  /** `protocol` is the socket's netlink family. */
  constructor(socket: TransportSocket, protocol: number, readSize = READ_SIZE) {
    this.socket = socket
    this.#protocol = protocol
    this.engine = new Engine(socket.portId)
    this.#buffer = new Uint8Array(readSize)
  }

  /** The size of the receive buffer. */
  get readSize(): number {
    return this.#buffer.length
  }

  /** Sends the first `length` bytes: how many left, or a negative errno. */
  send(bytes: Uint8Array, length: number): number {
    publishSent(this.#protocol, bytes, length)
    let result: number
    do result = this.socket.send(bytes, length)
    while (result === EINTR)
    return result
  }

  /** Sends off the thread as `send` does; the bytes must stay as they are. */
  async sendSlow(bytes: Uint8Array, length: number): Promise<number> {
    publishSent(this.#protocol, bytes, length)
    this.#sending = true
    try {
      let result: number
      do result = await this.socket.sendSlow(bytes, length)
      while (result === EINTR && !this.socket.closed)
      return result
    } finally {
      this.#sending = false
    }
  }

  /** Reads one datagram and hands it to the engine: 1, or a negative errno (EAGAIN when there is none). */
  read(): number {
    let length: number
    do length = this.socket.receive(this.#buffer)
    while (length === EINTR)
    return this.take(length)
  }

  /** Hands what a read gave, a length or a negative errno, to the engine: 1, or a negative errno. */
  take(length: number): number {
    const { socket } = this
    if (length === ENOBUFS) {
      this.overran = true
      this.engine.lost()
      return 1
    }
    if (length < 0) return length
    this.#dispatch(this.#buffer, length, socket.truncated, socket.sourcePid, socket.sourceGroups)
    return 1
  }

  /** Reads up to SLOW_READS datagrams off the thread, without waiting: what came, or a negative errno. The next but one overwrites them. */
  async receiveSlow(): Promise<readonly Arrived[] | number> {
    const { socket, readSize } = this
    this.readSlow = true
    const size = readSize * SLOW_READS
    const buffer = this.#spare?.length === size ? this.#spare : new Uint8Array(size)
    this.#spare = this.#worked
    this.#worked = buffer
    try {
      let count: number
      do count = await slowRead(() => socket.receiveManySlow(buffer, readSize))
      while (count === EINTR)
      if (count < 0) return count
      const arrived: Arrived[] = []
      for (let i = 0; i < count; i++) {
        const length = socket.select(i)
        const bytes = buffer.subarray(i * readSize, (i + 1) * readSize)
        const { truncated, sourcePid, sourceGroups } = socket
        arrived.push({ bytes, length, truncated, sourcePid, sourceGroups })
      }
      return arrived
    } catch {
      return EIO
    }
  }

  /** Hands a datagram that `receiveSlow` gave to the engine. */
  takeArrived({ bytes, length, truncated, sourcePid, sourceGroups }: Arrived): void {
    this.#dispatch(bytes, length, truncated, sourcePid, sourceGroups)
  }

  #dispatch(bytes: Uint8Array, length: number, truncated: boolean, sourcePid: number, sourceGroups: number): void {
    publishReceived(this.#protocol, bytes, 0, length)
    if (length > bytes.length || truncated) {
      this.#buffer = new Uint8Array(grownSize(bytes.length, length))
      this.engine.truncated(bytes, Math.min(length, bytes.length), sourcePid)
    } else this.engine.datagram(bytes, length, sourcePid, sourceGroups)
  }

  /**
   * Reads until nothing waits for an answer (true) or the queue is empty (false), which is the answer to what is silent. Another failure
   * of the read and the end of the queue after a loss end everything that waits; until that end the kernel tells of no further loss.
   * Behind much that nobody has asked for it gives false as well, and `unread` tells that it has not seen the end: it may be there.
   */
  drain(): boolean {
    const engine = this.engine
    let unsolicited = 0
    let pending = engine.pending
    while (pending > 0 || this.overran) {
      const result = this.read()
      if (result > 0) {
        unsolicited = engine.pending === pending ? unsolicited + 1 : 0
        if (unsolicited === MAX_UNSOLICITED) {
          this.unread = true
          return false
        }
        pending = engine.pending
        continue
      }
      if (result === EAGAIN && !this.overran) {
        this.unread = false
        if (!this.#sending) engine.silence()
        return engine.pending === 0
      }
      this.failRead(result)
      pending = engine.pending
    }
    return true
  }

  /** Ends everything that waits after a read that gave `errno`: the end of the queue behind a loss, or a broken socket. */
  failRead(errno: number): void {
    this.overran = false
    const syscall = this.readSlow ? 'recvmmsg' : 'recvfrom'
    if (errno === EAGAIN) this.engine.failAll('overrun')
    else this.engine.failAll(new NetlinkError({ reason: 'syscall', code: errnoName(errno), syscall }))
  }

  /** Calls `onReadable` back, once or more often, when there is something to read; keeps the process alive until `rest`. */
  await(): void {
    this.#readiness ??= this.socket.onReadable(() => this.onReadable())
    this.#readiness.start()
  }

  /** Waits no longer. */
  rest(): void {
    this.#readiness?.stop()
  }

  close(): void {
    this.#readiness?.close()
    this.#readiness = undefined
    this.socket.close()
  }
}

/** Gives the size that follows one which was too small for a datagram of `length` bytes. */
export function grownSize(size: number, length: number): number {
  let next = size * 2
  while (next < length && next < LARGEST_READ) next *= 2
  return Math.max(size, Math.min(next, LARGEST_READ))
}
