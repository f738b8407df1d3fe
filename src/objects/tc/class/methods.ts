import type { Class, ClassSpec } from '../../../generated/tc/types.gen.js'
import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import { type ClassFilter, type ClassRef, classRequests } from './requests.js'

/** Classes of classful queueing disciplines: what `tc class` does. */
export interface ClassMethods {
  /**
   * Gets a class; rejects with ENOENT when there is none. The kernel tells listeners to the group `tc` too.
   * @example const { stats2 } = await rt.class.get({ dev: 'v0', handle: '1:10' })
   */
  get(ref: ClassRef, options?: CallOptions): Promise<Class>
  /**
   * Lists the classes of a link, of one of its qdiscs, or those directly below a class.
   * @example const classes = await rt.class.list({ dev: 'v0', parent: '1:' })
   */
  list(filter: ClassFilter, options?: CallOptions): Promise<Class[]>
  /**
   * Streams classes in bounded memory.
   * @example for await (const c of rt.class.dump({ dev: 'v0' })) console.log(handleText(c.handle), c.kind)
   */
  dump(filter: ClassFilter, options?: CallOptions): Dump<Class>
  /**
   * Adds a class, whose `handle` must be given; rejects with EEXIST when there is one of this handle.
   * @example await rt.class.add({ dev: 'v0', parent: '1:', handle: '1:10', options: { kind: 'drr', quantum: 1500 } })
   */
  add(spec: ClassSpec, options?: CallOptions): Promise<void>
  /**
   * Adds a class and answers with it, what the kernel chose included.
   * @example const { options } = await rt.class.addAndGet({ dev: 'v0', parent: '1:', handle: '1:10', kind: 'drr' })
   */
  addAndGet(spec: ClassSpec, options?: CallOptions): Promise<Class>
  /**
   * Adds a class or changes it.
   * @example await rt.class.replace({ dev: 'v0', parent: '1:', handle: '1:10', options: { kind: 'drr', quantum: 3000 } })
   */
  replace(spec: ClassSpec, options?: CallOptions): Promise<void>
  /**
   * Adds or changes a class and answers with it.
   * @example await rt.class.replaceAndGet({ dev: 'v0', parent: '1:', handle: '1:10', options: { kind: 'drr', quantum: 3000 } })
   */
  replaceAndGet(spec: ClassSpec, options?: CallOptions): Promise<Class>
  /**
   * Changes a class; rejects with ENOENT when there is none.
   * @example await rt.class.set({ dev: 'v0', parent: '1:', handle: '1:10', options: { kind: 'drr', quantum: 3000 } })
   */
  set(spec: ClassSpec, options?: CallOptions): Promise<void>
  /**
   * Deletes a class; rejects with EBUSY while classes or filters hang on it, with ENOENT when there is none, with EINVAL where its qdisc
   * has none at all, unless `missingOk`.
   * @example await rt.class.delete({ dev: 'v0', handle: '1:10' })
   */
  delete(ref: ClassRef, options?: DeleteOptions): Promise<void>
}

/** The blocking twin of `ClassMethods`. */
export interface BlockingClassMethods extends Blocking<ClassMethods> {}

/** The tasks of `ClassMethods`, which both clients run. */
export const classMethods: MethodTable<ClassMethods> = {
  get: (ref, options) => call(classRequests.get(ref), options),
  list: (filter, options) => collect(classRequests.dump(filter), options),
  dump: (filter, options) => stream(classRequests.dump(filter), options),
  add: (spec, options) => call(classRequests.add(spec), options),
  addAndGet: (spec, options) => call(classRequests.addEcho(spec), options),
  replace: (spec, options) => call(classRequests.replace(spec), options),
  replaceAndGet: (spec, options) => call(classRequests.replaceEcho(spec), options),
  set: (spec, options) => call(classRequests.set(spec), options),
  delete: (ref, options) => remove(classRequests.delete(ref), options, ['ENOENT', 'ENODEV', 'EINVAL without words']),
}
