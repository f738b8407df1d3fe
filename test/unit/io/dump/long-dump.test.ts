// Dumps that keep the kernel busy for long are read on off the thread.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { SocketOptions } from '../../../../src/io/transport/transport.js'
import { ScriptedTransport } from '../../../../src/testing/scripted/scripted.js'
import type { ScriptedSocket } from '../../../../src/testing/scripted/scripted-socket.js'
import { bytesOf, change, client, dump, echoing, GET, gate, NEW, rejection, takesLong, turns } from '../fixtures.js'

/** Rows, each in a datagram, with the end behind them: one is read here, five times eight there, and two more. */
const DATAGRAMS = 42
const numbers = Array.from({ length: DATAGRAMS }, (_, i) => i)
const EIO = -5

/** Is a transport all of whose dumps are long. */
class LongTransport extends ScriptedTransport {
  /** The socket that was opened last; the first dump's is the second. */
  last!: ScriptedSocket

  override open(options: SocketOptions): ScriptedSocket {
    const socket = super.open(options)
    takesLong(socket)
    this.last = socket
    return socket
  }
}

/** Answers dumps with a row in each datagram. */
function long(rows = numbers): LongTransport {
  const transport = new LongTransport()
  transport.on(GET, request => {
    for (const i of rows) request.rows(NEW, [bytesOf(i)])
    request.done()
  })
  return transport
}

/** A client that has taken a row and then waits for what the pool reads. */
async function waiting(transport: LongTransport, options = {}) {
  const rt = client(transport, options)
  const rows = rt.thing.dump()
  const { opened, open } = gate()
  expect(await rows.next()).toMatchObject({ value: 0 })
  transport.last.slow = opened
  const next = rows.next()
  await vi.waitFor(() => expect(transport.last.slowReceives).toBe(1))
  return { rt, rows, next, open }
}

describe('a long dump', () => {
  it('is read off the thread, and gives all rows in order', async () => {
    const transport = long()
    await using rt = client(transport)
    expect(await rt.thing.list()).toEqual(numbers)
    expect(transport.last.slowReceives).toBe(6)
    const rows: number[] = []
    for await (const row of rt.thing.dump()) rows.push(row)
    expect(rows).toEqual(numbers)
    const chunks: number[][] = []
    for await (const chunk of rt.thing.dump().chunks()) chunks.push(chunk)
    expect(chunks.map(({ length }) => length)).toEqual([1, 8, 8, 8, 8, 8, 1])
    expect(chunks.flat()).toEqual(numbers)
  })

  it('reads ahead of a consumer by one batch', async () => {
    const transport = long()
    await using rt = client(transport)
    const rows = rt.thing.dump()
    await rows.next()
    await rows.next()
    const { last } = transport
    await vi.waitFor(() => expect(last.queued).toBe(DATAGRAMS - 16))
    expect(last.slowReceives).toBe(2)
    await rows.return?.()
    expect(last.closed).toBe(true)
  })

  it('waits for what has not come yet', async () => {
    const transport = new LongTransport()
    const watched: boolean[] = []
    transport.on(GET, async request => {
      const { socket } = request
      request.rows(NEW, [bytesOf(0)])
      request.rows(NEW, [bytesOf(1)])
      await vi.waitFor(() => expect(socket.watched).toBe(true))
      const { opened, open } = gate()
      socket.slow = opened
      const reads = socket.slowReceives
      request.rows(NEW, [bytesOf(2)])
      await vi.waitFor(() => expect(socket.slowReceives).toBe(reads + 1))
      watched.push(socket.watched)
      open()
      request.done()
    })
    await using rt = client(transport)
    expect(await rt.thing.list()).toEqual([0, 1, 2])
    expect(transport.last.slowReceives).toBeGreaterThan(2)
    expect(watched).toEqual([false])
  })

  it('takes its socket along, in which the pool may read on', async () => {
    for (const rows of [numbers, numbers.slice(0, 40)]) {
      const transport = long(rows)
      await using rt = client(transport)
      expect(await rt.thing.list()).toEqual(rows)
      const { opened, last } = transport
      expect(last.closed).toBe(true)
      expect(await rt.thing.list()).toEqual(rows)
      expect(transport.opened).toBe(opened + 1)
    }
  })

  it('ends at once when it is aborted, or its client closed, while the pool reads', async () => {
    const first = await waiting(long())
    const closing = first.rt.close()
    expect(await rejection(first.next)).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    first.open()
    await closing

    const transport = long()
    await using rt = client(transport)
    const stop = new AbortController()
    const { opened, open } = gate()
    transport.on(GET, request => {
      request.socket.slow = opened
      for (const i of numbers) request.rows(NEW, [bytesOf(i)])
      request.done()
    })
    const list = rt.collect(dump(), { signal: stop.signal })
    await vi.waitFor(() => expect(transport.last.slowReceives).toBe(1))
    stop.abort(new Error('enough'))
    expect(await rejection(list)).toMatchObject({ message: 'enough' })
    expect(transport.last.closed).toBe(true)
    open()
  })

  it('waits for no links that are deleted meanwhile, each slowly', async () => {
    const { opened, open } = gate()
    const deleting = [1, 2, 3].map(async value => {
      const transport = echoing()
      await using rt = client(transport)
      for (const socket of transport.sockets) socket.slow = opened
      await rt.send(change(value, { slow: true }))
    })
    await using rt = client(long())
    expect(await rt.thing.list()).toEqual(numbers)
    open()
    await Promise.all(deleting)
  })

  it('keeps its client from having been closed until the pool has let go of its socket', async () => {
    const { rt, next, open } = await waiting(long())
    let closed = false
    const closing = rt.close().then(() => {
      closed = true
    })
    await rejection(next)
    await turns()
    expect(closed).toBe(false)
    open()
    await closing
  })

  it('has no deadline while it is the pool that keeps it waiting', async () => {
    const { rt, next, open } = await waiting(long(), { timeoutMs: 20 })
    await wait(60)
    open()
    expect(await next).toEqual({ value: 1, done: false })
    await rt.close()
  })

  it('has a deadline once it is the kernel', async () => {
    const transport = new LongTransport().on(GET, request => {
      for (const i of numbers) request.rows(NEW, [bytesOf(i)])
    })
    await using rt = client(transport, { timeoutMs: 20 })
    expect(await rejection(rt.thing.list())).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
    expect(transport.last.closed).toBe(true)
  })

  it('tells of losses, of what does not fit, and of reads that fail', async () => {
    const transport = new LongTransport()
    let wrong = (_socket: ScriptedSocket): void => {}
    transport.on(GET, request => {
      request.rows(NEW, [bytesOf(0)])
      request.rows(NEW, [bytesOf(1)])
      wrong(request.socket)
      request.done()
    })
    await using rt = client(transport, { readSize: 64 })
    wrong = socket => socket.failRead(-105)
    expect(await rejection(rt.thing.list())).toMatchObject({ code: 'ERR_NETLINK_OUTCOME_UNKNOWN' })
    wrong = socket => socket.failRead(-99)
    expect(await rejection(rt.thing.list())).toMatchObject({ code: 'EADDRNOTAVAIL', syscall: 'recvmmsg' })
    let large = 0
    transport.on(GET, request => {
      for (const i of numbers.slice(0, 3)) request.rows(NEW, [bytesOf(i)])
      request.rows(NEW, [bytesOf(3, 500)])
      large++
      request.done()
    })
    expect(await rt.thing.list()).toEqual([0, 1, 2, 3])
    expect(large).toBe(2)
    wrong = () => {}
    transport.on(GET, request => {
      request.socket.receiveManySlow = () => Promise.reject(new Error('no thread'))
      for (const i of numbers) request.rows(NEW, [bytesOf(i)])
    })
    expect(await rejection(rt.thing.list())).toMatchObject({ code: 'EIO', errno: EIO })
  })
})
