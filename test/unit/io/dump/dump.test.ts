import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { NetlinkError } from '../../../../src/errors/netlink-error.js'
import { ScriptedTransport } from '../../../../src/testing/scripted/scripted.js'
import { NLMSG_DONE } from '../../../../src/wire/nlmsghdr.js'
import {
  blocking,
  bytesOf,
  change,
  client,
  DUMP,
  dump,
  echoing,
  GET,
  get,
  INTR,
  link,
  NEW,
  rejection,
  thrown,
  turns,
} from '../fixtures.js'

const MULTI = 2

/** A transport whose dumps are interrupted the first `times` times. */
function interrupted(times: number): ScriptedTransport {
  let left = times
  return new ScriptedTransport().on(GET, request => {
    request.rows(NEW, [bytesOf(1)])
    request.rows(NEW, [bytesOf(2)], left-- > 0 ? INTR : 0)
    request.rows(NEW, [bytesOf(3)])
    request.done()
  })
}

async function read<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const row of rows) all.push(row)
  return all
}

describe('list', () => {
  it('collects on a socket of its own, which is used again', async () => {
    const transport = echoing()
    await using rt = client(transport)
    expect(await rt.thing.list()).toEqual([1, 2, 3])
    expect(await rt.thing.list()).toEqual([1, 2, 3])
    expect(transport.opened).toBe(2)
  })

  it('adv-44 runs beside another', async () => {
    const transport = echoing()
    transport.hold()
    await using rt = client(transport)
    const both = Promise.all([rt.thing.list(), rt.thing.list()])
    await vi.waitFor(() => expect(transport.held).toBe(6))
    expect(transport.sockets).toHaveLength(3)
    transport.release(([a, b, c, ...other]) => [...other, a, b, c].filter(each => each !== undefined))
    expect(await both).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
  })

  it('adv-45 leaves room for a GET', async () => {
    const transport = echoing()
    transport.hold()
    await using rt = client(transport)
    const both = Promise.all([rt.thing.list(), rt.thing.get(5)])
    await vi.waitFor(() => expect(transport.held).toBe(4))
    transport.release(([first, second, done, reply]) => [first, reply, second, done].filter(each => each !== undefined))
    expect(await both).toEqual([[1, 2, 3], 1005])
  })

  it('comes after the requests before it', async () => {
    const transport = echoing()
    await using rt = client(transport)
    await Promise.all([rt.send(change(1)), rt.thing.list(), rt.send(change(2))])
    expect(transport.requests.map(({ type }) => type)).toEqual([NEW, GET, NEW])
  })

  it('adv-42 is repeated when it was interrupted, although DONE is clean', async () => {
    const transport = interrupted(2)
    await using rt = client(transport)
    expect(await rt.thing.list()).toEqual([1, 2, 3])
    expect(transport.requests).toHaveLength(3)
  })

  it('adv-42 fails after five repetitions with what the last gave', async () => {
    const transport = interrupted(100)
    await using rt = client(transport)
    const began = performance.now()
    const error = await rejection(rt.thing.list())
    expect(error).toMatchObject({ code: 'ERR_NETLINK_DUMP_INTERRUPTED', reason: 'protocol', partial: [1, 2, 3] })
    expect(transport.requests).toHaveLength(6)
    expect(performance.now() - began).toBeGreaterThan(70)
    using blockingRt = blocking(interrupted(100))
    expect(thrown(() => blockingRt.thing.list())).toMatchObject({ partial: [1, 2, 3] })
  })

  it('adv-40 rejects with the error that DONE carries', async () => {
    const transport = new ScriptedTransport().on(GET, request => request.done('EINVAL', { message: 'Invalid header' }))
    await using rt = client(transport)
    const error = await rejection(rt.thing.list())
    expect(error.message).toBe('test 18 0: EINVAL: Invalid header')
    using blockingRt = blocking(transport)
    expect(thrown(() => blockingRt.thing.list()).message).toBe('test 18 0: EINVAL: Invalid header')
  })

  it('adv-53 is asked for again with a larger buffer', async () => {
    const transport = new ScriptedTransport().on(GET, request => {
      request.rows(NEW, [bytesOf(1, 3000)])
      request.done()
    })
    await using rt = client(transport, { readSize: 1024 })
    expect(await rt.thing.list()).toEqual([1])
    expect(await read(rt.thing.dump())).toEqual([1])
    using blockingRt = blocking(transport, { readSize: 1024 })
    expect(blockingRt.thing.list()).toEqual([1])
    expect([...blockingRt.thing.dump()]).toEqual([1])
    expect(transport.sockets.every(socket => socket.queued === 0)).toBe(true)
  })

  it('fills in the links of its filter', async () => {
    const transport = echoing()
    transport.links.set('v0', 9)
    await using rt = client(transport)
    await rt.collect(dump(0, { fixUps: [link('v0')] }))
    expect(transport.requests[0]?.payload[4]).toBe(9)
    expect(await rejection(rt.collect(dump(0, { fixUps: [link('v1')] })))).toMatchObject({ code: 'ENODEV' })
  })

  it('adv-56 carries no loss over to the dump that follows on the socket', async () => {
    const transport = new ScriptedTransport()
    transport.on(GET, async request => {
      if (transport.requests.length === 1) {
        request.socket.overflow()
        return request.done('ENOENT')
      }
      await turns()
      request.rows(NEW, [bytesOf(1)])
      request.done()
    })
    await using rt = client(transport)
    expect(await rejection(rt.thing.list())).toMatchObject({ code: 'ENOENT' })
    expect(await rt.thing.list()).toEqual([1])
  })

  it('adv-56 has an unknown outcome when rows were dropped', async () => {
    const transport = new ScriptedTransport().on(GET, request => {
      request.rows(NEW, [bytesOf(1)])
      request.socket.overflow()
    })
    await using rt = client(transport)
    expect(await rejection(rt.thing.list())).toMatchObject({ code: 'ERR_NETLINK_OUTCOME_UNKNOWN' })
    expect(transport.sockets).toHaveLength(1)
  })

  it('counts only time in which the kernel is waited for', async () => {
    const transport = new ScriptedTransport().on(GET, request => request.rows(NEW, [bytesOf(1)]))
    await using rt = client(transport, { timeoutMs: 20 })
    const rows = rt.thing.dump()
    expect(await rows.next()).toEqual({ value: 1, done: false })
    await wait(40)
    const began = performance.now()
    expect(await rejection(rows.next())).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
    expect(performance.now() - began).toBeGreaterThan(10)
    expect(transport.sockets).toHaveLength(1)
  })

  it('counts the time of all its waits together', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] })
    try {
      const transport = new ScriptedTransport().on(GET, request => {
        setTimeout(() => request.rows(NEW, [bytesOf(1)]), 60)
      })
      await using rt = client(transport, { timeoutMs: 100 })
      const rows = rt.thing.dump()
      const first = rows.next()
      await turns()
      await vi.advanceTimersByTimeAsync(60)
      await turns()
      expect(await first).toEqual({ value: 1, done: false })
      let ended = false
      const second = rejection(rows.next()).finally(() => {
        ended = true
      })
      await vi.advanceTimersByTimeAsync(39)
      await turns()
      expect(ended).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      expect(await second).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
    } finally {
      vi.useRealTimers()
    }
  })

  it('says when the socket cannot be opened', async () => {
    const transport = echoing()
    await using rt = client(transport)
    transport.open = () => {
      throw new TypeError('no more')
    }
    expect(await rejection(rt.thing.list())).toBeInstanceOf(TypeError)
  })

  it('says what it was when its socket cannot be opened, or its client is closed before its turn', async () => {
    const transport = echoing()
    const rt = client(transport)
    using sync = blocking(transport)
    transport.open = () => {
      throw new NetlinkError({ reason: 'syscall', code: 'EMFILE', syscall: 'socket' })
    }
    const full = { code: 'EMFILE', message: 'test 18 0: socket: EMFILE', request: { text: 'test 18 0' } }
    expect(await rejection(rt.thing.list())).toMatchObject(full)
    expect(await rejection(rt.thing.dump().next())).toMatchObject(full)
    expect(thrown(() => sync.thing.list())).toMatchObject(full)
    const queued = [rejection(rt.thing.list()), rejection(rt.thing.dump().next())]
    await rt.close()
    const closed = { code: 'ERR_NETLINK_CLOSED', message: 'test 18 0: ERR_NETLINK_CLOSED: the client is closed' }
    expect(await Promise.all(queued)).toMatchObject([closed, closed])
  })
})

describe('dump', () => {
  it('streams objects, or the arrays of a datagram', async () => {
    await using rt = client(echoing())
    expect(await read(rt.thing.dump())).toEqual([1, 2, 3])
    expect(await read(rt.thing.dump().chunks())).toEqual([[1, 2], [3]])
    using blockingRt = blocking(echoing())
    expect([...blockingRt.thing.dump()]).toEqual([1, 2, 3])
    expect([...blockingRt.thing.dump().chunks()]).toEqual([[1, 2], [3]])
  })

  it('is asked for at the first next()', async () => {
    const transport = echoing()
    await using rt = client(transport)
    rt.thing.dump()
    await turns()
    expect(transport.requests).toEqual([])
  })

  it('adv-46 closes its socket when it is abandoned', async () => {
    const transport = echoing()
    await using rt = client(transport)
    for await (const row of rt.thing.dump()) {
      expect(row).toBe(1)
      break
    }
    expect(transport.sockets).toHaveLength(1)
    expect(await rt.thing.get(1)).toBe(1001)
    using blockingRt = blocking(transport)
    for (const row of blockingRt.thing.dump()) {
      expect(row).toBe(1)
      break
    }
    expect(transport.sockets).toHaveLength(2)
    expect(blockingRt.thing.get(1)).toBe(1001)
  })

  it('adv-47 rejects with the reason of an abort in the middle, and frees its socket', async () => {
    const transport = new ScriptedTransport().on(GET, request => request.rows(NEW, [bytesOf(1), bytesOf(2)]))
    await using rt = client(transport)
    const controller = new AbortController()
    const reason = { stop: true }
    const rows = rt.stream(dump(), { signal: controller.signal })
    expect(await rows.next()).toEqual({ value: 1, done: false })
    controller.abort(reason)
    expect(await rejection(rows.next())).toBe(reason)
    expect(await rows.next()).toEqual({ value: undefined, done: true })
    expect(transport.sockets).toHaveLength(1)
    const waiting = new AbortController()
    const list = rejection(rt.collect(dump(), { signal: waiting.signal }))
    await turns()
    waiting.abort(reason)
    expect(await list).toBe(reason)
    expect(transport.sockets).toHaveLength(1)
  })

  /** A transport whose rows come with their NLMSG_DONE. */
  const atOnce = (): ScriptedTransport =>
    new ScriptedTransport().on(GET, request => {
      const rows = [1, 2, 3].map(value => ({ type: NEW, seq: request.seq, flags: MULTI, payload: bytesOf(value) }))
      const done = { type: NLMSG_DONE, seq: request.seq, flags: MULTI, payload: new Uint8Array(4) }
      request.socket.deliverMessage(...rows, done)
    })

  it.each(['next', 'chunks'] as const)('adv-47 ends by %s when all had come with the first row, too', async how => {
    const transport = atOnce()
    const rt = client(transport)
    const controller = new AbortController()
    const reason = { stop: true }
    const aborted = rt.stream(dump(), { signal: controller.signal })
    const closed = rt.stream(dump())
    for (const rows of [aborted, closed]) expect(await rows.next()).toEqual({ value: 1, done: false })
    const rest = (rows: typeof aborted) => (how === 'next' ? rows.next() : rows.chunks().next())
    controller.abort(reason)
    expect(await rejection(rest(aborted))).toBe(reason)
    await rt.close()
    expect(transport.sockets).toEqual([])
    expect(await rejection(rest(closed))).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    expect((await rest(closed)).done).toBe(true)
  })

  it.each(['next', 'chunks'] as const)('ends by %s with a blocking client that is closed, too', how => {
    const transport = atOnce()
    const rt = blocking(transport)
    const rows = rt.stream(dump())
    expect(rows.next()).toEqual({ value: 1, done: false })
    rt.close()
    expect(transport.sockets).toEqual([])
    const rest = () => (how === 'next' ? rows.next() : rows.chunks().next())
    expect(thrown(rest)).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    expect(rest().done).toBe(true)
  })

  it('yields everything of an interrupted dump, then throws', async () => {
    const transport = interrupted(1)
    await using rt = client(transport)
    const rows: number[] = []
    const error = await rejection(
      (async () => {
        for await (const row of rt.thing.dump()) rows.push(row)
      })(),
    )
    expect(rows).toEqual([1, 2, 3])
    expect(error).toMatchObject({ code: 'ERR_NETLINK_DUMP_INTERRUPTED' })
    expect(transport.requests).toHaveLength(1)
  })

  it('answers calls of next() that were not awaited in order', async () => {
    await using rt = client(echoing())
    const rows = rt.thing.dump()
    const results = await Promise.all([rows.next(), rows.next(), rows.next(), rows.next()])
    expect(results.map(({ value }) => value)).toEqual([1, 2, 3, undefined])
  })

  it('ends a waiting next() when it is returned or its client is closed', async () => {
    const transport = new ScriptedTransport().on(GET, () => {})
    const rt = client(transport)
    const rows = rt.thing.dump()
    const next = rows.next()
    await turns()
    await rows.return()
    expect(await next).toEqual({ value: undefined, done: true })
    const other = rejection(rt.thing.dump().next())
    await turns()
    await rt.close()
    expect(await other).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    expect(transport.sockets).toEqual([])
  })

  it('lets timers run', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => bytesOf(i))
    const transport = new ScriptedTransport().on(GET, request => {
      for (let i = 0; i < 200; i++) request.rows(NEW, rows)
      request.done()
    })
    await using rt = client(transport)
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    expect(await rt.thing.list()).toHaveLength(100_000)
    expect(ticks).toBeGreaterThan(1)
    ticks = 0
    let count = 0
    for await (const _ of rt.thing.dump()) count++
    clearInterval(timer)
    expect(count).toBe(100_000)
    expect(ticks).toBeGreaterThan(2)
  })
})

describe('requests beside a dump', () => {
  it('have their own socket', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const rows = rt.thing.dump()
    await rows.next()
    expect(await rt.send(get(4))).toBe(1004)
    expect(transport.requests.map(({ flags }) => flags & DUMP)).toEqual([DUMP, 0])
    expect((await rows.next()).value).toBe(2)
  })
})
