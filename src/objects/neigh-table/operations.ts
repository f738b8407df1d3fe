import type { NeighTableSpec } from '../../generated/neigh/types.gen.js'
import { objectOf } from '../../request/build.js'
import { type CallOptions, type Operation, rows, send } from '../../request/operation.js'
import { neighTableRequests } from './requests.js'

type Values = Readonly<Record<string, unknown>>

/** What only the kernel says, and so what tells a table that was read; it differs from one look to the next. */
const found = ['refcnt', 'reachableTime']

/**
 * Changes a neighbour table. Of one that was read only what differs from the kernel's is sent: the kernel refuses all thresholds outside
 * of the initial namespace, and of the two lengths of a queue takes the last (neightbl_set).
 */
export function* setNeighTable(spec: NeighTableSpec, options?: CallOptions): Operation<void> {
  objectOf(spec, 'neighbour table set')
  const whole = neighTableRequests.set(spec)
  const { parms = {}, ...rest } = spec
  if (!('config' in spec || found.some(key => key in parms))) return yield* send(whole, options)
  const tables = yield* rows(neighTableRequests.dump({ family: spec.family, name: spec.name }), options)
  const now = tables.find(table => table.parms?.ifindex === spec.parms?.ifindex)
  if (now === undefined) return yield* send(whole, options)
  const changes = diff(rest as Values, now as unknown as Values)
  const parmChanges = diff(parms as Values, (now.parms ?? {}) as unknown as Values)
  if (Object.keys(changes).length + Object.keys(parmChanges).length === 0) return
  const { family, name } = spec
  const { ifindex } = parms
  yield* send(neighTableRequests.set({ family, name, ...changes, parms: { ifindex, ...parmChanges } }), options)
}

/** Gives the values that are wanted and are not there; structs are the kernel's. */
function diff(requested: Values, now: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(requested).filter(
      ([key, value]) => typeof value !== 'object' && value !== now[key] && !found.includes(key),
    ),
  )
}
