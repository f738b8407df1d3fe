import { addrMessages } from '../../generated/addr/decode.gen.js'
import { addrObject } from '../../objects/addr/object.js'
import { acaddrObject, mcaddrObject } from '../../objects/mcast/object.js'
import { objectModule } from '../../request/registry.js'

export const { messages, requests, methods, events, decoders } = objectModule(addrMessages, {
  mcaddr: mcaddrObject,
  acaddr: acaddrObject,
  addr: addrObject,
})
