import type { NeighTableSpec } from '../generated/neigh.types.gen.js'
import { objectOf } from './build.js'
import { neighTableRequests } from './neigh-table.js'
import { type CallOptions, type Operation, rows, send } from './operation.js'

type Values = Readonly<Record<string, unknown>>

/**
 * Changes a neighbour table. Of one that was read (it knows its namespace-wide thresholds, or its link by index, and so on) only
 * what differs from the kernel's is sent: the kernel refuses all thresholds outside of the initial namespace.
 */
export function* setNeighTable(spec: NeighTableSpec, options?: CallOptions): Operation<void> {
  objectOf(spec, 'neighbour table set')
  const whole = neighTableRequests.set(spec)
  if (!('config' in spec)) return yield* send(whole, options)
  const found = yield* rows(neighTableRequests.dump({ family: spec.family, name: spec.name }), options)
  const now = found.find(table => table.parms?.ifindex === spec.parms?.ifindex)
  if (now === undefined) return yield* send(whole, options)
  const { parms, ...rest } = spec
  const changes = difference(rest as Values, now as unknown as Values)
  const parmChanges = difference((parms ?? {}) as Values, (now.parms ?? {}) as unknown as Values)
  if (Object.keys(changes).length + Object.keys(parmChanges).length === 0) return
  const { family, name } = spec
  yield* send(neighTableRequests.set({ family, name, ...changes, parms: parmChanges }), options)
}

/** Gives the values that are wanted and are not there; structs are the kernel's. */
function difference(wanted: Values, now: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => typeof value !== 'object' && value !== now[key]),
  )
}
