/**
 * The benchmark: `npm run bench -- [REGEX] [--json FILE] [--peers] [--smoke]`, `npm run bench -- compare A.json B.json`,
 * `npm run bench -- setup`. Every case runs in namespaces of its own, its participants in turns.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { understood } from '../test/support/usage.js'
import type { Case, Outcome } from './case.js'
import { cases } from './cases.js'
import { Crowd, LOOP, machine, root } from './machine.js'
import { build, floor, missing, type Peer, peers } from './peers.js'
import { compare, type Report, table } from './report.js'

const usage = `npm run bench -- [REGEX] [--json FILE] [--peers] [--smoke]
  measures the cases whose name matches against C, and with --peers against the other libraries;
  --smoke only shows that each case works
npm run bench -- setup
  says what the peers lack, and builds them
npm run bench -- compare A.json B.json
  says what has become better or worse, by ratios to C where there are some

cases:
${cases.map(one => `  ${one.name}`).join('\n')}`

const given = understood(usage, () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      peers: { type: 'boolean' },
      smoke: { type: 'boolean' },
    },
  })
  const [word = '', before = '', after = ''] = positionals
  const most = word === 'compare' ? 3 : 1
  if (positionals.length > most) throw new Error(`too many words: ${positionals.slice(most).join(' ')}`)
  const [option] = Object.keys(values)
  if ((word === 'setup' || word === 'compare') && option !== undefined) throw new Error(`${word} takes no --${option}`)
  if (word === 'setup') return setup
  if (word === 'compare') {
    if (after === '') throw new Error('compare takes two files')
    const reports = [read(before), read(after)] as const
    return () => console.log(compare(...reports))
  }
  const selected = new RegExp(word, 'i')
  const chosen = cases.filter(one => selected.test(one.name))
  if (chosen.length === 0) throw new Error(`no case matches ${word}`)
  // Before it measures: what cannot be written would be lost.
  if (values.json !== undefined) closeSync(openSync(values.json, 'a'))
  return () => bench(chosen, values)
})
process.exitCode = given() ?? 0

function read(path: string): Report {
  const report = parsed(path, readFileSync(path, 'utf8'))
  if (!Array.isArray(report?.outcomes) || !Array.isArray(report.failed)) throw new Error(`${path} holds no report`)
  return report as Report
}

function parsed(path: string, text: string): Partial<Report> | null {
  try {
    return JSON.parse(text) as Partial<Report> | null
  } catch (cause) {
    throw new Error(`${path}: ${(cause as Error).message}`, { cause })
  }
}

/** Tells whether sources have changed since all was built. */
function isStale(): boolean {
  const changed = ['src', 'bench'].flatMap(folder =>
    readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => statSync(`${root}/${folder}/${name}`).mtimeMs),
  )
  return Math.max(...changed) > statSync(`${root}/build/bench/main.js`).mtimeMs
}

/** Builds a peer, and says so where somebody looks on: some take a minute. */
function make(peer: Peer): string | undefined {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[Kbuilding ${peer.name}`)
  const failed = build(peer)
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  return failed
}

function setup(): void {
  for (const peer of peers) {
    const lacking = missing(peer)
    const failed = lacking.length > 0 ? undefined : make(peer)
    console.log(`${peer.name}: ${lacking.length > 0 ? `apt-get install ${lacking.join(' ')}` : (failed ?? 'is built')}`)
  }
}

/** Runs the loop of `Crowd` some times. */
function look(crowd: Crowd, times: number): void {
  const [program = '', ...args] = floor.command('spin', LOOP)
  const done = spawnSync(program, args, { input: '\n'.repeat(times), encoding: 'utf8' })
  crowd.take(done.stdout.match(/^\d+/gm)?.map(Number) ?? [])
}

interface Options {
  readonly json?: string
  readonly peers?: boolean
  readonly smoke?: boolean
}

function bench(chosen: readonly Case[], values: Options): number {
  if (isStale()) {
    console.error('the sources have changed since all was built: npm run build')
    return 1
  }
  const others = values.peers === true ? peers : [floor]
  const ready = others.filter(peer => {
    const reason = make(peer)
    if (reason !== undefined) console.error(`${peer.name} ${reason}`)
    return reason === undefined
  })
  if (!ready.includes(floor)) return 1
  const outcomes: Outcome[] = []
  const failed: string[] = []
  const what = machine()
  console.log(
    Object.entries(what)
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n'),
  )
  const crowd = new Crowd()
  look(crowd, 500)
  // Before and after each case: a run takes long, and what is measured stays when it is ended.
  const write = (): void => {
    const report: Report = { machine: { ...what, crowd: String(crowd) }, outcomes, failed }
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report)}\n`)
  }
  write()
  for (const one of chosen) {
    if (one.root === true && process.getuid?.() !== 0) {
      console.error(`${one.name}: left out: needs root (SO_RCVBUFFORCE)`)
      continue
    }
    const fixture = new URL('fixture.js', import.meta.url).pathname
    const mode = values.smoke === true ? 'smoke' : 'full'
    const args = [one.name, mode, JSON.stringify(ready.map(peer => peer.name)), String(crowd.shortest)]
    const done = spawnSync(
      'unshare',
      [
        process.getuid?.() === 0 ? '-nm' : '-rnm',
        'sh',
        '-c',
        // What is killed here leaves nobody behind: without the fixture its participants end too.
        'mount -t tmpfs tmpfs /run && exec setpriv --pdeathsig KILL "$@"',
        'sh',
        process.execPath,
        fixture,
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 28 },
    )
    if (done.status !== 0) {
      console.error(`${one.name}: failed (${done.error?.message ?? done.signal ?? done.status})`)
      failed.push(one.name)
      write()
      continue
    }
    const outcome = JSON.parse(done.stdout) as Outcome
    outcomes.push(outcome)
    crowd.shortest = Math.min(crowd.shortest, outcome.shortest)
    console.log(table(outcome, values.smoke !== true))
    look(crowd, 50)
    write()
  }
  console.log(`processor between the cases: ${crowd}`)
  // In smoke mode the sizes are too small for ratios: it shows that every case works, so that who is absent is a failure.
  const absent = others.length - ready.length + outcomes.flatMap(outcome => outcome.absent).length
  return failed.length > 0 || (values.smoke === true && absent > 0) ? 1 : 0
}
