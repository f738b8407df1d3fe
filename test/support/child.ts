// Child processes that use the built package: what a test must not do to its own process.
import { spawn } from 'node:child_process'

/** How a child ended. */
export interface ChildResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a module text in a new node; `netns` is imported from dist, so the package must have been built. */
export function runModule(text: string): Promise<ChildResult> {
  const dist = new URL('../../dist/netns.js', import.meta.url).href
  const module = `import * as netns from ${JSON.stringify(dist)}\n${text}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', module], { stdio: ['ignore', 'pipe', 'pipe'] })
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
