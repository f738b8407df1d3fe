import type { Neigh, NeighSpec } from '../../generated/neigh/types.gen.js'
import { type DeleteOptions, remove } from '../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../request/operation.js'
import type { LinkRef } from '../link/requests.js'
import { addNeigh } from './operations.js'
import { type NeighFilter, neighRequests } from './requests.js'

/** Neighbours: what `ip neigh` does. */
export interface NeighMethods {
  /**
   * Gets the entry of an address on a link; rejects with ENOENT when there is none.
   * @example const { lladdr } = await rt.neigh.get({ dev: 'v0', dst: '192.0.2.2' })
   */
  get(
    spec: { readonly dev: LinkRef; readonly dst: string; readonly proxy?: boolean | undefined },
    options?: CallOptions,
  ): Promise<Neigh>
  /**
   * Lists neighbours.
   * @example const known = await rt.neigh.list({ dev: 'v0', state: ['reachable', 'stale'] })
   */
  list(filter?: NeighFilter, options?: CallOptions): Promise<Neigh[]>
  /**
   * Streams neighbours in bounded memory.
   * @example for await (const n of rt.neigh.dump()) console.log(n.dst, n.lladdr)
   */
  dump(filter?: NeighFilter, options?: CallOptions): Dump<Neigh>
  /**
   * Adds a neighbour, permanent unless `state` says otherwise; rejects with EEXIST when there is one.
   * @example await rt.neigh.add({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:02' })
   */
  add(spec: NeighSpec, options?: CallOptions): Promise<void>
  /**
   * Adds a neighbour and answers with it.
   * @example const { state } = await rt.neigh.addAndGet({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:02' })
   */
  addAndGet(spec: NeighSpec, options?: CallOptions): Promise<Neigh>
  /**
   * Adds a neighbour or changes it.
   * @example await rt.neigh.replace({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:03' })
   */
  replace(spec: NeighSpec, options?: CallOptions): Promise<void>
  /**
   * Adds or changes a neighbour and answers with it.
   * @example await rt.neigh.replaceAndGet({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:03' })
   */
  replaceAndGet(spec: NeighSpec, options?: CallOptions): Promise<Neigh>
  /**
   * Deletes a neighbour; rejects with ENOENT when there is none, unless `missingOk`.
   * @example await rt.neigh.delete({ dev: 'v0', dst: '192.0.2.2' })
   */
  delete(spec: NeighSpec, options?: DeleteOptions): Promise<void>
}

/** The blocking twin of `NeighMethods`. */
export interface BlockingNeighMethods extends Blocking<NeighMethods> {}

/** The tasks of `NeighMethods`, which both clients run. */
export const neighMethods: MethodTable<NeighMethods> = {
  get: (spec, options) => call(neighRequests.get(spec), options),
  list: (filter, options) => collect(neighRequests.dump(filter), options),
  dump: (filter, options) => stream(neighRequests.dump(filter), options),
  add: (spec, options) => call(neighRequests.add(spec), options),
  addAndGet: (spec, options) => addNeigh(neighRequests.add(spec), spec, options),
  replace: (spec, options) => call(neighRequests.replace(spec), options),
  replaceAndGet: (spec, options) => addNeigh(neighRequests.replace(spec), spec, options),
  delete: (spec, options) => remove(neighRequests.delete(spec), options, ['ENOENT', 'ENODEV']),
}
