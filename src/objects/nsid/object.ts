import { RTM_DELNSID, RTM_NEWNSID } from '../../generated/constants.gen.js'
import { decodeNsid } from '../../generated/nsid/decode.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { nsidMethods } from './methods.js'
import { nsidRequests } from './requests.js'

/** `rt.nsid`: its builders, methods, events and decoders. */
export const nsidObject = {
  requests: nsidRequests,
  methods: nsidMethods,
  events: objectEvents('nsid', RTM_NEWNSID, RTM_DELNSID, decodeNsid),
  decoders: { decodeNsid },
} satisfies KernelObject
