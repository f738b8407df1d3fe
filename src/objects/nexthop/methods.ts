import type { NexthopBucket, NexthopObject, NexthopObjectSpec } from '../../generated/route/types.gen.js'
import { checkFlush } from '../../request/check-filter.js'
import { deleteAll } from '../../request/delete-all.js'
import { type DeleteOptions, remove } from '../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import {
  type CallOptions,
  call,
  callWith,
  collect,
  type Operation,
  rows,
  send,
  stream,
} from '../../request/operation.js'
import {
  flushKeys,
  listNexthops,
  type NexthopBucketFilter,
  type NexthopFilter,
  type NexthopFlush,
  type NexthopGetOptions,
  nexthopBucketRequests,
  nexthopRequests,
} from './requests.js'

/** Nexthop objects, which routes and forwarding entries name by their id: what `ip nexthop` does. */
export interface NexthopMethods {
  /**
   * Gets a nexthop by its id; rejects with ENOENT when there is none.
   * @example const { group } = await rt.nexthop.get(10)
   */
  get(id: number, options?: NexthopGetOptions & CallOptions): Promise<NexthopObject>
  /**
   * Lists nexthops.
   * @example const groups = await rt.nexthop.list({ groups: true, opFlags: ['dump-stats'] })
   */
  list(filter?: NexthopFilter, options?: CallOptions): Promise<NexthopObject[]>
  /**
   * Streams nexthops in bounded memory.
   * @example for await (const n of rt.nexthop.dump({ dev: 'v0' })) console.log(n.id, n.gateway)
   */
  dump(filter?: NexthopFilter, options?: CallOptions): Dump<NexthopObject>
  /**
   * Adds a nexthop: one with a gateway or link, a blackhole, or a group of others. The `weight` of a member is the kernel's, which is
   * less by 1 than what `ip nexthop` says: 0, or none, is a weight of 1, and 2 one of 3. Rejects with EEXIST when the id is taken,
   * ENETDOWN when the link is down, EINVAL with text for most else.
   * @example await rt.nexthop.add({ id: 1, gateway: '192.0.2.1', dev: 'v0' })
   */
  add(spec: NexthopObjectSpec, options?: CallOptions): Promise<void>
  /**
   * Adds a nexthop and answers with it; without an id the kernel chooses one.
   * @example const { id } = await rt.nexthop.addAndGet({ group: [{ id: 1 }, { id: 2, weight: 3 }] })
   */
  addAndGet(spec: NexthopObjectSpec, options?: CallOptions): Promise<NexthopObject>
  /**
   * Adds a nexthop or changes the one with this id: routes that use it follow at once.
   * @example await rt.nexthop.replace({ id: 1, gateway: '192.0.2.9', dev: 'v0' })
   */
  replace(spec: NexthopObjectSpec, options?: CallOptions): Promise<void>
  /**
   * Adds or changes a nexthop and answers with it.
   * @example await rt.nexthop.replaceAndGet({ id: 11, group: [{ id: 1 }], groupType: 'res', resGroup: { buckets: 8 } })
   */
  replaceAndGet(spec: NexthopObjectSpec, options?: CallOptions): Promise<NexthopObject>
  /**
   * Deletes a nexthop; rejects with ENOENT when there is none, unless `missingOk`. Routes that use it go too, and so do groups
   * that it was the last member of.
   * @example await rt.nexthop.delete(1)
   */
  delete(id: number, options?: DeleteOptions): Promise<void>
  /**
   * Deletes all nexthops that the filter finds and answers with how many there were; rejects with ERR_NETLINK_BAD_VALUE when it says
   * nothing: `{ family: 'unspec' }` means all.
   * @example await rt.nexthop.flush({ protocol: 'static' })
   */
  flush(filter: NexthopFlush, options?: CallOptions): Promise<number>
}

/** The blocking twin of `NexthopMethods`. */
export interface BlockingNexthopMethods extends Blocking<NexthopMethods> {}

/** The tasks of `NexthopMethods`, which both clients run. */
export const nexthopMethods: MethodTable<NexthopMethods> = {
  get: (id, options) => callWith(options, rest => nexthopRequests.get(id, rest)),
  list: (filter, options) => collect(nexthopRequests.dump(filter), options),
  dump: (filter, options) => stream(nexthopRequests.dump(filter), options),
  add: (spec, options) => call(nexthopRequests.add(spec), options),
  addAndGet: (spec, options) => call(nexthopRequests.addEcho(spec), options),
  replace: (spec, options) => call(nexthopRequests.replace(spec), options),
  replaceAndGet: (spec, options) => replaceNexthop(spec, options),
  delete: (id, options) => remove(nexthopRequests.delete(id), options, ['ENOENT']),
  flush: (filter, options) => flushNexthops(filter, options),
}

/** Buckets of resilient nexthop groups: what `ip nexthop bucket` does. */
export interface NexthopBucketMethods {
  /**
   * Gets a bucket by its group and index; rejects with ENOENT when there is none.
   * @example const { resBucket } = await rt.nexthopBucket.get(11, 0)
   */
  get(id: number, index: number, options?: CallOptions): Promise<NexthopBucket>
  /**
   * Lists buckets; rejects with ENOENT when the group does not exist.
   * @example const idle = (await rt.nexthopBucket.list({ id: 11 })).map(b => b.resBucket?.idleTime)
   */
  list(filter?: NexthopBucketFilter, options?: CallOptions): Promise<NexthopBucket[]>
  /**
   * Streams buckets in bounded memory.
   * @example for await (const b of rt.nexthopBucket.dump({ nhId: 1 })) console.log(b.id, b.resBucket?.index)
   */
  dump(filter?: NexthopBucketFilter, options?: CallOptions): Dump<NexthopBucket>
}

/** The blocking twin of `NexthopBucketMethods`. */
export interface BlockingNexthopBucketMethods extends Blocking<NexthopBucketMethods> {}

/** The tasks of `NexthopBucketMethods`, which both clients run. */
export const nexthopBucketMethods: MethodTable<NexthopBucketMethods> = {
  get: (id, index, options) => call(nexthopBucketRequests.get(id, index), options),
  list: (filter, options) => collect(nexthopBucketRequests.dump(filter), options),
  dump: (filter, options) => stream(nexthopBucketRequests.dump(filter), options),
}

/** Looks afterwards: the kernel echoes each route that uses the nexthop behind it (nexthop_replace_notify), as many as there are. */
function* replaceNexthop(spec: NexthopObjectSpec, options?: CallOptions): Operation<NexthopObject> {
  yield* send(nexthopRequests.replace(spec), options)
  // Without an id the kernel replaces none.
  return yield* send(nexthopRequests.get(spec.id ?? 0), options)
}

/** Deletes the nexthops that a filter finds; a group goes with its last member. */
function* flushNexthops(filter: NexthopFlush, options?: CallOptions): Operation<number> {
  checkFlush('nexthop flush', filter, flushKeys, "{ family: 'unspec' }")
  const found = yield* rows(listNexthops('nexthop flush', filter), options)
  return yield* deleteAll(
    found.map(({ id }) => nexthopRequests.delete(id)),
    ['ENOENT'],
    options,
  )
}
