// iproute2 as the other side of a kernel test: what it makes the library reads, what the library makes it shows.
import { execFileSync } from 'node:child_process'

/** Runs a program with the words of a line and gives its output; throws with what it writes to stderr. */
export function run(line: string): string {
  const [program = '', ...args] = line.split(' ')
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 })
}

/** Runs `ip` with the words of a line. */
export function ip(line: string): string {
  return run(`ip ${line}`)
}

/** Runs `ip -d -j` and gives what it shows; objects without content, which old versions print, are left out. */
export function ipShow(line: string): Record<string, unknown>[] {
  return parse(run(`ip -d -j ${line}`))
}

/** Runs `bridge -d -j` and gives what it shows. */
export function bridgeShow(line: string): Record<string, unknown>[] {
  return parse(run(`bridge -d -j ${line}`))
}

/** Runs `tc -s -d -j` and gives what it shows. */
export function tcShow(line: string): Record<string, unknown>[] {
  return parse(run(`tc -s -d -j ${line}`))
}

/** Shows one link as `ip -d -j link show dev NAME` does. */
export function ipLink(name: string): Record<string, unknown> {
  return ipShow(`link show dev ${name}`)[0] ?? {}
}

function parse(text: string): Record<string, unknown>[] {
  const rows = text.trim() === '' ? [] : (JSON.parse(text) as Record<string, unknown>[])
  return rows.filter(row => Object.keys(row).length > 0)
}
