import * as c from '../../generated/constants.gen.js'
import { decodeChain, decodeClass, decodeFilter, decodeQdisc, tcMessages } from '../../generated/tc/decode.gen.js'
import { actionEvents } from '../../objects/tc/action/events.js'
import { actionMethods } from '../../objects/tc/action/methods.js'
import { actionRequests, decodeActions } from '../../objects/tc/action/requests.js'
import { chainMethods } from '../../objects/tc/chain/methods.js'
import { chainRequests } from '../../objects/tc/chain/requests.js'
import { classMethods } from '../../objects/tc/class/methods.js'
import { classRequests } from '../../objects/tc/class/requests.js'
import { filterMethods } from '../../objects/tc/filter/methods.js'
import { filterRequests } from '../../objects/tc/filter/requests.js'
import { qdiscMethods } from '../../objects/tc/qdisc/methods.js'
import { qdiscRequests } from '../../objects/tc/qdisc/requests.js'
import { objectEvents } from '../../request/events.js'

export const messages = tcMessages
export const requests = {
  qdisc: qdiscRequests,
  class: classRequests,
  filter: filterRequests,
  chain: chainRequests,
  action: actionRequests,
}
export const methods = {
  qdisc: qdiscMethods,
  class: classMethods,
  filter: filterMethods,
  chain: chainMethods,
  action: actionMethods,
}
export const events = [
  ...objectEvents('qdisc', c.RTM_NEWQDISC, c.RTM_DELQDISC, decodeQdisc),
  ...objectEvents('class', c.RTM_NEWTCLASS, c.RTM_DELTCLASS, decodeClass),
  ...objectEvents('filter', c.RTM_NEWTFILTER, c.RTM_DELTFILTER, decodeFilter),
  ...objectEvents('chain', c.RTM_NEWCHAIN, c.RTM_DELCHAIN, decodeChain),
  ...actionEvents,
]
export const decoders = { decodeQdisc, decodeClass, decodeFilter, decodeChain, decodeActions }
