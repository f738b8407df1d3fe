import { statsMessages } from '../../generated/stats/decode.gen.js'
import { statsObject } from '../../objects/stats/object.js'
import { objectModule } from '../../request/registry.js'

export const { messages, requests, methods, events, decoders } = objectModule(statsMessages, { stats: statsObject })
