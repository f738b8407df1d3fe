// Another process of root's that makes up messages, and children that should inherit nothing.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { open, openSync } from '../../src/index.js'
import * as netns from '../../src/netns.js'
import { lockPath } from '../../src/sys/flock.js'
import { requireTool } from '../support/probe.js'

/** Sends a made-up RTM_NEWLINK and RTM_DELLINK of lo to every rtnetlink socket of the namespace, and to the group of links. */
const forger = `
import socket, struct
ports = [int(line.split()[2]) for line in open('/proc/thread-self/net/netlink').readlines()[1:] if line.split()[1] == '0']
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.bind((0, 0))
sent = 0
for type in (16, 17):
    name = struct.pack('=HH', 8, 3) + b'lo\\0\\0'
    message = struct.pack('=IHHII', 40, type, 0, 0, 0) + struct.pack('=BxHiII', 0, 772, 1, 0, 0) + name
    for port in ports:
        if port != 0:
            try:
                s.sendto(message, (port, 0))
            except OSError:
                pass
    s.sendto(message, (0, 1))
    sent += 1
print(sent)`

describe('adv-49 messages that a process makes up', () => {
  it('reach neither monitor nor watch, by unicast or by multicast, and are counted', async context => {
    requireTool(context, 'python3')
    await using rt = await open()
    await using events = rt.monitor({ groups: ['link'] })
    await using state = rt.watch({ link: true })
    let ready = false
    const reported: string[] = []
    const reading = (async () => {
      for await (const event of state) {
        if (event.type === 'ready') ready = true
        else if (ready) reported.push(`${event.type} ${'action' in event ? event.action : ''}`)
      }
    })()
    await expect.poll(() => ready).toBe(true)
    expect(execFileSync('python3', ['-c', forger], { encoding: 'utf8' })).toBe('2\n')
    await rt.link.add({ name: 'br0', info: { kind: 'bridge' } })
    try {
      expect((await events.next()).value).toMatchObject({ type: 'link', action: 'new', link: { name: 'br0' } })
      // Two unicast, two by the group.
      expect(events.counters.spoofed).toBe(4)
      await expect.poll(() => reported).toContain('link added')
      expect(reported.filter(event => event.includes('removed'))).toEqual([])
      expect(state.current().link.map(link => link.name)).toEqual(expect.arrayContaining(['lo', 'br0']))
      expect((await rt.link.list()).length).toBe(state.current().link.length)
    } finally {
      await rt.link.delete('br0')
    }
    await state.close()
    await reading
  })
})

describe('adv-60 a child', () => {
  it('inherits no descriptor of the library, whatever is open', async () => {
    netns.create('blue').close()
    try {
      const inherited = () => execFileSync('sh', ['-c', 'ls /proc/self/fd | wc -l'], { encoding: 'utf8' }).trim()
      const before = inherited()
      const own = readdirSync('/proc/self/fd').length
      using blue = netns.open('blue')
      using _here = netns.current()
      using _lock = lockPath('/run/netns')
      await using rt = await open()
      await using far = await open({ netns: 'blue' })
      using _blocking = openSync({ netns: blue })
      await using events = rt.monitor({ groups: ['link'] })
      const waiting = events.next()
      await using state = rt.watch({ link: true, addr: true })
      const reader = state[Symbol.asyncIterator]()
      await reader.next()
      const dump = rt.link.dump()
      await dump.next()
      await far.link.list()
      expect(readdirSync('/proc/self/fd').length).toBeGreaterThan(own + 8)
      expect(inherited()).toBe(before)
      const child = netns.spawn(blue, 'sleep', ['20'], { stdio: 'ignore' })
      try {
        const folder = `/proc/${child.pid}/fd`
        await expect.poll(() => readFileSync(`/proc/${child.pid}/comm`, 'utf8')).toBe('sleep\n')
        // Libraries are there while they are loaded; pipes of the test runner's may be there.
        const targetOf = (fd: string): string[] => {
          try {
            return [readlinkSync(`${folder}/${fd}`)]
          } catch (error) {
            expect((error as NodeJS.ErrnoException).code).toBe('ENOENT')
            return []
          }
        }
        const targets = readdirSync(folder).flatMap(targetOf)
        expect(targets.slice(0, 3)).toEqual(Array(3).fill('/dev/null'))
        expect(targets.filter(target => /^(?:socket:|net:|anon_inode:|\/run\/)/.test(target))).toEqual([])
      } finally {
        child.kill()
      }
      await dump.return?.()
      await events.close()
      await waiting
    } finally {
      netns.delete('blue')
    }
  })
})
