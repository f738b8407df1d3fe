import { routeMessages } from '../../generated/route/decode.gen.js'
import { mrouteObject } from '../../objects/mroute/object.js'
import { nexthopBucketObject, nexthopObject } from '../../objects/nexthop/object.js'
import { routeObject } from '../../objects/route/object.js'
import { objectModule } from '../../request/registry.js'

export const { messages, requests, methods, events, decoders } = objectModule(routeMessages, {
  route: routeObject,
  nexthop: nexthopObject,
  nexthopBucket: nexthopBucketObject,
  mroute: mrouteObject,
})
