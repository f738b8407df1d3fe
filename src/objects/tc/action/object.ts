import type { KernelObject } from '../../../request/registry.js'
import { actionEvents } from './events.js'
import { actionMethods } from './methods.js'
import { actionRequests, decodeActions } from './requests.js'

/** `rt.action`: its builders, methods, events and decoders. */
export const actionObject = {
  requests: actionRequests,
  methods: actionMethods,
  events: actionEvents,
  decoders: { decodeActions },
} satisfies KernelObject
