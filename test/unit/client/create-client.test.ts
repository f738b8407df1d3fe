import { describe, expect, expectTypeOf, it } from 'vitest'
import { createClient } from '../../../src/io/async/async-client.js'
import type { CoreCalls } from '../../../src/io/client-types.js'
import { createBlockingClient } from '../../../src/io/sync/sync-client.js'
import { rtnetlink } from '../../../src/objects/protocol.js'
import type { Blocking, BlockingDump, BulkResult, Dump } from '../../../src/request/operation.js'
import { change, echoing, rejection, thrown, verbs } from '../io/fixtures.js'

describe('createClient', () => {
  it('makes a client of the verbs, the core calls and further members', async () => {
    const transport = echoing()
    await using rt = createClient(transport, {}, rtnetlink, verbs, client => ({
      answer: () => client.channel.protocol.id,
    }))
    expect(Object.keys(rt).sort()).toEqual(['answer', 'bulk', 'close', 'raw', 'thing'])
    expect(await rt.thing.list()).toEqual([1, 2, 3])
    expect(await rt.bulk([change(1)])).toEqual({ sent: 1, failed: [], unknown: [] })
    expect(rt.answer()).toBe(0)
    await rt.close()
    expect(await rejection(rt.thing.get(1))).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    expectTypeOf(rt.thing.get).toEqualTypeOf<(value: number) => Promise<number>>()
    expectTypeOf(rt.thing.add).toEqualTypeOf<(value: number) => Promise<void>>()
    expectTypeOf(rt.thing.dump).toEqualTypeOf<() => Dump<number>>()
  })

  it('makes the blocking twin', () => {
    using rt = createBlockingClient(echoing(), {}, rtnetlink, verbs)
    expect(Object.keys(rt).sort()).toEqual(['bulk', 'close', 'raw', 'thing'])
    expect(rt.thing.list()).toEqual([1, 2, 3])
    rt.close()
    expect(thrown(() => rt.thing.get(1))).toMatchObject({ code: 'ERR_NETLINK_CLOSED' })
    expectTypeOf(rt.thing.get).toEqualTypeOf<(value: number) => number>()
    expectTypeOf(rt.thing.dump).toEqualTypeOf<() => BlockingDump<number>>()
    expectTypeOf<ReturnType<Blocking<CoreCalls>['bulk']>>().toEqualTypeOf<BulkResult>()
  })

  it('refuses options that are none', () => {
    expect(() => createClient(echoing(), { timeoutMs: -5 }, rtnetlink, verbs)).toThrow(TypeError)
    expect(() => createBlockingClient(echoing(), { netns: 'none' }, rtnetlink, verbs)).toThrow('open: ENOENT')
  })
})
