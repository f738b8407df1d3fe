import * as c from '../../generated/constants.gen.js'
import { decodeChain, decodeClass, decodeFilter, decodeQdisc, tcMessages } from '../../generated/tc.decode.gen.js'
import { actionRequests, decodeActions } from '../action.js'
import { actionEvents } from '../action-events.js'
import { chainRequests } from '../chain.js'
import { classRequests } from '../class.js'
import { filterRequests } from '../filter.js'
import { happenings } from '../happenings.js'
import { qdiscRequests } from '../qdisc.js'
import { action } from '../verbs/action.js'
import { chain } from '../verbs/chain.js'
import { classes } from '../verbs/class.js'
import { filter } from '../verbs/filter.js'
import { qdisc } from '../verbs/qdisc.js'

export const messages = tcMessages
export const requests = {
  qdisc: qdiscRequests,
  class: classRequests,
  filter: filterRequests,
  chain: chainRequests,
  action: actionRequests,
}
export const verbs = { qdisc, class: classes, filter, chain, action }
export const events = [
  ...happenings('qdisc', c.RTM_NEWQDISC, c.RTM_DELQDISC, decodeQdisc),
  ...happenings('class', c.RTM_NEWTCLASS, c.RTM_DELTCLASS, decodeClass),
  ...happenings('filter', c.RTM_NEWTFILTER, c.RTM_DELTFILTER, decodeFilter),
  ...happenings('chain', c.RTM_NEWCHAIN, c.RTM_DELCHAIN, decodeChain),
  ...actionEvents,
]
export const decoders = { decodeQdisc, decodeClass, decodeFilter, decodeChain, decodeActions }
