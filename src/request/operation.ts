import type { NetlinkError } from '../errors/netlink-error.js'
import type { Request } from './request.js'

/** What every call takes as its last argument. */
export interface CallOptions {
  /** Ends the call: it rejects with `signal.reason`. What has been sent may still be executed. */
  readonly signal?: AbortSignal | undefined
  /**
   * Bounds the call in milliseconds, all its steps together, counted from the call; the client's own deadline counts from the sending. Of
   * a list or dump only the time counts that is spent waiting for the kernel: a long table is read to its end (`signal` ends it).
   */
  readonly timeoutMs?: number | undefined
}

/** A dump as it arrives: objects one by one, or by `chunks()` in the arrays of one datagram. What is no filter is thrown at once. */
export interface Dump<T> extends AsyncIterableIterator<T> {
  /** Iterates over arrays of objects: fewer promises than one an object. */
  chunks(): AsyncIterableIterator<T[]>
  return(): Promise<IteratorResult<T, undefined>>
  [Symbol.asyncIterator](): Dump<T>
}

/** The blocking twin of `Dump`. */
export interface BlockingDump<T> extends IterableIterator<T> {
  /** Iterates over arrays of objects, those of one datagram. */
  chunks(): IterableIterator<T[]>
  return(): IteratorResult<T, undefined>
  [Symbol.iterator](): BlockingDump<T>
}

/** Turns the type of one method into that of its blocking twin. */
export type Fn<T> = T extends (...a: infer A) => Promise<infer R>
  ? (...a: A) => R
  : T extends (...a: infer A) => Dump<infer R>
    ? (...a: A) => BlockingDump<R>
    : T extends (...a: infer A) => AsyncIterableIterator<infer R>
      ? (...a: A) => IterableIterator<R>
      : T

/** Turns a table of asynchronous methods into that of its blocking twin. */
export type Blocking<T> = {
  readonly [K in keyof T]: T[K] extends (...a: never[]) => unknown
    ? Fn<T[K]>
    : T[K] extends object
      ? Blocking<T[K]>
      : T[K]
}

/** Requests without a reply, as a list or as a function that makes one. */
export type BulkSource = Iterable<Request> | (() => Iterable<Request>)

/** How a bulk runs. At its deadline it rejects with an error whose `partial` holds the `BulkResult` so far. */
export interface BulkOptions extends CallOptions {
  /** Sends no further chunk after one with an error; the rest of the chunk (64 requests at most) has been executed. */
  readonly stopOnError?: boolean | undefined
  /** Is called after every chunk. */
  readonly onProgress?: ((progress: { readonly sent: number; readonly failed: number }) => void) | undefined
}

/** What has become of the requests of a bulk; an index counts them in the order of the source, in which those that failed are told. */
export interface BulkResult {
  readonly sent: number
  readonly failed: readonly { readonly index: number; readonly error: NetlinkError }[]
  /** Requests of chunks in which the kernel dropped answers: executed or not, nobody knows. */
  readonly unknown: readonly number[]
}

/** A step that an operation asks its driver for; `T` is what the driver answers with. */
export type Effect<T = unknown> =
  | { readonly do: 'request'; readonly request: Request<T>; readonly options?: CallOptions | undefined }
  | { readonly do: 'dump'; readonly request: Request<unknown>; readonly options?: CallOptions | undefined }
  | { readonly do: 'bulk'; readonly source: BulkSource; readonly options?: BulkOptions | undefined }
  | { readonly do: 'sleep'; readonly ms: number; readonly signal?: AbortSignal | undefined }

/** A verb that takes several steps: a generator of effects, run by the asynchronous driver or by the blocking one. */
export type Operation<T> = Generator<Effect, T, unknown> & { readonly do?: undefined }

/** A verb that takes one step: a request, or a dump that is repeated when it is interrupted. */
export interface Single<T> {
  readonly do: 'request' | 'collect'
  readonly request: Request<unknown>
  readonly options: CallOptions | undefined
  /** Makes the verb's result of the driver's answer; without it the answer is the result. */
  readonly map: ((answer: unknown) => T) | undefined
}

/** A verb whose result is a stream. */
export interface Stream<T> {
  readonly do: 'stream'
  readonly request: Request<T>
  readonly options: CallOptions | undefined
}

/** What a verb makes of its arguments, without I/O. */
export type Task<T> = Single<T> | Operation<T>

/** A table of verbs by object: `{ link: { get: ref => call(request.link.get(ref)) } }`. */
export type MethodTables = { readonly [name: string]: { readonly [verb: string]: (...args: never[]) => unknown } }

/** The tasks behind the methods `M` of an object: each makes the task that a client runs, without I/O. */
export type MethodTable<M> = {
  readonly [K in keyof M]: M[K] extends (...args: infer A) => Dump<infer T>
    ? (...args: A) => Stream<T>
    : M[K] extends (...args: infer A) => Promise<infer T>
      ? (...args: A) => Task<T>
      : never
}

/** What `bind` makes of a table of verbs for the asynchronous client. */
export type Methods<V> = {
  readonly [K in keyof V]: {
    readonly [M in keyof V[K]]: V[K][M] extends (...args: infer A) => infer R
      ? R extends Stream<infer T>
        ? (...args: A) => Dump<T>
        : R extends Task<infer T>
          ? (...args: A) => Promise<T>
          : never
      : never
  }
}

/** Is the verb that sends one request and answers with its reply. */
export function call<T>(request: Request<T>, options?: CallOptions): Single<T> {
  return { do: 'request', request, options, map: undefined }
}

/** Is the verb that sends one request, made of those of its options that belong into the message. */
export function callWith<O extends object, T>(
  options: (O & CallOptions) | undefined,
  make: (rest: Omit<O, keyof CallOptions>) => Request<T>,
): Single<T> {
  if (typeof options !== 'object' || options === null) return call(make({} as Omit<O, keyof CallOptions>), options)
  const { signal, timeoutMs, ...rest } = options
  return call(make(rest), { signal, timeoutMs })
}

/** Is the verb that collects a dump, repeating it when it is interrupted. */
export function collect<T>(request: Request<T>, options?: CallOptions): Single<T[]> {
  return { do: 'collect', request, options, map: undefined }
}

/** Is the verb that streams a dump. */
export function stream<T>(request: Request<T>, options?: CallOptions): Stream<T> {
  return { do: 'stream', request, options }
}

/**
 * Sends a request inside an operation.
 *
 * @example
 * function* addAndGet(spec) {
 *   yield* send(request.addr.add(spec))
 *   return yield* send(request.addr.get(spec))
 * }
 */
export function* send<T>(request: Request<T>, options?: CallOptions): Operation<T> {
  return (yield { do: 'request', request, options }) as T
}

/** Collects a dump inside an operation, repeating it when it is interrupted. */
export function* rows<T>(request: Request<T>, options?: CallOptions): Operation<T[]> {
  return (yield { do: 'dump', request, options }) as T[]
}

/** Runs a bulk inside an operation. */
export function* bulk(source: BulkSource, options?: BulkOptions): Operation<BulkResult> {
  return (yield { do: 'bulk', source, options }) as BulkResult
}

/** Waits inside an operation. */
export function* sleep(ms: number, signal?: AbortSignal): Operation<void> {
  yield { do: 'sleep', ms, signal }
}
