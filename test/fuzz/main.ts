/** Fuzzing: `npm run fuzz -- --help`. Every input is made from a seed; what fails is made small, kept in test/corpus and tried by `npm test`. */
import { createHash, randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { familyNames, messageTypes } from 'rtnetlink/testing'
import { misused, understood } from '../support/usage.js'
import type { News, Order } from './target.js'

const usage = `npm run fuzz -- [options]

  --seconds N    how long (60)
  --codec        datagrams through every decoder; without --codec and --engine both
  --engine       conversations of clients and monitors with a scripted kernel
  --family A,B   only datagrams of these families: ${familyNames().join(', ')}
  --seed S       begins with the inputs of this seed; a random one without it
  --workers N    how many threads (${availableParallelism()})
  --help         this

What fails is written to test/corpus. The exit status is 1 then.`

const { values } = understood(usage, () =>
  parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      codec: { type: 'boolean' },
      engine: { type: 'boolean' },
      family: { type: 'string' },
      seed: { type: 'string' },
      workers: { type: 'string', default: String(availableParallelism()) },
    },
  }),
)

/** Seeds of different workers do not meet in a run of hours. */
const APART = 10_000_019

process.exitCode = await fuzz()

async function fuzz(): Promise<number> {
  const seconds = Number(values.seconds)
  const seed = values.seed === undefined ? randomInt(2 ** 30) : Number(values.seed)
  const workers = Number(values.workers)
  const families = values.family?.split(',')
  const types = families === undefined ? messageTypes() : families.flatMap(messageTypes)
  // A run of nobody, or of no time, finds nothing.
  if (!(seconds > 0 && seed >= 0 && Number.isInteger(workers) && workers > 0))
    misused(usage, 'seconds and workers are numbers above 0, the seed is one from 0 on')
  const unknown = families?.find(name => messageTypes(name).length === 0)
  if (unknown !== undefined) misused(usage, `there is no family ${unknown}`)
  if (families !== undefined && values.engine && !values.codec) misused(usage, 'conversations are of no family')
  const parts = [...(values.codec ? ['codec'] : []), ...(values.engine ? ['engine'] : [])]
  if (parts.length === 0) parts.push('codec', 'engine')
  console.error(`seed ${seed}, ${workers} workers, ${seconds} s: ${parts.join(', ')}`)
  const counts = new Map(parts.map(part => [part, 0]))
  const began = performance.now()
  const said = () => {
    const time = (performance.now() - began) / 1000
    const each = [...counts].map(([part, count]) => `${part} ${count} (${Math.round(count / time)}/s)`)
    return `${time.toFixed(0)} s: ${each.join(', ')}`
  }
  const ticker = setInterval(() => console.error(said()), 10_000)
  const findings: string[] = []
  const running = Array.from({ length: workers }, (_, index) => {
    const workerData: Order = { parts, types, seed: seed + APART * index, seconds }
    return new Worker(new URL('worker.js', import.meta.url), { workerData })
  })
  const endpoints = running.map(
    worker =>
      new Promise<void>((resolve, reject) => {
        worker.on('message', (news: News) => {
          counts.set(news.part, (counts.get(news.part) ?? 0) + news.runs)
          if (news.finding !== undefined) findings.push(report(news))
        })
        worker.on('error', reject)
        worker.on('exit', () => resolve())
      }),
  )
  try {
    await Promise.all(endpoints)
  } finally {
    clearInterval(ticker)
  }
  console.log(`${said()}; ${findings.length === 0 ? 'nothing found' : `found: ${findings.join(', ')}`}`)
  return findings.length === 0 ? 0 : 1
}

function report({ part, seed, finding }: News): string {
  if (finding === undefined) return ''
  const { text, extension, error } = finding
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8)
  const name = `${part}-${hash}.${extension}`
  writeFileSync(new URL(`../../../test/corpus/${name}`, import.meta.url), text)
  console.error(
    `\n${error}\n\n${text}\ntest/corpus/${name}; again: npm run fuzz -- --${part} --workers 1 --seed ${seed}\n`,
  )
  return name
}
