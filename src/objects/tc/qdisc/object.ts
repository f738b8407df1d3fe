import { RTM_DELQDISC, RTM_NEWQDISC } from '../../../generated/constants.gen.js'
import { decodeQdisc } from '../../../generated/tc/decode.gen.js'
import { objectEvents } from '../../../request/events.js'
import type { KernelObject } from '../../../request/registry.js'
import { qdiscMethods } from './methods.js'
import { qdiscRequests } from './requests.js'

/** `rt.qdisc`: its builders, methods, events and decoders. */
export const qdiscObject = {
  requests: qdiscRequests,
  methods: qdiscMethods,
  events: objectEvents('qdisc', RTM_NEWQDISC, RTM_DELQDISC, decodeQdisc),
  decoders: { decodeQdisc },
} satisfies KernelObject
