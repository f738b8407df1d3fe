import { anything, checkOptions, flag, integer, milliseconds, type OptionRules } from '../request/check-options.js'
import type { Protocol } from '../request/protocol.js'
import { plainProtocol } from '../request/protocol.js'
import type { NamespaceRef } from '../request/request.js'
import { LARGEST_READ } from './transport/port.js'
import type { NamespaceHandle, SocketOptions, Transport } from './transport/transport.js'

/** How a client is made. */
export interface ClientOptions {
  /** The network namespace that it works in, for as long as it lives; by default that in which it is opened. */
  readonly netns?: NamespaceRef | undefined
  /** The netlink family, NETLINK_ROUTE (0) by default. For others there are `raw`, and monitors, of groups by number. */
  readonly family?: number | undefined
  /** Has the kernel refuse what it would ignore in a GET; true by default. */
  readonly strict?: boolean | undefined
  /** The size of the kernel's receive queue of each socket in bytes; monitors and watches have `bufferBytes` for theirs. */
  readonly receiveBufferSize?: number | undefined
  /** The deadline of a request in milliseconds, 5000 by default; Infinity for none. */
  readonly timeoutMs?: number | undefined
  /** The size of the buffer that datagrams are read into to begin with; it grows. For tests. */
  readonly readSize?: number | undefined
}

/** What a client's sockets have in common. */
export interface Base {
  readonly protocol: Protocol
  readonly socket: SocketOptions
  readonly timeoutMs: number
  readonly readSize: number | undefined
  /** Held for as long as the client lives: its later sockets are made in the same namespace even when the name is gone or reused. */
  readonly namespace: NamespaceHandle | undefined
}

const clientOptions: OptionRules<ClientOptions> = {
  netns: anything,
  family: integer(0, 255),
  strict: flag,
  receiveBufferSize: integer(1, 2 ** 30 - 1),
  timeoutMs: milliseconds,
  // A header has to fit in: what is longer tells how long it is.
  readSize: integer(16, LARGEST_READ),
}

/** Checks the options of a client and opens its namespace. */
export function baseOf(transport: Transport, options: ClientOptions, protocol: Protocol): Base {
  checkOptions('a client', options, clientOptions)
  const { netns, receiveBufferSize, timeoutMs = 5000 } = options
  const namespace = netns === undefined ? transport.openVisited?.() : transport.openNamespace(netns, true)
  const { family = protocol.id } = options
  return {
    protocol: family === protocol.id ? protocol : plainProtocol(family),
    socket: {
      protocol: family,
      strict: options.strict ?? true,
      ...(namespace === undefined ? {} : { netns: { fd: namespace.fd } }),
      ...(receiveBufferSize === undefined ? {} : { receiveBuffer: { bytes: receiveBufferSize, force: true } }),
    },
    timeoutMs,
    readSize: options.readSize,
    namespace,
  }
}
