/** What a case of the benchmark is: data that `fixture.ts` runs. */
import type { BlockingClient } from 'rtnetlink'

/** One who does the work: a process that answers each line with one run (`serve.ts`, `peers/c/peer.h`). */
export interface Participant {
  readonly name: string
  /** The workload's name there. */
  readonly work: string
  /**
   * What it must reach: `serve`: the ratio to the floor; `live`: nanoseconds of processor time an event; `process`:
   * milliseconds above Node alone; `codec`: nanoseconds a message; `memory`: bytes allocated a byte kept; `growth`: the
   * resident size at the end, in sizes after a tenth of the items; `loop`: the milliseconds that the event loop was held, pauses of the
   * collector aside.
   */
  readonly target?: number
  /** The messages that it decodes, one behind another: the floor decodes them too. */
  readonly messages?: () => Uint8Array
  /** It starts processes, whose processor time is their own. */
  readonly forks?: boolean
}

export interface Case {
  readonly name: string
  /** What the nanoseconds are counted for. */
  readonly unit: string
  /** How the participants are run: as servers of runs, as listeners while another makes events, as whole processes, or in one process without a kernel. */
  readonly kind: 'serve' | 'live' | 'process' | 'codec' | 'memory' | 'growth' | 'loop'
  /** The workload of the floor. */
  readonly work: string
  /** The workload of the peers, when it is another than the floor's. */
  readonly peerWork?: string
  /** How many items; handed to every participant. */
  readonly size: number
  readonly smokeSize: number
  readonly rounds: number
  /**
   * How many runs follow one another in a turn, 1 by default: a run of less than some milliseconds, after others have had the
   * processor, measures how caches get warm.
   */
  readonly burst?: number
  /** Ways of this library to do it. */
  readonly ours: readonly Participant[]
  /** It needs a receive buffer of any size (SO_RCVBUFFORCE), which only root may have. */
  readonly root?: boolean
  /** Flags that this library's processes get: they are printed. */
  readonly flags?: readonly string[]
  /** Fills the namespace in which the case runs. */
  readonly prepare?: (rt: BlockingClient, size: number) => void
}

/** One run: what a participant answers. `memory`, `growth` and `loop` put what they measure in the place of `ns` and `cpu`. */
export interface Run {
  readonly ns: number
  readonly cpu: number
  readonly items: number
  readonly lost: number
  /** The process's largest resident size so far, in KiB. */
  readonly rss: number
  /** How long the loop of `Crowd` took before or after it, the longer, in shortest times; nothing where nobody looked. */
  readonly crowd?: number
}

/** All runs of one participant. */
export interface Series {
  readonly participant: string
  readonly target: number | null
  /** Its processor time is not all that was taken. */
  readonly forks?: boolean
  readonly runs: readonly Run[]
}

/** What the fixture prints. */
export interface Outcome {
  readonly case: string
  readonly unit: string
  readonly kind: Case['kind']
  readonly size: number
  readonly burst: number
  readonly flags: readonly string[]
  /** The shortest time of the loop of `Crowd` so far, in nanoseconds. */
  readonly shortest: number
  readonly series: readonly Series[]
  /** Who did not take part, and why. */
  readonly absent: readonly { readonly participant: string; readonly reason: string }[]
}
