import { decodeFdb } from '../../../generated/neigh/decode.gen.js'
import type { KernelObject } from '../../../request/registry.js'
import { fdbMethods } from './methods.js'
import { fdbRequests } from './requests.js'

/** `rt.fdb`: its builders, methods and decoders. `neigh/object.ts` makes its events. */
export const fdbObject = {
  requests: fdbRequests,
  methods: fdbMethods,
  events: [],
  decoders: { decodeFdb },
} satisfies KernelObject
