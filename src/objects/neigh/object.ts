import { AF_BRIDGE, RTM_DELNEIGH, RTM_NEWNEIGH } from '../../generated/constants.gen.js'
import { decodeFdb, decodeNeigh } from '../../generated/neigh/decode.gen.js'
import { type MakeEvent, objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { neighMethods } from './methods.js'
import { neighRequests } from './requests.js'

const fdbEvents = new Map(objectEvents('fdb', RTM_NEWNEIGH, RTM_DELNEIGH, decodeFdb))

/** Makes an `fdb` event of a neighbor of AF_BRIDGE, which is a forwarding entry, and a `neigh` event of any other. */
function byFamily([type, make]: readonly [number, MakeEvent]): readonly [number, MakeEvent] {
  return [
    type,
    (bytes, view, start, end) =>
      ((bytes[start] === AF_BRIDGE ? fdbEvents.get(type) : make) ?? make)(bytes, view, start, end),
  ]
}

/** `rt.neigh`: its builders, methods, events and decoders. */
export const neighObject = {
  requests: neighRequests,
  methods: neighMethods,
  events: objectEvents('neigh', RTM_NEWNEIGH, RTM_DELNEIGH, decodeNeigh).map(byFamily),
  decoders: { decodeNeigh },
} satisfies KernelObject
