/** Tables of what was measured: medians, their spread, and ratios to the floor of the same run. */
import { interquartileRange, median } from 'simple-statistics'
import type { Outcome, Run, Series } from './case.js'
import { QUIET } from './machine.js'

/** What `--json` writes. */
export interface Report {
  readonly machine: Readonly<Record<string, string>>
  readonly outcomes: readonly Outcome[]
  /** The cases that failed. */
  readonly failed: readonly string[]
}

/** One line of a table. */
export interface Row {
  readonly participant: string
  readonly ns: number
  /** The interquartile range of the rounds, in parts of the median. */
  readonly spread: number
  /** Nothing where it is not all that was taken. */
  readonly cpu: number | undefined
  /** In all runs. */
  readonly lost: number
  readonly rss: number
  /** In how many of how many runs that were looked at nobody else had the processor. */
  readonly quiet: readonly [runs: number, of: number]
  /** To the floor: the median of the ratios of each round. */
  readonly ratio: number | undefined
  readonly target: number | undefined
}

const perItem = (value: (run: Run) => number) => (run: Run) => value(run) / Math.max(run.items, 1)
const nsPerItem = perItem(run => run.ns)

/** Fewer undisturbed runs than this say less than all runs. */
const ENOUGH = 5

/** Of runs, or of runs that belong together, those during which nobody else had the processor; all, where these are too few. */
function undisturbed<T extends readonly Run[]>(all: readonly T[]): readonly T[] {
  const quiet = all.filter(runs => runs.every(isQuiet))
  return quiet.length < ENOUGH ? all : quiet
}

const isQuiet = ({ crowd }: Run): boolean => crowd !== undefined && crowd <= QUIET

/** Makes the rows of a case; the first participant is the floor. */
export function rows(outcome: Outcome): Row[] {
  const floor = outcome.series[0]
  return outcome.series.map(series => {
    const runs = undisturbed(series.runs.map(run => [run] as const)).map(([run]) => run)
    const ns = runs.map(nsPerItem)
    return {
      participant: series.participant,
      ns: median(ns),
      spread: ns.length < 2 ? 0 : interquartileRange(ns) / median(ns),
      cpu: series.forks === true ? undefined : median(runs.map(perItem(run => run.cpu))),
      lost: series.runs.reduce((sum, run) => sum + run.lost, 0),
      rss: Math.max(...series.runs.map(run => run.rss)),
      quiet: [series.runs.filter(isQuiet).length, series.runs.filter(run => run.crowd !== undefined).length],
      ratio: ratioOf(series, floor),
      target: series.target ?? undefined,
    }
  })
}

// Participants take turns: the runs of one round are neighbours in time, so their ratio says more than that of medians. Who is slow
// takes part in the last rounds only, which all have.
function ratioOf(series: Series, floor: Series | undefined): number | undefined {
  if (floor === undefined || floor === series) return undefined
  return median(roundsOf(series, floor).map(([run, base]) => nsPerItem(run) / nsPerItem(base)))
}

function roundsOf(series: Series, floor: Series): readonly (readonly [run: Run, base: Run])[] {
  const common = Math.min(series.runs.length, floor.runs.length)
  const ours = series.runs.slice(-common)
  const rounds = floor.runs.slice(-common).flatMap((base, i) => ours.slice(i, i + 1).map(run => [run, base] as const))
  return undisturbed(rounds)
}

/** Prints nanoseconds as a person reads them. */
export function time(ns: number): string {
  if (ns < 10_000) return `${ns.toFixed(ns < 100 ? 1 : 0)} ns`
  return ns < 10_000_000 ? `${(ns / 1000).toFixed(1)} µs` : `${(ns / 1e6).toFixed(1)} ms`
}

interface Column {
  readonly head: (outcome: Outcome) => string
  readonly text: (row: Row, floor: Row) => string
}

const item: Column = { head: ({ unit }) => `a ${unit}`, text: row => time(row.ns) }
const spread: Column = { head: () => 'spread', text: row => `±${(row.spread * 50).toFixed(0)} %` }
const processor: Column = { head: () => 'processor', text: row => (row.cpu === undefined ? '' : time(row.cpu)) }
const quiet: Column = { head: () => 'quiet', text: ({ quiet: [runs, of] }) => (of === 0 ? '' : `${runs} of ${of}`) }
const bytes = (name: string, of: (row: Row) => number, unit: (outcome: Outcome) => string): Column => ({
  head: outcome => `${name}${unit(outcome)}`,
  text: row => size(of(row)),
})
const each = ({ unit }: Outcome): string => ` a ${unit}`
const times = (value: number): string => `${value.toFixed(2)}x`
const milliseconds = (value: number): string => `${value.toFixed(1)} ms`
/** What `memory`, `growth` and `loop` put in the place of the processor time. */
const second = ({ cpu = Number.NaN }: Row): number => cpu

interface Shown {
  readonly columns: readonly Column[]
  readonly head: string
  readonly of: (row: Row, floor: Row) => number | undefined
  readonly text: (value: number) => string
}

/** How a case of each kind is shown: its columns, and what is compared with the target and with other reports. */
const shown: Readonly<Record<Outcome['kind'], Shown>> = {
  serve: { columns: [item, spread, processor, quiet], head: 'ratio', of: row => row.ratio, text: times },
  live: { columns: [spread], head: 'processor', of: row => row.cpu, text: time },
  process: {
    columns: [item, spread],
    head: 'above Node',
    of: (row, floor) => (row === floor ? undefined : (row.ns - floor.ns) / 1e6),
    text: milliseconds,
  },
  codec: { columns: [spread, quiet], head: 'time', of: row => row.ns, text: time },
  memory: {
    columns: [bytes('allocated', row => row.ns, each), bytes('kept', second, each)],
    head: 'ratio',
    of: row => row.ns / second(row),
    text: times,
  },
  growth: {
    columns: [
      bytes('after a tenth', second, () => ''),
      bytes(
        'at the end',
        row => row.ns,
        () => '',
      ),
    ],
    head: 'ratio',
    of: row => row.ns / second(row),
    text: times,
  },
  loop: {
    columns: [{ head: () => 'held', text: row => milliseconds(row.ns / 1e6) }],
    head: 'without pauses of the collector',
    of: row => second(row) / 1e6,
    text: milliseconds,
  },
}

/** Prints bytes as a person reads them. */
function size(value: number): string {
  return value < 100_000 ? `${value.toFixed(0)} B` : `${(value / 2 ** 20).toFixed(1)} MiB`
}

/** Prints a case; `sized` is false where the sizes are too small for a judgement. */
export function table(outcome: Outcome, sized: boolean): string {
  const all = rows(outcome)
  const { columns: middle, head, of, text } = shown[outcome.kind]
  const cells = all.map(row => {
    const floor = all[0] ?? row
    const value = of(row, floor)
    const selected =
      row.target === undefined || value === undefined
        ? ''
        : `≤ ${text(row.target)} ${value <= row.target ? 'yes' : 'NO'}`
    return [
      row.participant,
      ...middle.map(column => column.text(row, floor)),
      value === undefined ? '' : text(value),
      sized ? selected : '',
      outcome.kind === 'live' || row.lost > 0 ? `${row.lost} lost` : '',
      outcome.kind === 'serve' && sized ? bar(row.ratio ?? 1) : '',
    ]
  })
  const heads = [
    [outcome.case, ...(outcome.burst > 1 ? [`(${outcome.burst} runs a turn)`] : []), ...outcome.flags].join(' '),
    ...middle.map(column => column.head(outcome)),
    head,
    sized ? 'wanted' : '',
    '',
    '',
  ]
  const absent = outcome.absent.map(({ participant, reason }) => `\n${participant}: absent: ${reason}`)
  return `\n${columns([heads, ...cells])}${absent.join('')}`
}

const BAR = 30
const BLOCKS = ' ▏▎▍▌▋▊▉█'

/** Draws a ratio, the floor as 4 blocks; what is longer than the column ends in an arrow. */
export function bar(ratio: number): string {
  const eighths = Math.round(ratio * 32)
  const whole = eighths >> 3
  const text = whole >= BAR ? `${'█'.repeat(BAR - 1)}→` : '█'.repeat(whole) + (BLOCKS[eighths & 7] ?? '')
  return text.padEnd(BAR)
}

/** Sets cells in columns: the first to the left, the others to the right. */
export function columns(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map(row => [...(row[i] ?? '')].length)))
  return cells
    .map(row =>
      row
        .map((cell, i) => (i === 0 ? pad(cell, widths[i], true) : pad(cell, widths[i], false)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function pad(text: string, width = 0, left: boolean): string {
  const space = ' '.repeat(Math.max(0, width - [...text].length))
  return left ? text + space : space + text
}

/** A single run has no spread of its own. */
const SINGLE = 0.1

/**
 * Compares two reports by what their cases are judged by, ratios where there are some: what has become better or worse by more than that
 * spreads over the rounds of either. Rejects reports that hold other amounts of work.
 */
export function compare(before: Report, after: Report): string {
  const cells = [['case', 'participant', 'before', 'after', 'change', '']]
  const [then, now] = [judged(before), judged(after)]
  for (const [key, is] of now) {
    const was = then.get(key)
    if (was === undefined) {
      cells.push([...is.words, '', is.text(is.value), '', 'only after'])
      continue
    }
    then.delete(key)
    if (was.size !== is.size) throw new Error(`${is.words[0]}: of ${was.size} and ${is.size} items`)
    const change = is.value / was.value - 1
    const noise = Math.max(is.spread, was.spread)
    const lost = was.lost + is.lost === 0 ? '' : `, lost ${was.lost} and ${is.lost}`
    const verdict = !(Math.abs(change) > noise) ? 'within the noise' : change < 0 ? 'better' : 'worse'
    const percent = `${change > 0 ? '+' : ''}${(change * 100).toFixed(1)} %`
    cells.push([...is.words, was.text(was.value), is.text(is.value), percent, verdict + lost])
  }
  for (const { words, value, text } of then.values()) cells.push([...words, text(value), '', '', 'only before'])
  const failed = [
    ...before.failed.map(name => `${name}: failed before`),
    ...after.failed.map(name => `${name}: failed after`),
  ]
  return [columns(cells), ...failed].join('\n')
}

interface Judged {
  readonly words: readonly [string, string]
  readonly value: number
  readonly text: (value: number) => string
  readonly spread: number
  readonly lost: number
  readonly size: number
}

/**
 * The interquartile range of what a participant is judged by, in parts of that, over the rounds: a machine that is slow for a while changes
 * times but no ratio, and a floor that varies changes ratios of what does not.
 */
function spreadOf(outcome: Outcome, participant: string, value: number): number {
  const floor = outcome.series[0]
  const series = outcome.series.find(one => one.participant === participant)
  if (floor === undefined || series === undefined) return SINGLE
  const { of } = shown[outcome.kind]
  const values = roundsOf(series, floor).map(([run, base]) => {
    const [first, row = first] = rows({
      ...outcome,
      series: [{ ...floor, runs: [base] }, ...(series === floor ? [] : [{ ...series, runs: [run] }])],
    })
    return row === undefined || first === undefined ? Number.NaN : (of(row, first) ?? row.ns)
  })
  return values.length < 2 ? SINGLE : interquartileRange(values) / Math.abs(value)
}

/** What each participant of each case is judged by, by the names of both; time itself where nothing else is. */
function judged({ outcomes }: Report): Map<string, Judged> {
  return new Map(
    outcomes.flatMap(outcome => {
      const { of, text } = shown[outcome.kind]
      const all = rows(outcome)
      return all.map((row): [string, Judged] => {
        const value = of(row, all[0] ?? row)
        const words = [outcome.case, row.participant] as const
        return [
          words.join('\n'),
          {
            words,
            value: value ?? row.ns,
            text: value === undefined ? time : text,
            spread: spreadOf(outcome, row.participant, value ?? row.ns),
            lost: row.lost,
            size: outcome.size,
          },
        ]
      })
    }),
  )
}
