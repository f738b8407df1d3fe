import { RTM_DELMDB, RTM_NEWMDB } from '../../../generated/constants.gen.js'
import type { KernelObject } from '../../../request/registry.js'
import { groupedEvents } from '../events.js'
import { mdbMethods } from './methods.js'
import { decodeMdbEntries, decodeMdbRouters, mdbRequests } from './requests.js'

/** `rt.mdb`: its builders, methods, events and decoders. */
export const mdbObject = {
  requests: mdbRequests,
  methods: mdbMethods,
  events: groupedEvents(RTM_NEWMDB, RTM_DELMDB, { mdb: decodeMdbEntries, mdbRouter: decodeMdbRouters }),
  decoders: { decodeMdbEntries, decodeMdbRouters },
} satisfies KernelObject
