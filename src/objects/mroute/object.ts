import type { KernelObject } from '../../request/registry.js'
import { mrouteMethods } from './methods.js'
import { mrouteRequests } from './requests.js'

/** `rt.mroute`: its builders and methods. Its events are those of routes, and the `cacheReport` of l3 (RTM_NEWCACHEREPORT). */
export const mrouteObject = {
  requests: mrouteRequests,
  methods: mrouteMethods,
  events: [],
  decoders: {},
} satisfies KernelObject
