import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  bytesOf,
  change,
  client,
  dump,
  echoing,
  GET,
  gate,
  get,
  link,
  log,
  NEW,
  number,
  rejection,
  turns,
} from '../fixtures.js'

describe('fix-ups', () => {
  it('are filled in when the bytes leave', async () => {
    const transport = echoing()
    transport.links.set('v0', 42)
    await using rt = client(transport)
    await rt.send(change(1, { fixUps: [link('v0')] }))
    expect(number(transport.requests[0]?.payload.subarray(4) ?? new Uint8Array(4))).toBe(42)
  })

  it('wait for the requests before them that may make the link', async () => {
    const transport = echoing().on(NEW, request => {
      if (number(request.payload) === 1) transport.links.set('v0', 43)
      request.ack()
    })
    await using rt = client(transport)
    await Promise.all([rt.send(change(1)), rt.send(change(2, { fixUps: [link('v0')] }))])
    expect(transport.sockets[0]?.sends).toBe(2)
    expect(number(transport.requests[1]?.payload.subarray(4) ?? new Uint8Array(4))).toBe(43)
  })

  it('mean the link that the requests before them leave behind', async () => {
    const transport = echoing().on(NEW, request => {
      if (number(request.payload) === 1) transport.links.set('v0', 6)
      request.ack()
    })
    transport.links.set('v0', 5)
    await using rt = client(transport)
    await Promise.all([rt.send(change(1)), rt.send(change(2, { fixUps: [link('v0')] }))])
    expect(number(transport.requests[1]?.payload.subarray(4) ?? new Uint8Array(4))).toBe(6)
  })

  it('that nobody has reject with ENODEV, and nothing is sent', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const [missing, next] = await Promise.allSettled([
      rt.send(change(1, { fixUps: [link('nope', 'master')] })),
      rt.send(get(2)),
    ])
    expect(missing).toMatchObject({ status: 'rejected', reason: { code: 'ENODEV', fieldPath: 'master' } })
    expect(next).toMatchObject({ value: 1002 })
    expect(log(transport)).toEqual(['18:2'])
  })

  it('longer than 15 bytes are looked up by a request, two in one message too', async () => {
    let missing = true
    const transport = echoing().on(GET, request => {
      const name = new TextDecoder().decode(request.bytes.subarray(44, -1))
      const payload = new Uint8Array(16)
      payload.set(bytesOf(name.startsWith('first') ? 7 : 8), 4)
      if (name.startsWith('none') && missing) request.error('ENODEV')
      else request.reply(NEW, payload)
    })
    await using rt = client(transport)
    const second = { ...link('second-very-long-name'), offset: 24 }
    await rt.send(change(1, { length: 12, fixUps: [link('first-very-long-name'), second] }))
    const sent = transport.requests.at(-1)
    expect([number(sent?.payload.subarray(4) ?? bytesOf(0)), number(sent?.payload.subarray(8) ?? bytesOf(0))]).toEqual([
      7, 8,
    ])
    expect(await rejection(rt.send(change(2, { fixUps: [link('none-of-that-name')] })))).toMatchObject({
      code: 'ENODEV',
    })
    expect(transport.requests.filter(({ type }) => type === NEW)).toHaveLength(1)
    // What was not found is looked up anew.
    missing = false
    await rt.send(change(3, { fixUps: [link('none-of-that-name')] }))
    expect(transport.requests.filter(({ type }) => type === NEW)).toHaveLength(2)
  })

  it.each(['request', 'dump', 'bulk'])('forget a long name that was found for an aborted %s', async kind => {
    let index = 5
    const transport = echoing().on(GET, request => {
      const payload = new Uint8Array(16)
      payload.set(bytesOf(index), 4)
      request.reply(NEW, payload)
    })
    await using rt = client(transport)
    const fixUps = [link('a-very-long-altname')]
    const controller = new AbortController()
    const { signal } = controller
    transport.hold()
    const aborted = rejection(
      kind === 'request'
        ? rt.send(change(1, { fixUps }), { signal })
        : kind === 'dump'
          ? rt.collect(dump(1, { fixUps }), { signal })
          : rt.bulk([change(1, { fixUps })], { signal }),
    )
    await turns()
    controller.abort()
    expect(await aborted).toBe(signal.reason)
    transport.release()
    await turns()
    expect(rt.channel.port.engine.pending).toBe(0)
    index = 9
    await rt.send(change(2, { fixUps }))
    expect(transport.requests.map(({ type }) => type)).toEqual([GET, GET, NEW])
    expect(number(transport.requests.at(-1)?.payload.subarray(4) ?? bytesOf(0))).toBe(9)
  })

  it('open namespaces and close them', async () => {
    const transport = echoing()
    transport.namespaces.set('blue', 77)
    await using rt = client(transport)
    const fixUp = { kind: 'netns', offset: 20, ref: 'blue', fieldPath: 'netns' } as const
    await rt.send(change(1, { fixUps: [fixUp] }))
    expect(number(transport.requests[0]?.payload.subarray(4) ?? bytesOf(0))).toBe(77)
    expect(transport.openNamespaces.size).toBe(0)
    const error = await rejection(rt.send(change(2, { fixUps: [{ ...fixUp, ref: 'red' }] })))
    expect(error).toMatchObject({ code: 'ENOENT', fieldPath: 'netns' })
    expect(error.message).toBe('test 16 2: open: ENOENT (at netns)')
    expect(transport.openNamespaces.size).toBe(0)
  })
})

describe('slow requests', () => {
  it('leave off the thread, and later ones of the client wait', async () => {
    const transport = echoing()
    await using rt = client(transport)
    const done: number[] = []
    const track = async (value: number, promise: Promise<unknown>) => {
      await promise
      done.push(value)
    }
    const first = track(1, rt.send(change(1, { slow: true })))
    await turns()
    await Promise.all([first, track(2, rt.send(change(2))), track(3, rt.collect(dump()))])
    expect(done).toEqual([1, 2, 3])
    expect(transport.sockets[0]?.slowSends).toBe(1)
  })

  it('are two at most at once', async () => {
    const transport = echoing()
    let running = 0
    let most = 0
    const clients = [1, 2, 3, 4].map(() => client(transport))
    for (const socket of transport.sockets) {
      const send = socket.sendSlow.bind(socket)
      socket.sendSlow = async (bytes, length) => {
        most = Math.max(most, ++running)
        await wait(3)
        running--
        return send(bytes, length)
      }
    }
    await Promise.all(clients.map(rt => rt.send(change(1, { slow: true }))))
    expect(most).toBe(2)
    await Promise.all(clients.map(rt => rt.close()))
  })

  it('do not leave when nobody wants them any longer', async () => {
    const transport = echoing()
    const clients = [1, 2, 3].map(() => client(transport))
    const sending = gate()
    for (const socket of transport.sockets) socket.slow = sending.opened
    const [first, second, third] = clients
    if (first === undefined || second === undefined || third === undefined) throw new Error('no clients')
    const busy = [first, second].map(rt => rt.send(change(1, { slow: true })))
    await turns()
    const controller = new AbortController()
    const reason = new Error('no longer')
    const calls = [rejection(third.send(change(2, { slow: true }), { signal: controller.signal }))]
    calls.push(rejection(third.bulk([change(3, { slow: true })], { signal: controller.signal })))
    await turns()
    controller.abort(reason)
    expect(await Promise.all(calls)).toEqual([reason, reason])
    sending.open()
    await Promise.all(busy)
    expect(await third.send(get(4))).toBe(1004)
    expect(log(transport).toSorted()).toEqual(['16:1', '16:1', '18:4'])
    await Promise.all(clients.map(rt => rt.close()))
  })

  it('adv-59 close() waits for the send that holds the socket', async () => {
    const transport = echoing()
    const rt = client(transport)
    const socket = transport.sockets[0]
    if (socket === undefined) throw new Error('no socket')
    const sending = gate()
    socket.slow = sending.opened
    const pending = rejection(rt.send(change(1, { slow: true })))
    await turns()
    const closing = rt.close()
    expect(await pending).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    expect(socket.closed).toBe(false)
    sending.open()
    await closing
    expect(socket.closed).toBe(true)
  })
})

describe('fairness', () => {
  it('lets timers run while calls complete at once', async () => {
    await using rt = client(echoing())
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    // Starved, it would still be 0 at the end of the time that a busy machine is given.
    const until = performance.now() + 10_000
    while (ticks <= 5 && performance.now() < until) await rt.send(get(1))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(5)
  })

  it('lets every client of many go on', async () => {
    const transport = echoing()
    const clients = Array.from({ length: 5 }, () => client(transport))
    const counts = clients.map(() => 0)
    // At first all of them leave in one turn; later only those that are let in do.
    const from = performance.now() + 20
    const until = from + 10_000
    await Promise.all(
      clients.map(async (rt, i) => {
        while (Math.min(...counts) <= 3 && performance.now() < until) {
          await rt.send(get(1))
          if (performance.now() > from) counts[i] = (counts[i] ?? 0) + 1
        }
      }),
    )
    expect(Math.min(...counts)).toBeGreaterThan(3)
    await Promise.all(clients.map(rt => rt.close()))
  })
})
