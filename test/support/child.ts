// Child processes that use the built package: what a test must not do to its own process.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How a child ended. */
export interface ChildResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const dist = new URL('../../dist/netns.js', import.meta.url)

/** Runs a module text in a new node, by way of the command `within`; `netns` is imported from dist, so the package must have been built. */
export function runModule(text: string, within: readonly string[] = []): Promise<ChildResult> {
  return run(['--input-type=module', '-e', `import * as netns from ${JSON.stringify(dist.href)}\n${text}`], within)
}

/** Runs a script as `runModule` does a module: its loading does not start libuv's pool. `first` runs before the package is loaded. */
export function runScript(text: string, first = ''): Promise<ChildResult> {
  const path = JSON.stringify(fileURLToPath(dist))
  const load = `const packaged = require('node:module').createRequire(${path})\n${first}\nconst netns = packaged(${path})`
  return run(['--no-warnings', '--input-type=commonjs', '-e', `${load}\n${text}`])
}

function run(args: readonly string[], within: readonly string[] = []): Promise<ChildResult> {
  const [command = '', ...rest] = [...within, process.execPath, ...args]
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    stdout += data
  })
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    stderr += data
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}
