import type { KernelObject } from '../../../request/registry.js'
import { mrpMethods } from './methods.js'
import { mrpRequests } from './requests.js'

/** `rt.mrp`: its builders, methods and decoders. Its changes are notifications of the link. */
export const mrpObject = {
  requests: mrpRequests,
  methods: mrpMethods,
  events: [],
  decoders: {},
} satisfies KernelObject
