// Uses the library in all ways for long and fails when anything grows: npm run soak -- --help
import { existsSync, openSync as openFile, readdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { open, openSync } from 'rtnetlink'
import { misused, understood } from '../support/usage.js'
import { judge, type Sample, type Verdict } from './judge.js'
import { output, picture } from './picture.js'
import { sample } from './sample.js'
import { type Buffer, works } from './work.js'

/** What `--leak` loses each round. */
const kept: unknown[] = []
const leaks: Readonly<Record<string, (buffer: Buffer) => unknown>> = {
  descriptor: () => openFile('/dev/null', 'r'),
  thread: () => kept.push(new Worker('setInterval(() => 0, 1000)', { eval: true }).unref()),
  poll: ({ rt }) =>
    void rt
      .monitor({ groups: ['link'] })
      .next()
      .catch(() => undefined),
  heap: () => kept.push(Array.from({ length: 100_000 }, (_, n) => ({ n }))),
  memory: () => kept.push(Buffer.alloc(4 * 1024 * 1024, 1)),
}

const usage = `npm run soak -- [options]

Uses the library in all ways, in namespaces of its own, and fails when descriptors, threads, handles, callbacks or memory grow.

  --seconds N      how long (60)
  --works A,B      only these: ${Object.keys(works).join(', ')}
  --svg FILE       where the samples are drawn (build/soak.svg)
  --leak KIND      loses one thing a round on purpose, ${Object.keys(leaks).join(', ')}: then it must fail
  --help           this`

const { values } = understood(usage, () =>
  parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      leak: { type: 'string' },
      svg: { type: 'string' },
      works: { type: 'string' },
    },
  }),
)
const limit = Number(values.seconds)
/** Between Workers: 40 of them in ten minutes leave 0.8 MiB. */
const WORKERS_MS = 15_000
const chosen = Object.entries(works).filter(([name]) => values.works?.split(',').includes(name) ?? true)
const svg = values.svg ?? new URL('../../soak.svg', import.meta.url).pathname

/** Says what forbids a run: the links that are made must not be the machine's. */
function obstacle(links: readonly string[]): string | undefined {
  if (values.leak !== undefined && !Object.hasOwn(leaks, values.leak)) return `it cannot leak ${values.leak}`
  if (!(limit > 0)) return 'seconds are a number above 0'
  const unknown = values.works?.split(',').find(name => !Object.hasOwn(works, name))
  if (unknown !== undefined) return `there is no work ${unknown}`
  if (globalThis.gc === undefined) return 'node runs without --expose-gc'
  // Fallback devices of tunnels are in every namespace.
  const strange = links.filter(
    name => !/^(?:lo|(?:tunl|gre|gretap|erspan|sit|ip6tnl|ip6gre|ip_vti|ip6_vti)0)$/.test(name),
  )
  if (strange.length > 0) return `these links are somebody's, it wants a namespace of its own: ${strange.join()}`
  return undefined
}

async function soak(buffer: Buffer): Promise<Sample[]> {
  const samples: Sample[] = []
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  const interval = Math.min(Math.max(limit / 100, 0.2), 5)
  const leak = leaks[values.leak ?? '']
  let calls = 0
  let rounds = 0
  let workersAt = 0
  let next = 0
  let reported = 0
  while (samples.length < 12 || seconds() < limit) {
    leak?.(buffer)
    // A Worker that has loaded koffi leaves 20 KiB of it behind: few of them, however fast the machine, so that what others lose shows.
    const expected = performance.now() >= workersAt
    if (expected) workersAt = performance.now() + WORKERS_MS
    const due = chosen.filter(([name]) => name !== 'workers' || expected).map(([, work]) => work)
    // Every other round all of them at once, then one after the other.
    if (rounds++ % 2 === 0) for (const count of await Promise.all(due.map(work => work(buffer)))) calls += count
    else for (const work of due) calls += await work(buffer)
    if (seconds() < next) continue
    const taken = await sample(seconds(), calls)
    samples.push(taken)
    next = seconds() + interval
    if (seconds() < reported) continue
    reported = seconds() + limit / 20
    const { descriptors, threads, polls, callbacks, heap, native, rss } = taken
    console.log(
      `${taken.seconds.toFixed(0).padStart(5)} s  ${rounds} rounds  ${calls} calls  ${descriptors} descriptors  ${threads} threads  ` +
        `${polls} polls  ${callbacks} callbacks  heap ${output(heap, 'bytes')}  native ${output(native, 'bytes')}  rss ${output(rss, 'bytes')}`,
    )
  }
  return samples
}

function table(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ measure, unit, first, last, lowest, highest, growth, bound, flat }) => [
    measure,
    ...[first, last, lowest, highest, growth, bound].map(value => output(value, unit)),
    flat ? 'flat' : 'GROWS',
  ])
  const all = [['measure', 'first', 'last', 'lowest', 'highest', 'growth', 'allowed', ''], ...rows]
  return all
    .map(row => row.map((cell, column) => (column === 0 ? cell.padEnd(12) : cell.padStart(13))).join(''))
    .join('\n')
}

async function main(): Promise<number> {
  const warnings: string[] = []
  // MaxListenersExceededWarning, descriptors closed by the collector and the like.
  process.on('warning', warning => warnings.push(`${warning.name}: ${warning.message}`))
  const blocking = openSync()
  const rejection = obstacle(blocking.link.list().map(link => link.name))
  if (rejection !== undefined) misused(usage, `soak: ${rejection}`)
  const buffer: Buffer = { rt: await open(), blocking, signal: new AbortController().signal }
  await buffer.rt.link.set('lo', { up: true })
  // Stays while the others come and go.
  const mirror = buffer.rt.watch({ link: true, addr: true })
  const mirrored = (async () => {
    for await (const _ of mirror);
  })()
  const samples = await soak(buffer)
  writeFileSync(svg, picture(samples))
  const verdicts = judge(samples)
  const left = [
    ...buffer.blocking.link.list().map(link => link.name),
    ...(existsSync('/run/netns') ? readdirSync('/run/netns') : []),
  ]
  console.log(
    `\n${samples.at(-1)?.calls} calls in ${samples.at(-1)?.seconds.toFixed(0)} s, ${samples.length} samples\n`,
  )
  console.log(table(verdicts))
  const strange = obstacle(left)
  const wrong = [
    ...verdicts.filter(({ flat }) => !flat).map(({ measure }) => `${measure} grows`),
    ...(strange === undefined ? [] : [strange]),
    ...warnings,
  ]
  for (const line of wrong) console.log(`soak: ${line}`)
  if (wrong.length === 0) console.log('soak: all flat')
  await mirror.close()
  await mirrored
  await buffer.rt.close()
  buffer.blocking.close()
  return wrong.length === 0 ? 0 : 1
}

process.exit(await main())
