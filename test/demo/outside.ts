import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { constants } from 'node:os'

/** After this time a process that the kernel holds (state D) is given up: it waits for a lock that nobody returns. */
const HELD_MS = 3000
/** After this time any process is given up; a busy machine may be slow. */
const LIMIT_MS = 20_000

/** Runs the demo in namespaces of its own, or says in one line what is missing; gives the exit status. */
export async function outside(main: string): Promise<number> {
  const began = Date.now()
  if (process.platform !== 'linux') return reject(`needs Linux, this is ${process.platform}`)
  // The namespaces' names live in /run/netns, so the demo mounts a fresh /run.
  if (main.startsWith('/run/')) return reject('needs a checkout outside /run, which it hides under a tmpfs')
  let reason = ''
  // Root without CAP_SYS_ADMIN, as in many a container, may still have user namespaces.
  for (const flags of process.getuid?.() === 0 ? ['-nm', '-rnm'] : ['-rnm']) {
    const answer = await ask(flags, main)
    if (answer.ok) return rerun(flags, [main, 'inside', readlinkSync('/proc/self/ns/net'), String(began)])
    reason = answer.reason
    if (answer.final) break
  }
  return reject(reason)
}

type Answer = { readonly ok: true } | { readonly ok: false; readonly reason: string; readonly final?: boolean }

/** Finds out whether namespaces can be made here and whether rtnetlink answers in them. */
function ask(flags: string, main: string): Promise<Answer> {
  const child = start(flags, [main, 'probe'], ['ignore', 'ignore', 'pipe'])
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  return new Promise(resolve => {
    const began = Date.now()
    const watch = setInterval(() => {
      const waited = Date.now() - began
      if (waited < HELD_MS || (waited < LIMIT_MS && !isHeld(child.pid))) return
      // A process in state D does not even die: nothing of it may keep this one.
      child.kill('SIGKILL')
      child.stderr?.destroy()
      child.unref()
      answer({ ok: false, reason: 'rtnetlink of this kernel does not answer', final: true })
    }, 200)
    const answer = (value: Answer) => {
      clearInterval(watch)
      resolve(value)
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'needs unshare (util-linux), which is not installed' : error.message
      answer({ ok: false, reason, final: true })
    })
    child.on('close', code => {
      if (code === 0) return answer({ ok: true })
      const line = errors.split('\n').find(text => text.trim() !== '') ?? `unshare ${flags} ended with ${code}`
      answer({ ok: false, reason: `${line.trim()}${flags === '-rnm' ? forbidden() : ''}` })
    })
  })
}

/** Tells whether the kernel holds a process uninterruptibly. */
function isHeld(pid: number | undefined): boolean {
  try {
    return /^State:\tD/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Runs the story and waits for it. Should this process be killed, the channel closes and the story ends. */
function rerun(flags: string, args: readonly string[]): Promise<number> {
  const child = start(flags, args, ['ignore', 'inherit', 'inherit', 'ipc'])
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise(resolve => {
    child.on('error', error => resolve(reject(error.message)))
    child.on('exit', (code, signal) => {
      if (signal !== null) console.error(`demo: ended by ${signal}; its namespaces went with it`)
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}

/** Starts this program again in namespaces of its own; its folder is / because the caller's may be hidden or gone. */
function start(flags: string, args: readonly string[], stdio: ('ignore' | 'inherit' | 'pipe' | 'ipc')[]): ChildProcess {
  const script = 'mount -t tmpfs tmpfs /run && exec "$@"'
  const program = [process.execPath, ...process.execArgv, ...args]
  return spawn('unshare', [flags, 'sh', '-c', script, 'sh', ...program], { stdio, cwd: '/' })
}

/** Says which setting of the machine forbids user namespaces. */
function forbidden(): string {
  const settings = [
    ['kernel/unprivileged_userns_clone', '0'],
    ['user/max_user_namespaces', '0'],
    ['kernel/apparmor_restrict_unprivileged_userns', '1'],
  ] as const
  const found = settings.filter(([key, value]) => read(`/proc/sys/${key}`) === value)
  if (found.length === 0) return ''
  return ` (user namespaces are forbidden: ${found.map(([key, value]) => `${key.replace('/', '.')} = ${value}`).join(', ')})`
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

function reject(reason: string): number {
  console.error(`demo: cannot run here: ${reason}`)
  return 1
}
