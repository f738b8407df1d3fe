import type { Blocking, BulkOptions, BulkResult, BulkSource } from '../request/operation.js'
import type { RawCalls } from './raw.js'

/** The calls that every client has beside its families. */
export interface CoreCalls {
  /** Sends any message of the client's netlink family. */
  readonly raw: RawCalls
  /**
   * Sends requests that have no reply, up to 64 in one system call, and answers with the errors alone: the fastest way to make many
   * changes. What the client is asked for meanwhile waits until the bulk has ended. Rejects with what the source throws, and with
   * TypeError for a request that has a reply. From a generator it takes a chunk at a time, which is a sixth faster than a list of
   * 20,000 requests that must all be kept (1,860 → 1,510 ns a route).
   */
  bulk(source: BulkSource, options?: BulkOptions): Promise<BulkResult>
}

/** Is the asynchronous client with the calls `C` and the members `X`. It belongs to the thread that made it. */
export type ClientOf<C, X = unknown> = C &
  CoreCalls &
  X &
  AsyncDisposable & {
    /** Rejects at once what is pending, closes monitors and descriptors, and resolves when no send holds one any more. */
    close(): Promise<void>
  }

/** Is the blocking client with the calls `C` and the members `X`. It belongs to the thread that made it. */
export type BlockingClientOf<C, X = unknown> = C &
  Blocking<CoreCalls> &
  X &
  Disposable & {
    /** Closes the descriptors. */
    close(): void
  }
