import { tcMessages } from '../../generated/tc/decode.gen.js'
import { actionObject } from '../../objects/tc/action/object.js'
import { chainObject } from '../../objects/tc/chain/object.js'
import { classObject } from '../../objects/tc/class/object.js'
import { filterObject } from '../../objects/tc/filter/object.js'
import { qdiscObject } from '../../objects/tc/qdisc/object.js'
import { objectModule } from '../../request/registry.js'

export const { messages, requests, methods, events, decoders } = objectModule(tcMessages, {
  qdisc: qdiscObject,
  class: classObject,
  filter: filterObject,
  chain: chainObject,
  action: actionObject,
})
