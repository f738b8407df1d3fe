import { nsidMessages } from '../../generated/nsid/decode.gen.js'
import { nsidObject } from '../../objects/nsid/object.js'
import { objectModule } from '../../request/registry.js'

export const { messages, requests, methods, events, decoders } = objectModule(nsidMessages, { nsid: nsidObject })
