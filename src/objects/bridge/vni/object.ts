import { RTM_DELTUNNEL, RTM_NEWTUNNEL } from '../../../generated/constants.gen.js'
import type { KernelObject } from '../../../request/registry.js'
import { groupedEvents } from '../events.js'
import { tunnelMethods } from './methods.js'
import { decodeTunnelVnis, tunnelRequests } from './requests.js'

/** `rt.tunnel`: its builders, methods, events and decoders. */
export const tunnelObject = {
  requests: tunnelRequests,
  methods: tunnelMethods,
  events: groupedEvents(RTM_NEWTUNNEL, RTM_DELTUNNEL, { tunnel: decodeTunnelVnis }),
  decoders: { decodeTunnelVnis },
} satisfies KernelObject
