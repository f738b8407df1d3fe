import type { Nsid } from '../../generated/nsid/types.gen.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, call, collect, type Operation, send, stream } from '../../request/operation.js'
import type { NamespaceRef } from '../../request/request.js'
import { type NsidSpec, nsidRequests } from './requests.js'

/** Ids of other network namespaces in this one: what `ip netns set` and `ip netns list-id` do. */
export interface NsidMethods {
  /**
   * Gives the id that a namespace has here, −1 when it has none.
   * @example const id = await rt.nsid.get('blue')
   */
  get(netns: NamespaceRef, options?: CallOptions): Promise<number>
  /**
   * Lists the ids that are given here.
   * @example const ids = (await rt.nsid.list()).map(n => n.nsid)
   */
  list(options?: CallOptions): Promise<Nsid[]>
  /**
   * Streams the ids that are given here.
   * @example for await (const n of rt.nsid.dump()) console.log(n.nsid)
   */
  dump(options?: CallOptions): Dump<Nsid>
  /**
   * Gives a namespace an id here, the kernel's choice without `nsid`; rejects with EEXIST when it has one.
   * @example await rt.nsid.add({ netns: 'blue', nsid: 7 })
   */
  add(spec: NsidSpec, options?: CallOptions): Promise<void>
}

/** The blocking twin of `NsidMethods`. */
export interface BlockingNsidMethods extends Blocking<NsidMethods> {}

/** The tasks of `NsidMethods`, which both clients run. */
export const nsidMethods: MethodTable<NsidMethods> = {
  get: (netns, options) => nsidOf(netns, options),
  list: options => collect(nsidRequests.dump(), options),
  dump: options => stream(nsidRequests.dump(), options),
  add: (spec, options) => call(nsidRequests.add(spec), options),
}

/** Gives the id of a namespace, −1 when it has none. */
function* nsidOf(netns: NamespaceRef, options?: CallOptions): Operation<number> {
  const { nsid } = yield* send(nsidRequests.get(netns), options)
  return nsid ?? -1
}
