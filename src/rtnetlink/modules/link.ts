import { RTM_DELLINK, RTM_NEWLINK } from '../../generated/constants.gen.js'
import { decodeLink, linkMessages } from '../../generated/link/decode.gen.js'
import { linkMethods } from '../../objects/link/methods.js'
import { linkRequests } from '../../objects/link/requests.js'
import { objectEvents } from '../../request/events.js'

export { supports } from '../../objects/link/operations.js'

export const messages = linkMessages
export const requests = { link: linkRequests }
export const methods = { link: linkMethods }
export const events = objectEvents('link', RTM_NEWLINK, RTM_DELLINK, decodeLink)
export const decoders = { decodeLink }
