import type { Addr, AddrSpec } from '../../generated/addr/types.gen.js'
import { type DeleteOptions, remove } from '../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../request/operation.js'
import { addAddr, flushAddrs } from './operations.js'
import { type AddrFilter, type AddrFlush, addrRequests } from './requests.js'

/** IP addresses: what `ip addr` does. */
export interface AddrMethods {
  /**
   * Lists addresses.
   * @example const mine = await rt.addr.list({ dev: 'v0' })
   */
  list(filter?: AddrFilter, options?: CallOptions): Promise<Addr[]>
  /**
   * Streams addresses in bounded memory.
   * @example for await (const a of rt.addr.dump({ family: 'inet6' })) console.log(a.address)
   */
  dump(filter?: AddrFilter, options?: CallOptions): Dump<Addr>
  /**
   * Adds an address; rejects with EEXIST when the link has it, EACCES for IPv6 where disable_ipv6 is set. It is valid for ever, and
   * preferred as long as it is valid, where `cacheinfo` does not say otherwise.
   * @example await rt.addr.add({ dev: 'v0', address: '192.0.2.1/24' })
   */
  add(spec: AddrSpec, options?: CallOptions): Promise<void>
  /**
   * Adds an address and answers with it.
   * @example const { cacheinfo } = await rt.addr.addAndGet({ dev: 'v0', address: '2001:db8::1/64' })
   */
  addAndGet(spec: AddrSpec, options?: CallOptions): Promise<Addr>
  /**
   * Adds an address or changes its flags and lifetimes.
   * @example await rt.addr.replace({ dev: 'v0', address: '192.0.2.1/24', cacheinfo: { valid: 600, prefered: 300 } })
   */
  replace(spec: AddrSpec, options?: CallOptions): Promise<void>
  /**
   * Adds or changes an address and answers with it.
   * @example await rt.addr.replaceAndGet({ dev: 'v0', address: '192.0.2.1/24' })
   */
  replaceAndGet(spec: AddrSpec, options?: CallOptions): Promise<Addr>
  /**
   * Deletes an address; rejects with EADDRNOTAVAIL when the link has it not, unless `missingOk`.
   * @example await rt.addr.delete({ dev: 'v0', address: '192.0.2.1/24' })
   */
  delete(spec: AddrSpec, options?: DeleteOptions): Promise<void>
  /**
   * Deletes all addresses that the filter finds and answers with how many there were; rejects with ERR_NETLINK_BAD_VALUE when it says
   * nothing.
   * @example await rt.addr.flush({ dev: 'v0', family: 'inet' })
   */
  flush(filter: AddrFlush, options?: CallOptions): Promise<number>
}

/** The blocking twin of `AddrMethods`. */
export interface BlockingAddrMethods extends Blocking<AddrMethods> {}

/** The tasks of `AddrMethods`, which both clients run. */
export const addrMethods: MethodTable<AddrMethods> = {
  list: (filter, options) => collect(addrRequests.dump(filter), options),
  dump: (filter, options) => stream(addrRequests.dump(filter), options),
  add: (spec, options) => call(addrRequests.add(spec), options),
  addAndGet: (spec, options) => addAddr(addrRequests.addEcho, addrRequests.add, spec, options),
  replace: (spec, options) => call(addrRequests.replace(spec), options),
  replaceAndGet: (spec, options) => addAddr(addrRequests.replaceEcho, addrRequests.replace, spec, options),
  delete: (spec, options) => remove(addrRequests.delete(spec), options, ['EADDRNOTAVAIL', 'ENODEV']),
  flush: (filter, options) => flushAddrs(filter, options),
}
