import {
  RTM_DELADDRLABEL,
  RTM_DELNETCONF,
  RTM_NEWADDRLABEL,
  RTM_NEWCACHEREPORT,
  RTM_NEWNDUSEROPT,
  RTM_NEWNETCONF,
  RTM_NEWPREFIX,
} from '../../generated/constants.gen.js'
import {
  decodeAddrLabel,
  decodeCacheReport,
  decodeNdUserOpt,
  decodeNetconf,
  decodePrefixInfo,
  l3Messages,
} from '../../generated/l3/decode.gen.js'
import { addrLabelMethods } from '../../objects/addr-label/methods.js'
import { addrLabelRequests } from '../../objects/addr-label/requests.js'
import { netconfMethods } from '../../objects/netconf/methods.js'
import { netconfRequests } from '../../objects/netconf/requests.js'
import { objectEvents } from '../../request/events.js'

export const messages = l3Messages
export const requests = { addrLabel: addrLabelRequests, netconf: netconfRequests }
export const methods = { addrLabel: addrLabelMethods, netconf: netconfMethods }
export const events = [
  ...objectEvents('addrLabel', RTM_NEWADDRLABEL, RTM_DELADDRLABEL, decodeAddrLabel),
  ...objectEvents('netconf', RTM_NEWNETCONF, RTM_DELNETCONF, decodeNetconf),
  ...objectEvents('prefix', RTM_NEWPREFIX, undefined, decodePrefixInfo),
  ...objectEvents('ndUserOpt', RTM_NEWNDUSEROPT, undefined, decodeNdUserOpt),
  ...objectEvents('cacheReport', RTM_NEWCACHEREPORT, undefined, decodeCacheReport),
]
export const decoders = { decodeAddrLabel, decodeNetconf, decodePrefixInfo, decodeNdUserOpt, decodeCacheReport }
