import { RTM_DELNSID, RTM_NEWNSID } from '../../generated/constants.gen.js'
import { decodeNsid, nsidMessages } from '../../generated/nsid/decode.gen.js'
import { nsidMethods } from '../../objects/nsid/methods.js'
import { nsidRequests } from '../../objects/nsid/requests.js'
import { objectEvents } from '../../request/events.js'

export const messages = nsidMessages
export const requests = { nsid: nsidRequests }
export const methods = { nsid: nsidMethods }
export const events = objectEvents('nsid', RTM_NEWNSID, RTM_DELNSID, decodeNsid)
export const decoders = { decodeNsid }
