import { RTM_DELCHAIN, RTM_NEWCHAIN } from '../../../generated/constants.gen.js'
import { decodeChain } from '../../../generated/tc/decode.gen.js'
import { objectEvents } from '../../../request/events.js'
import type { KernelObject } from '../../../request/registry.js'
import { chainMethods } from './methods.js'
import { chainRequests } from './requests.js'

/** `rt.chain`: its builders, methods, events and decoders. */
export const chainObject = {
  requests: chainRequests,
  methods: chainMethods,
  events: objectEvents('chain', RTM_NEWCHAIN, RTM_DELCHAIN, decodeChain),
  decoders: { decodeChain },
} satisfies KernelObject
