import { RTM_DELVLAN, RTM_NEWVLAN } from '../../../generated/constants.gen.js'
import type { KernelObject } from '../../../request/registry.js'
import { groupedEvents } from '../events.js'
import { vlanMethods } from './methods.js'
import { decodeBridgeVlanGlobals, decodeBridgeVlans, vlanRequests } from './requests.js'

/** `rt.vlan`: its builders, methods, events and decoders. */
export const vlanObject = {
  requests: vlanRequests,
  methods: vlanMethods,
  events: groupedEvents(RTM_NEWVLAN, RTM_DELVLAN, { vlan: decodeBridgeVlans, vlanGlobal: decodeBridgeVlanGlobals }),
  decoders: { decodeBridgeVlans, decodeBridgeVlanGlobals },
} satisfies KernelObject
