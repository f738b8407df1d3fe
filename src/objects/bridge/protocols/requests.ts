import type { BrState } from '../../../generated/common/types.gen.js'
import * as c from '../../../generated/constants.gen.js'
import { decodeLink } from '../../../generated/link/decode.gen.js'
import type {
  AfSpecByFamily,
  BridgeCfmAttrs,
  BridgeCfmSpec,
  BridgeMrpInfoAttrs,
  BridgeMrpInstanceSpec,
  BridgeMrpSpec,
  BridgeMstEntryAttrs,
  RtextFilter,
} from '../../../generated/link/types.gen.js'
import { linkRare } from '../../../generated/link-rare/lazy.gen.js'
import { objectOf } from '../../../request/build.js'
import { checkFields, checkFilter, linkRef } from '../../../request/check-filter.js'
import { type Request, Several } from '../../../request/request.js'
import { NLM_F_DUMP } from '../../../wire/nlmsghdr.js'
import type { OnLink } from '../../on-link.js'
import { build } from '../../protocol.js'
import { bridgeLink, withoutLink } from '../bridge-link.js'

/** The state of a port in a multiple spanning tree instance. */
export interface MstEntry extends BridgeMstEntryAttrs {
  /** The port. */
  ifindex: number
  msti: number
  state: BrState | number
}

/** The state of a port in a multiple spanning tree instance, as it is written. */
export interface MstEntrySpec extends OnLink {
  readonly msti: number
  readonly state: BrState | number
}

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

/** What a bridge says of connectivity fault management: lists whose members name their instance. */
export interface CfmBridge extends BridgeCfmAttrs {
  /** The bridge. */
  ifindex: number
}

/** What is told to a bridge about connectivity fault management. */
export type CfmSpec = OnLink & BridgeCfmSpec

/** Which links a list or dump is about. */
export interface BridgeFilter {
  readonly dev?: string | number | undefined
}

const place = new Set(['dev', 'ifindex'])

/** A dump of the bridge's links, of which one protocol's part is wanted. */
function dump<T extends { readonly ifindex: number }>(
  what: string,
  filter: BridgeFilter,
  extMask: readonly RtextFilter[],
  rows: (ifindex: number, afSpec: AfSpecByFamily) => readonly T[],
): Request<T> {
  checkFilter(what, filter, { dev: linkRef })
  const { dev } = filter
  return build<T>({
    type: c.RTM_GETLINK,
    flags: NLM_F_DUMP,
    header: { family: c.AF_BRIDGE },
    attrs: { extMask },
    filterLink: dev === undefined ? undefined : { ref: dev, field: 'dev' },
    what,
    spec: filter,
    decode: (bytes, view, start, end) => {
      const link = decodeLink(bytes, view, start, end)
      return link?.afSpec === undefined ? undefined : new Several(rows(link.index, link.afSpec))
    },
    wanted: ({ ifindex }, [index]) => dev === undefined || ifindex === (typeof dev === 'number' ? dev : index),
  })
}

function tell(what: string, type: number, spec: OnLink, afSpec: object): Request {
  return bridgeLink({ what, spec: objectOf(spec, what) }, type, spec, { afSpec })
}

/** Requests about multiple spanning trees. */
export const mstRequests = {
  /** Lists the states of ports in their instances. */
  dump: (filter: BridgeFilter = {}): Request<MstEntry> =>
    dump('mst list', filter, ['mst'], (ifindex, { mst }) =>
      (mst?.entry ?? []).map(entry => ({ ifindex, msti: 0, state: 0, ...entry })),
    ),

  /** Sets the state of a port in an instance. */
  set(spec: MstEntrySpec): Request {
    const { msti, state } = checkFields('mst set', spec, place, linkRare().bridgeMstEntryAttrs)
    // What is listed as instance 0 is the port's own state (br_set_state), and is told as that: the kernel takes instances from 1 on.
    if (msti === 0) return bridgeLink({ what: 'mst set', spec }, c.RTM_SETLINK, spec, { protinfo: { state } })
    return tell('mst set', c.RTM_SETLINK, spec, { mst: { entry: [{ msti, state }] } })
  },
} as const

/** Makes a ring or deletes it, by what makes it: the rest is told by `set`. */
function tellRing(what: string, type: number, spec: MrpRingSpec): Request {
  const tables = [linkRare().bridgeMrpInstanceAttrs, linkRare().bridgeMrpInfoAttrs]
  const { ringId, pIfindex, sIfindex, prio } = checkFields(what, spec, place, ...tables)
  return tell(what, type, spec, { mrp: { instance: { ringId, pIfindex, sIfindex, prio } } })
}

/** Requests about rings of the media redundancy protocol. */
export const mrpRequests = {
  /** Lists rings. */
  dump: (filter: BridgeFilter = {}): Request<MrpRing> =>
    dump('mrp list', filter, ['mrp'], (ifindex, { mrp }) =>
      (mrp?.info ?? []).map(info => ({ ifindex, ringId: 0, ...info })),
    ),

  /** Makes a ring. */
  add: (spec: MrpRingSpec): Request => tellRing('mrp add', c.RTM_SETLINK, spec),

  /** Tells a bridge or a port the roles and states of its rings, and to send tests. */
  set: (spec: MrpSpec): Request =>
    tell('mrp set', c.RTM_SETLINK, spec, { mrp: withoutLink(objectOf(spec, 'mrp set')) }),

  /** Deletes a ring. */
  delete: (spec: MrpRingSpec): Request => tellRing('mrp delete', c.RTM_DELLINK, spec),
} as const

/** Requests about connectivity fault management. */
export const cfmRequests = {
  /** Lists bridges with their maintenance end points: configuration and status. */
  dump: (filter: BridgeFilter = {}): Request<CfmBridge> =>
    dump('cfm list', filter, ['cfm-config', 'cfm-status'], (ifindex, { cfm }) =>
      cfm === undefined ? [] : [{ ifindex, ...cfm }],
    ),

  /** Makes, configures and deletes maintenance end points and their peers. */
  set: (spec: CfmSpec): Request =>
    tell('cfm set', c.RTM_SETLINK, spec, { cfm: withoutLink(objectOf(spec, 'cfm set')) }),
} as const
