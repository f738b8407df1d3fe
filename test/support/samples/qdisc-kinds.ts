// A qdisc of every kind, with its classes and as many options as it has.
import { early, emulators, shapers, timed } from './qdisc-kinds-shaping.js'
import { fair, queues } from './qdisc-kinds-simple.js'
import type { QdiscSample } from './qdisc-sample.js'

export type { ClassSample, QdiscSample } from './qdisc-sample.js'

/** Every sample; `about` tells those of one kind apart. */
export const samples: readonly QdiscSample[] = [...queues, ...fair, ...early, ...emulators, ...shapers, ...timed].map(
  (sample, at, all) => ({
    ...sample,
    about: `${sample.kind} ${all.slice(0, at + 1).filter(({ kind }) => kind === sample.kind).length}`,
  }),
)
