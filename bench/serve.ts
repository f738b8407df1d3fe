/** Answers each line of stdin with one run of a workload, as the peers do: "nanoseconds cpu-nanoseconds items lost rss-kib". */
import { stat } from 'node:fs/promises'

/** What one run has done; `measured` stands in for the whole call where only a part of it counts. */
export interface Done {
  readonly items: number
  readonly lost?: number
  readonly measured?: { readonly ns: number; readonly cpu: number }
}

/** A workload: makes the function that one run calls. */
export type Work = (size: number) => Promise<() => Promise<Done> | Done> | (() => Promise<Done> | Done)

/** Reads the clock and the processor time of this process, in nanoseconds. */
export class Clock {
  // In the order of peers/c/peer.h: the clock does not see the reading of the processor time, half a microsecond.
  readonly #cpu = process.cpuUsage()
  readonly #ns = process.hrtime.bigint()
  ns = 0
  cpu = 0

  /** Stops the clock. */
  stop(): this {
    this.ns = Number(process.hrtime.bigint() - this.#ns)
    const { user, system } = process.cpuUsage(this.#cpu)
    this.cpu = (user + system) * 1000
    return this
  }
}

/** Serves runs of one workload until stdin ends. */
export async function serve(works: Readonly<Record<string, Work>>, name: string, size: number): Promise<void> {
  const work = works[name]
  if (work === undefined) throw new Error(`no workload ${name}`)
  const once = await work(size)
  // The threads of the pool begin here: later ones would be bound to the processor that this one gets.
  await stat('.')
  console.log('ready')
  for await (const request of process.stdin.setEncoding('utf8')) {
    // Said at the end of a burst: console.log between two runs would push the work out of the caches.
    let answers = ''
    for (let left = (request as string).length; left > 0; left--) {
      const clock = new Clock()
      const done = await once()
      const { ns, cpu } = done.measured ?? clock.stop()
      answers += `${ns} ${cpu} ${done.items} ${done.lost ?? 0} ${process.resourceUsage().maxRSS}\n`
    }
    process.stdout.write(answers)
  }
}
