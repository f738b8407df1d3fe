// The event loop has its turn, deadlines are kept and memory is bounded where many wait, and where nothing can leave.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BlockingClient, open, openSync, type Request } from '../../../src/index.js'

let sync: BlockingClient

beforeEach(() => {
  sync = openSync()
})

afterEach(() => {
  for (const { name, kindName } of sync.link.list())
    if (kindName === 'ifb' || kindName === 'veth') sync.link.delete(name, { missingOk: true })
  sync.close()
})

/** A request that cannot leave. (The kernel looks for a module where it is asked for the index of a link that is not there: dev_load.) */
const rejected = (): Request => sync.request.link.add({ name: 'x0', netns: 'nosuch', info: { kind: 'ifb' } })

/** Without an end. */
function* endless(): Generator<Request> {
  for (;;) yield rejected()
}

describe('requests that name a namespace which is not there', () => {
  it('end with the signal of their bulk', async () => {
    await using rt = await open()
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 20)
    await expect(rt.bulk(endless, { signal: stop.signal })).rejects.toThrow('enough')
  })

  it('end with its deadline, of both clients', async () => {
    await using rt = await open()
    const timeout = { code: 'ERR_NETLINK_TIMEOUT' }
    await expect(rt.bulk(endless, { timeoutMs: 20 })).rejects.toMatchObject(timeout)
    expect(() => sync.bulk(endless, { timeoutMs: 20 })).toThrow(expect.objectContaining(timeout))
  })

  it('are told one by one, and between others', async () => {
    await using rt = await open()
    sync.link.add({ name: 't0', up: true, info: { kind: 'ifb' } })
    const requests = Array.from({ length: 250 }, (_, i) =>
      i % 3 === 0 ? rt.request.route.add({ dst: `10.0.${i}.0/24`, dev: 't0' }) : rejected(),
    )
    const { sent, failed } = await rt.bulk(requests)
    expect(sent).toBe(84)
    expect(failed.map(({ index }) => index)).toEqual(Array.from({ length: 250 }, (_, i) => i).filter(i => i % 3 !== 0))
  })

  it('leave others their turn when they are made one by one', async () => {
    await using rt = await open()
    let turns = 0
    const tick = setInterval(() => turns++, 1)
    const none = { name: 'x0', netns: 'nosuch', info: { kind: 'ifb' } } as const
    await Promise.allSettled(Array.from({ length: 5000 }, () => rt.link.add(none)))
    clearInterval(tick)
    expect(turns).toBeGreaterThan(3)
  })
})

describe('monitors', () => {
  it('share what they read into', async () => {
    await using rt = await open()
    const before = process.memoryUsage().arrayBuffers
    const all = Array.from({ length: 40 }, () => rt.monitor({ groups: ['link'] }))
    const heard = all.map(each => each.next())
    sync.link.add({ name: 't0', info: { kind: 'ifb' } })
    for (const { value } of await Promise.all(heard))
      expect(value).toMatchObject({ type: 'link', link: { name: 't0' } })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
    await Promise.all(all.map(each => each.close()))
  })

  it('may be read by whoever is told of a datagram of another', async () => {
    await using rt = await open()
    const first = rt.monitor({ groups: ['link'] })
    const second = rt.monitor({ groups: ['link'] })
    const names = ['t0', 't1', 't2', 't3', 't4', 't5']
    const inner: Promise<IteratorResult<unknown, undefined>>[] = []
    for (const name of names) sync.link.add({ name, info: { kind: 'ifb' } })
    let inside = false
    const read = () => {
      if (inside || inner.length === names.length) return
      inside = true
      inner.push(second.next())
      inside = false
    }
    subscribe('rtnetlink:received', read)
    const seen: string[] = []
    for await (const event of first) {
      if (event.type === 'link') seen.push(event.link.name)
      if (seen.length === names.length) break
    }
    unsubscribe('rtnetlink:received', read)
    const reported = (await Promise.all(inner)).map(({ value }) => (value as { link: { name: string } }).link.name)
    expect(seen).toEqual(names)
    expect(reported).toEqual(names.slice(0, reported.length))
    expect(reported.length).toBeGreaterThan(0)
    await second.close()
  })
})

it('a blocking client survives stacks that are used up inside its calls', () => {
  const deeper = (): void => {
    try {
      sync.addr.add({ dev: 'lo', address: '10.0.0.1/32' })
    } catch {
      // EEXIST, or no stack left.
    }
    try {
      sync.link.get('lo')
    } catch {
      // No stack left.
    }
    deeper()
  }
  for (let round = 0; round < 8; round++) expect(deeper).toThrow(RangeError)
  expect(sync.link.get('lo').name).toBe('lo')
  sync.addr.delete({ dev: 'lo', address: '10.0.0.1/32' })
})
