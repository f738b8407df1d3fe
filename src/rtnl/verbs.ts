import type { FamilyName } from '../generated/registry.gen.js'
import { family, lazyTable } from './families.js'
import type { CallOptions, Methods, Operation } from './operation.js'
import type { action } from './verbs/action.js'
import type { addr } from './verbs/addr.js'
import type { addrLabel } from './verbs/addr-label.js'
import type { cfm, mrp, mst } from './verbs/bridge-protocols.js'
import type { chain } from './verbs/chain.js'
import type { classes } from './verbs/class.js'
import type { dcb } from './verbs/dcb.js'
import type { fdb } from './verbs/fdb.js'
import type { filter } from './verbs/filter.js'
import type { acaddr, mcaddr } from './verbs/joined-addr.js'
import type { link } from './verbs/link.js'
import type { mdb } from './verbs/mdb.js'
import type { mroute } from './verbs/mroute.js'
import type { neigh } from './verbs/neigh.js'
import type { neighTable } from './verbs/neigh-table.js'
import type { netconf } from './verbs/netconf.js'
import type { nexthop, nexthopBucket } from './verbs/nexthop.js'
import type { nsid } from './verbs/nsid.js'
import type { qdisc } from './verbs/qdisc.js'
import type { route } from './verbs/route.js'
import type { rule } from './verbs/rule.js'
import type { stats } from './verbs/stats.js'
import type { tunnel } from './verbs/tunnel.js'
import type { vlan } from './verbs/vlan.js'

/** The objects of clients, each with its verbs. */
export type Objects = {
  readonly link: typeof link
  readonly addr: typeof addr
  readonly route: typeof route
  readonly neigh: typeof neigh
  readonly fdb: typeof fdb
  readonly mdb: typeof mdb
  readonly vlan: typeof vlan
  readonly tunnel: typeof tunnel
  readonly mst: typeof mst
  readonly mrp: typeof mrp
  readonly cfm: typeof cfm
  readonly rule: typeof rule
  readonly nsid: typeof nsid
  readonly qdisc: typeof qdisc
  readonly class: typeof classes
  readonly filter: typeof filter
  readonly chain: typeof chain
  readonly stats: typeof stats
  readonly dcb: typeof dcb
  readonly action: typeof action
  readonly neighTable: typeof neighTable
  readonly nexthop: typeof nexthop
  readonly nexthopBucket: typeof nexthopBucket
  readonly mroute: typeof mroute
  readonly mcaddr: typeof mcaddr
  readonly acaddr: typeof acaddr
  readonly addrLabel: typeof addrLabel
  readonly netconf: typeof netconf
}

/** Which family each object is loaded with. */
export const objectFamilies: { readonly [O in keyof Objects]: FamilyName } = {
  link: 'link',
  addr: 'addr',
  route: 'route',
  neigh: 'neigh',
  fdb: 'neigh',
  mdb: 'bridge',
  vlan: 'bridge',
  tunnel: 'bridge',
  mst: 'bridge',
  mrp: 'bridge',
  cfm: 'bridge',
  rule: 'rule',
  nsid: 'nsid',
  qdisc: 'tc',
  class: 'tc',
  filter: 'tc',
  chain: 'tc',
  stats: 'stats',
  dcb: 'dcb',
  action: 'tc',
  neighTable: 'neigh',
  nexthop: 'route',
  nexthopBucket: 'route',
  mroute: 'route',
  mcaddr: 'addr',
  acaddr: 'addr',
  addrLabel: 'l3',
  netconf: 'l3',
}

/** The names of all objects. */
export const objectNames = Object.keys(objectFamilies) as (keyof Objects)[]

/** Every object's verbs; a family is loaded when the first of its objects is touched. */
export const verbs = lazyTable<Objects>(objectNames, object => family(objectFamilies[object]).verbs[object])

/** The objects of a client, with promises. */
export interface Calls extends Methods<Objects> {
  /**
   * Tells whether the running kernel can make links of a kind, without making one; rejects with EPERM where no link may be made.
   * @example if (await rt.supports({ kind: 'wireguard' })) …
   */
  supports(what: { readonly kind: string }, options?: CallOptions): Promise<boolean>
}

/** Runs `supports`. */
export function supports(what: { readonly kind: string }, options?: CallOptions): Operation<boolean> {
  return (family('link') as typeof import('./families/link.js')).supports(what, options)
}
