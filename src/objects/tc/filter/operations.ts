import type { Filter, FilterSpec } from '../../../generated/tc/types.gen.js'
import { type CallOptions, call, type Operation, rows, send, type Task } from '../../../request/operation.js'
import type { Request } from '../../../request/request.js'
import { hasRead, withOwnActions } from '../action/builder-owned.js'
import { filterRequests } from './requests.js'

/** Is the verb that adds or changes a filter, with new actions where it says something else of those that were read. */
export function write(make: (spec: FilterSpec) => Request, spec: FilterSpec, options?: CallOptions): Task<void> {
  // What is wrong is refused before anything is asked.
  const request = make(spec)
  return hasRead(spec) ? writeWithActions(make, spec, options) : call(request, options)
}

function* writeWithActions<T>(
  make: (spec: FilterSpec) => Request<T>,
  spec: FilterSpec,
  options?: CallOptions,
): Operation<T> {
  const request = make(spec)
  return yield* send(hasRead(spec) ? make(yield* withOwnActions(spec, options)) : request, options)
}

/**
 * Adds a filter and answers with it. Of kinds that have one filter a priority (matchall, cgroup) the kernel tells the priority alone;
 * then a look tells the rest. Their handle is 1 unless the spec gave another.
 */
export function* addFilter(spec: FilterSpec, options?: CallOptions): Operation<Filter> {
  const event = yield* writeWithActions(filterRequests.addEcho, spec, options)
  return event.options === undefined ? yield* findAdded(spec, event, options) : event
}

/**
 * Replaces a filter and answers with it, by a look afterwards: of a u32 filter the kernel tells what it was before (u32_change in
 * net/sched/cls_u32.c).
 */
export function* replaceFilter(spec: FilterSpec, options?: CallOptions): Operation<Filter> {
  return yield* findAdded(spec, yield* writeWithActions(filterRequests.replaceEcho, spec, options), options)
}

function* findAdded(spec: FilterSpec, event: Filter, options: CallOptions | undefined): Operation<Filter> {
  const handle = event.handle === 0 ? (spec.handle ?? 1) : event.handle
  if (event.kind !== 'cgroup') return yield* send(filterRequests.get({ ...event, handle }), options)
  // A get finds no cgroup filter (cls_cgroup_get, net/sched/cls_cgroup.c); there is one in a priority.
  const { ifindex, parent, block, chain, priority, protocol, kind } = event
  const ref = { ifindex, parent, block, chain, priority, protocol, kind }
  const [found = event] = yield* rows(filterRequests.dump(ref), options)
  return found
}
