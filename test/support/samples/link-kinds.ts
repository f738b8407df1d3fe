// One link of every kind that a kernel can make without hardware, with many of its attributes.
import { masters, software } from './link-kinds-software.js'
import { overlays, tunnels } from './link-kinds-tunnels.js'
import type { Sample } from './link-sample.js'

export type { Lower, Sample } from './link-sample.js'

/** Every sample; `about` tells those of one kind apart. */
export const samples: readonly Sample[] = [...software, ...masters, ...overlays, ...tunnels].map((sample, at, all) => ({
  ...sample,
  about: `${sample.kind} ${all.slice(0, at + 1).filter(({ kind }) => kind === sample.kind).length}`,
}))
