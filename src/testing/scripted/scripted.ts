import { NetlinkError } from '../../errors/netlink-error.js'
import type { NamespaceHandle, SocketOptions, Transport } from '../../io/transport/transport.js'
import type { NamespaceRef } from '../../request/request.js'
import { messages, NLM_F_ACK, NLM_F_REQUEST } from '../../wire/nlmsghdr.js'
import { errnoOf, ScriptedRequest } from './scripted-request.js'
import { ScriptedSocket } from './scripted-socket.js'

/**
 * What a script does with a request: it answers with the methods of `request`, or not at all. That loses a request; one that asks for no ACK,
 * as changes of addresses, routes, neighbours and rules do, has succeeded then.
 */
export type ScriptedHandler = (request: ScriptedRequest) => void

/**
 * Is a transport whose kernel is a script: tests with it need neither Linux nor privilege. A request finds its handler by message
 * type; one without a handler is refused with EOPNOTSUPP. Both clients work with it; a blocking client that would wait times out at once,
 * since nothing can be scripted meanwhile.
 *
 * @example
 * import { NetlinkError, openSync } from 'rtnetlink'
 * import { ScriptedTransport } from 'rtnetlink/testing'
 *
 * const transport = new ScriptedTransport()
 * transport.on(17, request => request.error('EBUSY', { message: 'not now' })) // RTM_DELLINK
 * using rt = openSync({ transport })
 * try {
 *   rt.raw.request({ type: 17, payload: new Uint8Array(16) })
 * } catch (error) {
 *   if (NetlinkError.is(error)) console.log(error.code, error.extAck?.message) // EBUSY not now
 * }
 */
export class ScriptedTransport implements Transport {
  /** The open sockets, in the order of their opening. */
  readonly sockets: ScriptedSocket[] = []
  /** How many sockets have been opened so far. */
  opened = 0
  /** Every message that was sent and its handler was asked for. */
  readonly requests: ScriptedRequest[] = []
  /** The interfaces that names resolve to. */
  readonly links = new Map<string, number>()
  /** The namespaces that can be opened, by name; the value is the descriptor that is handed out. */
  readonly namespaces = new Map<string, number>()
  /** The namespaces that are open. */
  readonly openNamespaces = new Set<NamespaceHandle>()
  readonly #handlers = new Map<number, ScriptedHandler>()
  readonly #sendErrors: number[] = []
  #nextPort = 0xae9c_e33d
  #holding = false
  #held: (() => void)[] = []

  /** Sets the handler of a message type. NLMSG_NOOP is acknowledged unless there is one. */
  on(type: number, handler: ScriptedHandler): this {
    this.#handlers.set(type, handler)
    return this
  }

  /** Keeps answers back until `release`: refusals of what asks for no ACK come too late then. */
  hold(): void {
    this.#holding = true
  }

  /** How many datagrams are kept back. */
  get held(): number {
    return this.#held.length
  }

  /** Delivers what was kept back, in the order that `order` makes of it; what it leaves out is lost. */
  release(order: (held: readonly (() => void)[]) => readonly (() => void)[] = held => held): void {
    this.#holding = false
    const held = this.#held
    this.#held = []
    for (const deliver of order(held)) deliver()
  }

  /** Fails the next send, on any socket, with an errno name: nothing of it reaches a handler. */
  failSend(code: string): void {
    this.#sendErrors.push(errnoOf(code))
  }

  /** Sends a notification to the sockets that have joined `group`. */
  notify(group: number, type: number, payload: Uint8Array, options: { nsid?: number } = {}): void {
    for (const socket of this.sockets) {
      if (!socket.groups.has(group)) continue
      if (options.nsid !== undefined && !socket.allNamespaces) continue
      socket.deliverMessage({ type, payload, groups: group, pid: 0, seq: 0, nsid: options.nsid })
    }
  }

  open(options: SocketOptions): ScriptedSocket {
    const socket = new ScriptedSocket(this, options, this.#nextPort)
    this.#nextPort = (this.#nextPort + 1) % 0x1_0000_0000
    this.opened++
    this.sockets.push(socket)
    return socket
  }

  openNamespace(ref: NamespaceRef): NamespaceHandle {
    const fd = typeof ref === 'string' ? this.namespaces.get(ref) : 'fd' in ref ? ref.fd : undefined
    if (fd === undefined) throw new NetlinkError({ reason: 'syscall', code: 'ENOENT', syscall: 'open' })
    const handle: NamespaceHandle = { fd, close: () => void this.openNamespaces.delete(handle) }
    this.openNamespaces.add(handle)
    return handle
  }

  /** Takes what a socket sends: for `ScriptedSocket`. */
  sent(socket: ScriptedSocket, datagram: Uint8Array): number {
    const failure = this.#sendErrors.shift()
    if (failure !== undefined) return failure
    // The kernel too stops without a word at a message whose length is not true.
    try {
      for (const message of messages(datagram)) {
        const request = new ScriptedRequest(socket, message)
        // What is no request, as one that was taken back before it left, is passed over (netlink_rcv_skb).
        if ((message.flags & NLM_F_REQUEST) === 0) {
          if ((message.flags & NLM_F_ACK) !== 0) request.ack()
          continue
        }
        this.requests.push(request)
        const handler = this.#handlers.get(message.type)
        if (handler !== undefined) handler(request)
        else if (message.type >= 16) request.error('EOPNOTSUPP')
        else if ((message.flags & NLM_F_ACK) !== 0) request.ack()
      }
    } catch (error) {
      if (!NetlinkError.is(error) || error.reason !== 'decode') throw error
    }
    return datagram.length
  }

  /** Delivers a datagram now or keeps it back: for `ScriptedSocket`. */
  deliver(deliver: () => void): void {
    if (this.#holding) this.#held.push(deliver)
    else deliver()
  }

  /** Forgets a socket: for `ScriptedSocket`. */
  closedSocket(socket: ScriptedSocket): void {
    const at = this.sockets.indexOf(socket)
    if (at >= 0) this.sockets.splice(at, 1)
  }
}
