import { execFileSync } from 'node:child_process'
import type { TestContext } from 'vitest'

/** The version of iproute2 that toIpJson is held to; others print other keys. */
const version = '6.15'

/** Tells why `ip` cannot be compared with, if so. */
export function otherIp(): string | undefined {
  let has: string
  try {
    has = /iproute2-([\d.]+)/.exec(execFileSync('ip', ['-V'], { encoding: 'utf8' }))?.[1] ?? 'of another make'
  } catch {
    return 'ip is not installed'
  }
  return has.startsWith(version) ? undefined : `ip is ${has}: toIpJson is held to ${version}`
}

/** Skips the test where `ip` is of another version. */
export function requireIpVersion(context: TestContext): void {
  const reason = otherIp()
  if (reason !== undefined) context.skip(reason)
}
