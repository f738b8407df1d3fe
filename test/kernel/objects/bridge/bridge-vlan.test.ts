// VLANs, spanning tree instances, VNIs, rings and options of ports: made by us and shown by `bridge`, and the reverse.
import { beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { type BridgeVlan, type MonitorEvent, NetlinkError, open, openSync } from '../../../../src/index.js'
import { bridgeShow, run } from '../../../support/iproute2/iproute.js'
import { requireKind, requireThat, requireVlanFiltering } from '../../../support/probe.js'
import { record } from '../../../support/record.js'

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
  for (const name of ['bx', 'ax', 'cx', 'vx']) rt.link.delete(name, { missingOk: true })
  rt.link.add({ name: 'bx', up: true, info: { kind: 'bridge', vlanDefaultPvid: 0 } })
  for (const [name, peer] of [
    ['ax', 'ay'],
    ['cx', 'cy'],
  ] as const) {
    rt.link.add({ name, info: { kind: 'veth', peer: { name: peer } } })
    rt.link.set(name, { master: 'bx', up: true })
    rt.link.set(peer, { up: true })
  }
})

const MCAST_VLAN_SNOOPING = 2
const MST_ENABLED = 4

/** Turns VLAN filtering on, with options that need it (enum br_boolopt_id). */
function filtering(ctx: TestContext, options = MCAST_VLAN_SNOOPING): void {
  requireVlanFiltering(ctx)
  using rt = openSync()
  rt.link.set('bx', {
    info: { kind: 'bridge', vlanFiltering: true, multiBoolopt: { optval: options, optmask: options } },
  })
}

type Row = Record<string, unknown>
const vlansOf = (rows: readonly Row[], name: string): Row[] =>
  (rows.find(row => row['ifname'] === name)?.['vlans'] as Row[] | undefined) ?? []
/** How many groups a VLAN has changes with what hosts join by themselves. */
const output = (name = 'ax'): Row[] =>
  vlansOf(bridgeShow('vlan show'), name).map(({ mcast_n_groups: _, ...row }) => row)
const globals = (): Row[] => vlansOf(bridgeShow('vlan global show'), 'bx')
const names = (flags: number): string[] | undefined => {
  const out = [...((flags & 2) === 0 ? [] : ['PVID']), ...((flags & 4) === 0 ? [] : ['Egress Untagged'])]
  return out.length === 0 ? undefined : out
}
/** Spells a VLAN as bridge does. */
const aliases = (vlan: BridgeVlan): Row => ({
  vlan: vlan.vid,
  vlanEnd: vlan.range,
  flags: names(vlan.flags),
  state: vlan.state,
  mcast_router: vlan.mcastRouter,
  mcast_max_groups: vlan.mcastMaxGroups,
  neigh_suppress: vlan.neighSuppress === undefined ? undefined : vlan.neighSuppress === 1,
})
/** The VLANs of rows, one by one. */
const vids = (rows: readonly Row[]): number[] =>
  rows.flatMap(({ vlan, vlanEnd = vlan }) =>
    Array.from({ length: Number(vlanEnd) - Number(vlan) + 1 }, (_, nth) => Number(vlan) + nth),
  )

describe('VLANs', () => {
  it('are added, changed, listed and deleted', async ctx => {
    filtering(ctx)
    await using rt = await open()
    const { index } = await rt.link.get('ax')
    await rt.vlan.add({ dev: 'ax', vid: 10, flags: ['pvid', 'untagged'] })
    await rt.vlan.add({ dev: 'ax', vid: 20, range: 30, state: 'blocking', mcastRouter: 2, mcastMaxGroups: 7 })
    expect(vids(output())).toEqual([10, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30])
    const list = await rt.vlan.list({ dev: 'ax' })
    expect(list).toMatchObject([
      { family: 'bridge', ifindex: index, vid: 10, flags: 6, state: 'forwarding' },
      { ifindex: index, vid: 20, range: 30, flags: 0, state: 'blocking', mcastRouter: 2, mcastMaxGroups: 7 },
    ])
    expect(list.map(aliases)).toEqual(output())
    expect(await rt.vlan.list({ dev: 'ax', vid: 25 })).toMatchObject([{ vid: 20, range: 30 }])
    expect(await rt.vlan.list({ dev: 'ax', vid: 31 })).toEqual([])
    await rt.vlan.set({ dev: 'ax', vid: 22, range: 24, state: 'learning', neighSuppress: true })
    expect((await rt.vlan.list({ dev: 'ax' })).map(aliases)).toEqual(output())
    expect(output()[2]).toMatchObject({
      vlan: 22,
      vlanEnd: 24,
      state: 'learning',
      neigh_suppress: true,
      mcast_router: 2,
    })
    await rt.vlan.delete({ dev: 'ax', vid: 20, range: 25 })
    expect(vids(output())).toEqual([10, 26, 27, 28, 29, 30])
    // The kernel does not mind what is not there.
    await rt.vlan.delete({ dev: 'ax', vid: 20 })
    const error = await rejection(rt.vlan.set({ dev: 'ax', vid: 10, neighSuppress: 9 }))
    expect(error).toMatchObject({ fieldPath: 'neighSuppress', attrPath: 'entry[0].neighSuppress' })
    record('bridge', 'vlan', 'created', 'read', 'compared')
  })

  it('that were read are written back as they were', async ctx => {
    filtering(ctx)
    await using rt = await open()
    run('bridge vlan add dev ax vid 10 pvid untagged')
    run('bridge vlan add dev ax vid 20-30')
    run('bridge vlan set dev ax vid 22-24 state 1 mcast_router 0 neigh_suppress on')
    run('bridge vlan add dev bx vid 5 self')
    const before = [output(), output('bx')]
    const list = (await rt.vlan.list()).filter(({ vid }) => vid >= 5)
    for (const vlan of list) await rt.vlan.delete(vlan)
    expect([output(), output('bx')]).toEqual([[], []])
    for (const vlan of list) await rt.vlan.add(vlan)
    expect([output(), output('bx')]).toEqual(before)
  })

  it('of the bridge itself, and by way of SELF and MASTER', async ctx => {
    filtering(ctx)
    await using rt = await open()
    await rt.vlan.add({ dev: 'bx', vid: 5, range: 6, self: true, flags: ['untagged'] })
    await rt.vlan.add({ dev: 'bx', vid: 8 })
    await rt.vlan.add({ dev: 'ax', vid: 7, range: 9, master: true })
    expect(output('bx')).toMatchObject([{ vlan: 5, vlanEnd: 6, flags: ['Egress Untagged'] }, { vlan: 8 }])
    expect(vids(output())).toEqual([7, 8, 9])
    await rt.vlan.delete({ dev: 'bx', vid: 5, range: 6, self: true })
    await rt.vlan.delete({ dev: 'ax', vid: 7, range: 8, master: true })
    expect(vids(output('bx'))).toEqual([8])
    expect(vids(output())).toEqual([9])
  })

  it('have tunnels and counters', async ctx => {
    filtering(ctx)
    await using rt = await open()
    await rt.link.set('ax', { slave: { kind: 'bridge', vlanTunnel: true } })
    await rt.vlan.add({ dev: 'ax', vid: 10, range: 12, tunnelInfo: { id: 1000 } })
    await rt.vlan.add({ dev: 'ax', vid: 15, master: true, tunnelInfo: { id: 2000 } })
    const tunnels = () =>
      ((bridgeShow('vlan tunnelshow').find(row => row['ifname'] === 'ax')?.['tunnels'] ?? []) as Row[]).map(row => [
        row['vlan'],
        row['vlanEnd'],
        row['tunid'],
        row['tunidEnd'],
      ])
    expect(tunnels()).toEqual([
      [10, 12, 1000, 1002],
      [15, undefined, 2000, undefined],
    ])
    const [first] = await rt.vlan.list({ dev: 'ax', vid: 10, stats: true })
    expect(first).toMatchObject({ tunnelInfo: { id: 1000 }, stats: { rxBytes: 0n, txPackets: 0n } })
    await rt.vlan.set({ dev: 'ax', vid: 11, tunnelInfo: { cmd: 17 } })
    expect(tunnels().map(([vlan]) => vlan)).toEqual([10, 12, 15])
  })

  it('have options for the whole bridge', async ctx => {
    filtering(ctx)
    await using rt = await open()
    run('bridge vlan add dev bx vid 10-20 self')
    await rt.vlan.setGlobal({
      dev: 'bx',
      id: 10,
      range: 15,
      mcastSnooping: true,
      mcastQuerier: true,
      mcastIgmpVersion: 3,
      mcastMldVersion: 2,
      mcastLastMemberCnt: 5,
      mcastLastMemberIntvl: 101n,
      mcastStartupQueryCnt: 6,
      mcastStartupQueryIntvl: 3126n,
      mcastMembershipIntvl: 26002n,
      mcastQuerierIntvl: 25503n,
      mcastQueryIntvl: 12504n,
      mcastQueryResponseIntvl: 1005n,
      msti: 3,
    })
    const aliasGlobals = (await rt.vlan.listGlobal({ dev: 'bx' })).map(row => ({
      vlan: row.id,
      ...(row.range === undefined ? {} : { vlanEnd: row.range }),
      mcast_snooping: row.mcastSnooping,
      mcast_querier: row.mcastQuerier,
      mcast_igmp_version: row.mcastIgmpVersion,
      mcast_mld_version: row.mcastMldVersion,
      mcast_last_member_count: row.mcastLastMemberCnt,
      mcast_last_member_interval: Number(row.mcastLastMemberIntvl),
      mcast_startup_query_count: row.mcastStartupQueryCnt,
      mcast_startup_query_interval: Number(row.mcastStartupQueryIntvl),
      mcast_membership_interval: Number(row.mcastMembershipIntvl),
      mcast_querier_interval: Number(row.mcastQuerierIntvl),
      mcast_query_interval: Number(row.mcastQueryIntvl),
      mcast_query_response_interval: Number(row.mcastQueryResponseIntvl),
      msti: row.msti,
    }))
    expect(aliasGlobals.filter(row => row.vlan === 10)).toMatchObject([{ vlanEnd: 15, mcast_querier: 1, msti: 3 }])
    expect(globals().map(({ querier: _, ...row }) => row)).toEqual(aliasGlobals)
    const [one] = await rt.vlan.listGlobal({ dev: 'bx', vid: 12 })
    if (one === undefined) throw new Error('VLAN 12 is not listed')
    // What was read can be written.
    await rt.vlan.setGlobal({ ...one, mcastLastMemberCnt: 9 })
    expect(globals().find(row => row['vlan'] === 10)).toMatchObject({
      vlanEnd: 15,
      mcast_last_member_count: 9,
      msti: 3,
    })
    record('bridge', 'vlan global', 'created', 'read', 'compared')
  })
})

describe('ports', () => {
  it('have states in spanning tree instances', async ctx => {
    filtering(ctx, MST_ENABLED)
    await using rt = await open()
    await rt.vlan.add({ dev: 'bx', vid: 10, range: 11 })
    await rt.vlan.setGlobal({ dev: 'bx', id: 10, msti: 1 })
    await rt.vlan.add({ dev: 'ax', vid: 10 })
    const { index } = await rt.link.get('ax')
    // bridge 6.15 ends the dump at a port without an instance.
    await rt.link.delete('cx')
    const instances = () => (bridgeShow('mst show').find(row => row['ifname'] === 'ax')?.['mst'] ?? []) as Row[]
    for (const state of ['forwarding', 'blocking', 'listening'] as const) {
      await rt.mst.set({ dev: 'ax', msti: 1, state })
      expect(instances()).toContainEqual({ msti: 1, state })
      expect(await rt.mst.list({ dev: 'ax' })).toContainEqual({ ifindex: index, msti: 1, state })
    }
    expect(await rt.mst.list({ dev: 'ax' })).toHaveLength(instances().length)
    const [entry] = (await rt.mst.list({ dev: 'ax' })).filter(({ msti }) => msti === 1)
    if (entry !== undefined) await rt.mst.set({ ...entry, state: 'learning' })
    expect(instances()).toContainEqual({ msti: 1, state: 'learning' })
    record('bridge', 'mst', 'created', 'read', 'compared')
  })

  it('take options of AF_BRIDGE as bridge link sets them', async () => {
    await using rt = await open()
    await rt.link.set('ax', {
      family: 'bridge',
      protinfo: {
        cost: 50,
        priority: 12,
        guard: true,
        mode: true,
        learning: false,
        unicastFlood: false,
        isolated: true,
      },
    })
    const [link] = bridgeShow('link show dev ax')
    expect(link).toMatchObject({
      cost: 50,
      priority: 12,
      guard: true,
      hairpin: true,
      learning: false,
      flood: false,
      isolated: true,
    })
    const read = (await rt.link.list({ family: 'bridge' })).find(each => each.name === 'ax')
    if (read === undefined) throw new Error('the port is not listed')
    expect(read.protinfo).toMatchObject({ cost: 50, priority: 12, guard: 1, mode: 1, learning: 0, isolated: 1 })
    // What was read can be written: only what differs is told.
    await rt.link.set('ax', { ...read, protinfo: { ...read.protinfo, cost: 60, isolated: 0 } })
    expect(bridgeShow('link show dev ax')[0]).toMatchObject({ cost: 60, priority: 12, hairpin: true, isolated: false })
    await rt.link.set(read.index, read)
    expect(bridgeShow('link show dev ax')[0]).toMatchObject({ cost: 50, isolated: true })
  })
})

describe('VNIs of a vxlan', () => {
  it('are added, listed and deleted', async ctx => {
    requireKind(ctx, 'vxlan')
    await using rt = await open()
    await rt.link.add({
      name: 'vx',
      up: true,
      info: { kind: 'vxlan', collectMetadata: true, vnifilter: true, port: 4789 },
    })
    const vnis = () =>
      ((bridgeShow('vni show dev vx')[0]?.['vnis'] ?? []) as Row[]).map(row => [
        row['vni'],
        row['vniEnd'],
        row['remote'],
      ])
    await rt.tunnel.add({ dev: 'vx', start: 100, end: 102, group: '198.51.100.1' })
    await rt.tunnel.add({ dev: 'vx', start: 200 })
    await rt.tunnel.add({ dev: 'vx', start: 0xffffff, group6: '2001:db8::9' })
    const list = await rt.tunnel.list({ dev: 'vx', stats: true })
    expect(list).toMatchObject([
      ...[100, 101, 102].map(start => ({ start, group: '198.51.100.1', stats: { rxBytes: 0n, txErrors: 0n } })),
      { start: 200 },
      { start: 0xffffff, group6: '2001:db8::9' },
    ])
    const all = await rt.tunnel.list({ dev: 'vx' })
    expect(all.map(vni => [vni.start, vni.end, vni.group ?? vni.group6])).toEqual(vnis())
    for (const vni of all) await rt.tunnel.delete(vni)
    expect(vnis()).toEqual([])
    expect((await rejection(rt.tunnel.delete({ dev: 'vx', start: 100 }))).code).toBe('ENOENT')
    await rt.tunnel.delete({ dev: 'vx', start: 100 }, { missingOk: true })
    for (const vni of all) await rt.tunnel.add(vni)
    expect(all.map(vni => [vni.start, vni.end, vni.group ?? vni.group6])).toEqual(vnis())
    record('bridge', 'vni', 'created', 'read', 'compared')
  })
})

/** Skips the test where the kernel was built without what a call asks for. */
const attempt = (context: TestContext, call: Promise<unknown>, lacks: string): Promise<unknown> =>
  call.catch((error: unknown) => {
    requireThat(context, !NetlinkError.is(error) || error.code !== 'EOPNOTSUPP', lacks)
    throw error
  })

describe('protocols', () => {
  it('MRP: rings', async ctx => {
    await using rt = await open()
    const add = { dev: 'bx', ringId: 7, pIfindex: 'ax', sIfindex: 'cx', prio: 0x9000 }
    await attempt(ctx, rt.mrp.add(add), 'the kernel has no MRP')
    const [a, c] = [await rt.link.get('ax'), await rt.link.get('cx')]
    expect(await rt.mrp.list({ dev: 'bx' })).toMatchObject([
      { ringId: 7, pIfindex: a.index, sIfindex: c.index, prio: 0x9000 },
    ])
    await rt.mrp.set({ dev: 'bx', ringRole: { ringId: 7, role: 'mrm' } })
    await rt.mrp.set({ dev: 'bx', ringState: { ringId: 7, state: 'closed' } })
    await rt.mrp.set({ dev: 'ax', portRole: { role: 'primary' } })
    const [ring] = await rt.mrp.list({ dev: 'bx' })
    expect(ring).toMatchObject({ ringRole: 'mrm', ringState: 'closed' })
    if (ring !== undefined) await rt.mrp.delete(ring)
    expect(await rt.mrp.list({ dev: 'bx' })).toEqual([])
    await rt.mrp.delete(add, { missingOk: true })
    if (ring !== undefined) await rt.mrp.add(ring)
    expect(await rt.mrp.list()).toMatchObject([{ ringId: 7, prio: 0x9000 }])
    record('bridge', 'mrp', 'created', 'read')
  })

  it('CFM: maintenance end points', async ctx => {
    await using rt = await open()
    const make = { dev: 'bx', mepCreate: { instance: 1, domain: 0, direction: 0, ifindex: 'ax' } }
    await attempt(ctx, rt.cfm.set(make), 'the kernel has no CFM')
    const { index } = await rt.link.get('ax')
    await rt.cfm.set({ dev: 'bx', mepConfig: { instance: 1, unicastMac: '02:00:00:00:40:01', mdlevel: 3, mepid: 9 } })
    await rt.cfm.set({ dev: 'bx', ccPeerMepAdd: { instance: 1, mepid: 10 } })
    expect(await rt.cfm.list({ dev: 'bx' })).toMatchObject([
      {
        mepCreateInfo: [{ instance: 1, ifindex: index }],
        mepConfigInfo: [{ instance: 1, unicastMac: '02:00:00:00:40:01', mdlevel: 3, mepid: 9 }],
        ccPeerMepInfo: [{ instance: 1, mepid: 10 }],
        mepStatusInfo: [{ instance: 1 }],
        ccPeerStatusInfo: [{ instance: 1, peerMepid: 10 }],
      },
    ])
    await rt.cfm.set({ dev: 'bx', mepDelete: { instance: 1 } })
    expect((await rt.cfm.list({ dev: 'bx' }))[0]?.mepCreateInfo).toBeUndefined()
    record('bridge', 'cfm', 'created', 'read')
  })
})

describe('a monitor', () => {
  it('tells of forwarding entries, groups, VLANs and VNIs', async ctx => {
    filtering(ctx)
    requireKind(ctx, 'vxlan')
    await using rt = await open()
    await rt.link.add({
      name: 'vx',
      up: true,
      info: { kind: 'vxlan', collectMetadata: true, vnifilter: true, port: 4789 },
    })
    await using events = rt.monitor({ groups: ['neigh', 'mdb', 'brvlan', 'tunnel'] })
    await rt.vlan.add({ dev: 'ax', vid: 10, range: 12 })
    await rt.vlan.setGlobal({ dev: 'bx', id: 10, mcastLastMemberCnt: 9 }).catch(() => undefined)
    await rt.mdb.add({ dev: 'bx', port: 'ax', addr: '239.1.1.1', vid: 10, state: 'permanent' })
    await rt.fdb.add({ dev: 'ax', lladdr: '02:00:00:00:30:09', flags: ['master'], vlan: 10 })
    run('bridge link set dev ax mcast_router 2')
    await rt.tunnel.add({ dev: 'vx', start: 100, end: 101 })
    await rt.tunnel.delete({ dev: 'vx', start: 100 })
    const seen: MonitorEvent[] = []
    for await (const event of events) {
      seen.push(event)
      if (event.type === 'tunnel' && event.action === 'delete') break
    }
    expect(seen).toContainEqual(
      expect.objectContaining({ type: 'vlan', action: 'new', vlan: expect.objectContaining({ vid: 10, range: 12 }) }),
    )
    expect(seen).toContainEqual(
      expect.objectContaining({
        type: 'mdb',
        action: 'new',
        mdb: expect.objectContaining({ addr: '239.1.1.1', vid: 10 }),
      }),
    )
    expect(seen).toContainEqual(
      expect.objectContaining({
        type: 'fdb',
        action: 'new',
        fdb: expect.objectContaining({ lladdr: '02:00:00:00:30:09', vlan: 10 }),
      }),
    )
    expect(seen).toContainEqual(
      expect.objectContaining({ type: 'tunnel', action: 'new', tunnel: expect.objectContaining({ start: 100 }) }),
    )
    expect(seen.filter(event => event.type === 'other')).toEqual([])
  })
})
