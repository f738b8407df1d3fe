import { bridgeMessages } from '../../generated/bridge.decode.gen.js'
import { bridgeEvents } from '../bridge-events.js'
import { cfmRequests, mrpRequests, mstRequests } from '../bridge-protocols.js'
import { decodeMdbEntries, decodeMdbRouters, mdbRequests } from '../mdb.js'
import { decodeTunnelVnis, tunnelRequests } from '../tunnel.js'
import { cfm, mrp, mst } from '../verbs/bridge-protocols.js'
import { mdb } from '../verbs/mdb.js'
import { tunnel } from '../verbs/tunnel.js'
import { vlan } from '../verbs/vlan.js'
import { decodeBridgeVlanGlobals, decodeBridgeVlans, vlanRequests } from '../vlan.js'

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
