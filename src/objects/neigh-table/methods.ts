import type { NeighTable, NeighTableSpec } from '../../generated/neigh/types.gen.js'
import { type CallOptions, collect, type Operation, type Single, type Stream, stream } from '../../request/operation.js'
import { setNeighTable } from './operations.js'
import { type NeighTableFilter, neighTableRequests } from './requests.js'

/** Neighbour tables and what they do on each link: what `ip ntable` does. Times are milliseconds, as bigint. */
export const neighTable = {
  /**
   * Lists neighbour tables: each as a whole, with `config` and `stats`, and for every link, with `parms.ifindex`.
   * @example const [arp] = await rt.neighTable.list({ name: 'arp_cache' })
   */
  list: (filter?: NeighTableFilter, options?: CallOptions): Single<NeighTable[]> =>
    collect(neighTableRequests.dump(filter), options),
  /**
   * Streams neighbour tables in bounded memory.
   * @example for await (const t of rt.neighTable.dump({ family: 'inet6' })) console.log(t.parms?.ifindex)
   */
  dump: (filter?: NeighTableFilter, options?: CallOptions): Stream<NeighTable> =>
    stream(neighTableRequests.dump(filter), options),
  /**
   * Changes what a table does on a link: what is given is set. A table that was read may be given whole, then only what differs is
   * sent. Without a link it is about the table itself, which can be changed in the initial namespace: elsewhere it is ENOENT.
   * @example await rt.neighTable.set({ name: 'arp_cache', parms: { ifindex: 'v0', retransTime: 500n } })
   */
  set: (spec: NeighTableSpec, options?: CallOptions): Operation<void> => setNeighTable(spec, options),
} as const
