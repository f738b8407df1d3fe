import { describe, expect, it } from 'vitest'
import type { FixUp, Request } from '../../../src/request/request.js'
import type { ScriptedTransport } from '../../../src/testing/scripted/scripted.js'
import { ACK, blocking, build, change, client, echoing, GET, get, link, NEW, number, ROUTE, route } from './fixtures.js'

/** The indexes that the requests of a type name behind their number. */
const indexes = (transport: ScriptedTransport, type: number): number[] =>
  transport.requests.filter(request => request.type === type).map(({ payload }) => number(payload.subarray(4)))

describe.each(['asynchronous', 'blocking'] as const)('fix-ups of a bulk of the %s client', kind => {
  const send = async (transport: ScriptedTransport, requests: Request[], family = 0) => {
    if (kind === 'asynchronous') {
      await using rt = client(transport, { family })
      return await rt.bulk(requests)
    }
    using rt = blocking(transport, { family })
    return rt.bulk(requests)
  }

  it('look a name up once a flush, and anew in the next', async () => {
    const transport = echoing().on(ROUTE, request => {
      if (number(request.payload) === 63) transport.links.set('v0', 6)
      if ((request.flags & ACK) !== 0) request.ack()
    })
    transport.links.set('v0', 5)
    const requests = Array.from({ length: 66 }, (_, i) => route(i, { fixUps: [link('v0')] }))
    expect(await send(transport, requests)).toMatchObject({ sent: 66, failed: [], unknown: [] })
    expect(indexes(transport, ROUTE)).toEqual([...Array.from({ length: 64 }, () => 5), 6, 6])
  })

  const types = { NEWLINK: 16, DELLINK: 17, SETLINK: 19, NEWLINKPROP: 108, DELLINKPROP: 109 }

  /** The name passes from one link to another, as when two swap theirs: what is found too early is there, and wrong. */
  const renaming = async (type: number, family = 0) => {
    const transport = echoing().on(type, request => {
      transport.links.set('v0', 6)
      request.ack()
    })
    transport.links.set('v0', 5)
    const rename = build(type, 1, { decode: false, fixUps: [link('v0')] }) as unknown as Request
    const result = await send(transport, [rename, route(2, { fixUps: [link('v0')] })], family)
    expect(result).toMatchObject({ sent: 2, failed: [], unknown: [] })
    return [...indexes(transport, type), ...indexes(transport, ROUTE)]
  }

  it.each(Object.entries(types))('mean what RTM_%s before them leaves behind', async (_, type) => {
    expect(await renaming(type)).toEqual([5, 6])
  })

  it('wait for nothing in other families, whose numbers mean something else', async () => {
    expect(await renaming(types.SETLINK, 16)).toEqual([5, 5])
  })

  /** A transport that counts the open namespaces as each change arrives. */
  const counting = () => {
    const open: number[] = []
    const transport = echoing().on(NEW, request => {
      open.push(transport.openNamespaces.size)
      if ((request.flags & ACK) !== 0) request.ack()
    })
    transport.namespaces.set('blue', 77)
    return { transport, open }
  }
  const netns = (ref: string, offset = 20): FixUp => ({ kind: 'netns', offset, ref, fieldPath: 'netns' })

  it('close what was opened for a request that another fix-up refuses, before anything leaves', async () => {
    const { transport, open } = counting()
    const rejected = change(1, { length: 12, fixUps: [netns('blue'), netns('red', 24)] })
    expect(await send(transport, [rejected])).toMatchObject({
      sent: 0,
      failed: [{ index: 0, error: { code: 'ENOENT' } }],
    })
    expect(transport.openNamespaces.size).toBe(0)
    // Those of the requests that do leave stay open until then.
    const kept = change(2, { fixUps: [netns('blue')] })
    expect(await send(transport, [kept, rejected, change(3)])).toMatchObject({ sent: 2, failed: [{ index: 1 }] })
    expect(open).toEqual([1, 1])
    expect(transport.openNamespaces.size).toBe(0)
  })

  it('that fail before anything leaves are told in the order of the requests', async () => {
    const { transport } = counting()
    transport.on(NEW, request => (number(request.payload) === 7 ? request.error('EPERM') : request.ack()))
    const unpacked = change(1, { fixUps: [netns('red')] })
    const { failed } = await send(transport, [change(7), unpacked, change(7), unpacked, change(2)])
    expect(failed.map(({ index, error }) => [index, error.code])).toEqual([
      [0, 'EPERM'],
      [1, 'ENOENT'],
      [2, 'EPERM'],
      [3, 'ENOENT'],
    ])
  })

  it('close what was opened for a request that has to wait for a name', async () => {
    const { transport, open } = counting()
    transport.links.set('v0', 5)
    const waiting = change(2, { length: 12, fixUps: [netns('blue'), { ...link('v0'), offset: 24 }] })
    expect(await send(transport, [change(1), waiting])).toMatchObject({ sent: 2, failed: [] })
    expect(open).toEqual([0, 1])
    expect(transport.openNamespaces.size).toBe(0)
  })
})

it('a reference whose getter asks the blocking client changes nothing of the request that it belongs to', () => {
  const transport = echoing()
  using rt = blocking(transport)
  rt.send(change(2))
  transport.requests.length = 0
  const asking = {
    get fd() {
      expect(rt.send(get(5))).toBe(1005)
      expect([...rt.thing.dump()]).toEqual([1, 2, 3])
      return 77
    },
  }
  rt.send(change(1, { fixUps: [{ kind: 'netns', offset: 20, ref: asking, fieldPath: 'netns' }] }))
  expect(transport.requests.map(({ type }) => type)).toEqual([GET, GET, NEW])
  const { payload } = transport.requests[2] as { payload: Uint8Array }
  expect([number(payload), number(payload.subarray(4))]).toEqual([1, 77])
  expect(transport.openNamespaces.size).toBe(0)
})
