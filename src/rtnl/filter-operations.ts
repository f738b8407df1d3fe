import type { Filter, FilterSpec } from '../generated/tc.types.gen.js'
import { type FilterPlace, filterRequests } from './filter.js'
import { hasCode } from './missing.js'
import { type CallOptions, type Operation, rows, send } from './operation.js'
import { hasNumbers, ownActions } from './own-actions.js'
import type { Request } from './request.js'
import { kindOf } from './tc.js'

/**
 * Adds a filter and answers with it. Of kinds that have one filter a priority (matchall, cgroup) the kernel tells the priority alone;
 * then a look tells the rest. Their handle is 1 unless the spec gave another.
 */
export function* addFilter(spec: FilterSpec, options?: CallOptions): Operation<Filter> {
  const told = yield* send(filterRequests.addEcho(spec), options)
  return told.options === undefined ? yield* look(spec, told, options) : told
}

/** Changes a filter. */
export function setFilter(spec: FilterSpec, options?: CallOptions): Operation<void> {
  return change(filterRequests.set, spec, options)
}

/** Replaces a filter. */
export function replaceFilter(spec: FilterSpec, options?: CallOptions): Operation<void> {
  return change(filterRequests.replace, spec, options)
}

/**
 * Replaces a filter and answers with it, by a look afterwards: of a u32 filter the kernel tells what it was before (u32_change in
 * net/sched/cls_u32.c).
 */
export function* replaceAndGetFilter(spec: FilterSpec, options?: CallOptions): Operation<Filter> {
  return yield* look(spec, yield* change(filterRequests.replaceEcho, spec, options), options)
}

/** Sends a change of a filter, with actions of its own where it says something else of those that it has. */
function* change<T>(make: (spec: FilterSpec) => Request<T>, spec: FilterSpec, options?: CallOptions): Operation<T> {
  // What is wrong is refused before anything is asked.
  const request = make(spec)
  const own = yield* withOwnActions(spec, options)
  return yield* send(own === spec ? request : make(own), options)
}

function* look(spec: FilterSpec, told: Filter, options: CallOptions | undefined): Operation<Filter> {
  const handle = told.handle === 0 ? (spec.handle ?? 1) : told.handle
  return (yield* find({ ...told, handle }, options)) ?? told
}

/** Gives a filter. A get finds none of cgroup (cls_cgroup_get, net/sched/cls_cgroup.c), of which there is one in a priority. */
function* find(place: FilterPlace, options: CallOptions | undefined): Operation<Filter | undefined> {
  if (place.kind !== 'cgroup') return yield* send(filterRequests.get(place), options)
  const { dev, ifindex, parent, block, chain, priority, protocol, kind } = place
  const [found] = yield* rows(
    filterRequests.dump({ dev, ifindex, parent, block, chain, priority, protocol, kind }),
    options,
  )
  return found
}

function* withOwnActions(spec: FilterSpec, options: CallOptions | undefined): Operation<FilterSpec> {
  if (spec.options === undefined || !hasNumbers(spec.options)) return spec
  const now = yield* present(spec, options)
  return now?.options === undefined ? spec : { ...spec, options: ownActions(spec.options, now.options) }
}

/** The filter that a spec means; `undefined` where there is none. */
function* present(spec: FilterSpec, options: CallOptions | undefined): Operation<Filter | undefined> {
  const { dev, ifindex, parent, block, chain, priority, protocol, handle } = spec
  if (priority === undefined || priority === 0) return undefined
  try {
    return yield* find({ dev, ifindex, parent, block, chain, priority, protocol, handle, kind: kindOf(spec) }, options)
  } catch (error) {
    // The change itself says what is not there.
    if (hasCode(error, 'ENOENT', 'EINVAL', 'ENODEV')) return undefined
    throw error
  }
}
