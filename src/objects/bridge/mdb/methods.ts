import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import {
  type MdbEntry,
  type MdbEntrySpec,
  type MdbFilter,
  type MdbFlush,
  type MdbGroup,
  type MdbRouter,
  mdbRequests,
} from './requests.js'

/** Multicast groups of bridges and vxlans: what `bridge mdb` does. */
export interface MdbMethods {
  /**
   * Gets the members of a group, one entry a port; rejects with ENOENT when there is none.
   * @example const ports = (await rt.mdb.get({ dev: 'br0', addr: '239.1.1.1' })).map(m => m.port)
   */
  get(group: MdbGroup, options?: CallOptions): Promise<MdbEntry[]>
  /**
   * Lists the members of groups, of all bridges and vxlans unless `dev` says otherwise.
   * @example const members = await rt.mdb.list({ dev: 'br0', vid: 10 })
   */
  list(filter?: MdbFilter, options?: CallOptions): Promise<MdbEntry[]>
  /**
   * Streams the members of groups in bounded memory.
   * @example for await (const m of rt.mdb.dump()) console.log(m.addr, m.port)
   */
  dump(filter?: MdbFilter, options?: CallOptions): Dump<MdbEntry>
  /**
   * Lists the ports behind which multicast routers are.
   * @example const routers = await rt.mdb.routers({ dev: 'br0' })
   */
  routers(filter?: MdbFilter, options?: CallOptions): Promise<MdbRouter[]>
  /**
   * Adds a member to a group: a port of a bridge, without `port` the bridge itself, or a destination of a vxlan (permanent ones only).
   * Rejects with EEXIST when it is one, EINVAL when the bridge is down or does not snoop.
   * @example await rt.mdb.add({ dev: 'br0', port: 'v0', addr: '239.1.1.1', state: 'permanent', vid: 10 })
   */
  add(spec: MdbEntrySpec, options?: CallOptions): Promise<void>
  /**
   * Adds a member to a group or changes its filter mode, sources and destination.
   * @example await rt.mdb.replace({ dev: 'br0', port: 'v0', addr: '239.1.1.1', groupMode: 'include', srcList: { entry: [{ address: '192.0.2.7' }] } })
   */
  replace(spec: MdbEntrySpec, options?: CallOptions): Promise<void>
  /**
   * Takes a member from a group; rejects when it is none, a bridge with EINVAL and a vxlan with ENOENT, unless `missingOk`. An entry that
   * was read will do.
   * @example await rt.mdb.delete({ dev: 'br0', port: 'v0', addr: '239.1.1.1', vid: 10 })
   */
  delete(spec: MdbEntrySpec, options?: DeleteOptions): Promise<void>
  /**
   * Deletes all entries of a bridge or vxlan that match, in one request; rejects with EOPNOTSUPP where the kernel cannot.
   * @example await rt.mdb.flush({ dev: 'br0', port: 'v0', state: 'permanent' })
   */
  flush(match: MdbFlush, options?: CallOptions): Promise<void>
}

/** The blocking twin of `MdbMethods`. */
export interface BlockingMdbMethods extends Blocking<MdbMethods> {}

/** The tasks of `MdbMethods`, which both clients run. */
export const mdbMethods: MethodTable<MdbMethods> = {
  get: (group, options) => call(mdbRequests.get(group), options),
  list: (filter, options) => collect(mdbRequests.dump(filter), options),
  dump: (filter, options) => stream(mdbRequests.dump(filter), options),
  routers: (filter, options) => collect(mdbRequests.dumpRouters(filter), options),
  add: (spec, options) => call(mdbRequests.add(spec), options),
  replace: (spec, options) => call(mdbRequests.replace(spec), options),
  delete: (spec, options) => remove(mdbRequests.delete(spec), options, ['ENOENT', 'ENODEV', 'EINVAL without words']),
  flush: (match, options) => call(mdbRequests.flush(match), options),
}
