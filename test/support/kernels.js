// Runs the kernel tests on every kernel at hand and prints what was made, read back and compared on each: npm run test:kernels
//
//   running  this machine's own kernel, in namespaces
//   uml      User-mode Linux (run-in-kernel.sh)
//   qemu     Debian's kernel in qemu (run-in-kernel.sh)
//
// What is missing for one of them is said, and the others are run. Arguments go to vitest: names of files, `-t PATTERN`; a
// word that is one of the three picks kernels. The lines of the table come from record() of test/support/record.ts.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const support = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(support))
const folder = join(root, 'build/kernels')
const vitest = ['node_modules/.bin/vitest', 'run', '--project', 'kernel']
const isolated = join(support, 'isolated.sh')

/** Ways to a kernel; run-in-kernel.sh ends with 126 when packages are missing, and names them. */
const kernels = {
  running: { args: [], env: {} },
  uml: { args: ['--uml'], env: { RIK_ENGINE: 'uml', RIK_TIMEOUT: '1800' } },
  qemu: { args: ['--uml'], env: { RIK_ENGINE: 'qemu', RIK_TIMEOUT: '10800' } },
}
const MISSING = 126

const given = process.argv.slice(2)
const picked = Object.keys(kernels).filter(name => given.includes(name))
const rest = given.filter(word => !(word in kernels))

/** Runs the tests on one kernel; gives what they recorded, or why they did not run. */
function runOn(name) {
  const { args, env } = kernels[name]
  const records = join(folder, `${name}.jsonl`)
  rmSync(records, { force: true })
  console.log(`\n== ${name} ==`)
  const done = spawnSync('sh', [isolated, ...args, ...vitest, ...rest], {
    cwd: root,
    env: { ...process.env, ...env, RTNETLINK_RECORDS: records },
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  process.stderr.write(done.stderr)
  const column = { name, status: done.status ?? 1, runs: [] }
  if (existsSync(records))
    column.runs = readFileSync(records, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
  if (column.runs.length === 0) column.why = done.stderr.trim().split('\n').at(-1) || `ended with ${done.status}`
  return column
}

const order = ['created', 'read', 'compared']

/** What the tests of one kind have come to. */
function cell(steps) {
  if (steps === undefined) return '-'
  if (steps.has('failed')) return 'FAILED'
  const reached = order.filter(step => steps.has(step))
  return reached.length === 0 ? 'missing' : reached.join(' ')
}

/** Rows of the table: group and kind, and a cell for each kernel. */
function tableOf(columns) {
  const rows = new Map()
  for (const [at, { runs }] of columns.entries()) {
    for (const { group, kind, steps } of runs.flatMap(run => run.entries)) {
      const key = `${group} ${kind}`
      const row = rows.get(key) ?? rows.set(key, []).get(key)
      row[at] ??= new Set()
      for (const step of steps) row[at].add(step)
    }
  }
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, row]) => [key, ...columns.map((_, at) => cell(row[at]))])
}

function print(rows) {
  const widths = rows[0].map((_, at) => Math.max(...rows.map(row => row[at].length)))
  for (const row of rows)
    console.log(
      row
        .map((text, at) => text.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    )
}

const sum = (runs, what) => runs.reduce((total, run) => total + run[what], 0)

mkdirSync(folder, { recursive: true })
const columns = (picked.length > 0 ? picked : Object.keys(kernels)).map(runOn)
const ran = columns.filter(({ runs }) => runs.length > 0)
console.log()
if (ran.length > 0) {
  const heads = ran.map(({ name, runs }) => `${name} (${runs[0].release})`)
  const counts = ran.map(
    ({ runs }) => `${sum(runs, 'passed')} passed, ${sum(runs, 'failed')} failed, ${sum(runs, 'skipped')} skipped`,
  )
  print([['kind', ...heads], ...tableOf(ran), ['tests', ...counts]])
}
for (const { name, why, status } of columns) {
  if (why !== undefined) console.log(`${name}: not run: ${why}`)
  if (status !== 0 && !(status === MISSING && why !== undefined)) process.exitCode = 1
}
