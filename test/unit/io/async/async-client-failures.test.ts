import { getEventListeners } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import type { CallOptions } from '../../../../src/request/operation.js'
import { ScriptedTransport } from '../../../../src/testing/scripted/scripted.js'
import {
  blocking,
  bytesOf,
  change,
  client,
  dump,
  ECHO,
  echoing,
  GET,
  get,
  log,
  NEW,
  number,
  ROUTE,
  rejection,
  route,
  turns,
} from '../fixtures.js'

const ENOBUFS = -105

describe('what is wrong with a call', () => {
  it('rejects that call alone when it is found at packing', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const broken = {
      get fd(): number {
        throw new RangeError('no descriptor')
      },
    }
    const bare = {
      get fd(): number {
        throw Object.create(null)
      },
    }
    for (const ref of [5, null, broken, bare]) {
      const fixUps = [{ kind: 'netns', offset: 20, ref: ref as never, fieldPath: 'netns' } as const]
      const bad = rejection(rt.send(change(1, { fixUps })))
      const list = rejection(rt.collect(dump(1, { fixUps })))
      expect(await rt.send(get(2))).toBe(1002)
      for (const error of await Promise.all([bad, list]))
        expect(error).toMatchObject({
          code: 'ERR_NETLINK_BAD_VALUE',
          fieldPath: 'netns',
          cause: ref === bare ? expect.anything() : expect.any(Error),
        })
    }
    expect(await rt.send(get(3))).toBe(1003)
  })

  it('ends what is under way, and goes on, when something is thrown that nobody foresees', async () => {
    const transport = echoing().on(NEW, request => request.error('EEXIST'))
    await using rt = client(transport, { timeoutMs: 1000 })
    const broken = Object.defineProperty(change(1), 'summary', {
      get: () => {
        throw new Error('no summary')
      },
    })
    const unpackable = Object.defineProperty(change(3), 'fixUps', { value: 5 })
    const unknown = { code: 'ERR_NETLINK_OUTCOME_UNKNOWN', cause: expect.any(Error) }
    const calls = [broken, change(2), unpackable].map(request => rejection(rt.send(request)))
    for (const error of await Promise.all(calls)) expect(error).toMatchObject(unknown)
    const bulk = rejection(rt.bulk([change(1), broken]))
    const behind = rt.send(get(4))
    expect(await bulk).toMatchObject(unknown)
    expect(await behind).toBe(1004)
    expect(await rt.send(get(5))).toBe(1005)
  })

  it('refuses options that a client does not have', () => {
    const transport = echoing()
    for (const make of [client, blocking])
      expect(() => make(transport, { nets: 'blue' } as never)).toThrow(
        /^a client has no option 'nets': it takes netns, /,
      )
    expect(transport.sockets).toEqual([])
  })

  it('rejects for options that are none', async () => {
    await using rt = client(echoing())
    for (const options of [
      null,
      5,
      { signal: {} },
      { signal: null },
      { timeoutMs: '5' },
      { timeoutMs: -1 },
    ] as never[]) {
      for (const call of [
        () => rt.send(get(1), options),
        () => rt.collect(dump(), options),
        () => rt.stream(dump(), options).next(),
        () => rt.bulk([change(1)], options),
      ])
        for (let i = 0; i < 2; i++) expect(await rejection(call())).toBeInstanceOf(TypeError)
    }
    expect(await rt.send(get(1))).toBe(1001)
  })
})

describe('options whose reading closes the client', () => {
  // The deadline is read once by the check of the options, and again by what is made of them.
  it.each([1, 2, 3])('reject, at the %sth reading', async reading => {
    for (const call of [
      (rt: ReturnType<typeof client>, options: CallOptions) => rt.send(get(1), options),
      (rt: ReturnType<typeof client>, options: CallOptions) => rt.collect(dump(), options),
      (rt: ReturnType<typeof client>, options: CallOptions) => rt.stream(dump(), options).next(),
      (rt: ReturnType<typeof client>, options: CallOptions) => rt.bulk([change(1)], options),
    ]) {
      const transport = echoing()
      const rt = client(transport)
      let readings = 0
      const options = {
        get timeoutMs() {
          if (++readings === reading) void rt.close()
          return 5000
        },
      }
      const outcome = await Promise.allSettled([call(rt, options)])
      if (readings >= reading) {
        expect(outcome).toMatchObject([{ status: 'rejected', reason: { code: 'ERR_NETLINK_CLOSED' } }])
        expect(transport.requests).toEqual([])
      }
      await rt.close()
    }
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
    const endpoints = await Promise.allSettled([1, 2, 3].map(value => rt.send(route(value))))
    expect(endpoints.map(end => end.status === 'rejected' && end.reason.code)).toEqual([
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
  it('hold one listener a signal for the calls of all clients', async () => {
    const transport = echoing().on(NEW, () => {})
    const controller = new AbortController()
    const { signal } = controller
    const clients = Array.from({ length: 20 }, () => client(transport))
    const calls = clients.map(rt => rejection(rt.send(change(1), { signal })))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    const reason = new Error('all of them')
    controller.abort(reason)
    expect(await Promise.all(calls)).toEqual(clients.map(() => reason))
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await Promise.all(clients.map(rt => rt.close()))
  })

  it.each(['call', 'bulk'])('ends a %s in time that is sent while another waits for longer', async kind => {
    const transport = echoing().on(NEW, () => {})
    await using rt = client(transport, { timeoutMs: 20 })
    const long = rejection(rt.send(change(1), { timeoutMs: 3000 }))
    await turns()
    const began = performance.now()
    const late = { code: 'ERR_NETLINK_TIMEOUT' }
    expect(await rejection(kind === 'call' ? rt.send(change(2)) : rt.bulk([change(2)]))).toMatchObject(late)
    expect(performance.now() - began).toBeLessThan(1500)
    await rt.close()
    expect(await long).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
  })

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
