import * as c from '../../../generated/constants.gen.js'
import type { BridgeCfmAttrs, BridgeCfmSpec } from '../../../generated/link/types.gen.js'
import { objectOf } from '../../../request/build.js'
import type { Request } from '../../../request/request.js'
import type { OnLink } from '../../on-link.js'
import { withoutLink } from '../bridge-link.js'
import type { BridgeFilter } from '../protocol-dump.js'
import { changeProtocol, protocolDump } from '../protocol-dump.js'

/** What a bridge says of connectivity fault management: lists whose members name their instance. */
export interface CfmBridge extends BridgeCfmAttrs {
  /** The bridge. */
  ifindex: number
}

/** What is told to a bridge about connectivity fault management. */
export type CfmSpec = OnLink & BridgeCfmSpec

/** Requests about connectivity fault management. */
export const cfmRequests = {
  /** Lists bridges with their maintenance end points: configuration and status. */
  dump: (filter: BridgeFilter = {}): Request<CfmBridge> =>
    protocolDump('cfm list', filter, ['cfm-config', 'cfm-status'], (ifindex, { cfm }) =>
      cfm === undefined ? [] : [{ ifindex, ...cfm }],
    ),

  /** Makes, configures and deletes maintenance end points and their peers. */
  set: (spec: CfmSpec): Request =>
    changeProtocol('cfm set', c.RTM_SETLINK, spec, { cfm: withoutLink(objectOf(spec, 'cfm set')) }),
} as const
