import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetlinkSocket } from '../../../src/sys/socket.js'
import { littleEndian as le } from '../../../src/wire/endian.js'
import { viewOf } from '../../../src/wire/nlmsghdr.js'
import { ACK_LENGTH, noop } from '../../support/noop.js'

const EAGAIN = -11
const EBADF = -9
const EINVAL = -22
const ENODEV = -19
const ENAMETOOLONG = -36
const EMSGSIZE = -90

const buffer = new Uint8Array(32768)
const descriptors = () => readdirSync('/proc/self/fd').length
let socket: NetlinkSocket
beforeEach(() => {
  socket = NetlinkSocket.open({ protocol: 0, strict: true })
})
afterEach(() => socket.close())

describe('send and receive', () => {
  it('answers within the system call', () => {
    expect(socket.receive(buffer)).toBe(EAGAIN)
    expect(socket.send(noop(7), 16)).toBe(16)
    expect(socket.receive(buffer)).toBe(ACK_LENGTH)
    expect(viewOf(buffer).getUint32(8, le)).toBe(7)
    expect(viewOf(buffer).getUint32(12, le)).toBe(socket.portId)
    expect(socket).toMatchObject({ sourcePid: 0, sourceGroups: 0, nsid: undefined, truncated: false })
    expect(socket.receive(buffer)).toBe(EAGAIN)
  })

  it('tells the whole length of a datagram that is longer than the buffer', () => {
    const small = new Uint8Array(8)
    socket.send(noop(1), 16)
    expect(socket.receive(small)).toBe(ACK_LENGTH)
    expect(socket.truncated).toBe(true)
    socket.send(noop(2), 16)
    expect(socket.receive(buffer)).toBe(ACK_LENGTH)
    expect(socket.truncated).toBe(false)
  })

  it('follows the buffers it is given, views into larger ones too', () => {
    const large = new Uint8Array(128)
    large.set(noop(3), 40)
    expect(socket.send(large.subarray(40), 16)).toBe(16)
    expect(socket.receive(large.subarray(64))).toBe(ACK_LENGTH)
    expect(viewOf(large).getUint32(64 + 8, le)).toBe(3)
  })

  it('gives errors as numbers', () => {
    expect(socket.send(noop(1), 17)).toBe(EINVAL)
    expect(socket.send(new Uint8Array(4_000_000), 4_000_000)).toBe(EMSGSIZE)
  })

  it('lets the kernel choose different port ids', () => {
    using other = NetlinkSocket.open({ protocol: 0, strict: true })
    expect(other.portId).not.toBe(socket.portId)
    expect(readFileSync('/proc/thread-self/net/netlink', 'utf8')).toContain(` ${socket.portId} `)
  })

  it('throws what socket() says', () => {
    expect(() => NetlinkSocket.open({ protocol: 31, strict: true })).toThrow('socket: EPROTONOSUPPORT')
  })
})

describe('sendSlow', () => {
  it('sends a copy from the pool', async () => {
    const bytes = noop(9)
    const sent = socket.sendSlow(bytes, 16)
    bytes.fill(0xff)
    expect(await sent).toBe(16)
    expect(socket.receive(buffer)).toBe(ACK_LENGTH)
    expect(viewOf(buffer).getUint32(8, le)).toBe(9)
  })

  it('gives errors as numbers', async () => {
    expect(await socket.sendSlow(new Uint8Array(4_000_000), 4_000_000)).toBe(EMSGSIZE)
    expect(await socket.sendSlow(noop(1), 17)).toBe(EINVAL)
  })

  it('keeps the descriptor until it returns', async () => {
    const before = descriptors()
    const sent = socket.sendSlow(noop(1), 16)
    socket.close()
    expect(descriptors()).toBe(before)
    expect(await sent).toBe(16)
    expect(descriptors()).toBe(before - 1)
    expect(await socket.sendSlow(noop(1), 16)).toBe(EBADF)
  })
})

describe('receiveManySlow', () => {
  it('gives what receiveMany gives', async () => {
    const room = 64
    const many = new Uint8Array(3 * room)
    expect(await socket.receiveManySlow(many, room)).toBe(EAGAIN)
    expect(socket.select(0)).toBe(EINVAL)
    for (let seq = 1; seq <= 4; seq++) socket.send(noop(seq), 16)
    const first = socket.receiveManySlow(many, room)
    expect(await first).toBe(3)
    expect([0, 1, 2].map(i => [socket.select(i), socket.truncated, socket.sourcePid, socket.sourceGroups])).toEqual(
      Array(3).fill([ACK_LENGTH, false, 0, 0]),
    )
    expect([0, 1, 2].map(i => viewOf(many).getUint32(i * room + 8, le))).toEqual([1, 2, 3])
    const small = new Uint8Array(2 * 24)
    expect(await socket.receiveManySlow(small, 24)).toBe(1)
    expect([socket.select(0), socket.truncated]).toEqual([ACK_LENGTH, true])
  })

  it('keeps the descriptor until it returns', async () => {
    const before = descriptors()
    socket.send(noop(5), 16)
    const many = new Uint8Array(64)
    const taken = socket.receiveManySlow(many, 64)
    socket.close()
    expect(descriptors()).toBe(before)
    expect(await taken).toBe(1)
    expect(viewOf(many).getUint32(8, le)).toBe(5)
    expect(descriptors()).toBe(before - 1)
    expect(await socket.receiveManySlow(many, 64)).toBe(EBADF)
  })
})

describe('readiness', () => {
  it('blocks until a datagram waits or the time is over', () => {
    const start = performance.now()
    expect(socket.waitReadable(20)).toBe(0)
    expect(performance.now() - start).toBeGreaterThan(15)
    socket.send(noop(1), 16)
    expect(socket.waitReadable(1000)).toBe(1)
    expect(socket.waitReadable(Number.POSITIVE_INFINITY)).toBe(1)
  })

  it('calls back on the event loop, and what awaits goes on at once', async () => {
    const woken = await new Promise<number>(resolve => {
      const watch = socket.onReadable(() => resolve(socket.receive(buffer)))
      watch.start()
      watch.start()
      socket.send(noop(1), 16)
    })
    expect(woken).toBe(ACK_LENGTH)
  })

  it('stops, starts again and is quiet after close', async () => {
    let calls = 0
    const watch = socket.onReadable(() => {
      calls++
      socket.receive(buffer)
    })
    watch.start()
    watch.stop()
    socket.send(noop(1), 16)
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(calls).toBe(0)
    watch.start()
    await expect.poll(() => calls).toBe(1)
    socket.send(noop(2), 16)
    socket.close()
    watch.start()
    watch.close()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(calls).toBe(1)
  })

  it('takes several datagrams at once, each with its length and its sender', () => {
    const room = 24
    const small = new Uint8Array(3 * room)
    expect(socket.receiveMany(small, room)).toBe(EAGAIN)
    expect(socket.select(0)).toBe(EINVAL)
    for (let seq = 1; seq <= 4; seq++) socket.send(noop(seq), 16)
    expect(socket.receiveMany(small, room)).toBe(3)
    for (let i = 0; i < 3; i++) {
      expect([socket.select(i), socket.truncated, socket.sourcePid, socket.sourceGroups]).toEqual([
        ACK_LENGTH,
        true,
        0,
        0,
      ])
      expect(viewOf(small).getUint32(i * room + 8, le)).toBe(i + 1)
    }
    expect(socket.select(3)).toBe(EINVAL)
    const large = new Uint8Array(2 * 128)
    expect(socket.receiveMany(large, 128)).toBe(1)
    expect([socket.select(0), socket.truncated, viewOf(large).getUint32(8, le)]).toEqual([ACK_LENGTH, false, 4])
    using other = NetlinkSocket.open({ protocol: 0, strict: true })
    other.close()
    expect(other.receiveMany(large, 128)).toBe(EBADF)
  })

  it('goes on after ENOBUFS', async () => {
    using events = NetlinkSocket.open({ protocol: 0, strict: true, receiveBuffer: { bytes: 1, force: false } })
    expect(events.join(1)).toBe(0)
    // Each `up` and each `down` of lo is an event of more than 1 KiB; the smallest buffer holds few.
    const toggles = Array.from({ length: 20 }, () => 'link set lo up\nlink set lo down\n').join('')
    execFileSync('ip', ['-batch', '-'], { input: toggles })
    const results: number[] = []
    const watch = events.onReadable(() => {
      for (;;) {
        const result = events.receive(buffer)
        if (result === EAGAIN) return
        results.push(result)
      }
    })
    watch.start()
    await expect.poll(() => results[0]).toBe(-105)
    const seen = results.length
    execFileSync('ip', ['link', 'set', 'lo', 'up'])
    await expect.poll(() => results.length).toBeGreaterThan(seen)
    expect(results.at(-1)).toBeGreaterThan(0)
  })
})

describe('options', () => {
  it('joins groups', () => {
    expect(socket.join(1)).toBe(0)
    execFileSync('ip', ['link', 'set', 'lo', 'mtu', '60000'])
    expect(socket.receive(buffer)).toBeGreaterThan(100)
    expect(socket.sourceGroups).toBe(1)
    execFileSync('ip', ['link', 'set', 'lo', 'mtu', '65536'])
    expect(socket.join(9999)).toBe(EINVAL)
  })

  it('brings the events of other namespaces with their ids', () => {
    execFileSync('ip', ['netns', 'add', 'far'])
    execFileSync('ip', ['netns', 'set', 'far', '7'])
    expect(socket.listenAllNamespaces()).toBe(0)
    socket.join(1)
    execFileSync('ip', ['-n', 'far', 'link', 'set', 'lo', 'mtu', '60000'])
    execFileSync('ip', ['link', 'set', 'lo', 'mtu', '61000'])
    const seen: (number | undefined)[] = []
    for (let left = socket.receiveMany(buffer, buffer.length / 4); left > 0; left--) {
      expect(socket.select(seen.length)).toBeGreaterThan(100)
      seen.push(socket.nsid)
    }
    expect(new Set(seen)).toEqual(new Set([7, undefined]))
    expect(seen[0]).toBe(7)
  })

  it('filters with classic BPF', () => {
    // ret #0: drops everything.
    const program = new Uint8Array(8)
    viewOf(program).setUint16(0, 0x06, le)
    expect(socket.attachFilter(program)).toBe(0)
    socket.send(noop(1), 16)
    expect(socket.receive(buffer)).toBe(EAGAIN)
    expect(socket.attachFilter(program.subarray(1))).toBe(EINVAL)
    expect(socket.attachFilter(new Uint8Array())).toBe(EINVAL)
  })

  it('finds interface indexes by name and altname', () => {
    expect(socket.ifindex('lo')).toBe(1)
    execFileSync('ip', ['link', 'property', 'add', 'dev', 'lo', 'altname', 'home'])
    expect(socket.ifindex('home')).toBe(1)
    for (const name of ['nope', '', 'lo:1', 'lo\0', 'ö']) expect(socket.ifindex(name)).toBe(ENODEV)
    for (const name of ['sixteen_bytes_xx', 'öööööööö']) expect(socket.ifindex(name)).toBe(ENAMETOOLONG)
  })
})

describe('descriptors', () => {
  it('are flat over 10,000 sockets', () => {
    const before = descriptors()
    for (let i = 0; i < 10_000; i++) NetlinkSocket.open({ protocol: 0, strict: true }).close()
    expect(descriptors()).toBe(before)
  })

  it('adv-60 are not passed on to children', () => {
    const own = new Set(readdirSync('/proc/self/fd').flatMap(fd => link(`/proc/self/fd/${fd}`)))
    const child = execFileSync('sh', ['-c', 'ls -l /proc/self/fd'], { encoding: 'utf8' })
    const sockets = [...own].filter(target => target.startsWith('socket:'))
    expect(sockets.length).toBeGreaterThan(0)
    for (const target of sockets) expect(child).not.toContain(target)
  })

  it('are used no more once closed', () => {
    socket.close()
    socket.close()
    expect(socket.closed).toBe(true)
    expect(socket.send(noop(1), 16)).toBe(EBADF)
    expect(socket.receive(buffer)).toBe(EBADF)
    expect(socket.waitReadable(1000)).toBe(EBADF)
    expect(socket.join(1)).toBe(EBADF)
    expect(socket.ifindex('lo')).toBe(EBADF)
    expect(socket.attachFilter(new Uint8Array(8))).toBe(EBADF)
    expect(() => socket.onReadable(() => undefined)).toThrow('ERR_NETLINK_CLOSED')
  })
})

function link(path: string): string[] {
  try {
    return [readlinkSync(path)]
  } catch {
    return []
  }
}
