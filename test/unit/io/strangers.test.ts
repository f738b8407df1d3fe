// A stranger with privilege may send to any port without an end: deadlines hold all the same, and the event loop has its turn.
import { describe, expect, it } from 'vitest'
import type { ScriptedTransport } from '../../../src/testing/scripted.js'
import { writeHeader } from '../../../src/wire/nlmsghdr.js'
import { blocking, change, client, echoing, get } from './fixtures.js'

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
    clearInterval(tick)
    expect(turns).toBeGreaterThan(0)
    expect(reads()).toBeGreaterThan(256)
    await rt.close()
  })

  it('keep the blocking client from no deadline', () => {
    const transport = echoing()
    transport.hold()
    const reads = flooded(transport)
    const rt = blocking(transport)
    expect(() => rt.send(get(1), { timeoutMs: 30 })).toThrow(expect.objectContaining(timeout))
    expect(reads()).toBeGreaterThan(256)
    rt.close()
  })
})
