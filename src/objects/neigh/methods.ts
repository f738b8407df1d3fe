import type { Neigh, NeighSpec } from '../../generated/neigh/types.gen.js'
import { type DeleteOptions, remove } from '../../request/ignore-missing.js'
import {
  type CallOptions,
  call,
  collect,
  type Operation,
  type Single,
  type Stream,
  stream,
  type Task,
} from '../../request/operation.js'
import type { LinkRef } from '../link/requests.js'
import { addNeigh } from './operations.js'
import { type NeighFilter, neighRequests } from './requests.js'

/** Neighbours: what `ip neigh` does. */
export const neigh = {
  /**
   * Gets the entry of an address on a link; rejects with ENOENT when there is none.
   * @example const { lladdr } = await rt.neigh.get({ dev: 'v0', dst: '192.0.2.2' })
   */
  get: (
    spec: { readonly dev: LinkRef; readonly dst: string; readonly proxy?: boolean | undefined },
    options?: CallOptions,
  ): Single<Neigh> => call(neighRequests.get(spec), options),
  /**
   * Lists neighbours.
   * @example const known = await rt.neigh.list({ dev: 'v0', state: ['reachable', 'stale'] })
   */
  list: (filter?: NeighFilter, options?: CallOptions): Single<Neigh[]> => collect(neighRequests.dump(filter), options),
  /**
   * Streams neighbours in bounded memory.
   * @example for await (const n of rt.neigh.dump()) console.log(n.dst, n.lladdr)
   */
  dump: (filter?: NeighFilter, options?: CallOptions): Stream<Neigh> => stream(neighRequests.dump(filter), options),
  /**
   * Adds a neighbour, permanent unless `state` says otherwise; rejects with EEXIST when there is one.
   * @example await rt.neigh.add({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:02' })
   */
  add: (spec: NeighSpec, options?: CallOptions): Single<void> => call(neighRequests.add(spec), options),
  /**
   * Adds a neighbour and answers with it.
   * @example const { state } = await rt.neigh.addAndGet({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:02' })
   */
  addAndGet: (spec: NeighSpec, options?: CallOptions): Operation<Neigh> =>
    addNeigh(neighRequests.add(spec), spec, options),
  /**
   * Adds a neighbour or changes it.
   * @example await rt.neigh.replace({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:03' })
   */
  replace: (spec: NeighSpec, options?: CallOptions): Single<void> => call(neighRequests.replace(spec), options),
  /**
   * Adds or changes a neighbour and answers with it.
   * @example await rt.neigh.replaceAndGet({ dev: 'v0', dst: '192.0.2.2', lladdr: '02:00:00:00:00:03' })
   */
  replaceAndGet: (spec: NeighSpec, options?: CallOptions): Operation<Neigh> =>
    addNeigh(neighRequests.replace(spec), spec, options),
  /**
   * Deletes a neighbour; rejects with ENOENT when there is none, unless `missingOk`.
   * @example await rt.neigh.delete({ dev: 'v0', dst: '192.0.2.2' })
   */
  delete: (spec: NeighSpec, options?: DeleteOptions): Task<void> =>
    remove(neighRequests.delete(spec), options, ['ENOENT', 'ENODEV']),
} as const
