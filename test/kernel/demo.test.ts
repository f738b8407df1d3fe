import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSync } from '../../src/index.js'
import { ipAddresses } from '../demo/show-addresses.js'
import { brctlShow, bridgeLinks } from '../demo/show-links.js'
import { lacking } from '../support/probe.js'

const main = fileURLToPath(new URL('../../build/test/demo/main.js', import.meta.url))
const ordinary = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all']
/** Of processor time, which other work on the machine does not lengthen: on an idle machine the demo takes that long. */
const limitSeconds = 10
const ip = (...args: readonly string[]) => execFileSync('ip', args, { encoding: 'utf8' })

/** What the demo must leave as it was; fallback devices of tunnels (gre0@NONE …) come when another test loads a module. */
const state = () => ({
  netns: ip('netns', 'list'),
  links: ip('-o', 'link')
    .split('\n')
    .filter(line => !line.includes('@NONE')),
  mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
})

let before: ReturnType<typeof state>
beforeEach(() => {
  before = state()
})
afterEach(() => {
  expect(state()).toEqual(before)
})

interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly text: string
  /** Processor time of it and of all that it has started. */
  readonly seconds: number
}

/** Runs the demo; `look` sees what it has printed so far. It has ended when nobody holds its output any more. */
function demo(
  prefix: readonly string[] = [],
  path?: string,
  read: (text: string, pid: number) => void = () => undefined,
  program = main,
): Promise<Ended> {
  const { HOME: _, ...env } = process.env
  const [command = '', ...args] = [...prefix, process.execPath, program]
  const before = childrenSeconds()
  const child = spawn(command, args, { env: path === undefined ? env : { ...env, PATH: path }, cwd: '/' })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (data: string) => {
      text += data
      read(text, child.pid ?? 0)
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => resolve({ status, signal, text, seconds: childrenSeconds() - before }))
  })
}

/** Processor time of the processes that have ended and were waited for: cutime and cstime, the 16th and 17th field. */
function childrenSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}

/** Gives a function that acts once, when a step begins. */
function at(step: number, act: (pid: number) => void) {
  let done = false
  return (text: string, pid: number) => {
    if (done || !text.includes(`\n${step}. `)) return
    done = true
    act(pid)
  }
}

/** Copies what the demo needs to where everybody may read it. */
function copied(): string {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  // Not os.tmpdir(): TMPDIR may be a folder of one user's.
  const folder = mkdtempSync('/tmp/demo-')
  for (const part of [
    'package.json',
    'dist',
    'build/test/demo',
    'build/test/support',
    'node_modules/koffi',
    'node_modules/@koromix',
  ]) {
    if (existsSync(`${root}/${part}`)) cpSync(`${root}/${part}`, `${folder}/${part}`, { recursive: true })
  }
  execFileSync('chmod', ['-R', 'a+rX', folder])
  return folder
}

/** Makes a folder with these programs only; not below /run, where the demo would not see it. */
function programs(...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'))
  for (const name of names) {
    symlinkSync(execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), `${folder}/${name}`)
  }
  return folder
}

function expectWholeStory({ status, text }: Ended): void {
  expect({ status, text }).toEqual({ status: 0, text: expect.stringContaining('14 steps, all cleaned up') })
  expect(text).toContain('GET http://192.0.2.3/ from red: 200 hello 192.0.2.2, this is blue')
  expect(text).toContain('GET http://192.0.2.2/ from blue: 200 hello 192.0.2.3, this is red')
  expect(text).toMatch(/\d: vred@if\d+: <.*> mtu 1500 master br0 state forwarding priority 32 cost 2/)
  expect(text).toContain('inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0')
  expect(text).toMatch(/net +2 +\d+ \S+ +\d+ \/run\/netns\/red /)
  expect(text).toContain('back in red it is down and has 0 addresses')
  expect(text.includes(' 0% packet loss') || text.includes('6 bytes back from 192.0.2.3')).toBe(true)
}

describe('the demo', () => {
  it('runs as root', async () => {
    const first = await demo()
    expectWholeStory(first)
    expect(first.seconds).toBeGreaterThan(0.1)
    expect(first.seconds).toBeLessThan(limitSeconds)
  })

  it('runs as an ordinary user without a home', async context => {
    const [command = '', ...args] = ordinary
    // A copy, should the checkout be in a folder of root's.
    const folder = copied()
    try {
      const copy = `${folder}/build/test/demo/main.js`
      const script = 'test -r "$1" && test -x "$0" && unshare -rnm true'
      const check = spawnSync(command, [...args, 'sh', '-c', script, process.execPath, copy], { encoding: 'utf8' })
      if (check.error !== undefined || check.status !== 0) {
        // A user namespace of one user has no other.
        const all = readFileSync('/proc/self/uid_map', 'utf8').includes('4294967295')
        lacking(context, `no ordinary user with namespaces: ${check.error?.message ?? check.stderr.trim()}`, all)
      }
      const result = await demo(ordinary, undefined, undefined, copy)
      expectWholeStory(result)
      expect(result.seconds).toBeLessThan(limitSeconds)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('goes on by TCP where ping is not installed', async () => {
    const path = programs('unshare', 'sh', 'mount')
    try {
      const result = await demo([], path)
      expectWholeStory(result)
      expect(result.text).toContain('ping (iputils) is not installed: a TCP echo instead')
      expect(result.text.match(/6 bytes back from/g)?.length).toBeGreaterThanOrEqual(4)
    } finally {
      rmSync(path, { recursive: true })
    }
  })

  // Three at a time: each is in namespaces of its own.
  it.each([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
    [10, 11, 12, 13],
    [14, 14, 14],
  ])('leaves nothing when killed at steps %i, %i and %i', async (...steps) => {
    const kill = (pid: number) => process.kill(pid, 'SIGKILL')
    for (const killed of await Promise.all(steps.map(step => demo([], undefined, at(step, kill))))) {
      expect(killed.signal).toBe('SIGKILL')
      expect(killed.text).not.toContain('all cleaned up')
    }
  })

  it('leaves nothing when its inner process is killed, and runs again', async () => {
    const killed = await demo(
      [],
      undefined,
      at(7, pid => {
        const inner = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
        process.kill(Number(inner), 'SIGKILL')
      }),
    )
    expect(killed.status).toBe(137)
    expect(killed.text).toContain('demo: ended by SIGKILL; its namespaces went with it')
    expectWholeStory(await demo())
  })

  it('cleans up when it is stopped', async () => {
    const stopped = await demo(
      [],
      undefined,
      at(6, pid => process.kill(pid, 'SIGINT')),
    )
    expect(stopped.status).toBe(1)
    expect(stopped.text).toMatch(/stopped by SIGINT[\s\S]*host\.link\.delete\('br0'\)[\s\S]*netns\.delete\('red'\)/)
    expect(stopped.text).toContain('stopped early, all cleaned up')
  })

  it('says in one line what is missing', async () => {
    const { status, text } = await demo([], '/run/no-such-folder')
    expect({ status, text }).toEqual({
      status: 1,
      text: 'demo: cannot run here: needs unshare (util-linux), which is not installed\n',
    })
  })

  it('says in one line when namespaces are refused', async () => {
    // Nobody's user namespaces: the limit counts for this one and those below it.
    const forbid = ['unshare', '-r', 'sh', '-c', 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"', 'sh']
    const drop = ['setpriv', '--bounding-set', '-sys_admin', '--inh-caps=-all']
    const { status, text } = await demo([...forbid, ...drop])
    expect(status).toBe(1)
    expect(text).toMatch(/^demo: cannot run here: unshare: .*\(user namespaces are forbidden: .*= 0\)\n$/)
  })
})

describe('what it prints', () => {
  it('is what the tools print', () => {
    ip('link', 'add', 'br7', 'type', 'bridge')
    try {
      ip('link', 'add', 'v7', 'master', 'br7', 'up', 'type', 'veth', 'peer', 'name', 'w7')
      ip('link', 'set', 'br7', 'up')
      ip('addr', 'add', '192.0.2.7/24', 'brd', '+', 'dev', 'br7')
      ip('addr', 'add', '192.0.2.8', 'peer', '198.51.100.8/32', 'dev', 'w7', 'valid_lft', '600', 'preferred_lft', '300')
      using rt = openSync()
      // The kernel looks at carriers a little later (linkwatch).
      rt.link.wait('v7', link => link?.operstate === 'lowerlayerdown' || link?.operstate === 'down')
      rt.link.wait('br7', link => link?.operstate === 'down')
      // Lifetimes count down between the two.
      const still = (text: string) =>
        text.replaceAll(/\b(599|298|299)sec/g, match => (match === '599sec' ? '600sec' : '300sec'))
      // A kernel with tunnels puts some of its own into every namespace; the demo makes none and does not print them as `ip` does.
      const made = new Set(['lo', 'br7', 'v7', 'w7'])
      const links = rt.link.list().filter(link => made.has(link.name))
      const blocks = ip('a')
        .split(/^(?=\d+: )/m)
        .filter(block => made.has(/^\d+: ([^:@]+)/.exec(block)?.[1] ?? ''))
      expect(links).toHaveLength(made.size)
      expect(still(`${ipAddresses(links, rt.addr.list()).join('\n')}\n`)).toBe(still(blocks.join('')))
      const bridge = execFileSync('bridge', ['link', 'show'], { encoding: 'utf8' })
      expect(`${bridgeLinks(rt.link.list()).join('\n')}\n`).toBe(bridge)
      const { address = '' } = rt.link.get('br7')
      expect(brctlShow(rt.link.list()).slice(1)).toEqual([`br7\t\t8000.${address.replaceAll(':', '')}\tno\t\tv7`])
    } finally {
      ip('link', 'delete', 'v7')
      ip('link', 'delete', 'br7')
    }
  })
})
