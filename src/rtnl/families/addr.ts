import { addrMessages, decodeAddr } from '../../generated/addr.decode.gen.js'
import { RTM_DELADDR, RTM_NEWADDR } from '../../generated/constants.gen.js'
import { addrRequests } from '../addr.js'
import { happenings } from '../happenings.js'
import { addr } from '../verbs/addr.js'

export const messages = addrMessages
export const requests = { addr: addrRequests }
export const verbs = { addr }
export const events = happenings('addr', RTM_NEWADDR, RTM_DELADDR, decodeAddr)
export const decoders = { decodeAddr }
