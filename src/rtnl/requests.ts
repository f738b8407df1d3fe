import type { FamilyName } from '../generated/registry.gen.js'
import type { actionRequests } from './action.js'
import type { addrRequests } from './addr.js'
import type { addrLabelRequests } from './addr-label.js'
import type { cfmRequests, mrpRequests, mstRequests } from './bridge-protocols.js'
import type { chainRequests } from './chain.js'
import type { classRequests } from './class.js'
import type { dcbRequests } from './dcb.js'
import { family, lazyTable } from './families.js'
import type { fdbRequests } from './fdb.js'
import type { filterRequests } from './filter.js'
import type { acaddrRequests, mcaddrRequests } from './joined-addr.js'
import type { linkRequests } from './link.js'
import type { mdbRequests } from './mdb.js'
import type { mrouteRequests } from './mroute.js'
import type { neighRequests } from './neigh.js'
import type { neighTableRequests } from './neigh-table.js'
import type { netconfRequests } from './netconf.js'
import type { nexthopBucketRequests, nexthopRequests } from './nexthop.js'
import type { nsidRequests } from './nsid.js'
import type { qdiscRequests } from './qdisc.js'
import type { routeRequests } from './route.js'
import type { ruleRequests } from './rule.js'
import type { statsRequests } from './stats.js'
import type { tunnelRequests } from './tunnel.js'
import type { vlanRequests } from './vlan.js'

/** Builders of requests, by object: of their files alone, whose types need none of Node's. */
export interface Requests {
  readonly link: typeof linkRequests
  readonly addr: typeof addrRequests
  readonly route: typeof routeRequests
  readonly neigh: typeof neighRequests
  readonly fdb: typeof fdbRequests
  readonly mdb: typeof mdbRequests
  readonly vlan: typeof vlanRequests
  readonly tunnel: typeof tunnelRequests
  readonly mst: typeof mstRequests
  readonly mrp: typeof mrpRequests
  readonly cfm: typeof cfmRequests
  readonly rule: typeof ruleRequests
  readonly nsid: typeof nsidRequests
  readonly qdisc: typeof qdiscRequests
  readonly class: typeof classRequests
  readonly filter: typeof filterRequests
  readonly chain: typeof chainRequests
  readonly stats: typeof statsRequests
  readonly dcb: typeof dcbRequests
  readonly action: typeof actionRequests
  readonly neighTable: typeof neighTableRequests
  readonly nexthop: typeof nexthopRequests
  readonly nexthopBucket: typeof nexthopBucketRequests
  readonly mroute: typeof mrouteRequests
  readonly mcaddr: typeof mcaddrRequests
  readonly acaddr: typeof acaddrRequests
  readonly addrLabel: typeof addrLabelRequests
  readonly netconf: typeof netconfRequests
}

/** Which family each object is loaded with. */
export const objectFamilies: { readonly [O in keyof Requests]: FamilyName } = {
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
export const objectNames = Object.keys(objectFamilies) as (keyof Requests)[]

/**
 * Builds requests without sending them, one builder a verb: for `rt.bulk`, for keeping, for looking at the bytes. A builder rejects
 * a bad value with ERR_NETLINK_BAD_VALUE (`fieldPath` names it), a wrong call with a TypeError.
 *
 * @example
 * const result = await rt.bulk(prefixes.map(dst => request.route.add({ dst, dev: 'v0' })))
 */
export const request = lazyTable<Requests>(objectNames, object => family(objectFamilies[object]).requests[object])
