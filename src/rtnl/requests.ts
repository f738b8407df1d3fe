import { addrRequests } from './addr.js'
import { linkRequests } from './link.js'
import { neighRequests } from './neigh.js'
import { nsidRequests } from './nsid.js'
import { routeRequests } from './route.js'
import { ruleRequests } from './rule.js'

/**
 * Builds requests without sending them, one builder a verb: for `rt.bulk`, for keeping, for looking at the bytes.
 *
 * @example
 * const result = await rt.bulk(prefixes.map(dst => request.route.add({ dst, dev: 'v0' })))
 */
export const request = {
  link: linkRequests,
  addr: addrRequests,
  route: routeRequests,
  neigh: neighRequests,
  rule: ruleRequests,
  nsid: nsidRequests,
} as const
