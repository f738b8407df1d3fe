import {
  RTM_DELNEXTHOP,
  RTM_DELNEXTHOPBUCKET,
  RTM_NEWNEXTHOP,
  RTM_NEWNEXTHOPBUCKET,
} from '../../generated/constants.gen.js'
import { decodeNexthopBucket, decodeNexthopObject } from '../../generated/route/decode.gen.js'
import { objectEvents } from '../../request/events.js'
import type { KernelObject } from '../../request/registry.js'
import { nexthopBucketMethods, nexthopMethods } from './methods.js'
import { nexthopBucketRequests, nexthopRequests } from './requests.js'

/** `rt.nexthop`: its builders, methods, events and decoders. */
export const nexthopObject = {
  requests: nexthopRequests,
  methods: nexthopMethods,
  events: objectEvents('nexthop', RTM_NEWNEXTHOP, RTM_DELNEXTHOP, decodeNexthopObject),
  decoders: { decodeNexthopObject },
} satisfies KernelObject

/** `rt.nexthopBucket`: its builders, methods, events and decoders. */
export const nexthopBucketObject = {
  requests: nexthopBucketRequests,
  methods: nexthopBucketMethods,
  events: objectEvents('nexthopBucket', RTM_NEWNEXTHOPBUCKET, RTM_DELNEXTHOPBUCKET, decodeNexthopBucket),
  decoders: { decodeNexthopBucket },
} satisfies KernelObject
