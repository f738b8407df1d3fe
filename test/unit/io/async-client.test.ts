import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { NetlinkError } from '../../../src/errors/netlink-error.js'
import { ScriptedTransport } from '../../../src/testing/scripted.js'
import {
  ACK,
  build,
  bytesOf,
  change,
  client,
  DEL,
  dump,
  ECHO,
  echoing,
  GET,
  get,
  link,
  log,
  NEW,
  number,
  ROUTE,
  rejection,
  route,
  turns,
} from './fixtures.js'

const ENOBUFS = -105

describe('requests', () => {
  it('answer with the reply, or undefined for an ACK', async () => {
    await using rt = client(echoing())
    expect(await rt.send(get(5))).toBe(1005)
    expect(await rt.send(change(5))).toBeUndefined()
  })

  it('of one tick leave in one send, in call order', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const values = await Promise.all([rt.send(get(1)), rt.send(change(2)), rt.send(get(3))])
    expect(values).toEqual([1001, undefined, 1003])
    expect(transport.sockets[0]?.sends).toBe(1)
    expect(log(transport)).toEqual(['18:1', '16:2', '18:3'])
  })

  it('adv-56 settle when there are 2000 at once, 64 a send, or 16 with replies', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const values = await Promise.all(Array.from({ length: 2000 }, (_, i) => rt.send(get(i))))
    expect(values).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1000))
    expect(transport.sockets[0]?.sends).toBe(125)
    await Promise.all(Array.from({ length: 2000 }, (_, i) => rt.send(change(i))))
    expect(transport.sockets[0]?.sends).toBe(125 + Math.ceil(2000 / 64))
  })

  it('are at most 128 unanswered', async () => {
    const transport = echoing()
    transport.hold()
    await using rt = client(transport)
    const all = Promise.all(Array.from({ length: 300 }, (_, i) => rt.send(get(i))))
    await vi.waitFor(() => expect(transport.requests).toHaveLength(128))
    await turns()
    expect(transport.requests).toHaveLength(128)
    transport.release()
    expect((await all).length).toBe(300)
  })

  it('get an ACK only where they need one', async () => {
    const transport = echoing()
    await using rt = client(transport)
    await Promise.all([
      rt.send(get(1)),
      rt.send(change(2)),
      rt.send(get(3, { flags: ECHO })),
      rt.send(route(4)),
      rt.send(route(5, { flags: ECHO })),
      rt.send(route(6, { flags: ACK })),
      rt.send(route(7)),
      rt.send(build(ROUTE, 8, { decode: true })),
    ])
    expect(transport.requests.map(({ flags }) => flags & 5)).toEqual([1, 5, 5, 1, 5, 5, 1, 5])
  })

  it('each get an ACK where somebody listens to what it may say', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const listen = () => {}
    subscribe('rtnetlink:warning', listen)
    try {
      await Promise.all([rt.send(change(1)), rt.send(route(2))])
    } finally {
      unsubscribe('rtnetlink:warning', listen)
    }
    expect(transport.requests.map(({ flags }) => flags & 5)).toEqual([5, 5])
  })

  it('of a table succeed when nothing is said, and fail with their own error', async () => {
    const transport = echoing().on(ROUTE, request => {
      if (number(request.payload) === 2) request.error('EEXIST')
    })
    await using rt = client(transport)
    const ends: number[] = []
    const all = [1, 2, 3, 4].map(value => rt.send(route(value)).finally(() => ends.push(value)))
    const [one, two, three, four] = await Promise.allSettled(all)
    expect([one, three, four].map(end => end?.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    expect(two).toMatchObject({ status: 'rejected', reason: { code: 'EEXIST' } })
    expect(ends).toEqual([2, 1, 3, 4])
  })

  it('of a table do not succeed before the pool has sent them', async () => {
    const transport = echoing()
    transport.on(ROUTE, request => {
      if (number(request.payload) === 2) request.error('EEXIST')
    })
    await using rt = client(transport)
    const socket = transport.sockets[0]
    if (socket !== undefined) socket.slowMs = 20
    let ended = false
    const all = Promise.allSettled([rt.send(change(1, { slow: true })), rt.send(route(2)), rt.send(route(3))])
    void all.then(() => {
      ended = true
    })
    await turns()
    // The socket becomes readable meanwhile, and its queue is empty behind that.
    expect(rt.channel.port.engine.pending).toBe(3)
    socket?.deliverMessage({ type: NEW, groups: 1 })
    rt.channel.port.drain()
    await turns()
    expect([ended, transport.requests.length]).toEqual([false, 0])
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(rt.channel.port.engine.pending).toBe(0)
  })

  it('settle in any order of the answers', async () => {
    const transport = echoing()
    transport.hold()
    await using rt = client(transport)
    const all = Promise.all([rt.send(get(1)), rt.send(get(2)), rt.send(change(3))])
    await turns()
    expect(transport.held).toBe(3)
    transport.release(held => held.toReversed())
    expect(await all).toEqual([1001, 1002, undefined])
  })

  it('end with the last reply of an echo', async () => {
    const transport = echoing().on(NEW, request => {
      request.reply(DEL, bytesOf(1), { groups: 1 })
      request.reply(NEW, bytesOf(2), { groups: 1 })
      request.ack()
    })
    await using rt = client(transport)
    expect(await rt.send({ ...get(1), bytes: change(1, { flags: ECHO }).bytes })).toBe(2)
  })

  it('reject with the kernel’s error, its words and its place', async () => {
    const transport = echoing().on(NEW, request => request.error('ERANGE', { message: 'too much', offset: 36 }))
    await using rt = client(transport)
    const error = await rejection(rt.send(change(7)))
    expect(error).toBeInstanceOf(NetlinkError)
    expect(error).toMatchObject({
      code: 'ERANGE',
      errno: -34,
      reason: 'kernel',
      attrPath: 'attr(36)',
      fieldPath: 'field(36)',
    })
    expect(error.message).toBe('test 16 7: ERANGE: too much (at attr(36))')
    expect(error.request).toMatchObject({ type: 16, text: 'test 16 7' })
  })

  it('name a missing attribute', async () => {
    const transport = echoing().on(NEW, request => request.error('EINVAL', { missingType: 3, missingNest: 20 }))
    await using rt = client(transport)
    expect(await rejection(rt.send(change(7)))).toMatchObject({ attrPath: 'missing(3,20)' })
  })

  it('adv-57 say which capability EPERM is about, where the kernel has no words of its own', async () => {
    const transport = echoing().on(NEW, request => request.error('EPERM'))
    transport.on(DEL, request => request.error('EPERM', { message: 'not yours' }))
    await using rt = client(transport)
    const capability = 'needs CAP_NET_ADMIN in the user namespace that owns the network namespace'
    expect((await rejection(rt.send(change(1)))).message).toBe(`test 16 1: EPERM: ${capability}`)
    expect((await rejection(rt.raw.request({ type: DEL, summary: 'x' }))).message).toBe('x: EPERM: not yours')
  })

  it('reject a GET whose reply is something else', async () => {
    const transport = echoing().on(GET, request => request.reply(99, bytesOf(1)))
    await using rt = client(transport)
    expect(await rejection(rt.send(get(1)))).toMatchObject({ code: 'ERR_NETLINK_UNEXPECTED_REPLY' })
  })

  it('reject when the decoder throws, and go on', async () => {
    await using rt = client(echoing())
    const broken = {
      ...get(1),
      decode: () => {
        throw new Error('oops')
      },
    }
    const error = await rejection(rt.send(broken))
    expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_MESSAGE', cause: new Error('oops') })
    expect(await rt.send(get(2))).toBe(1002)
  })

  it('adv-54 reject with the send’s error', async () => {
    const transport = echoing()
    await using rt = client(transport)
    transport.failSend('EMSGSIZE')
    expect(await rejection(rt.send(change(1)))).toMatchObject({
      code: 'EMSGSIZE',
      syscall: 'send',
      reason: 'syscall',
    })
    expect(await rt.send(get(1))).toBe(1001)
  })

  it('whose nlmsg_len lies go alone: the kernel executes nothing behind them', async () => {
    for (const claim of [0, 400]) {
      const transport = echoing()
      await using rt = client(transport, { timeoutMs: 20 })
      const bytes = change(1).bytes.slice()
      new DataView(bytes.buffer).setUint32(0, claim, true)
      const lying = rejection(rt.raw.request(bytes))
      const routes = Promise.all([2, 3].map(value => rt.send(route(value))))
      expect(await lying).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
      await routes
      expect(log(transport).filter(each => each.startsWith('24'))).toEqual(['24:2', '24:3'])
      expect(transport.sockets[0]?.sends).toBe(2)
    }
  })

  it('longer than a flush go alone', async () => {
    const transport = echoing()
    await using rt = client(transport)
    await Promise.all([rt.send(change(1)), rt.send(change(2, { length: 50_000 })), rt.send(change(3))])
    expect(log(transport)).toEqual(['16:1', '16:2', '16:3'])
    expect(transport.sockets[0]?.sends).toBe(3)
  })
})

describe('losses', () => {
  it('adv-56 reject what is unanswered after ENOBUFS as unknown, and resolve what is answered', async () => {
    const transport = echoing()
    transport.on(NEW, request => {
      if (number(request.payload) === 2) request.socket.overflow()
      else request.ack()
    })
    await using rt = client(transport)
    const unknown = { status: 'rejected', reason: { code: 'ERR_NETLINK_OUTCOME_UNKNOWN', reason: 'protocol' } }
    const [first, second, third] = await Promise.allSettled([1, 2, 3].map(value => rt.send(change(value))))
    expect(first?.status).toBe('fulfilled')
    expect(second).toMatchObject(unknown)
    expect(third?.status).toBe('fulfilled')
    expect(await rt.send(get(1))).toBe(1001)
  })

  it('adv-56 reject every change of a table after ENOBUFS that was not refused before', async () => {
    const transport = echoing()
    transport.on(ROUTE, request => {
      const value = number(request.payload)
      if (value === 1) request.error('EEXIST')
      if (value === 2) request.socket.failRead(ENOBUFS)
    })
    await using rt = client(transport)
    const ends = await Promise.allSettled([1, 2, 3].map(value => rt.send(route(value))))
    expect(ends.map(end => end.status === 'rejected' && end.reason.code)).toEqual([
      'EEXIST',
      'ERR_NETLINK_OUTCOME_UNKNOWN',
      'ERR_NETLINK_OUTCOME_UNKNOWN',
    ])
    expect(await rt.send(route(4))).toBeUndefined()
  })

  it('are read to their end though nothing waits: until then the kernel tells of no other', async () => {
    const transport = echoing().on(GET, request => {
      request.socket.failRead(ENOBUFS)
      request.reply(NEW, bytesOf(1))
      request.reply(NEW, bytesOf(2), { seq: 1 })
    })
    await using rt = client(transport)
    expect(await rt.send(get(1))).toBe(1)
    expect(transport.sockets[0]?.queued).toBe(0)
    expect(await rt.send(route(2))).toBeUndefined()
  })

  it('adv-53 ask a GET again whose reply was truncated, and grow the buffer', async () => {
    const transport = new ScriptedTransport().on(GET, request => request.reply(NEW, bytesOf(7, 3000)))
    await using rt = client(transport, { readSize: 1024 })
    expect(await rt.send(get(1))).toBe(7)
    expect(transport.requests).toHaveLength(2)
  })

  it('adv-53 call a truncated echo unknown', async () => {
    const transport = new ScriptedTransport().on(NEW, request => request.reply(NEW, bytesOf(7, 3000), { groups: 1 }))
    await using rt = client(transport, { readSize: 1024 })
    const request = { ...get(1), bytes: change(1, { flags: ECHO }).bytes }
    expect(await rejection(rt.send(request))).toMatchObject({ code: 'ERR_NETLINK_OUTCOME_UNKNOWN' })
    expect(transport.requests).toHaveLength(1)
  })

  it('reject everything when a datagram is broken', async () => {
    const transport = echoing().on(NEW, request => request.socket.deliverBytes(new Uint8Array(7)))
    await using rt = client(transport)
    expect(await rejection(rt.send(change(1)))).toMatchObject({ code: 'ERR_NETLINK_BAD_MESSAGE' })
  })

  it('reject when the read fails for good', async () => {
    const transport = echoing().on(NEW, request => request.socket.failRead(-12))
    await using rt = client(transport)
    expect(await rejection(rt.send(change(1)))).toMatchObject({ code: 'ENOMEM', syscall: 'recvfrom' })
  })

  it('adv-31 end with OVERRUN', async () => {
    const transport = echoing().on(GET, request => request.reply(4, new Uint8Array(0)))
    await using rt = client(transport)
    expect(await rejection(rt.send(get(1)))).toMatchObject({ code: 'ERR_NETLINK_OVERRUN' })
  })
})

describe('deadlines and aborts', () => {
  const silent = () => echoing().on(NEW, () => {})

  it('adv-55 reject without an answer and leave the client usable', async () => {
    const transport = silent()
    await using rt = client(transport, { timeoutMs: 20 })
    const error = await rejection(rt.send(change(1)))
    expect(error).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT', reason: 'timeout' })
    expect(error.message).toBe('test 16 1: ERR_NETLINK_TIMEOUT: no answer within 20 ms: the outcome is unknown')
    expect(await rt.send(get(1))).toBe(1001)
  })

  it('of one call come before the client’s', async () => {
    await using rt = client(silent())
    const slow = rt.send(change(1))
    const began = performance.now()
    expect(await rejection(rt.send(change(2), { timeoutMs: 15 }))).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
    expect(performance.now() - began).toBeLessThan(1000)
    slow.catch(() => {})
  })

  it('bound what still waits in the queue', async () => {
    const transport = silent()
    await using rt = client(transport)
    const sent = Array.from({ length: 128 }, (_, i) => rt.send(change(i)).catch(() => {}))
    await vi.waitFor(() => expect(transport.requests).toHaveLength(128))
    const error = await rejection(rt.send(change(999), { timeoutMs: 15 }))
    expect(error.message).toMatch('not sent within 15 ms')
    expect(transport.requests).toHaveLength(128)
    await rt.close()
    await Promise.all(sent)
  })

  it('a late answer is dropped', async () => {
    const transport = echoing()
    await using rt = client(transport, { timeoutMs: 10 })
    transport.hold()
    await rejection(rt.send(get(1)))
    transport.release()
    expect(await rt.send(get(2))).toBe(1002)
    expect(rt.channel.port.engine.counters.stale).toBe(1)
  })

  it('adv-47 an abort rejects with the signal’s own reason, sent or not', async () => {
    const transport = silent()
    await using rt = client(transport)
    const controller = new AbortController()
    const reason = { why: 'because' }
    const sent = rejection(rt.send(change(1), { signal: controller.signal }))
    await turns()
    const queued = rejection(rt.send(change(2), { signal: controller.signal }))
    controller.abort(reason)
    expect(await sent).toBe(reason)
    expect(await queued).toBe(reason)
    expect(await rejection(rt.send(change(3), { signal: controller.signal }))).toBe(reason)
    await turns()
    expect(log(transport)).toEqual(['16:1'])
    expect(await rt.send(get(4))).toBe(1004)
  })

  it('one signal for thousands of calls has one listener, and none afterwards', async () => {
    await using rt = client(echoing())
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const all = Array.from({ length: 2000 }, (_, i) => rt.send(get(i), { signal }))
    expect(add).toHaveBeenCalledTimes(1)
    await Promise.all(all)
    expect(add).toHaveBeenCalledTimes(1)
    expect(remove).toHaveBeenCalledTimes(1)
  })

  it('a wrong timeout is a TypeError', async () => {
    await using rt = client(echoing())
    expect(await rejection(rt.send(get(1), { timeoutMs: -1 }))).toBeInstanceOf(TypeError)
  })

  it('adv-59 close() rejects what is pending and what comes later', async () => {
    const transport = silent()
    const rt = client(transport)
    const pending = [rejection(rt.send(change(1))), rejection(rt.collect(dump()))]
    const queued = rejection(rt.send(change(2)))
    await rt.close()
    for (const error of await Promise.all([...pending, queued]))
      expect(error).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    expect(await rejection(rt.send(get(3)))).toMatchObject({ code: 'ERR_NETLINK_CLOSED', reason: 'closed' })
    expect(transport.sockets).toEqual([])
    await rt.close()
  })
})

describe('fix-ups', () => {
  it('are filled in when the bytes leave', async () => {
    const transport = echoing()
    transport.links.set('v0', 42)
    await using rt = client(transport)
    await rt.send(change(1, { fixUps: [link('v0')] }))
    expect(number(transport.requests[0]?.payload.subarray(4) ?? new Uint8Array(4))).toBe(42)
  })

  it('wait for the requests before them that may make the link', async () => {
    const transport = echoing().on(NEW, request => {
      if (number(request.payload) === 1) transport.links.set('v0', 43)
      request.ack()
    })
    await using rt = client(transport)
    await Promise.all([rt.send(change(1)), rt.send(change(2, { fixUps: [link('v0')] }))])
    expect(transport.sockets[0]?.sends).toBe(2)
    expect(number(transport.requests[1]?.payload.subarray(4) ?? new Uint8Array(4))).toBe(43)
  })

  it('mean the link that the requests before them leave behind', async () => {
    const transport = echoing().on(NEW, request => {
      if (number(request.payload) === 1) transport.links.set('v0', 6)
      request.ack()
    })
    transport.links.set('v0', 5)
    await using rt = client(transport)
    await Promise.all([rt.send(change(1)), rt.send(change(2, { fixUps: [link('v0')] }))])
    expect(number(transport.requests[1]?.payload.subarray(4) ?? new Uint8Array(4))).toBe(6)
  })

  it('that nobody has reject with ENODEV, and nothing is sent', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const [missing, next] = await Promise.allSettled([
      rt.send(change(1, { fixUps: [link('nope', 'master')] })),
      rt.send(get(2)),
    ])
    expect(missing).toMatchObject({ status: 'rejected', reason: { code: 'ENODEV', fieldPath: 'master' } })
    expect(next).toMatchObject({ value: 1002 })
    expect(log(transport)).toEqual(['18:2'])
  })

  it('longer than 15 bytes are looked up by a request, two in one message too', async () => {
    let missing = true
    const transport = echoing().on(GET, request => {
      const name = new TextDecoder().decode(request.bytes.subarray(44, -1))
      const payload = new Uint8Array(16)
      payload.set(bytesOf(name.startsWith('first') ? 7 : 8), 4)
      if (name.startsWith('none') && missing) request.error('ENODEV')
      else request.reply(NEW, payload)
    })
    await using rt = client(transport)
    const second = { ...link('second-very-long-name'), offset: 24 }
    await rt.send(change(1, { length: 12, fixUps: [link('first-very-long-name'), second] }))
    const sent = transport.requests.at(-1)
    expect([number(sent?.payload.subarray(4) ?? bytesOf(0)), number(sent?.payload.subarray(8) ?? bytesOf(0))]).toEqual([
      7, 8,
    ])
    expect(await rejection(rt.send(change(2, { fixUps: [link('none-of-that-name')] })))).toMatchObject({
      code: 'ENODEV',
    })
    expect(transport.requests.filter(({ type }) => type === NEW)).toHaveLength(1)
    // What was not found is looked up anew.
    missing = false
    await rt.send(change(3, { fixUps: [link('none-of-that-name')] }))
    expect(transport.requests.filter(({ type }) => type === NEW)).toHaveLength(2)
  })

  it('open namespaces and close them', async () => {
    const transport = echoing()
    transport.namespaces.set('blue', 77)
    await using rt = client(transport)
    const fixUp = { kind: 'netns', offset: 20, ref: 'blue', fieldPath: 'netns' } as const
    await rt.send(change(1, { fixUps: [fixUp] }))
    expect(number(transport.requests[0]?.payload.subarray(4) ?? bytesOf(0))).toBe(77)
    expect(transport.openNamespaces.size).toBe(0)
    const error = await rejection(rt.send(change(2, { fixUps: [{ ...fixUp, ref: 'red' }] })))
    expect(error).toMatchObject({ code: 'ENOENT', fieldPath: 'netns' })
    expect(error.message).toBe('test 16 2: open: ENOENT (at netns)')
    expect(transport.openNamespaces.size).toBe(0)
  })
})

describe('slow requests', () => {
  it('leave off the thread, and later ones of the client wait', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const done: number[] = []
    const track = async (value: number, promise: Promise<unknown>) => {
      await promise
      done.push(value)
    }
    const first = track(1, rt.send(change(1, { slow: true })))
    await turns()
    await Promise.all([first, track(2, rt.send(change(2))), track(3, rt.collect(dump()))])
    expect(done).toEqual([1, 2, 3])
    expect(transport.sockets[0]?.slowSends).toBe(1)
  })

  it('are two at most at once', async () => {
    const transport = echoing()
    let running = 0
    let most = 0
    const clients = [1, 2, 3, 4].map(() => client(transport))
    for (const socket of transport.sockets) {
      const send = socket.sendSlow.bind(socket)
      socket.sendSlow = async (bytes, length) => {
        most = Math.max(most, ++running)
        await wait(3)
        running--
        return send(bytes, length)
      }
    }
    await Promise.all(clients.map(rt => rt.send(change(1, { slow: true }))))
    expect(most).toBe(2)
    await Promise.all(clients.map(rt => rt.close()))
  })

  it('adv-59 close() waits for the send that holds the socket', async () => {
    const transport = echoing()
    const rt = client(transport)
    const socket = transport.sockets[0]
    if (socket === undefined) throw new Error('no socket')
    socket.slowMs = 20
    const pending = rejection(rt.send(change(1, { slow: true })))
    await turns()
    const closing = rt.close()
    expect(await pending).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    expect(socket.closed).toBe(false)
    await closing
    expect(socket.closed).toBe(true)
  })
})

describe('fairness', () => {
  it('lets timers run while calls complete at once', async () => {
    await using rt = client(echoing())
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    // Starved, it would still be 0 at the end of the time that a busy machine is given.
    const until = performance.now() + 10_000
    while (ticks <= 5 && performance.now() < until) await rt.send(get(1))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(5)
  })

  it('lets every client of many go on', async () => {
    const transport = echoing()
    const clients = Array.from({ length: 5 }, () => client(transport))
    const counts = clients.map(() => 0)
    // At first all of them leave in one turn; later only those that are let in do.
    const from = performance.now() + 20
    const until = from + 10_000
    await Promise.all(
      clients.map(async (rt, i) => {
        while (Math.min(...counts) <= 3 && performance.now() < until) {
          await rt.send(get(1))
          if (performance.now() > from) counts[i] = (counts[i] ?? 0) + 1
        }
      }),
    )
    expect(Math.min(...counts)).toBeGreaterThan(3)
    await Promise.all(clients.map(rt => rt.close()))
  })
})

describe('verbs', () => {
  it('become methods that reject and never throw', async () => {
    await using rt = client(echoing())
    expect(await rt.thing.get(1)).toBe(1001)
    expect(await rt.thing.list()).toEqual([1, 2, 3])
    expect(await rejection(rt.thing.bad())).toBeInstanceOf(TypeError)
    const { get } = rt.thing
    expect(await get(2)).toBe(1002)
    expect(Object.keys(rt)).toContain('thing')
  })
})

describe('raw', () => {
  it('collects the replies up to the ACK', async () => {
    await using rt = client(echoing())
    expect(await rt.raw.request({ type: GET, payload: bytesOf(1) })).toEqual([
      { type: NEW, flags: 0, payload: bytesOf(1001) },
    ])
    expect(await rt.raw.request({ type: NEW, payload: bytesOf(1) })).toEqual([])
  })

  it('reads a GET with MATCH alone as a dump', async () => {
    const transport = echoing()
    await using rt = client(transport)
    expect(await rt.raw.request({ type: GET, flags: 0x200, payload: bytesOf(1) })).toHaveLength(3)
    expect(transport.opened).toBe(2)
    const rows = []
    for await (const { payload } of rt.raw.dump({ type: GET })) rows.push(number(payload))
    expect(rows).toEqual([1, 2, 3])
  })

  it('deletes links off the thread, and nothing of other families', async () => {
    const transport = echoing()
    await using rt = client(transport)
    await using other = client(transport, { family: 16 })
    await rt.raw.request({ type: DEL, payload: bytesOf(1) })
    await other.raw.request({ type: DEL, payload: bytesOf(1) })
    expect(transport.sockets.map(({ slowSends }) => slowSends)).toEqual([1, 0])
  })

  it('rejects what is no message', async () => {
    await using rt = client(echoing())
    expect(await rejection(rt.raw.request(new Uint8Array(3)))).toBeInstanceOf(TypeError)
    expect(await rejection(rt.raw.request(5 as never))).toBeInstanceOf(TypeError)
  })
})
