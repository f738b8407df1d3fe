import { NetlinkError } from '../../errors/netlink-error.js'
import type { Addr, AddrSpec } from '../../generated/addr/types.gen.js'
import { checkFlush } from '../../request/check-filter.js'
import { deleteAll } from '../../request/delete-all.js'
import { type CallOptions, type Operation, rows, send } from '../../request/operation.js'
import type { Request } from '../../request/request.js'
import { addressPart } from '../arguments.js'
import { type AddrFlush, addrRequests, flushKeys, listAddrs } from './requests.js'

/**
 * Adds an address and answers with it: the kernel's echo for IPv4, a look afterwards for IPv6, which is not echoed,
 * and for what the kernel says nothing of: it takes 0.0.0.0 and drops it (inet_insert_ifa).
 */
export function* addAddr(
  echo: (spec: AddrSpec) => Request<Addr>,
  plain: (spec: AddrSpec) => Request,
  spec: AddrSpec,
  options?: CallOptions,
): Operation<Addr> {
  const request = echo(spec)
  const address = addressPart(spec.address ?? '')
  if (address.includes(':')) yield* send(plain(spec), options)
  else {
    const event: Addr | undefined = yield* send(request, options)
    if (event !== undefined) return event
  }
  const [found] = yield* rows(addrRequests.dump({ dev: spec.dev ?? spec.index, address }), options)
  if (found !== undefined) return found
  throw new NetlinkError({
    reason: 'protocol',
    code: 'ERR_NETLINK_UNEXPECTED_REPLY',
    detail: `${address} was added and is not there`,
  })
}

/** Deletes the addresses that a filter finds; secondary ones may go with their primary. */
export function* flushAddrs(filter: AddrFlush, options?: CallOptions): Operation<number> {
  checkFlush('addr flush', filter, flushKeys, "{ family: 'inet' }")
  const found = yield* rows(listAddrs('addr flush', filter), options)
  return yield* deleteAll(
    found.map(addr => addrRequests.delete(addr)),
    ['EADDRNOTAVAIL', 'ENODEV'],
    options,
  )
}
