import type { Qdisc, QdiscSpec } from '../../../generated/tc/types.gen.js'
import type { DeleteOptions } from '../../../request/ignore-missing.js'
import { removed, takeMissingOk } from '../../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import { deleteQdisc, getQdisc, replaceAndGetQdisc, replaceQdisc, setQdisc } from './operations.js'
import { type QdiscFilter, type QdiscRef, qdiscRequests } from './requests.js'

/**
 * How the kernel says that there is no qdisc (tc_get_qdisc, net/sched/sch_api.c): where an ingress or clsact qdisc was it finds one without
 * a handle, and newer kernels have an error of its own for a parent that has no classes.
 */
const absentErrors: readonly string[] = ['ENOENT', 'ENODEV', 'Invalid handle', 'Parent qdisc is not classful']

/** Queueing disciplines: what `tc qdisc` does. */
export interface QdiscMethods {
  /**
   * Gets a qdisc by its handle or its parent, without both the root's; rejects with ENOENT when there is none, or none but what devices
   * and classes made for themselves, with EINVAL where an ingress or clsact qdisc was. The kernel tells listeners to the group `tc` too.
   * @example const { kind, stats2 } = await rt.qdisc.get({ dev: 'v0' })
   */
  get(ref: QdiscRef, options?: CallOptions): Promise<Qdisc>
  /**
   * Lists qdiscs, of all links unless `dev` says otherwise.
   * @example const shapers = await rt.qdisc.list({ dev: 'v0', kind: 'tbf' })
   */
  list(filter?: QdiscFilter, options?: CallOptions): Promise<Qdisc[]>
  /**
   * Streams qdiscs in bounded memory.
   * @example for await (const q of rt.qdisc.dump()) console.log(handleText(q.handle), q.kind)
   */
  dump(filter?: QdiscFilter, options?: CallOptions): Dump<Qdisc>
  /**
   * Adds a qdisc, at the root unless `parent` says otherwise; rejects with EEXIST when one of this kind is there. One of another kind
   * is replaced, by the kernel's rule for adds too.
   * @example await rt.qdisc.add({ dev: 'v0', handle: '1:', options: { kind: 'fq_codel', limit: 1000 } })
   */
  add(spec: QdiscSpec, options?: CallOptions): Promise<void>
  /**
   * Adds a qdisc and answers with it, the handle that the kernel chose included.
   * @example const { handle } = await rt.qdisc.addAndGet({ dev: 'v0', kind: 'fq_codel' })
   */
  addAndGet(spec: QdiscSpec, options?: CallOptions): Promise<Qdisc>
  /**
   * Puts a qdisc in the place of what is there; one of the same kind and handle is changed. Without a parent that is where a qdisc of
   * the handle is, else the root. Rejects with ERR_NETLINK_BAD_VALUE where one that is there has other blocks.
   * @example await rt.qdisc.replace({ dev: 'v0', kind: 'fq_codel' })
   */
  replace(spec: QdiscSpec, options?: CallOptions): Promise<void>
  /**
   * Replaces a qdisc and answers with it.
   * @example const { handle } = await rt.qdisc.replaceAndGet({ dev: 'v0', kind: 'fq_codel' })
   */
  replaceAndGet(spec: QdiscSpec, options?: CallOptions): Promise<Qdisc>
  /**
   * Changes a qdisc, as `tc qdisc change` does; of one that was read only what differs is sent. Rejects with ENOENT when there is
   * none. One of another kind is replaced, by the kernel's rule for changes too, unless a `handle` is given: then it rejects with EINVAL.
   * @example await rt.qdisc.set({ dev: 'v0', options: { kind: 'fq_codel', limit: 500 } })
   */
  set(spec: QdiscSpec, options?: CallOptions): Promise<void>
  /**
   * Deletes a qdisc, by its handle or its parent, without both the root's, and what hangs below it; the link's default takes the root.
   * Rejects with ENOENT when there is none, with EINVAL where one of another handle is, or an ingress or clsact qdisc was, unless
   * `missingOk`; with EINVAL when it is of another kind.
   * @example await rt.qdisc.delete({ dev: 'v0', parent: 'root' })
   */
  delete(ref: QdiscRef, options?: DeleteOptions): Promise<void>
}

/** The blocking twin of `QdiscMethods`. */
export interface BlockingQdiscMethods extends Blocking<QdiscMethods> {}

/** The tasks of `QdiscMethods`, which both clients run. */
export const qdiscMethods: MethodTable<QdiscMethods> = {
  get: (ref, options) => getQdisc(ref, options),
  list: (filter, options) => collect(qdiscRequests.dump(filter), options),
  dump: (filter, options) => stream(qdiscRequests.dump(filter), options),
  add: (spec, options) => call(qdiscRequests.add(spec), options),
  addAndGet: (spec, options) => call(qdiscRequests.addEcho(spec), options),
  replace: (spec, options) => replaceQdisc(spec, options),
  replaceAndGet: (spec, options) => replaceAndGetQdisc(spec, options),
  set: (spec, options) => setQdisc(spec, options),
  delete(ref, options) {
    const [missingOk, callOptions] = takeMissingOk(options)
    const deletion = deleteQdisc(ref, callOptions)
    return missingOk ? removed(deletion, absentErrors) : deletion
  },
}
