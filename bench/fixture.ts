/** Runs one case in the namespace that it was started in, and prints what came of it as JSON: `fixture CASE-NAME smoke|full PEERS SHORTEST`. */
import { writeFileSync } from 'node:fs'
import { openSync } from 'rtnetlink'
import type { Case, Outcome, Participant, Run, Series } from './case.js'
import { programs } from './cases/start.js'
import { cases } from './cases.js'
import { Crowd, LOOP, QUIET, usable } from './machine.js'
import { floor, peers } from './peers.js'
import { processRun, Server } from './server.js'

/** How long each participant warms up: what is compiled as it runs takes a dozen dumps of links until it is. */
const WARM_MS = 1000

/**
 * Who takes longer than this for a turn takes part in the last rounds only: while the others wait for ten seconds, V8 gives back
 * the memory that they run in.
 */
const SLOW_MS = 1000
const SLOW_ROUNDS = 3

/**
 * How many processes of a participant take its turns, each a third of the rounds: where its collections of garbage fall, and what its
 * compiler has made of what it saw first, differs from one to the next and stays as long as it lives (lists of 100,000 routes: 415 or
 * 610 ns each).
 */
const PROCESSES = 3

/** Each turn begins with runs that do not count, for so long: V8 settles, and what others had in the caches goes. */
const SETTLE_MS = 150

/** How many runs of the loop look at the processor before and after a turn. */
const LOOKS = 3

/** A turn during which others had the processor is taken again, for so long in a case. */
const REPEAT_MS = 40_000
let repeatedMs = 0

const [name = '', mode = 'full', names = '[]', shortest] = process.argv.slice(2)
const crowd = new Crowd(Number(shortest))
const processors = usable()
const found = cases.find(candidate => candidate.name === name)
if (found === undefined) throw new Error(`no case ${name}`)
const outcome = await runCase(found, mode === 'smoke', new Set(JSON.parse(names) as string[]))
// Whoever does not end by himself must not keep the others waiting.
process.stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit())

interface Started {
  readonly run: () => Promise<Run>
  readonly close: () => void
}

interface Entry {
  readonly participant: Participant
  readonly start: () => Promise<Started>
  readonly runs: Run[]
  started: Started
  /** How long its last turn took before those that count. */
  took: number
}

/** Runs a participant until it is warm, once at least, and gives how long its last turn took. */
async function warmUp({ run }: Started, ms: number): Promise<number> {
  const until = performance.now() + ms
  for (;;) {
    const began = performance.now()
    await run()
    const now = performance.now()
    if (now >= until) return now - began
  }
}

async function runCase(one: Case, smoke: boolean, kinds: ReadonlySet<string>): Promise<Outcome> {
  const size = smoke ? one.smokeSize : one.size
  const rounds = smoke ? 2 : one.rounds
  if (one.prepare !== undefined) {
    const rt = openSync()
    rt.link.set('lo', { up: true })
    one.prepare(rt, size)
    rt.close()
  }
  const absent: { participant: string; reason: string }[] = []
  const entries: Entry[] = []
  const enter = async (participant: Participant, start: () => Promise<Started>) => {
    entries.push({ participant, start, runs: [], started: await start(), took: 0 })
  }
  if (one.kind === 'serve' || one.kind === 'live') {
    for (const peer of peers.filter(candidate => candidate === floor || kinds.has(candidate.name))) {
      const work = peer === floor ? one.work : (one.peerWork ?? one.work)
      if (!peer.works.includes(work)) continue
      const processor = peer.starts === undefined ? processors.last : undefined
      try {
        await enter({ name: peer.name, work, forks: peer.starts === 'processes' }, () =>
          serving(one, peer.command(work, size), smoke, processor),
        )
      } catch (error) {
        // What all are compared with is not left out.
        if (peer === floor) throw error
        absent.push({ participant: peer.name, reason: (error as Error).message })
      }
    }
  }
  if (one.kind === 'process') await enter({ name: 'node -e 0', work: one.work }, () => whole(one.work))
  for (const ours of one.ours) {
    if (ours.messages !== undefined) {
      // A file system of the fixture's own.
      const file = `/run/${ours.work}`
      writeFileSync(file, ours.messages())
      const command = [...floor.command(ours.work, size), file]
      await enter({ name: `${ours.name}, C`, work: ours.work }, () => serving(one, command, smoke, processors.last))
    }
    const command = [
      process.execPath,
      ...(one.flags ?? []),
      new URL('ours.js', import.meta.url).pathname,
      ours.work,
      String(size),
    ]
    await enter(ours, () => (one.kind === 'process' ? whole(ours.work) : serving(one, command, smoke, processors.last)))
  }
  const looks = !smoke && (one.kind === 'serve' || one.kind === 'codec')
  const looker = looks ? await Server.start(floor.command('spin', LOOP), processors.last) : undefined
  const warmMs = smoke || one.kind === 'process' ? 0 : WARM_MS
  for (const entry of entries) entry.took = await warmUp(entry.started, warmMs)
  const least = one.kind === 'serve' || one.kind === 'codec' ? size * (smoke ? 1 : (one.burst ?? 1)) : 1
  // A B A B: what the machine does meanwhile hits all alike.
  for (let round = 1; round <= rounds; round++) {
    const fresh = looks && round > 1 && (round - 1) % Math.ceil(rounds / PROCESSES) === 0
    for (const entry of entries.filter(({ took }) => fresh && took <= SLOW_MS)) {
      entry.started.close()
      entry.started = await entry.start()
      entry.took = await warmUp(entry.started, warmMs)
    }
    for (const entry of entries) {
      const { started, took } = entry
      if (took > SLOW_MS && round <= rounds - SLOW_ROUNDS) continue
      const done = await (looker === undefined ? started.run() : turn(started, took, looker))
      if (!(done.items >= least)) throw new Error(`${entry.participant.name}: ${done.items} of ${least} ${one.unit}s`)
      entry.runs.push(done)
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${one.name}: ${round} of ${rounds} rounds `)
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  for (const { started } of entries) started.close()
  looker?.close()
  const series = entries.map(
    ({ participant: { name: participant, target = null, forks = false }, runs }): Series => ({
      participant,
      target,
      forks,
      runs,
    }),
  )
  return {
    case: one.name,
    unit: one.unit,
    kind: one.kind,
    size,
    burst: one.burst ?? 1,
    flags: one.flags ?? [],
    shortest: crowd.shortest,
    series,
    absent,
  }
}

/** One run, behind some that do not count; where others have the processor meanwhile, the one of several that was disturbed least. */
async function turn({ run }: Started, ms: number, looker: Server): Promise<Run> {
  const read = async (): Promise<number> => crowd.take([(await looker.run(LOOKS)).ns / LOOKS])
  let best: (Run & { readonly crowd: number }) | undefined
  for (;;) {
    const began = performance.now()
    while (ms <= SLOW_MS && performance.now() < began + SETTLE_MS) await run()
    const before = await read()
    const done = await run()
    const now = { ...done, crowd: Math.max(before, await read()) }
    if (best === undefined || now.crowd < best.crowd) best = now
    if (ms > SLOW_MS || best.crowd <= QUIET || repeatedMs > REPEAT_MS) return best
    repeatedMs += performance.now() - began
  }
}

async function serving(
  one: Case,
  command: readonly string[],
  smoke: boolean,
  processor: number | undefined,
): Promise<Started> {
  const server = await Server.start(command, processor)
  if (one.kind !== 'live') return { run: () => server.run(smoke ? 1 : one.burst), close: () => server.close() }
  const flapper = await Server.start(floor.command('flap', smoke ? 2048 : 200_000), processors.first)
  const run = async (): Promise<Run> => {
    const answer = server.run()
    await Promise.race([server.line('listening'), answer])
    const { items } = await flapper.run()
    const seen = await answer
    return { ...seen, lost: items - seen.items, items }
  }
  return {
    run,
    close: () => {
      server.close()
      flapper.close()
    },
  }
}

async function whole(work: string): Promise<Started> {
  const command = programs[work]
  if (command === undefined) throw new Error(`no program ${work}`)
  return { run: async () => processRun(command), close: () => {} }
}
