import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { lockPath } from '../../../src/sys/flock.js'
import { tryUnmount } from '../../../src/sys/mount.js'
import { runModule } from '../../support/child.js'
import { requireThat } from '../../support/probe.js'

const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8' })
const own = () => readlinkSync('/proc/thread-self/ns/net')
const descriptors = () => readdirSync('/proc/self/fd').length
/** Mounts whose mount point is the directory itself. */
const directoryMounts = () => (readFileSync('/proc/self/mountinfo', 'utf8').match(/ \/run\/netns /g) ?? []).length

let home: string
beforeAll(() => {
  home = own()
})
afterEach(() => {
  // Whatever a test did, the thread is back.
  expect(own()).toBe(home)
  for (const name of directory()) netns.delete(name)
})

function directory(): string[] {
  try {
    return readdirSync('/run/netns')
  } catch {
    return []
  }
}

describe('create', () => {
  it('makes what ip netns shows and enters', () => {
    using blue = netns.create('blue')
    expect(ip('netns', 'list').trim()).toBe('blue')
    const inside = execFileSync('nsenter', ['--net=/run/netns/blue', 'readlink', '/proc/self/ns/net'], {
      encoding: 'utf8',
    })
    expect(inside.trim()).toBe(`net:[${blue.inode}]`)
    expect(inside.trim()).not.toBe(home)
    // Beside the fallback devices of tunnels that are loaded: gre0@NONE …
    const links = ip('-n', 'blue', '-o', 'link').trim().split('\n')
    expect(links.filter(line => !line.includes('@NONE'))).toEqual([expect.stringMatching(/^1: lo: /)])
    expect(statSync('/run/netns/blue').mode & 0o777).toBe(0o444)
    expect(statSync('/run/netns').mode & 0o777).toBe(0o755)
  })

  it('makes one without a name, which goes with its handle', async () => {
    const handle = netns.create()
    const { inode, cookie } = handle
    expect(directory()).toEqual([])
    expect(netns.list()).toContainEqual(expect.objectContaining({ inode, cookie, names: [], pids: [] }))
    expect(netns.run(handle, own)).toBe(`net:[${inode}]`)
    handle.close()
    expect(netns.list().map(one => one.cookie)).not.toContain(cookie)
  })

  it('takes no name that is undefined for none', () => {
    expect(() => netns.create(undefined as never)).toThrow(expect.objectContaining({ code: 'ERR_NETLINK_BAD_VALUE' }))
  })

  it('leaves one mount for the directory, shared like that of ip', () => {
    netns.create('a').close()
    netns.create('b').close()
    ip('netns', 'add', 'c')
    expect(directoryMounts()).toBe(1)
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toMatch(/ \/run\/netns \S+ shared:\d+ /)
  })

  it('refuses a name that is taken, and leaves it as it was', () => {
    using blue = netns.create('blue')
    const before = descriptors()
    expect(() => netns.create('blue')).toThrow('EEXIST')
    expect(descriptors()).toBe(before)
    using again = netns.open('blue')
    expect(again.inode).toBe(blue.inode)
  })

  it('adv-73 works from 20 threads of 5 processes at once, the first that use the directory', async () => {
    // Another test may have left its mount.
    while (directoryMounts() > 0) tryUnmount('/run/netns')
    // All of them are up, and wait in open(2), before the first creates.
    execFileSync('mkfifo', ['/run/go'])
    const thread = (name: string) => `
      import * as netns from ${JSON.stringify(new URL('../../../dist/netns.js', import.meta.url).href)}
      import { readFileSync, writeFileSync } from 'node:fs'
      writeFileSync('/run/up-${name}', '')
      readFileSync('/run/go')
      netns.create('${name}').close()`
    const children = ['a', 'b', 'c', 'd', 'e'].map(process => {
      const urls = [0, 1, 2, 3].map(i => `data:text/javascript,${encodeURIComponent(thread(`${process}${i}`))}`)
      return runModule(`
        import { Worker } from 'node:worker_threads'
        for (const url of ${JSON.stringify(urls)}) new Worker(new URL(url))`)
    })
    const up = () => readdirSync('/run').filter(name => name.startsWith('up-')).length
    await expect.poll(up, { timeout: 50_000 }).toBe(20)
    writeFileSync('/run/go', '')
    for (const child of await Promise.all(children)) expect(child).toMatchObject({ code: 0, stderr: '' })
    expect(ip('netns', 'list').trim().split('\n')).toHaveLength(20)
    expect(directoryMounts()).toBe(1)
  })

  it('adv-73 waits for the process that is preparing the directory', async () => {
    mkdirSync('/run/netns', { recursive: true })
    while (directoryMounts() > 0) tryUnmount('/run/netns')
    const lock = lockPath('/run/netns')
    const child = runModule(`console.log('up'); netns.create('late').close()`)
    const first = await Promise.race([child, new Promise(resolve => setTimeout(resolve, 3000, 'waits'))])
    expect(first).toBe('waits')
    expect(directoryMounts()).toBe(0)
    expect(directory()).toEqual([])
    lock[Symbol.dispose]()
    expect(await child).toMatchObject({ code: 0, stdout: 'up\n', stderr: '' })
    expect(directoryMounts()).toBe(1)
    expect(directory()).toEqual(['late'])
  })

  it('names the capability that is missing', async context => {
    const whole = /^\s*0\s+0\s+4294967295/.test(readFileSync('/proc/self/uid_map', 'utf8'))
    requireThat(context, whole, 'a user namespace that maps one user has nobody to become')
    // The child gives up its capabilities by becoming nobody; node has no call for capabilities alone.
    netns.create('blue').close()
    const { stdout } = await runModule(`
      netns.current().close()
      process.setegid(65534); process.seteuid(65534)
      for (const call of [() => netns.run('blue', () => 0), () => netns.create('green')]) {
        try { call() } catch (error) { console.log(error.code, error.message) }
      }`)
    const [enter, create] = stdout.trim().split('\n')
    expect(enter).toMatch(/^EPERM setns: .*CAP_SYS_ADMIN/)
    expect(create).toMatch(/^(EPERM|EACCES) /)
  })
})

describe('delete', () => {
  it('removes the name, for ip too', () => {
    netns.create('blue').close()
    netns.delete('blue')
    expect(ip('netns', 'list')).toBe('')
    expect(() => netns.delete('blue')).toThrow('no network namespace named "blue"')
  })

  it('removes what ip made', () => {
    ip('netns', 'add', 'red')
    netns.delete('red')
    expect(ip('netns', 'list')).toBe('')
  })

  it('keeps the namespace for who holds it', () => {
    using blue = netns.create('blue')
    netns.delete('blue')
    expect(netns.run(blue, own)).toBe(`net:[${blue.inode}]`)
  })

  it('of a link to another name leaves that as it was', () => {
    using blue = netns.create('blue')
    symlinkSync('/run/netns/blue', '/run/netns/azure')
    netns.delete('azure')
    using opened = netns.open('blue')
    expect(opened.inode).toBe(blue.inode)
    expect(readdirSync('/run/netns')).toEqual(['blue'])
  })

  it('adv-73 removes a stale file, which open refuses', () => {
    netns.create('blue').close()
    writeFileSync('/run/netns/stale', '')
    expect(() => netns.open('stale')).toThrow('/run/netns/stale is not a namespace')
    netns.delete('stale')
    expect(readdirSync('/run/netns')).toEqual(['blue'])
  })
})

describe('handles and references', () => {
  it('lead to one namespace by name, path, process and descriptor', () => {
    using blue = netns.create('blue')
    const child = netns.spawn('blue', 'sleep', ['20'], { stdio: 'ignore' })
    try {
      const { pid } = child
      if (pid === undefined) throw new Error('sleep did not start')
      for (const ref of ['blue', { path: '/run/netns/blue' }, { pid }, { fd: blue.fd }, blue]) {
        using opened = netns.open(ref)
        expect(opened.inode).toBe(blue.inode)
        expect(opened.cookie).toBe(blue.cookie)
        expect(opened.fd).not.toBe(blue.fd)
      }
    } finally {
      child.kill()
    }
  })

  it('have a cookie of their own', () => {
    using blue = netns.create('blue')
    using red = netns.create('red')
    using here = netns.current()
    expect(new Set([blue.cookie, red.cookie, here.cookie]).size).toBe(3)
    expect(`net:[${here.inode}]`).toBe(home)
  })

  it('close once, and then lead nowhere', () => {
    const before = descriptors()
    const blue = netns.create('blue')
    expect(descriptors()).toBe(before + 1)
    blue.close()
    blue.close()
    expect(descriptors()).toBe(before)
    expect(blue.fd).toBe(-1)
    for (const call of [
      () => netns.run(blue, own),
      () => netns.open(blue),
      () => blue.cookie,
      () => openSync({ netns: blue }),
    ])
      expect(call).toThrow('the handle of the network namespace is closed')
  })

  it('mean a process of this pid namespace, whatever /proc counts', async context => {
    requireThat(context, spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0, 'no pid namespaces')
    // The first process there; another has that number in the /proc that is mounted.
    const { stdout, stderr } = await runModule(
      `const [here, opened] = [netns.current(), netns.open({ pid: process.pid })]
      const { unreadable } = netns.list().at(-1)
      console.log(process.pid, opened.inode === here.inode, unreadable.find(line => line.startsWith('/proc:')))`,
      ['unshare', '--pid', '--fork'],
    )
    expect(stderr + stdout).toBe('1 true /proc: not that of this pid namespace\n')
  })

  it('refuse a process that has ended', async () => {
    const child = netns.spawn({ pid: process.pid }, 'true')
    await new Promise(resolve => child.on('exit', resolve))
    expect(() => netns.open({ pid: child.pid ?? 0 })).toThrow('ESRCH')
  })

  it('adv-72 refuse a process that ends while it is opened', async () => {
    // A zombie is what a process may become between the two looks at it: there is a pid, and no namespace.
    const parent = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      const pid = await new Promise<number>(resolve => parent.stdout.once('data', data => resolve(Number(data))))
      await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(' (sleep) Z ')
      const before = descriptors()
      expect(() => netns.open({ pid })).toThrow('ESRCH')
      expect(descriptors()).toBe(before)
    } finally {
      parent.kill()
    }
  })
})

describe('attach', () => {
  it('names the namespace of a process, as ip netns attach does', () => {
    using blue = netns.create('blue')
    const child = netns.spawn('blue', 'sleep', ['20'], { stdio: 'ignore' })
    try {
      netns.attach('azure', child.pid ?? 0)
      using azure = netns.open('azure')
      expect(azure.inode).toBe(blue.inode)
      expect(ip('netns', 'list').trim().split('\n').sort()).toEqual(['azure', 'blue'])
      expect(() => netns.attach('azure', child.pid ?? 0)).toThrow('EEXIST')
    } finally {
      child.kill()
    }
    expect(() => netns.attach('none', 0x7fffffff)).toThrow('ESRCH')
    expect(readdirSync('/run/netns')).not.toContain('none')
  })
})

describe('id', () => {
  it('is what ip shows, −1 without one', () => {
    using blue = netns.create('blue')
    expect(netns.id('blue')).toBe(-1)
    ip('netns', 'set', 'blue', '42')
    expect(netns.id(blue)).toBe(42)
    expect(ip('netns', 'list')).toContain('id: 42')
    // Ids are relative: blue has none for us.
    using here = netns.current()
    expect(netns.run(blue, () => netns.id(here))).toBe(-1)
  })
})
