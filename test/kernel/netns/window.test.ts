import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { MS_BIND, mount, tryUnmount } from '../../../src/sys/mount.js'
import { NetlinkSocket } from '../../../src/sys/socket.js'
import { runModule, runScript } from '../../support/child.js'
import { requireDevice, requireTool } from '../../support/probe.js'

const own = () => readlinkSync('/proc/thread-self/ns/net')
const descriptors = () => readdirSync('/proc/self/fd').length
const home = own()
let blue: netns.Namespace
let inside: string
beforeEach(() => {
  blue = netns.create('blue')
  inside = `net:[${blue.inode}]`
})
afterEach(() => {
  expect(own()).toBe(home)
  blue.close()
  netns.delete('blue')
})

/** TCP sockets in the thread's namespace: the lines of both files but for their headings. */
const listeners = () =>
  ['tcp', 'tcp6'].flatMap(file => readFileSync(`/proc/thread-self/net/${file}`, 'utf8').trim().split('\n').slice(1))
    .length

/** What a child prints until it ends. */
async function output(child: ReturnType<typeof netns.spawn>): Promise<string> {
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (data: string) => {
    text += data
  })
  await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject))
  return text.trim()
}

describe('run', () => {
  it('is inside and comes back, nested too', () => {
    using red = netns.create('red')
    try {
      expect(netns.run('blue', own)).toBe(inside)
      expect(netns.run('blue', () => [netns.run(red, own), own()])).toEqual([`net:[${red.inode}]`, inside])
    } finally {
      netns.delete('red')
    }
  })

  it('comes back when the function throws', () => {
    const before = descriptors()
    const failure = new Error('mine')
    expect(() =>
      netns.run('blue', () => {
        throw failure
      }),
    ).toThrow(failure)
    expect(own()).toBe(home)
    expect(descriptors()).toBe(before)
  })

  it('refuses asynchronous functions, by type and at run time', async () => {
    // @ts-expect-error: the callback must be synchronous
    expect(() => netns.run('blue', async () => 1)).toThrow(TypeError)
    // @ts-expect-error: the same for a rejection, which must not end the process
    expect(() => netns.run('blue', () => Promise.reject(new Error('late')))).toThrow('synchronous')
    expectTypeOf(netns.run('blue', () => 'text')).toEqualTypeOf<string>()
    await new Promise(resolve => setTimeout(resolve, 5))
  })

  it('makes sockets that stay inside', async () => {
    // Without a host: with one, node looks it up first and makes the socket after the window.
    const server = netns.run('blue', () => createServer().listen(0))
    try {
      await new Promise(resolve => server.once('listening', resolve))
      expect(netns.run('blue', listeners)).toBe(1)
      expect(listeners()).toBe(0)
    } finally {
      server.close()
    }
  })

  it('opens netlink sockets inside', () => {
    execFileSync('ip', ['-n', 'blue', 'link', 'property', 'add', 'dev', 'lo', 'altname', 'bluelo'])
    for (const ref of ['blue', blue, { path: '/run/netns/blue' }]) {
      using socket = NetlinkSocket.open({ protocol: 0, strict: true, netns: ref })
      expect(socket.ifindex('bluelo')).toBe(1)
    }
    using outside = NetlinkSocket.open({ protocol: 0, strict: true })
    expect(outside.ifindex('bluelo')).toBe(-19)
  })

  it('adv-71 leaves the pool outside', async () => {
    const { stdout, stderr } = await runScript(`
      const dns = require('node:dns').promises
      const { promises, readdirSync, readlinkSync } = require('node:fs')
      const spaces = () => readdirSync('/proc/self/task').map(id => readlinkSync('/proc/self/task/' + id + '/ns/net'))
      const before = spaces().length
      const work = async () => {
        const jobs = []
        for (let i = 0; i < 1000; i++) {
          netns.run('blue', () => {
            jobs.push(promises.stat('/'))
            if (i % 100 === 0) jobs.push(dns.lookup('localhost').catch(() => undefined))
          })
          if (i % 50 === 0) await jobs.at(-1)
        }
        await Promise.all(jobs)
        console.log(spaces().length - before, [...new Set(spaces())].join())
      }
      work()`)
    expect(stderr).toBe('')
    // The four threads of the pool were made in the first window.
    expect(stdout.trim()).toBe(`4 ${home}`)
  })
})

// The descriptor of the own namespace is the first namespace descriptor that a window opens after its target.
const sabotage = `
  import { closeSync, readdirSync, readlinkSync } from 'node:fs'
  const cut = () => {
    const own = readlinkSync('/proc/self/ns/net')
    netns.run('blue', () => {
      for (const fd of readdirSync('/proc/self/fd')) {
        let target = ''
        try { target = readlinkSync('/proc/self/fd/' + fd) } catch {}
        if (target === own) closeSync(Number(fd))
      }
    })
    console.log('still here')
  }`

describe('a window with no way back', () => {
  it('adv-70 ends the process with one line', async () => {
    const { signal, stdout, stderr } = await runModule(`${sabotage}\ncut()`)
    expect({ signal, stdout }).toEqual({ signal: 'SIGABRT', stdout: '' })
    expect(stderr).toMatch(/^rtnetlink: setns: EBADF: no way back to the own network namespace, aborting\n/)
  })

  it('adv-70 ends it from a Worker too', async () => {
    const dist = new URL('../../../dist/netns.js', import.meta.url).href
    const code = `import * as netns from ${JSON.stringify(dist)}\n${sabotage}\ncut()`
    const url = `data:text/javascript,${encodeURIComponent(code)}`
    const { signal, stdout } = await runModule(`
      import { Worker } from 'node:worker_threads'
      new Worker(new URL(${JSON.stringify(url)}))
      setTimeout(() => console.log('survived'), 5000)`)
    expect({ signal, stdout }).toEqual({ signal: 'SIGABRT', stdout: '' })
  })
})

describe('spawn', () => {
  it('starts children where nsenter would', async () => {
    expect(await output(netns.spawn('blue', 'readlink', ['/proc/self/ns/net']))).toBe(inside)
    const shell = netns.spawn(blue, 'readlink /proc/self/ns/net; echo "$X"', [], { shell: true, env: { X: 'y' } })
    expect(await output(shell)).toBe(`${inside}\ny`)
  })

  it('reports a missing program as child_process does', async () => {
    // A folder in PATH that may not be read would make it EACCES.
    const child = netns.spawn('blue', 'no-such-program', [], { env: { PATH: '/usr/bin:/bin' } })
    const error = await new Promise<NodeJS.ErrnoException>(resolve => child.once('error', resolve))
    expect(error.code).toBe('ENOENT')
  })

  it('mounts what ip netns exec mounts', async context => {
    requireTool(context, 'unshare')
    requireDevice(context, '/dev/net/tun')
    // An /etc of our own, so that the machine's stays as it is.
    const etc = '/run/etc/netns/blue'
    mkdirSync(etc, { recursive: true })
    writeFileSync('/run/etc/hostname', 'outside\n')
    writeFileSync(`${etc}/hostname`, '192.0.2.53\n')
    mount('/run/etc', '/etc', null, MS_BIND)
    try {
      execFileSync('ip', ['-n', 'blue', 'tuntap', 'add', 'name', 'tap7', 'mode', 'tap'])
      const command = 'ls /sys/class/net; cat /etc/hostname; readlink /proc/self/ns/net'
      const theirs = execFileSync('ip', ['netns', 'exec', 'blue', 'sh', '-c', command], { encoding: 'utf8' }).trim()
      const ours = await output(netns.spawn('blue', 'sh', ['-c', command], { mounts: true }))
      expect(ours).toBe(theirs)
      expect(ours).toContain('tap7')
      expect(ours).toContain('192.0.2.53')
      expect(await output(netns.spawn('blue', command, [], { mounts: true, shell: true }))).toBe(theirs)
      expect(readFileSync('/etc/hostname', 'utf8')).toBe('outside\n')
    } finally {
      tryUnmount('/etc')
    }
  })
})

it.for([
  { uid: 65534, gid: 65533 },
  { uid: 65534 },
  { gid: 65533 },
  { uid: 65534, gid: 65533, mounts: true },
  { uid: 65534, mounts: true },
  { gid: 65533, mounts: true },
])('spawn runs a program as somebody else with %o', async (options, context) => {
  if (options.mounts === true) requireTool(context, 'setpriv')
  using space = netns.create('other')
  try {
    const script = 'id -u; id -g; id -G; readlink /proc/self/ns/net'
    const { uid = 0, gid = 0 } = options
    const [user, group, groups, own] = (await output(netns.spawn('other', 'sh', ['-c', script], options))).split('\n')
    expect([user, group, groups, own]).toEqual([String(uid), String(gid), String(gid), `net:[${space.inode}]`])
  } finally {
    netns.delete('other')
  }
})

it('spawn refuses an argv0 that a program behind mounts would not get', async () => {
  const options = { argv0: 'named' }
  expect(await output(netns.spawn({ pid: process.pid }, 'sh', ['-c', 'echo $0'], options))).toBe('named')
  const spawn = (): unknown => netns.spawn({ pid: process.pid }, 'sh', [], { ...options, mounts: true })
  expect(spawn).toThrow(new TypeError('netns.spawn takes no argv0 with mounts: a shell starts the program'))
})

it.each(['-x', '--', '-o'])('spawn takes %j for a name, not for an option of mount', async name => {
  using space = netns.create(name)
  try {
    const child = netns.spawn(name, 'readlink', ['/proc/self/ns/net'], { mounts: true })
    expect(await output(child)).toBe(`net:[${space.inode}]`)
  } finally {
    netns.delete(name)
  }
})

describe('worker', () => {
  it('lives inside, and so do its sockets and children', async () => {
    const code = `
      import { parentPort } from 'node:worker_threads'
      import { execFileSync } from 'node:child_process'
      import { readlinkSync } from 'node:fs'
      await new Promise(resolve => setTimeout(resolve, 5))
      parentPort.postMessage([
        readlinkSync('/proc/thread-self/ns/net'),
        execFileSync('readlink', ['/proc/self/ns/net'], { encoding: 'utf8' }).trim(),
      ])`
    const start = () => netns.worker('blue', new URL(`data:text/javascript,${encodeURIComponent(code)}`))
    const answers = await Promise.all(
      Array.from(
        { length: 3 },
        () => new Promise((resolve, reject) => start().once('message', resolve).once('error', reject)),
      ),
    )
    expect(answers).toEqual(Array.from({ length: 3 }, () => [inside, inside]))
  })

  it('opens processes and lists namespaces without a warning', async () => {
    const code = `
      import { workerData } from 'node:worker_threads'
      import * as netns from ${JSON.stringify(new URL('../../../dist/netns.js', import.meta.url).href)}
      netns.open({ pid: process.pid }).close()
      console.log(netns.list().some(({ inode }) => inode === workerData))`
    const url = JSON.stringify(`data:text/javascript,${encodeURIComponent(code)}`)
    const { stdout, stderr } = await runModule(`
      import { createServer } from 'node:net'
      import { Worker } from 'node:worker_threads'
      // Held by a socket alone.
      const space = netns.create('temporary')
      netns.delete('temporary')
      const server = netns.run(space, () => createServer().listen('/run/worker.sock'))
      space.close()
      new Worker(new URL(${url}), { workerData: space.inode }).on('exit', () => server.close())`)
    expect({ stdout, stderr }).toEqual({ stdout: 'true\n', stderr: '' })
  })

  const busy = "rt.monitor({ groups: ['link'] }).next(); await rt.watch({ link: true }).ready()"
  it.each([
    ['by itself', ''],
    ['by process.exit', `${busy}; process.exit()`],
    ['by terminate', `${busy}; parentPort.postMessage('terminate')`],
  ])('leaves no descriptor when it ends %s with clients that are open', async (_, end) => {
    const dist = new URL('../../../dist/', import.meta.url).href
    const code = `
      import { parentPort } from 'node:worker_threads'
      import { open } from ${JSON.stringify(`${dist}index.js`)}
      const rt = await open()
      await rt.link.list()
      ${end}`
    const { stdout, stderr } = await runModule(`
      import { readdirSync } from 'node:fs'
      const descriptors = () => readdirSync('/proc/self/fd').length
      const run = () => new Promise((resolve, reject) => {
        const worker = netns.worker('blue', new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(code)}`)}))
        worker.on('message', () => worker.terminate()).on('error', reject).on('exit', resolve)
      })
      await run()
      const before = descriptors()
      for (let i = 0; i < 5; i++) await run()
      console.log(descriptors() - before)`)
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' })
  })

  it('adv-72 creates namespaces from inside', async () => {
    const dist = new URL('../../../dist/netns.js', import.meta.url).href
    const code = `
      import { readlinkSync } from 'node:fs'
      import { parentPort } from 'node:worker_threads'
      import * as netns from ${JSON.stringify(dist)}
      const own = () => readlinkSync('/proc/thread-self/ns/net')
      const green = netns.create('green')
      parentPort.postMessage([own(), green.inode, netns.run('green', own)])
      green.close()`
    const worker = netns.worker('blue', new URL(`data:text/javascript,${encodeURIComponent(code)}`))
    const answer = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    try {
      using green = netns.open('green')
      expect(answer).toEqual([inside, green.inode, `net:[${green.inode}]`])
      expect([home, inside]).not.toContain(`net:[${green.inode}]`)
    } finally {
      netns.delete('green')
    }
  })
})

describe('tuntap', () => {
  const links = () => execFileSync('ip', ['-n', 'blue', '-o', 'tuntap'], { encoding: 'utf8' })

  it('makes an interface that ends with its descriptor', context => {
    requireDevice(context, '/dev/net/tun')
    {
      using tap = netns.tuntap('blue', { mode: 'tap', name: 'tap%d' })
      expect(tap.name).toBe('tap0')
      expect(links()).toMatch(/^tap0: tap/)
      expect(() => netns.tuntap('blue', { mode: 'tap', name: 'tap0' })).toThrow('ioctl TUNSETIFF: EBUSY')
      expect(() => netns.tuntap('blue', { mode: 'tun', name: 'tap0' })).toThrow('ioctl TUNSETIFF: EINVAL')
    }
    expect(links()).toBe('')
    expect(execFileSync('ip', ['-o', 'tuntap'], { encoding: 'utf8' })).toBe('')
  })

  it('makes one that stays, for a user', context => {
    requireDevice(context, '/dev/net/tun')
    const before = descriptors()
    netns.tuntap('blue', { mode: 'tun', name: 'tun9', user: 0, group: 0, persist: true, multiQueue: true }).close()
    expect(links()).toMatch(/^tun9: tun .*multi_queue.*persist.*user 0 group 0/)
    netns.tuntap('blue', { mode: 'tun', name: 'tun9', persist: false, multiQueue: true }).close()
    expect(links()).toBe('')
    expect(descriptors()).toBe(before)
  })

  it('names it as links are named where that is no UTF-8', context => {
    requireDevice(context, '/dev/net/tun')
    using tap = netns.tuntap('blue', { mode: 'tap', name: 'x\udcff' })
    expect(tap.name).toBe('x\udcff')
    using inside = openSync({ netns: 'blue' })
    expect(inside.link.get(tap.name).name).toBe(tap.name)
  })

  it.each([
    { name: 'sixteen_bytes_xx' },
    { name: 'a\0b' },
    { name: 'y\ud800' },
    { mode: 'tapp' },
    { mode: undefined },
    { user: 'root' },
    { user: Number.NaN },
    { user: 1.5 },
    { user: 2 ** 32 - 1 },
    { group: -2 },
    { persist: 'no' },
  ])('refuses %j', wrong => {
    const [fieldPath] = Object.keys(wrong)
    const options = { mode: 'tap', ...wrong } as never
    expect(() => netns.tuntap('blue', options)).toThrow(
      expect.objectContaining({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath }),
    )
  })

  it('refuses an option that there is not', () => {
    expect(() => netns.tuntap('blue', { mode: 'tap', usr: 5 } as never)).toThrow(TypeError)
  })
})
