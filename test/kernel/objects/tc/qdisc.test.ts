// What the verbs of qdiscs and classes do in a kernel, seen by `tc`, and the reverse.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { handleText, type MonitorEvent, NetlinkError, open, openSync, rate } from '../../../../src/index.js'
import { run, tcShow } from '../../../support/iproute2/iproute.js'
import { requireQdisc } from '../../../support/probe.js'

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

describe('a qdisc below a class, by its handle alone', () => {
  const leaf = { dev, handle: '10:' } as const
  beforeEach(() => {
    using rt = openSync()
    rt.qdisc.add({ dev, handle: '1:', options: { kind: 'htb' } })
    rt.class.add({ dev, parent: '1:', handle: '1:1', options: { kind: 'htb', rate: rate('1mbit') } })
    rt.qdisc.add({ ...leaf, parent: '1:1', options: { kind: 'pfifo', limit: 5 } })
  })
  const tree = (): string[] =>
    tcShow(`qdisc show dev ${dev}`).map(row => `${String(row['handle'])} at ${String(row['parent'] ?? 'root')}`)

  it('is changed where it is by replace', async () => {
    await using rt = await open()
    await rt.qdisc.replace({ ...leaf, options: { kind: 'pfifo', limit: 7 } })
    expect(tree()).toEqual(['1: at root', '10: at 1:1'])
    expect(await rt.qdisc.get(leaf)).toMatchObject({ options: { limit: 7 } })
    const replaced = await rt.qdisc.replaceAndGet({ ...leaf, options: { kind: 'pfifo', limit: 8 } })
    expect(replaced).toMatchObject({ parent: 0x10001, options: { limit: 8 } })
    using blocking = openSync()
    blocking.qdisc.replace({ ...leaf, options: { kind: 'pfifo', limit: 9 } })
    expect(tree()).toEqual(['1: at root', '10: at 1:1'])
    expect((await rejection(rt.qdisc.replace({ ...leaf, kind: 'bfifo' }))).code).toBe('EINVAL')
  })

  it('becomes the root where it is not there', async () => {
    await using rt = await open()
    await rt.qdisc.replace({ ...leaf, handle: '20:', options: { kind: 'pfifo', limit: 7 } })
    expect(tree()).toEqual(['20: at root'])
    await rt.qdisc.replace({ ...leaf, handle: '20:', options: { kind: 'pfifo', limit: 8 } })
    expect(await rt.qdisc.get({ dev })).toMatchObject({ handle: 0x200000, options: { limit: 8 } })
  })

  it('is deleted', async () => {
    await using rt = await open()
    expect((await rejection(rt.qdisc.delete({ ...leaf, kind: 'bfifo' }))).code).toBe('EINVAL')
    expect(tree()).toEqual(['1: at root', '10: at 1:1'])
    await rt.qdisc.delete(leaf)
    expect(tree()).toEqual(['1: at root'])
    expect((await rejection(rt.qdisc.delete(leaf))).code).toBe('ENOENT')
    await rt.qdisc.delete(leaf, { missingOk: true })
    await rt.qdisc.add({ ...leaf, parent: '1:1', kind: 'pfifo' })
    using blocking = openSync()
    blocking.qdisc.delete(leaf)
    expect(tree()).toEqual(['1: at root'])
    blocking.qdisc.delete({ dev, handle: '1:' })
    expect(() => blocking.qdisc.delete({ dev, handle: '1:' })).toThrow('ENOENT')
  })
})

describe('a qdisc that is gone', () => {
  it('is not got, nor the one that a link has while it is down', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'q1', info: { kind: 'ifb' } })
    try {
      expect((await rejection(rt.qdisc.get({ dev: 'q1' }))).code).toBe('ENOENT')
      using blocking = openSync()
      expect(() => blocking.qdisc.get({ dev: 'q1' })).toThrow('ENOENT')
      await rt.qdisc.add({ dev: 'q1', kind: 'clsact' })
      await rt.qdisc.delete({ dev: 'q1', kind: 'clsact' })
      expect((await rejection(rt.qdisc.get({ dev: 'q1', parent: 'ingress' }))).code).toBe('ENOENT')
    } finally {
      await rt.link.delete('q1')
    }
  })

  it.for(['clsact', 'ingress'] as const)('is missing where %s was', async kind => {
    await using rt = await open()
    await rt.qdisc.add({ dev, kind })
    await rt.qdisc.delete({ dev, kind }, { missingOk: true })
    await rt.qdisc.delete({ dev, kind }, { missingOk: true })
    expect((await rejection(rt.qdisc.delete({ dev, kind }))).extAck?.message).toBe('Invalid handle')
    expect((await rejection(rt.qdisc.get({ dev, kind }))).extAck?.message).toBe('Invalid handle')
  })

  it('is missing where another handle is, and below what has no classes', async () => {
    await using rt = await open()
    await rt.qdisc.delete({ dev, handle: '1:', parent: 'root' }, { missingOk: true })
    await rt.qdisc.add({ dev, handle: '2:', kind: 'pfifo' })
    await rt.qdisc.delete({ dev, handle: '1:', parent: 'root' }, { missingOk: true })
    await rt.qdisc.delete({ dev, parent: '2:10' }, { missingOk: true })
    expect(tcShow(`qdisc show dev ${dev}`)).toMatchObject([{ kind: 'pfifo', handle: '2:' }])
  })

  it('is not missing where another kind is', async () => {
    await using rt = await open()
    await rt.qdisc.add({ dev, handle: '1:', kind: 'pfifo' })
    expect((await rejection(rt.qdisc.delete({ dev, kind: 'htb' }, { missingOk: true }))).code).toBe('EINVAL')
    expect(tcShow(`qdisc show dev ${dev}`)).toMatchObject([{ kind: 'pfifo' }])
  })
})

describe('a qdisc of another kind', () => {
  it('is replaced by a change as tc does it, and refused where the handle is given', async () => {
    await using rt = await open()
    await rt.qdisc.add({ dev, handle: '1:', kind: 'pfifo' })
    expect((await rejection(rt.qdisc.set({ dev, handle: '1:', kind: 'bfifo' }))).code).toBe('EINVAL')
    expect(await rt.qdisc.get({ dev })).toMatchObject({ kind: 'pfifo', handle: 0x10000 })
    await rt.qdisc.set({ dev, kind: 'bfifo' })
    expect((await rt.qdisc.get({ dev })).kind).toBe('bfifo')
    run(`tc qdisc change dev ${dev} root pfifo`)
    expect((await rt.qdisc.get({ dev })).kind).toBe('pfifo')
  })
})

describe('a list of qdiscs', () => {
  const handles = (rows: readonly { readonly handle: number }[]): string[] => rows.map(row => handleText(row.handle))

  it('is filtered by link, by its name or its index, by parent and by kind', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'q1', up: true, info: { kind: 'ifb' } })
    try {
      await rt.qdisc.add({ dev, handle: '1:', options: { kind: 'htb', defcls: 1 } })
      await rt.class.add({ dev, parent: '1:', handle: '1:1', options: { kind: 'htb', rate: rate('1mbit') } })
      await rt.qdisc.add({ dev, parent: '1:1', handle: '11:', options: { kind: 'pfifo', limit: 5 } })
      await rt.qdisc.add({ dev: 'q1', handle: '2:', options: { kind: 'pfifo', limit: 6 } })
      const { index } = await rt.link.get(dev)
      expect(handles(await rt.qdisc.list({ dev }))).toEqual(['1:', '11:'])
      expect(handles(await rt.qdisc.list({ dev: index }))).toEqual(['1:', '11:'])
      expect(handles(await rt.qdisc.list({ dev, parent: '1:1' }))).toEqual(['11:'])
      expect(handles(await rt.qdisc.list({ kind: 'pfifo' }))).toEqual(expect.arrayContaining(['11:', '2:']))
      const streamed: string[] = []
      for await (const each of rt.qdisc.dump({ dev: 'q1' })) streamed.push(handleText(each.handle))
      expect(streamed).toEqual(['2:'])
      using blocking = openSync()
      expect(handles(blocking.qdisc.list({ dev }))).toEqual(['1:', '11:'])
      expect([...blocking.qdisc.dump({ dev: 'q1' })].map(each => each.kind)).toEqual(['pfifo'])
      expect((await rejection(rt.qdisc.list({ dev: 'nothere0' }))).code).toBe('ENODEV')
      expect(handles(await rt.class.list({ dev, parent: '1:' }))).toEqual(['1:1'])
      expect(handles(await rt.class.list({ dev: index }))).toEqual(['1:1'])
    } finally {
      await rt.link.delete('q1')
    }
  })

  it('has what devices made for themselves when it is asked for that', async () => {
    await using rt = await open()
    await rt.qdisc.add({ dev, handle: '1:', options: { kind: 'htb', defcls: 1 } })
    await rt.class.add({ dev, parent: '1:', handle: '1:1', options: { kind: 'htb', rate: rate('1mbit') } })
    expect((await rt.qdisc.list({ dev })).map(row => row.kind)).toEqual(['htb'])
    const all = await rt.qdisc.list({ dev, invisible: true })
    expect(all.map(row => row.kind)).toEqual(['htb', 'pfifo'])
    expect(tcShow(`qdisc show dev ${dev} invisible`).map(row => row['kind'])).toEqual(['htb', 'pfifo'])
  })
})

describe('shared blocks', () => {
  it('are said of clsact, and read as tc shows them', async () => {
    await using rt = await open()
    await rt.qdisc.add({ dev, kind: 'clsact', ingressBlock: 22, egressBlock: 23 })
    const read = await rt.qdisc.get({ dev, kind: 'clsact' })
    expect(read).toMatchObject({ kind: 'clsact', handle: 0xffff0000, ingressBlock: 22, egressBlock: 23 })
    const output = tcShow(`qdisc show dev ${dev}`).find(row => row['kind'] === 'clsact')
    expect(output).toMatchObject({ handle: 'ffff:', ingress_block: 22, egress_block: 23 })
    await rt.qdisc.delete({ dev, kind: 'clsact' })
    await rt.qdisc.add(read)
    expect(await rt.qdisc.get({ dev, kind: 'clsact' })).toMatchObject({ ingressBlock: 22, egressBlock: 23 })
  })
})

describe('the blocks of a clsact', () => {
  it('are not changed, where the kernel would overlook others without a word', async () => {
    await using rt = await open()
    const spec = { dev, kind: 'clsact' } as const
    await rt.qdisc.replace({ ...spec, ingressBlock: 22 })
    const read = await rt.qdisc.get(spec)
    expect(read).toMatchObject({ ingressBlock: 22 })
    for (const same of [spec, { ...spec, ingressBlock: 22 }, read, { ...read, dev, ifindex: undefined }]) {
      await rt.qdisc.replace(same)
      await rt.qdisc.set(same)
    }
    for (const [field, other] of [
      ['ingressBlock', { ...spec, ingressBlock: 23 }],
      ['egressBlock', { ...spec, ingressBlock: 22, egressBlock: 23 }],
      ['egressBlock', { ...read, egressBlock: 23 }],
      ['ingressBlock', { dev, options: { kind: 'clsact' }, ingressBlock: 23 }],
    ] as const)
      for (const verb of ['replace', 'set', 'replaceAndGet'] as const)
        expect(await rejection(rt.qdisc[verb](other))).toMatchObject({
          code: 'ERR_NETLINK_BAD_VALUE',
          fieldPath: field,
        })
    expect(tcShow(`qdisc show dev ${dev} ingress`)).toMatchObject([{ kind: 'clsact', ingress_block: 22 }])
    await rt.qdisc.delete(spec)
    expect(await rt.qdisc.replaceAndGet({ ...spec, egressBlock: 23 })).toMatchObject({ egressBlock: 23 })
  })
})

describe('a class', () => {
  it('is added, read, changed, replaced and deleted', async () => {
    await using rt = await open()
    await rt.qdisc.add({ dev, handle: '1:', options: { kind: 'htb' } })
    const ref = { dev, parent: '1:', handle: '1:10' }
    const made = await rt.class.addAndGet({ ...ref, options: { kind: 'htb', rate: rate('8mbit'), prio: 3 } })
    expect(made).toMatchObject({ kind: 'htb', handle: 0x10010, parent: 0xffffffff, stats2: { app: { kind: 'htb' } } })
    expect((await rejection(rt.class.add({ ...ref, options: { kind: 'htb', rate: 1 } }))).code).toBe('EEXIST')
    await rt.class.set({ ...ref, options: { kind: 'htb', rate: rate('9mbit') } })
    expect(tcShow(`class show dev ${dev}`)).toMatchObject([{ class: 'htb', handle: '1:10', rate: 1_125_000 }])
    const replaced = await rt.class.replaceAndGet({ ...ref, options: { kind: 'htb', rate: rate('10mbit') } })
    expect(replaced.options).toMatchObject({ kind: 'htb', parms: { rate: { rate: 1_250_000 } } })
    const missing = { ...ref, handle: '1:11', options: { kind: 'htb', rate: 1000 } } as const
    expect((await rejection(rt.class.set(missing))).code).toBe('ENOENT')
    await rt.class.delete(ref)
    expect((await rejection(rt.class.get(ref))).code).toBe('ENOENT')
    expect((await rejection(rt.class.delete(ref))).code).toBe('ENOENT')
    await rt.class.delete(ref, { missingOk: true })
  })

  it('is missing below a qdisc that has none', async () => {
    await using rt = await open()
    await rt.qdisc.add({ dev, handle: '1:', kind: 'pfifo' })
    const ref = { dev, handle: '1:10' }
    expect((await rejection(rt.class.delete(ref))).code).toBe('EINVAL')
    await rt.class.delete(ref, { missingOk: true })
  })
})

describe('a list of classes', () => {
  it('is of a qdisc, of a class, or of what is below no class', async () => {
    await using rt = await open()
    await rt.qdisc.add({ dev, handle: '1:', options: { kind: 'htb' } })
    const options = { kind: 'htb', rate: rate('1mbit') } as const
    for (const [parent, handle] of [
      ['1:', '1:1'],
      ['1:1', '1:10'],
      ['1:1', '1:11'],
      ['1:10', '1:100'],
    ] as const)
      await rt.class.add({ dev, parent, handle, options })
    await rt.qdisc.add({ dev, parent: '1:11', handle: '2:', options: { kind: 'htb' } })
    await rt.class.add({ dev, parent: '2:', handle: '2:1', options })
    const list = async (parent?: string) =>
      (await rt.class.list({ dev, parent })).map(row => handleText(row.handle)).sort()
    expect(await list()).toEqual(['1:1', '1:10', '1:100', '1:11', '2:1'])
    expect(await list('1:')).toEqual(['1:1', '1:10', '1:100', '1:11'])
    expect(await list('1:1')).toEqual(['1:10', '1:11'])
    expect(await list('1:10')).toEqual(['1:100'])
    expect(await list('root')).toEqual(['1:1', '2:1'])
  })
})

it.for(['drr', 'qfq'] as const)('a class of %s needs no options, but a handle', (kind, context) => {
  requireQdisc(context, dev, kind)
  using rt = openSync()
  rt.qdisc.add({ dev, handle: '1:', kind })
  rt.class.add({ dev, parent: '1:', handle: '1:10', kind })
  rt.class.add({ dev, parent: '1:', handle: '1:11', options: { kind } })
  rt.class.set({ dev, handle: '1:11', kind })
  expect(
    rt.class
      .list({ dev })
      .map(row => handleText(row.handle))
      .sort(),
  ).toEqual(['1:10', '1:11'])
  expect(() => rt.class.add({ dev, parent: '1:', kind })).toThrow('handle')
})

describe('a monitor of tc', () => {
  it('tells of qdiscs and classes', async () => {
    await using rt = await open()
    await using events = rt.monitor({ groups: ['tc'] })
    const next = async () => {
      for (;;) {
        const { value } = await events.next()
        const event = value as MonitorEvent
        // The link's default, which gives way to ours, has no handle.
        if (event.type !== 'qdisc' || event.qdisc.handle !== 0) return event
      }
    }
    await rt.qdisc.add({ dev, handle: '1:', options: { kind: 'htb', defcls: 5 } })
    expect(await next()).toMatchObject({ type: 'qdisc', action: 'new', qdisc: { kind: 'htb', handle: 0x10000 } })
    await rt.class.add({ dev, parent: '1:', handle: '1:1', options: { kind: 'htb', rate: rate('1mbit') } })
    expect(await next()).toMatchObject({ type: 'class', action: 'new', class: { kind: 'htb', handle: 0x10001 } })
    await rt.class.delete({ dev, handle: '1:1' })
    expect(await next()).toMatchObject({ type: 'class', action: 'delete', class: { handle: 0x10001 } })
    await rt.qdisc.delete({ dev })
    expect(await next()).toMatchObject({ type: 'qdisc', action: 'delete', qdisc: { kind: 'htb' } })
  })
})
