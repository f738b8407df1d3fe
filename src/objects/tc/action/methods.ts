import type { ActionSpec } from '../../../generated/tc/types.gen.js'
import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import type { Action } from './fields.js'
import { type ActionFilter, type ActionRef, actionRequests, type OneOrMore } from './requests.js'

/** Actions of traffic control that filters share: what `tc actions` does. */
export interface ActionMethods {
  /**
   * Gets an action; rejects with ENOENT when there is none, EINVAL when the kernel has not loaded the kind.
   * @example const { stats } = await rt.action.get({ kind: 'gact', index: 5 })
   */
  get(ref: ActionRef, options?: CallOptions): Promise<Action>
  /**
   * Lists the actions of a kind; none when the kernel has not loaded the kind.
   * @example const policers = await rt.action.list({ kind: 'police' })
   */
  list(filter: ActionFilter, options?: CallOptions): Promise<Action[]>
  /**
   * Streams the actions of a kind in bounded memory.
   * @example for await (const a of rt.action.dump({ kind: 'gact' })) console.log(a.index)
   */
  dump(filter: ActionFilter, options?: CallOptions): Dump<Action>
  /**
   * Adds an action, or up to 32 in one message, all or none; rejects with EEXIST when an index is taken, ENOENT when the kernel
   * lacks the kind. What follows (`parms.action`) is what tc lets follow, unless it is given.
   * @example await rt.action.add({ index: 5, options: { kind: 'mirred', parms: { eaction: 'egress-redir', ifindex: 'v1' } } })
   */
  add(specs: OneOrMore<ActionSpec>, options?: CallOptions): Promise<void>
  /**
   * Adds an action and answers with it.
   * @example const { index } = await rt.action.addAndGet({ options: { kind: 'gact', parms: { action: 'shot' } } })
   */
  addAndGet(spec: ActionSpec, options?: CallOptions): Promise<Action>
  /**
   * Adds actions or changes those that have the index.
   * @example await rt.action.replace({ index: 5, options: { kind: 'gact', parms: { action: 'ok' } } })
   */
  replace(specs: OneOrMore<ActionSpec>, options?: CallOptions): Promise<void>
  /**
   * Adds or changes an action and answers with it.
   * @example const { stats } = await rt.action.replaceAndGet({ index: 5, options: { kind: 'gact' } })
   */
  replaceAndGet(spec: ActionSpec, options?: CallOptions): Promise<Action>
  /**
   * Changes actions, as `tc actions change` does: the kernel makes one that is not there.
   * @example await rt.action.set({ index: 5, options: { kind: 'gact', parms: { action: 'shot' } } })
   */
  set(specs: OneOrMore<ActionSpec>, options?: CallOptions): Promise<void>
  /**
   * Deletes actions, all or none; rejects with ENOENT when one is not there, and with EPERM when a filter uses it. With `missingOk`
   * those that are there go, one by one.
   * @example await rt.action.delete({ kind: 'gact', index: 5 })
   */
  delete(refs: OneOrMore<ActionRef>, options?: DeleteOptions): Promise<void>
  /**
   * Deletes all actions of a kind, and answers with how many there were; rejects with EPERM at the first one that a filter uses,
   * when those before it are gone, and with EINVAL when the kernel has not loaded the kind.
   * @example await rt.action.flush({ kind: 'gact' })
   */
  flush(filter: { readonly kind: string }, options?: CallOptions): Promise<number>
}

/** The blocking twin of `ActionMethods`. */
export interface BlockingActionMethods extends Blocking<ActionMethods> {}

/** The tasks of `ActionMethods`, which both clients run. */
export const actionMethods: MethodTable<ActionMethods> = {
  get: (ref, options) => call(actionRequests.get(ref), options),
  list: (filter, options) => collect(actionRequests.dump(filter), options),
  dump: (filter, options) => stream(actionRequests.dump(filter), options),
  add: (specs, options) => call(actionRequests.add(specs), options),
  addAndGet: (spec, options) => call(actionRequests.addEcho(spec), options),
  replace: (specs, options) => call(actionRequests.replace(specs), options),
  replaceAndGet: (spec, options) => call(actionRequests.replaceEcho(spec), options),
  set: (specs, options) => call(actionRequests.set(specs), options),
  delete: (refs, options) =>
    remove(actionRequests.delete(refs), options, ['ENOENT', 'Specified TC action kind not found'], () =>
      Array.isArray(refs) && refs.length > 1 ? refs.map(actionRequests.delete) : [],
    ),
  flush: (filter, options) => ({
    do: 'request',
    request: actionRequests.flush(filter),
    options,
    map: count => (typeof count === 'number' ? count : 0),
  }),
}
