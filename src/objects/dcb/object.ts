import { RTM_GETDCB, RTM_SETDCB } from '../../generated/constants.gen.js'
import { decodeDcb } from '../../generated/dcb/decode.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { dcbMethods } from './methods.js'
import { dcbRequests } from './requests.js'

/** `rt.dcb`: its builders, methods, events and decoders. */
export const dcbObject = {
  requests: dcbRequests,
  methods: dcbMethods,
  events: [RTM_SETDCB, RTM_GETDCB].flatMap(type => objectEvents('dcb', type, undefined, decodeDcb)),
  decoders: { decodeDcb },
} satisfies KernelObject
