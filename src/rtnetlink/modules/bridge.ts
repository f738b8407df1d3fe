import { bridgeMessages } from '../../generated/bridge/decode.gen.js'
import { cfmObject } from '../../objects/bridge/cfm/object.js'
import { mdbObject } from '../../objects/bridge/mdb/object.js'
import { mrpObject } from '../../objects/bridge/mrp/object.js'
import { mstObject } from '../../objects/bridge/mst/object.js'
import { vlanObject } from '../../objects/bridge/vlan/object.js'
import { tunnelObject } from '../../objects/bridge/vni/object.js'
import { objectModule } from '../../request/registry.js'

export const { messages, requests, methods, events, decoders } = objectModule(bridgeMessages, {
  cfm: cfmObject,
  mdb: mdbObject,
  mrp: mrpObject,
  mst: mstObject,
  vlan: vlanObject,
  tunnel: tunnelObject,
})
