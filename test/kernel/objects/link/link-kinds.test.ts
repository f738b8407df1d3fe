// Every link kind: what we write, the kernel has, `ip` shows it, and a link that was read can be written (adv-38).
import { afterEach, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { type BlockingClient, type Link, NetlinkError, openSync } from '../../../../src/index.js'
import { ip, ipLink, run } from '../../../support/iproute2/iproute.js'
import { requireKind } from '../../../support/probe.js'
import { record } from '../../../support/record.js'
import { type Sample, samples } from '../../../support/samples/link-kinds.js'

const low = { a: 'low0', b: 'low1' } as const
/** What changes while nobody changes it. */
const volatile = ['gcTimer', 'helloTimer', 'tcnTimer', 'topologyChangeTimer', 'mcastQuerierState', 'seqNr']

function prepare(): void {
  using rt = openSync()
  for (const [name, address] of [
    [low.a, '02:00:00:00:00:01'],
    [low.b, '02:00:00:00:00:02'],
  ] as const) {
    rt.link.add({ name, address, up: true, info: { kind: 'ifb' } })
  }
  try {
    run('modprobe fou')
  } catch {
    // Only the samples with `needs` want it.
  }
}

beforeAll(prepare)

afterEach(() => {
  using rt = openSync()
  for (const name of ['s0', 'br0', 'bo0', 'vrf0', 'd0', 'd1']) rt.link.delete(name, { missingOk: true })
})

/** Makes the link `name`, or skips the test with the kernel's reason. */
function make(context: TestContext, rt: BlockingClient, sample: Sample, name: string): Link {
  requireKind(context, sample.kind)
  try {
    rt.link.add({ ...sample.spec(low), name })
  } catch (error) {
    if (!NetlinkError.is(error)) throw error
    const lacks = error.code === 'EINVAL' || error.code === 'EOPNOTSUPP'
    if (sample.needs !== undefined && lacks) context.skip(`${error.message} (${sample.needs})`)
    throw error
  }
  return rt.link.get(name)
}

/** The link without counters, timers and what follows from the MTU. */
function steady(link: Link): Record<string, unknown> {
  const { mtu: _, stats: __, stats64: ___, afSpec, info, ...rest } = link
  const { inet6, ...families } = afSpec ?? {}
  const settled = Object.entries(info ?? {}).filter(([key]) => !volatile.includes(key))
  const { stats: ____, icmp6stats: _____, conf, ...inet6Rest } = inet6 ?? {}
  // The MTU of IPv6 follows that of the link.
  return { ...rest, info: Object.fromEntries(settled), families, inet6Rest, conf: conf?.filter((_, at) => at !== MTU6) }
}

/** DEVCONF_MTU6. */
const MTU6 = 2

describe.each(samples.map(sample => [sample.about, sample] as const))('%s', (_, sample) => {
  it('is read as it was written, and as ip shows it', context => {
    using rt = openSync()
    const link = make(context, rt, sample, 's0')
    const byIndex = { a: rt.link.get(low.a).index, b: rt.link.get(low.b).index }
    const written: Record<string, unknown> = { ...sample.spec(byIndex).info, ...sample.reads }
    const output: Record<string, unknown> = { ...sample.shows }
    const read = link.info as Readonly<Record<string, unknown>> | undefined
    for (const [key, value] of Object.entries(written)) {
      const missing = sample.maybe?.includes(key) === true && read?.[key] === undefined
      if (missing) delete output[key.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)]
      if (missing || value === undefined) delete written[key]
    }
    expect(link.kindName).toBe(sample.kind)
    expect(read).toMatchObject(written)
    expect(read?.['$unknown']).toBeUndefined()
    expect(ipLink('s0')).toMatchObject({
      linkinfo: { info_kind: sample.kind, ...(sample.shows === undefined ? {} : { info_data: output }) },
    })
    record('link', sample.kind, 'created', 'read', 'compared')
  })

  it('is written as it was read, with another MTU', context => {
    using rt = openSync()
    const before = make(context, rt, sample, 's0')
    rt.link.set(before.index, before)
    expect(steady(rt.link.get('s0'))).toEqual(steady(before))
    const mtu = sample.mtu ?? (before.mtu ?? 0) - 10
    rt.link.set(before.index, { ...before, mtu })
    const after = rt.link.get('s0')
    expect(after.mtu).toBe(mtu)
    expect(steady(after)).toEqual(steady(before))
  })
})

describe('changes of a tunnel', () => {
  const lasting = { local: '192.0.2.2', remote: '198.51.100.1', tos: 16, pmtudisc: 1 } as const

  it('leave alone what they do not name, although the kernel resets it', context => {
    using rt = openSync()
    const sample = samples.find(({ kind }) => kind === 'gre')
    if (sample === undefined) throw new Error('no sample')
    const before = make(context, rt, sample, 's0')
    rt.link.set('s0', { info: { kind: 'gre', ttl: 9 } })
    const after = rt.link.get('s0')
    expect(after.info).toEqual({ ...before.info, ttl: 9 })
    rt.link.set('s0', { ...after, info: { ...(after.info?.kind === 'gre' ? after.info : {}), kind: 'gre', ttl: 10 } })
    expect(rt.link.get('s0').info).toEqual({ ...before.info, ttl: 10 })
    expect(ipLink('s0')).toMatchObject({ linkinfo: { info_data: { ttl: 10, ikey: '0.0.0.42', link: 'low0' } } })
  })

  it.for([
    ['gre', lasting],
    ['ipip', lasting],
    ['sit', lasting],
    ['vti', { local: '192.0.2.2', remote: '198.51.100.1', ikey: 5, okey: 6 }],
    ['ip6tnl', { local: '2001:db8::2', remote: '2001:db8::1', encapLimit: 7, flowinfo: 0x12345, proto: 41 }],
    ['vti6', { local: '2001:db8::2', remote: '2001:db8::1', ikey: 5, okey: 6 }],
    ['ip6gre', { local: '2001:db8::2', remote: '2001:db8::1', iflags: 0x2000, oflags: 0x2000, ikey: 5, okey: 6 }],
  ] as const)('of kind %s too', ([kind, info], context) => {
    requireKind(context, kind)
    using rt = openSync()
    rt.link.add({ name: 's0', info: { kind, ...info } as never })
    rt.link.set('s0', { info: { kind, fwmark: 5 } as never })
    expect(rt.link.get('s0').info).toMatchObject({ ...info, fwmark: 5 })
    // A field that is there and undefined is not given either.
    const absent = Object.fromEntries(Object.keys(info).map(key => [key, undefined]))
    rt.link.set('s0', { info: { ...absent, kind, fwmark: 6 } as never })
    expect(rt.link.get('s0').info).toMatchObject({ ...info, fwmark: 6 })
    rt.link.set('s0', { ...rt.link.get('s0'), info: { ...absent, kind, fwmark: 7 } as never })
    expect(rt.link.get('s0').info).toMatchObject({ ...info, fwmark: 7 })
  })
})

describe('flags of a VLAN', () => {
  it('that were read can be changed, although their mask has bits that the kernel refuses', context => {
    requireKind(context, 'vlan')
    using rt = openSync()
    rt.link.add({ name: 's0', link: low.a, info: { kind: 'vlan', id: 5, flags: { flags: 0b11, mask: 0b11 } } })
    const { index, ...vlan } = rt.link.get('s0')
    if (vlan.info?.kind !== 'vlan') throw new Error('no VLAN')
    rt.link.set(index, { ...vlan, index, info: { ...vlan.info, flags: { flags: 0b1001, mask: 0xffffffff } } })
    expect(ipLink('s0')).toMatchObject({ linkinfo: { info_data: { flags: ['REORDER_HDR', 'MVRP'] } } })
  })
})

describe('ports', () => {
  it('of a bridge take and give all their options', () => {
    using rt = openSync()
    rt.link.add({ name: 'br0', info: { kind: 'bridge' } })
    rt.link.add({ name: 'd0', address: '02:00:00:00:00:11', info: { kind: 'ifb' } })
    rt.link.add({ name: 'd1', master: 'br0', info: { kind: 'ifb' } })
    const options = {
      priority: 12,
      cost: 50,
      mode: 1,
      guard: 1,
      protect: 1,
      fastLeave: 1,
      learning: 0,
      unicastFlood: 0,
      proxyarp: 1,
      proxyarpWifi: 1,
      multicastRouter: 2,
      mcastFlood: 0,
      mcastToUcast: 1,
      vlanTunnel: 1,
      bcastFlood: 0,
      groupFwdMask: 8,
      neighSuppress: 1,
      isolated: 1,
      mcastEhtHostsLimit: 99,
      mcastMaxGroups: 77,
      backupNhid: 5,
    } as const
    rt.link.set('d0', { master: 'br0', slave: { kind: 'bridge', ...options, backupPort: 'd1' } })
    const port = rt.link.get('d0')
    const index = rt.link.get('d1').index
    expect(port.slaveKindName).toBe('bridge')
    expect(port.slave).toMatchObject({ kind: 'bridge', ...options, backupPort: index, designatedCost: 0 })
    expect(ipLink('d0')).toMatchObject({
      master: 'br0',
      linkinfo: {
        info_slave_kind: 'bridge',
        info_slave_data: {
          priority: 12,
          cost: 50,
          hairpin: true,
          guard: true,
          root_block: true,
          fastleave: true,
          learning: false,
          flood: false,
          proxy_arp: true,
          proxy_arp_wifi: true,
          multicast_router: 2,
          mcast_flood: false,
          mcast_to_unicast: true,
          vlan_tunnel: true,
          bcast_flood: false,
          group_fwd_mask: '0x8',
          neigh_suppress: true,
          isolated: true,
          backup_port: 'd1',
        },
      },
    })
    if (port.slave?.kind !== 'bridge') throw new Error('no port')
    rt.link.set(port.index, { ...port, slave: { ...port.slave, learning: 1, cost: 51 } })
    expect(rt.link.get('d0').slave).toEqual({ ...port.slave, learning: 1, cost: 51 })
    ip('link set dev d0 type bridge_slave locked on mab on learning on')
    expect(rt.link.get('d0').slave).toMatchObject({ locked: 1, mab: 1, learning: 1 })
    rt.link.set('d0', { master: 0 })
    expect(rt.link.get('d0').slave).toBeUndefined()
  })

  it('are made with their options, or not at all', () => {
    using rt = openSync()
    rt.link.add({ name: 'br0', info: { kind: 'bridge' } })
    rt.link.add({ name: 'd0', master: 'br0', info: { kind: 'ifb' }, slave: { kind: 'bridge', cost: 77 } })
    expect(rt.link.get('d0').slave).toMatchObject({ kind: 'bridge', cost: 77 })
    const d1 = rt.link.addAndGet({
      name: 'd1',
      master: 'br0',
      info: { kind: 'ifb' },
      slave: { kind: 'bridge', priority: 3 },
    })
    expect(d1.slave).toMatchObject({ priority: 3 })
    rt.link.delete('d1')
    const wrong = {
      name: 'd1',
      master: 'br0',
      info: { kind: 'ifb' },
      slave: { kind: 'bridge', priority: 99 },
    } as const
    expect(() => rt.link.add(wrong)).toThrow('ERANGE')
    expect(() => rt.link.get('d1')).toThrow('ENODEV')
  })

  it('of a bond', context => {
    requireKind(context, 'bond')
    using rt = openSync()
    rt.link.add({ name: 'bo0', info: { kind: 'bond', mode: 'activebackup' } })
    rt.link.add({ name: 'd0', address: '02:00:00:00:00:11', info: { kind: 'ifb' } })
    rt.link.set('d0', { master: 'bo0' })
    rt.link.set('d0', { slave: { kind: 'bond', queueId: 3, prio: -7 } })
    rt.link.set('bo0', { info: { kind: 'bond', activeSlave: 'd0', primary: 'd0' } })
    const port = rt.link.get('d0')
    expect(port.slave).toMatchObject({
      kind: 'bond',
      queueId: 3,
      prio: -7,
      permHwaddr: '02:00:00:00:00:11',
      state: 'active',
    })
    expect(ipLink('d0')).toMatchObject({
      linkinfo: {
        info_slave_kind: 'bond',
        info_slave_data: { queue_id: 3, prio: -7, perm_hwaddr: '02:00:00:00:00:11' },
      },
    })
    expect(rt.link.get('bo0').info).toMatchObject({ primary: port.index })
  })

  it('of a vrf', context => {
    requireKind(context, 'vrf')
    using rt = openSync()
    rt.link.add({ name: 'd0', info: { kind: 'ifb' } })
    rt.link.add({ name: 'vrf0', info: { kind: 'vrf', table: 77 } })
    ip('link set dev d0 master vrf0')
    expect(rt.link.get('d0').slave).toEqual({ kind: 'vrf', table: 77 })
    expect(rt.link.list({ master: 'vrf0' }).map(l => l.name)).toEqual(['d0'])
  })
})
