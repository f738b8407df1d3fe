import { describe, expect, it } from 'vitest'
import type { Outcome, Run, Series } from '../../../bench/case.js'
import { bar, compare, rows, table } from '../../../bench/report.js'

const run = (ns: number, crowd?: number): Run => ({
  ns,
  cpu: ns,
  items: 1,
  lost: 0,
  rss: 0,
  ...(crowd === undefined ? {} : { crowd }),
})
const series = (participant: string, runs: readonly Run[], target: number | null = null): Series => ({
  participant,
  target,
  runs,
})
const outcome = (...all: readonly Series[]): Outcome => ({
  case: 'dump',
  unit: 'route',
  kind: 'serve',
  size: 1,
  burst: 1,
  flags: [],
  shortest: 1,
  series: all,
  absent: [],
})

/** Runs of which every second one was disturbed, and took ten times as long. */
const halfDisturbed = (ns: number) => Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? run(ns, 1) : run(10 * ns, 2)))

describe('the report of the benchmark', () => {
  it('takes the runs that nobody disturbed, where there are five', () => {
    const [floor, ours] = rows(outcome(series('C', halfDisturbed(100)), series('list()', halfDisturbed(130))))
    expect(floor).toMatchObject({ ns: 100, spread: 0, quiet: [6, 12], ratio: undefined })
    expect(ours).toMatchObject({ ns: 130, ratio: 1.3 })
  })

  it('takes all runs where fewer were undisturbed, and where nobody looked', () => {
    const few = [...halfDisturbed(100).slice(0, 8), run(1000, 2)]
    expect(rows(outcome(series('C', few)))[0]).toMatchObject({ ns: 1000, quiet: [4, 9] })
    expect(rows(outcome(series('C', [run(5), run(7), run(9)])))[0]).toMatchObject({ ns: 7, quiet: [0, 0] })
  })

  it('compares runs of the same round, for who is slow those of the last ones', () => {
    const floor = series(
      'C',
      [100, 100, 200, 400].map(ns => run(ns)),
    )
    const same = series(
      'ours',
      [150, 150, 300, 600].map(ns => run(ns)),
    )
    const slow = series(
      'slow',
      [2000, 4000].map(ns => run(ns)),
    )
    expect(rows(outcome(floor, same, slow)).map(row => row.ratio)).toEqual([undefined, 1.5, 10])
  })

  it('leaves a pair out when either run was disturbed', () => {
    const times = (count: number, ns: number, crowd: number) => Array.from({ length: count }, () => run(ns, crowd))
    const floor = series('C', [...times(5, 100, 1), ...times(3, 100, 2), ...times(3, 100, 1)])
    const ours = series('ours', [...times(5, 120, 1), ...times(3, 900, 1), ...times(3, 900, 2)])
    expect(rows(outcome(floor, ours))[1]?.ratio).toBe(1.2)
  })

  it('judges by the target, and draws the ratio', () => {
    const floor = series('C', [run(100)])
    const text = table(outcome(floor, series('good', [run(120)], 1.25), series('bad', [run(200)], 1.25)), true)
    const [, first = '', c = '', good = '', bad = ''] = text.split('\n')
    expect(first).toMatch(/^dump +a route +spread +processor +quiet +ratio +wanted$/)
    expect(c).toMatch(/^C +100 ns .* ████$/)
    expect(good).toMatch(/1\.20x +≤ 1\.25x yes +████▊$/)
    expect(bad).toMatch(/2\.00x +≤ 1\.25x NO +████████$/)
    expect(bar(1000).trimEnd()).toMatch(/^█{29}→$/)
  })

  it('judges nothing and draws nothing where sizes are small', () => {
    const text = table(outcome(series('C', [run(100)]), series('ours', [run(500)], 1.25)), false)
    expect(text).not.toMatch(/wanted|yes|NO|█/)
  })

  const report = (...outcomes: readonly Outcome[]) => ({ machine: {}, outcomes, failed: [] })
  const lines = (text: string) => text.split('\n').slice(1)

  it('compares two reports, and says what is within the spread of both', () => {
    const times = (...ns: readonly number[]) =>
      report(
        outcome(
          series(
            'C',
            ns.map(value => run(value)),
          ),
        ),
      )
    expect(lines(compare(times(100, 100, 100), times(50, 50, 50)))[0]).toMatch(/-50\.0 % +better$/)
    expect(lines(compare(times(100, 100, 100), times(150, 150, 150)))[0]).toMatch(/\+50\.0 % +worse$/)
    expect(lines(compare(times(80, 100, 120), times(85, 105, 125)))[0]).toMatch(/\+5\.0 % +within the noise$/)
    // One run tells less.
    expect(lines(compare(times(100), times(105)))[0]).toMatch(/\+5\.0 % +within the noise$/)
  })

  it('compares ratios, so that a slower machine changes nothing', () => {
    const at = (factor: number) =>
      report(
        outcome(
          series(
            'C',
            [100, 100].map(ns => run(ns * factor)),
          ),
          series(
            'ours',
            [130, 130].map(ns => run(ns * factor)),
          ),
        ),
      )
    expect(lines(compare(at(1), at(2)))).toEqual([
      expect.stringMatching(/^dump +C +100 ns +200 ns +\+100\.0 % +worse$/),
      expect.stringMatching(/^dump +ours +1\.30x +1\.30x +0\.0 % +within the noise$/),
    ])
  })

  /** Times that go up and down by a part, each in another order. */
  const varied = (ns: number, part: number, step: number) =>
    Array.from({ length: 15 }, (_, i) => run(ns * (1 + part * (((i * step) % 15) / 7 - 1))))
  const verdicts = (text: string) => lines(text).map(line => line.match(/(?:within the noise|better|worse)$/)?.[0])

  it('finds no difference where the floor varies alone', () => {
    const at = (shift: number) =>
      report(outcome(series('C', varied(100, 0.2, shift)), series('ours', varied(130, 0.01, 1))))
    const slower = report(outcome(series('C', varied(92, 0.2, 4)), series('ours', varied(130, 0.01, 1))))
    expect(verdicts(compare(at(2), slower))).toEqual(['within the noise', 'within the noise'])
    expect(verdicts(compare(at(2), at(4)))).toEqual(['within the noise', 'within the noise'])
  })

  it('finds a difference that is smaller than what the machine goes up and down by', () => {
    const at = (ns: number) => report(outcome(series('C', varied(100, 0.2, 2)), series('ours', varied(ns, 0.2, 2))))
    expect(verdicts(compare(at(130), at(137)))).toEqual(['within the noise', 'worse'])
    expect(verdicts(compare(at(130), at(130)))).toEqual(['within the noise', 'within the noise'])
  })

  it('judges what a process takes above Node by how that spreads, and processor time by how that does', () => {
    const above = (ns: number): Outcome => ({
      ...outcome(series('node', varied(50e6, 0.05, 2)), series('ours', varied(ns, 0.05, 4))),
      kind: 'process',
    })
    expect(verdicts(compare(report(above(60e6)), report(above(62e6))))[1]).toBe('within the noise')
    expect(verdicts(compare(report(above(60e6)), report(above(80e6))))[1]).toBe('worse')
    const heard = (cpu: number): Outcome => ({
      ...outcome(
        series(
          'C',
          varied(cpu, 0.2, 4).map(({ ns }) => ({ ...run(1000), cpu: ns })),
        ),
      ),
      kind: 'live',
    })
    expect(verdicts(compare(report(heard(500)), report(heard(550))))).toEqual(['within the noise'])
  })

  it('compares bytes as bytes, and tells events that were lost', () => {
    const kept = (bytes: number): Outcome => ({
      ...outcome(
        series('list()', [
          { ...run(300), cpu: bytes },
          { ...run(300), cpu: bytes },
        ]),
      ),
      kind: 'memory',
    })
    expect(lines(compare(report(kept(300)), report(kept(100))))[0]).toMatch(/1\.00x +3\.00x +\+200\.0 % +worse$/)
    const live = (lost: number): Outcome => ({
      ...outcome(
        series('C', [
          { ...run(5), lost },
          { ...run(5), lost: 0 },
          { ...run(5), lost: 0 },
        ]),
      ),
      kind: 'live',
    })
    expect(lines(compare(report(live(0)), report(live(9))))[0]).toMatch(/within the noise, lost 0 and 9$/)
    expect(table(live(9), true)).toMatch(/ 9 lost$/m)
  })

  it('names what only one report has, and refuses other amounts of work', () => {
    const named = (name: string): Outcome => ({ ...outcome(series('C', [run(100)])), case: name })
    expect(lines(compare(report(named('a')), { ...report(named('b')), failed: ['c'] }))).toEqual([
      expect.stringMatching(/^b +C +100 ns +only after$/),
      expect.stringMatching(/^a +C +100 ns +only before$/),
      'c: failed after',
    ])
    expect(() => compare(report({ ...named('a'), size: 200 }), report(named('a')))).toThrow('a: of 200 and 1 items')
  })

  it('says nothing of the processor time of who starts processes', () => {
    const text = table(outcome(series('C', [run(100)]), { ...series('ip', [run(500)]), forks: true }), true)
    expect(text.split('\n')[3]).toMatch(/^ip +500 ns +±0 % +5\.00x/)
  })
})
