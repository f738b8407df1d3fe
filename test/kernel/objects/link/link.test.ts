// What the verbs of links do in a kernel: names, namespaces, filters, many at once, errors.
import { spawn } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { type Client, NetlinkError, open, openSync } from '../../../../src/index.js'
import * as netns from '../../../../src/netns.js'
import { ip, ipLink, ipShow, run } from '../../../support/iproute2/iproute.js'
import { requireKind, requireVlanFiltering } from '../../../support/probe.js'

const LONG = 'an-altname-that-is-much-longer-than-fifteen-bytes'

// Fallback devices of tunnels (gre0 …) stay: they cannot be deleted.
afterEach(() => {
  using rt = openSync()
  const made = rt.link.list().filter(({ kindName }) => ['ifb', 'bridge', 'veth', 'vlan'].includes(kindName ?? ''))
  for (const { index } of made) rt.link.delete(index, { missingOk: true })
})

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

const ifb = { kind: 'ifb' } as const

describe('names', () => {
  it('of 15 bytes and altnames of more find a link', async () => {
    await using rt = await open()
    const { index } = await rt.link.addAndGet({ name: 'fifteen-bytes-x', info: ifb })
    await rt.link.addAltname('fifteen-bytes-x', [LONG, 'short'])
    for (const ref of ['fifteen-bytes-x', LONG, 'short', index]) expect((await rt.link.get(ref)).index).toBe(index)
    expect((await rt.link.get(index)).propList?.altIfname).toEqual([LONG, 'short'])
    expect(ipLink('fifteen-bytes-x')['altnames']).toEqual([LONG, 'short'])
    await rt.link.set(LONG, { up: true, mtu: 1400 })
    await rt.addr.add({ dev: LONG, address: '192.0.2.1/24' })
    expect((await rt.addr.list({ dev: LONG })).map(a => a.address)).toContain('192.0.2.1/24')
    await rt.link.deleteAltname(LONG, ['short'])
    expect((await rejection(rt.link.get('short'))).code).toBe('ENODEV')
    expect((await rejection(rt.link.addAltname(index, [LONG]))).code).toBe('EEXIST')
    ip(`link property add dev fifteen-bytes-x altname made-by-ip`)
    expect((await rt.link.get('made-by-ip')).mtu).toBe(1400)
    await rt.link.delete(LONG)
    expect((await rejection(rt.link.get(index))).code).toBe('ENODEV')
  })

  it('change by index, by name, and with all that was read', async () => {
    await using rt = await open()
    const { index } = await rt.link.addAndGet({ name: 'n0', info: ifb })
    await rt.link.set(index, { name: 'n1' })
    await rt.link.set('n1', { name: 'n2', mtu: 1300 })
    const link = await rt.link.get('n2')
    await rt.link.set(index, { ...link, name: 'n3' })
    expect(await rt.link.get(index)).toMatchObject({ name: 'n3', mtu: 1300 })
  })

  it('with %d are filled in', async () => {
    await using rt = await open()
    expect((await rt.link.addAndGet({ name: 'br%d', info: { kind: 'bridge' } })).name).toBe('br0')
    expect((await rt.link.addAndGet({ name: 'br%d', info: { kind: 'bridge' } })).name).toBe('br1')
    expect((await rt.link.addAndGet({ info: ifb })).name).toBe('ifb0')
  })

  it('that no link has, taken ones and impossible ones reject', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'n0', info: ifb })
    expect(await rejection(rt.link.add({ name: 'n0', info: ifb }))).toMatchObject({
      code: 'EEXIST',
      errno: -17,
      reason: 'kernel',
      message: 'link add name=n0 kind=ifb: EEXIST',
    })
    for (const call of [
      rt.link.get('none'),
      rt.link.set('none', { up: true }),
      rt.link.delete('none'),
      rt.link.get(4711),
      rt.link.get(LONG),
    ]) {
      expect((await rejection(call)).code).toBe('ENODEV')
    }
    const master = await rejection(rt.link.set('n0', { master: 'none' }))
    expect(master).toMatchObject({ code: 'ENODEV', fieldPath: 'master' })
    for (const name of ['a/b', 'sixteen-bytes-xx']) {
      const impossible = await rejection(rt.link.add({ name, info: ifb }))
      expect(impossible).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'name' })
    }
    await rt.link.delete('none', { missingOk: true })
    await rt.link.delete('n0', { missingOk: true })
    expect((await rejection(rt.link.get('n0'))).code).toBe('ENODEV')
  })
})

describe('state', () => {
  it('goes up and down and leaves other flags alone', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'n0', info: ifb })
    ip('link set n0 arp off')
    await rt.link.set('n0', { up: true })
    const up = await rt.link.get('n0')
    expect(up.flags & 1).toBe(1)
    expect(ipLink('n0')['flags']).toEqual(expect.arrayContaining(['UP', 'NOARP']))
    await rt.link.set('n0', { ...up, up: false })
    expect(ipLink('n0')['flags']).toEqual(['BROADCAST', 'NOARP'])
    await rt.link.set('n0', { flags: up.flags & ~0x80 })
    expect(ipLink('n0')['flags']).not.toContain('NOARP')
  })

  it('has a master, and none with master 0', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'br0', info: { kind: 'bridge' } })
    const br = await rt.link.get('br0')
    await rt.link.add({ name: 'n0', master: 'br0', info: ifb })
    expect((await rt.link.get('n0')).master).toBe(br.index)
    expect(ipLink('n0')['master']).toBe('br0')
    await rt.link.set('n0', { master: 0 })
    expect((await rt.link.get('n0')).master).toBeUndefined()
    await rt.link.set('n0', { master: br.index })
    expect((await rt.link.list({ master: 'br0' })).map(l => l.name)).toEqual(['n0'])
  })

  it('takes everything in the one message that makes the link', async () => {
    await using rt = await open()
    const made = await rt.link.addAndGet({
      name: 'n0',
      index: 4242,
      up: true,
      address: '02:00:00:00:00:55',
      broadcast: '02:ff:ff:ff:ff:ff',
      mtu: 1400,
      txqlen: 77,
      group: 5,
      numTxQueues: 3,
      numRxQueues: 5,
      gsoMaxSize: 32768,
      gsoMaxSegs: 99,
      groMaxSize: 40000,
      info: ifb,
    })
    expect(made).toMatchObject({ name: 'n0', index: 4242, address: '02:00:00:00:00:55', mtu: 1400, group: 5 })
    expect(ipLink('n0')).toMatchObject({
      ifindex: 4242,
      address: '02:00:00:00:00:55',
      broadcast: '02:ff:ff:ff:ff:ff',
      mtu: 1400,
      txqlen: 77,
      group: '5',
      num_tx_queues: 3,
      gso_max_size: 32768,
      gso_max_segs: 99,
      gro_max_size: 40000,
    })
    await rt.link.set('n0', { ifalias: 'eine Leitung €' })
    expect(ipLink('n0')['ifalias']).toBe('eine Leitung €')
    expect((await rt.link.get('n0')).ifalias).toBe('eine Leitung €')
    await rt.link.set('n0', { afSpec: { inet6: { addrGenMode: 'none' } } })
    expect(ipLink('n0')['inet6_addr_gen_mode']).toBe('none')
  })

  it('is waited for', async () => {
    await using rt = await open()
    expect(await rt.link.wait('n0', l => l === undefined)).toBeUndefined()
    const found = rt.link.wait('n0', l => ((l?.flags ?? 0) & 1) === 1)
    await rt.link.add({ name: 'n0', info: ifb })
    await rt.link.set('n0', { up: true })
    expect((await found)?.name).toBe('n0')
    const error = await rejection(rt.link.wait('n0', l => l === undefined, { timeoutMs: 20 }))
    expect(error).toMatchObject({ code: 'ERR_NETLINK_TIMEOUT', reason: 'timeout' })
    await expect(rt.link.wait('n0', () => false, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    )
  })
})

describe('lists', () => {
  const names = (links: readonly { name: string }[]) => links.map(l => l.name).sort()

  it('are filtered by kind, by master and by family', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'br0', info: { kind: 'bridge' } })
    await rt.link.add({ name: 'v0', master: 'br0', info: { kind: 'veth', peer: { name: 'v1' } } })
    await rt.link.add({ name: 'n0', info: ifb })
    expect(names(await rt.link.list({ kind: 'veth' }))).toEqual(['v0', 'v1'])
    expect(await rt.link.list({ kind: 'no-such-kind' })).toEqual([])
    expect(names(await rt.link.list({ master: 'br0' }))).toEqual(['v0'])
    expect(names(await rt.link.list({ master: 'br0', kind: 'ifb' }))).toEqual([])
    expect(names(await rt.link.list({ master: 0 }))).toEqual(['br0', 'lo', 'n0', 'v1'])
    expect(names(await rt.link.list({ master: 0, kind: 'veth' }))).toEqual(['v1'])
    expect(names(await rt.link.list({ family: 'bridge' }))).toEqual(['v0'])
    expect((await rejection(rt.link.list({ master: 'none' }))).code).toBe('ENODEV')
    const all = await rt.link.list()
    expect(all.map(l => [l.index, l.name])).toEqual(ipShow('link').map(l => [l['ifindex'], l['ifname']]))
    const [first] = await rt.link.list({ extMask: ['skip-stats'] })
    // It leaves out those of IPv6 only.
    expect(first?.afSpec?.inet6?.flags).toBeDefined()
    expect(first?.afSpec?.inet6?.stats).toBeUndefined()
    expect(all[0]?.afSpec?.inet6?.stats).toBeDefined()
  })

  it('of bridge VLANs are those of bridge vlan show', async context => {
    requireVlanFiltering(context)
    await using rt = await open()
    const { index } = await rt.link.addAndGet({ name: 'br0', info: { kind: 'bridge', vlanFiltering: 1 } })
    await rt.link.add({ name: 'v0', master: 'br0', info: { kind: 'veth', peer: { name: 'v1' } } })
    await rt.link.set('v1', { master: index })
    ip('link set v0 up')
    for (const line of [
      'vlan add dev v0 vid 10 pvid untagged',
      'vlan add dev v0 vid 20-30',
      'vlan add dev v1 vid 5',
      'vlan add dev br0 vid 7 self',
    ]) {
      run(`bridge ${line}`)
    }
    const ports = await rt.link.list({ family: 'bridge', extMask: ['brvlan'] })
    const ours = ports.map(({ name, afSpec }) => ({
      ifname: name,
      vlans: (afSpec as { vlanInfo?: { vid: number; flags: number }[] } | undefined)?.vlanInfo?.map(
        ({ vid, flags }) => ({
          vlan: vid,
          ...((flags & 6) === 0
            ? {}
            : { flags: [...(flags & 2 ? ['PVID'] : []), ...(flags & 4 ? ['Egress Untagged'] : [])] }),
        }),
      ),
    }))
    const theirs = JSON.parse(run('bridge -j vlan show'))
    expect(ours).toEqual(theirs)
    expect(ours.find(({ ifname }) => ifname === 'v0')?.vlans).toHaveLength(13)
  })
})

describe('network namespaces', () => {
  it('take links by name, by process and by descriptor', async () => {
    using blue = netns.create('blue')
    const child = spawn('unshare', ['-n', 'sh', '-c', 'echo ready; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await new Promise(resolve => child.stdout.once('data', resolve))
      await using rt = await open()
      await using inside = await open({ netns: blue })
      await using there = await open({ netns: { pid: child.pid ?? 0 } })
      for (const name of ['n0', 'n1', 'n2']) await rt.link.add({ name, info: ifb })
      await rt.link.set('n0', { netns: 'blue' })
      await rt.link.set('n1', { netns: blue, name: 'moved' })
      await rt.link.set('n2', { netns: { pid: child.pid ?? 0 } })
      expect((await inside.link.list({ kind: 'ifb' })).map(l => l.name)).toEqual(['n0', 'moved'])
      expect((await there.link.get('n2')).name).toBe('n2')
      expect(await rt.link.list({ kind: 'ifb' })).toEqual([])
      expect((await rejection(rt.link.add({ name: 'n3', netns: 'none', info: ifb }))).code).toBe('ENOENT')
    } finally {
      child.kill()
      netns.delete('blue')
    }
  })

  it('bear the peer of a veth', async () => {
    using blue = netns.create('blue')
    try {
      await using rt = await open()
      await using inside = await open({ netns: blue })
      await rt.nsid.add({ netns: blue, nsid: 7 })
      const v0 = await rt.link.addAndGet({
        name: 'v0',
        info: { kind: 'veth', peer: { name: 'v1', netns: 'blue', mtu: 1400, address: '02:00:00:00:00:77' } },
      })
      const v1 = await inside.link.get('v1')
      expect(v1).toMatchObject({ mtu: 1400, address: '02:00:00:00:00:77', link: v0.index })
      expect(v0).toMatchObject({ link: v1.index, linkNetnsid: 7 })
      await rt.link.add({ name: 'far', netns: 'blue', info: ifb })
      expect((await inside.link.get('far')).kindName).toBe('ifb')
      const answered = rt.link.addAndGet({ name: 'untold', netns: 'blue', info: ifb })
      expect(await rejection(answered)).toMatchObject({ code: 'ERR_NETLINK_BAD_VALUE', fieldPath: 'netns' })
      expect((await inside.link.list({ kind: 'ifb' })).map(l => l.name)).toEqual(['far'])
      expect((await rt.link.get('v1', { netns: { nsid: 7 } })).index).toBe(v1.index)
      expect((await rt.link.list({ netns: { nsid: 7 }, kind: 'ifb' })).map(l => l.name)).toEqual(['far'])
      await rt.link.add({ name: 'n0', info: ifb })
      await rt.link.set('n0', { netns: { nsid: 7 } })
      expect((await inside.link.get('n0')).name).toBe('n0')
      // adv-74: nothing is left of a pair whose other end cannot be.
      const taken = await rejection(
        rt.link.add({ name: 'v2', info: { kind: 'veth', peer: { name: 'v1', netns: blue } } }),
      )
      expect(taken.code).toBe('EEXIST')
      expect((await rejection(rt.link.get('v2'))).code).toBe('ENODEV')
    } finally {
      netns.delete('blue')
    }
  })
})

describe('deleteMany', () => {
  const many = async (rt: Client, count: number, spec: (n: number) => Parameters<typeof rt.link.add>[0]) => {
    const { failed } = await rt.bulk(Array.from({ length: count }, (_, n) => rt.request.link.add(spec(n))))
    expect(failed).toEqual([])
  }

  it('takes 500 links and 50 pairs and nothing else', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'stays', group: 77, info: ifb })
    const before = await rt.link.list()
    await many(rt, 500, n => ({ name: `m${n}`, info: ifb }))
    await many(rt, 50, n => ({ name: `a${n}`, info: { kind: 'veth', peer: { name: `b${n}` } } }))
    const refs = [
      ...Array.from({ length: 500 }, (_, n) => `m${n}`),
      ...Array.from({ length: 50 }, (_, n) => `a${n}`),
      ...Array.from({ length: 25 }, (_, n) => `b${n}`),
    ]
    expect((await rt.link.list()).length).toBe(before.length + 600)
    expect(await rt.link.deleteMany(refs)).toEqual({ failed: [] })
    expect((await rt.link.list()).map(l => [l.name, l.group])).toEqual(before.map(l => [l.name, l.group]))
    expect(await rt.link.deleteMany(refs)).toEqual({ failed: [] })
    expect(await rt.link.deleteMany([])).toEqual({ failed: [] })
    await expect(rt.link.deleteMany([undefined as never])).rejects.toThrow(TypeError)
  })

  it('goes one by one when one of them cannot go, and gives its group back', async () => {
    await using rt = await open()
    await rt.link.add({ name: 'n0', group: 5, info: ifb })
    await rt.link.add({ name: 'n1', info: ifb })
    const lo = await rt.link.get('lo')
    const { failed } = await rt.link.deleteMany(['n0', 'lo', 'n1', 'gone'])
    expect(failed.map(({ ref, error }) => [ref, error.code])).toEqual([['lo', 'EOPNOTSUPP']])
    expect((await rt.link.get('lo')).group).toBe(lo.group)
    expect(await rt.link.list({ kind: 'ifb' })).toEqual([])
    using blocking = openSync()
    blocking.link.add({ name: 'n0', info: ifb })
    blocking.link.add({ name: 'n1', info: ifb })
    expect(blocking.link.deleteMany(['n0', 'n1'])).toEqual({ failed: [] })
    expect(blocking.link.list({ kind: 'ifb' })).toEqual([])
  })
})

describe('errors', () => {
  it('read as the design says', async context => {
    requireKind(context, 'vxlan')
    await using rt = await open()
    const error = await rejection(rt.link.add({ name: 'vx0', info: { kind: 'vxlan', id: 16777216 } }))
    expect(error.message).toBe(
      'link add name=vx0 kind=vxlan id=16777216: ERANGE: VXLAN ID must be lower than 16777216 (at linkinfo.data(vxlan).id)',
    )
    expect(error).toMatchObject({
      reason: 'kernel',
      code: 'ERANGE',
      errno: -34,
      attrPath: 'linkinfo.data(vxlan).id',
      fieldPath: 'info.id',
      extAck: { message: 'VXLAN ID must be lower than 16777216' },
      request: { type: 16, text: 'link add name=vx0 kind=vxlan id=16777216' },
    })
    using blocking = openSync()
    expect(() => blocking.link.add({ name: 'vx0', info: { kind: 'vxlan', id: 16777216 } })).toThrow(error.message)
  })

  it('of the kernel keep its words', async () => {
    await using rt = await open()
    const unknown = await rejection(
      rt.link.add({ name: 'n0', info: { kind: 'other', name: 'nosuch', data: new Uint8Array() } }),
    )
    expect(unknown).toMatchObject({ code: 'EOPNOTSUPP', extAck: { message: 'Unknown device type' } })
    await rt.link.add({ name: 'n0', info: { kind: 'veth', peer: { name: 'n1' } } })
    const mtu = await rejection(rt.link.set('n0', { mtu: 65536 }))
    expect(mtu).toMatchObject({ code: 'EINVAL', extAck: { message: 'mtu greater than device maximum' } })
    await rt.link.add({ name: 'br0', info: { kind: 'bridge' } })
    await rt.link.add({ name: 'br1', info: { kind: 'bridge' } })
    // adv-79
    expect(await rejection(rt.link.set('br1', { master: 'br0' }))).toMatchObject({
      code: 'ELOOP',
      extAck: { message: 'Can not enslave a bridge to a bridge' },
    })
  })

  it('of the kernel keep its words about a VLAN', async context => {
    requireKind(context, 'vlan')
    await using rt = await open()
    await rt.link.add({ name: 'n0', info: ifb })
    const vlan = await rejection(rt.link.add({ name: 'x', link: 'n0', info: { kind: 'vlan', id: 5000 } }))
    expect(vlan).toMatchObject({ code: 'ERANGE', extAck: { message: expect.stringContaining('Invalid VLAN id') } })
  })

  it('supports tells kinds apart without making one', async () => {
    await using rt = await open()
    const before = await rt.link.list()
    expect(await rt.supports({ kind: 'veth' })).toBe(true)
    expect(await rt.supports({ kind: 'bridge' })).toBe(true)
    expect(await rt.supports({ kind: 'no-such-kind' })).toBe(false)
    expect(await rt.link.list()).toEqual(before)
  })
})
