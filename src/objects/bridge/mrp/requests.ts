import * as c from '../../../generated/constants.gen.js'
import type { BridgeMrpInfoAttrs, BridgeMrpInstanceSpec, BridgeMrpSpec } from '../../../generated/link/types.gen.js'
import { linkRare } from '../../../generated/link-rare/lazy.gen.js'
import { objectOf } from '../../../request/build.js'
import { checkFields } from '../../../request/check-filter.js'
import type { Request } from '../../../request/request.js'
import type { OnLink } from '../../on-link.js'
import { withoutLink } from '../bridge-link.js'
import type { BridgeFilter } from '../protocol-dump.js'
import { changeProtocol, linkFields, protocolDump } from '../protocol-dump.js'

/** A ring of the media redundancy protocol. */
export interface MrpRing extends BridgeMrpInfoAttrs {
  /** The bridge. */
  ifindex: number
  ringId: number
}

/** What is told to a bridge (or, of port state and role, to a port) about its rings. */
export type MrpSpec = OnLink & Omit<BridgeMrpSpec, 'info'>

/** A ring to make or to delete; `ringId` names it. */
export interface MrpRingSpec extends OnLink, BridgeMrpInstanceSpec {
  readonly ringId: number
}

/** Makes a ring or deletes it, by what makes it: the rest is told by `set`. */
function tellRing(what: string, type: number, spec: MrpRingSpec): Request {
  const tables = [linkRare().bridgeMrpInstanceAttrs, linkRare().bridgeMrpInfoAttrs]
  const { ringId, pIfindex, sIfindex, prio } = checkFields(what, spec, linkFields, ...tables)
  return changeProtocol(what, type, spec, { mrp: { instance: { ringId, pIfindex, sIfindex, prio } } })
}

/** Requests about rings of the media redundancy protocol. */
export const mrpRequests = {
  /** Lists rings. */
  dump: (filter: BridgeFilter = {}): Request<MrpRing> =>
    protocolDump('mrp list', filter, ['mrp'], (ifindex, { mrp }) =>
      (mrp?.info ?? []).map(info => ({ ifindex, ringId: 0, ...info })),
    ),

  /** Makes a ring. */
  add: (spec: MrpRingSpec): Request => tellRing('mrp add', c.RTM_SETLINK, spec),

  /** Tells a bridge or a port the roles and states of its rings, and to send tests. */
  set: (spec: MrpSpec): Request =>
    changeProtocol('mrp set', c.RTM_SETLINK, spec, { mrp: withoutLink(objectOf(spec, 'mrp set')) }),

  /** Deletes a ring. */
  delete: (spec: MrpRingSpec): Request => tellRing('mrp delete', c.RTM_DELLINK, spec),
} as const
