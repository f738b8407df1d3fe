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

function run(command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'unknown'
  }
}
