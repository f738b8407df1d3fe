import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setImmediate } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import type { Sample } from './judge.js'

interface Koffi {
  stats(): { readonly callbacks: number }
  struct(fields: Readonly<Record<string, string>>): unknown
  load(path: null): { func(name: string, result: unknown, args: readonly string[]): (...args: number[]) => unknown }
}

const koffi: Koffi = createRequire(import.meta.url)('koffi')

/** glibc's malloc: its bytes in use, after what is free went back to the system. Without glibc 0. */
function allocated(): number {
  if (trim === undefined || information === undefined) return 0
  trim(0)
  const { uordblks, hblkhd } = information() as { readonly uordblks: number; readonly hblkhd: number }
  return uordblks + hblkhd
}

const [trim, information] = bindMalloc()

function bindMalloc() {
  const fields = 'arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost'.split(' ')
  const mallinfo2 = koffi.struct(Object.fromEntries(fields.map(name => [name, 'size_t'])))
  try {
    const libc = koffi.load(null)
    return [libc.func('malloc_trim', 'int', ['size_t']), libc.func('mallinfo2', mallinfo2, [])]
  } catch {
    return []
  }
}

/** Counts what the process holds; nothing may be under way, and node must run with --expose-gc. */
export async function sample(seconds: number, calls: number): Promise<Sample> {
  // Finalizers run in the turns between; what they let go goes with the next collection.
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await setImmediate()
  }
  const native = allocated()
  // Read before the report below makes garbage.
  const { heapUsed: heap, rss } = process.memoryUsage()
  const kept = getHeapStatistics().total_physical_size - heap
  return {
    seconds,
    calls,
    heap,
    rss: rss - kept,
    native,
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
