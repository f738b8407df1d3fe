import { RTM_DELNEIGH, RTM_NEWNEIGH } from '../../generated/constants.gen.js'
import { decodeNeigh, decodeNeighTable, neighMessages } from '../../generated/neigh.decode.gen.js'
import { happenings } from '../happenings.js'
import { neighRequests } from '../neigh.js'
import { neigh } from '../verbs/neigh.js'

export const messages = neighMessages
export const requests = { neigh: neighRequests }
export const verbs = { neigh }
export const events = happenings('neigh', RTM_NEWNEIGH, RTM_DELNEIGH, decodeNeigh)
export const decoders = { decodeNeigh, decodeNeighTable }
