import { RTM_DELNETCONF, RTM_NEWNETCONF } from '../../generated/constants.gen.js'
import { decodeNetconf } from '../../generated/l3/decode.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { netconfMethods } from './methods.js'
import { netconfRequests } from './requests.js'

/** `rt.netconf`: its builders, methods, events and decoders. */
export const netconfObject = {
  requests: netconfRequests,
  methods: netconfMethods,
  events: objectEvents('netconf', RTM_NEWNETCONF, RTM_DELNETCONF, decodeNetconf),
  decoders: { decodeNetconf },
} satisfies KernelObject
