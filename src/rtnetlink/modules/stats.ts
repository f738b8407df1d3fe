import { RTM_NEWSTATS } from '../../generated/constants.gen.js'
import { decodeStats, statsMessages } from '../../generated/stats/decode.gen.js'
import { statsMethods } from '../../objects/stats/methods.js'
import { statsRequests } from '../../objects/stats/requests.js'
import { objectEvents } from '../../request/events.js'

export const messages = statsMessages
export const requests = { stats: statsRequests }
export const methods = { stats: statsMethods }
export const events = objectEvents('stats', RTM_NEWSTATS, undefined, decodeStats)
export const decoders = { decodeStats }
