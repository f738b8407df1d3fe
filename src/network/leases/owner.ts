import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { fileError, hasCode } from '../network-error.js'

/** A thread, told from a later one with its number: a Worker may end long before its process. */
interface Thread {
  readonly pid: number
  readonly tid: number
  /** Clock ticks since boot at which it started. */
  readonly start: string
}

/** Who is at a connection: a call of a thread. */
export interface Owner extends Thread {
  /** Absent in what earlier versions wrote: their calls are taken to run as long as the thread does. */
  readonly call?: string
}

/**
 * What the calls of this copy of the package in this thread begin with. Of the calls of others (a Worker, another process) only
 * their threads tell whether they run.
 */
const COPY = randomUUID()

let count = 0
const running = new Set<string>()

/** A call that runs until it is disposed of, whatever a file says that could not be written in the end. */
export class Call implements Disposable {
  readonly #id = `${COPY} ${++count}`

  constructor() {
    running.add(this.#id)
  }

  /** Gives what says in a file that it is at something. */
  owner(): Owner {
    return { ...thisThread(), call: this.#id }
  }

  [Symbol.dispose](): void {
    running.delete(this.#id)
  }
}

/** Tells whether the owner of an operation still runs; throws where that cannot be told, as without a free descriptor. */
export function isRunning(owner: Owner | null | undefined): boolean {
  return owner !== undefined && owner !== null && !hasEnded(owner) && startOf(owner) === owner.start
}

/** Tells of a call of this thread, which others take to run, that it has ended. */
export function hasEnded(owner: Owner | null | undefined): boolean {
  const call = owner?.call
  return call?.startsWith(COPY) === true && !running.has(call)
}

function thisThread(): Thread {
  let link: string
  try {
    link = readlinkSync('/proc/thread-self')
  } catch (error) {
    throw fileError(error, '/proc/thread-self')
  }
  // `PID/task/TID`, as /proc counts them.
  const [pid, , tid] = link.split('/')
  const thread = { pid: Number(pid), tid: Number(tid) }
  return { ...thread, start: startOf(thread) ?? '' }
}

/** When a thread started; `undefined` when it has ended. */
function startOf({ pid, tid }: Omit<Thread, 'start'>): string | undefined {
  const path = `/proc/${pid}/task/${tid}/stat`
  try {
    // The name, in parentheses, may hold anything; the 20th field behind it is starttime (proc(5)), zombies are over.
    const fields = readFileSync(path, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch (error) {
    const known = fileError(error, path)
    // What cannot be read may run: whoever took it for ended would take down what it makes.
    if (hasCode(known, 'ENOENT', 'ESRCH')) return undefined
    throw known
  }
}
