import { RTM_DELTFILTER, RTM_NEWTFILTER } from '../../../generated/constants.gen.js'
import { decodeFilter } from '../../../generated/tc/decode.gen.js'
import { objectEvents } from '../../../request/events.js'
import type { KernelObject } from '../../../request/registry.js'
import { filterMethods } from './methods.js'
import { filterRequests } from './requests.js'

/** `rt.filter`: its builders, methods, events and decoders. */
export const filterObject = {
  requests: filterRequests,
  methods: filterMethods,
  events: objectEvents('filter', RTM_NEWTFILTER, RTM_DELTFILTER, decodeFilter),
  decoders: { decodeFilter },
} satisfies KernelObject
