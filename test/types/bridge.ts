// Types of what is said of bridges and vxlans. Nothing here runs: `npm run typecheck` compiles it.
import type {
  BridgeVlan,
  BridgeVlanGlobal,
  BridgeVlanGlobalSpec,
  BridgeVlanSpec,
  Client,
  Fdb,
  FdbSpec,
  MdbEntry,
  MdbEntrySpec,
  MonitorEvent,
  MrpRing,
  MstEntry,
  TunnelVni,
  TunnelVniSpec,
} from '../../src/index.js'
import type { Equal, Expect } from './equal.js'

type Verbs<F extends keyof Client> = keyof Client[F]

/** A verb that the kernel does not implement is not there. */
export type Families = [
  Expect<
    Equal<
      Verbs<'fdb'>,
      ('get' | 'list' | 'dump' | 'add' | 'addAndGet' | 'replace' | 'replaceAndGet' | 'append') | ('delete' | 'flush')
    >
  >,
  Expect<Equal<Verbs<'mdb'>, 'get' | 'list' | 'dump' | 'routers' | 'add' | 'replace' | 'delete' | 'flush'>>,
  Expect<Equal<Verbs<'vlan'>, 'list' | 'dump' | 'add' | 'set' | 'delete' | 'listGlobal' | 'setGlobal'>>,
  Expect<Equal<Verbs<'tunnel'>, 'list' | 'dump' | 'add' | 'delete'>>,
  Expect<Equal<Verbs<'mst'>, 'list' | 'dump' | 'set'>>,
  Expect<Equal<Verbs<'mrp'>, 'list' | 'dump' | 'add' | 'set' | 'delete'>>,
  Expect<Equal<Verbs<'cfm'>, 'list' | 'dump' | 'set'>>,
]

// What is read can be written.
export async function again(
  rt: Client,
  read: {
    fdb: Fdb
    mdb: MdbEntry
    vlan: BridgeVlan
    global: BridgeVlanGlobal
    vni: TunnelVni
    mst: MstEntry
    ring: MrpRing
  },
): Promise<void> {
  await rt.fdb.replace(read.fdb)
  await rt.fdb.delete({ ...read.fdb, vlan: 10 })
  await rt.mdb.add(read.mdb)
  await rt.mdb.delete({ ...read.mdb, vid: 10 })
  await rt.vlan.add(read.vlan)
  await rt.vlan.set({ ...read.vlan, state: 'blocking' })
  await rt.vlan.setGlobal({ ...read.global, msti: 1 })
  await rt.tunnel.add(read.vni)
  await rt.mst.set({ ...read.mst, state: 'learning' })
  await rt.mrp.add(read.ring)
}

/** An event holds the object that its type names. */
export function holds(event: MonitorEvent): unknown {
  if (event.type === 'fdb') return event.fdb.lladdr satisfies string
  if (event.type === 'mdb') return event.mdb.addr satisfies string
  if (event.type === 'mdbRouter') return event.mdbRouter.port satisfies number
  if (event.type === 'vlan') return event.vlan.vid satisfies number
  if (event.type === 'vlanGlobal') return event.vlanGlobal.id satisfies number
  if (event.type === 'tunnel') return event.tunnel.start satisfies number
  // @ts-expect-error: no type is called that
  if (event.type === 'bridge') return 0
  return undefined
}

// Several ways to write a value, where the kernel has them.
export const entries: FdbSpec[] = [
  { dev: 'v0', lladdr: '02:00:00:00:00:01', flags: ['master', 'sticky'], state: 0x42 },
  { ifindex: 2, lladdr: '02:00:00:00:00:01', flags: 4, flagsExt: ['managed'], fdbExtAttrs: { activityNotify: 1 } },
]
export const members: MdbEntrySpec[] = [
  { dev: 'br0', port: 'v0', addr: '239.1.1.1', state: 'permanent', groupMode: 'include', rtprot: 4 },
  { ifindex: 3, port: 7, addr: 'ff0e::1', srcList: { entry: [{ address: '2001:db8::1' }] } },
]
export const vlans: BridgeVlanSpec[] = [
  { dev: 'v0', vid: 10, range: 20, flags: ['pvid', 'untagged'], neighSuppress: true },
  { ifindex: 2, vid: 10, flags: 6, state: 3, tunnelInfo: { id: 1000 } },
]
export const options: BridgeVlanGlobalSpec = { dev: 'br0', id: 10, mcastSnooping: true, mcastQueryIntvl: 12500n }
export const vnis: TunnelVniSpec[] = [{ dev: 'vx0', start: 100, end: 110, group: '198.51.100.1' }]

// Misspelled and misplaced attributes do not compile.
export const misspelled = [
  // @ts-expect-error: no flag is called that
  { dev: 'v0', lladdr: '02:00:00:00:00:01', flags: ['stickey'] } satisfies FdbSpec,
  // @ts-expect-error: a group is called addr
  { dev: 'br0', grp: '239.1.1.1' } satisfies MdbEntrySpec,
  // @ts-expect-error: a VLAN is needed
  { dev: 'v0', state: 'blocking' } satisfies BridgeVlanSpec,
  // @ts-expect-error: no state is called that
  { dev: 'v0', vid: 10, state: 'blocked' } satisfies BridgeVlanSpec,
  // @ts-expect-error: intervals have 64 bits
  { dev: 'br0', id: 10, mcastQueryIntvl: 12500 } satisfies BridgeVlanGlobalSpec,
  // @ts-expect-error: the kernel counts them
  { dev: 'v0', vid: 10, mcastNGroups: 3 } satisfies BridgeVlanSpec,
  // @ts-expect-error: it is end
  { dev: 'vx0', start: 100, last: 110 } satisfies TunnelVniSpec,
]

export async function lacks(rt: Client): Promise<void> {
  // @ts-expect-error: multicast groups have no append
  await rt.mdb.append({ dev: 'br0', addr: '239.1.1.1' })
  // @ts-expect-error: VLANs have no get
  await rt.vlan.get({ dev: 'v0', vid: 10 })
  // @ts-expect-error: VNIs are not changed but by an add
  await rt.tunnel.replace({ dev: 'vx0', start: 100 })
}
