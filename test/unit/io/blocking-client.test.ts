import { describe, expect, it } from 'vitest'
import { type Operation, rows, send, sleep } from '../../../src/request/operation.js'
import { ScriptedTransport } from '../../../src/testing/scripted/scripted.js'
import {
  blocking,
  bytesOf,
  change,
  client,
  DEL,
  dump,
  echoing,
  GET,
  get,
  link,
  log,
  NEW,
  number,
  thrown,
} from './fixtures.js'

describe('the blocking client', () => {
  it('answers at once', () => {
    const transport = echoing()
    using rt = blocking(transport)
    expect(rt.thing.get(1)).toBe(1001)
    expect(rt.thing.add(2)).toBeUndefined()
    expect(rt.thing.list()).toEqual([1, 2, 3])
    expect(log(transport)).toEqual(['18:1', '16:2', '18:0'])
  })

  it('throws the kernel’s error', () => {
    using rt = blocking(echoing().on(NEW, request => request.error('EEXIST')))
    expect(thrown(() => rt.thing.add(2))).toMatchObject({ code: 'EEXIST', message: 'test 16 2: EEXIST' })
    expect(thrown(() => rt.thing.bad())).toBeInstanceOf(TypeError)
  })

  it('looks at the signal before it sends', () => {
    const transport = echoing()
    using rt = blocking(transport)
    const reason = { stop: true }
    expect(thrown(() => rt.send(get(1), { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(transport.requests).toEqual([])
  })

  it('adv-55 throws at its deadline and stays usable', () => {
    using rt = blocking(echoing().on(NEW, () => {}))
    expect(thrown(() => rt.thing.add(1))).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
    expect(rt.channel.port.engine.pending).toBe(0)
    expect(thrown(() => rt.send(change(1), { timeoutMs: Number.NaN }))).toBeInstanceOf(TypeError)
    expect(rt.thing.get(1)).toBe(1001)
  })

  it('adv-56 does not know the outcome after ENOBUFS', () => {
    using rt = blocking(echoing().on(NEW, request => request.socket.overflow()))
    expect(thrown(() => rt.thing.add(1))).toMatchObject({ code: 'ERR_NETLINK_OUTCOME_UNKNOWN' })
    expect(rt.thing.get(1)).toBe(1001)
  })

  it('adv-53 asks a GET again whose reply was truncated', () => {
    const transport = new ScriptedTransport().on(GET, request => request.reply(NEW, bytesOf(7, 3000)))
    using rt = blocking(transport, { readSize: 1024 })
    expect(rt.thing.get(1)).toBe(7)
    expect(transport.requests).toHaveLength(2)
  })

  it('adv-54 throws the error of the send', () => {
    const transport = echoing()
    using rt = blocking(transport)
    transport.failSend('EMSGSIZE')
    expect(thrown(() => rt.thing.add(1))).toMatchObject({ code: 'EMSGSIZE', syscall: 'send' })
    expect(rt.thing.get(1)).toBe(1001)
  })

  it('finds links by name, short and long', () => {
    const transport = echoing().on(GET, request => {
      const payload = new Uint8Array(16)
      payload.set(bytesOf(8), 4)
      if (new TextDecoder().decode(request.bytes.subarray(44)).startsWith('none')) request.error('ENODEV')
      else request.reply(NEW, payload)
    })
    transport.links.set('v0', 5)
    using rt = blocking(transport)
    rt.send(change(1, { fixUps: [link('v0')] }))
    rt.send(change(2, { fixUps: [link('a-very-long-altname')] }))
    const indexes = transport.requests
      .filter(({ type }) => type === NEW)
      .map(({ payload }) => number(payload.subarray(4)))
    expect(indexes).toEqual([5, 8])
    expect(thrown(() => rt.send(change(3, { fixUps: [link('none-of-that-name')] })))).toMatchObject({
      code: 'ENODEV',
      message: "test 16 3: SIOCGIFINDEX: ENODEV: no interface 'none-of-that-name' (at dev)",
    })
  })

  it('closes everything', () => {
    const transport = echoing()
    transport.namespaces.set('blue', 3)
    const rt = blocking(transport, { netns: 'blue' })
    const rows = rt.thing.dump()
    rows.next()
    expect(transport.sockets.map(({ options }) => options.netns)).toEqual([{ fd: 3 }, { fd: 3 }])
    rt.close()
    rt.close()
    expect(transport.sockets).toEqual([])
    expect(transport.openNamespaces.size).toBe(0)
    expect(thrown(() => rt.thing.get(1))).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
  })

  it('closes the namespace when the socket cannot be opened', () => {
    const transport = echoing()
    transport.namespaces.set('blue', 3)
    transport.open = () => {
      throw new RangeError('no')
    }
    expect(thrown(() => blocking(transport, { netns: 'blue' }))).toBeInstanceOf(RangeError)
    expect(thrown(() => client(transport, { netns: 'blue' }))).toBeInstanceOf(RangeError)
    expect(transport.openNamespaces.size).toBe(0)
  })

  it('has the raw calls', () => {
    using rt = blocking(echoing())
    expect(rt.raw.request({ type: GET, payload: bytesOf(1) })).toEqual([
      { type: NEW, flags: 0, payload: bytesOf(1001) },
    ])
    expect([...rt.raw.dump({ type: GET })].map(({ payload }) => number(payload))).toEqual([1, 2, 3])
  })
})

describe('operations', () => {
  function* several(): Operation<unknown[]> {
    const first = yield* send(get(1))
    yield* sleep(1)
    const failures: unknown[] = []
    try {
      yield* send({ ...change(0), bytes: change(0).bytes.with(4, DEL) })
    } catch (error) {
      failures.push((error as { code: string }).code)
    }
    return [first, failures, yield* rows(dump())]
  }

  it('run alike with both clients', async () => {
    const make = () => echoing().on(DEL, request => request.error('EBUSY'))
    const expected = [1001, ['EBUSY'], [1, 2, 3]]
    await using rt = client(make())
    expect(await rt.run(several())).toEqual(expected)
    using blockingRt = blocking(make())
    expect(blockingRt.run(several())).toEqual(expected)
  })
})

it('options whose reading closes the blocking client reject', () => {
  const transport = echoing()
  const rt = blocking(transport)
  const options = {
    get timeoutMs() {
      rt.close()
      return 5000
    },
  }
  expect(thrown(() => rt.send(get(1), options))).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
  expect(transport.requests).toEqual([])
})
