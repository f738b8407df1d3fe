import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setImmediate } from 'node:timers/promises'
import type { Sample } from './judge.js'

const koffi: { stats(): { readonly callbacks: number } } = createRequire(import.meta.url)('koffi')

/** Counts what the process holds; nothing may be under way, and node must run with --expose-gc. */
export async function sample(seconds: number, calls: number): Promise<Sample> {
  // Finalizers run in the turns between; what they let go goes with the next collection.
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await setImmediate()
  }
  // Read before the report below makes garbage.
  const { heapUsed: heap, rss } = process.memoryUsage()
  return {
    seconds,
    calls,
    heap,
    rss,
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
    polls: handles().filter(({ type }) => type === 'poll').length,
    callbacks: koffi.stats().callbacks,
  }
}

/** libuv's handles, from node's diagnostic report. */
function handles(): readonly { readonly type: string }[] {
  const { report } = process
  // It would look up the names of all peers.
  Object.assign(report, { excludeNetwork: true })
  return (report.getReport() as unknown as { readonly libuv: readonly { readonly type: string }[] }).libuv
}
