import { RTM_DELROUTE, RTM_NEWROUTE } from '../../generated/constants.gen.js'
import { decodeRoute, routeMessages } from '../../generated/route.decode.gen.js'
import { happenings } from '../happenings.js'
import { routeRequests } from '../route.js'
import { route } from '../verbs/route.js'

export const messages = routeMessages
export const requests = { route: routeRequests }
export const verbs = { route }
export const events = happenings('route', RTM_NEWROUTE, RTM_DELROUTE, decodeRoute)
export const decoders = { decodeRoute }
