// Calls that end while a slow send, or others before theirs, keep them from leaving.
import { describe, expect, it, vi } from 'vitest'
import type { ScriptedTransport } from '../../../../src/testing/scripted/scripted.js'
import { change, client, echoing, get, log } from '../fixtures.js'

/** A transport whose slow sends begin, and end when the gate opens. */
function gated(): { readonly transport: ScriptedTransport; readonly open: () => void } {
  const transport = echoing()
  let pass = (): void => {}
  const gate = new Promise<void>(resolve => {
    pass = resolve
  })
  const plain = transport.open.bind(transport)
  transport.open = options => {
    const socket = plain(options)
    socket.sendSlow = async (bytes, length) => {
      await gate
      return socket.send(bytes, length)
    }
    return socket
  }
  return { transport, open: () => pass() }
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve))
const slow = { slow: true } as const

describe('a call that is over before its send', () => {
  it('does not leave with those that it was packed with', async () => {
    const { transport, open } = gated()
    const clients = [client(transport), client(transport), client(transport)] as const
    // Two sends are what the slow lane takes at once.
    const busy = [clients[0].send(change(1, slow)), clients[1].send(change(2, slow))]
    await turn()
    const stop = new AbortController()
    const aborted = clients[2].send(change(3, slow), { signal: stop.signal })
    const late = clients[2].send(change(4, slow), { timeoutMs: 5 })
    const other = clients[2].send(change(5, slow))
    await turn()
    stop.abort(new Error('never mind'))
    await expect(aborted).rejects.toThrow('never mind')
    await expect(late).rejects.toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
    open()
    await Promise.all([...busy, other])
    expect(log(transport).sort()).toEqual(['16:1', '16:2', '16:5'])
    for (const rt of clients) await rt.close()
  })

  it('has no timer fire while others keep it waiting', async () => {
    const { transport, open } = gated()
    await using rt = client(transport)
    const busy = rt.send(change(1, slow))
    await turn()
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const late = Array.from({ length: 50 }, () => rt.send(get(2), { timeoutMs: 5 }))
    const endpoints = await Promise.allSettled(late)
    const armed = timers.mock.calls.length
    await new Promise(resolve => setTimeout(resolve, 100))
    const behind = timers.mock.calls.length - armed
    timers.mockRestore()
    open()
    await busy
    expect(endpoints.every(({ status }) => status === 'rejected')).toBe(true)
    expect(behind).toBeLessThan(5)
    expect(log(transport)).toEqual(['16:1'])
  })
})
