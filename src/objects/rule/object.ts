import { RTM_DELRULE, RTM_NEWRULE } from '../../generated/constants.gen.js'
import { decodeRule } from '../../generated/rule/decode.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { ruleMethods } from './methods.js'
import { ruleRequests } from './requests.js'

/** `rt.rule`: its builders, methods, events and decoders. */
export const ruleObject = {
  requests: ruleRequests,
  methods: ruleMethods,
  events: objectEvents('rule', RTM_NEWRULE, RTM_DELRULE, decodeRule),
  decoders: { decodeRule },
} satisfies KernelObject
