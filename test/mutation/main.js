// `npm run mutate`: takes the checks of lengths and of acceptance out of the sources one at a time (guards.json), in a copy of the
// tree, and runs the tests that should notice. A guard that no test misses is a survivor: exit status 1, and so it is when a guard of
// the list is no longer in its file.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { understood } from '../../build/test/support/usage.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const usage = `npm run mutate [-- PATTERN…] [--list]

Takes guards out of a copy of the sources one at a time, and runs the tests that should notice; those whose file or text holds every
PATTERN, all without one. It takes minutes, and ends with status 1 when a guard survives.

  --list    only shows them
  --help    this`

/** Without their guard some loops never end. */
const LIMIT = 120_000

/** @type {{ file: string, find: string, replace: string, tests: string[] }[]} */
const all = JSON.parse(readFileSync(new URL('guards.json', import.meta.url), 'utf8'))
const { guards, onlyList } = understood(usage, () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { list: { type: 'boolean' } } })
  const guards = all.filter(({ file, find }) => positionals.every(word => file.includes(word) || find.includes(word)))
  if (guards.length === 0) throw new Error(`no guard has ${positionals.join(' and ')}`)
  return { guards, onlyList: values.list === true }
})

/** How often a text stands in another. */
const count = (text, part) => text.split(part).length - 1

function lost() {
  return guards.flatMap(({ file, find }) => {
    const times = count(readFileSync(join(root, file), 'utf8'), find)
    return times === 1 ? [] : [`${file}: found ${times} times, once is wanted: ${find}`]
  })
}

/** Copies what the pure tests need. */
function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'rtnetlink-mutation-'))
  for (const name of ['src', 'test', 'codegen', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** The tests that run; they have a process group of their own, which an interruption does not reach. */
let running

/** Runs tests in the copy: `passed`, `failed N`, `hangs`, `dies`, or `broken` when they did not get as far as running. */
async function run(copy, tests, { limit = LIMIT, bail = 1 } = {}) {
  const args = [
    join(copy, 'node_modules/.bin/vitest'),
    'run',
    '--project',
    'pure',
    '--reporter',
    'json',
    '--bail',
    String(bail),
    ...tests,
  ]
  const child = spawn(process.execPath, args, { cwd: copy, detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', data => {
    out += data
  })
  running = child
  let hangs = false
  const timer = setTimeout(() => {
    hangs = true
    process.kill(-child.pid, 'SIGKILL')
  }, limit)
  await new Promise(resolve => child.on('close', resolve))
  running = undefined
  clearTimeout(timer)
  if (hangs) return { verdict: 'hangs', by: '' }
  const at = out.indexOf('{"numTotalTestSuites"')
  if (at < 0) return { verdict: 'broken', by: out.slice(-200) }
  const { numFailedTests, numPassedTests, numPendingTests, numTotalTests, testResults } = JSON.parse(out.slice(at))
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === 'failed')
  if (numFailedTests > 0) return { verdict: `failed ${numFailedTests}`, by: failed?.fullName ?? '' }
  // A loop that never ends and keeps what it finds is the end of the process before that of the time.
  if (numPassedTests > 0 && numPassedTests + numPendingTests < numTotalTests) return { verdict: 'dies', by: '' }
  return {
    verdict: numPassedTests > 0 && testResults.every(({ status }) => status === 'passed') ? 'passed' : 'broken',
    by: '',
  }
}

const short = (text, length) => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > length ? `${line.slice(0, length - 1)}…` : line
}

async function main() {
  const missing = lost()
  for (const line of missing) console.error(line)
  if (missing.length > 0) return 1
  if (onlyList) {
    for (const { file, find } of guards) console.log(`${file}: ${short(find, 100)}`)
    console.log(`${guards.length} guards`)
    return 0
  }
  const copy = copyTree()
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      if (running !== undefined) process.kill(-running.pid, 'SIGKILL')
      rmSync(copy, { recursive: true, force: true })
      process.exit(1)
    })
  try {
    const sound = await run(copy, [...new Set(guards.flatMap(({ tests }) => tests))], { limit: 8 * LIMIT })
    if (sound.verdict !== 'passed') {
      console.error(`without any change the tests have ${sound.verdict}: ${sound.by}`)
      return 1
    }
    let survivors = 0
    for (const { file, find, replace, tests } of guards) {
      const path = join(copy, file)
      const text = readFileSync(path, 'utf8')
      writeFileSync(
        path,
        text.replace(find, () => replace),
      )
      let { verdict, by } = await run(copy, tests)
      // A run that its first failure cuts short sometimes does not tell of it.
      if (verdict === 'broken') ({ verdict, by } = await run(copy, tests, { bail: 0 }))
      writeFileSync(path, text)
      const noticed = verdict.startsWith('failed') || verdict === 'hangs' || verdict === 'dies'
      if (!noticed) survivors++
      const place = `${file.replace('src/', '')}:${text.slice(0, text.indexOf(find)).split('\n').length}`
      console.log(
        `${noticed ? 'noticed ' : 'SURVIVES'} ${place.padEnd(28)} ${short(find, 60).padEnd(60)}  ${verdict}  ${short(by, 70)}`,
      )
    }
    console.log(`${guards.length} guards, ${guards.length - survivors} noticed, ${survivors} survive`)
    return survivors === 0 ? 0 : 1
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

process.exitCode = await main()
