/** What the numbers were measured on. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The folder of the package. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Gives the machine, kernel and versions by name. */
export function machine(): Record<string, string> {
  const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { readonly version: string }
  const commit = run('git', '-C', root, 'describe', '--always', '--dirty', '--exclude=*')
  const { NODE_OPTIONS: options = '' } = process.env
  return {
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} usable, main threads bound to one`,
    kernel: release(),
    node: `${process.version}, V8 ${process.versions.v8}, ${options === '' ? 'default heap and semi-space' : options}`,
    rtnetlink: `${manifest.version} (${commit})`,
    load: loadavg()[0]?.toFixed(2) ?? '',
  }
}

/** How many sums the loop makes in one run: one or two milliseconds. */
export const LOOP = 1_000_000

/**
 * A processor is quiet while the loop takes at most this many of its shortest time: alone it takes 1 to 1.33 as the clock rate goes up
 * and down, beside another 1.5 to 2 (of 3,000 runs on an AMD EPYC, 2 % were between).
 */
export const QUIET = 1.4

/**
 * Tells how much of the processor others take: the loop of independent sums in `peers/c/floor.c` keeps all of a core busy, so that it
 * takes up to twice as long while another machine has the core's other thread. Waiting for memory and the kernel suffers less from that
 * than code does.
 */
export class Crowd {
  readonly #times: number[] = []
  /** The shortest time of the loop so far, in nanoseconds. */
  shortest: number

  constructor(shortest = Number.POSITIVE_INFINITY) {
    this.shortest = shortest
  }

  /** Takes times of the loop; gives their mean, in shortest ones. */
  take(times: readonly number[]): number {
    this.#times.push(...times)
    this.shortest = Math.min(this.shortest, ...times)
    return times.reduce((sum, time) => sum + time, 0) / times.length / this.shortest
  }

  /** The median of all times and the longest, in those of the shortest. */
  toString(): string {
    const sorted = this.#times.toSorted((a, b) => a - b)
    const of = (time = Number.NaN): string => (time / this.shortest).toFixed(2)
    return `a fixed loop took ${of(sorted[sorted.length >> 1])} of its shortest time in the median, ${of(sorted.at(-1))} at most`
  }
}

/** The processors that this process may run on, the first and the last. */
export function usable(): { readonly first: number; readonly last: number } {
  const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  return { first: Number.parseInt(list, 10), last: Number(/\d+$/.exec(list)?.[0]) }
}

/** Has the main thread of a process run on one processor; its other threads stay free. */
export function pin(pid: number | undefined, processor: number): void {
  execFileSync('taskset', ['-pc', String(processor), String(pid)], { stdio: 'ignore' })
}

function run(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'unknown'
  }
}
