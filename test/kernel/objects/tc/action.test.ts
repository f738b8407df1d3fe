// Actions of every kind: made by `tc` and by us, shown by `tc` and read by us: the same both ways.
import { execFileSync } from 'node:child_process'
import { afterEach, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { type Action, type ActionSpec, NetlinkError, openSync } from '../../../../src/index.js'
import { lacking, requireThat } from '../../../support/probe.js'
import { record } from '../../../support/record.js'
import { actionSamples } from '../../../support/samples/actions.js'
import { riskySamples } from '../../../support/samples/actions-headers.js'

const { RIK_ENGINE: engine = '' } = process.env
/** What Debian's user-mode Linux lacks of the 19 kinds. */
const absent: Readonly<Record<string, readonly string[]>> = { uml: ['gate'] }

type Row = Record<string, unknown>

beforeAll(() => {
  using rt = openSync()
  rt.link.add({ name: 'v0', info: { kind: 'ifb' } })
  rt.link.add({ name: 'v1', info: { kind: 'ifb' } })
  rt.link.add({ name: 'ifb0', info: { kind: 'ifb' } })
})

const made = new Set<string>()
afterEach(() => {
  using rt = openSync()
  for (const kind of made) rt.action.flush({ kind })
  made.clear()
})

/** Runs tc with words as a shell takes them; gives what it says when it fails. */
function tc(words: string): string | undefined {
  try {
    execFileSync('sh', ['-c', `tc ${words}`], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
    return undefined
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr)
  }
}

/** Fields of tc that tell of time, not of the action. */
const TIMES = new Set(['installed', 'last_used', 'first_used', 'expires', 'install', 'lastuse', 'firstuse'])

/** Shows the actions of a kind as `tc -s -d -j` does. */
function output(kind: string): Row[] {
  const text = execFileSync('tc', ['-s', '-d', '-j', 'actions', 'list', 'action', kind], { encoding: 'utf8' })
  const rows = JSON.parse(text, (key, value: unknown) => (TIMES.has(key) ? undefined : value)) as { actions?: Row[] }[]
  return rows.flatMap(row => row.actions ?? [])
}

/** An action without what tells of time. */
function timeless(action: Action): Row {
  return JSON.parse(
    JSON.stringify(action, (key, value: unknown) =>
      key === 'tm' ? undefined : typeof value === 'bigint' ? `${value}n` : value,
    ),
  ) as Row
}

function attempt(spec: ActionSpec): NetlinkError | undefined {
  using rt = openSync()
  try {
    rt.action.add(spec)
    return undefined
  } catch (error) {
    if (NetlinkError.is(error)) return error
    throw error
  }
}

function compare(context: TestContext, words: string, spec: ActionSpec): void {
  using rt = openSync()
  const kind = spec.options?.kind ?? ''
  const rejection = tc(`actions add action ${words}`)
  if (rejection?.includes('Failed to load TC action module') === true) {
    record('action', kind, 'missing')
    return lacking(context, `the kernel has no action ${kind}`, !(absent[engine] ?? []).includes(kind))
  }
  if (rejection !== undefined) {
    // This kernel lacks an option, or wants a filter around the action: it tells us the same.
    const rejected = attempt(spec)
    expect(rejection).toContain(rejected?.extAck?.message ?? 'RTNETLINK answers: ')
    expect(rejected).toBeInstanceOf(NetlinkError)
    return lacking(context, rejection.split('\n')[0] ?? '', false)
  }
  made.add(kind)
  const theirs = output(kind)
  const readOfTheirs = rt.action.list({ kind }).map(timeless)
  rt.action.flush({ kind })

  expect(attempt(spec)).toBeUndefined()
  expect(output(kind)).toEqual(theirs)
  const [read, ...more] = rt.action.list({ kind })
  expect(more).toEqual([])
  if (read === undefined) throw new Error('nothing is listed')
  expect(unknowns(read)).toEqual([])
  expect([timeless(read)]).toEqual(readOfTheirs)
  expect(timeless(rt.action.get(read))).toMatchObject({ kind, options: timeless(read)['options'] as Row })

  // What is read can be written, and changes nothing.
  rt.action.replace(read)
  expect(output(kind)).toEqual(theirs)
  rt.action.delete(read)
  rt.action.add(read)
  expect(output(kind)).toEqual(theirs)
  record('action', kind, 'created', 'read', 'compared')
}

/** Lists keys of what was not understood. */
function unknowns(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  return Object.entries(value).flatMap(([key, item]) => (key.startsWith('$') ? [key] : unknowns(item)))
}

describe('an action is the same by tc and by us', () => {
  for (const [words, spec] of actionSamples) it(words, context => compare(context, words, spec))

  for (const [words, spec] of riskySamples) {
    it(words, context => {
      requireThat(context, engine !== '', 'the same options of routes have stopped the running kernel')
      compare(context, words, spec)
    })
  }
})
