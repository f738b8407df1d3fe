// What the verbs of qdiscs and classes do in a kernel, seen by `tc`, and the reverse.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { handleText, NetlinkError, open, openSync } from '../../src/index.js'
import { tcShow } from '../support/iproute.js'

const dev = 'q0'

beforeEach(() => {
  using rt = openSync()
  rt.link.add({ name: dev, up: true, numTxQueues: 4, info: { kind: 'ifb' } })
})
afterEach(() => {
  using rt = openSync()
  rt.link.delete(dev)
})

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

describe('a qdisc', () => {
  it('is added, read, changed, replaced and deleted', async () => {
    await using rt = await open()
    await rt.qdisc.add({ dev, handle: '1:', options: { kind: 'pfifo', limit: 7 } })
    expect(tcShow(`qdisc show dev ${dev}`)).toMatchObject([
      { kind: 'pfifo', handle: '1:', root: true, options: { limit: 7 } },
    ])
    const read = await rt.qdisc.get({ dev })
    expect(read).toMatchObject({
      kind: 'pfifo',
      handle: 0x10000,
      parent: 0xffffffff,
      options: { kind: 'pfifo', limit: 7 },
    })
    expect(await rt.qdisc.get({ dev, handle: '1:' })).toMatchObject({ handle: read.handle })
    await rt.qdisc.set({ dev, options: { kind: 'pfifo', limit: 8 } })
    await rt.qdisc.set({ ...read, options: { kind: 'pfifo', limit: 9 } })
    expect(tcShow(`qdisc show dev ${dev}`)).toMatchObject([{ options: { limit: 9 } }])
    expect(await rt.qdisc.replaceAndGet({ dev, handle: '2:', options: { kind: 'bfifo', limit: 9000 } })).toMatchObject({
      kind: 'bfifo',
      handle: 0x20000,
      options: { limit: 9000 },
    })
    expect((await rejection(rt.qdisc.add({ dev, kind: 'bfifo' }))).code).toBe('EEXIST')
    await rt.qdisc.delete({ dev, parent: 'root' })
    expect((await rejection(rt.qdisc.delete({ dev, parent: 'root' }))).code).toBe('ENOENT')
    await rt.qdisc.delete({ dev }, { missingOk: true })
  })

  it('is what addAndGet answers with, its handle by the kernel', async () => {
    await using rt = await open()
    const made = await rt.qdisc.addAndGet({ dev, options: { kind: 'pfifo', limit: 3 } })
    expect(made).toMatchObject({
      kind: 'pfifo',
      options: { limit: 3 },
      stats2: { basic: { packets: 0 }, queue: { qlen: 0 } },
    })
    expect(tcShow(`qdisc show dev ${dev}`)).toMatchObject([{ handle: handleText(made.handle) }])
  })
})
