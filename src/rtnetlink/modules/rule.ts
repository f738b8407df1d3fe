import { ruleMessages } from '../../generated/rule/decode.gen.js'
import { ruleObject } from '../../objects/rule/object.js'
import { objectModule } from '../../request/registry.js'

export const { messages, requests, methods, events, decoders } = objectModule(ruleMessages, { rule: ruleObject })
