import { RT_TABLE_LOCAL } from '../generated/constants.gen.js'
import type { Route } from '../generated/route.types.gen.js'
import { checkFlush } from './check-filter.js'
import { deleteAll } from './delete-all.js'
import { hasCode } from './missing.js'
import { type CallOptions, type Operation, rows } from './operation.js'
import { filterKeys, listToDelete, type RouteFilter, routeRequests } from './route.js'

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
