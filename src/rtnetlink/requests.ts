import type { ModuleName } from '../generated/registry.gen.js'
import type { addrRequests } from '../objects/addr/requests.js'
import type { addrLabelRequests } from '../objects/addr-label/requests.js'
import type { cfmRequests } from '../objects/bridge/cfm/requests.js'
import type { fdbRequests } from '../objects/bridge/fdb/requests.js'
import type { mdbRequests } from '../objects/bridge/mdb/requests.js'
import type { mrpRequests } from '../objects/bridge/mrp/requests.js'
import type { mstRequests } from '../objects/bridge/mst/requests.js'
import type { vlanRequests } from '../objects/bridge/vlan/requests.js'
import type { tunnelRequests } from '../objects/bridge/vni/requests.js'
import type { dcbRequests } from '../objects/dcb/requests.js'
import type { linkRequests } from '../objects/link/requests.js'
import type { acaddrRequests, mcaddrRequests } from '../objects/mcast/requests.js'
import type { mrouteRequests } from '../objects/mroute/requests.js'
import type { neighRequests } from '../objects/neigh/requests.js'
import type { neighTableRequests } from '../objects/neigh-table/requests.js'
import type { netconfRequests } from '../objects/netconf/requests.js'
import type { nexthopBucketRequests, nexthopRequests } from '../objects/nexthop/requests.js'
import type { nsidRequests } from '../objects/nsid/requests.js'
import { registry } from '../objects/protocol.js'
import type { routeRequests } from '../objects/route/requests.js'
import type { ruleRequests } from '../objects/rule/requests.js'
import type { statsRequests } from '../objects/stats/requests.js'
import type { actionRequests } from '../objects/tc/action/requests.js'
import type { chainRequests } from '../objects/tc/chain/requests.js'
import type { classRequests } from '../objects/tc/class/requests.js'
import type { filterRequests } from '../objects/tc/filter/requests.js'
import type { qdiscRequests } from '../objects/tc/qdisc/requests.js'
import { lazyTable } from '../request/registry.js'

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
export const objectModules: { readonly [O in keyof Requests]: ModuleName } = {
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
export const objectNames = Object.keys(objectModules) as (keyof Requests)[]

/**
 * Builds requests without sending them, one builder a verb: for `rt.bulk`, for keeping, for looking at the bytes. A builder rejects
 * a bad value with ERR_NETLINK_BAD_VALUE (`fieldPath` names it), a wrong call with a TypeError.
 *
 * @example
 * const result = await rt.bulk(prefixes.map(dst => request.route.add({ dst, dev: 'v0' })))
 */
export const request = lazyTable<Requests>(
  objectNames,
  object => registry.module(objectModules[object]).requests[object],
)
