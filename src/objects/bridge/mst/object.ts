import type { KernelObject } from '../../../request/registry.js'
import { mstMethods } from './methods.js'
import { mstRequests } from './requests.js'

/** `rt.mst`: its builders, methods and decoders. Its changes are notifications of the link. */
export const mstObject = {
  requests: mstRequests,
  methods: mstMethods,
  events: [],
  decoders: {},
} satisfies KernelObject
