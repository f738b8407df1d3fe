import type { Nsid } from '../../generated/nsid/types.gen.js'
import {
  type CallOptions,
  call,
  collect,
  type Operation,
  type Single,
  type Stream,
  send,
  stream,
} from '../../request/operation.js'
import type { NamespaceRef } from '../../request/request.js'
import { type NsidSpec, nsidRequests } from './requests.js'

/** Ids of other network namespaces in this one: what `ip netns set` and `ip netns list-id` do. */
export const nsid = {
  /**
   * Gives the id that a namespace has here, −1 when it has none.
   * @example const id = await rt.nsid.get('blue')
   */
  get: (netns: NamespaceRef, options?: CallOptions): Operation<number> => nsidOf(netns, options),
  /**
   * Lists the ids that are given here.
   * @example const ids = (await rt.nsid.list()).map(n => n.nsid)
   */
  list: (options?: CallOptions): Single<Nsid[]> => collect(nsidRequests.dump(), options),
  /**
   * Streams the ids that are given here.
   * @example for await (const n of rt.nsid.dump()) console.log(n.nsid)
   */
  dump: (options?: CallOptions): Stream<Nsid> => stream(nsidRequests.dump(), options),
  /**
   * Gives a namespace an id here, the kernel's choice without `nsid`; rejects with EEXIST when it has one.
   * @example await rt.nsid.add({ netns: 'blue', nsid: 7 })
   */
  add: (spec: NsidSpec, options?: CallOptions): Single<void> => call(nsidRequests.add(spec), options),
} as const

/** Gives the id of a namespace, −1 when it has none. */
function* nsidOf(netns: NamespaceRef, options?: CallOptions): Operation<number> {
  const { nsid } = yield* send(nsidRequests.get(netns), options)
  return nsid ?? -1
}
