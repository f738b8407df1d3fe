import type { NeighTable, NeighTableSpec } from '../../generated/neigh/types.gen.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, collect, stream } from '../../request/operation.js'
import { setNeighTable } from './operations.js'
import { type NeighTableFilter, neighTableRequests } from './requests.js'

/** Neighbour tables and what they do on each link: what `ip ntable` does. Times are milliseconds, as bigint. */
export interface NeighTableMethods {
  /**
   * Lists neighbour tables: each as a whole, with `config` and `stats`, and for every link, with `parms.ifindex`.
   * @example const [arp] = await rt.neighTable.list({ name: 'arp_cache' })
   */
  list(filter?: NeighTableFilter, options?: CallOptions): Promise<NeighTable[]>
  /**
   * Streams neighbour tables in bounded memory.
   * @example for await (const t of rt.neighTable.dump({ family: 'inet6' })) console.log(t.parms?.ifindex)
   */
  dump(filter?: NeighTableFilter, options?: CallOptions): Dump<NeighTable>
  /**
   * Changes what a table does on a link: what is given is set. A table that was read may be given whole, then only what differs is
   * sent. Without a link it is about the table itself, which can be changed in the initial namespace: elsewhere it is ENOENT.
   * @example await rt.neighTable.set({ name: 'arp_cache', parms: { ifindex: 'v0', retransTime: 500n } })
   */
  set(spec: NeighTableSpec, options?: CallOptions): Promise<void>
}

/** The blocking twin of `NeighTableMethods`. */
export interface BlockingNeighTableMethods extends Blocking<NeighTableMethods> {}

/** The tasks of `NeighTableMethods`, which both clients run. */
export const neighTableMethods: MethodTable<NeighTableMethods> = {
  list: (filter, options) => collect(neighTableRequests.dump(filter), options),
  dump: (filter, options) => stream(neighTableRequests.dump(filter), options),
  set: (spec, options) => setNeighTable(spec, options),
}
