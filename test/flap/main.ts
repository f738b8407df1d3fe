// Compares a watch with fresh dumps while another process changes everything: npm run flap -- --help
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type BlockingClient, open, openSync, type Watch } from 'rtnetlink'
import { misused, understood } from '../support/usage.js'
import { compared, diff, lines } from './diff.js'
import type { Reported } from './flapper.js'
import { Reader } from './reader.js'

const usage = `npm run flap -- [options]

A process of its own changes links, addresses, routes, rules and neighbours as fast as it can; a watch with a queue that is far too
small follows, and slow readers that begin in the midst. Whenever the flapper pauses the watch must come to what a fresh dump says, and
what each reader was told must add up to the same.

  --seconds N      how long (30)
  --buffer BYTES   the size of the queue (4096)
  --lose           forgets an object on purpose: then it must fail
  --help           this`

const { values } = understood(usage, () =>
  parseArgs({
    options: {
      seconds: { type: 'string', default: '30' },
      buffer: { type: 'string', default: '4096' },
      lose: { type: 'boolean', default: false },
    },
  }),
)
const seconds = Number(values.seconds)
/** How long a watch may take to come to what is there. */
const PATIENCE = 20_000
/** Readers at once; the oldest gives way. */
const READERS = 4
const everything = { link: true, addr: true, route: true, neigh: true, rule: true } as const

/** Notifications that the kernel has dropped for want of room, on all sockets of this process that listen (/proc/net/netlink). */
function dropped(): number {
  const rows = readFileSync('/proc/thread-self/net/netlink', 'utf8').trim().split('\n').slice(1)
  return rows
    .map(row => row.trim().split(/\s+/))
    .filter(([, protocol, , groups]) => protocol === '0' && groups !== '00000000')
    .reduce((sum, row) => sum + Number(row[8] ?? 0), 0)
}

/** What a watch and its readers do not have as the kernel has it. */
function wrongOf(current: ReturnType<Watch['current']>, sync: BlockingClient, readers: readonly Reader[]): string[] {
  const wrong = diff(current, sync)
  if (wrong.length > 0) return wrong
  return readers.flatMap(reader => [
    ...reader.faults,
    ...compared('the watch', lines(current), 'a reader', reader.lines()),
  ])
}

async function flap(): Promise<number> {
  using sync = openSync()
  const strange = sync.link.list().filter(({ name }) => name !== 'lo')
  if (!(seconds > 0) || !(Number(values.buffer) > 0)) misused(usage, 'seconds and the buffer are numbers above 0')
  if (strange.length > 0) misused(usage, 'it wants a network namespace of its own')
  const flapper = fork(new URL('./flapper.js', import.meta.url))
  const ended = new Promise<never>((_, reject) =>
    flapper.once('exit', code => reject(new Error(`the flapper has ended (${code})`))),
  )
  const requested = (word: string): Promise<Reported> => {
    const reported = new Promise<Reported>(resolve => flapper.once('message', message => resolve(message as Reported)))
    flapper.send(word)
    return Promise.race([reported, ended])
  }
  await using rt = await open()
  await using state = rt.watch({ ...everything, bufferBytes: Number(values.buffer) })
  await state.ready()
  const readers = [new Reader(state)]
  const [first] = readers
  const until = performance.now() + seconds * 1000
  let checks = 0
  let longest = 0
  let changes = 0
  let wrong: string[] = []
  do {
    await requested('go')
    const pause = Math.min(2000, Math.max(100, until - performance.now()))
    await sleep(pause * Math.random())
    readers.push(new Reader(state))
    await sleep(pause / 2)
    if (readers.length > READERS) await readers.splice(1, 1)[0]?.close()
    changes = (await requested('pause')).changes
    const began = performance.now()
    do {
      wrong = wrongOf(values.lose ? { ...state.current(), link: [] } : state.current(), sync, readers)
      if (wrong.length > 0) await sleep(20)
    } while (wrong.length > 0 && performance.now() - began < (values.lose ? 500 : PATIENCE))
    longest = Math.max(longest, performance.now() - began)
    checks++
  } while (wrong.length === 0 && performance.now() < until)
  const drops = dropped()
  ended.catch(() => {})
  flapper.kill()
  const resyncs = Object.entries(state.resyncs).map(([reason, count]) => `${reason} ${count}`)
  console.log(
    `${seconds} s: ${changes} changes asked for, ${drops} notifications dropped, ${first?.reported} changes told, ` +
      `resyncs: ${resyncs.join(', ') || 'none'}; ${checks} comparisons, settled after ${Math.round(longest)} ms at most`,
  )
  for (const line of wrong.slice(0, 20)) console.log(line.slice(0, 2000))
  console.log(wrong.length === 0 ? 'equal to a fresh dump every time' : `${wrong.length} differences`)
  for (const reader of readers) await reader.close()
  return wrong.length === 0 ? 0 : 1
}

process.exitCode = await flap()
