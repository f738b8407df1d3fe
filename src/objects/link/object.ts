import { RTM_DELLINK, RTM_NEWLINK } from '../../generated/constants.gen.js'
import { decodeLink } from '../../generated/link/decode.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { linkMethods } from './methods.js'
import { linkRequests } from './requests.js'

/** `rt.link`: its builders, methods, events and decoders. */
export const linkObject = {
  requests: linkRequests,
  methods: linkMethods,
  events: objectEvents('link', RTM_NEWLINK, RTM_DELLINK, decodeLink),
  decoders: { decodeLink },
} satisfies KernelObject
