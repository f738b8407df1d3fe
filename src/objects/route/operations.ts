import { NetlinkError } from '../../errors/netlink-error.js'
import { RT_TABLE_LOCAL, RT_TABLE_MAIN } from '../../generated/constants.gen.js'
import { decodeRoute } from '../../generated/route/decode.gen.js'
import type { Route, RouteSpec } from '../../generated/route/types.gen.js'
import { checkFlush } from '../../request/check-filter.js'
import { deleteAll } from '../../request/delete-all.js'
import { hasCode } from '../../request/ignore-missing.js'
import { type CallOptions, type Operation, rows, send } from '../../request/operation.js'
import { NLMSG_HDRLEN, viewOf } from '../../wire/nlmsghdr.js'
import { filterKeys, listToDelete, type RouteFilter, routeRequests } from './requests.js'

/** Deletes the routes that a filter finds, of the host's own addresses only when asked; a table that does not exist has none. */
export function* flushRoutes(filter: RouteFilter, options?: CallOptions): Operation<number> {
  checkFlush('route flush', filter, filterKeys, '{ table: 254 }')
  let found: Route[]
  try {
    found = yield* rows(listToDelete(filter), options)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0
    throw error
  }
  if ((filter.table ?? 0) === 0) found = found.filter(({ table }) => table !== RT_TABLE_LOCAL)
  return yield* deleteAll(
    found.map(route => routeRequests.delete(route)),
    ['ESRCH', 'ENODEV', 'ENOENT'],
    options,
  )
}

/**
 * Adds a route in place of another and answers with it: the kernel's echo, or a look afterwards. IPv4 says nothing where the first route of
 * this prefix, tos and metric is what it is to be (fib_table_insert).
 */
export function* replaceRoute(spec: RouteSpec, options?: CallOptions): Operation<Route> {
  const request = routeRequests.replaceEcho(spec)
  const echo: Route | undefined = yield* send(request, options)
  if (echo !== undefined) return echo
  const { bytes } = request
  const requested = decodeRoute(bytes, viewOf(bytes), NLMSG_HDRLEN, bytes.length)
  const table = requested?.table || RT_TABLE_MAIN
  // Kernels that do not check questions strictly give routes of all tables.
  const found = (yield* rows(routeRequests.dump({ family: requested?.family, table }), options)).find(
    route =>
      route.table === table &&
      route.dst === requested?.dst &&
      route.tos === requested.tos &&
      (route.priority ?? 0) === (requested.priority ?? 0),
  )
  if (found !== undefined) return found
  throw new NetlinkError({
    reason: 'protocol',
    code: 'ERR_NETLINK_UNEXPECTED_REPLY',
    detail: `the route to ${requested?.dst} was replaced and is not there`,
  })
}
