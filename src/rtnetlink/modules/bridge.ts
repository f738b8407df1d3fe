import { bridgeMessages } from '../../generated/bridge/decode.gen.js'
import { bridgeEvents } from '../../objects/bridge/events.js'
import { mdb } from '../../objects/bridge/mdb/methods.js'
import { decodeMdbEntries, decodeMdbRouters, mdbRequests } from '../../objects/bridge/mdb/requests.js'
import { cfm, mrp, mst } from '../../objects/bridge/protocols/methods.js'
import { cfmRequests, mrpRequests, mstRequests } from '../../objects/bridge/protocols/requests.js'
import { vlan } from '../../objects/bridge/vlan/methods.js'
import { decodeBridgeVlanGlobals, decodeBridgeVlans, vlanRequests } from '../../objects/bridge/vlan/requests.js'
import { tunnel } from '../../objects/bridge/vni/methods.js'
import { decodeTunnelVnis, tunnelRequests } from '../../objects/bridge/vni/requests.js'

export const messages = bridgeMessages
export const requests = {
  mdb: mdbRequests,
  vlan: vlanRequests,
  tunnel: tunnelRequests,
  mst: mstRequests,
  mrp: mrpRequests,
  cfm: cfmRequests,
}
export const verbs = { mdb, vlan, tunnel, mst, mrp, cfm }
export const events = bridgeEvents
export const decoders = {
  decodeMdbEntries,
  decodeMdbRouters,
  decodeBridgeVlans,
  decodeBridgeVlanGlobals,
  decodeTunnelVnis,
}
