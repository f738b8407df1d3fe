import {
  RTM_DELNEXTHOP,
  RTM_DELNEXTHOPBUCKET,
  RTM_DELROUTE,
  RTM_NEWNEXTHOP,
  RTM_NEWNEXTHOPBUCKET,
  RTM_NEWROUTE,
} from '../../generated/constants.gen.js'
import {
  decodeNexthopBucket,
  decodeNexthopObject,
  decodeRoute,
  routeMessages,
} from '../../generated/route.decode.gen.js'
import { happenings } from '../happenings.js'
import { mrouteRequests } from '../mroute.js'
import { nexthopBucketRequests, nexthopRequests } from '../nexthop.js'
import { routeRequests } from '../route.js'
import { mroute } from '../verbs/mroute.js'
import { nexthop, nexthopBucket } from '../verbs/nexthop.js'
import { route } from '../verbs/route.js'

export const messages = routeMessages
export const requests = {
  route: routeRequests,
  nexthop: nexthopRequests,
  nexthopBucket: nexthopBucketRequests,
  mroute: mrouteRequests,
}
export const verbs = { route, nexthop, nexthopBucket, mroute }
export const events = [
  ...happenings('route', RTM_NEWROUTE, RTM_DELROUTE, decodeRoute),
  ...happenings('nexthop', RTM_NEWNEXTHOP, RTM_DELNEXTHOP, decodeNexthopObject),
  ...happenings('nexthopBucket', RTM_NEWNEXTHOPBUCKET, RTM_DELNEXTHOPBUCKET, decodeNexthopBucket),
]
export const decoders = { decodeRoute, decodeNexthopObject, decodeNexthopBucket }
