import type { Fdb, FdbSpec } from '../../../generated/neigh/types.gen.js'
import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import { addFdb } from './operations.js'
import { type FdbFilter, type FdbFlush, type FdbRef, fdbRequests } from './requests.js'

/** Forwarding entries of bridges, vxlans and network cards: what `bridge fdb` does. */
export interface FdbMethods {
  /**
   * Gets the entry of a link-layer address, of a bridge (`master`, or a port of it as `dev`) or of what has it itself (`dev` with
   * `flags: ['self']`); rejects with ENOENT when there is none.
   * @example const { ifindex } = await rt.fdb.get({ master: 'br0', lladdr: '02:00:00:00:00:02' })
   */
  get(ref: FdbRef, options?: CallOptions): Promise<Fdb>
  /**
   * Lists forwarding entries, of all links unless `dev` or `master` says otherwise.
   * @example const learned = await rt.fdb.list({ master: 'br0', state: ['reachable', 'stale'] })
   */
  list(filter?: FdbFilter, options?: CallOptions): Promise<Fdb[]>
  /**
   * Streams forwarding entries in bounded memory.
   * @example for await (const f of rt.fdb.dump({ dev: 'vx0' })) console.log(f.lladdr, f.dst)
   */
  dump(filter?: FdbFilter, options?: CallOptions): Dump<Fdb>
  /**
   * Adds an entry; rejects with EEXIST when there is one. It is the device's own (NTF_SELF) unless `flags` say `master`, the bridge's,
   * and permanent unless `state` says `['noarp', 'reachable']` (static) or `['reachable']` (it ages).
   * @example await rt.fdb.add({ dev: 'v0', lladdr: '02:00:00:00:00:02', flags: ['master'], state: ['noarp', 'reachable'], vlan: 10 })
   */
  add(spec: FdbSpec, options?: CallOptions): Promise<void>
  /**
   * Adds an entry and answers with it.
   * @example const { state } = await rt.fdb.addAndGet({ dev: 'v0', lladdr: '02:00:00:00:00:02', flags: ['master'] })
   */
  addAndGet(spec: FdbSpec, options?: CallOptions): Promise<Fdb>
  /**
   * Adds an entry or changes it; of a vxlan the destinations of the address become this one.
   * @example await rt.fdb.replace({ dev: 'vx0', lladdr: '02:00:00:00:00:02', dst: '198.51.100.2', vni: 33 })
   */
  replace(spec: FdbSpec, options?: CallOptions): Promise<void>
  /**
   * Adds or changes an entry and answers with it.
   * @example await rt.fdb.replaceAndGet({ dev: 'vx0', lladdr: '02:00:00:00:00:02', dst: '2001:db8::2' })
   */
  replaceAndGet(spec: FdbSpec, options?: CallOptions): Promise<Fdb>
  /**
   * Adds a further destination of an address to a vxlan; of `00:00:00:00:00:00` those are where broadcasts go.
   * @example await rt.fdb.append({ dev: 'vx0', lladdr: '00:00:00:00:00:00', dst: '198.51.100.3' })
   */
  append(spec: FdbSpec, options?: CallOptions): Promise<void>
  /**
   * Deletes an entry; rejects with ENOENT when there is none, unless `missingOk`. An entry that was read will do.
   * @example await rt.fdb.delete({ dev: 'v0', lladdr: '02:00:00:00:00:02', flags: ['master'] })
   */
  delete(spec: FdbSpec, options?: DeleteOptions): Promise<void>
  /**
   * Deletes all entries of a bridge or vxlan that match, in one request; rejects with EOPNOTSUPP where the kernel cannot.
   * @example await rt.fdb.flush({ dev: 'br0', viaIfindex: 'v0', vlan: 10 })
   */
  flush(match: FdbFlush, options?: CallOptions): Promise<void>
}

/** The blocking twin of `FdbMethods`. */
export interface BlockingFdbMethods extends Blocking<FdbMethods> {}

/** The tasks of `FdbMethods`, which both clients run. */
export const fdbMethods: MethodTable<FdbMethods> = {
  get: (ref, options) => call(fdbRequests.get(ref), options),
  list: (filter, options) => collect(fdbRequests.dump(filter), options),
  dump: (filter, options) => stream(fdbRequests.dump(filter), options),
  add: (spec, options) => call(fdbRequests.add(spec), options),
  addAndGet: (spec, options) => addFdb(fdbRequests.add(spec), spec, options),
  replace: (spec, options) => call(fdbRequests.replace(spec), options),
  replaceAndGet: (spec, options) => addFdb(fdbRequests.replace(spec), spec, options),
  append: (spec, options) => call(fdbRequests.append(spec), options),
  delete: (spec, options) => remove(fdbRequests.delete(spec), options, ['ENOENT', 'ENODEV']),
  flush: (match, options) => call(fdbRequests.flush(match), options),
}
