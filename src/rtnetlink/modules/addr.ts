import { addrMessages, decodeAcAddr, decodeAddr, decodeMcAddr } from '../../generated/addr/decode.gen.js'
import {
  RTM_DELADDR,
  RTM_DELANYCAST,
  RTM_DELMULTICAST,
  RTM_NEWADDR,
  RTM_NEWANYCAST,
  RTM_NEWMULTICAST,
} from '../../generated/constants.gen.js'
import { addrMethods } from '../../objects/addr/methods.js'
import { addrRequests } from '../../objects/addr/requests.js'
import { acaddrMethods, mcaddrMethods } from '../../objects/mcast/methods.js'
import { acaddrRequests, mcaddrRequests } from '../../objects/mcast/requests.js'
import { objectEvents } from '../../request/events.js'

export const messages = addrMessages
export const requests = { addr: addrRequests, mcaddr: mcaddrRequests, acaddr: acaddrRequests }
export const methods = { addr: addrMethods, mcaddr: mcaddrMethods, acaddr: acaddrMethods }
export const events = [
  ...objectEvents('addr', RTM_NEWADDR, RTM_DELADDR, decodeAddr),
  ...objectEvents('mcaddr', RTM_NEWMULTICAST, RTM_DELMULTICAST, decodeMcAddr),
  ...objectEvents('acaddr', RTM_NEWANYCAST, RTM_DELANYCAST, decodeAcAddr),
]
export const decoders = { decodeAddr, decodeMcAddr, decodeAcAddr }
