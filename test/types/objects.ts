// Types of objects and specs. Nothing here runs: `npm run typecheck` compiles it, and user.test.ts says so.
import type {
  Addr,
  Client,
  Link,
  LinkInfo,
  LinkSpec,
  Neigh,
  NeighSpec,
  Route,
  Rule,
  RuleSpec,
} from '../../src/index.js'
import type { Equal, Expect } from './equal.js'

// The kind narrows what belongs to it.
export function narrows(link: Link): unknown {
  const { info, slave } = link
  if (info?.kind === 'vlan') {
    type Id = Expect<Equal<typeof info.id, number | undefined>>
    const id: Id extends true ? number | undefined : never = info.id
    // @ts-expect-error: a vxlan has it, a vlan has not
    info.learning
    return id
  }
  if (info?.kind === 'bridge') return info.ageingTime satisfies number | bigint | undefined
  if (info?.kind === 'veth') return 0
  if (info?.kind === 'other') return [info.name satisfies string | number, info.data satisfies Uint8Array]
  // @ts-expect-error: no kind is called that; an unknown one is 'other'
  if (info?.kind === 'vlam') return 1
  if (slave?.kind === 'bridge') return slave.state satisfies string | number | undefined
  if (slave?.kind === 'bond') return slave.miiStatus satisfies string | number | undefined
  // @ts-expect-error: before narrowing only `kind` is common to all
  return info?.id
}

/** The wire's own name of the kind is a string whatever the kind. */
export type KindName = Expect<Equal<Link['kindName'], string | undefined>>

/** The discriminant is no plain string: that would end the narrowing. */
export type KindIsLiteral = Expect<Equal<string extends LinkInfo['kind'] ? true : false, false>>

// What is required on read.
export type Required = [
  Expect<Equal<Link['name'], string>>,
  Expect<Equal<Link['index'], number>>,
  Expect<Equal<Link['flags'], number>>,
  Expect<Equal<Addr['address'], string>>,
  Expect<Equal<Route['dst'], string>>,
  Expect<Equal<Route['table'], number>>,
  Expect<Equal<Link['mtu'], number | undefined>>,
]

// What is read can be written.
export async function writesWhatItReads(rt: Client, l: Link, addr: Addr, route: Route, neigh: Neigh, rule: Rule) {
  await rt.link.set(l.index, { ...l, mtu: 1400 })
  await rt.link.set(l.index, l)
  await rt.link.add({ ...l, name: 'copy' })
  await rt.addr.add(addr)
  await rt.addr.replace(addr)
  await rt.addr.delete(addr)
  await rt.route.add(route)
  await rt.route.replace({ ...route, priority: 10 })
  await rt.route.delete(route)
  await rt.neigh.replace(neigh)
  await rt.rule.add(rule)
  await rt.rule.delete(rule)
}

// In a spec `undefined` means absent.
export const absent: [LinkSpec, RuleSpec] = [
  { name: undefined, mtu: undefined, up: undefined, info: undefined, master: undefined },
  { priority: undefined, table: undefined },
]
export const nested: LinkSpec = { info: { kind: 'vlan', id: undefined, protocol: undefined } }

// Several ways to write a value, where the kernel has them.
export const written: LinkSpec[] = [
  { link: 'eth0', info: { kind: 'vlan', id: 10 } },
  { link: 2, info: { kind: 'vlan', id: 10 } },
  { flags: ['up', 'noarp'] },
  { flags: 0x1043 },
  { up: true, promisc: true, allmulti: false, arp: true, multicast: false },
  { netns: 'blue' },
  { netns: { pid: 1 } },
  { netns: { fd: 3 } },
  { netns: { path: '/proc/1/ns/net' } },
  { netns: { nsid: 7 } },
  { name: 'v0', info: { kind: 'veth', peer: { name: 'v1', netns: 'blue', mtu: 1300 } } },
  { info: { kind: 'other', name: 'new-kind', data: new Uint8Array() } },
]

// What is no switch is no boolean.
export const numbers: RuleSpec[] = [
  { l3mdev: true, ipProto: 6, dscp: 46 },
  // @ts-expect-error: it is a protocol
  { ipProto: true },
  // @ts-expect-error: it is a code point
  { dscp: true },
]

// Misspelled and misplaced attributes do not compile.
export const misspelled: LinkSpec[] = [
  // @ts-expect-error: it is mtu
  { mut: 1400 },
  // @ts-expect-error: a vlan's id is a number
  { info: { kind: 'vlan', id: '10' } },
  // @ts-expect-error: it is id
  { info: { kind: 'vlan', vid: 10 } },
  // @ts-expect-error: a kind without a table is written as 'other'
  { info: { kind: 'nosuchkind' } },
  // @ts-expect-error: no flag is called that
  { flags: ['upp'] },
  // @ts-expect-error: a peer is a link
  { info: { kind: 'veth', peer: { nme: 'v1' } } },
  // @ts-expect-error: it is decided by the kernel and cannot be written
  { stats: {} },
]
export const state: NeighSpec = {
  dst: '192.0.2.1',
  // @ts-expect-error: no state is called that
  state: ['reachible'],
}
