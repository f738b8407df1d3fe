import { RTM_DELQDISC, RTM_DELTCLASS, RTM_NEWQDISC, RTM_NEWTCLASS } from '../../generated/constants.gen.js'
import { decodeClass, decodeQdisc, tcMessages } from '../../generated/tc.decode.gen.js'
import { actionRequests, decodeActions } from '../action.js'
import { actionEvents } from '../action-events.js'
import { classRequests } from '../class.js'
import { happenings } from '../happenings.js'
import { qdiscRequests } from '../qdisc.js'
import { action } from '../verbs/action.js'
import { classes } from '../verbs/class.js'
import { qdisc } from '../verbs/qdisc.js'

export const messages = tcMessages
export const requests = { qdisc: qdiscRequests, class: classRequests, action: actionRequests }
export const verbs = { qdisc, class: classes, action }
export const events = [
  ...happenings('qdisc', RTM_NEWQDISC, RTM_DELQDISC, decodeQdisc),
  ...happenings('class', RTM_NEWTCLASS, RTM_DELTCLASS, decodeClass),
  ...actionEvents,
]
export const decoders = { decodeQdisc, decodeClass, decodeActions }
