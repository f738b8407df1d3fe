import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it, vi } from 'vitest'
import { NetlinkError } from '../../../../src/errors/netlink-error.js'
import { request } from '../../../../src/rtnetlink/requests.js'
import {
  ACK,
  build,
  bytesOf,
  change,
  client,
  DEL,
  ECHO,
  echoing,
  GET,
  gate,
  get,
  log,
  NEW,
  number,
  ROUTE,
  rejection,
  route,
  turns,
} from '../fixtures.js'

describe('requests', () => {
  it('answer with the reply, or undefined for an ACK', async () => {
    await using rt = client(echoing())
    expect(await rt.send(get(5))).toBe(1005)
    expect(await rt.send(change(5))).toBeUndefined()
  })

  it('of one tick leave in one send, in call order', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const values = await Promise.all([rt.send(get(1)), rt.send(change(2)), rt.send(get(3))])
    expect(values).toEqual([1001, undefined, 1003])
    expect(transport.sockets[0]?.sends).toBe(1)
    expect(log(transport)).toEqual(['18:1', '16:2', '18:3'])
  })

  it('adv-56 settle when there are 2000 at once, 64 a send, or 16 with replies', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const values = await Promise.all(Array.from({ length: 2000 }, (_, i) => rt.send(get(i))))
    expect(values).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1000))
    expect(transport.sockets[0]?.sends).toBe(125)
    await Promise.all(Array.from({ length: 2000 }, (_, i) => rt.send(change(i))))
    expect(transport.sockets[0]?.sends).toBe(125 + Math.ceil(2000 / 64))
  })

  it('are at most 128 unanswered', async () => {
    const transport = echoing()
    transport.hold()
    await using rt = client(transport)
    const all = Promise.all(Array.from({ length: 300 }, (_, i) => rt.send(get(i))))
    await vi.waitFor(() => expect(transport.requests).toHaveLength(128))
    await turns()
    expect(transport.requests).toHaveLength(128)
    transport.release()
    expect((await all).length).toBe(300)
  })

  it('get an ACK only where they need one', async () => {
    const transport = echoing()
    await using rt = client(transport)
    await Promise.all([
      rt.send(get(1)),
      rt.send(change(2)),
      rt.send(get(3, { flags: ECHO })),
      rt.send(route(4)),
      rt.send(route(5, { flags: ECHO })),
      rt.send(route(6, { flags: ACK })),
      rt.send(route(7)),
      rt.send(build(ROUTE, 8, { decode: true })),
    ])
    expect(transport.requests.map(({ flags }) => flags & 5)).toEqual([1, 5, 5, 1, 5, 5, 1, 5])
  })

  it('each get an ACK where somebody listens to what it may say', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const listen = () => {}
    subscribe('rtnetlink:warning', listen)
    try {
      await Promise.all([rt.send(change(1)), rt.send(route(2))])
    } finally {
      unsubscribe('rtnetlink:warning', listen)
    }
    expect(transport.requests.map(({ flags }) => flags & 5)).toEqual([5, 5])
  })

  it('of a table succeed when nothing is said, and fail with their own error', async () => {
    const transport = echoing().on(ROUTE, request => {
      if (number(request.payload) === 2) request.error('EEXIST')
    })
    await using rt = client(transport)
    const endpoints: number[] = []
    const all = [1, 2, 3, 4].map(value => rt.send(route(value)).finally(() => endpoints.push(value)))
    const [one, two, three, four] = await Promise.allSettled(all)
    expect([one, three, four].map(end => end?.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    expect(two).toMatchObject({ status: 'rejected', reason: { code: 'EEXIST' } })
    expect(endpoints).toEqual([2, 1, 3, 4])
  })

  it('of a table do not succeed before the pool has sent them', async () => {
    const transport = echoing()
    transport.on(ROUTE, request => {
      if (number(request.payload) === 2) request.error('EEXIST')
    })
    await using rt = client(transport)
    const socket = transport.sockets[0]
    const sending = gate()
    if (socket !== undefined) socket.slow = sending.opened
    let ended = false
    const all = Promise.allSettled([rt.send(change(1, { slow: true })), rt.send(route(2)), rt.send(route(3))])
    void all.then(() => {
      ended = true
    })
    await turns()
    // The socket becomes readable meanwhile, and its queue is empty behind that.
    expect(rt.channel.port.engine.pending).toBe(3)
    socket?.deliverMessage({ type: NEW, groups: 1 })
    rt.channel.port.drain()
    await turns()
    expect([ended, transport.requests.length]).toEqual([false, 0])
    sending.open()
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(rt.channel.port.engine.pending).toBe(0)
  })

  it('settle in any order of the answers', async () => {
    const transport = echoing()
    transport.hold()
    await using rt = client(transport)
    const all = Promise.all([rt.send(get(1)), rt.send(get(2)), rt.send(change(3))])
    await turns()
    expect(transport.held).toBe(3)
    transport.release(held => held.toReversed())
    expect(await all).toEqual([1001, 1002, undefined])
  })

  it('end with the last reply of an echo', async () => {
    const transport = echoing().on(NEW, request => {
      request.reply(DEL, bytesOf(1), { groups: 1 })
      request.reply(NEW, bytesOf(2), { groups: 1 })
      request.ack()
    })
    await using rt = client(transport)
    expect(await rt.send({ ...get(1), bytes: change(1, { flags: ECHO }).bytes })).toBe(2)
  })

  it('reject with the kernel’s error, its words and its place', async () => {
    const transport = echoing().on(NEW, request => request.error('ERANGE', { message: 'too much', offset: 36 }))
    await using rt = client(transport)
    const error = await rejection(rt.send(change(7)))
    expect(error).toBeInstanceOf(NetlinkError)
    expect(error).toMatchObject({
      code: 'ERANGE',
      errno: -34,
      reason: 'kernel',
      attrPath: 'attr(36)',
      fieldPath: 'field(36)',
    })
    expect(error.message).toBe('test 16 7: ERANGE: too much (at attr(36))')
    expect(error.request).toMatchObject({ type: 16, text: 'test 16 7' })
  })

  it('name a missing attribute', async () => {
    const transport = echoing().on(NEW, request => request.error('EINVAL', { missingType: 3, missingNest: 20 }))
    await using rt = client(transport)
    expect(await rejection(rt.send(change(7)))).toMatchObject({ attrPath: 'missing(3,20)' })
  })

  it('adv-57 say which capability EPERM is about, where the kernel has no words of its own', async () => {
    const transport = echoing().on(NEW, request => request.error('EPERM'))
    transport.on(DEL, request => request.error('EPERM', { message: 'not yours' }))
    await using rt = client(transport)
    const capability = 'CAP_NET_ADMIN may be missing in the user namespace that owns the network namespace'
    expect((await rejection(rt.send(change(1)))).message).toBe(`test 16 1: EPERM: ${capability}`)
    expect((await rejection(rt.raw.request({ type: DEL, summary: 'x' }))).message).toBe('x: EPERM: not yours')
  })

  it('reject a GET whose reply is something else', async () => {
    const transport = echoing().on(GET, request => request.reply(99, bytesOf(1)))
    await using rt = client(transport)
    expect(await rejection(rt.send(get(1)))).toMatchObject({ code: 'ERR_NETLINK_UNEXPECTED_REPLY' })
  })

  it('reject when the decoder throws, and go on', async () => {
    await using rt = client(echoing())
    const broken = {
      ...get(1),
      decode: () => {
        throw new Error('oops')
      },
    }
    const error = await rejection(rt.send(broken))
    expect(error).toMatchObject({ code: 'ERR_NETLINK_BAD_MESSAGE', cause: new Error('oops') })
    expect(await rt.send(get(2))).toBe(1002)
  })

  it('adv-54 reject with the send’s error', async () => {
    const transport = echoing()
    await using rt = client(transport)
    transport.failSend('EMSGSIZE')
    expect(await rejection(rt.send(change(1)))).toMatchObject({
      code: 'EMSGSIZE',
      syscall: 'send',
      reason: 'syscall',
    })
    expect(await rt.send(get(1))).toBe(1001)
  })

  it('whose nlmsg_len lies go alone: the kernel executes nothing behind them', async () => {
    for (const claim of [0, 400]) {
      const transport = echoing()
      await using rt = client(transport, { timeoutMs: 20 })
      const bytes = change(1).bytes.slice()
      new DataView(bytes.buffer).setUint32(0, claim, true)
      const lying = rejection(rt.raw.request(bytes))
      const routes = Promise.all([2, 3].map(value => rt.send(route(value))))
      expect(await lying).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
      await routes
      expect(log(transport).filter(each => each.startsWith('24'))).toEqual(['24:2', '24:3'])
      expect(transport.sockets[0]?.sends).toBe(2)
    }
  })

  it('of a builder go alone too when their nlmsg_len has been made to lie', async () => {
    const transport = echoing()
    await using rt = client(transport, { timeoutMs: 20 })
    const built = request.link.set(1, { up: true })
    new DataView(built.bytes.buffer, built.bytes.byteOffset).setUint32(0, 400, true)
    const lying = rejection(rt.send(built))
    await Promise.all([2, 3].map(value => rt.send(route(value))))
    expect(await lying).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT' })
    expect(transport.sockets[0]?.sends).toBe(2)
  })

  it('of a builder leave with what was written into their bytes', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const built = request.route.add({ dst: '192.0.2.0/24', oif: 1 })
    built.bytes[19] = 7
    await rt.send(built)
    const [sent] = transport.requests
    expect(sent?.payload).toEqual(built.bytes.slice(16))
    expect(sent?.payload[3]).toBe(7)
  })

  it('longer than a flush go alone', async () => {
    const transport = echoing()
    await using rt = client(transport)
    await Promise.all([rt.send(change(1)), rt.send(change(2, { length: 50_000 })), rt.send(change(3))])
    expect(log(transport)).toEqual(['16:1', '16:2', '16:3'])
    expect(transport.sockets[0]?.sends).toBe(3)
  })
})

describe('verbs', () => {
  it('become methods that reject and never throw', async () => {
    await using rt = client(echoing())
    expect(await rt.thing.get(1)).toBe(1001)
    expect(await rt.thing.list()).toEqual([1, 2, 3])
    expect(await rejection(rt.thing.bad())).toBeInstanceOf(TypeError)
    const { get } = rt.thing
    expect(await get(2)).toBe(1002)
    expect(Object.keys(rt)).toContain('thing')
  })
})

describe('raw', () => {
  it('collects the replies up to the ACK', async () => {
    await using rt = client(echoing())
    expect(await rt.raw.request({ type: GET, payload: bytesOf(1) })).toEqual([
      { type: NEW, flags: 0, payload: bytesOf(1001) },
    ])
    expect(await rt.raw.request({ type: NEW, payload: bytesOf(1) })).toEqual([])
  })

  it('reads a GET with MATCH alone as a dump', async () => {
    const transport = echoing()
    await using rt = client(transport)
    expect(await rt.raw.request({ type: GET, flags: 0x200, payload: bytesOf(1) })).toHaveLength(3)
    expect(transport.opened).toBe(2)
    const rows = []
    for await (const { payload } of rt.raw.dump({ type: GET })) rows.push(number(payload))
    expect(rows).toEqual([1, 2, 3])
  })

  it('deletes links off the thread, and nothing of other families', async () => {
    const transport = echoing()
    await using rt = client(transport)
    await using other = client(transport, { family: 16 })
    await rt.raw.request({ type: DEL, payload: bytesOf(1) })
    await other.raw.request({ type: DEL, payload: bytesOf(1) })
    expect(transport.sockets.map(({ slowSends }) => slowSends)).toEqual([1, 0])
  })

  it('leaves the bytes that it was given as they are', async () => {
    await using rt = client(echoing())
    const { bytes } = get(1)
    for (const given of [bytes.slice(), Buffer.from(bytes)]) {
      expect(await rt.raw.request(given)).toHaveLength(1)
      expect(Buffer.compare(given, bytes)).toBe(0)
    }
  })

  it('rejects what is no message', async () => {
    await using rt = client(echoing())
    expect(await rejection(rt.raw.request(new Uint8Array(3)))).toBeInstanceOf(TypeError)
    expect(await rejection(rt.raw.request(5 as never))).toBeInstanceOf(TypeError)
    expect(await rejection(rt.raw.request({ type: GET, payload: 'abc' as never }))).toBeInstanceOf(TypeError)
    // Its low 16 bits would be another message.
    for (const wrong of [{ type: 65536 + GET }, { type: -1 }, { type: GET, flags: 65536 }, { type: Number.NaN }])
      expect(await rejection(rt.raw.request(wrong))).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', reason: 'encode' })
  })
})
