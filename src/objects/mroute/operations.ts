import { MAXVIFS, RT_TABLE_DEFAULT } from '../../generated/constants.gen.js'
import type { Link } from '../../generated/link/types.gen.js'
import type { NexthopSpec } from '../../generated/route/types.gen.js'
import { badField, objectOf } from '../../request/build.js'
import { type CallOptions, type Operation, rows, send } from '../../request/operation.js'
import type { linkRequests } from '../link/requests.js'
import { registry } from '../protocol.js'
import { type MrouteSpec, mrouteRequests } from './requests.js'

/**
 * Adds or changes a multicast route. Reading one tells its hops by link, writing one tells them by the position of the link among the
 * virtual interfaces of the table (ipmr_nla_get_ttls, net/ipv4/ipmr.c): those are looked up first.
 */
export function* replaceMroute(spec: MrouteSpec, options?: CallOptions): Operation<void> {
  const { multipath, table = RT_TABLE_DEFAULT } = objectOf(spec, 'mroute replace')
  // Made of what is given, though it is not what is sent: a field of a hop that is wrong is refused by its name.
  const given = mrouteRequests.replace(spec)
  if (multipath === undefined) return yield* send(given, options)
  const { link } = registry.module('link').requests as { readonly link: typeof linkRequests }
  const tables: Link[] = yield* rows(link.dump({ family: 'ipmr' }), options)
  const vifs = tables.find(({ afSpec }) => afSpec?.id === table)?.afSpec?.vifs?.vif ?? []
  const hops: NexthopSpec[] = []
  for (const [at, hop] of multipath.entries()) {
    const ref = hop.dev ?? hop.ifindex
    const index = typeof ref === 'string' ? (yield* send(link.get(ref), options)).index : ref
    const position = vifs.find(({ ifindex }) => ifindex === index)?.vifId
    // The list of hops is as long as the position says, which is a u32 of the kernel's.
    if (position === undefined || position >= MAXVIFS)
      throw badField(
        'mroute replace',
        spec,
        `multipath[${at}].${hop.dev === undefined ? 'ifindex' : 'dev'}`,
        'is no virtual interface',
      )
    while (hops.length <= position) hops.push({ hops: 0 })
    hops[position] = { hops: hop.hops ?? 1 }
  }
  yield* send(mrouteRequests.replace({ ...spec, multipath: hops }), options)
}
