import { Port, READ_SIZE } from '../transport/port.js'
import type { SocketOptions, Transport } from '../transport/transport.js'

const IDLE = 4
const idle = (): void => {}

/** Holds the private sockets of a client's dumps: one a dump, kept for the next when it was read to its end. */
export class DumpPool {
  readonly #transport: Transport
  readonly #options: SocketOptions
  readonly #idle: Port[] = []
  /** The reads of sockets that were closed while libuv's pool was in them: a descriptor stays until the call has returned. */
  readonly #reads = new Set<Promise<unknown>>()
  #readSize: number
  #closed = false

  constructor(transport: Transport, options: SocketOptions, readSize = READ_SIZE) {
    this.#transport = transport
    this.#options = options
    this.#readSize = readSize
  }

  /** Gives a socket that has no dump; rejects when none can be opened. */
  take(): Port {
    return this.#idle.pop() ?? new Port(this.#transport.open(this.#options), this.#options.protocol, this.#readSize)
  }

  /**
   * Takes a socket back: `clean` tells that its dump has been read to its end, `reading` is what libuv's pool reads of it. A loss whose end
   * is not read yet would end the next one.
   */
  give(port: Port, clean: boolean, reading?: Promise<unknown>): void {
    port.rest()
    // An idle socket must not keep the rows of its last dump alive.
    port.onReadable = idle
    this.#readSize = Math.max(this.#readSize, port.readSize)
    const reusable = clean && !port.overran && !port.readSlow && port.engine.pending === 0
    if (reusable && !this.#closed && this.#idle.length < IDLE) this.#idle.push(port)
    else port.close()
    if (reading === undefined) return
    this.#reads.add(reading)
    void reading.then(() => this.#reads.delete(reading))
  }

  /** Resolves once libuv's pool has let go of the sockets that were given back. */
  async released(): Promise<void> {
    await Promise.all(this.#reads)
  }

  close(): void {
    this.#closed = true
    for (const port of this.#idle.splice(0)) port.close()
  }
}
