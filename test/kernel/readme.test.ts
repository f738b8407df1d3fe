// The programs of the README run on the kernel, each in namespaces of its own, and print what they say.
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { lacking } from '../support/probe.js'
import { compileReadme } from '../support/readme.js'

const examples = compileReadme('readme-kernel').filter(({ pure }) => !pure)

it.for(examples)('runs: $title', ({ file, prints }, context) => {
  const script = 'mount -t tmpfs tmpfs /run && exec "$@"'
  const args = ['-nm', 'sh', '-c', script, 'sh', process.execPath, file]
  const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', timeout: 50_000 })
  const rejected = /NetlinkError: (.*: EOPNOTSUPP\b.*)/.exec(stderr)?.[1]
  if (rejected !== undefined) lacking(context, rejected, true)
  expect({ status, stdout: stdout.trimEnd().split('\n'), stderr }).toEqual({ status: 0, stdout: prints, stderr: '' })
})
