import { getEventListeners } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { open } from '../../../../src/index.js'
import type { MonitorSpec } from '../../../../src/io/monitor/monitor.js'
import { ScriptedTransport } from '../../../../src/testing/scripted/scripted.js'
import { bytesOf, client, echoing, NEW, number, rejection, thrown, turns } from '../fixtures.js'

type Seen = string

function spec(init: Partial<MonitorSpec<Seen>> = {}): MonitorSpec<Seen> {
  return {
    groups: [1],
    decode: (type, bytes, start, end, nsid) =>
      type === 99 ? undefined : `${number(bytes.subarray(start, end))}${nsid === undefined ? '' : `@${nsid}`}`,
    overrun: () => 'overrun',
    ...init,
  }
}

async function take(events: AsyncIterableIterator<Seen>, count: number): Promise<Seen[]> {
  const seen: Seen[] = []
  while (seen.length < count) {
    const { value, done } = await events.next()
    if (done === true) break
    seen.push(value)
  }
  return seen
}

describe('monitors', () => {
  it('have joined when they are returned, on a socket of their own', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const program = new Uint8Array(8)
    await using events = rt.openMonitor(spec({ groups: [1, 36], filter: program, allNetns: true }))
    const socket = transport.sockets[1]
    expect([...(socket?.groups ?? [])]).toEqual([1, 36])
    expect(socket?.filters).toEqual([program])
    expect(socket?.options.receiveBuffer).toEqual({ bytes: 16 * 1024 * 1024, force: true })
    transport.notify(1, NEW, bytesOf(5))
    transport.notify(1, 99, bytesOf(6))
    transport.notify(2, NEW, bytesOf(7))
    transport.notify(36, NEW, bytesOf(8), { nsid: 3 })
    expect(await take(events, 2)).toEqual(['5', '8@3'])
  })

  it('wait for what is to come', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    const both = Promise.all([events.next(), events.next()])
    await turns()
    transport.notify(1, NEW, bytesOf(1))
    transport.notify(1, NEW, bytesOf(2))
    expect((await both).map(({ value }) => value)).toEqual(['1', '2'])
  })

  it('adv-63 tell an overrun once, behind what is older and before what is newer', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    for (let i = 0; i < 5; i++) transport.notify(1, NEW, bytesOf(i))
    transport.sockets[1]?.overflow()
    expect(await take(events, 6)).toEqual(['0', '1', '2', '3', '4', 'overrun'])
    transport.notify(1, NEW, bytesOf(9))
    expect(await take(events, 1)).toEqual(['9'])
    expect(events.counters.overruns).toBe(1)
  })

  it('adv-31 take NLMSG_OVERRUN for an overrun', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    transport.sockets[1]?.deliverMessage({ type: 4 }, { type: NEW, payload: bytesOf(1) })
    expect(await take(events, 2)).toEqual(['1', 'overrun'])
  })

  it('adv-48 drop what another process sends', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    transport.sockets[1]?.deliverMessage({ type: NEW, payload: bytesOf(1), sourcePid: 5, groups: 1 })
    transport.notify(1, NEW, bytesOf(2))
    expect(await take(events, 1)).toEqual(['2'])
    expect(events.counters.spoofed).toBe(1)
  })

  it('lose a datagram that does not fit with an overrun, and fit the next', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    transport.notify(1, NEW, bytesOf(1, 70_000))
    expect(await take(events, 1)).toEqual(['overrun'])
    transport.notify(1, NEW, bytesOf(2, 70_000))
    expect(await take(events, 1)).toEqual(['2'])
  })

  it('lose one of many that does not fit, and keep those around it', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    const put = (i: number) => transport.notify(1, NEW, bytesOf(i, i === 20 ? 200_000 : 4))
    for (let i = 0; i < 40; i++) put(i)
    const expected = Array.from({ length: 40 }, (_, i) => String(i)).filter(each => each !== '20')
    expect(await take(events, 40)).toEqual([...expected, 'overrun'])
    put(20)
    put(21)
    expect(await take(events, 2)).toEqual(['20', '21'])
  })

  it('adv-63 tell an overrun behind what was queued, though the error comes behind some of it', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    const socket = transport.sockets[1]
    const put = (from: number, to: number) => {
      for (let i = from; i < to; i++) transport.notify(1, NEW, bytesOf(i))
    }
    socket?.overflow()
    put(0, 5)
    // As when the kernel has no memory for a notification: the queue is not empty.
    socket?.failRead(-105)
    put(5, 10)
    expect(await take(events, 11)).toEqual([...Array.from({ length: 10 }, (_, i) => String(i)), 'overrun'])
    expect(events.counters.overruns).toBe(1)
  })

  it('fail with an error that comes behind events, once those are taken', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    for (let i = 0; i < 3; i++) transport.notify(1, NEW, bytesOf(i))
    transport.sockets[1]?.failRead(-12)
    expect(await take(events, 3)).toEqual(['0', '1', '2'])
    expect(await rejection(events.next())).toMatchObject({ code: 'ENOMEM' })
  })

  it('stop reading when nobody takes the events', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    for (let i = 0; i < 3000; i++) transport.notify(1, NEW, bytesOf(i))
    expect(await take(events, 1)).toEqual(['0'])
    await wait(5)
    expect(transport.sockets[1]?.queued).toBe(3000 - 1024)
    expect(await take(events, 2999)).toHaveLength(2999)
  })

  it('let timers run', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    for (let i = 0; i < 60_000; i++) transport.notify(1, NEW, bytesOf(i))
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    await take(events, 60_000)
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(2)
  })

  it('share the turns of the event loop', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    let turn = 0
    const ticking = setInterval(() => turn++, 0)
    const busy = (): string => {
      for (const until = performance.now() + 2; performance.now() < until; );
      return 'event'
    }
    const monitors = Array.from({ length: 8 }, () => rt.openMonitor(spec({ decode: busy })))
    const first = monitors.map(async events => {
      await events.next()
      return turn
    })
    await turns()
    transport.notify(1, NEW, bytesOf(1))
    expect(new Set(await Promise.all(first)).size).toBeGreaterThan(4)
    clearInterval(ticking)
  })

  it('skip what cannot be read, and tell that it is lost', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    transport.sockets[1]?.deliverBytes(new Uint8Array(5))
    transport.notify(1, NEW, bytesOf(2))
    expect(await take(events, 2)).toEqual(['2', 'overrun'])
    expect(events.counters).toMatchObject({ malformed: 1, overruns: 1 })
  })

  it('reject a waiting next() with the reason of an abort, then end', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const controller = new AbortController()
    const reason = { stop: true }
    const events = rt.openMonitor(spec({ signal: controller.signal }))
    const next = rejection(events.next())
    controller.abort(reason)
    expect(await next).toBe(reason)
    expect(await events.next()).toEqual({ value: undefined, done: true })
    expect(transport.sockets).toHaveLength(1)
    expect(thrown(() => rt.openMonitor(spec({ signal: controller.signal })))).toBe(reason)
  })

  it('hold one listener a signal, however many they are, and none when they have ended', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const { signal } = new AbortController()
    const many = Array.from({ length: 20 }, () => rt.openMonitor(spec({ signal })))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    for (const events of many) await events.close()
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('end when they are closed or left, and reject when their client is closed', async () => {
    const transport = echoing()
    const rt = client(transport)
    const events = rt.openMonitor(spec())
    const next = events.next()
    await events.close()
    expect(await next).toEqual({ value: undefined, done: true })
    const left = rt.openMonitor(spec())
    transport.notify(1, NEW, bytesOf(1))
    for await (const event of left) {
      expect(event).toBe('1')
      break
    }
    expect(transport.sockets).toHaveLength(1)
    const other = rt.openMonitor(spec())
    const waiting = rejection(other.next())
    await rt.close()
    expect(await waiting).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    expect(transport.sockets).toEqual([])
    expect(thrown(() => rt.openMonitor(spec()))).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
  })

  it('adv-68 throw what a system call says, and close their socket', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const open = transport.open.bind(transport)
    transport.open = options => Object.assign(open(options), { listenAllNamespaces: () => -1 })
    expect(thrown(() => rt.openMonitor(spec({ allNetns: true })))).toMatchObject({
      code: 'EPERM',
      syscall: 'NETLINK_LISTEN_ALL_NSID',
      message: expect.stringContaining('needs CAP_NET_BROADCAST'),
    })
    expect(transport.sockets).toHaveLength(1)
  })

  it('join optional groups where the kernel has them', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const open = transport.open.bind(transport)
    let errno = -22
    transport.open = options => Object.assign(open(options), { join: (group: number) => (group === 32 ? errno : 0) })
    await rt.openMonitor(spec({ optionalGroups: [32] })).close()
    errno = -1
    expect(thrown(() => rt.openMonitor(spec({ optionalGroups: [32] })))).toMatchObject({ code: 'EPERM' })
  })

  it('fail when the read fails', async () => {
    const transport = new ScriptedTransport()
    await using rt = client(transport)
    const events = rt.openMonitor(spec())
    transport.sockets[1]?.failRead(-12)
    expect(await rejection(events.next())).toMatchObject({ code: 'ENOMEM', syscall: 'recvmmsg' })
  })

  it('of another netlink family tell its messages as they are: their numbers are no types of rtnetlink', async () => {
    const transport = new ScriptedTransport()
    // NETLINK_XFRM, whose XFRM_MSG_NEWSA is the number of RTM_NEWLINK.
    await using rt = await open({ transport, family: 6 })
    await using events = rt.monitor({ groups: [3], allNetns: true })
    transport.notify(3, NEW, bytesOf(5, 16))
    transport.notify(3, NEW, Uint8Array.of(6, 0, 0), { nsid: 2 })
    const head = { type: NEW, flags: 0, seq: 0, pid: 0 }
    const [first, second] = [(await events.next()).value, (await events.next()).value]
    expect(first).toEqual({ type: 'other', message: { ...head, data: bytesOf(5, 16) } })
    expect(second).toEqual({ type: 'other', message: { ...head, data: Uint8Array.of(6, 0, 0) }, netns: { nsid: 2 } })
  })
})
