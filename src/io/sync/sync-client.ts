import { checkBulkOptions } from '../../request/check-options.js'
import type {
  Blocking,
  BlockingDump,
  BulkOptions,
  BulkResult,
  BulkSource,
  CallOptions,
  Effect,
  Methods,
  MethodTables,
  Stream,
  Task,
} from '../../request/operation.js'
import type { Protocol } from '../../request/protocol.js'
import type { Request } from '../../request/request.js'
import { clock } from '../../wire/clock.js'
import { bind, runSync } from '../bind.js'
import { BulkRun } from '../bulk-run.js'
import { type Base, baseOf, type ClientOptions } from '../client-options.js'
import type { BlockingClientOf } from '../client-types.js'
import { RETRY_AFTER } from '../dump/dump-exchange.js'
import { DumpPool } from '../dump/dump-pool.js'
import { SyncDump, SyncStream } from '../dump/sync-dump.js'
import { mayBegin, mayGoOn } from '../may-begin.js'
import { bulkTimeoutError, interruptedError, requireProtocol, syscallError } from '../outcome.js'
import { isDump, type RawCalls, rawDump, rawRequest } from '../raw.js'
import { sleepSync } from '../sleep.js'
import { traceProtocol } from '../trace/trace.js'
import { GROWTHS } from '../transport/port.js'
import type { Transport } from '../transport/transport.js'
import { SyncChannel } from './sync-channel.js'

/** Is the blocking client without its families: what `createBlockingClient` adds verbs to. */
export class SyncClient implements Disposable {
  readonly raw: Blocking<RawCalls>
  readonly channel: SyncChannel
  readonly pool: DumpPool
  readonly dumps = new Set<SyncDump>()
  readonly #base: Base
  /** The family of the methods; `channel.protocol` is that of the socket. */
  readonly #protocol: Protocol

  constructor(transport: Transport, options: ClientOptions, protocol: Protocol) {
    this.#protocol = protocol
    this.#base = baseOf(transport, options, protocol)
    const { protocol: spoken, socket, timeoutMs, readSize, namespace } = this.#base
    traceProtocol(spoken)
    try {
      this.channel = new SyncChannel(transport, spoken, socket, timeoutMs, readSize)
    } catch (error) {
      namespace?.close()
      throw error
    }
    this.pool = new DumpPool(transport, socket, readSize)
    this.raw = {
      request: (message, callOptions) => {
        const request = rawRequest(message, spoken)
        if (!isDump(request, spoken)) return this.send(request, callOptions) ?? []
        return this.collect(rawDump(message, spoken), callOptions, false)
      },
      dump: (message, callOptions) => this.stream(rawDump(message, spoken), callOptions),
    }
  }

  /** Sends one request and answers with its reply. */
  send<T>(request: Request<T>, options?: CallOptions): T {
    return this.channel.request(request, options)
  }

  /** Collects a dump. */
  collect<T>(request: Request<T>, options?: CallOptions, retry = true): T[] {
    let growths = 0
    for (let attempt = 0; ; ) {
      const dump = new SyncDump(this, request, options)
      try {
        dump.read(true)
      } finally {
        dump.release()
      }
      const { exchange } = dump
      // The socket's buffer has grown: what did not fit will.
      if (exchange.truncated && growths++ < GROWTHS) continue
      if (exchange.error !== undefined) throw exchange.error
      if (!exchange.interrupted) return exchange.rows.take() as T[]
      const pause = retry ? RETRY_AFTER[attempt++] : undefined
      if (pause === undefined) throw interruptedError(request, exchange.seq, exchange.rows.take())
      sleepSync(pause)
    }
  }

  /** Streams a dump. */
  stream<T>(request: Request<T>, options?: CallOptions): BlockingDump<T> {
    return new SyncStream(this, request, options)
  }

  /** Sends requests that have no reply, 64 at a time, and answers with the errors alone. */
  bulk(source: BulkSource, options: BulkOptions = {}): BulkResult {
    const { channel } = this
    mayBegin(channel, options, undefined, checkBulkOptions)
    const { port } = channel
    const packer = channel.newPacker()
    const run = new BulkRun(source, options, channel.protocol)
    const bound = options.timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock() + options.timeoutMs
    const ms = options.timeoutMs ?? channel.timeoutMs
    try {
      for (;;) {
        const state = run.pack(packer, port.socket)
        mayGoOn(channel, options.signal)
        if (state === 'lookup') {
          channel.lookup(packer.expected, packer)
          continue
        }
        if (state === 'end') return run.result
        if (state === 'refused') {
          if (clock() > bound) throw bulkTimeoutError(run.request, run.seq, ms, false, run.result)
          continue
        }
        run.begin(port.engine, packer)
        const sent = channel.transmit(packer)
        const { request, seq } = run
        if (sent < 0 && request !== undefined) throw syscallError(request, seq, 'send', sent)
        const left = Math.min(bound - clock(), channel.timeoutMs)
        if (!channel.wait(run, left)) throw bulkTimeoutError(request, seq, ms, true, run.result)
        if (run.fatal !== undefined) throw run.fatal
      }
    } catch (error) {
      run.reject(error)
      throw error
    } finally {
      packer.reset()
      port.engine.forgetBatch(run)
      run.stop()
    }
  }

  /** Runs what a verb made of its arguments. */
  run(task: Task<unknown> | Stream<unknown>): unknown {
    requireProtocol(this.channel.protocol, this.#protocol)
    if (task.do === undefined) return runSync(task, effect => this.perform(effect))
    const { request, options } = task
    if (task.do === 'stream') return this.stream(request, options)
    const answer = task.do === 'request' ? this.send(request, options) : this.collect(request, options)
    return task.map === undefined ? answer : task.map(answer)
  }

  /** Runs one effect. */
  perform(effect: Effect): unknown {
    switch (effect.do) {
      case 'request':
        return this.send(effect.request, effect.options)
      case 'dump':
        return this.collect(effect.request, effect.options)
      case 'bulk':
        return this.bulk(effect.source, effect.options)
      case 'sleep':
        return sleepSync(effect.ms)
    }
  }

  /** Closes the client and its descriptors. */
  close(): void {
    if (this.channel.closed) return
    this.channel.close()
    for (const dump of [...this.dumps]) dump.release()
    this.pool.close()
    this.#base.namespace?.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Adds the methods of a table of verbs to `target`; `client` runs them. */
export function bindSyncMethods<V extends MethodTables, T extends object>(
  client: SyncClient,
  verbs: V,
  target: T,
): T & Blocking<Methods<V>> {
  bind(target, verbs, {
    run: task => client.run(task),
    reject: error => {
      throw error
    },
  })
  return target as T & Blocking<Methods<V>>
}

/** Makes the blocking client of a table of verbs; `extend` makes further members of what runs it. */
export function createBlockingClient<V extends MethodTables, X extends object = object>(
  transport: Transport,
  options: ClientOptions,
  protocol: Protocol,
  verbs: V,
  extend?: (client: SyncClient) => X,
): BlockingClientOf<Blocking<Methods<V>>, X> {
  const client = new SyncClient(transport, options, protocol)
  const core = {
    raw: client.raw,
    bulk: (source: BulkSource, bulkOptions?: BulkOptions) => client.bulk(source, bulkOptions),
    close: () => client.close(),
    [Symbol.dispose]: () => client.close(),
  }
  const extended = Object.assign(core, extend?.(client) ?? ({} as X))
  return bindSyncMethods(client, verbs, extended) as BlockingClientOf<Blocking<Methods<V>>, X>
}
