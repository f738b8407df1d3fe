import { brStateEnum } from '../generated/common.tables.gen.js'
import { hasCode } from './missing.js'
import { type CallOptions, type Operation, rows, send } from './operation.js'
import type { Request } from './request.js'
import { type BridgeVlanSpec, vlanRequests } from './vlan.js'

const stateNumber = (state: string | number | undefined): unknown =>
  typeof state === 'string' ? brStateEnum.value(state) : state

/**
 * Adds or changes VLANs. A bridge with spanning tree instances has their states from those, and refuses to be told even the one that a
 * VLAN has, after it has made the VLAN (br_vlan_process_one_opts, net/bridge/br_vlan_options.c): then the rest is sent without it.
 */
export function* changeVlan(
  request: (spec: BridgeVlanSpec) => Request,
  spec: BridgeVlanSpec,
  options?: CallOptions,
): Operation<void> {
  try {
    return yield* send(request(spec), options)
  } catch (error) {
    if (spec?.state === undefined || !hasCode(error, 'EBUSY')) throw error
    const { dev = spec.ifindex, vid, range = vid } = spec
    const state = stateNumber(spec.state)
    const there = yield* rows(vlanRequests.dump({ dev }), options)
    const others = there.some(
      one => one.vid <= range && (one.range ?? one.vid) >= vid && stateNumber(one.state) !== state,
    )
    if (others) throw error
  }
  yield* send(request({ ...spec, state: undefined }), options)
}
