import { RTM_GETDCB, RTM_SETDCB } from '../../generated/constants.gen.js'
import { dcbMessages, decodeDcb } from '../../generated/dcb/decode.gen.js'
import { dcbMethods } from '../../objects/dcb/methods.js'
import { dcbRequests } from '../../objects/dcb/requests.js'
import { objectEvents } from '../../request/events.js'

export const messages = dcbMessages
export const requests = { dcb: dcbRequests }
export const methods = { dcb: dcbMethods }
// A change is told with the whole configuration, under the type of the command or of the question about it.
export const events = [RTM_SETDCB, RTM_GETDCB].flatMap(type => objectEvents('dcb', type, undefined, decodeDcb))
export const decoders = { decodeDcb }
