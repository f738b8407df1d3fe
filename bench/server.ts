/** Participants as processes: started once, asked for one run after the other. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import type { Run } from './case.js'
import { pin, root } from './machine.js'

/** How long a participant may take to get ready, and for one run. */
const START_MS = 60_000
const RUN_MS = 300_000

interface Waiting {
  readonly accept: (line: string) => boolean
  readonly resolve: (line: string) => void
  readonly reject: (error: Error) => void
}

/** Is a participant that answers each line with one run. */
export class Server {
  readonly #child: ChildProcess
  readonly #lines: Interface
  readonly #waiting: Waiting[] = []
  #errors = ''
  #ended: Error | undefined

  private constructor(command: readonly string[]) {
    const [program = '', ...args] = command
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-2000)
    })
    this.#child.on('error', error => this.#end(error))
    this.#child.on('close', (code, signal) =>
      this.#end(new Error(`ended with ${signal ?? code}: ${this.#errors.trim().split('\n').slice(-3).join(' / ')}`)),
    )
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })
    this.#lines.on('line', line => {
      const index = this.#waiting.findIndex(({ accept }) => accept(line))
      if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve(line)
    })
  }

  /** Starts a participant, whose main thread may get one processor; rejects when it ends before it is ready. */
  static async start(command: readonly string[], processor?: number): Promise<Server> {
    const server = new Server(command)
    try {
      await server.line('ready', START_MS)
      if (processor !== undefined) pin(server.#child.pid, processor)
      return server
    } catch (error) {
      server.#child.kill('SIGKILL')
      throw error
    }
  }

  /** Waits for a line. */
  async line(text: string, limit = RUN_MS): Promise<void> {
    await this.#wait(line => line === text, limit)
  }

  /** Asks for `burst` runs, one after the other, and adds them up. */
  async run(burst = 1): Promise<Run> {
    const answers = Array.from({ length: burst }, () => this.#wait(line => /^[-\d]/.test(line), RUN_MS))
    this.#child.stdin?.write('\n'.repeat(burst))
    const sum = { ns: 0, cpu: 0, items: 0, lost: 0, rss: 0 }
    for (const answer of await Promise.all(answers)) {
      const numbers = answer.split(' ').map(Number)
      const [ns = 0, cpu = 0, items = 0, lost = 0, rss = 0] = numbers
      if (numbers.length !== 5 || !numbers.every(Number.isFinite))
        throw new Error(`no answer of five numbers: ${answer}`)
      sum.ns += ns
      sum.cpu += cpu
      sum.items += items
      sum.lost += lost
      sum.rss = rss
    }
    return sum
  }

  /** Lets it end. */
  close(): void {
    this.#child.stdin?.end()
  }

  #wait(accept: (line: string) => boolean, limit: number): Promise<string> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL')
        this.#end(new Error(`no answer within ${limit / 1000} s`))
      }, limit)
      this.#waiting.push({
        accept,
        resolve: line => {
          clearTimeout(timer)
          resolve(line)
        },
        reject: error => {
          clearTimeout(timer)
          reject(error)
        },
      })
    })
  }

  #end(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended)
  }
}

/** Runs a whole process and measures it from the outside; certificates that Node.js would read at its start are left out. */
export function processRun(command: readonly string[]): Run {
  const [program = '', ...args] = command
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
  const began = process.hrtime.bigint()
  const done = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', env, cwd: root })
  const ns = Number(process.hrtime.bigint() - began)
  if (done.status !== 0) throw new Error(`${command.join(' ')}: ${done.stderr?.trim() || done.error?.message}`)
  return { ns, cpu: 0, items: 1, lost: 0, rss: 0 }
}
