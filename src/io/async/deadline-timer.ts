import { clock } from '../../wire/clock.js'

/** Timers beyond this many milliseconds overflow in Node. */
const LONGEST = 0x7fff_ffff

/** Gives the deadline of what begins now, by `clock`: in whole milliseconds, which need no memory of their own. */
export function deadlineIn(ms: number): number {
  return Math.ceil(clock() + ms)
}

/** Is the one timer of a client: armed only while something waits, for the earliest of all deadlines. */
export class DeadlineTimer {
  readonly #fire: (now: number) => void
  #timer: NodeJS.Timeout | undefined
  #at = Number.POSITIVE_INFINITY

  constructor(fire: (now: number) => void) {
    this.#fire = fire
  }

  /** Arms the timer unless it is armed; a timer that fires too early is armed again by who it fires for. */
  arm(next: () => number): void {
    if (this.#timer === undefined) this.#set(next())
  }

  /** Moves an armed timer forward. */
  notLaterThan(deadline: number): void {
    if (this.#timer !== undefined && deadline < this.#at) this.#set(deadline)
  }

  stop(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#at = Number.POSITIVE_INFINITY
  }

  #set(deadline: number): void {
    this.stop()
    if (deadline === Number.POSITIVE_INFINITY) return
    const wait = Math.min(Math.max(Math.ceil(deadline - clock()), 0), LONGEST)
    this.#at = deadline
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#at = Number.POSITIVE_INFINITY
      this.#fire(clock())
    }, wait)
  }
}
