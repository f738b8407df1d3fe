import type { CallOptions } from '../rtnl/operation.js'
import type { NamespaceRef } from '../rtnl/request.js'
import type { NamespaceHandle, SocketOptions, Transport } from './transport.js'

/** How a client is made. */
export interface ClientOptions {
  /** The network namespace that it works in; the caller's by default. */
  readonly netns?: NamespaceRef | undefined
  /** The netlink family, NETLINK_ROUTE (0) by default. */
  readonly family?: number | undefined
  /** Has the kernel refuse what it would ignore in a GET; true by default. */
  readonly strict?: boolean | undefined
  /** The size of the kernel's receive queue of each socket in bytes. */
  readonly receiveBufferSize?: number | undefined
  /** The deadline of a request in milliseconds, 5000 by default; Infinity for none. */
  readonly timeoutMs?: number | undefined
  /** The size of the buffer that datagrams are read into to begin with; it grows. For tests. */
  readonly readSize?: number | undefined
}

/** What a client's sockets have in common. */
export interface Base {
  readonly socket: SocketOptions
  readonly timeoutMs: number
  readonly readSize: number | undefined
  /** Held for as long as the client lives: its later sockets are made in the same namespace even when the name is gone or reused. */
  readonly namespace: NamespaceHandle | undefined
}

/** Says what is wrong with the options of a call. */
export function wrongOptions(options: CallOptions): TypeError | undefined {
  if (typeof options !== 'object' || options === null) return new TypeError('the options of a call are an object')
  const { signal, timeoutMs } = options
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    return new TypeError('signal is an AbortSignal')
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0))
    return new TypeError('timeoutMs is a number of milliseconds, 0 or more')
  return undefined
}

const clientOptions: Readonly<Record<keyof ClientOptions, true>> = {
  netns: true,
  family: true,
  strict: true,
  receiveBufferSize: true,
  timeoutMs: true,
  readSize: true,
}

/** Checks the options of a client and opens its namespace. */
export function baseOf(transport: Transport, options: ClientOptions): Base {
  const unknown = Object.keys(options).find(key => !Object.hasOwn(clientOptions, key))
  if (unknown !== undefined)
    throw new TypeError(`a client has no option '${unknown}': it takes ${Object.keys(clientOptions).join(', ')}`)
  const { netns, receiveBufferSize, timeoutMs = 5000 } = options
  const wrong = wrongOptions({ timeoutMs })
  if (wrong !== undefined) throw wrong
  const namespace = netns === undefined ? undefined : transport.openNamespace(netns, true)
  return {
    socket: {
      protocol: options.family ?? 0,
      strict: options.strict ?? true,
      ...(namespace === undefined ? {} : { netns: { fd: namespace.fd } }),
      ...(receiveBufferSize === undefined ? {} : { receiveBuffer: { bytes: receiveBufferSize, force: true } }),
    },
    timeoutMs,
    readSize: options.readSize,
    namespace,
  }
}
