import { NetlinkError } from '../../errors/netlink-error.js'
import { typeOfRequest } from '../../request/build.js'
import type { CallOptions } from '../../request/operation.js'
import type { Protocol } from '../../request/protocol.js'
import type { Request } from '../../request/request.js'
import { clock } from '../../wire/clock.js'
import { BaseExchange } from '../exchange-base.js'
import { mayBegin } from '../may-begin.js'
import { syscallError, timeoutError } from '../outcome.js'
import { reportRequest, tracing } from '../trace/trace.js'
import { lookupOf } from '../transport/lookup.js'
import { Packer } from '../transport/packer.js'
import { EINTR, GROWTHS, Port } from '../transport/port.js'
import type { SocketOptions, Transport } from '../transport/transport.js'

/** Is the request side of the blocking client: one request after the other, on the calling thread. */
export class SyncChannel {
  readonly protocol: Protocol
  readonly timeoutMs: number
  readonly port: Port
  closed = false
  readonly #transport: Transport
  #idle: Packer | undefined

  constructor(
    transport: Transport,
    protocol: Protocol,
    options: SocketOptions,
    timeoutMs: number,
    readSize: number | undefined,
  ) {
    this.protocol = protocol
    this.timeoutMs = timeoutMs
    this.port = new Port(transport.open(options), this.protocol.id, readSize)
    this.#transport = transport
  }

  /** Makes a packer for requests whose making may use the client meanwhile. */
  newPacker(): Packer {
    return new Packer(ref => this.#transport.openNamespace(ref), this.protocol)
  }

  /** Sends a request and waits for its outcome. */
  request<T>(request: Request<T>, options?: CallOptions): T {
    mayBegin(this, options, request)
    const ms = options?.timeoutMs ?? this.timeoutMs
    for (let growths = 0; ; growths++) {
      const call = new BaseExchange(request, this.protocol)
      const packer = this.pack(call)
      const { port } = this
      call.seq = port.engine.begin(call)
      try {
        this.#stamp(call, packer)
        const sent = this.transmit(packer)
        if (sent < 0) call.error = syscallError(request, call.seq, 'send', sent)
        else if (!this.wait(call, ms)) call.error = timeoutError(request, call.seq, ms, true)
      } finally {
        // Whatever was thrown here, a stack that is used up included: nobody waits for it any longer.
        port.engine.forget(call.seq)
        this.unpack(packer)
      }
      call.settle()
      // A GET changes nothing: it is asked again, into the buffer that has grown meanwhile.
      if (call.truncated && growths < GROWTHS && this.#isGet(request)) continue
      if (call.error !== undefined) throw call.error
      return call.value as T
    }
  }

  /** Packs a request alone, with its names looked up, until `unpack`: what a getter of it asks for is packed by another. */
  pack(call: BaseExchange): Packer {
    const packer = this.#idle ?? this.newPacker()
    this.#idle = undefined
    packer.reset()
    try {
      for (;;) {
        const packed = packer.add(call.request, call.flags, this.port.socket)
        if (packed === 'packed') return packer
        if (packed === 'lookup') this.lookup(packer.expected, packer)
        else if (packed instanceof NetlinkError) throw packed
        else throw new RangeError(`an empty packer is ${packed}`)
      }
    } catch (error) {
      this.unpack(packer)
      throw error
    }
  }

  /** Has a packer serve the next request. */
  unpack(packer: Packer): void {
    this.#idle = packer
  }

  /** Looks a long interface name up. */
  lookup(name: string, packer: Packer): void {
    const request = lookupOf(this.protocol, name)
    const { port } = this
    for (let growths = 0; ; growths++) {
      const call = new BaseExchange(request, this.protocol)
      packer.reset(true)
      packer.add(request, call.flags, port.socket)
      call.seq = port.engine.begin(call)
      try {
        this.#stamp(call, packer)
        const sent = this.transmit(packer, true)
        if (sent < 0) call.error = syscallError(request, call.seq, 'send', sent)
        else if (!this.wait(call, this.timeoutMs)) call.error = timeoutError(request, call.seq, this.timeoutMs, true)
      } finally {
        port.engine.forget(call.seq)
      }
      call.settle()
      if (call.truncated && growths < GROWTHS) continue
      if (call.error === undefined) packer.found(name, Number(call.value))
      else if (call.error.reason === 'kernel') packer.found(name, call.error.errno)
      else throw call.error
      return
    }
  }

  /** Sends what is packed: 0 or a negative errno. */
  transmit(packer: Packer, keepNames = false): number {
    const result = this.port.send(packer.bytes, packer.length)
    packer.reset(keepNames)
    return Math.min(result, 0)
  }

  /** Reads until something is settled; false when `ms` have passed. */
  wait(what: { readonly settled: boolean }, ms: number): boolean {
    let until = 0
    while (!this.port.drain() && !what.settled) {
      const now = clock()
      if (until === 0) until = now + ms
      const left = until - now
      const ready = left <= 0 ? 0 : this.port.unread ? 1 : this.port.socket.waitReadable(left)
      if (ready === 0) return false
      if (ready < 0 && ready !== EINTR) this.port.failRead(ready)
    }
    return true
  }

  close(): void {
    this.closed = true
    this.port.engine.clear()
    this.port.close()
  }

  /** Writes the number of a call that leaves, and tells of it. */
  #stamp(call: BaseExchange, packer: Packer): void {
    packer.stamp(0, call.seq)
    if (!tracing()) return
    call.startedAt = clock()
    reportRequest(call.request, call.seq)
  }

  #isGet(request: Request<unknown>): boolean {
    return this.protocol.verbOf(typeOfRequest(request)) === 'get'
  }
}
