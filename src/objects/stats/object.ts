import { RTM_NEWSTATS } from '../../generated/constants.gen.js'
import { decodeStats } from '../../generated/stats/decode.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { statsMethods } from './methods.js'
import { statsRequests } from './requests.js'

/** `rt.stats`: its builders, methods, events and decoders. */
export const statsObject = {
  requests: statsRequests,
  methods: statsMethods,
  events: objectEvents('stats', RTM_NEWSTATS, undefined, decodeStats),
  decoders: { decodeStats },
} satisfies KernelObject
