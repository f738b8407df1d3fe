// A stranger with privilege may send to any port without an end: deadlines hold all the same, and the event loop has its turn.
import { describe, expect, it } from 'vitest'
import { ScriptedTransport } from '../../../src/testing/scripted/scripted.js'
import { NLMSG_ERROR, writeHeader } from '../../../src/wire/nlmsghdr.js'
import { ACK, blocking, bytesOf, change, client, dump, echoing, get, ROUTE, route } from './fixtures.js'

/** Has the sockets of a transport read datagrams of a stranger only; gives how often. */
function flooded(transport: ScriptedTransport): () => number {
  let reads = 0
  const open = transport.open.bind(transport)
  transport.open = options => {
    const socket = open(options)
    socket.receive = buffer => {
      reads++
      socket.sourcePid = 4711
      writeHeader(buffer, 3, 0, 1, socket.portId)
      return 16
    }
    socket.waitReadable = () => 1
    return socket
  }
  return () => reads
}

describe('datagrams of strangers without an end', () => {
  const timeout = { code: 'ERR_NETLINK_TIMEOUT' }

  it('keep the asynchronous client from no deadline, and the event loop from no turn', async () => {
    const transport = echoing()
    transport.hold()
    const reads = flooded(transport)
    const rt = client(transport)
    let turns = 0
    const tick = setInterval(() => turns++, 1)
    await expect(rt.send(get(1), { timeoutMs: 30 })).rejects.toMatchObject(timeout)
    await expect(rt.send(change(1), { timeoutMs: 30 })).rejects.toMatchObject(timeout)
    await expect(rt.collect(dump(), { timeoutMs: 30 })).rejects.toMatchObject(timeout)
    await expect(rt.stream(dump(), { timeoutMs: 30 }).next()).rejects.toMatchObject(timeout)
    clearInterval(tick)
    expect(turns).toBeGreaterThan(0)
    expect(reads()).toBeGreaterThan(256)
    await rt.close()
  })

  it('keep no monitor from giving the event loop its turn, nor from being closed', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const events = rt.openMonitor({ groups: [1], decode: type => type, overrun: () => 0 })
    const socket = transport.sockets[1]
    if (socket === undefined) throw new Error('the monitor has no socket')
    let reads = 0
    socket.receiveMany = () => {
      reads++
      return 16
    }
    socket.select = () => {
      socket.sourcePid = 4711
      return 16
    }
    const waiting = events.next()
    const before = reads
    for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
    expect(reads).toBeGreaterThan(before)
    await events.close()
    expect(await waiting).toEqual({ value: undefined, done: true })
    expect(events.counters.spoofed).toBe(16 * reads)
  })

  it('keep the blocking client from no deadline', () => {
    const transport = echoing()
    transport.hold()
    const reads = flooded(transport)
    const rt = blocking(transport)
    expect(() => rt.send(get(1), { timeoutMs: 30 })).toThrow(expect.objectContaining(timeout))
    expect(reads()).toBeGreaterThan(256)
    expect(() => rt.collect(dump(), { timeoutMs: 30 })).toThrow(expect.objectContaining(timeout))
    expect(() => rt.stream(dump(), { timeoutMs: 30 }).next()).toThrow(expect.objectContaining(timeout))
    rt.close()
    expect(transport.sockets).toEqual([])
  })
})

describe('as many datagrams that nobody has asked for as are read at once', () => {
  it.each([255, 256, 257, 512])('keep no change from being known for done: %d', async count => {
    const transport = new ScriptedTransport().on(ROUTE, request => {
      for (let i = 0; i < count; i++)
        request.socket.deliverMessage({ type: NLMSG_ERROR, seq: 999, payload: bytesOf(0, 20) })
      if ((request.flags & ACK) !== 0) request.ack()
    })
    const options = { timeoutMs: 500 }
    await using rt = client(transport, options)
    await rt.send(route(1))
    expect(await rt.bulk([route(1), route(2)])).toMatchObject({ sent: 2, failed: [], unknown: [] })
    using sync = blocking(transport, options)
    sync.send(route(1))
    expect(sync.bulk([route(1), route(2)])).toMatchObject({ sent: 2, failed: [], unknown: [] })
  })
})
