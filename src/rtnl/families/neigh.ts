import { RTM_DELNEIGH, RTM_NEWNEIGH } from '../../generated/constants.gen.js'
import { decodeNeigh, decodeNeighTable, neighMessages } from '../../generated/neigh.decode.gen.js'
import { happenings } from '../happenings.js'
import { neighRequests } from '../neigh.js'
import { neighTableRequests } from '../neigh-table.js'
import { neigh } from '../verbs/neigh.js'
import { neighTable } from '../verbs/neigh-table.js'

export const messages = neighMessages
export const requests = { neigh: neighRequests, neighTable: neighTableRequests }
export const verbs = { neigh, neighTable }
export const events = happenings('neigh', RTM_NEWNEIGH, RTM_DELNEIGH, decodeNeigh)
export const decoders = { decodeNeigh, decodeNeighTable }
