import { describe, expect, it } from 'vitest'
import { judge, type Measure, type Sample } from '../../soak/judge.js'
import { picture } from '../../soak/picture.js'

const MiB = 1024 * 1024
const still = { descriptors: 27, threads: 11, polls: 1, callbacks: 0, heap: 10 * MiB, native: 3 * MiB, rss: 100 * MiB }

/** Makes 90 samples, 10 s apart, of which `change` changes some. */
function run(change: (seconds: number, number: number) => Partial<Sample> = () => ({})): Sample[] {
  return Array.from({ length: 90 }, (_, n) => ({ ...still, seconds: n * 10, calls: n * 1000, ...change(n * 10, n) }))
}

const growing = (samples: readonly Sample[]): Measure[] =>
  judge(samples)
    .filter(({ flat }) => !flat)
    .map(({ measure }) => measure)

describe('what a soak judges', () => {
  it('is flat when nothing changes, and when it comes and goes', () => {
    expect(growing(run())).toEqual([])
    const swinging = run((_, n) => ({
      descriptors: 27 + (n % 3),
      threads: 11 + (n % 2),
      heap: 10 * MiB + (n % 7) * 0.3 * MiB,
      rss: 100 * MiB + (n % 11) * 4 * MiB,
    }))
    expect(growing(swinging)).toEqual([])
  })

  it('is flat when it grew only at first', () => {
    const warming = run(seconds => ({ heap: 5 * MiB + Math.min(seconds, 280) * 0.1 * MiB }))
    expect(growing(warming)).toEqual([])
    const less = run((_, n) => ({ descriptors: 200 - n, heap: 200 * MiB - n * MiB }))
    expect(growing(less)).toEqual([])
  })

  it.each([
    ['descriptors', 2],
    ['threads', 2],
    ['polls', 2],
    ['callbacks', 2],
    ['heap', 4 * MiB],
    ['native', 4 * MiB],
    ['rss', 30 * MiB],
  ] as const)('grows: %s by %d in the whole run', (measure, by) => {
    const samples = run((seconds, n) => ({ [measure]: still[measure] + (by * seconds) / 890 + (n % 2) * (by / 10) }))
    expect(growing(samples)).toEqual([measure])
  })

  it('needs samples enough', () => {
    expect(() => judge(run().slice(0, 5))).toThrow('fewer than 5 samples')
  })

  it('is drawn, a line for each measure', () => {
    const svg = picture(run())
    expect(svg.match(/<polyline /g)).toHaveLength(7)
    expect(svg).not.toMatch(/NaN|undefined/)
  })
})
