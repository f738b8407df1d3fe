import { koffi, type PollHandle } from './libc.js'

/** Readiness of a socket on the event loop. */
export interface Readiness {
  /** Begins to watch: as long as the descriptor is readable the callback is called. Keeps the process alive; may be repeated. */
  start(): void
  /** Stops watching; `start` begins again. */
  stop(): void
  /** Ends it for good; must come before the descriptor is closed. */
  close(): void
}

const events = { readable: true }

/**
 * Watches a descriptor with libuv's poll, which koffi offers and does not document: this is the only file that knows it.
 * An error on the socket (ENOBUFS) makes libuv stop; the callback is called all the same and the watch goes on.
 */
export function watchReadable(fd: number, callback: () => void): Readiness {
  let handle: PollHandle | undefined
  let watching = false
  let closed = false

  const onEvent = (status: number): void => {
    try {
      callback()
    } catch (error) {
      // An exception must not go back through libuv: it would surface late, in whatever JavaScript runs next.
      setImmediate(() => {
        throw error
      })
    }
    // libuv has stopped itself; the callback may have stopped or closed the watch meanwhile.
    if (status < 0 && watching && handle !== undefined) handle.start(events, onEvent)
  }

  return {
    start() {
      if (watching || closed) return
      watching = true
      if (handle !== undefined) return handle.start(events, onEvent)
      // koffi's poll starts at once. The handle keeps `onEvent` and all that it holds alive until it is closed.
      handle = koffi().node.poll(fd, events, onEvent)
    },
    stop() {
      if (watching) handle?.stop()
      watching = false
    },
    close() {
      closed = true
      watching = false
      handle?.close()
      handle = undefined
    },
  }
}
