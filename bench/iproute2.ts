/** iproute2 as a program uses it today: a process for each question, one for a batch of changes: `iproute2 WAY WORKLOAD SIZE`. */
import { spawnSync } from 'node:child_process'
import { Clock, serve, type Work } from './serve.js'

const LIMIT = 1 << 30

function ip(args: readonly string[], input?: string): string {
  const done = spawnSync('ip', args, { encoding: 'utf8', maxBuffer: LIMIT, ...(input === undefined ? {} : { input }) })
  if (done.status !== 0) throw new Error(`ip ${args.join(' ')}: ${done.stderr || done.error?.message}`)
  return done.stdout
}

/** What each dump asks for; both families of routes, as everybody else. */
const shows: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'dump-route': [
    ['-4', 'route', 'show', 'table', 'all'],
    ['-6', 'route', 'show', 'table', 'all'],
  ],
  'dump-link': [['-d', '-s', 'link', 'show']],
  'dump-addr': [['-o', 'addr', 'show']],
  'dump-neigh': [['neigh', 'show', 'nud', 'all']],
}

interface Shown {
  readonly addr_info?: readonly unknown[]
}

/** Items of JSON: addresses stand under their links. */
const objects = (shown: readonly Shown[]): number =>
  shown.reduce((sum, { addr_info: addresses }) => sum + (addresses?.length ?? 1), 0)

/** Items of the text: an object begins where a line does not begin with a blank. */
const lines = (text: string): number => text.split('\n').filter(line => line !== '' && !/^\s/.test(line)).length

const dump =
  (json: boolean, commands: readonly (readonly string[])[]): Work =>
  () =>
  () => {
    let items = 0
    for (const command of commands) {
      const text = ip(json ? ['-j', ...command] : command)
      items += json ? objects(JSON.parse(text || '[]') as Shown[]) : lines(text)
    }
    return { items }
  }

const prefix = (number: number): string => `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}/32`
const batch = (size: number, line: (number: number) => string): string =>
  `${Array.from({ length: size }, (_, number) => line(number)).join('\n')}\n`

const changeRoutes: Work = size => {
  const add = batch(size, number => `route add ${prefix(number)} dev b0`)
  const remove = batch(size, number => `route del ${prefix(number)} dev b0`)
  return () => {
    ip(['-batch', '-'], add)
    ip(['-batch', '-'], remove)
    return { items: size * 2 }
  }
}

function makePairs(size: number, words: string): void {
  ip(
    ['-batch', '-'],
    batch(size, number => `link add p${number} ${words}type veth peer name q${number}`),
  )
}

const deletePairs: Work = size => () => {
  makePairs(size, '')
  const clock = new Clock()
  ip(
    ['-batch', '-'],
    batch(size, number => `link del p${number}`),
  )
  return { items: size, measured: clock.stop() }
}

const deleteGroup: Work = size => () => {
  makePairs(size, 'group 77 ')
  const clock = new Clock()
  ip(['link', 'del', 'group', '77'])
  return { items: size, measured: clock.stop() }
}

const dumps = (json: boolean): Record<string, Work> =>
  Object.fromEntries(Object.entries(shows).map(([name, commands]) => [name, dump(json, commands)]))

const ways: Readonly<Record<string, Readonly<Record<string, Work>>>> = {
  text: dumps(false),
  json: dumps(true),
  batch: { 'change-routes': changeRoutes, 'delete-pairs': deletePairs },
  group: { 'delete-pairs': deleteGroup },
}

const [way = '', name = '', size = '0'] = process.argv.slice(2)
await serve(ways[way] ?? {}, name, Number(size))
