import type { Filter, FilterSpec } from '../../../generated/tc/types.gen.js'
import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import { addFilter, replaceFilter, write } from './operations.js'
import { type FilterFilter, type FilterRef, filterRequests, noLocation } from './requests.js'

/** Filters of traffic control, which sort packets into classes or act on them: what `tc filter` does. */
export interface FilterMethods {
  /**
   * Gets a filter by its place, priority and handle; rejects with ENOENT when there is none, with EINVAL when its whole chain is gone.
   * The kernel finds no cgroup filter in this way.
   * @example const { options } = await rt.filter.get({ dev: 'v0', parent: 'ingress', priority: 10, handle: 1 })
   */
  get(ref: FilterRef, options?: CallOptions): Promise<Filter>
  /**
   * Lists the filters of one place, a link's root qdisc unless `parent` or `block` says otherwise; rejects with ERR_NETLINK_BAD_VALUE
   * without a link or block. u32 lists its hash tables too.
   * @example const filters = await rt.filter.list({ dev: 'v0', parent: 'ingress', chain: 0 })
   */
  list(filter: FilterFilter, options?: CallOptions): Promise<Filter[]>
  /**
   * Streams the filters of one place in bounded memory.
   * @example for await (const f of rt.filter.dump({ block: 22 })) console.log(f.priority, f.kind)
   */
  dump(filter: FilterFilter, options?: CallOptions): Dump<Filter>
  /**
   * Adds a filter for packets of every protocol unless `protocol` says otherwise; rejects with EEXIST when there is one of this handle.
   * Without `priority` it comes behind all others. A flower filter of a protocol looks for the same `keyEthType`; keys that the kernel
   * would pass over, as ports without `keyIpProto`, are refused with ERR_NETLINK_BAD_VALUE. An action that was read is the same
   * one, unless something else is said of it: then it is a new one.
   * @example await rt.filter.add({ dev: 'v0', parent: 'ingress', protocol: 'ip', options: { kind: 'flower', keyIpv4Dst: '192.0.2.1' } })
   */
  add(spec: FilterSpec, options?: CallOptions): Promise<void>
  /**
   * Adds a filter and answers with it, the priority and handle that the kernel chose included.
   * @example const { priority, handle } = await rt.filter.addAndGet({ dev: 'v0', parent: 'ingress', options: { kind: 'matchall' } })
   */
  addAndGet(spec: FilterSpec, options?: CallOptions): Promise<Filter>
  /**
   * Adds a filter, in the place of the one of its handle where there is one; rejects with EEXIST where that is of matchall, which the
   * kernel does not change. Of a u32 filter the kernel leaves `sel` and `mark` as they were, without a word. Actions are as for `add`.
   * @example await rt.filter.replace({ dev: 'v0', parent: '1:', priority: 1, handle: 1, options: { kind: 'basic', classid: '1:10' } })
   */
  replace(spec: FilterSpec, options?: CallOptions): Promise<void>
  /**
   * Replaces a filter and answers with it.
   * @example const { handle } = await rt.filter.replaceAndGet({ dev: 'v0', parent: '1:', priority: 2, options: { kind: 'basic' } })
   */
  replaceAndGet(spec: FilterSpec, options?: CallOptions): Promise<Filter>
  /**
   * Changes a filter, as `tc filter change` does; rejects with ENOENT when there is none, and always for cgroup. Most kinds take the
   * options as a whole. Matchall, u32 and actions are as for `replace`.
   * @example await rt.filter.set({ dev: 'v0', parent: '1:', priority: 1, handle: 1, options: { kind: 'basic', classid: '1:20' } })
   */
  set(spec: FilterSpec, options?: CallOptions): Promise<void>
  /**
   * Deletes a filter; without `handle` all of its priority, without `priority`, and then without `protocol` and `kind`, all of its chain.
   * Rejects with ENOENT when there is none, with EINVAL when its qdisc is gone, unless `missingOk`.
   * @example await rt.filter.delete({ dev: 'v0', parent: 'ingress', priority: 10, handle: 1, kind: 'flower' })
   */
  delete(ref: FilterRef, options?: DeleteOptions): Promise<void>
}

/** The blocking twin of `FilterMethods`. */
export interface BlockingFilterMethods extends Blocking<FilterMethods> {}

/** The tasks of `FilterMethods`, which both clients run. */
export const filterMethods: MethodTable<FilterMethods> = {
  get: (ref, options) => call(filterRequests.get(ref), options),
  list: (filter, options) => collect(filterRequests.dump(filter), options),
  dump: (filter, options) => stream(filterRequests.dump(filter), options),
  add: (spec, options) => write(filterRequests.add, spec, options),
  addAndGet: (spec, options) => addFilter(spec, options),
  replace: (spec, options) => write(filterRequests.replace, spec, options),
  replaceAndGet: (spec, options) => replaceFilter(spec, options),
  set: (spec, options) => write(filterRequests.set, spec, options),
  delete: (ref, options) => remove(filterRequests.delete(ref), options, noLocation),
}
