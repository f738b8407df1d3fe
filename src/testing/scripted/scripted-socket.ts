import type { Readiness, SocketOptions, TransportSocket } from '../../io/transport/transport.js'
import { align4, NLMSG_HDRLEN, writeHeader } from '../../wire/nlmsghdr.js'

const EBADF = -9
const EAGAIN = -11
const ENODEV = -19
const EINVAL = -22
const ENOBUFS = -105

/** A message that a script sends. */
export interface ScriptedMessage {
  readonly type: number
  readonly flags?: number | undefined
  readonly seq?: number | undefined
  /** The pid in the header; the socket's port by default. */
  readonly pid?: number | undefined
  readonly payload?: Uint8Array | undefined
  /** The sender's port: 0, the kernel, by default. */
  readonly sourcePid?: number | undefined
  /** The group that the message went to. */
  readonly groups?: number | undefined
  /** The id of the namespace that it comes from. */
  readonly nsid?: number | undefined
}

interface Datagram {
  readonly bytes: Uint8Array
  readonly sourcePid: number
  readonly groups: number
  readonly nsid: number | undefined
}

/** What a socket says of its last datagram. */
type Said = Pick<TransportSocket, 'sourcePid' | 'sourceGroups' | 'nsid' | 'truncated'>

/** Builds the bytes of a message, padded to a multiple of 4. */
function messageBytes(message: ScriptedMessage, pid: number): Uint8Array {
  const payload = message.payload ?? new Uint8Array(0)
  const length = NLMSG_HDRLEN + payload.length
  const bytes = new Uint8Array(align4(length))
  writeHeader(bytes.subarray(0, length), message.type, message.flags ?? 0, message.seq ?? 0, message.pid ?? pid)
  bytes.set(payload, NLMSG_HDRLEN)
  return bytes
}

/** The part of a scripted transport that its sockets use. */
export interface ScriptedHost {
  readonly links: ReadonlyMap<string, number>
  deliver(push: () => void): void
  sent(socket: ScriptedSocket, datagram: Uint8Array): number
  closedSocket(socket: ScriptedSocket): void
}

/** A socket of a scripted transport. */
export class ScriptedSocket implements TransportSocket {
  readonly portId: number
  readonly options: SocketOptions
  readonly groups = new Set<number>()
  closed = false
  sourcePid = 0
  sourceGroups = 0
  nsid: number | undefined = undefined
  truncated = false
  allNamespaces = false
  /** The programs that were attached as filters. */
  readonly filters: Uint8Array[] = []
  /** How many sends there were: each may hold several messages. */
  sends = 0
  /** How many of the sends went the slow way. */
  slowSends = 0
  /** How often it was read. */
  receives = 0
  /** How many of the reads went the slow way. */
  slowReceives = 0
  /** What slow calls wait for, beside the turn that they take. */
  slow: Promise<unknown> | undefined
  readonly #transport: ScriptedHost
  readonly #queue: (Datagram | number)[] = []
  #taken: (Said & { readonly length: number })[] = []
  /** What the next receiveMany tells of. */
  #failure = 0
  #watcher: (() => void) | undefined
  #watching = false
  #waking = false

  constructor(transport: ScriptedHost, options: SocketOptions, portId: number) {
    this.#transport = transport
    this.options = options
    this.portId = portId
  }

  /** Queues the messages as one datagram; the address is that of the first. */
  deliverMessage(...parts: ScriptedMessage[]): void {
    const bytes = parts.map(part => messageBytes(part, this.portId))
    const whole = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of bytes) {
      whole.set(part, at)
      at += part.length
    }
    const first = parts[0]
    this.deliverBytes(whole, first)
  }

  /** Queues a datagram as it is. */
  deliverBytes(bytes: Uint8Array, from: Pick<ScriptedMessage, 'sourcePid' | 'groups' | 'nsid'> = {}): void {
    const datagram = { bytes, sourcePid: from.sourcePid ?? 0, groups: from.groups ?? 0, nsid: from.nsid }
    this.#transport.deliver(() => this.#push(datagram))
  }

  /** Lets the next read report lost messages (ENOBUFS), before what is queued already, as the kernel does. */
  overflow(): void {
    this.#queue.unshift(ENOBUFS)
    this.#wake()
  }

  /** Lets a read fail with a negative errno, in its place in the queue. */
  failRead(errno: number): void {
    this.#push(errno)
  }

  /** Tells whether somebody waits for the socket to become readable. */
  get watched(): boolean {
    return this.#watching
  }

  /** How many datagrams wait to be read. */
  get queued(): number {
    return this.#queue.length
  }

  send(bytes: Uint8Array, length: number): number {
    if (this.closed) return EBADF
    this.sends++
    return this.#transport.sent(this, bytes.slice(0, length))
  }

  async sendSlow(bytes: Uint8Array, length: number): Promise<number> {
    this.slowSends++
    await new Promise<void>(resolve => setTimeout(resolve, 0))
    await this.slow
    return this.send(bytes, length)
  }

  receive(buffer: Uint8Array): number {
    this.receives++
    if (this.closed) return EBADF
    const next = this.#queue.shift()
    if (next === undefined) return EAGAIN
    if (typeof next === 'number') return next
    buffer.set(next.bytes.subarray(0, buffer.length))
    this.sourcePid = next.sourcePid
    this.sourceGroups = next.groups
    this.nsid = next.nsid
    this.truncated = next.bytes.length > buffer.length
    return next.bytes.length
  }

  receiveMany(buffer: Uint8Array, size: number): number {
    this.#taken = []
    const failure = this.#failure
    this.#failure = 0
    if (failure !== 0) return failure
    for (let start = 0; start + size <= buffer.length; start += size) {
      const length = this.receive(buffer.subarray(start, start + size))
      if (length < 0) {
        // As recvmmsg does: what has been read comes first.
        if (this.#taken.length === 0) return length
        if (length !== EAGAIN) this.#failure = length
        break
      }
      const { sourcePid, sourceGroups, nsid, truncated } = this
      this.#taken.push({ length, sourcePid, sourceGroups, nsid, truncated })
    }
    return this.#taken.length
  }

  async receiveManySlow(buffer: Uint8Array, size: number): Promise<number> {
    this.slowReceives++
    await new Promise<void>(resolve => setTimeout(resolve, 0))
    await this.slow
    return this.receiveMany(buffer, size)
  }

  select(index: number): number {
    const taken = this.#taken[index]
    if (taken === undefined) return EINVAL
    const { length, ...said } = taken
    Object.assign(this, said)
    return length
  }

  waitReadable(_timeoutMs: number): number {
    return this.#readable ? 1 : 0
  }

  onReadable(callback: () => void): Readiness {
    this.#watcher = callback
    return {
      start: () => {
        this.#watching = true
        this.#wake()
      },
      stop: () => {
        this.#watching = false
      },
      close: () => {
        this.#watching = false
        this.#watcher = undefined
      },
    }
  }

  join(group: number): number {
    this.groups.add(group)
    return 0
  }

  listenAllNamespaces(): number {
    this.allNamespaces = true
    return 0
  }

  attachFilter(program: Uint8Array): number {
    this.filters.push(program)
    return 0
  }

  ifindex(name: string): number {
    return this.#transport.links.get(name) ?? ENODEV
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.#queue.length = 0
    this.#watching = false
    this.#watcher = undefined
    this.#transport.closedSocket(this)
  }

  get #readable(): boolean {
    return this.#queue.length > 0 || this.#failure !== 0
  }

  #push(entry: Datagram | number): void {
    if (this.closed) return
    this.#queue.push(entry)
    this.#wake()
  }

  #wake(): void {
    if (!this.#watching || !this.#readable || this.#waking) return
    this.#waking = true
    setImmediate(() => {
      this.#waking = false
      if (!this.#watching || !this.#readable) return
      this.#watcher?.()
      this.#wake()
    })
  }
}
