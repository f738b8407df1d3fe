import { RTM_DELTCLASS, RTM_NEWTCLASS } from '../../../generated/constants.gen.js'
import { decodeClass } from '../../../generated/tc/decode.gen.js'
import { objectEvents } from '../../../request/events.js'
import type { KernelObject } from '../../../request/registry.js'
import { classMethods } from './methods.js'
import { classRequests } from './requests.js'

/** `rt.class`: its builders, methods, events and decoders. */
export const classObject = {
  requests: classRequests,
  methods: classMethods,
  events: objectEvents('class', RTM_NEWTCLASS, RTM_DELTCLASS, decodeClass),
  decoders: { decodeClass },
} satisfies KernelObject
