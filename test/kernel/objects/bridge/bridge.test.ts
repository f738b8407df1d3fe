// Forwarding entries and multicast groups of bridges and vxlans: made by us and shown by `bridge`, and the reverse.
import { beforeEach, describe, expect, it } from 'vitest'
import {
  type Fdb,
  type FdbSpec,
  type MdbEntry,
  type MdbEntrySpec,
  NetlinkError,
  open,
  openSync,
} from '../../../../src/index.js'
import { bridgeShow, run } from '../../../support/iproute2/iproute.js'
import { requireKind, requireVlanFiltering } from '../../../support/probe.js'
import { record } from '../../../support/record.js'

const mac = '02:00:00:00:30:01'

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
  for (const name of ['bx', 'ax', 'vx']) rt.link.delete(name, { missingOk: true })
  rt.link.add({
    name: 'bx',
    up: true,
    info: { kind: 'bridge', mcastIgmpVersion: 3, mcastMldVersion: 2, vlanDefaultPvid: 0 },
  })
  rt.link.add({ name: 'ax', address: '02:00:00:00:30:aa', info: { kind: 'veth', peer: { name: 'ay' } } })
  rt.link.set('ax', { master: 'bx', up: true })
  rt.link.set('ay', { up: true })
  // Its carrier is told to the bridge by a work queue; a port without it takes no temporary member of a group.
  rt.link.wait('ax', ax => ax?.slave?.kind === 'bridge' && ax.slave.state === 'forwarding')
})

/** What bridge shows of our address. */
const output = (address = mac) => bridgeShow('fdb show').filter(entry => entry['mac'] === address)
const ours = async (address = mac): Promise<Fdb[]> => {
  await using rt = await open()
  return (await rt.fdb.list()).filter(entry => entry.lladdr === address)
}

it('ports are those of the bridge that is named', async () => {
  await using rt = await open()
  const names = async (master: string | number) =>
    (await rt.link.list({ family: 'bridge', master })).map(({ name }) => name)
  const { index } = await rt.link.get('bx')
  expect(bridgeShow('link show master bx').map(({ ifname }) => ifname)).toEqual(['ax'])
  expect(await names('bx')).toEqual(['ax'])
  expect(await names(index)).toEqual(['ax'])
  expect(await names('lo')).toEqual([])
})

describe('forwarding entries', () => {
  it.each<[string, FdbSpec, object, Partial<Fdb>]>([
    ['permanent', { flags: ['master'] }, { state: 'permanent' }, { state: 0x80 }],
    ['static', { flags: ['master'], state: ['noarp', 'reachable'] }, { state: 'static' }, { state: 0x40 }],
    ['dynamic', { flags: ['master'], state: ['reachable'] }, { state: '' }, { state: 2 }],
    [
      'sticky',
      { flags: ['master', 'sticky'], state: ['noarp', 'reachable'] },
      { state: 'static', flags: ['sticky'] },
      { flags: 0x40 },
    ],
    [
      'learned by others',
      { flags: ['master', 'ext-learned'], state: ['reachable'] },
      { flags: ['extern_learn'] },
      { flags: 0x10 },
    ],
  ])('of a bridge: %s', async (kind, spec, shows, reads) => {
    await using rt = await open()
    const { index, master } = await rt.link.get('ax')
    await rt.fdb.add({ dev: 'ax', lladdr: mac, ...spec })
    expect(output()).toMatchObject([{ ifname: 'ax', master: 'bx', ...shows }])
    const [entry] = await ours()
    expect(entry).toMatchObject({ family: 'bridge', ifindex: index, master, lladdr: mac, ...reads })
    expect(await rt.fdb.get({ master: 'bx', lladdr: mac })).toMatchObject({ ifindex: index, ...reads })
    // br_fdb_external_learn_add looks at no NLM_F_EXCL.
    if (kind !== 'learned by others')
      expect((await rejection(rt.fdb.add({ dev: 'ax', lladdr: mac, ...spec }))).code).toBe('EEXIST')
    // What was read can be written, and deleted.
    await rt.fdb.replace(entry ?? {})
    expect(output()).toMatchObject([{ ifname: 'ax', master: 'bx', ...shows }])
    await rt.fdb.delete(entry ?? {})
    expect(output()).toEqual([])
    expect((await rejection(rt.fdb.delete(entry ?? {}))).code).toBe('ENOENT')
    await rt.fdb.delete(entry ?? {}, { missingOk: true })
    const added = await rt.fdb.addAndGet({ dev: 'ax', lladdr: mac, ...spec })
    expect(added).toMatchObject({ ifindex: index, lladdr: mac, ...reads })
    record('fdb', kind, 'created', 'read', 'compared')
  })

  it('of a device itself', async () => {
    await using rt = await open()
    const multicast = '01:00:5e:00:30:01'
    await rt.fdb.add({ dev: 'ay', lladdr: multicast })
    expect(output(multicast)).toMatchObject([{ ifname: 'ay', flags: ['self'], state: 'permanent' }])
    const [entry] = await ours(multicast)
    expect(entry).toMatchObject({ state: 0x80, flags: 2 })
    await rt.fdb.delete(entry ?? {})
    expect(output(multicast)).toEqual([])
    // A veth tells of no single one.
    expect((await rejection(rt.fdb.get({ dev: 'ay', lladdr: multicast, flags: ['self'] }))).code).toBe('EOPNOTSUPP')
    expect(await rt.fdb.addAndGet({ dev: 'ay', lladdr: multicast })).toEqual(entry)
    await rt.fdb.delete(entry ?? {})
  })

  it('of a vxlan, to IPv4 and IPv6, several an address', async ctx => {
    requireKind(ctx, 'vxlan')
    await using rt = await open()
    await rt.link.add({ name: 'vx', info: { kind: 'vxlan', id: 7, port: 4789 } })
    await rt.fdb.add({ dev: 'vx', lladdr: mac, dst: '198.51.100.1', port: 4790, vni: 33, viaIfindex: 'ay' })
    expect(output()).toMatchObject([
      { ifname: 'vx', dst: '198.51.100.1', port: 4790, vni: 33, viaIf: 'ay', flags: ['self'] },
    ])
    const [entry] = await ours()
    expect(entry).toMatchObject({
      dst: '198.51.100.1',
      port: 4790,
      vni: 33,
      flags: 2,
      state: 0xc0 & (entry?.state ?? 0),
    })
    await rt.fdb.replace({ ...entry, dst: '198.51.100.2' })
    expect(output()).toMatchObject([{ dst: '198.51.100.2', port: 4790, vni: 33 }])
    for (const dst of ['198.51.100.3', '198.51.100.4'])
      await rt.fdb.append({ dev: 'vx', lladdr: '00:00:00:00:00:00', dst })
    expect(output('00:00:00:00:00:00').map(each => each['dst'])).toEqual(['198.51.100.3', '198.51.100.4'])
    expect((await rt.fdb.list({ dev: 'vx' })).map(each => each.dst)).toEqual(
      bridgeShow('fdb show dev vx').map(each => each['dst']),
    )
    await rt.fdb.delete({ dev: 'vx', lladdr: '00:00:00:00:00:00', dst: '198.51.100.3' })
    expect(output('00:00:00:00:00:00')).toMatchObject([{ dst: '198.51.100.4' }])
    await rt.link.delete('vx')
    await rt.link.add({ name: 'vx', info: { kind: 'vxlan', id: 7, port: 4789, local6: '2001:db8::1' } })
    const added = await rt.fdb.addAndGet({ dev: 'vx', lladdr: mac, dst: '2001:db8::2' })
    expect(added.dst).toBe('2001:db8::2')
    expect(output()).toMatchObject([{ dst: '2001:db8::2' }])
    record('fdb', 'vxlan', 'created', 'read', 'compared')
  })

  it('made by bridge are listed by port, bridge and state; a flush deletes what matches', async ctx => {
    await using rt = await open()
    run(`bridge fdb add ${mac} dev ax master static`)
    run('bridge fdb add 02:00:00:00:30:02 dev ax master dynamic')
    const named = async (filter: Parameters<typeof rt.fdb.list>[0]) =>
      (await rt.fdb.list(filter)).map(entry => entry.lladdr).filter(address => address.startsWith('02:00:00:00:30:0'))
    expect((await named({ dev: 'ax' })).sort()).toEqual([mac, '02:00:00:00:30:02'])
    expect((await named({ master: 'bx' })).sort()).toEqual([mac, '02:00:00:00:30:02'])
    expect(await named({ dev: 'ay' })).toEqual([])
    expect(await named({ master: 'bx', state: ['noarp'] })).toEqual([mac])
    expect(await named({ vlan: 77 })).toEqual([])
    await rt.fdb.flush({ dev: 'bx', viaIfindex: 'ax', ndmStateMask: ['noarp', 'permanent'] })
    expect(await named({ master: 'bx' })).toEqual([mac])
    await rt.fdb.flush({ dev: 'bx', state: ['noarp'] })
    expect(await named({ master: 'bx' })).toEqual([])
    expect(ctx.task.name).toContain('flush')
  })
})

describe('multicast groups', () => {
  const groups = (dev = 'bx') => {
    const [all] = bridgeShow(`mdb show dev ${dev}`)
    // What hosts join by themselves is not ours.
    const rows = (all?.['mdb'] ?? []) as Record<string, unknown>[]
    return rows.filter(row => /^(239\.|ff0e|01:00:5e:7f)/.test(String(row['grp'])))
  }
  const listed = async (dev: string): Promise<MdbEntry[]> => {
    await using rt = await open()
    return (await rt.mdb.list({ dev })).filter(entry => /^(239\.|ff0e|01:00:5e:7f)/.test(entry.addr))
  }

  it.each<[string, MdbEntrySpec, object, Partial<MdbEntry>]>([
    [
      'permanent',
      { port: 'ax', addr: '239.1.1.1', state: 'permanent' },
      { port: 'ax', grp: '239.1.1.1', state: 'permanent', filter_mode: 'exclude', protocol: 'static' },
      { state: 'permanent', groupMode: 'exclude', rtprot: 'static' },
    ],
    [
      'of IPv6, temporary, with its sources',
      {
        port: 'ax',
        addr: 'ff0e::1',
        groupMode: 'include',
        srcList: { entry: [{ address: '2001:db8::1' }, { address: '2001:db8::2' }] },
        rtprot: 'zebra',
      },
      { grp: 'ff0e::1', state: 'temp', filter_mode: 'include', protocol: 'zebra' },
      { state: 'temporary', groupMode: 'include', rtprot: 'zebra' },
    ],
    [
      'of one source',
      { port: 'ax', addr: '239.1.1.2', source: '192.0.2.7', state: 'permanent' },
      { grp: '239.1.1.2', src: '192.0.2.7', state: 'permanent' },
      { source: '192.0.2.7' },
    ],
    [
      'of link-layer addresses',
      { port: 'ax', addr: '01:00:5e:7f:00:01', state: 'permanent' },
      { grp: '01:00:5e:7f:00:01', state: 'permanent' },
      { addr: '01:00:5e:7f:00:01' },
    ],
    [
      'of the bridge itself',
      { addr: '239.1.1.3' },
      { port: 'bx', grp: '239.1.1.3', state: 'temp' },
      { state: 'temporary' },
    ],
  ])('%s', async (kind, spec, shows, reads) => {
    await using rt = await open()
    const bridge = await rt.link.get('bx')
    await rt.mdb.add({ dev: 'bx', ...spec })
    expect(groups().filter(row => row['src'] === spec.source)).toMatchObject([{ dev: 'bx', ...shows }])
    const [entry] = (await listed('bx')).filter(each => each.source === spec.source)
    if (entry === undefined) throw new Error('the entry is not listed')
    expect(entry).toMatchObject({ ifindex: bridge.index, addr: spec.addr, ...reads })
    if (spec.srcList !== undefined) {
      const sources = (groups().find(row => row['src'] === undefined)?.['source_list'] ?? []) as { address: string }[]
      expect(entry.srcList?.entry?.map(source => source.address).sort()).toEqual(
        sources.map(source => source.address).sort(),
      )
    }
    expect(await rt.mdb.get({ dev: 'bx', addr: spec.addr, source: spec.source })).toMatchObject([
      { addr: spec.addr, ...reads },
    ])
    expect((await rejection(rt.mdb.add({ dev: 'bx', ...spec }))).code).toBe('EEXIST')
    await rt.mdb.delete(entry)
    expect((await listed('bx')).filter(each => each.source === spec.source)).toEqual([])
    expect((await rejection(rt.mdb.delete(entry))).code).toMatch(/ENOENT|EINVAL/)
    await rt.mdb.delete(entry, { missingOk: true })
    const noLocation = rejection(rt.mdb.delete({ ...entry, port: 'lo' }, { missingOk: true }))
    expect((await noLocation).extAck?.message).toContain('not a bridge port')
    // What was read can be written.
    await rt.mdb.add(entry)
    expect(groups().filter(row => row['src'] === spec.source)).toMatchObject([{ dev: 'bx', ...shows }])
    await rt.mdb.flush({ dev: 'bx', state: entry.state === 'permanent' ? 'permanent' : 'temporary' })
    expect((await listed('bx')).filter(each => each.state === entry.state)).toEqual([])
    record('mdb', kind, 'created', 'read', 'compared')
  })

  it('are changed by a replace', async () => {
    await using rt = await open()
    await rt.mdb.add({ dev: 'bx', port: 'ax', addr: '239.1.1.1', state: 'permanent' })
    await rt.mdb.replace({
      dev: 'bx',
      port: 'ax',
      addr: '239.1.1.1',
      groupMode: 'include',
      srcList: { entry: [{ address: '192.0.2.7' }] },
    })
    expect(groups().filter(row => row['src'] === undefined)).toMatchObject([
      { filter_mode: 'include', source_list: [{ address: '192.0.2.7' }] },
    ])
  })

  it('of a vxlan say where packets go', async ctx => {
    requireKind(ctx, 'vxlan')
    await using rt = await open()
    await rt.link.add({ name: 'vx', up: true, info: { kind: 'vxlan', collectMetadata: true, port: 4789 } })
    const spec: MdbEntrySpec = {
      dev: 'vx',
      addr: '239.1.1.1',
      state: 'permanent',
      dst: '198.51.100.1',
      dstPort: 4790,
      vni: 33,
      srcVni: 44,
      viaIfindex: 'ay',
    }
    await rt.mdb.add(spec)
    expect(groups('vx')).toMatchObject([
      { grp: '239.1.1.1', dst: '198.51.100.1', dst_port: 4790, vni: 33, src_vni: 44, via: 'ay' },
    ])
    const [entry] = await listed('vx')
    expect(entry).toMatchObject({ dst: '198.51.100.1', dstPort: 4790, vni: 33, srcVni: 44 })
    if (entry !== undefined) await rt.mdb.delete(entry)
    expect(groups('vx')).toEqual([])
    if (entry !== undefined) await rt.mdb.add(entry)
    await rt.mdb.flush({ dev: 'vx', vni: 33, dstPort: 4790 })
    expect(groups('vx')).toEqual([])
    record('mdb', 'vxlan', 'created', 'read', 'compared')
  })

  it('have router ports', async () => {
    await using rt = await open()
    run('bridge link set dev ax mcast_router 2')
    const { index } = await rt.link.get('ax')
    const [all] = JSON.parse(run('bridge -d -s -j mdb show dev bx')) as Record<string, unknown>[]
    expect(all?.['router']).toMatchObject({ bx: [{ port: 'ax', type: 'permanent' }] })
    expect(await rt.mdb.routers({ dev: 'bx' })).toMatchObject([{ port: index, type: 'perm' }])
    expect(await rt.mdb.routers({ dev: 'ax' })).toEqual([])
  })

  it('of VLANs', async ctx => {
    requireVlanFiltering(ctx)
    await using rt = await open()
    await rt.link.set('bx', { info: { kind: 'bridge', vlanFiltering: true } })
    await rt.vlan.add({ dev: 'ax', vid: 10 })
    await rt.mdb.add({ dev: 'bx', port: 'ax', addr: '239.1.1.1', vid: 10, state: 'permanent' })
    expect(groups()).toMatchObject([{ grp: '239.1.1.1', vid: 10 }])
    expect(await rt.mdb.list({ dev: 'bx', vid: 10 })).toHaveLength(1)
    expect(await rt.mdb.list({ dev: 'bx', vid: 11 })).toEqual([])
    expect(await rt.mdb.get({ dev: 'bx', addr: '239.1.1.1', vid: 10 })).toHaveLength(1)
    expect((await rejection(rt.mdb.get({ dev: 'bx', addr: '239.1.1.1' }))).code).toBe('ENOENT')
  })
})
