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
} from '../../generated/route/decode.gen.js'
import { mrouteMethods } from '../../objects/mroute/methods.js'
import { mrouteRequests } from '../../objects/mroute/requests.js'
import { nexthopBucketMethods, nexthopMethods } from '../../objects/nexthop/methods.js'
import { nexthopBucketRequests, nexthopRequests } from '../../objects/nexthop/requests.js'
import { routeMethods } from '../../objects/route/methods.js'
import { routeRequests } from '../../objects/route/requests.js'
import { objectEvents } from '../../request/events.js'

export const messages = routeMessages
export const requests = {
  route: routeRequests,
  nexthop: nexthopRequests,
  nexthopBucket: nexthopBucketRequests,
  mroute: mrouteRequests,
}
export const methods = {
  route: routeMethods,
  nexthop: nexthopMethods,
  nexthopBucket: nexthopBucketMethods,
  mroute: mrouteMethods,
}
export const events = [
  ...objectEvents('route', RTM_NEWROUTE, RTM_DELROUTE, decodeRoute),
  ...objectEvents('nexthop', RTM_NEWNEXTHOP, RTM_DELNEXTHOP, decodeNexthopObject),
  ...objectEvents('nexthopBucket', RTM_NEWNEXTHOPBUCKET, RTM_DELNEXTHOPBUCKET, decodeNexthopBucket),
]
export const decoders = { decodeRoute, decodeNexthopObject, decodeNexthopBucket }
