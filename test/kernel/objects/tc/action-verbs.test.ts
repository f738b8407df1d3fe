// What the verbs of actions do in a kernel, with the one kind that every kernel at hand has.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ActionSpec, type MonitorEvent, NetlinkError, open, openSync } from '../../../../src/index.js'
import { run, tcShow } from '../../../support/iproute2/iproute.js'
import { lacking } from '../../../support/probe.js'

const kind = 'mirred'
const to = (
  ifindex: string,
  index?: number,
  eaction: 'egress-mirror' | 'egress-redir' = 'egress-mirror',
): ActionSpec => ({
  index,
  options: { kind, parms: { eaction, ifindex } },
})

beforeEach(() => {
  using rt = openSync()
  for (const name of ['v0', 'v1']) rt.link.add({ name, up: true, info: { kind: 'ifb' } })
  // A kind whose module has never been loaded is not known to a flush.
  rt.action.add(to('v0', 1))
  rt.action.flush({ kind })
})
afterEach(() => {
  using rt = openSync()
  for (const name of ['v0', 'v1']) rt.link.delete(name)
  rt.action.flush({ kind })
})

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

/** Shows the actions of the kind as tc does. */
function output(): Record<string, unknown>[] {
  return tcShow(`actions list action ${kind}`).flatMap(row => (row['actions'] ?? []) as Record<string, unknown>[])
}

describe('an action', () => {
  it('is added, read, changed, replaced and deleted', async () => {
    await using rt = await open()
    await rt.action.add(to('v0', 5))
    expect(output()).toMatchObject([
      { kind, mirred_action: 'mirror', direction: 'egress', to_dev: 'v0', control_action: { type: 'pipe' }, index: 5 },
    ])
    const { index: v0 } = await rt.link.get('v0')
    const read = await rt.action.get({ kind, index: 5 })
    expect(read).toMatchObject({
      kind,
      index: 5,
      options: { kind, parms: { index: 5, action: 'pipe', eaction: 'egress-mirror', ifindex: v0, bindcnt: 0 } },
      stats: { basic: { bytes: 0n, packets: 0 }, queue: { drops: 0 } },
    })
    await rt.action.set(to('v1', 5))
    expect(output()).toMatchObject([{ to_dev: 'v1', mirred_action: 'mirror' }])
    await rt.action.replace(to('v1', 5, 'egress-redir'))
    expect(output()).toMatchObject([{ to_dev: 'v1', mirred_action: 'redirect', control_action: { type: 'stolen' } }])
    const again = await rt.action.replaceAndGet({ ...read, cookie: Uint8Array.of(1, 2, 3, 4) })
    expect(again).toMatchObject({ index: 5, cookie: Uint8Array.of(1, 2, 3, 4) })
    expect(output()).toMatchObject([{ to_dev: 'v0', cookie: '01020304' }])
    await rt.action.delete(again)
    expect(output()).toEqual([])
  })

  it('gets an index from the kernel, which addAndGet tells', async () => {
    await using rt = await open()
    const first = await rt.action.addAndGet(to('v0'))
    const second = await rt.action.addAndGet(to('v1'))
    expect(first.index).toBeGreaterThan(0)
    expect(second.index).not.toBe(first.index)
    expect(await rt.action.get(second)).toMatchObject({
      index: second.index,
      options: { kind, parms: { index: second.index, action: 'pipe' } },
    })
  })

  it('is refused with the kernel’s words', async () => {
    await using rt = await open()
    await rt.action.add(to('v0', 5))
    expect(await rejection(rt.action.add(to('v0', 5)))).toMatchObject({ code: 'EEXIST' })
    const missing = await rejection(rt.action.get({ kind, index: 6 }))
    expect(missing).toMatchObject({ code: 'ENOENT', message: expect.stringContaining('index not found') as string })
    expect(await rejection(rt.action.delete({ kind, index: 6 }))).toMatchObject({ code: 'ENOENT' })
    await rt.action.delete({ kind, index: 6 }, { missingOk: true })
    expect(await rejection(rt.action.add({ kind: 'nosuchkind' }))).toMatchObject({
      code: 'ENOENT',
      message: expect.stringContaining('Failed to load TC action module') as string,
    })
    expect(await rejection(rt.action.add(to('v9', 7)))).toMatchObject({
      code: 'ENODEV',
      fieldPath: 'actions[0].options.parms.ifindex',
    })
    expect(await rt.action.list({ kind: 'nosuchkind' })).toEqual([])
  })

  it('stays while a filter uses it', async context => {
    await using rt = await open()
    await rt.action.add(to('v1', 5))
    run('tc qdisc add dev v0 clsact')
    try {
      run('tc filter add dev v0 egress matchall action mirred index 5')
    } catch (error) {
      if (!String(error).includes('classifier not found')) throw error
      lacking(context, 'the kernel has no filter matchall', true)
    }
    expect(await rt.action.get({ kind, index: 5 })).toMatchObject({ options: { parms: { bindcnt: 1 } } })
    expect(await rejection(rt.action.delete({ kind, index: 5 }))).toMatchObject({ code: 'EPERM' })
    expect(await rejection(rt.action.flush({ kind }))).toMatchObject({ code: 'EPERM' })
    run('tc qdisc delete dev v0 clsact')
    // The kernel frees filters behind the answer.
    await expect.poll(() => rt.action.delete({ kind, index: 5 }).then(() => 'gone', String)).toBe('gone')
  })
})

describe('an action of a filter', () => {
  it('is one that is there, by its index', async () => {
    await using rt = await open()
    await rt.action.add(to('v1', 5))
    await rt.qdisc.add({ dev: 'v0', kind: 'clsact' })
    const options = { kind: 'u32', sel: { keys: [{ val: 0, mask: 0 }] }, act: [{ kind, index: 5 }] } as const
    await rt.filter.add({ dev: 'v0', parent: 'egress', options })
    expect(await rt.action.get({ kind, index: 5 })).toMatchObject({ options: { parms: { bindcnt: 1 } } })
    await rt.qdisc.delete({ dev: 'v0', kind: 'clsact' })
    await expect.poll(() => rt.action.delete({ kind, index: 5 }).then(() => 'gone', String)).toBe('gone')
  })
})

describe('several actions', () => {
  it('go in one message, all or none', async () => {
    await using rt = await open()
    await rt.action.add([to('v0', 1), to('v1', 2)])
    expect(output().map(({ to_dev }) => to_dev)).toEqual(['v0', 'v1'])
    expect(await rejection(rt.action.add([to('v0', 3), to('v0', 1)]))).toMatchObject({ code: 'EEXIST' })
    expect(output()).toHaveLength(2)
    expect(
      await rejection(
        rt.action.delete([
          { kind, index: 2 },
          { kind, index: 9 },
        ]),
      ),
    ).toMatchObject({ code: 'ENOENT' })
    expect(output()).toHaveLength(2)
    await rt.action.delete([
      { kind, index: 1 },
      { kind, index: 2 },
    ])
    expect(output()).toEqual([])
  })

  it('go where they are there, when some may be missing', async () => {
    await using rt = await open()
    using sync = openSync()
    const refs = [2, 9, 1, 3].map(index => ({ kind, index }))
    await rt.action.add([to('v0', 1), to('v1', 2)])
    await rt.action.delete(refs, { missingOk: true })
    expect(output()).toEqual([])
    await rt.action.add([to('v0', 1), to('v1', 2)])
    sync.action.delete([...refs, { kind: 'nosuchkind', index: 1 }], { missingOk: true })
    expect(output()).toEqual([])
    await rt.action.delete({ kind: 'nosuchkind', index: 1 }, { missingOk: true })
  })

  it('come many in a message of a dump, and in several messages', async () => {
    await using rt = await open()
    const expected = Array.from({ length: 320 }, (_, at) => at + 1)
    for (let at = 0; at < expected.length; at += 32)
      await rt.action.add(expected.slice(at, at + 32).map(index => to('v0', index)))
    expect((await rt.action.list({ kind })).map(({ index }) => index)).toEqual(expected)
    const seen: number[] = []
    for await (const { index } of rt.action.dump({ kind })) seen.push(index)
    expect(seen).toEqual(expected)
    for await (const { index } of rt.action.dump({ kind })) if (index === 40) break
    using blocking = openSync()
    expect([...blocking.action.dump({ kind })].map(({ index }) => index)).toEqual(expected)
    const brief = await rt.action.list({ kind, terse: true })
    expect(brief.map(({ index }) => index)).toEqual(expected)
    expect(brief.filter(({ options }) => options !== undefined)).toEqual([])
    expect(await rt.action.flush({ kind })).toBe(320)
    expect(await rt.action.flush({ kind })).toBe(0)
  })

  it('are told apart by the time of their last packet', async () => {
    await using rt = await open()
    await rt.action.add(to('v0', 1))
    expect(await rt.action.list({ kind, sinceMs: 60_000 })).toHaveLength(1)
  })
})

describe('a monitor', () => {
  it('tells of actions', async () => {
    await using rt = await open()
    await using events = rt.monitor({ groups: ['tc'] })
    await rt.action.add([to('v0', 1), to('v1', 2)])
    await rt.action.replace(to('v1', 1))
    await rt.action.delete({ kind, index: 1 })
    await rt.action.flush({ kind })
    const heard: MonitorEvent[] = []
    for await (const event of events) {
      if (event.type !== 'action') continue
      heard.push(event)
      if (event.flushed !== undefined) break
    }
    expect(heard).toMatchObject([
      {
        action: 'new',
        actions: [
          { kind, index: 1 },
          { kind, index: 2 },
        ],
      },
      { action: 'new', actions: [{ kind, index: 1 }] },
      { action: 'delete', actions: [{ kind, index: 1 }] },
      { action: 'delete', actions: [], flushed: { kind, count: 1 } },
    ])
  })
})
