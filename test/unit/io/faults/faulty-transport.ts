// A scripted transport one of whose system calls goes wrong: which one is counted over all of its sockets.
import type { SocketOptions } from '../../../../src/io/transport/transport.js'
import { ScriptedTransport } from '../../../../src/testing/scripted/scripted.js'
import type { ScriptedSocket } from '../../../../src/testing/scripted/scripted-socket.js'

/** The system calls that can go wrong. */
export type Call = 'open' | 'send' | 'receive' | 'wait' | 'join' | 'filter' | 'ifindex'

/** What a fault does in place of a call: it may perform it, and gives its result. */
export type Wrong = (site: Site) => number

/** Where a fault is. */
export interface Site {
  readonly transport: FaultyTransport
  readonly socket: ScriptedSocket
  readonly call: Call
  /** The receive buffer of a `receive`. */
  readonly buffer: Uint8Array
  /** Makes the call as if nothing were wrong. */
  perform(): number
}

/** A datagram that was taken from the queue, to be given later. */
interface Kept {
  readonly bytes: Uint8Array
  readonly sourcePid: number
  readonly groups: number
}

export class FaultyTransport extends ScriptedTransport {
  /** Every call so far. */
  readonly calls: Call[] = []
  /** Which call goes wrong; none by default. */
  at = -1
  /** How many calls of the same sort on the same socket go wrong from there on. */
  times = 1
  wrong: Wrong = site => site.perform()
  /** What a fault does to the client: closes it, or aborts the operation. */
  interfere: () => void = () => {}
  /** What happens to each socket that is opened. */
  prepare: (socket: ScriptedSocket) => void = () => {}
  readonly #kept = new Map<ScriptedSocket, Kept[]>()
  #site: { readonly socket: ScriptedSocket; readonly call: Call } | undefined

  override open(options: SocketOptions): ScriptedSocket {
    const socket = super.open(options)
    this.prepare(socket)
    const faulty = (call: Call, buffer: Uint8Array, perform: () => number): number =>
      this.#goesWrong(socket, call) ? this.wrong({ transport: this, socket, call, buffer, perform }) : perform()
    const none = new Uint8Array(0)
    const { send, receive, waitReadable, join, attachFilter, ifindex } = socket
    socket.send = (bytes, length) => faulty('send', none, () => send.call(socket, bytes, length))
    socket.receive = buffer => faulty('receive', buffer, () => this.#next(socket, buffer, receive))
    socket.waitReadable = ms => faulty('wait', none, () => waitReadable.call(socket, ms))
    socket.join = group => faulty('join', none, () => join.call(socket, group))
    socket.attachFilter = program => faulty('filter', none, () => attachFilter.call(socket, program))
    socket.ifindex = name => faulty('ifindex', none, () => ifindex.call(socket, name))
    faulty('open', none, () => 0)
    return socket
  }

  /** Keeps a copy of what was read just now: the next read of the socket gives it again. */
  keep(socket: ScriptedSocket, bytes: Uint8Array): void {
    const kept = { bytes: bytes.slice(), sourcePid: socket.sourcePid, groups: socket.sourceGroups }
    const list = this.#kept.get(socket)
    if (list === undefined) this.#kept.set(socket, [kept])
    else list.push(kept)
  }

  #goesWrong(socket: ScriptedSocket, call: Call): boolean {
    const n = this.calls.push(call) - 1
    if (n === this.at) this.#site = { socket, call }
    else if (this.#site?.socket !== socket || this.#site.call !== call) return false
    return this.times-- > 0
  }

  #next(socket: ScriptedSocket, buffer: Uint8Array, receive: (buffer: Uint8Array) => number): number {
    const kept = socket.closed ? undefined : this.#kept.get(socket)?.shift()
    if (kept === undefined) return receive.call(socket, buffer)
    buffer.set(kept.bytes.subarray(0, buffer.length))
    socket.sourcePid = kept.sourcePid
    socket.sourceGroups = kept.groups
    socket.truncated = kept.bytes.length > buffer.length
    return kept.bytes.length
  }
}
