// Runs in User-mode Linux the kernel tests that an earlier run skipped: node test/support/skipped-in-uml.js RECORDS
//
// RECORDS is what RTNETLINK_RECORDS named in that run (reporter.ts). User-mode Linux has one processor, so that there is one for
// each of this machine's, four at most, and the files are shared out among them by their numbers of tests.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const support = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(support))
const records = readFileSync(process.argv[2], 'utf8').trim().split('\n')

/** The skipped tests of each file. */
const files = new Map()
for (const { file, test } of records.flatMap(line => JSON.parse(line).lacking)) {
  if (file.startsWith('test/kernel/')) files.set(file, [...(files.get(file) ?? []), test])
}

const shares = Array.from({ length: Math.min(availableParallelism(), 4, files.size) }, () => ({ files: [], tests: [] }))
for (const [file, tests] of [...files].sort(([, a], [, b]) => b.length - a.length)) {
  const share = shares.reduce((least, other) => (other.tests.length < least.tests.length ? other : least))
  share.files.push(file)
  share.tests.push(...tests)
}

/** A test's name as `-t` compares it: between those of its suites there is a blank. */
const pattern = name => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(' > ', '(?: >)? ')

/** The line with which a run ends (reporter.ts). */
const COUNTS = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m

/** Runs a share; its output comes at its end, in one piece. On one slow processor a second look is fair; the report names it. */
function run({ files, tests }, cpu) {
  const vitest = ['node_modules/.bin/vitest', 'run', '--project', 'kernel', '--retry', '1']
  const child = spawn(
    'sh',
    [join(support, 'isolated.sh'), '--uml', ...vitest, '-t', `^(?:${tests.map(pattern).join('|')})$`, ...files],
    {
      cwd: root,
      // RECORDS is not there. Less time than CI has: what has been said by then is shown.
      env: { RIK_TIMEOUT: '800', ...process.env, RIK_CPU: String(cpu), RTNETLINK_RECORDS: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const output = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => output.push(data))
  child.on('close', status => {
    const said = Buffer.concat(output)
    process.stdout.write(said)
    const looked = (COUNTS.exec(said.toString())?.slice(1) ?? []).reduce((sum, count) => sum + Number(count), 0)
    // A name that the pattern does not match is no failure for vitest.
    if (looked < tests.length)
      console.log(`failed: ${looked} tests were run or skipped of the ${tests.length} asked for`)
    if (status !== 0 || looked < tests.length) process.exitCode = 1
  })
}

shares.forEach(run)
