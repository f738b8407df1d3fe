// What the verbs of filters and chains do in a kernel, where filters hang, and what listeners are told.
import { describe, expect, it } from 'vitest'
import { type Filter, NetlinkError, open, openSync, u32HandleText } from '../../../../src/index.js'
import { run, tcShow } from '../../../support/iproute2/iproute.js'
import { lacking } from '../../../support/probe.js'
import { dev, makeFilterRef, orSkip, shownFilter } from '../../../support/samples/filter-bench.js'

const parent = 'ingress'
/** Compares nothing, and ends there. */
const any = (classid: string) => ({ kind: 'u32', classid, sel: { keys: [{ val: 0, mask: 0 }] } }) as const

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

makeFilterRef()

describe('filters', () => {
  it('are added, read, replaced, changed and deleted', async () => {
    await using rt = await open()
    await rt.filter.add({ dev, parent, protocol: 'ip', priority: 7, handle: '800::5', options: any('1:1') })
    expect(shownFilter()).toMatchObject({
      protocol: 'ip',
      pref: 7,
      kind: 'u32',
      chain: 0,
      options: { fh: '800::5', flowid: '1:1', not_in_hw: true },
    })
    const ref = { dev, parent, protocol: 'ip', priority: 7, handle: '800::5', kind: 'u32' } as const
    const read = await rt.filter.get(ref)
    expect(read).toMatchObject({
      parent: 0xffff_fff2,
      priority: 7,
      protocol: 'ip',
      chain: 0,
      handle: 0x8000_0005,
      options: { kind: 'u32', hash: 0x8000_0000, classid: 0x10001, sel: { flags: 1, keys: [{ val: 0, mask: 0 }] } },
    })
    expect(u32HandleText(read.handle)).toBe('800::5')
    const again = await rejection(
      rt.filter.add({ dev, parent, protocol: 'ip', priority: 7, handle: '800::5', options: any('1:1') }),
    )
    expect(again.code).toBe('EEXIST')
    await rt.filter.replace({ ...ref, options: any('1:2') })
    expect(shownFilter()).toMatchObject({ options: { fh: '800::5', flowid: '1:2' } })
    await rt.filter.set({ ...ref, options: any('1:3') })
    expect(shownFilter()).toMatchObject({ options: { fh: '800::5', flowid: '1:3' } })
    expect(await rt.filter.replaceAndGet({ ...ref, options: any('1:4') })).toMatchObject({
      options: { classid: 0x10004 },
    })
    await rt.filter.delete(ref)
    // The chain went with its last filter.
    expect((await rejection(rt.filter.get(ref))).code).toBe('EINVAL')
    expect(await rt.filter.addAndGet({ ...ref, handle: '800::6', options: any('1:1') })).toMatchObject({
      priority: 7,
    })
    expect((await rejection(rt.filter.get(ref))).code).toBe('ENOENT')
    expect((await rejection(rt.filter.delete(ref))).code).toBe('ENOENT')
    await rt.filter.delete(ref, { missingOk: true })
  })

  it('have the priority and handle that the kernel chose in the answer', async () => {
    await using rt = await open()
    const made = await rt.filter.addAndGet({ dev, parent, options: any('1:1') })
    expect(made).toMatchObject({ priority: 0xc000, protocol: 'all', handle: 0x8000_0800 })
    expect(shownFilter()).toMatchObject({ pref: 0xc000, protocol: 'all', options: { fh: '800::800' } })
  })

  it('are listed by place, chain, priority, protocol and kind, from both sides', async () => {
    await using rt = await open()
    run(`tc filter add dev ${dev} ingress protocol ip pref 1 u32 match u32 0 0 flowid 1:1`)
    run(`tc filter add dev ${dev} ingress protocol ipv6 pref 2 chain 3 u32 match u32 0 0 flowid 1:2`)
    run(`tc filter add dev ${dev} egress protocol arp pref 3 u32 match u32 0 0 flowid 1:3`)
    const priorities = async (filter: object) =>
      (await rt.filter.list({ dev, parent, kind: 'u32', ...filter }))
        .filter(f => f.handle % 0x1000 !== 0)
        .map(f => f.priority)
    expect(await priorities({})).toEqual([1, 2])
    expect(await priorities({ parent: 'egress' })).toEqual([3])
    expect(await priorities({ chain: 3 })).toEqual([2])
    expect(await priorities({ priority: 1 })).toEqual([1])
    expect(await priorities({ protocol: 'ipv6' })).toEqual([2])
    expect(await priorities({ kind: 'flower' })).toEqual([])
    const streamed: number[] = []
    for await (const { handle } of rt.filter.dump({ dev, parent, chain: 0 })) streamed.push(handle)
    expect(streamed.map(u32HandleText)).toEqual(['800:', '800::800'])
    using sync = openSync()
    expect(sync.filter.list({ dev, parent, chain: 0 })).toHaveLength(2)
  })

  it('are listed in short where the classifier can', async context => {
    await using rt = await open()
    const options = { kind: 'flower', keyEthDst: '02:00:00:00:00:01', flags: ['skip-hw'] } as const
    await orSkip(context, undefined, () => rt.filter.add({ dev, parent, priority: 2, handle: 9, options }))
    const [reported, ...more] = await rt.filter.list({ dev, parent, terse: true })
    expect(reported).toMatchObject({ kind: 'flower', priority: 2, handle: 9, options: { kind: 'flower', flags: 9 } })
    expect(reported?.options).not.toHaveProperty('keyEthDst')
    expect(more).toEqual([])
    await rt.filter.add({ dev, parent, priority: 3, options: any('1:1') })
    expect((await rejection(rt.filter.list({ dev, parent, terse: true }))).code).toBe('EMSGSIZE')
  })

  it('of a priority, and of a chain, go at once', async () => {
    await using rt = await open()
    for (const [priority, chain] of [
      [1, 0],
      [2, 0],
      [3, 9],
    ] as const)
      await rt.filter.add({ dev, parent, priority, chain, options: any('1:1') })
    await rt.filter.delete({ dev, parent, priority: 1 })
    expect((await rt.filter.list({ dev, parent, chain: 0 })).map(f => f.priority)).toEqual([2, 2])
    await rt.filter.delete({ dev, parent })
    expect((await rt.filter.list({ dev, parent })).map(f => f.priority)).toEqual([3, 3])
    await rt.filter.delete({ dev, parent, chain: 9 })
    expect(await rt.filter.list({ dev, parent })).toEqual([])
    // Where the kernel says ENOENT, as of a filter that is not there.
    const { code, fieldPath } = await rejection(
      rt.filter.delete({ dev, parent, handle: 1, kind: 'flower' }, { missingOk: true }),
    )
    expect([code, fieldPath]).toEqual(['ERR_NETLINK_BAD_VALUE', 'priority'])
  })

  it('are gone with their qdisc, block or link', async () => {
    await using rt = await open()
    const ref = { priority: 1, handle: '800::800', kind: 'u32' } as const
    await rt.qdisc.delete({ dev, kind: 'clsact' })
    for (const at of [{ dev, parent }, { dev }, { dev, parent: '1:10' }, { block: 77 }, { ifindex: 0x7fff_0000 }]) {
      for (const remove of [
        (options?: object) => rt.filter.delete({ ...at, ...ref }, options),
        (options?: object) => rt.chain.delete({ ...at, chain: 3 }, options),
      ]) {
        expect((await rejection(remove())).code).toMatch(/^(EINVAL|ENODEV)$/)
        await remove({ missingOk: true })
      }
    }
  })

  it('are not gone when the kernel says something else', async () => {
    await using rt = await open()
    await rt.filter.add({ dev, parent, priority: 1, options: any('1:1') })
    const other = rt.filter.delete({ dev, parent, priority: 1, kind: 'nosuch' }, { missingOk: true })
    expect((await rejection(other)).message).toContain('Specified filter kind does not match existing one')
    const beyond = rt.chain.delete({ dev, parent, chain: 0xffff_ffff }, { missingOk: true })
    expect((await rejection(beyond)).message).toContain('Specified chain index exceeds upper limit')
  })

  it('of the root qdisc are not those of the ingress qdisc', async () => {
    await using rt = await open()
    await rt.qdisc.delete({ dev, kind: 'clsact' })
    await rt.qdisc.add({ dev, kind: 'ingress' })
    await rt.filter.add({ dev, parent: 'ffff:', priority: 1, options: any('1:1') })
    expect(await rt.filter.list({ dev, parent: 'root' })).toEqual([])
    expect(await rt.chain.list({ dev, parent: 'root' })).toEqual([])
    const rejected = await rejection(rt.filter.add({ dev, parent: 'root', priority: 1, options: any('1:1') }))
    expect(rejected.message).toContain('Qdisc not classful')
    expect((await rejection(rt.filter.delete({ dev, parent: 'root', priority: 1 }))).code).toBe('EINVAL')
    expect(await rt.filter.list({ dev, parent: 'ffff:' })).toHaveLength(2)
  })

  it('hang at the root qdisc', async context => {
    await using rt = await open()
    const drr = { kind: 'drr' } as const
    try {
      await rt.qdisc.add({ dev, parent: 'root', handle: '1:', options: drr })
    } catch (error) {
      if (!NetlinkError.is(error) || error.extAck?.message !== 'Specified qdisc kind is unknown') throw error
      lacking(context, 'the kernel has no qdisc drr', true)
    }
    await rt.filter.add({ dev, parent: 'root', priority: 1, options: any('1:1') })
    expect(shownFilter(`dev ${dev} parent 1:`)).toMatchObject({ pref: 1 })
    expect(await rt.filter.list({ dev, parent: 'root' })).toEqual(await rt.filter.list({ dev, parent: '1:' }))
    await rt.filter.delete({ dev, parent: 'root', priority: 1 })
    expect(await rt.filter.list({ dev, parent: '1:' })).toEqual([])
  })

  it.for(['basic', 'cgroup', 'flower', 'matchall'])('of the kind %s need not say anything', async (kind, context) => {
    await using rt = await open()
    await orSkip(context, undefined, () => rt.filter.add({ dev, parent, priority: 1, handle: 1, kind }))
    expect(await rt.filter.list({ dev, parent })).toMatchObject([{ kind, handle: 1, options: { kind } }])
  })

  it('of matchall are never changed, those of cgroup by replace alone', async context => {
    await using rt = await open()
    const matchall = { dev, parent, priority: 1, handle: 1, options: { kind: 'matchall' } } as const
    const cgroup = { dev, parent, priority: 2, handle: 1, options: { kind: 'cgroup' } } as const
    await orSkip(context, undefined, () => rt.filter.add(matchall))
    for (const verb of ['set', 'replace', 'replaceAndGet'] as const)
      expect((await rejection(rt.filter[verb](matchall))).code).toBe('EEXIST')
    await orSkip(context, undefined, () => rt.filter.add(cgroup))
    expect((await rejection(rt.filter.set(cgroup))).code).toBe('ENOENT')
    await rt.filter.replace(cgroup)
  })

  it('of bpf have as many instructions as they are given', async context => {
    await using rt = await open()
    const end = { code: 6, jt: 0, jf: 0, k: 0 }
    const ref = { dev, parent, priority: 1, handle: 1 } as const
    const made = await orSkip(context, undefined, () =>
      rt.filter.addAndGet({ ...ref, options: { kind: 'bpf', ops: [end] } }),
    )
    if (made.options?.kind !== 'bpf') throw new Error('no bpf')
    const ops = [{ ...end, code: 40 }, end]
    await rt.filter.replace({ ...made, options: { ...made.options, ops } })
    expect(await rt.filter.get(made)).toMatchObject({ options: { opsLen: 2, ops } })
  })

  it('that were read keep their actions, and get new ones where something else is said of them', async () => {
    await using rt = await open()
    const { index } = await rt.link.get(dev)
    const act = [{ options: { kind: 'mirred', parms: { eaction: 'ingress-redir', ifindex: index } } }] as const
    const at = { dev, parent, priority: 1, handle: '800::5' } as const
    const options = { ...any('1:1'), act }
    const mirred = (filter: Filter) => {
      const [action] = (filter.options?.kind === 'u32' && filter.options.act) || []
      return action?.options?.kind === 'mirred' && action.options.parms
        ? action.options.parms
        : expect.fail('no mirred')
    }
    const made = await rt.filter.addAndGet({ ...at, options })
    const { index: number } = mirred(made)
    for (const same of [mirred(made), { index: number }, { index: number, eaction: 'egress-redir' }] as const) {
      await rt.filter.set({ ...made, options: { ...options, act: [{ options: { kind: 'mirred', parms: same } }] } })
      expect(mirred(await rt.filter.get(made))).toMatchObject({ index: number, eaction: 'ingress-redir' })
    }
    for (const verb of ['set', 'replace', 'replaceAndGet'] as const) {
      const read = await rt.filter.get(made)
      const eaction = mirred(read).eaction === 'ingress-redir' ? 'ingress-mirror' : 'ingress-redir'
      const next = [{ options: { kind: 'mirred', parms: { ...mirred(read), eaction } } }] as const
      await rt.filter[verb]({ ...read, options: { ...options, act: next } })
      expect(mirred(await rt.filter.get(made))).toMatchObject({ eaction, ifindex: index })
    }
  })

  it('of u32 hang in hash tables by their handles', async () => {
    await using rt = await open()
    const at = { dev, parent, protocol: 'ip', priority: 1 } as const
    await rt.filter.add({ ...at, handle: '1:', options: { kind: 'u32', divisor: 256 } })
    await rt.filter.add({
      ...at,
      handle: '1:5:7',
      options: {
        kind: 'u32',
        hash: '1:5:',
        classid: '1:2',
        sel: { keys: [{ val: 0xc000_0205, mask: 0xffff_ffff, off: 12 }] },
      },
    })
    await rt.filter.add({
      ...at,
      handle: '800::9',
      options: {
        kind: 'u32',
        hash: '800:',
        link: '1:',
        sel: {
          flags: ['varoffset'],
          offmask: 0x0f00,
          offshift: 6,
          hmask: 0xff,
          hoff: 12,
          keys: [{ val: 0x60000, mask: 0xff0000, off: 8 }],
        },
      },
    })
    const output = tcShow(`filter show dev ${dev} ingress`).map(
      row => row['options'] as Record<string, unknown> | undefined,
    )
    expect(output).toContainEqual(expect.objectContaining({ fh: '1:', ht_divisor: 256 }))
    expect(output).toContainEqual(expect.objectContaining({ fh: '1:5:7', key_ht: '1', bkt: '5', flowid: '1:2' }))
    expect(output).toContainEqual(expect.objectContaining({ fh: '800::9', key_ht: '800', bkt: '0', link: '1:' }))
    const read = await rt.filter.list({ dev, parent })
    expect(read.map(f => u32HandleText(f.handle))).toEqual(['1:', '1:5:7', '800:', '800::9'])
    expect(read.at(-1)?.options).toMatchObject({
      hash: 0x8000_0000,
      link: 0x10_0000,
      sel: { flags: 4, offmask: 0x0f00, offshift: 6, hmask: 0xff, hoff: 12 },
    })
    // All of it can be added again, but the root table, which is always there.
    await rt.filter.delete({ dev, parent })
    for (const filter of read) if (u32HandleText(filter.handle) !== '800:') await rt.filter.add(filter)
    expect(tcShow(`filter show dev ${dev} ingress`).map(row => row['options'])).toEqual(output)
  })

  it('are refused with the field', async () => {
    await using rt = await open()
    const paths = [
      [{ options: any('1:1') }, 'dev'],
      [{ dev, parent: 'inside', options: any('1:1') }, 'parent'],
      [{ dev, block: 1, options: any('1:1') }, 'block'],
      [{ dev, parent, priority: 70000, options: any('1:1') }, 'priority'],
      [{ dev, parent, protocol: 'tcp' as never, options: any('1:1') }, 'protocol'],
      [{ dev, parent, handle: '1', options: any('1:1') }, 'handle'],
      [{ dev, parent, handle: '1:', options: { kind: 'bpf', ops: [] } }, 'handle'],
      [{ dev, parent, options: any('first') }, 'options.classid'],
      [{ dev, parent, options: { kind: 'u32', hash: '1:2:3:4' } }, 'options.hash'],
    ] as const
    for (const [spec, path] of paths) {
      const { code, fieldPath } = await rejection(rt.filter.add(spec))
      expect([code, fieldPath]).toEqual(['ERR_NETLINK_BAD_VALUE', path])
    }
    const error = await rejection(rt.filter.add({ dev, parent, options: { kind: 'u32', divisor: 300 } }))
    expect(error.code).toBe('EINVAL')
    const unknown = await rejection(
      rt.filter.add({ dev, parent, kind: 'nosuch', options: { kind: 'other', name: 'nosuch', data: Uint8Array.of() } }),
    )
    expect(unknown).toMatchObject({ code: 'ENOENT', extAck: { message: 'TC classifier not found' } })
  })
})

describe('a shared block', () => {
  it('has filters and chains of all its links', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'q1', up: true, info: { kind: 'ifb' } })
    try {
      await rt.qdisc.add({ dev: 'q1', kind: 'clsact', ingressBlock: 22 })
      const made = await rt.filter.addAndGet({ block: 22, protocol: 'ip', priority: 5, options: any('1:1') })
      expect(made).toMatchObject({ ifindex: -1, parent: 22, block: 22, priority: 5, protocol: 'ip' })
      expect(shownFilter('block 22')).toMatchObject({ pref: 5, options: { flowid: '1:1' } })
      expect(await rt.filter.list({ block: 22 })).toHaveLength(2)
      expect(await rt.filter.list({ block: 23 })).toEqual([])
      const [, read] = await rt.filter.list({ block: 22 })
      await rt.filter.delete(made)
      await rt.filter.add(read ?? {})
      expect(shownFilter('block 22')).toMatchObject({ pref: 5, options: { flowid: '1:1' } })
      expect(await rt.chain.addAndGet({ block: 22, chain: 7 })).toMatchObject({ ifindex: -1, block: 22, chain: 7 })
      expect(tcShow('chain show block 22').map(row => row['chain'])).toEqual([0, 7])
    } finally {
      await rt.link.delete('q1')
    }
  })
})

describe('a chain', () => {
  it('is added, read and deleted', async () => {
    await using rt = await open()
    await rt.chain.add({ dev, parent, chain: 11 })
    expect(await rt.chain.get({ dev, parent, chain: 11 })).toMatchObject({ parent: 0xffff_fff2, chain: 11 })
    expect(await rt.chain.addAndGet({ dev, parent, chain: 12 })).toMatchObject({ chain: 12 })
    expect((await rejection(rt.chain.add({ dev, parent, chain: 11 }))).code).toBe('EEXIST')
    run(`tc chain add dev ${dev} ingress chain 13`)
    expect((await rt.chain.list({ dev, parent })).map(({ chain }) => chain)).toEqual([11, 12, 13])
    expect((await rt.chain.list({ dev, parent, chain: 12 })).map(({ chain }) => chain)).toEqual([12])
    expect(tcShow(`chain show dev ${dev} ingress`).map(row => row['chain'])).toEqual([11, 12, 13])
    for (const chain of [11, 12]) await rt.chain.delete({ dev, parent, chain })
    expect((await rejection(rt.chain.get({ dev, parent, chain: 11 }))).message).toContain(
      'Cannot find specified filter chain',
    )
    await rt.chain.delete({ dev, parent, chain: 11 }, { missingOk: true })
    const left: number[] = []
    for await (const { chain } of rt.chain.dump({ dev, parent })) left.push(chain)
    expect(left).toEqual([13])
  })

  it('has a template that can be written as it was read', async context => {
    await using rt = await open()
    const options = { kind: 'flower', keyEthDst: '02:00:00:00:00:00', keyEthDstMask: 'ff:00:00:00:00:00' } as const
    const made = await orSkip(context, undefined, () => rt.chain.addAndGet({ dev, parent, chain: 4, options }))
    expect(made).toMatchObject({ chain: 4, kind: 'flower', options: { keyEthDstMask: 'ff:00:00:00:00:00' } })
    const [output] = tcShow(`chain show dev ${dev} ingress`)
    expect(output).toMatchObject({
      chain: 4,
      options: { keys: { dst_mac: expect.stringContaining('02:00:00:00:00:00') } },
    })
    await rt.chain.delete(made)
    await rt.chain.add(made)
    expect(tcShow(`chain show dev ${dev} ingress`)).toEqual([output])
  })
})

describe('a listener', () => {
  it('is told of filters and chains', async () => {
    await using rt = await open()
    await using events = rt.monitor({ groups: ['tc'], signal: AbortSignal.timeout(5000) })
    await rt.filter.add({ dev, parent, protocol: 'ip', priority: 7, chain: 2, options: any('1:1') })
    await rt.filter.delete({ dev, parent, protocol: 'ip', priority: 7, chain: 2, handle: '800::800', kind: 'u32' })
    await rt.chain.add({ dev, parent, chain: 11 })
    await rt.chain.delete({ dev, parent, chain: 11 })
    const seen: unknown[] = []
    for await (const event of events) {
      if (event.type === 'filter') seen.push([event.type, event.action, event.filter.chain, event.filter.kind])
      if (event.type === 'chain') seen.push([event.type, event.action, event.chain.chain])
      if (event.type === 'chain' && event.action === 'delete' && event.chain.chain === 11) break
    }
    expect(seen).toContainEqual(['filter', 'new', 2, 'u32'])
    expect(seen).toContainEqual(['filter', 'delete', 2, 'u32'])
    expect(seen).toContainEqual(['chain', 'new', 11])
    expect(seen).toContainEqual(['chain', 'delete', 11])
  })
})
