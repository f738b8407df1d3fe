import type { KernelObject } from '../../../request/registry.js'
import { cfmMethods } from './methods.js'
import { cfmRequests } from './requests.js'

/** `rt.cfm`: its builders, methods and decoders. Its changes are notifications of the link. */
export const cfmObject = {
  requests: cfmRequests,
  methods: cfmMethods,
  events: [],
  decoders: {},
} satisfies KernelObject
