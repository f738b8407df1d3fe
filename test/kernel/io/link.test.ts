// What the clients do with links: the messages are built by hand, so that no codec is involved.

import { channel } from 'node:diagnostics_channel'
import { readdirSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { NetlinkError } from '../../../src/errors/netlink-error.js'
import { AsyncClient } from '../../../src/io/async/async-client.js'
import type { MonitorSpec } from '../../../src/io/monitor/monitor.js'
import type { RawReply } from '../../../src/io/raw.js'
import { SyncClient } from '../../../src/io/sync/sync-client.js'
import { kernelTransport } from '../../../src/io/transport/kernel-transport.js'
import type { Transport } from '../../../src/io/transport/transport.js'
import { rtnetlink } from '../../../src/objects/protocol.js'
import type { CallOptions } from '../../../src/request/operation.js'
import { requireKind } from '../../support/probe.js'
import {
  attr,
  CREATE_EXCL,
  hostRoute,
  ifinfo,
  join,
  linkIndex,
  linkUp,
  newLink,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_GETROUTE,
  RTM_NEWLINK,
  RTM_NEWROUTE,
  routeFilter,
} from './messages.js'

const NLM_F_ECHO = 8
const RTNLGRP_LINK = 1
const KIND = 'ifb'

const descriptors = () => readdirSync('/proc/self/fd').length
let serial = 0
const fresh = () => `io${serial++}`
const addLink = (rt: AsyncClient, name: string, flags = 0) =>
  rt.raw.request({
    type: RTM_NEWLINK,
    flags: CREATE_EXCL | flags,
    payload: newLink(name, KIND),
    summary: `add ${name}`,
  })
const getLinks = (rt: AsyncClient) => rt.raw.dump({ type: RTM_GETLINK, payload: ifinfo(0), summary: 'link list' })

async function all(rows: AsyncIterable<RawReply>): Promise<number[]> {
  const found: number[] = []
  for await (const { payload } of rows) found.push(linkIndex(payload))
  return found
}

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

beforeEach(context => requireKind(context, KIND))

describe('requests', () => {
  it('adv-56 get links 2000 times at once', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    const [made] = await addLink(rt, fresh(), NLM_F_ECHO)
    const index = linkIndex(made?.payload ?? new Uint8Array(16))
    const get = () => rt.raw.request({ type: RTM_GETLINK, payload: ifinfo(index) })
    const replies = await Promise.all(Array.from({ length: 2000 }, get))
    expect(replies.every(([reply]) => reply !== undefined && linkIndex(reply.payload) === index)).toBe(true)
  })

  it('adv-52 take the echo for the reply', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    const [made] = await addLink(rt, fresh(), NLM_F_ECHO)
    expect(made?.type).toBe(RTM_NEWLINK)
    const index = linkIndex(made?.payload ?? new Uint8Array(16))
    expect(index).toBeGreaterThan(1)
    const deleted = await rt.raw.request({ type: RTM_DELLINK, flags: NLM_F_ECHO, payload: ifinfo(index) })
    expect(deleted.at(-1)?.type).toBe(RTM_DELLINK)
  })

  it('have the kernel’s words, offset and policy in the error', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    const [made] = await addLink(rt, fresh(), NLM_F_ECHO)
    const index = linkIndex(made?.payload ?? new Uint8Array(16))
    const error = await rejection(
      rt.raw.request({ type: RTM_NEWLINK, payload: ifinfo(index, attr(4, new Uint8Array(2))), summary: 'set' }),
    )
    expect(error.code).toBe('ERANGE')
    expect(error.extAck).toMatchObject({
      message: 'Attribute failed policy validation',
      offset: 32,
      policy: { minValue: 0n, maxValue: 0xffffffffn },
    })
    expect(error.message).toBe('set: ERANGE: Attribute failed policy validation')
  })

  it('adv-39 publish the kernel’s words on a success', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    const warnings: unknown[] = []
    const listener = (message: unknown) => void warnings.push(message)
    channel('rtnetlink:warning').subscribe(listener)
    const payload = join(newLink(fresh(), KIND), new Uint8Array(2))
    await rt.raw.request({ type: RTM_NEWLINK, flags: CREATE_EXCL, payload })
    channel('rtnetlink:warning').unsubscribe(listener)
    expect(warnings).toMatchObject([{ extAck: { message: 'bytes leftover after parsing attributes' } }])
  })

  it('adv-53 ask again into a larger buffer', async () => {
    await using rt = new AsyncClient(kernelTransport, { readSize: 256 }, rtnetlink)
    const [reply] = await rt.raw.request({ type: RTM_GETLINK, payload: ifinfo(1) })
    expect(linkIndex(reply?.payload ?? new Uint8Array(16))).toBe(1)
    expect(rt.channel.port.engine.counters.truncated).toBeGreaterThan(0)
    using blocking = new SyncClient(kernelTransport, { readSize: 256 }, rtnetlink)
    expect(blocking.raw.request({ type: RTM_GETLINK, payload: ifinfo(1) })).toHaveLength(1)
  })

  it('that delete links leave off the thread, in call order', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    const name = fresh()
    await addLink(rt, name)
    const [, second] = await Promise.all([
      rt.raw.request({ type: RTM_DELLINK, payload: ifinfo(0, attr(3, name)) }),
      addLink(rt, name, NLM_F_ECHO),
    ])
    expect(second).toHaveLength(1)
  })
})

describe('dumps', () => {
  it('adv-44, adv-45 run beside each other and beside a GET', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    for (let i = 0; i < 40; i++) await addLink(rt, fresh())
    const [first, second, [one]] = await Promise.all([
      all(getLinks(rt)),
      all(getLinks(rt)),
      rt.raw.request({ type: RTM_GETLINK, payload: ifinfo(1) }),
    ])
    expect(first.length).toBeGreaterThan(40)
    expect(second).toEqual(first)
    expect(linkIndex(one?.payload ?? new Uint8Array(16))).toBe(1)
  })

  it('adv-46 that are abandoned leave the client usable', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    for await (const _ of getLinks(rt)) break
    expect((await all(getLinks(rt))).length).toBeGreaterThan(0)
    expect(rt.channel.port.engine.counters.stale).toBe(0)
  })

  it('adv-47 that end early in whatever way free their sockets', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    for (let i = 0; i < 100; i++) await addLink(rt, fresh())
    const dump = (options?: CallOptions) => rt.raw.dump({ type: RTM_GETLINK, payload: ifinfo(0) }, options)
    const endpoints = [
      async () => {
        for await (const _ of dump()) break
      },
      async () => {
        const controller = new AbortController()
        const rows = dump({ signal: controller.signal })
        await rows.next()
        controller.abort(new Error('enough'))
        await rows.next().catch(() => undefined)
      },
      async () => {
        // Out of time or not: what has been read by then is there.
        const rows = dump({ timeoutMs: 0 })
        await rows.next().catch(() => undefined)
        await rows.return?.()
      },
      async () => {
        await dump().return?.()
      },
    ]
    // The pool keeps up to four sockets for dumps to come.
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for await (const _ of dump());
      }),
    )
    const before = descriptors()
    for (let i = 0; i < 50; i++) for (const end of endpoints) await end()
    expect(descriptors()).toBeLessThanOrEqual(before)
    let rows = 0
    for await (const _ of dump()) rows++
    expect(rows).toBeGreaterThan(100)
    expect(rt.channel.port.engine.counters.stale).toBe(0)
  })

  it('adv-42 tell that the links changed meanwhile', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    for (let i = 0; i < 300; i++) await addLink(rt, fresh())
    const chunks = getLinks(rt).chunks()
    await chunks.next()
    await addLink(rt, fresh())
    let rows = 0
    const error = await rejection(
      (async () => {
        for await (const chunk of chunks) rows += chunk.length
      })(),
    )
    expect(error.code).toBe('ERR_NETLINK_DUMP_INTERRUPTED')
    expect(rows).toBeGreaterThan(200)
  })

  it('adv-43 of routes do not tell it', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    const [made] = await addLink(rt, fresh(), NLM_F_ECHO)
    const index = linkIndex(made?.payload ?? new Uint8Array(16))
    await rt.raw.request({ type: RTM_NEWLINK, payload: linkUp(index) })
    const add = (n: number) => rt.raw.request({ type: RTM_NEWROUTE, flags: CREATE_EXCL, payload: hostRoute(n, index) })
    await Promise.all(Array.from({ length: 2000 }, (_, n) => add(n)))
    const chunks = rt.raw.dump({ type: RTM_GETROUTE, payload: routeFilter(254) }).chunks()
    let rows = (await chunks.next()).value?.length ?? 0
    await add(5000)
    for await (const chunk of chunks) rows += chunk.length
    expect(rows).toBeGreaterThanOrEqual(2000)
  })
})

describe('monitors', () => {
  const spec = (init: Partial<MonitorSpec<string>> = {}): MonitorSpec<string> => ({
    groups: [RTNLGRP_LINK],
    decode: type => (type === RTM_NEWLINK ? 'new' : 'other'),
    overrun: () => 'overrun',
    ...init,
  })

  it('adv-69 have the event when the change is acknowledged', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    await using events = rt.openMonitor(spec())
    await addLink(rt, fresh())
    expect(await Promise.race([events.next(), new Promise(resolve => setImmediate(resolve))])).toEqual({
      value: 'new',
      done: false,
    })
  })

  it('adv-63 tell one overrun, then what happens after it', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    await using events = rt.openMonitor(spec({ bufferBytes: 1 }))
    for (let i = 0; i < 200; i++) await addLink(rt, fresh())
    const seen: string[] = []
    while (seen.at(-1) !== 'overrun') seen.push((await events.next()).value ?? 'end')
    expect(seen.length).toBeLessThan(200)
    await addLink(rt, fresh())
    expect((await events.next()).value).toBe('new')
    expect(events.counters.overruns).toBe(1)
  })

  it('adv-63 rest after an overrun, and read only what there is to read', async () => {
    let reads = 0
    const counting: Transport = {
      ...kernelTransport,
      open: options => {
        const socket = kernelTransport.open(options)
        const receive = socket.receive.bind(socket)
        return Object.assign(socket, {
          receive(buffer: Uint8Array) {
            reads++
            return receive(buffer)
          },
        })
      },
    }
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    await using listener = new AsyncClient(counting, {}, rtnetlink)
    await using events = listener.openMonitor(spec({ bufferBytes: 1 }))
    for (let i = 0; i < 200; i++) await addLink(rt, fresh())
    while ((await events.next()).value !== 'overrun');
    const next = events.next()
    const before = reads
    await new Promise(resolve => setTimeout(resolve, 100))
    expect(reads - before).toBeLessThan(3)
    await addLink(rt, fresh())
    expect((await next).value).toBe('new')
  })

  it('adv-51 do not disturb the requests of their client', async () => {
    await using rt = new AsyncClient(kernelTransport, {}, rtnetlink)
    await using events = rt.openMonitor(spec())
    const next = events.next()
    const [made] = await addLink(rt, fresh(), NLM_F_ECHO)
    expect(made?.type).toBe(RTM_NEWLINK)
    expect((await next).value).toBe('new')
  })
})
