import { RTM_NEWSTATS } from '../../generated/constants.gen.js'
import { decodeStats, statsMessages } from '../../generated/stats.decode.gen.js'
import { happenings } from '../happenings.js'
import { statsRequests } from '../stats.js'
import { stats } from '../verbs/stats.js'

export const messages = statsMessages
export const requests = { stats: statsRequests }
export const verbs = { stats }
export const events = happenings('stats', RTM_NEWSTATS, undefined, decodeStats)
export const decoders = { decodeStats }
