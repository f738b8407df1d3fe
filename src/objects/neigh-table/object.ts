import { decodeNeighTable } from '../../generated/neigh/decode.gen.js'
import type { KernelObject } from '../../request/registry.js'
import { neighTableMethods } from './methods.js'
import { neighTableRequests } from './requests.js'

/** `rt.neighTable`: its builders, methods and decoders. The kernel sends no notifications about it. */
export const neighTableObject = {
  requests: neighTableRequests,
  methods: neighTableMethods,
  events: [],
  decoders: { decodeNeighTable },
} satisfies KernelObject
