import { RTM_DELADDRLABEL, RTM_NEWADDRLABEL } from '../../generated/constants.gen.js'
import { decodeAddrLabel } from '../../generated/l3/decode.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { addrLabelMethods } from './methods.js'
import { addrLabelRequests } from './requests.js'

/** `rt.addrLabel`: its builders, methods, events and decoders. */
export const addrLabelObject = {
  requests: addrLabelRequests,
  methods: addrLabelMethods,
  events: objectEvents('addrLabel', RTM_NEWADDRLABEL, RTM_DELADDRLABEL, decodeAddrLabel),
  decoders: { decodeAddrLabel },
} satisfies KernelObject
