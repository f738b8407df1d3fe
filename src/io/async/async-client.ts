import { checkBulkOptions } from '../../request/check-options.js'
import type {
  BulkOptions,
  BulkResult,
  BulkSource,
  CallOptions,
  Dump,
  Effect,
  Methods,
  MethodTables,
  Stream,
  Task,
} from '../../request/operation.js'
import type { Protocol } from '../../request/protocol.js'
import type { Request } from '../../request/request.js'
import { bind, runAsync } from '../bind.js'
import { type Base, baseOf, type ClientOptions } from '../client-options.js'
import type { ClientOf } from '../client-types.js'
import { collectAsync } from '../dump/async-collect.js'
import type { AsyncDump, DumpHost } from '../dump/async-dump.js'
import { AsyncStream } from '../dump/async-stream.js'
import { DumpPool } from '../dump/dump-pool.js'
import { mayBegin } from '../may-begin.js'
import { AsyncMonitor, type MonitorSpec } from '../monitor/monitor.js'
import { closedError, requireProtocol } from '../outcome.js'
import { isDump, type RawCalls, rawDump, rawRequest } from '../raw.js'
import { sleepAsync } from '../sleep.js'
import { traceProtocol } from '../trace/trace.js'
import type { Transport } from '../transport/transport.js'
import { AsyncBulk } from './async-bulk.js'
import { AsyncChannel } from './async-channel.js'

/**
 * Is the asynchronous client without its families: what `createClient` adds verbs to. It belongs to the thread that made it.
 */
export class AsyncClient implements DumpHost, AsyncDisposable {
  readonly raw: RawCalls
  readonly channel: AsyncChannel
  readonly pool: DumpPool
  readonly dumps = new Set<AsyncDump>()
  readonly #transport: Transport
  readonly #base: Base
  /** The family of the methods; `channel.protocol` is that of the socket. */
  readonly #protocol: Protocol
  readonly #monitors = new Set<AsyncMonitor<unknown>>()
  #closing: Promise<void> | undefined

  constructor(transport: Transport, options: ClientOptions, protocol: Protocol) {
    this.#protocol = protocol
    this.#transport = transport
    this.#base = baseOf(transport, options, protocol)
    const { protocol: spoken, socket, timeoutMs, readSize, namespace } = this.#base
    traceProtocol(spoken)
    try {
      this.channel = new AsyncChannel({ transport, protocol: spoken, socket, timeoutMs, readSize })
    } catch (error) {
      namespace?.close()
      throw error
    }
    this.pool = new DumpPool(transport, socket, readSize)
    this.raw = {
      request: async (message, callOptions) => {
        const request = rawRequest(message, spoken)
        if (!isDump(request, spoken)) return (await this.send(request, callOptions)) ?? []
        return await this.collect(rawDump(message, spoken), callOptions, false)
      },
      dump: (message, callOptions) => this.stream(rawDump(message, spoken), callOptions),
    }
  }

  /** Sends one request and answers with its reply. */
  send<T>(request: Request<T>, options?: CallOptions): Promise<T> {
    return this.channel.request(request, options)
  }

  /** Collects a dump. */
  collect<T>(request: Request<T>, options?: CallOptions, retry = true): Promise<T[]> {
    return collectAsync(this, request, retry, options)
  }

  /** Streams a dump. */
  stream<T>(request: Request<T>, options?: CallOptions): Dump<T> {
    return new AsyncStream(this, request, options)
  }

  /**
   * Sends requests that have no reply, 64 at a time, and answers with the errors alone. It is the fastest way to make many
   * changes. What the client is asked for meanwhile waits until the bulk has ended.
   */
  bulk(source: BulkSource, options: BulkOptions = {}): Promise<BulkResult> {
    return new Promise((resolve, reject) => {
      mayBegin(this.channel, options, undefined, checkBulkOptions)
      const bulk = new AsyncBulk(this.channel, source, options, resolve, reject)
      // Its source has been called, which may abort it; one that closes the client is found out by `enqueue`.
      if (options.signal?.aborted === true) bulk.abort(options.signal.reason)
      else this.channel.enqueue(bulk)
    })
  }

  /** Opens a monitor; it has joined its groups when this returns, and is closed with the client. */
  openMonitor<E>(spec: MonitorSpec<E>): AsyncMonitor<E> {
    if (this.channel.closed) throw closedError()
    const monitor: AsyncMonitor<E> = new AsyncMonitor(this.#transport, this.#base.socket, spec, () =>
      this.#monitors.delete(monitor as AsyncMonitor<unknown>),
    )
    this.#monitors.add(monitor as AsyncMonitor<unknown>)
    return monitor
  }

  /** Runs what a verb made of its arguments. */
  run(task: Task<unknown> | Stream<unknown>): unknown {
    requireProtocol(this.channel.protocol, this.#protocol)
    if (task.do === undefined) return runAsync(task, effect => this.perform(effect))
    const { request, options } = task
    if (task.do === 'stream') return this.stream(request, options)
    const answer = task.do === 'request' ? this.send(request, options) : this.collect(request, options)
    return task.map === undefined ? answer : answer.then(task.map)
  }

  /** Runs one effect. */
  perform(effect: Effect): Promise<unknown> {
    switch (effect.do) {
      case 'request':
        return this.send(effect.request, effect.options)
      case 'dump':
        return this.collect(effect.request, effect.options)
      case 'bulk':
        return this.bulk(effect.source, effect.options)
      case 'sleep':
        return sleepAsync(effect.ms, effect.signal, this.channel.sleepers)
    }
  }

  /** Closes the client: what is pending rejects at once, and the promise resolves when the descriptors are closed. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    const channelClosed = this.channel.close()
    for (const dump of [...this.dumps]) dump.close()
    this.pool.close()
    for (const monitor of [...this.#monitors]) monitor.fail(closedError())
    await channelClosed
    await this.pool.released()
    this.#base.namespace?.close()
  }
}

/** Adds the methods of a table of verbs to `target`; `client` runs them. */
export function bindMethods<V extends MethodTables, T extends object>(
  client: AsyncClient,
  verbs: V,
  target: T,
): T & Methods<V> {
  bind(target, verbs, {
    run: task => client.run(task),
    reject: error => Promise.reject(error),
  })
  return target as T & Methods<V>
}

/**
 * Makes the asynchronous client of a table of verbs; `extend` makes further members (`monitor`, `watch`) of what runs it.
 * Throws what opening the namespace or the socket throws.
 */
export function createClient<V extends MethodTables, X extends object = object>(
  transport: Transport,
  options: ClientOptions,
  protocol: Protocol,
  verbs: V,
  extend?: (client: AsyncClient) => X,
): ClientOf<Methods<V>, X> {
  const client = new AsyncClient(transport, options, protocol)
  const core: ClientOf<object> = {
    raw: client.raw,
    bulk: (source, bulkOptions) => client.bulk(source, bulkOptions),
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  }
  return bindMethods(client, verbs, Object.assign(core, extend?.(client) ?? ({} as X)))
}
