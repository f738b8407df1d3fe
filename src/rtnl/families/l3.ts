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
} from '../../generated/l3.decode.gen.js'
import { addrLabelRequests } from '../addr-label.js'
import { happenings } from '../happenings.js'
import { netconfRequests } from '../netconf.js'
import { addrLabel } from '../verbs/addr-label.js'
import { netconf } from '../verbs/netconf.js'

export const messages = l3Messages
export const requests = { addrLabel: addrLabelRequests, netconf: netconfRequests }
export const verbs = { addrLabel, netconf }
export const events = [
  ...happenings('addrLabel', RTM_NEWADDRLABEL, RTM_DELADDRLABEL, decodeAddrLabel),
  ...happenings('netconf', RTM_NEWNETCONF, RTM_DELNETCONF, decodeNetconf),
  ...happenings('prefix', RTM_NEWPREFIX, undefined, decodePrefixInfo),
  ...happenings('ndUserOpt', RTM_NEWNDUSEROPT, undefined, decodeNdUserOpt),
  ...happenings('cacheReport', RTM_NEWCACHEREPORT, undefined, decodeCacheReport),
]
export const decoders = { decodeAddrLabel, decodeNetconf, decodePrefixInfo, decodeNdUserOpt, decodeCacheReport }
