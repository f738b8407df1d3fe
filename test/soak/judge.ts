// Whether what was measured during a soak is flat. Pure: the unit tests give it series that are known to grow.
import { linearRegression } from 'simple-statistics'

/** What is counted at one moment when nothing is under way. */
export interface Sample {
  readonly seconds: number
  /** Calls of the library so far. */
  readonly calls: number
  readonly descriptors: number
  readonly threads: number
  /** libuv's poll handles. */
  readonly polls: number
  /** Callbacks that koffi holds. */
  readonly callbacks: number
  /** Bytes of live JavaScript objects, after a collection. */
  readonly heap: number
  /** Bytes that native code has allocated (Node, V8's array buffers, koffi). */
  readonly native: number
  /** Bytes of the process's memory, without the pages that V8 keeps for new objects. */
  readonly rss: number
}

export type Measure = Exclude<keyof Sample, 'seconds' | 'calls'>

/** How much of a measure may come to stay during a run, however long that is: longer runs see smaller leaks. */
interface Bound {
  readonly measure: Measure
  readonly unit: 'count' | 'bytes'
  readonly bound: number
}

const MiB = 1024 * 1024

/**
 * Counts: less than one, so that a single thing that is lost shows. Heap: what is compiled and cached late takes up to 1 MiB;
 * twice that is a byte a call in ten minutes. What native code allocates is counted with what awaits finalizers. Memory: a
 * page that holds a single small thing is not given back, so that some megabytes come and go.
 */
export const bounds: readonly Bound[] = [
  { measure: 'descriptors', unit: 'count', bound: 1 },
  { measure: 'threads', unit: 'count', bound: 1 },
  { measure: 'polls', unit: 'count', bound: 1 },
  { measure: 'callbacks', unit: 'count', bound: 1 },
  { measure: 'heap', unit: 'bytes', bound: 2 * MiB },
  { measure: 'native', unit: 'bytes', bound: 2 * MiB },
  { measure: 'rss', unit: 'bytes', bound: 8 * MiB },
]

/** What became of one measure. */
export interface Verdict {
  readonly measure: Measure
  readonly unit: 'count' | 'bytes'
  readonly first: number
  readonly last: number
  readonly lowest: number
  readonly highest: number
  /** The slope of the straight line through all samples, times their duration. */
  readonly growth: number
  readonly bound: number
  readonly flat: boolean
}

/** Leaves out the first third, in which code is compiled and caches are filled. */
export function settledSamples(samples: readonly Sample[]): readonly Sample[] {
  const end = samples.at(-1)?.seconds ?? 0
  return samples.filter(({ seconds }) => seconds >= end / 3)
}

/** Judges all measures; rejects with TypeError where there are too few samples to tell. */
export function judge(all: readonly Sample[]): Verdict[] {
  const samples = settledSamples(all)
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined || samples.length < 5) throw new TypeError('fewer than 5 samples')
  return bounds.map(({ measure, unit, bound }) => {
    const values = samples.map(sample => sample[measure])
    const { m: slope } = linearRegression(samples.map(sample => [sample.seconds, sample[measure]]))
    const growth = slope * (last.seconds - first.seconds)
    return {
      measure,
      unit,
      first: first[measure],
      last: last[measure],
      lowest: Math.min(...values),
      highest: Math.max(...values),
      growth,
      bound,
      flat: growth < bound,
    }
  })
}
