// What a kernel test needs and a machine may lack. A missing thing skips the test, with a reason that the reporter prints.
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import type { TestContext } from 'vitest'

const kinds = new Map<string, boolean>()

/** Skips the test when the kernel does not know a link kind. */
export function requireKind(context: TestContext, kind: string): void {
  let known = kinds.get(kind)
  if (known === undefined) {
    const errors = ip('link', 'add', 'name', 'probe0', 'type', kind)
    known = !errors.includes('Unknown device type')
    if (errors === '') ip('link', 'delete', 'probe0')
    kinds.set(kind, known)
  }
  if (!known) context.skip(`the kernel has no link kind ${kind}`)
}

/** Skips the test when a program is not installed. */
export function requireTool(context: TestContext, name: string): void {
  const { PATH = '' } = process.env
  const found = PATH.split(':').some(directory => existsSync(`${directory}/${name}`))
  if (!found) context.skip(`${name} is not installed`)
}

/** Skips the test when a device file cannot be opened. */
export function requireDevice(context: TestContext, path: string): void {
  try {
    closeSync(openSync(path, 'r+'))
  } catch (error) {
    context.skip(`${path}: ${(error as NodeJS.ErrnoException).code}`)
  }
}

/** Skips the test when a condition of the kernel or the machine does not hold. */
export function requireThat(context: TestContext, holds: boolean, reason: string): void {
  if (!holds) context.skip(reason)
}

/** Runs `ip` and gives what it writes to stderr. */
function ip(...args: readonly string[]): string {
  try {
    execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
    return ''
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr ?? error)
  }
}
