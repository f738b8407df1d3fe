// Statistics of links and data center bridging in a kernel, compared with what `ip stats` and `ip -s link` show.
import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import type { RtnlHwStats64, RtnlLinkStats64, StatsAttrs } from '../../../src/codec.js'
import { NetlinkError, open, openSync, type Stats } from '../../../src/index.js'
import * as netns from '../../../src/netns.js'
import { ip, ipShow, run } from '../../support/iproute2/iproute.js'
import { requireKind, requireThat, requireVlanFiltering } from '../../support/probe.js'
import { record } from '../../support/record.js'

type Row = Readonly<Record<string, unknown>>

/** What `ip stats show` says of a link, by group, subgroup and suite. */
function output(line: string): Map<string, Row> {
  return new Map(
    ipShow(`stats show ${line}`).map(row => [
      [row['group'], row['subgroup'], row['suite']].filter(word => word !== undefined).join(' '),
      row,
    ]),
  )
}

function rejection(action: () => unknown): NetlinkError {
  try {
    action()
  } catch (error) {
    if (NetlinkError.is(error)) return error
    throw error
  }
  throw new Error('nothing is thrown')
}

/** The counters of a struct as `ip` groups them. */
function grouped(stats: RtnlLinkStats64 | RtnlHwStats64): object {
  const { rxPackets, txPackets, rxBytes, txBytes, rxErrors, txErrors, rxDropped, txDropped, multicast } = stats
  const numbers = (row: object) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Number(value)]))
  return {
    rx: numbers({ bytes: rxBytes, packets: rxPackets, errors: rxErrors, dropped: rxDropped, multicast }),
    tx: numbers({ bytes: txBytes, packets: txPackets, errors: txErrors, dropped: txDropped }),
  }
}

/** The counters of IGMP and MLD as `ip` groups them. */
function multicast(stats: NonNullable<NonNullable<StatsAttrs['linkXstats']>['bridge']>['mcast']): object {
  const ways = (...versions: readonly (readonly bigint[] | undefined)[]): object =>
    Object.fromEntries(
      ['rx', 'tx'].flatMap((way, at) =>
        versions.map((pair, version) => [`${way}_v${version + 1}`, Number(pair?.[at] ?? -1)]),
      ),
    )
  const leaves = (pair: readonly bigint[] | undefined): object => ({ rx: Number(pair?.[0]), tx: Number(pair?.[1]) })
  return {
    igmp_queries: ways(stats?.igmpV1queries, stats?.igmpV2queries, stats?.igmpV3queries),
    igmp_reports: ways(stats?.igmpV1reports, stats?.igmpV2reports, stats?.igmpV3reports),
    igmp_leaves: leaves(stats?.igmpLeaves),
    igmp_parse_errors: Number(stats?.igmpParseErrors),
    mld_queries: ways(stats?.mldV1queries, stats?.mldV2queries),
    mld_reports: ways(stats?.mldV1reports, stats?.mldV2reports),
    mld_leaves: leaves(stats?.mldLeaves),
    mld_parse_errors: Number(stats?.mldParseErrors),
  }
}

/** The counters of spanning tree as `ip` names them. */
const stp = (stats: NonNullable<NonNullable<StatsAttrs['linkXstats']>['bridge']>['stp']): object => ({
  rx_bpdu: Number(stats?.rxBpdu),
  tx_bpdu: Number(stats?.txBpdu),
  rx_tcn: Number(stats?.rxTcn),
  tx_tcn: Number(stats?.txTcn),
  transition_blk: Number(stats?.transitionBlk),
  transition_fwd: Number(stats?.transitionFwd),
})

afterEach(() => {
  using rt = openSync()
  for (const name of ['sb0', 's0', 'sbond0']) rt.link.delete(name, { missingOk: true })
})

describe('statistics', () => {
  it('of one link and of all are those that ip shows', async () => {
    await using rt = await open()
    ip('link add s0 type ifb')
    // Without an address of its own it sends nothing that would be counted between two readings.
    ip('link set s0 addrgenmode none')
    ip('link set s0 up')
    const { index, stats64 } = await rt.link.get('s0')
    const stats = await rt.stats.get('s0', { filterMask: ['link64'] })
    expect(stats).toMatchObject({ family: 'unspec', ifindex: index, filterMask: 1 })
    const only: (keyof Stats)[] = ['family', 'ifindex', 'filterMask', 'link64']
    expect(Object.keys(stats)).toEqual(only)
    expect(Object.keys(stats.link64 ?? {})).toEqual(Object.keys(stats64 ?? {}))
    if (stats.link64 === undefined) throw new Error('no statistics')
    expect(output('dev s0 group link').get('link')).toMatchObject({ ifname: 's0', stats64: grouped(stats.link64) })
    expect(ipShow('-s link show dev s0')[0]).toMatchObject({ stats64: grouped(stats.link64) })

    const all = await rt.stats.list({ filterMask: 1 })
    expect(all.map(one => one.ifindex)).toEqual((await rt.link.list()).map(link => link.index))
    const streamed: number[] = []
    for await (const one of rt.stats.dump()) streamed.push(one.ifindex)
    expect(new Set(streamed)).toEqual(new Set(all.map(one => one.ifindex)))
    record('stats', 'link', 'read', 'compared')
  })

  it('of a bridge and its port count VLANs, multicast and spanning tree', async context => {
    requireVlanFiltering(context)
    await using rt = await open()
    await rt.link.add({
      name: 'sb0',
      info: { kind: 'bridge', vlanFiltering: 1, vlanStatsEnabled: 1, vlanStatsPerPort: 1, mcastStatsEnabled: 1 },
    })
    await rt.link.add({ name: 's0', info: { kind: 'ifb' } })
    await rt.link.set('s0', { master: 'sb0', up: true })
    await rt.link.set('sb0', { up: true })
    run('bridge vlan add vid 5 dev s0')
    run('bridge vlan add vid 7 dev sb0 self')
    run('bridge vlan add vid 5 dev sb0 self')

    const read = async (ref: string): Promise<Stats> =>
      rt.stats.get(ref, { filterMask: ['linkXstats', 'linkXstatsSlave'] })
    // Traffic between the two looks would make them differ: the next look is as good.
    let port: Stats | undefined
    await expect
      .poll(async () => {
        const rows = output('dev s0 group xstats_slave subgroup bridge')
        port = await read('s0')
        const { bridge } = port.linkXstatsSlave ?? {}
        return [
          [rows.get('xstats_slave bridge mcast')?.['multicast'], multicast(bridge?.mcast)],
          [rows.get('xstats_slave bridge stp')?.['stp'], stp(bridge?.stp)],
        ]
      })
      .toSatisfy((pairs: readonly (readonly [unknown, unknown])[]) =>
        pairs.every(([theirs, ours]) => JSON.stringify(sorted(theirs)) === JSON.stringify(sorted(ours))),
      )
    expect(port?.linkXstatsSlave?.bridge?.vlan).toMatchObject([
      { vid: 1, flags: 6 },
      { vid: 5, flags: 0 },
    ])
    expect(port?.linkXstats).toBeUndefined()
    const bridge = await read('sb0')
    expect(bridge.linkXstats?.bridge?.vlan?.map(one => one.vid)).toEqual([1, 5, 7])
    expect(bridge.linkXstatsSlave).toBeUndefined()
    expect(run('bridge -s vlan show dev sb0')).toMatch(/7\s+RX: +0 bytes 0 packets/)
    record('stats', 'bridge', 'read', 'compared')
  })

  it('of a bond count LACP', async context => {
    requireKind(context, 'bond')
    using rt = openSync()
    rt.link.add({ name: 'sbond0', info: { kind: 'bond', mode: '8023ad' } })
    const { linkXstats } = rt.stats.get('sbond0', { filterMask: ['linkXstats'] })
    const row = output('dev sbond0 group xstats subgroup bond').get('xstats bond 802.3ad')?.['802.3ad'] as Row
    const ours = Object.entries(linkXstats?.bond?.threeAd ?? {}).map(([key, value]) => [
      key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`).replace('resp', 'response'),
      Number(value),
    ])
    expect(Object.fromEntries(ours)).toEqual(row)
    record('stats', 'bond', 'read', 'compared')
  })

  it('of MPLS are there where a link takes it', context => {
    try {
      execFileSync('modprobe', ['mpls_router'], { stdio: 'ignore' })
    } catch {}
    using rt = openSync()
    rt.link.add({ name: 's0', info: { kind: 'ifb' } })
    let takes = true
    try {
      netns.sysctl(netns.current(), 'net.mpls.conf.s0.input', '1')
    } catch {
      takes = false
    }
    requireThat(context, takes, 'the kernel has no MPLS')
    rt.link.set('s0', { up: true })
    const { afSpec } = rt.stats.get('s0', { filterMask: ['afSpec'] })
    const row = output('dev s0 group afstats').get('afstats mpls')?.['mpls_stats'] as Record<string, Row>
    const { rxPackets, txPackets, rxBytes, rxNoroute } = afSpec?.mpls?.link ?? {}
    expect(row['rx']).toMatchObject({ packets: Number(rxPackets), bytes: Number(rxBytes), noroute: Number(rxNoroute) })
    expect(row['tx']).toMatchObject({ packets: Number(txPackets) })
    record('stats', 'mpls', 'read', 'compared')
  })

  it('of hardware are asked for, and the change is told', async context => {
    await using rt = await open()
    await using events = rt.monitor({ groups: ['stats'] })
    await rt.link.add({ name: 's0', info: { kind: 'ifb' } })
    const { index } = await rt.link.get('s0')
    const info = async () => (await rt.stats.get('s0', { filterMask: ['linkOffloadXstats'] })).linkOffloadXstats
    requireThat(context, output('dev s0 group offload').has('offload hw_stats_info'), 'the kernel is older than 5.18')
    expect((await info())?.hwSInfo?.l3Stats).toEqual({ request: 0, used: 0 })
    await rt.stats.set('s0', { setOffloadXstatsL3Stats: true })
    const offload = await info()
    expect(offload).toMatchObject({ hwSInfo: { l3Stats: { request: 1, used: 0 } } })
    expect(offload?.$unknown).toBeUndefined()
    const row = output('dev s0 group offload').get('offload l3_stats')
    expect(row).toMatchObject({ info: { request: true, used: false } })
    if (offload?.l3Stats !== undefined) expect(row).toMatchObject({ stats64: grouped(offload.l3Stats) })
    const { value: event } = await events.next()
    expect(event).toMatchObject({
      type: 'stats',
      action: 'new',
      stats: { ifindex: index, linkOffloadXstats: { hwSInfo: { l3Stats: { request: 1 } } } },
    })
    const narrow = await rt.stats.get('s0', {
      filterMask: ['linkOffloadXstats'],
      getFilters: { linkOffloadXstats: ['hwSInfo'] },
    })
    expect(Object.keys(narrow.linkOffloadXstats ?? {})).toEqual(['hwSInfo'])
    await rt.stats.set('s0', { setOffloadXstatsL3Stats: false })
    expect((await info())?.hwSInfo?.l3Stats?.request).toBe(0)
    record('stats', 'offload', 'created', 'read', 'compared')
  })

  it('are refused where there are none', () => {
    using rt = openSync()
    expect(rejection(() => rt.stats.get('no-such-link'))).toMatchObject({ code: 'ENODEV', fieldPath: 'ref' })
    expect(rejection(() => rt.stats.get('lo', { filterMask: 0 })).extAck?.message).toBe(
      'Filter mask must be set for stats get',
    )
    expect(
      rejection(() => rt.stats.get('lo', { filterMask: ['link64'], getFilters: { linkOffloadXstats: ['cpuHit'] } }))
        .extAck?.message,
    ).toBe('Filtered attribute not enabled in filter_mask')
  })
})

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)])
}

describe('data center bridging', () => {
  it('is refused by a link whose driver has none', () => {
    using rt = openSync()
    rt.link.add({ name: 's0', info: { kind: 'ifb' } })
    // Without CONFIG_DCB nobody takes the message; with it the driver does not.
    const error = rejection(() => rt.dcb.get('s0'))
    expect(error).toMatchObject({ reason: 'kernel', code: 'EOPNOTSUPP', request: { text: 'dcb get s0' } })
    expect(rejection(() => rt.dcb.set('s0', { dcbx: ['host', 'ver-ieee'] })).code).toBe('EOPNOTSUPP')
    expect(rejection(() => rt.dcb.delete('s0', { ieee: { appTable: { ieeeApp: [] } } })).code).toBe('EOPNOTSUPP')
  })
})
