import { channel } from 'node:diagnostics_channel'
import { afterEach, describe, expect, it } from 'vitest'
import { replyLine, warningLine } from '../../../src/io/trace/printer.js'
import type { Request } from '../../../src/request/request.js'
import type { ScriptedTransport } from '../../../src/testing/scripted/scripted.js'
import { blocking, change, client, dump, echoing, GET, get, link, NEW, number, rejection, turns } from './fixtures.js'

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

  it('tell what ends a dump early', async () => {
    const codes = (name: string) => {
      const seen = listen(name)
      return () => seen.splice(0).map(({ error }) => (error as { code?: string } | undefined)?.code)
    }
    const [left, ended] = [codes('rtnetlink:request'), codes('rtnetlink:reply')]
    const silent = () => echoing().on(GET, () => {})
    const failing = () => {
      const transport = silent()
      const open = transport.open.bind(transport)
      transport.open = options => Object.assign(open(options), { send: () => -105 })
      return transport
    }
    const options = { timeoutMs: 10 }
    for (const [transport, code] of [
      [silent(), 'ERR_NETLINK_TIMEOUT'],
      [failing(), 'ENOBUFS'],
    ] as const) {
      await using rt = client(transport, options)
      using sync = blocking(transport, options)
      await rejection(rt.thing.list())
      await rejection(rt.thing.dump().next())
      expect(() => sync.thing.list()).toThrow(expect.objectContaining({ code }))
      expect(() => sync.thing.dump().next()).toThrow(expect.objectContaining({ code }))
      expect(left()).toHaveLength(4)
      expect(ended()).toEqual([code, code, code, code])
    }
    const rt = client(silent())
    const list = rejection(rt.thing.list())
    await turns()
    await rt.close()
    await list
    expect(ended()).toEqual(['ERR_NETLINK_CLOSED'])
  })

  it('tell the look for a long name too, by both clients', async () => {
    const long = () => [link('an-altname-of-more-than-15-bytes')]
    const transport = () => echoing().on(GET, request => request.reply(NEW, new Uint8Array(16).fill(7, 4, 5)))
    for (const use of [
      async () => {
        await using rt = client(transport())
        await rt.send(change(1, { fixUps: long() }))
      },
      () => {
        using rt = blocking(transport())
        rt.send(change(1, { fixUps: long() }))
      },
    ]) {
      const seen = [listen('rtnetlink:request'), listen('rtnetlink:reply')]
      await use()
      const reported = ['link get altname=an-altname-of-more-than-15-bytes', 'test 16 1']
      expect(seen.map(each => each.map(({ request }) => (request as { text: string }).text))).toEqual([
        reported,
        reported,
      ])
    }
  })

  it('adv-39 tell the kernel’s words on a success', async () => {
    const warnings = listen('rtnetlink:warning')
    await using rt = client(echoing().on(NEW, request => request.ack({ message: 'bytes leftover' })))
    await rt.thing.add(1)
    expect(warnings).toMatchObject([{ request: { text: 'test 16 1' }, extAck: { message: 'bytes leftover' } }])
  })
})

describe('diagnostics channels of a bulk', () => {
  const bulks = {
    asynchronous: async (transport: ScriptedTransport, requests: Request[]) => {
      await using rt = client(transport)
      return await rt.bulk(requests)
    },
    blocking: (transport: ScriptedTransport, requests: Request[]) => {
      using rt = blocking(transport)
      return rt.bulk(requests)
    },
  }
  const texts = (seen: Record<string, unknown>[]) => seen.map(({ request }) => (request as { text: string }).text)

  it.each(['asynchronous', 'blocking'] as const)('tell each of its requests and their outcome (%s)', async kind => {
    const requests = listen('rtnetlink:request')
    const replies = listen('rtnetlink:reply')
    const transport = echoing().on(NEW, request => {
      if (number(request.payload) === 1) request.error('EEXIST')
      else request.ack()
    })
    await bulks[kind](transport, [change(0), change(1), change(2)])
    expect(texts(requests)).toEqual(['test 16 0', 'test 16 1', 'test 16 2'])
    expect(texts(replies).sort()).toEqual(['test 16 0', 'test 16 1', 'test 16 2'])
    expect(replies.filter(({ error }) => error !== undefined)).toMatchObject([
      { request: { text: 'test 16 1', seq: 2 }, error: { code: 'EEXIST' } },
    ])
  })

  it.each(['asynchronous', 'blocking'] as const)('tell of what nobody knows as such (%s)', async kind => {
    const replies = listen('rtnetlink:reply')
    const transport = echoing().on(NEW, request => {
      request.socket.overflow()
      request.ack()
    })
    await bulks[kind](transport, [change(0), change(1)])
    const error = { code: 'ERR_NETLINK_OUTCOME_UNKNOWN' }
    expect(replies).toMatchObject([{ error }, { error }])
  })

  it.each(['asynchronous', 'blocking'] as const)('adv-39 tell the kernel’s words on a success (%s)', async kind => {
    const warnings = listen('rtnetlink:warning')
    const transport = echoing().on(NEW, request => request.ack({ message: `word ${number(request.payload)}` }))
    const result = await bulks[kind](transport, [change(0), change(1)])
    expect(result).toEqual({ sent: 2, failed: [], unknown: [] })
    expect(warnings).toMatchObject([
      { request: { text: 'test 16 0' }, extAck: { message: 'word 0' } },
      { request: { text: 'test 16 1' }, extAck: { message: 'word 1' } },
    ])
  })

  it('tell what ends it early', async () => {
    const replies = listen('rtnetlink:reply')
    const ended = () =>
      replies.splice(0).map(({ request, error }) => {
        const { text } = request as { text: string }
        return [text, (error as { code?: string } | undefined)?.code]
      })
    const all = (code: string) => [0, 2].map(n => [`test 16 ${n}`, code])
    const requests = [change(0), change(1), change(2)]
    // The second is refused, of the others nothing is heard.
    const some = () => echoing().on(NEW, request => number(request.payload) === 1 && request.error('EEXIST'))
    const options = { timeoutMs: 10 }
    for (const use of [
      async () => {
        await using rt = client(some(), options)
        await rejection(rt.bulk(requests))
      },
      () => {
        using rt = blocking(some(), options)
        expect(() => rt.bulk(requests)).toThrow(expect.objectContaining({ code: 'ERR_NETLINK_TIMEOUT' }))
      },
    ]) {
      await use()
      expect(ended()).toEqual([['test 16 1', 'EEXIST'], ...all('ERR_NETLINK_TIMEOUT')])
    }
    for (const [end, reported] of [
      [(rt: ReturnType<typeof client>) => rt.close(), all('ERR_NETLINK_CLOSED')],
      [(_: unknown, enough: AbortController) => enough.abort(), []],
    ] as const) {
      const enough = new AbortController()
      await using rt = client(some())
      const bulk = rejection(rt.bulk(requests, { signal: enough.signal }))
      await turns()
      await end(rt, enough)
      await bulk
      expect(ended()).toEqual([['test 16 1', 'EEXIST'], ...reported])
    }
  })

  it('send nothing of it when whoever is told ends it, or its client', async () => {
    for (const end of ['abort', 'close'] as const) {
      const transport = echoing()
      await using rt = client(transport)
      const enough = new AbortController()
      const listener = () => {
        if (end === 'abort') enough.abort(new Error('enough'))
        else void rt.close()
      }
      channel('rtnetlink:request').subscribe(listener)
      try {
        const reason = end === 'abort' ? { message: 'enough' } : { code: 'ERR_NETLINK_CLOSED' }
        await expect(rt.bulk([change(0), change(1)], { signal: enough.signal })).rejects.toMatchObject(reason)
      } finally {
        channel('rtnetlink:request').unsubscribe(listener)
      }
      expect(transport.requests).toEqual([])
    }
  })
})

describe('a client that is closed while a flush is made', () => {
  const closed = { status: 'rejected', reason: { code: 'ERR_NETLINK_CLOSED' } }

  it.each([true, false])('by who listens to its requests rejects all of them (slow: %s)', async slow => {
    for (const at of [1, 3]) {
      const transport = echoing()
      const rt = client(transport)
      let reported = 0
      const listener = () => {
        if (++reported === at) void rt.close()
      }
      channel('rtnetlink:request').subscribe(listener)
      try {
        const calls = [rt.send(get(1)), rt.send(change(2, { slow })), rt.send(get(3))]
        expect(await Promise.allSettled(calls)).toMatchObject([closed, closed, closed])
      } finally {
        channel('rtnetlink:request').unsubscribe(listener)
      }
      expect(reported).toBe(at)
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
