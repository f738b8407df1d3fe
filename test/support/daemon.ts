// daemon.py as a process: what only socket options and packets can do.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Tells whether there is a python3 to run it with. */
export function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'pass'])
    return true
  } catch {
    return false
  }
}

/** Runs commands of daemon.py; what they made goes with it. */
export class Daemon implements Disposable {
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor() {
    const script = fileURLToPath(new URL('daemon.py', import.meta.url))
    const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child = child
    const lines: Interface = createInterface({ input: child.stdout })
    this.#answers = lines[Symbol.asyncIterator]()
  }

  /** Runs a command and gives the answer: `ok`, or what went wrong. */
  async tell(command: string): Promise<string> {
    this.#child.stdin?.write(`${command}\n`)
    return String((await this.#answers.next()).value)
  }

  [Symbol.dispose](): void {
    this.#child.stdin?.end()
    this.#child.kill()
  }
}
