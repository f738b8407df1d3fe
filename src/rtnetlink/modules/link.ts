import { linkMessages } from '../../generated/link/decode.gen.js'
import { linkObject } from '../../objects/link/object.js'
import { objectModule } from '../../request/registry.js'

export { supports } from '../../objects/link/operations.js'

export const { messages, requests, methods, events, decoders } = objectModule(linkMessages, { link: linkObject })
