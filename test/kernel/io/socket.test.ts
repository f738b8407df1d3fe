// What the clients do on a real socket with messages that change nothing: NLMSG_NOOP and dumps.

import { execFileSync, spawn } from 'node:child_process'
import { channel } from 'node:diagnostics_channel'
import { closeSync, openSync, readdirSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { NetlinkError } from '../../../src/errors/netlink-error.js'
import { AsyncClient } from '../../../src/io/async/async-client.js'
import type { ClientOptions } from '../../../src/io/client-options.js'
import { SyncClient } from '../../../src/io/sync/sync-client.js'
import { kernelTransport } from '../../../src/io/transport/kernel-transport.js'
import { rtnetlink } from '../../../src/objects/protocol.js'
import type { Request } from '../../../src/request/request.js'
import { littleEndian as le } from '../../../src/wire/endian.js'
import { viewOf } from '../../../src/wire/nlmsghdr.js'
import { runModule } from '../../support/child.js'
import { requireTool } from '../../support/probe.js'
import { attr, ifinfo, join, RTM_GETLINK, RTM_GETROUTE, RTM_NEWLINK, routeFilter } from './messages.js'

const open = (options: ClientOptions = {}) => new AsyncClient(kernelTransport, options, rtnetlink)
const noLocation = () => ({ attrPath: undefined, fieldPath: undefined })

/** NLMSG_NOOP: acknowledged and nothing else; `length` pads it. */
function noop(length = 16, claim = length): Request {
  const bytes = new Uint8Array(length)
  viewOf(bytes).setUint32(0, claim, le)
  viewOf(bytes).setUint16(4, 1, le)
  viewOf(bytes).setUint16(6, 1, le)
  return { bytes, summary: 'noop', fixUps: [], slow: false, locate: noLocation, missing: noLocation }
}

const numbers = () => readdirSync('/proc/self/fd')
const descriptors = () => numbers().length

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

describe('requests', () => {
  it('adv-56 settle when there are 2000 at once', async () => {
    await using rt = open()
    const all = await Promise.all(Array.from({ length: 2000 }, () => rt.send(noop())))
    expect(all).toHaveLength(2000)
    expect(rt.channel.port.engine.counters).toMatchObject({ stale: 0, overruns: 0 })
  })

  it('adv-56 have an unknown outcome when a tiny receive buffer overflows, and the client goes on', async () => {
    await using rt = open({ receiveBufferSize: 1 })
    // Somebody listens to warnings, so that every request asks for an answer.
    const listener = () => undefined
    channel('rtnetlink:warning').subscribe(listener)
    const all = await Promise.allSettled(Array.from({ length: 64 }, () => rt.send(noop())))
    channel('rtnetlink:warning').unsubscribe(listener)
    const lost = all.filter(each => each.status === 'rejected')
    expect(lost.length).toBeGreaterThan(0)
    expect(lost.length).toBeLessThan(64)
    for (const { reason } of lost) expect(reason).toMatchObject({ code: 'ERR_NETLINK_OUTCOME_UNKNOWN' })
    await rt.send(noop())
    using blocking = new SyncClient(kernelTransport, { receiveBufferSize: 1 }, rtnetlink)
    blocking.send(noop())
  })

  it('adv-56 that fail have an unknown outcome when their errors overflow the buffer', async () => {
    await using rt = open({ receiveBufferSize: 1 })
    const set = () => rt.raw.request({ type: RTM_NEWLINK, payload: ifinfo(4711), summary: 'set' })
    const all = await Promise.allSettled(Array.from({ length: 64 }, set))
    const codes = new Set(all.map(each => (each.status === 'rejected' ? String(each.reason.code) : 'ok')))
    expect([...codes].sort()).toEqual(['ENODEV', 'ERR_NETLINK_OUTCOME_UNKNOWN'])
    await rt.send(noop())
  })

  it('adv-55 whose nlmsg_len lies end at their deadline, and the socket stays usable', async () => {
    for (const claim of [0, 15, 400]) {
      await using rt = open({ timeoutMs: 20 })
      expect(await rejection(rt.send(noop(32, claim)))).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
      await rt.send(noop())
      using blocking = new SyncClient(kernelTransport, { timeoutMs: 20 }, rtnetlink)
      expect(() => blocking.send(noop(32, claim))).toThrow('ERR_NETLINK_TIMEOUT')
      blocking.send(noop())
    }
  })

  it('adv-54 that do not fit the send buffer are refused by the send', async () => {
    await using rt = open()
    expect(await rejection(rt.send(noop(8_000_000)))).toMatchObject({ code: 'EMSGSIZE', syscall: 'send' })
    await rt.send(noop())
  })

  it('adv-54 of 64 KiB that are refused come back without their bytes', async () => {
    await using rt = open()
    const payload = join(ifinfo(1), attr(99, new Uint8Array(40_000)), attr(99, new Uint8Array(25_528)))
    expect(payload.length + 16).toBe(65_568)
    const error = await rejection(rt.raw.request({ type: RTM_GETLINK, payload, summary: 'get' }))
    expect(error).toMatchObject({ reason: 'kernel', code: 'EINVAL' })
    expect(error.extAck?.message).toEqual(expect.any(String))
    expect(rt.channel.port.engine.counters).toMatchObject({ truncated: 0, malformed: 0 })
    await rt.send(noop())
  })

  it('adv-47 that are aborted in the middle leave the client usable', async () => {
    await using rt = open()
    const reason = { stop: true }
    const controller = new AbortController()
    const pending = rt.send(noop(32, 400), { signal: controller.signal }).catch((error: unknown) => error)
    await wait(5)
    controller.abort(reason)
    expect(await pending).toBe(reason)
    await rt.send(noop())
  })

  it('adv-59 reject when the client is closed, and leave the number of its descriptor to others', async () => {
    const before = new Set(numbers())
    const rt = open({ timeoutMs: 100 })
    const [number] = numbers().filter(each => !before.has(each))
    const pending = rejection(rt.send(noop(32, 400)))
    const waiting = rejection(rt.openMonitor({ groups: [1], decode: () => 0, overrun: () => 0 }).next())
    await wait(5)
    const closing = rt.close()
    // What it rejects with says that it did not wait for the deadline.
    expect(await pending).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    expect(await waiting).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    await closing
    expect(rt.channel.socket.closed).toBe(true)
    const files = Array.from({ length: 50 }, () => openSync('/dev/null', 'r'))
    expect(files.map(String)).toContain(number)
    // Neither the old deadline nor another use of the client touches what has that number now.
    expect(await rejection(rt.send(noop()))).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    await wait(150)
    await rt.close()
    for (const file of files) closeSync(file)
    expect(numbers()).toEqual([...before])
  })

  it('adv-49 are not taken in by an answer that another process makes up', async context => {
    requireTool(context, 'python3')
    await using rt = open()
    await rt.send(noop())
    const { portId } = rt.channel.socket
    // NLMSG_ERROR, -EPERM, for the number that comes next.
    const script = `
import socket, struct
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.bind((0, 0))
s.sendto(struct.pack('=IHHII', 36, 2, 0, 2, ${portId}) + struct.pack('=i', -1) + bytes(16), (${portId}, 0))`
    execFileSync('python3', ['-c', script])
    await rt.send(noop())
    expect(rt.channel.port.engine.counters.spoofed).toBe(1)
  })

  it('adv-61 leave no descriptor behind over 10,000 clients', async () => {
    const blocking = new SyncClient(kernelTransport, {}, rtnetlink)
    blocking.close()
    const before = descriptors()
    for (let i = 0; i < 9900; i++) new SyncClient(kernelTransport, {}, rtnetlink).close()
    for (let i = 0; i < 100; i++) {
      const rt = open()
      await rejection(rt.send(noop(32, 400), { timeoutMs: 0 }))
      await rt.close()
    }
    expect(descriptors()).toBe(before)
  })

  it('adv-61 take another port id where somebody has taken that of the process', async context => {
    requireTool(context, 'python3')
    const taken = `
import socket, sys
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
s.bind((int(sys.argv[1]), 0))
print('taken', flush=True)
sys.stdin.read()`
    const { stdout, stderr } = await runModule(`
      import { spawn } from 'node:child_process'
      import { readFileSync } from 'node:fs'
      import { openSync } from ${JSON.stringify(new URL('../../../dist/index.js', import.meta.url).href)}
      const python = spawn('python3', ['-c', ${JSON.stringify(taken)}, String(process.pid)], { stdio: ['pipe', 'pipe', 'inherit'] })
      await new Promise(resolve => python.stdout.once('data', resolve))
      const rt = openSync()
      const ids = readFileSync('/proc/thread-self/net/netlink', 'utf8').split('\\n').map(line => line.trim().split(/ +/))
      console.log(rt.link.list().length > 0, ids.filter(([, family, id]) => family === '0' && id === String(process.pid)).length)
      python.kill()
      process.exit()`)
    expect({ stdout, stderr }).toEqual({ stdout: 'true 1\n', stderr: '' })
  })

  it('adv-58 pass over a storm of signals', async context => {
    requireTool(context, 'python3')
    let signals = 0
    const count = () => void signals++
    process.on('SIGUSR2', count)
    const script = `
import os, time
while True:
    os.kill(${process.pid}, 12)
    time.sleep(0.001)`
    const storm = spawn('python3', ['-c', script], { stdio: 'ignore' })
    try {
      await expect.poll(() => signals).toBeGreaterThan(10)
      const before = signals
      await using rt = open()
      using blocking = new SyncClient(kernelTransport, {}, rtnetlink)
      for (let i = 0; i < 2000; i++) {
        await rt.send(noop())
        blocking.send(noop())
      }
      // Both wait for an answer that does not come: neither a signal nor a spin ends it early.
      using quiet = new SyncClient(kernelTransport, { timeoutMs: 300 }, rtnetlink)
      const began = performance.now()
      const cpu = process.cpuUsage()
      expect(() => quiet.send(noop(32, 400))).toThrow('ERR_NETLINK_TIMEOUT')
      expect(performance.now() - began).toBeGreaterThanOrEqual(299)
      const used = process.cpuUsage(cpu)
      expect((used.user + used.system) / 1000).toBeLessThan(250)
      // The socket itself does not report them either.
      expect(rt.channel.socket.waitReadable(100)).toBe(0)
      const late = rejection(rt.send(noop(32, 400), { timeoutMs: 300 }))
      expect(await late).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
      await expect.poll(() => signals).toBeGreaterThan(before + 100)
    } finally {
      storm.kill()
      await new Promise(resolve => storm.once('close', resolve))
      process.off('SIGUSR2', count)
    }
  })

  it('adv-60 of a client cannot be made on another thread', async () => {
    await using rt = open()
    using blocking = new SyncClient(kernelTransport, {}, rtnetlink)
    // What a message to a Worker does with it.
    for (const client of [rt, blocking]) expect(() => structuredClone(client)).toThrow('could not be cloned')
  })

  it('let timers run', async () => {
    await using rt = open()
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    for (let i = 0; i < 20_000; i++) await rt.send(noop())
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(5)
  })
})

describe('bulk', () => {
  it('sends 10,000 requests with an ACK a chunk', async () => {
    await using rt = open()
    expect(await rt.bulk(Array.from({ length: 10_000 }, () => noop()))).toEqual({
      sent: 10_000,
      failed: [],
      unknown: [],
    })
    using blocking = new SyncClient(kernelTransport, {}, rtnetlink)
    expect(blocking.bulk([noop(), noop()])).toEqual({ sent: 2, failed: [], unknown: [] })
  })
})

describe('dumps', () => {
  const rejected = async (payload: Uint8Array) => {
    await using rt = open()
    const error = await rejection(rt.raw.dump({ type: RTM_GETROUTE, payload, summary: 'route list' }).next())
    await rt.send(noop())
    return error
  }

  it('adv-40 reject with the kernel’s words when the header is refused', async () => {
    const payload = routeFilter(0)
    payload[1] = 24
    expect((await rejected(payload)).message).toBe('route list: EINVAL: Invalid values in header for FIB dump request')
    expect((await rejected(routeFilter(0, attr(99, 1)))).message).toMatch('route list: EINVAL: ')
  })

  it('adv-41 reject for a table that is not there', async () => {
    expect((await rejected(routeFilter(77))).message).toBe('route list: ENOENT: ipv4: FIB table does not exist')
  })
})
