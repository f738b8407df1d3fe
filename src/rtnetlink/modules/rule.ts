import { RTM_DELRULE, RTM_NEWRULE } from '../../generated/constants.gen.js'
import { decodeRule, ruleMessages } from '../../generated/rule/decode.gen.js'
import { ruleMethods } from '../../objects/rule/methods.js'
import { ruleRequests } from '../../objects/rule/requests.js'
import { objectEvents } from '../../request/events.js'

export const messages = ruleMessages
export const requests = { rule: ruleRequests }
export const methods = { rule: ruleMethods }
export const events = objectEvents('rule', RTM_NEWRULE, RTM_DELRULE, decodeRule)
export const decoders = { decodeRule }
