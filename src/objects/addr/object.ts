import { decodeAddr } from '../../generated/addr/decode.gen.js'
import { RTM_DELADDR, RTM_NEWADDR } from '../../generated/constants.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { addrMethods } from './methods.js'
import { addrRequests } from './requests.js'

/** `rt.addr`: its builders, methods, events and decoders. */
export const addrObject = {
  requests: addrRequests,
  methods: addrMethods,
  events: objectEvents('addr', RTM_NEWADDR, RTM_DELADDR, decodeAddr),
  decoders: { decodeAddr },
} satisfies KernelObject
