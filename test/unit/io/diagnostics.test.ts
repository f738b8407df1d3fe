import { channel } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it } from 'vitest'
import { replyLine, warningLine } from '../../../src/diag/printer.js'
import { blocking, change, client, dump, echoing, get, NEW, rejection } from './fixtures.js'

const unsubscribe: (() => void)[] = []
afterEach(() => {
  for (const each of unsubscribe.splice(0)) each()
})

function listen(name: string): Record<string, unknown>[] {
  const seen: Record<string, unknown>[] = []
  const listener = (message: unknown) => void seen.push(message as Record<string, unknown>)
  channel(name).subscribe(listener)
  unsubscribe.push(() => channel(name).unsubscribe(listener))
  return seen
}

describe('diagnostics channels', () => {
  it('tell requests and their outcome', async () => {
    const requests = listen('rtnetlink:request')
    const replies = listen('rtnetlink:reply')
    await using rt = client(echoing().on(NEW, request => request.error('EEXIST')))
    await rt.thing.get(1)
    await rejection(rt.thing.add(2))
    await rt.thing.list()
    using blockingRt = blocking(echoing())
    blockingRt.thing.get(3)
    expect(requests.map(({ request }) => (request as { text: string }).text)).toEqual([
      'test 18 1',
      'test 16 2',
      'test 18 0',
      'test 18 3',
    ])
    expect(replies.map(({ error }) => (error as { code?: string } | undefined)?.code)).toEqual([
      undefined,
      'EEXIST',
      undefined,
      undefined,
    ])
    expect(replies.every(({ ms }) => typeof ms === 'number' && ms >= 0 && ms < 5000)).toBe(true)
  })

  it('adv-39 tell the kernel’s words on a success', async () => {
    const warnings = listen('rtnetlink:warning')
    await using rt = client(echoing().on(NEW, request => request.ack({ message: 'bytes leftover' })))
    await rt.thing.add(1)
    expect(warnings).toMatchObject([{ request: { text: 'test 16 1' }, extAck: { message: 'bytes leftover' } }])
  })
})

describe('a client that is closed while a flush is made', () => {
  const closed = { status: 'rejected', reason: { code: 'ERR_NETLINK_CLOSED' } }

  it.each([true, false])('by who listens to its requests rejects all of them (slow: %s)', async slow => {
    for (const at of [1, 3]) {
      const transport = echoing()
      const rt = client(transport)
      let told = 0
      const listener = () => {
        if (++told === at) void rt.close()
      }
      channel('rtnetlink:request').subscribe(listener)
      try {
        const calls = [rt.send(get(1)), rt.send(change(2, { slow })), rt.send(get(3))]
        expect(await Promise.allSettled(calls)).toMatchObject([closed, closed, closed])
      } finally {
        channel('rtnetlink:request').unsubscribe(listener)
      }
      expect(told).toBe(at)
      await rt.close()
      expect(transport.requests).toEqual([])
      expect(transport.sockets).toEqual([])
    }
  })

  /** A namespace whose reading closes the client. */
  const closing = (rt: ReturnType<typeof client>) => {
    const ref = {
      get fd(): number {
        void rt.close()
        return 7
      },
    }
    return { kind: 'netns', offset: 20, ref, fieldPath: 'netns' } as const
  }

  it('by a namespace that is read rejects all of them, and closes the namespaces', async () => {
    const transport = echoing()
    const rt = client(transport)
    const fixUps = [closing(rt)]
    const calls = [rt.send(get(1)), rt.send(change(2, { fixUps })), rt.send(get(3))]
    expect(await Promise.allSettled(calls)).toMatchObject([closed, closed, closed])
    await rt.close()
    expect(transport.requests).toEqual([])
    expect(transport.openNamespaces.size).toBe(0)
  })

  it('by a namespace that a dump reads sends nothing', async () => {
    for (const ask of [
      (rt: ReturnType<typeof client>, request: ReturnType<typeof dump>) => rt.collect(request),
      (rt: ReturnType<typeof client>, request: ReturnType<typeof dump>) => rt.stream(request).next(),
    ]) {
      const transport = echoing()
      const rt = client(transport)
      const fixUps = [closing(rt)]
      expect(await Promise.allSettled([ask(rt, dump(1, { fixUps }))])).toMatchObject([closed])
      await rt.close()
      expect(transport.requests).toEqual([])
      expect(transport.sockets).toEqual([])
      expect(transport.openNamespaces.size).toBe(0)
    }
  })
})

describe('the printer', () => {
  const request = { type: 16, flags: 5, seq: 3, text: 'link set v0 up' }

  it('writes one line', () => {
    expect(replyLine({ request, error: undefined, ms: 0.0123 })).toBe('link set v0 up: ok (seq 3, 0.012 ms)')
    expect(warningLine({ request, extAck: { message: 'hm' } })).toBe('link set v0 up: warning: hm')
  })
})
