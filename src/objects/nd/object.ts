import { RTM_NEWCACHEREPORT, RTM_NEWNDUSEROPT, RTM_NEWPREFIX } from '../../generated/constants.gen.js'
import { decodeCacheReport, decodeNdUserOpt, decodePrefixInfo } from '../../generated/l3/decode.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'

/** Objects that the kernel only notifies: router advertisements (`prefix`, `ndUserOpt`), and packets without a multicast route. */
export const notifiedObjects = {
  requests: {},
  methods: {},
  events: [
    ...objectEvents('prefix', RTM_NEWPREFIX, undefined, decodePrefixInfo),
    ...objectEvents('ndUserOpt', RTM_NEWNDUSEROPT, undefined, decodeNdUserOpt),
    ...objectEvents('cacheReport', RTM_NEWCACHEREPORT, undefined, decodeCacheReport),
  ],
  decoders: { decodePrefixInfo, decodeNdUserOpt, decodeCacheReport },
} satisfies KernelObject
