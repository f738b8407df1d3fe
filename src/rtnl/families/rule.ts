import { RTM_DELRULE, RTM_NEWRULE } from '../../generated/constants.gen.js'
import { decodeRule, ruleMessages } from '../../generated/rule.decode.gen.js'
import { happenings } from '../happenings.js'
import { ruleRequests } from '../rule.js'
import { rule } from '../verbs/rule.js'

export const messages = ruleMessages
export const requests = { rule: ruleRequests }
export const verbs = { rule }
export const events = happenings('rule', RTM_NEWRULE, RTM_DELRULE, decodeRule)
export const decoders = { decodeRule }
