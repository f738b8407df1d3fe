import { dcbMessages } from '../../generated/dcb/decode.gen.js'
import { dcbObject } from '../../objects/dcb/object.js'
import { objectModule } from '../../request/registry.js'

export const { messages, requests, methods, events, decoders } = objectModule(dcbMessages, { dcb: dcbObject })
