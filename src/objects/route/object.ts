import { RTM_DELROUTE, RTM_NEWROUTE } from '../../generated/constants.gen.js'
import { decodeRoute } from '../../generated/route/decode.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { routeMethods } from './methods.js'
import { routeRequests } from './requests.js'

/** `rt.route`: its builders, methods, events and decoders. */
export const routeObject = {
  requests: routeRequests,
  methods: routeMethods,
  events: objectEvents('route', RTM_NEWROUTE, RTM_DELROUTE, decodeRoute),
  decoders: { decodeRoute },
} satisfies KernelObject
