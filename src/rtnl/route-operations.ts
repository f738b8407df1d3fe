import type { Route } from '../generated/route.types.gen.js'
import { checkFlush } from './check-filter.js'
import { deleteAll } from './delete-all.js'
import { hasCode } from './missing.js'
import { type CallOptions, type Operation, rows } from './operation.js'
import { filterKeys, type RouteFilter, routeRequests } from './route.js'

/** Deletes the routes that a filter finds; a table that does not exist has none. */
export function* flushRoutes(filter: RouteFilter, options?: CallOptions): Operation<number> {
  checkFlush('route flush', filter, filterKeys, '{ table: 254 }')
  let found: Route[]
  try {
    found = yield* rows(routeRequests.dump(filter), options)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0
    throw error
  }
  return yield* deleteAll(
    found.map(route => routeRequests.delete(route)),
    ['ESRCH', 'ENODEV', 'ENOENT'],
    options,
  )
}
