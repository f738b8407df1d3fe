// Types of nexthops and of the small families of the network layer: what is read can be written, and what cannot be.

import type {
  AddrLabel,
  BlockingClient,
  Client,
  McAddr,
  MonitorEvent,
  Netconf,
  NexthopBucket,
  NexthopObject,
  NexthopObjectSpec,
  Route,
} from '../../src/index.js'
import type { Equal, Expect } from './equal.js'

export type Results = [
  Expect<Equal<ReturnType<Client['nexthop']['get']>, Promise<NexthopObject>>>,
  Expect<Equal<ReturnType<BlockingClient['nexthop']['flush']>, number>>,
  Expect<Equal<ReturnType<BlockingClient['nexthopBucket']['list']>, NexthopBucket[]>>,
  Expect<Equal<ReturnType<BlockingClient['addrLabel']['get']>, AddrLabel>>,
  Expect<Equal<ReturnType<BlockingClient['netconf']['get']>, Netconf>>,
  Expect<Equal<ReturnType<BlockingClient['mcaddr']['list']>, McAddr[]>>,
  Expect<Equal<ReturnType<BlockingClient['mroute']['list']>, Route[]>>,
]

export async function uses(rt: Client) {
  const nexthop = await rt.nexthop.get(1, { opFlags: ['dump-stats'] })
  await rt.nexthop.replace(nexthop)
  await rt.nexthop.add({ ...nexthop, id: 2, dev: 'v0' })
  await rt.nexthop.add({ id: 3, group: [{ id: 1 }, { id: 2, weight: 4 }], groupType: 'res', resGroup: { buckets: 8 } })
  await rt.nexthop.add({ id: 4, encap: { kind: 'mpls', dst: '100' }, gateway: '192.0.2.1' })
  // @ts-expect-error: it is encap of a kind that the kernel knows
  await rt.nexthop.add({ id: 4, encap: { kind: 'mlps', dst: '100' } })
  // @ts-expect-error: the time of being unbalanced is the kernel's
  await rt.nexthop.add({ id: 4, resGroup: { buckets: 8, unbalancedTime: 1n } })
  // @ts-expect-error: it is gateway
  await rt.nexthop.add({ id: 4, gatway: '192.0.2.1' })
  // @ts-expect-error: a filter of dumps is no property of a nexthop
  await rt.nexthop.add({ id: 4, groups: true })
  // @ts-expect-error: a group type that there is not
  await rt.nexthop.add({ id: 4, groupType: 'hash' })
  // @ts-expect-error: buckets are the kernel's
  await rt.nexthopBucket.add({ id: 1 })

  const [label] = await rt.addrLabel.list()
  if (label !== undefined) await rt.addrLabel.replace({ ...label, label: 7 })
  // @ts-expect-error: the dump knows one family at a time
  rt.mcaddr.dump()
  // @ts-expect-error: set by sysctl
  await rt.netconf.set({ forwarding: 1 })
  const [table] = await rt.neighTable.list({ name: 'arp_cache' })
  if (table !== undefined) await rt.neighTable.set({ ...table, parms: { ...table.parms, retransTime: 500n } })
  // @ts-expect-error: 64 bits are bigint
  await rt.neighTable.set({ name: 'arp_cache', parms: { retransTime: 500 } })
  const [route] = await rt.mroute.list()
  if (route !== undefined) await rt.mroute.replace(route)
}

export function events(event: MonitorEvent) {
  if (event.type === 'nexthop') event.nexthop satisfies NexthopObject
  else if (event.type === 'nexthopBucket') event.nexthopBucket.resBucket?.idleTime satisfies bigint | undefined
  else if (event.type === 'netconf') event.netconf satisfies Netconf
  else if (event.type === 'prefix') event.prefix.cacheinfo?.validTime satisfies number | undefined
  else if (event.type === 'ndUserOpt') event.ndUserOpt.opts satisfies Uint8Array
  else if (event.type === 'cacheReport') event.cacheReport.pkt satisfies Uint8Array | undefined
  else if (event.type === 'mcaddr') event.mcaddr.multicast satisfies string
}

export const spec = { id: 1, gateway: '2001:db8::1', dev: 3, flags: ['onlink'] } satisfies NexthopObjectSpec
