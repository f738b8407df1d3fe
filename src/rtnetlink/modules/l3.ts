import { l3Messages } from '../../generated/l3/decode.gen.js'
import { addrLabelObject } from '../../objects/addr-label/object.js'
import { notifiedObjects } from '../../objects/nd/object.js'
import { netconfObject } from '../../objects/netconf/object.js'
import { objectModule } from '../../request/registry.js'

export const { messages, requests, methods, events, decoders } = objectModule(
  l3Messages,
  { addrLabel: addrLabelObject, netconf: netconfObject },
  notifiedObjects,
)
