import { bridgeMessages } from '../../generated/bridge/decode.gen.js'
import { cfmMethods } from '../../objects/bridge/cfm/methods.js'
import { cfmRequests } from '../../objects/bridge/cfm/requests.js'
import { bridgeEvents } from '../../objects/bridge/events.js'
import { mdbMethods } from '../../objects/bridge/mdb/methods.js'
import { decodeMdbEntries, decodeMdbRouters, mdbRequests } from '../../objects/bridge/mdb/requests.js'
import { mrpMethods } from '../../objects/bridge/mrp/methods.js'
import { mrpRequests } from '../../objects/bridge/mrp/requests.js'
import { mstMethods } from '../../objects/bridge/mst/methods.js'
import { mstRequests } from '../../objects/bridge/mst/requests.js'
import { vlanMethods } from '../../objects/bridge/vlan/methods.js'
import { decodeBridgeVlanGlobals, decodeBridgeVlans, vlanRequests } from '../../objects/bridge/vlan/requests.js'
import { tunnelMethods } from '../../objects/bridge/vni/methods.js'
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
export const methods = {
  mdb: mdbMethods,
  vlan: vlanMethods,
  tunnel: tunnelMethods,
  mst: mstMethods,
  mrp: mrpMethods,
  cfm: cfmMethods,
}
export const events = bridgeEvents
export const decoders = {
  decodeMdbEntries,
  decodeMdbRouters,
  decodeBridgeVlans,
  decodeBridgeVlanGlobals,
  decodeTunnelVnis,
}
