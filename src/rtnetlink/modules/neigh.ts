import { AF_BRIDGE, RTM_DELNEIGH, RTM_NEWNEIGH } from '../../generated/constants.gen.js'
import { decodeFdb, decodeNeigh, decodeNeighTable, neighMessages } from '../../generated/neigh/decode.gen.js'
import { fdbMethods } from '../../objects/bridge/fdb/methods.js'
import { fdbRequests } from '../../objects/bridge/fdb/requests.js'
import { neighMethods } from '../../objects/neigh/methods.js'
import { neighRequests } from '../../objects/neigh/requests.js'
import { neighTableMethods } from '../../objects/neigh-table/methods.js'
import { neighTableRequests } from '../../objects/neigh-table/requests.js'
import type { MakeEvent } from '../../request/events.js'
import { objectEvents } from '../../request/events.js'

const ofFdb = new Map(objectEvents('fdb', RTM_NEWNEIGH, RTM_DELNEIGH, decodeFdb))

/** Neighbours of AF_BRIDGE are forwarding entries. */
function byFamily([type, make]: readonly [number, MakeEvent]): readonly [number, MakeEvent] {
  return [
    type,
    (bytes, view, start, end) =>
      ((bytes[start] === AF_BRIDGE ? ofFdb.get(type) : make) ?? make)(bytes, view, start, end),
  ]
}

export const messages = neighMessages
export const requests = { neigh: neighRequests, neighTable: neighTableRequests, fdb: fdbRequests }
export const methods = { neigh: neighMethods, neighTable: neighTableMethods, fdb: fdbMethods }
export const events = objectEvents('neigh', RTM_NEWNEIGH, RTM_DELNEIGH, decodeNeigh).map(byFamily)
export const decoders = { decodeNeigh, decodeNeighTable, decodeFdb }
