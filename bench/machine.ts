/** What the numbers were measured on. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release } from 'node:os'

/** Gives the machine, kernel and versions by name. */
export function machine(): Record<string, string> {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string
  }
  const commit = run('git', 'rev-parse', '--short', 'HEAD')
  return {
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} usable`,
    kernel: release(),
    node: `${process.version}, V8 ${process.versions.v8}, default heap and semi-space`,
    rtnetlink: `${manifest.version} (${commit})`,
    load: loadavg()[0]?.toFixed(2) ?? '',
  }
}

/**
 * Tells how much of the processor others take: a loop of independent sums keeps all of a core busy, so that it takes up to twice as long
 * while another machine has the core's other thread. Waiting for memory and the kernel suffers less from that than code does.
 */
export class Crowd {
  readonly #times: number[] = []

  /** Runs the loop for a tenth of a second; the first time it is not compiled yet. */
  look(): void {
    const until = performance.now() + 100
    if (this.#times.length === 0) spin()
    while (performance.now() < until) {
      const began = performance.now()
      spin()
      this.#times.push(performance.now() - began)
    }
  }

  /** The median of the times and the longest, in those of the shortest. */
  toString(): string {
    const sorted = this.#times.toSorted((a, b) => a - b)
    const shortest = sorted[0] ?? 1
    const [median, longest] = [sorted[sorted.length >> 1] ?? 1, sorted.at(-1) ?? 1]
    return `a fixed loop took ${(median / shortest).toFixed(2)} of its shortest time in the median, ${(longest / shortest).toFixed(2)} at most`
  }
}

/** Gives the sums, so that none of them is left out. */
function spin(): number {
  let [a, b, c, d, e, f] = [1, 2, 3, 4, 5, 6]
  for (let i = 0; i < 1_000_000; i++) {
    a = (a + i) | 0
    b ^= i
    c = (c + 3 * i) | 0
    d ^= i + 7
    e = (e + (i ^ 5)) | 0
    f ^= i
  }
  return a ^ b ^ c ^ d ^ e ^ f
}

function run(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'unknown'
  }
}
