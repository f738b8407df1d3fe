import type { AcAddr, McAddr } from '../../generated/addr/types.gen.js'
import { objectOf } from '../../request/build.js'
import { hasCode } from '../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, collect, type Operation, rows, stream } from '../../request/operation.js'
import { type AcAddrFilter, acaddrRequests, type McAddrFilter, mcaddrRequests } from './requests.js'

/** Multicast addresses that links listen to: the IP part of `ip maddr show`. Sockets and protocols join them, not rtnetlink. */
export interface McAddrMethods {
  /**
   * Lists multicast addresses, without `family` those of IPv4, where the kernel tells them, and of IPv6.
   * @example const groups = (await rt.mcaddr.list({ dev: 'v0' })).map(m => m.multicast)
   */
  list(filter?: Partial<McAddrFilter>, options?: CallOptions): Promise<McAddr[]>
  /**
   * Streams multicast addresses of one family in bounded memory.
   * @example for await (const m of rt.mcaddr.dump({ family: 'inet6' })) console.log(m.index, m.multicast)
   */
  dump(filter: McAddrFilter, options?: CallOptions): Dump<McAddr>
}

/** The blocking twin of `McAddrMethods`. */
export interface BlockingMcAddrMethods extends Blocking<McAddrMethods> {}

/** The tasks of `McAddrMethods`, which both clients run. */
export const mcaddrMethods: MethodTable<McAddrMethods> = {
  list: (filter, options) => listMcAddrs(filter, options),
  dump: (filter, options) => stream(mcaddrRequests.dump(filter), options),
}

/** Anycast addresses that links listen to: what /proc/net/anycast6 shows. */
export interface AcAddrMethods {
  /**
   * Lists anycast addresses, which are of IPv6.
   * @example const all = await rt.acaddr.list()
   */
  list(filter?: AcAddrFilter, options?: CallOptions): Promise<AcAddr[]>
  /**
   * Streams anycast addresses in bounded memory.
   * @example for await (const a of rt.acaddr.dump({ dev: 'v0' })) console.log(a.anycast)
   */
  dump(filter?: AcAddrFilter, options?: CallOptions): Dump<AcAddr>
}

/** The blocking twin of `AcAddrMethods`. */
export interface BlockingAcAddrMethods extends Blocking<AcAddrMethods> {}

/** The tasks of `AcAddrMethods`, which both clients run. */
export const acaddrMethods: MethodTable<AcAddrMethods> = {
  list: (filter, options) => collect(acaddrRequests.dump(filter), options),
  dump: (filter, options) => stream(acaddrRequests.dump(filter), options),
}

/** The kernel answers a dump of all families with EOPNOTSUPP, and older ones one of IPv4 too. */
function* listMcAddrs(filter: Partial<McAddrFilter> = {}, options?: CallOptions): Operation<McAddr[]> {
  const { family, ...rest } = objectOf(filter, 'mcaddr list')
  if (family !== undefined) return yield* rows(mcaddrRequests.dump({ ...rest, family }), options)
  const six = mcaddrRequests.dump({ ...rest, family: 'inet6' })
  const found: McAddr[] = []
  try {
    found.push(...(yield* rows(mcaddrRequests.dump({ ...rest, family: 'inet' }), options)))
  } catch (error) {
    if (!hasCode(error, 'EOPNOTSUPP')) throw error
  }
  found.push(...(yield* rows(six, options)))
  return found
}
