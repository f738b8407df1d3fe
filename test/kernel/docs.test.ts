// The programs of README.md and docs/ run on the kernel, each in namespaces of its own, and print what they say.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { lacking } from '../support/probe.js'
import { compilePrograms, root } from '../support/programs.js'

const programs = compilePrograms('docs-kernel').filter(({ sort }) => sort !== 'no-kernel')

it.for(programs)('runs: $title', ({ file, prints, sort }, context) => {
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', dirname(file), file]
  const script = 'mount -t tmpfs tmpfs /run && exec "$@"'
  const args = ['-nm', 'sh', '-c', script, 'sh', process.execPath, ...(sort === 'vitest' ? vitest : [file])]
  const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', timeout: 50_000 })
  const rejected =
    /(?:NetlinkError|NetworkError): (.*: (?:EOPNOTSUPP\b|ENOENT: Specified qdisc kind is unknown).*)/.exec(
      stderr + stdout,
    )?.[1]
  if (rejected !== undefined) lacking(context, rejected, true)
  if (sort === 'vitest') expect({ status, stdout, stderr }).toMatchObject({ status: 0 })
  else
    expect({ status, stdout: stdout.trimEnd().split('\n'), stderr }).toEqual({ status: 0, stdout: prints, stderr: '' })
})
