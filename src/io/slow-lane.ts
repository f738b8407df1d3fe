/** How many sends may hold a thread of libuv's pool at once: two of its four, so that `fs` and `dns` go on. */
const SLOW_SENDS = 2

let running = 0
const waiting: (() => void)[] = []

/**
 * Runs a send that may hold its caller for long, two at most on this thread's clients. Workers have a lane each.
 */
export async function slowLane<T>(send: () => Promise<T>): Promise<T> {
  if (running >= SLOW_SENDS) await new Promise<void>(resolve => waiting.push(resolve))
  else running++
  try {
    return await send()
  } finally {
    // The place goes to the next in line, so that `running` stays.
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }
}
