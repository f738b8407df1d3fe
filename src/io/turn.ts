/** How long completions may follow each other before the event loop gets its turn, in milliseconds. */
const TURN_MS = 2

let watching = false
let began = 0

/**
 * Tells whether this thread has completed calls for 2 ms without the event loop turning. Timers, aborts and other sockets
 * starve behind promises that are resolved at once; who reads true goes on in `setImmediate`.
 */
export function turnIsOver(): boolean {
  if (!watching) {
    watching = true
    began = performance.now()
    // An immediate runs once the loop has turned; one serves all calls of the burst.
    setImmediate(turned)
    return false
  }
  return performance.now() - began > TURN_MS
}

function turned(): void {
  watching = false
}
