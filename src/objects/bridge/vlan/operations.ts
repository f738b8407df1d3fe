import { brStateEnum } from '../../../generated/common/tables.gen.js'
import { hasCode } from '../../../request/ignore-missing.js'
import { type CallOptions, type Operation, rows, send } from '../../../request/operation.js'
import type { Request } from '../../../request/request.js'
import { type BridgeVlanSpec, vlanRequests } from './requests.js'

/** What the kernel refuses to be told although a VLAN has it, by the error that says so, and what that is of one VLAN. */
const rejected: readonly (readonly [
  code: string,
  field: 'state' | 'tunnelInfo',
  of: (vlan: Values, vid: number) => unknown,
])[] = [
  // A bridge with spanning tree instances has its states from those (br_vlan_process_one_opts, net/bridge/br_vlan_options.c).
  ['EBUSY', 'state', ({ state }) => (typeof state === 'string' ? brStateEnum.value(state) : state)],
  // A VLAN that has a tunnel takes no other (__vlan_tunnel_info_add, net/bridge/br_vlan_tunnel.c); those of a range are counted on.
  ['EEXIST', 'tunnelInfo', ({ tunnelInfo }, vid) => (tunnelInfo?.id ?? Number.NaN) - vid],
]

type Values = Pick<BridgeVlanSpec, 'state' | 'tunnelInfo'>

/** Adds or changes VLANs; the kernel tells of what it refuses when it has made them: the rest is sent without what they have already. */
export function* changeVlan(
  request: (spec: BridgeVlanSpec) => Request,
  spec: BridgeVlanSpec,
  options?: CallOptions,
): Operation<void> {
  try {
    return yield* send(request(spec), options)
  } catch (error) {
    const [, field, of] = rejected.find(([code, given]) => hasCode(error, code) && spec?.[given] !== undefined) ?? []
    if (field === undefined || of === undefined) throw error
    const { dev = spec.ifindex, vid, range = vid } = spec
    const there = yield* rows(vlanRequests.dump({ dev }), options)
    const overlapping = there.filter(one => one.vid <= range && (one.range ?? one.vid) >= vid)
    if (overlapping.some(one => of(one, one.vid) !== of(spec, vid))) throw error
    yield* changeVlan(request, { ...spec, [field]: undefined }, options)
  }
}
