import type { AcAddr, McAddr } from '../../generated/addr/types.gen.js'
import { objectOf } from '../../request/build.js'
import { hasCode } from '../../request/ignore-missing.js'
import {
  type CallOptions,
  collect,
  type Operation,
  rows,
  type Single,
  type Stream,
  stream,
} from '../../request/operation.js'
import { type AcAddrFilter, acaddrRequests, type McAddrFilter, mcaddrRequests } from './requests.js'

/** Multicast addresses that links listen to: the IP part of `ip maddr show`. Sockets and protocols join them, not rtnetlink. */
export const mcaddr = {
  /**
   * Lists multicast addresses, without `family` those of IPv4, where the kernel tells them, and of IPv6.
   * @example const groups = (await rt.mcaddr.list({ dev: 'v0' })).map(m => m.multicast)
   */
  list: (filter?: Partial<McAddrFilter>, options?: CallOptions): Operation<McAddr[]> => listMcAddrs(filter, options),
  /**
   * Streams multicast addresses of one family in bounded memory.
   * @example for await (const m of rt.mcaddr.dump({ family: 'inet6' })) console.log(m.index, m.multicast)
   */
  dump: (filter: McAddrFilter, options?: CallOptions): Stream<McAddr> => stream(mcaddrRequests.dump(filter), options),
} as const

/** Anycast addresses that links listen to: what /proc/net/anycast6 shows. */
export const acaddr = {
  /**
   * Lists anycast addresses, which are of IPv6.
   * @example const all = await rt.acaddr.list()
   */
  list: (filter?: AcAddrFilter, options?: CallOptions): Single<AcAddr[]> =>
    collect(acaddrRequests.dump(filter), options),
  /**
   * Streams anycast addresses in bounded memory.
   * @example for await (const a of rt.acaddr.dump({ dev: 'v0' })) console.log(a.anycast)
   */
  dump: (filter?: AcAddrFilter, options?: CallOptions): Stream<AcAddr> => stream(acaddrRequests.dump(filter), options),
} as const

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
