import { decodeAcAddr, decodeMcAddr } from '../../generated/addr/decode.gen.js'
import { RTM_DELANYCAST, RTM_DELMULTICAST, RTM_NEWANYCAST, RTM_NEWMULTICAST } from '../../generated/constants.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { acaddrMethods, mcaddrMethods } from './methods.js'
import { acaddrRequests, mcaddrRequests } from './requests.js'

/** `rt.mcaddr`: its builders, methods, events and decoders. */
export const mcaddrObject = {
  requests: mcaddrRequests,
  methods: mcaddrMethods,
  events: objectEvents('mcaddr', RTM_NEWMULTICAST, RTM_DELMULTICAST, decodeMcAddr),
  decoders: { decodeMcAddr },
} satisfies KernelObject

/** `rt.acaddr`: its builders, methods, events and decoders. */
export const acaddrObject = {
  requests: acaddrRequests,
  methods: acaddrMethods,
  events: objectEvents('acaddr', RTM_NEWANYCAST, RTM_DELANYCAST, decodeAcAddr),
  decoders: { decodeAcAddr },
} satisfies KernelObject
