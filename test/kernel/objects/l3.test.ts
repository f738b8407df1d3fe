// Address labels, netconf, joined addresses, neighbour tables, and what routers and the kernel tell, seen by `ip`, and the reverse.
import { existsSync, readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  type Monitor,
  type MonitorEvent,
  type NeighTableSpec,
  NetlinkError,
  open,
  openSync,
} from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { ip, ipShow, run } from '../../support/iproute2/iproute.js'
import { requireThat } from '../../support/probe.js'

async function rejection(promise: Promise<unknown>): Promise<NetlinkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!NetlinkError.is(error)) throw new Error(`rejected with ${String(error)}`)
  return error
}

beforeEach(() => {
  using rt = openSync()
  rt.link.delete('l30', { missingOk: true })
  rt.link.add({ name: 'l30', info: { kind: 'veth', peer: { name: 'l31' } } })
  rt.link.set('l31', { up: true })
  rt.link.set('l30', { up: true })
  rt.addr.add({ dev: 'l30', address: '192.0.2.1/24' })
  rt.addr.add({ dev: 'l30', address: '2001:db8::1/64', flags: ['nodad'] })
})

describe('address labels', () => {
  const output = () =>
    ipShow('addrlabel list') as { address: string; prefixlen: number; ifname?: string; label: number }[]

  it('are what ip shows', async () => {
    await using rt = await open()
    const labels = await rt.addrLabel.list()
    expect(labels.map(l => [l.address, l.label])).toEqual(
      output().map(l => [l.prefixlen === 0 ? 'default' : `${l.address}/${l.prefixlen}`, l.label]),
    )
    const streamed: unknown[] = []
    for await (const label of rt.addrLabel.dump()) streamed.push(label)
    expect(streamed).toEqual(labels)
  })

  it('are added, replaced, found and deleted', async () => {
    await using rt = await open()
    const { index } = await rt.link.get('l30')
    await rt.addrLabel.add({ address: '2001:db8::/32', label: 99 })
    await rt.addrLabel.add({ address: '2001:db8::/48', dev: 'l30', label: 4294967294 })
    expect(output()).toEqual(
      expect.arrayContaining([
        { address: '2001:db8::', prefixlen: 32, label: 99 },
        { address: '2001:db8::', prefixlen: 48, ifname: 'l30', label: 4294967294 },
      ]),
    )
    expect((await rejection(rt.addrLabel.add({ address: '2001:db8::/32', label: 98 }))).code).toBe('EEXIST')
    await rt.addrLabel.replace({ address: '2001:db8::/32', label: 98 })
    expect(await rt.addrLabel.get('2001:db8::1')).toMatchObject({ address: '2001:db8::/32', label: 98 })
    expect(await rt.addrLabel.get('2001:db8::1', { dev: 'l30' })).toMatchObject({ index, label: 4294967294 })
    const own = (await rt.addrLabel.list()).filter(l => l.address.startsWith('2001:db8:'))
    expect(own).toHaveLength(2)
    for (const label of own) await rt.addrLabel.delete(label)
    expect((await rejection(rt.addrLabel.delete({ address: '2001:db8::/32' }))).code).toBe('ESRCH')
    await rt.addrLabel.delete({ address: '2001:db8::/32' }, { missingOk: true })
    for (const label of own) await rt.addrLabel.add(label)
    expect((await rt.addrLabel.list()).filter(l => l.address.startsWith('2001:db8:'))).toEqual(own)
    const all = await rt.addrLabel.list()
    expect(await rt.addrLabel.flush()).toBe(all.length)
    expect(output()).toEqual([])
    for (const label of all) await rt.addrLabel.add(label)
  })

  it('are refused with the field', async () => {
    await using rt = await open()
    expect(await rejection(rt.addrLabel.add({ address: '192.0.2.0/24', label: 1 }))).toMatchObject({
      fieldPath: 'address',
    })
    expect(await rejection(rt.addrLabel.add({ address: '2001:db8::/32' }))).toMatchObject({ fieldPath: 'label' })
    expect(await rejection(rt.addrLabel.add({ address: '::/0', dev: 'nothere0', label: 1 }))).toMatchObject({
      fieldPath: 'dev',
    })
  })
})

describe('netconf', () => {
  interface Shown {
    readonly family: string
    readonly interface: string
    readonly forwarding?: boolean
    readonly rp_filter?: string
    readonly proxy_neigh?: boolean
    readonly mc_forwarding?: boolean
    readonly ignore_routes_with_linkdown?: boolean
  }

  it.each(['inet', 'inet6'] as const)('of %s is what ip shows', async family => {
    await using rt = await open()
    const output = ipShow(`-f ${family} netconf show`) as unknown as Shown[]
    const names = new Map((await rt.link.list()).map(link => [link.index, link.name]))
    const configs = await rt.netconf.list({ family })
    expect(configs.length).toBeGreaterThan(2)
    expect(
      configs.map(n => ({
        family: n.family,
        interface: n.ifindex === -1 ? 'all' : n.ifindex === -2 ? 'default' : names.get(n.ifindex),
        forwarding: n.forwarding === 1,
        ignore_routes_with_linkdown: n.ignoreRoutesWithLinkdown === 1,
      })),
    ).toEqual(
      output.map(({ family, interface: name, forwarding, ignore_routes_with_linkdown }) => ({
        family,
        interface: name,
        forwarding,
        ignore_routes_with_linkdown,
      })),
    )
    expect(configs.every(n => n.$unknown === undefined)).toBe(true)
  })

  it('of all families comes in one dump', async () => {
    await using rt = await open()
    const families = new Set<unknown>()
    for await (const { family } of rt.netconf.dump()) families.add(family)
    expect([...families]).toEqual(expect.arrayContaining(['inet', 'inet6']))
  })

  it('follows sysctl, and monitors are told', async () => {
    await using rt = await open()
    const { index } = await rt.link.get('l30')
    await using events = await rt.monitor({ groups: ['ipv4-netconf', 'ipv6-netconf'] })
    run('sysctl -qw net.ipv4.conf.l30.forwarding=1 net.ipv4.conf.l30.rp_filter=2 net.ipv6.conf.l30.forwarding=1')
    expect(await rt.netconf.get({ family: 'inet', dev: 'l30' })).toMatchObject({
      ifindex: index,
      forwarding: 1,
      rpFilter: 2,
    })
    expect(await rt.netconf.get({ family: 'inet6', dev: index })).toMatchObject({ family: 'inet6', forwarding: 1 })
    expect(await rt.netconf.get({ family: 'inet', dev: -1 })).toMatchObject({ ifindex: -1 })
    expect(await rt.netconf.get({ family: 'inet', dev: -2 })).toMatchObject({ ifindex: -2 })
    // ip shows one link's as text, -j or not.
    expect(ip('-4 netconf show dev l30')).toMatch(/^inet l30 forwarding on rp_filter loose /)
    await rt.link.delete('l30')
    const seen: object[] = []
    for await (const event of events) {
      seen.push(event)
      if (event.type === 'netconf' && event.action === 'delete' && seen.length > 4) break
    }
    expect(seen).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'netconf',
          action: 'new',
          netconf: { family: 'inet', ifindex: index, forwarding: 1 },
        }),
        expect.objectContaining({
          type: 'netconf',
          action: 'new',
          netconf: { family: 'inet', ifindex: index, rpFilter: 2 },
        }),
        expect.objectContaining({ action: 'delete', netconf: { family: 'inet', ifindex: index } }),
        expect.objectContaining({ action: 'delete', netconf: { family: 'inet6', ifindex: index } }),
      ]),
    )
  })

  it('of MPLS has its input', async ctx => {
    await using rt = await open()
    requireThat(ctx, existsSync('/proc/sys/net/mpls'), 'the kernel has no MPLS routing')
    const configs = await rt.netconf.list({ family: 'mpls' })
    expect(configs.map(n => n.family)).toContain('mpls')
    run('sysctl -qw net.mpls.conf.l30.input=1')
    expect(await rt.netconf.get({ family: 'mpls', dev: 'l30' })).toMatchObject({ family: 'mpls', input: 1 })
    expect(ip('-f mpls netconf show dev l30')).toMatch(/^mpls l30 input on/)
  })
})

describe('joined addresses', () => {
  const output = (family: string) => {
    const rows = (ipShow('maddr show dev l30')[0]?.['maddr'] ?? []) as { family: string; address: string }[]
    return rows.filter(m => m.family === family).map(m => m.address)
  }

  it('of IPv6 are what /proc shows', async () => {
    await using rt = await open()
    const { index } = await rt.link.get('l30')
    const list = () => rt.mcaddr.list({ family: 'inet6', dev: 'l30' })
    // The group of an address is joined behind the answer that added the address.
    await expect
      .poll(async () => (await list()).map(m => m.multicast))
      .toEqual(expect.arrayContaining(['ff02::1', 'ff02::1:ff00:1']))
    const groups = await list()
    expect(groups.map(m => m.multicast).sort()).toEqual(output('inet6').sort())
    expect(groups[0]).toMatchObject({ family: 'inet6', index, flags: 0x80 })
    const streamed: unknown[] = []
    for await (const { multicast } of rt.mcaddr.dump({ family: 'inet6', dev: 'l30' })) streamed.push(multicast)
    expect(streamed).toEqual(groups.map(m => m.multicast))
    expect((await rt.mcaddr.list()).length).toBeGreaterThan(groups.length)
  })

  it('of IPv4 are what /proc shows', async ctx => {
    await using rt = await open()
    const groups = await rt.mcaddr.list({ family: 'inet', dev: 'l30' }).catch((error: unknown) => error)
    if (NetlinkError.is(groups) && groups.code === 'EOPNOTSUPP') ctx.skip('the kernel has no dump of IPv4 groups')
    expect((groups as { multicast: string }[]).map(m => m.multicast)).toEqual(output('inet'))
  })

  it('are told to monitors', async ctx => {
    await using rt = await open()
    let opened: Monitor<MonitorEvent> | undefined
    try {
      opened = rt.monitor({ groups: ['ipv6-mcaddr', 'ipv6-acaddr'] })
    } catch (error) {
      if (!NetlinkError.is(error) || error.code !== 'EINVAL') throw error
      ctx.skip('the kernel has no groups of joined addresses')
    }
    await using events = opened as Monitor<MonitorEvent>
    ip('addr add 2001:db8::77/64 dev l30 nodad')
    // The link-local address may come up meanwhile, and joins a group of its own.
    let reported: MonitorEvent | undefined
    do reported = (await events.next()).value
    while (reported?.type !== 'mcaddr' || reported.mcaddr.multicast !== 'ff02::1:ff00:77')
    expect(reported.action).toBe('new')
  })

  it('any of them are what /proc shows', async () => {
    await using rt = await open()
    run('sysctl -qw net.ipv6.conf.l30.forwarding=1')
    ip('addr add 2001:db8:1::1/64 dev l30 nodad')
    // The kernel joins it from a work queue, without detection of duplicates too.
    const listed = async () => (await rt.acaddr.list({ dev: 'l30' })).map(a => a.anycast)
    await expect.poll(listed).toContain('2001:db8:1::')
    const found = await rt.acaddr.list({ dev: 'l30' })
    const text = readFileSync('/proc/thread-self/net/anycast6', 'utf8')
    const lines = text.split('\n').filter(line => line.split(/\s+/)[1] === 'l30')
    expect(found).toHaveLength(lines.length)
    const streamed: unknown[] = []
    for await (const { anycast } of rt.acaddr.dump({ dev: 'l30' })) streamed.push(anycast)
    expect(streamed).toEqual(found.map(a => a.anycast))
  })
})

describe('neighbour tables', () => {
  it('are what ip shows', async () => {
    await using rt = await open()
    const { index } = await rt.link.get('l30')
    const tables = await rt.neighTable.list({ name: 'arp_cache', family: 'inet' })
    const [arp] = tables
    const output = ipShow('-4 ntable show name arp_cache')
    expect(tables).toHaveLength(output.length)
    expect(output[0]).toMatchObject({
      family: 'inet',
      name: 'arp_cache',
      thresh1: arp?.thresh1,
      thresh2: arp?.thresh2,
      thresh3: arp?.thresh3,
      gc_interval: Number(arp?.gcInterval),
    })
    expect(arp?.config).toMatchObject({ keyLen: 4 })
    expect(arp?.stats?.allocs).toBeTypeOf('bigint')
    expect(tables.every(t => t.$unknown === undefined && t.parms?.$unknown === undefined)).toBe(true)
    const here = tables.find(t => t.parms?.ifindex === index)
    expect(ipShow('-4 ntable show dev l30')[0]).toMatchObject({
      dev: 'l30',
      base_reachable: Number(here?.parms?.baseReachableTime),
      retrans: Number(here?.parms?.retransTime),
      gc_stale: Number(here?.parms?.gcStaletime),
      delay_probe: Number(here?.parms?.delayProbeTime),
      queue: here?.parms?.queueLen,
      ucast_probes: here?.parms?.ucastProbes,
      locktime: Number(here?.parms?.locktime),
    })
  })

  it('are changed on a link', async () => {
    await using rt = await open()
    await rt.neighTable.set({
      name: 'arp_cache',
      family: 'inet',
      parms: {
        ifindex: 'l30',
        baseReachableTime: 20000n,
        retransTime: 500n,
        ucastProbes: 5,
        mcastProbes: 4,
        locktime: 100n,
        proxyQlen: 65,
      },
    })
    expect(ipShow('-4 ntable show dev l30')[0]).toMatchObject({
      base_reachable: 20000,
      retrans: 500,
      ucast_probes: 5,
      mcast_probes: 4,
      locktime: 100,
      proxy_queue: 65,
    })
    expect((await rejection(rt.neighTable.set({ name: 'no_cache' }))).code).toBe('ENOENT')
    expect(await rejection(rt.neighTable.set({ parms: {} }))).toMatchObject({ fieldPath: 'name' })
  })

  it('that were read are written, in any namespace', async () => {
    using elsewhere = netns.create('l3t')
    try {
      await using rt = await open({ netns: elsewhere })
      const tables = await rt.neighTable.list()
      expect(tables.length).toBeGreaterThan(2)
      for (const table of tables) await rt.neighTable.set(table)
      const arp = tables.find(t => t.name === 'arp_cache' && t.config !== undefined)
      const lo = tables.find(t => t.name === 'arp_cache' && t.parms?.ifindex === 1)
      await rt.neighTable.set({ ...lo, parms: { ...lo?.parms, retransTime: 900n } })
      const after = await rt.neighTable.list({ name: 'arp_cache' })
      expect(after.find(t => t.parms?.ifindex === 1)?.parms?.retransTime).toBe(900n)
      // The kernel takes the last of two fields that say the same.
      await rt.neighTable.set({ ...lo, parms: { ...lo?.parms, queueLen: 31 } })
      const [queue] = (await rt.neighTable.list({ name: 'arp_cache' })).filter(t => t.parms?.ifindex === 1)
      expect(queue?.parms).toMatchObject({ queueLen: 31, retransTime: lo?.parms?.retransTime })
      // What it finds out by itself is another the next time.
      await rt.neighTable.set({ ...arp, parms: { ...arp?.parms, refcnt: 99, reachableTime: 1n } } as NeighTableSpec)
      // What a table does on new links is the initial namespace's, and so are its thresholds (lookup_neigh_parms, neightbl_set).
      const change = rt.neighTable.set({ ...arp, thresh1: 7 })
      expect((await rejection(change)).code).toBe('ENOENT')
    } finally {
      netns.delete('l3t')
    }
  })
})
