// What the verbs of neighbours, rules and namespace ids do in a kernel, seen by `ip`, and the reverse.
import { beforeEach, describe, expect, it } from 'vitest'
import { type NeighSpec, NetlinkError, open, openSync } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { ip, ipShow } from '../../support/iproute2/iproute.js'

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

const mac = '02:00:00:00:20:01'

describe('neighbours', () => {
  beforeEach(() => {
    using rt = openSync()
    rt.link.delete('a0', { missingOk: true })
    rt.link.add({ name: 'a0', info: { kind: 'ifb' } })
    rt.link.set('a0', { afSpec: { inet6: { addrGenMode: 'none' } } })
    rt.link.set('a0', { up: true })
    rt.addr.add({ dev: 'a0', address: '192.0.2.1/24' })
  })

  // What the kernel makes for its own multicast is not ours.
  const unicast = (dst: unknown) => !String(dst).startsWith('ff')
  const output = () => ipShow('neigh show dev a0 nud all').filter(n => unicast(n['dst']))

  it.each<[string, NeighSpec, object, object]>([
    ['permanent', { dst: '192.0.2.7', lladdr: mac }, { state: ['PERMANENT'] }, { state: 0x80 }],
    [
      'stale',
      { dst: '192.0.2.8', lladdr: mac, state: ['stale'], protocol: 'static' },
      { state: ['STALE'], protocol: 'static' },
      { state: 4, protocol: 'static' },
    ],
    ['noarp', { dst: '192.0.2.9', lladdr: mac, state: ['noarp'] }, { state: ['NOARP'] }, { state: 0x40 }],
    [
      'learned by others',
      { dst: '2001:db8::7', lladdr: mac, state: ['reachable'], flags: ['router', 'ext-learned'] },
      { state: ['REACHABLE'], router: null, extern_learn: null },
      { state: 2, flags: 0x90 },
    ],
  ])('%s', async (_, spec, shows, reads) => {
    await using rt = await open()
    const { index } = await rt.link.get('a0')
    await rt.neigh.add({ dev: 'a0', ...spec })
    expect(output()).toMatchObject([{ dst: spec.dst, lladdr: mac, ...shows }])
    const neigh = await rt.neigh.get({ dev: 'a0', dst: spec.dst ?? '' })
    expect(neigh).toMatchObject({ ifindex: index, dst: spec.dst, lladdr: mac, ...reads })
    expect((await rejection(rt.neigh.add({ dev: 'a0', ...spec }))).code).toBe('EEXIST')
    await rt.neigh.replace({ ...neigh, lladdr: '02:00:00:00:20:02' })
    expect(output()).toMatchObject([{ lladdr: '02:00:00:00:20:02', ...shows }])
    await rt.neigh.delete(neigh)
    const added = await rt.neigh.addAndGet({ dev: 'a0', ...spec })
    expect(added).toMatchObject({ ifindex: index, dst: spec.dst, lladdr: mac, ...reads })
    const replaced = await rt.neigh.replaceAndGet({ ...added, lladdr: '02:00:00:00:20:03' })
    expect(replaced).toMatchObject({ dst: spec.dst, lladdr: '02:00:00:00:20:03', ...reads })
    await rt.neigh.delete(replaced)
    expect((await rt.neigh.list({ dev: 'a0' })).filter(n => n.dst === spec.dst && n.state !== 0x20)).toEqual([])
  })

  it('made by ip are listed by state and link', async () => {
    await using rt = await open()
    ip(`neigh add 192.0.2.7 lladdr ${mac} dev a0`)
    ip(`neigh add 192.0.2.8 lladdr ${mac} dev a0 nud stale`)
    ip(`neigh add 2001:db8::8 lladdr ${mac} dev a0 nud reachable`)
    const texts = async (filter: Parameters<typeof rt.neigh.list>[0]) => (await rt.neigh.list(filter)).map(n => n.dst)
    expect(await texts({ dev: 'a0' })).toEqual(expect.arrayContaining(['192.0.2.7', '192.0.2.8', '2001:db8::8']))
    expect(await texts({ dev: 'a0', family: 'inet' })).toHaveLength(2)
    expect(await texts({ dev: 'a0', state: ['stale', 'reachable'] })).toEqual(['192.0.2.8', '2001:db8::8'])
    expect(await texts({ dev: 'lo', family: 'inet' })).toEqual([])
    expect((await rejection(rt.neigh.get({ dev: 'a0', dst: '192.0.2.77' }))).code).toBe('ENOENT')
    expect((await rejection(rt.neigh.delete({ dev: 'a0', dst: '192.0.2.77' }))).code).toBe('ENOENT')
    await rt.neigh.delete({ dev: 'a0', dst: '192.0.2.77' }, { missingOk: true })
  })

  it('are proxied', async () => {
    await using rt = await open()
    for (const dst of ['192.0.2.19', '2001:db8::19']) {
      expect(await rt.neigh.addAndGet({ dev: 'a0', dst, flags: ['proxy'] })).toMatchObject({ dst, flags: 8 })
    }
    expect([...ipShow('neigh show proxy'), ...ipShow('-6 neigh show proxy')].map(n => n['dst'])).toEqual(
      expect.arrayContaining(['192.0.2.19', '2001:db8::19']),
    )
    expect((await rt.neigh.list({ proxy: true, family: 'inet' })).map(n => n.dst)).toEqual(['192.0.2.19'])
    expect((await rt.neigh.get({ dev: 'a0', dst: '2001:db8::19', proxy: true })).dst).toBe('2001:db8::19')
    expect((await rt.neigh.list({ dev: 'a0' })).filter(n => unicast(n.dst))).toEqual([])
    await rt.neigh.delete({ dev: 'a0', dst: '192.0.2.19', flags: ['proxy'] })
    expect((await rt.neigh.list({ proxy: true })).map(n => n.dst)).toEqual(['2001:db8::19'])
  })
})

describe('namespace ids', () => {
  it('are given, found and listed', async () => {
    using blue = netns.create('blue')
    using green = netns.create('green')
    try {
      await using rt = await open()
      expect(await rt.nsid.get('blue')).toBe(-1)
      await rt.nsid.add({ netns: 'blue', nsid: 7 })
      ip('netns set green 9')
      expect(await rt.nsid.get('blue')).toBe(7)
      expect(await rt.nsid.get(green)).toBe(9)
      expect((await rt.nsid.list()).map(n => n.nsid).sort()).toEqual([7, 9])
      const streamed: (number | undefined)[] = []
      for await (const { nsid } of rt.nsid.dump()) streamed.push(nsid)
      expect(streamed.sort()).toEqual([7, 9])
      expect(ipShow('netns list-id').map(n => n['nsid'])).toEqual([7, 9])
      expect((await rejection(rt.nsid.add({ netns: blue, nsid: 8 }))).code).toBe('EEXIST')
      for (const netns of ['none', { pid: 2 ** 30 }]) {
        expect(await rejection(rt.nsid.get(netns))).toMatchObject({ fieldPath: 'netns' })
        expect(await rejection(rt.nsid.add({ netns }))).toMatchObject({ fieldPath: 'netns' })
      }
      using red = netns.create('red')
      await rt.nsid.add({ netns: red })
      expect(await rt.nsid.get(red)).toBe(0)
      expect(netns.id(red)).toBe(0)
    } finally {
      for (const name of ['blue', 'green', 'red']) netns.delete(name)
    }
  })
})
