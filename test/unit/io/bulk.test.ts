import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { NetlinkError } from '../../../src/errors/netlink-error.js'
import type { Request } from '../../../src/request/request.js'
import type { ScriptedTransport } from '../../../src/testing/scripted/scripted.js'
import { ACK, blocking, change, client, echoing, get, link, NEW, number, rejection, thrown, turns } from './fixtures.js'

/** Acknowledges what asks for it, and refuses every tenth. */
function tenths(): ScriptedTransport {
  return echoing().on(NEW, request => {
    if (number(request.payload) % 10 === 9) request.error('EEXIST')
    else if ((request.flags & ACK) !== 0) request.ack()
  })
}

const many = (count: number): Request[] => Array.from({ length: count }, (_, i) => change(i))

describe.each(['asynchronous', 'blocking'] as const)('bulk of the %s client', kind => {
  const run = async <T>(
    transport: ScriptedTransport,
    use: (rt: {
      bulk: (...args: Parameters<ReturnType<typeof client>['bulk']>) => Promise<unknown>
      get: (value: number) => Promise<number>
    }) => Promise<T>,
  ): Promise<T> => {
    if (kind === 'asynchronous') {
      await using rt = client(transport, { timeoutMs: 30 })
      return await use({ bulk: (source, options) => rt.bulk(source, options), get: value => rt.send(get(value)) })
    }
    using rt = blocking(transport, { timeoutMs: 30 })
    return await use({
      bulk: async (source, options) => rt.bulk(source, options),
      get: async value => rt.send(get(value)),
    })
  }

  it('asks for one ACK a chunk and tells the errors', async () => {
    const transport = tenths()
    await run(transport, async rt => {
      const result = (await rt.bulk(many(150))) as { failed: { index: number; error: NetlinkError }[] }
      expect(result).toMatchObject({ sent: 150, unknown: [] })
      expect(result.failed.map(({ index }) => index)).toEqual(Array.from({ length: 15 }, (_, i) => i * 10 + 9))
      expect(result.failed[0]?.error.message).toBe('test 16 9: EEXIST')
      expect(transport.requests.filter(({ flags }) => (flags & ACK) !== 0)).toHaveLength(3)
      expect(transport.sockets[0]?.sends).toBe(3)
      expect(await rt.get(1)).toBe(1001)
    })
  })

  it('takes a function, reports progress, and may be empty', async () => {
    await run(tenths(), async rt => {
      const progress: object[] = []
      function* source() {
        yield* many(70)
      }
      await rt.bulk(source, { onProgress: each => progress.push(each) })
      expect(progress).toEqual([
        { sent: 64, failed: 6 },
        { sent: 70, failed: 7 },
      ])
      expect(await rt.bulk([])).toEqual({ sent: 0, failed: [], unknown: [] })
    })
  })

  it('stops behind the chunk of an error', async () => {
    const transport = tenths()
    await run(transport, async rt => {
      const result = await rt.bulk(many(150), { stopOnError: true })
      expect(result).toMatchObject({ sent: 64 })
      expect(transport.requests).toHaveLength(64)
    })
  })

  it('refuses requests that have a reply, and things that are none', async () => {
    const transport = tenths()
    await run(transport, async rt => {
      expect(await rejection(rt.bulk([change(1), get(2) as unknown as Request]))).toBeInstanceOf(TypeError)
      expect(await rejection(rt.bulk([5 as unknown as Request]))).toBeInstanceOf(TypeError)
      expect(await rejection(rt.bulk(5 as never))).toBeInstanceOf(TypeError)
      expect(transport.requests).toEqual([])
      expect(await rt.get(1)).toBe(1001)
    })
  })

  it('refuses sources that cannot be iterated', async () => {
    await run(echoing(), async rt => {
      for (const source of [undefined, null, 5, {}, () => undefined, () => 5])
        expect(await rejection(rt.bulk(source as never))).toMatchObject({
          message: expect.stringMatching(/^bulk takes/),
        })
      expect(await rt.get(1)).toBe(1001)
    })
  })

  it('rejects with what its source throws, and ends the source otherwise', async () => {
    await run(tenths(), async rt => {
      let ended = 0
      function* source(): Generator<Request> {
        try {
          for (let i = 0; ; i++) yield change(i + (i === 20 ? 9 : 0))
        } finally {
          ended++
        }
      }
      await rt.bulk(source, { stopOnError: true })
      expect(ended).toBe(1)
      function* broken(): Generator<Request> {
        yield change(1)
        throw new RangeError('no')
      }
      expect(await rejection(rt.bulk(broken))).toEqual(new RangeError('no'))
    })
  })

  it('rejects with what its source throws when it is ended', async () => {
    await run(tenths(), async rt => {
      function* stubborn(): Generator<Request> {
        try {
          for (let i = 0; ; i++) yield change(i)
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested
          throw new RangeError('not yet')
        }
      }
      expect(await rejection(rt.bulk(stubborn, { stopOnError: true }))).toEqual(new RangeError('not yet'))
      expect(await rt.get(1)).toBe(1001)
    })
  })

  it('is ended by its own source, which ends too, and sends nothing more', async () => {
    const transport = tenths()
    await run(transport, async rt => {
      const controller = new AbortController()
      const reason = new Error('enough')
      let ended = 0
      function* source(): Generator<Request> {
        try {
          for (let i = 0; ; i++) {
            if (i === 100) controller.abort(reason)
            yield change(i)
          }
        } finally {
          ended++
        }
      }
      expect(await rejection(rt.bulk(source, { signal: controller.signal }))).toBe(reason)
      expect(ended).toBe(1)
      expect(transport.requests).toHaveLength(64)
      expect(await rt.get(1)).toBe(1001)
      // Who waits for an answer keeps the process alive.
      expect(transport.sockets.map(socket => socket.watched)).toEqual([false])
    })
  })

  it('ends a source that ends it once, when it has come back', async () => {
    await run(tenths(), async rt => {
      const controller = new AbortController()
      const calls: string[] = []
      const source: Iterable<Request> = {
        [Symbol.iterator]: () => ({
          next() {
            calls.push('next')
            controller.abort()
            calls.push('given')
            return { done: false, value: change(1) }
          },
          return() {
            calls.push('return')
            return { done: true, value: undefined }
          },
        }),
      }
      await rejection(rt.bulk(source, { signal: controller.signal }))
      // The blocking client looks at the signal when it has a chunk.
      expect(calls.slice(-3)).toEqual(['next', 'given', 'return'])
      expect(calls.filter(call => call === 'return')).toHaveLength(1)
    })
  })

  it('adv-56 calls the chunk unknown in which answers were dropped, and goes on', async () => {
    const transport = echoing().on(NEW, request => {
      const value = number(request.payload)
      if (value === 3) request.error('EEXIST')
      else if (value === 63) request.socket.overflow()
      else if ((request.flags & ACK) !== 0) request.ack()
    })
    await run(transport, async rt => {
      const result = (await rt.bulk(many(100))) as { failed: { index: number }[]; unknown: number[] }
      expect(result.failed.map(({ index }) => index)).toEqual([3])
      expect(result.unknown).toEqual(Array.from({ length: 64 }, (_, i) => i).filter(i => i !== 3))
    })
  })

  it('names a missing link of one request', async () => {
    const transport = tenths()
    transport.links.set('v0', 5)
    await run(transport, async rt => {
      const result = await rt.bulk([
        change(1, { fixUps: [link('v0')] }),
        change(2, { fixUps: [link('nope')] }),
        change(3),
      ])
      expect(result).toMatchObject({ sent: 2, failed: [{ index: 1, error: { code: 'ENODEV' } }] })
    })
  })

  it('rejects at its deadline with what was known', async () => {
    const transport = echoing().on(NEW, () => {})
    await run(transport, async rt => {
      const error = await rejection(rt.bulk(many(3)))
      expect(error).toMatchObject({
        code: 'ERR_NETLINK_TIMEOUT',
        partial: [{ sent: 3, failed: [], unknown: [0, 1, 2] }],
      })
      expect(error.message).toMatch(
        /^test 16 0: .* 3 of its requests were sent: the outcome of the last of them is unknown$/,
      )
      expect(await rt.get(1)).toBe(1001)
    })
  })

  it('rejects when the send fails', async () => {
    const transport = tenths()
    await run(transport, async rt => {
      transport.failSend('ENOMEM')
      expect(await rejection(rt.bulk(many(3)))).toMatchObject({ code: 'ENOMEM', syscall: 'send' })
      expect(await rt.get(1)).toBe(1001)
    })
  })
})

describe('bulk', () => {
  it('keeps the order of calls', async () => {
    const transport = tenths()
    await using rt = client(transport)
    await Promise.all([rt.send(get(500)), rt.bulk(many(70)), rt.send(get(501))])
    expect(number(transport.requests[0]?.payload ?? new Uint8Array(4))).toBe(500)
    expect(number(transport.requests.at(-1)?.payload ?? new Uint8Array(4))).toBe(501)
  })

  it('rejects with the reason of an abort', async () => {
    const transport = echoing().on(NEW, () => {})
    await using rt = client(transport)
    const controller = new AbortController()
    const reason = Symbol('stop')
    const pending = rejection(rt.bulk(many(3), { signal: controller.signal }))
    await turns()
    controller.abort(reason)
    expect(await pending).toBe(reason)
    expect(await rt.send(get(1))).toBe(1001)
    using blockingRt = blocking(transport)
    expect(thrown(() => blockingRt.bulk(many(1), { signal: controller.signal }))).toBe(reason)
  })

  it('of slow requests leaves off the thread', async () => {
    const transport = tenths()
    await using rt = client(transport)
    const result = await rt.bulk([change(1, { slow: true }), change(9, { slow: true })])
    expect(result).toMatchObject({ sent: 2, failed: [{ index: 1 }] })
    expect(transport.sockets[0]?.slowSends).toBe(1)
    expect(result.failed[0]?.error).toBeInstanceOf(NetlinkError)
  })

  it('is rejected by close()', async () => {
    const transport = echoing().on(NEW, () => {})
    const rt = client(transport)
    const pending = rejection(rt.bulk(many(3)))
    await turns()
    await rt.close()
    expect(await pending).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
  })

  it('is rejected by a close() of its source, as what waits behind it is', async () => {
    const transport = tenths()
    const rt = client(transport)
    let closing: Promise<void> | undefined
    function* source(): Generator<Request> {
      yield change(1)
      closing = rt.close()
      yield change(2)
    }
    const closed = { code: 'ERR_NETLINK_CLOSED' }
    const [bulk, behind] = await Promise.all([rejection(rt.bulk(source)), rejection(rt.send(get(1)))])
    expect(bulk).toMatchObject(closed)
    expect(behind).toMatchObject(closed)
    await closing
    expect(transport.requests).toEqual([])
    expect(transport.sockets.every(socket => socket.closed)).toBe(true)
  })

  it('is not sent when the call of its source aborts it or closes the client, and ends the source once', async () => {
    for (const make of [client, blocking]) {
      for (const close of [true, false]) {
        const transport = tenths()
        const rt = make(transport)
        const controller = new AbortController()
        let ended = 0
        const source = (): Iterable<Request> => {
          if (close) void rt.close()
          else controller.abort()
          return {
            [Symbol.iterator]: () => ({
              next: () => ({ done: false, value: change(1) }),
              return() {
                ended++
                return { done: true, value: undefined }
              },
            }),
          }
        }
        const error = await rejection((async () => await rt.bulk(source, { signal: controller.signal }))())
        if (close) expect(error).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
        else expect(error).toBe(controller.signal.reason)
        expect(getEventListeners(controller.signal, 'abort')).toEqual([])
        await turns()
        expect(transport.requests).toEqual([])
        expect(ended).toBe(1)
        await rt.close()
      }
    }
  })

  it('has a source that asks the blocking client itself', () => {
    const transport = tenths()
    using rt = blocking(transport)
    function* source(): Generator<Request> {
      for (let i = 0; i < 5; i++) yield change(rt.send(get(i)))
    }
    for (let i = 0; i < 2; i++) expect(rt.bulk(source)).toMatchObject({ sent: 5, failed: [] })
    expect(transport.requests.filter(({ type }) => type === NEW).map(({ payload }) => number(payload))).toEqual([
      1000, 1001, 1002, 1003, 1004, 1000, 1001, 1002, 1003, 1004,
    ])
  })
})
