import { addrMessages, decodeAcAddr, decodeAddr, decodeMcAddr } from '../../generated/addr.decode.gen.js'
import {
  RTM_DELADDR,
  RTM_DELANYCAST,
  RTM_DELMULTICAST,
  RTM_NEWADDR,
  RTM_NEWANYCAST,
  RTM_NEWMULTICAST,
} from '../../generated/constants.gen.js'
import { addrRequests } from '../addr.js'
import { happenings } from '../happenings.js'
import { acaddrRequests, mcaddrRequests } from '../joined-addr.js'
import { addr } from '../verbs/addr.js'
import { acaddr, mcaddr } from '../verbs/joined-addr.js'

export const messages = addrMessages
export const requests = { addr: addrRequests, mcaddr: mcaddrRequests, acaddr: acaddrRequests }
export const verbs = { addr, mcaddr, acaddr }
export const events = [
  ...happenings('addr', RTM_NEWADDR, RTM_DELADDR, decodeAddr),
  ...happenings('mcaddr', RTM_NEWMULTICAST, RTM_DELMULTICAST, decodeMcAddr),
  ...happenings('acaddr', RTM_NEWANYCAST, RTM_DELANYCAST, decodeAcAddr),
]
export const decoders = { decodeAddr, decodeMcAddr, decodeAcAddr }
