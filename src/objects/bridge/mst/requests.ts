import type { BrState } from '../../../generated/common/types.gen.js'
import * as c from '../../../generated/constants.gen.js'
import type { BridgeMstEntryAttrs } from '../../../generated/link/types.gen.js'
import { linkRare } from '../../../generated/link-rare/lazy.gen.js'
import { checkFields } from '../../../request/check-filter.js'
import type { Request } from '../../../request/request.js'
import type { OnLink } from '../../on-link.js'
import { bridgeLink } from '../bridge-link.js'
import type { BridgeFilter } from '../protocol-dump.js'
import { changeProtocol, linkFields, protocolDump } from '../protocol-dump.js'

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

/** Requests about multiple spanning trees. */
export const mstRequests = {
  /** Lists the states of ports in their instances. */
  dump: (filter: BridgeFilter = {}): Request<MstEntry> =>
    protocolDump('mst list', filter, ['mst'], (ifindex, { mst }) =>
      (mst?.entry ?? []).map(entry => ({ ifindex, msti: 0, state: 0, ...entry })),
    ),

  /** Sets the state of a port in an instance. */
  set(spec: MstEntrySpec): Request {
    const { msti, state } = checkFields('mst set', spec, linkFields, linkRare().bridgeMstEntryAttrs)
    // What is listed as instance 0 is the port's own state (br_set_state), and is told as that: the kernel takes instances from 1 on.
    if (msti === 0) return bridgeLink({ what: 'mst set', spec }, c.RTM_SETLINK, spec, { protinfo: { state } })
    return changeProtocol('mst set', c.RTM_SETLINK, spec, { mst: { entry: [{ msti, state }] } })
  },
} as const
