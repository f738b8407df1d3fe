import { NetlinkError } from '../errors/netlink-error.js'
import { decodeAddr } from '../generated/addr.decode.gen.js'
import type { Addr, AddrSpec } from '../generated/addr.types.gen.js'
import { NTF_PROXY } from '../generated/constants.gen.js'
import type { Neigh, NeighSpec } from '../generated/neigh.types.gen.js'
import type { Route } from '../generated/route.types.gen.js'
import { NLMSG_HDRLEN, viewOf } from '../wire/nlmsghdr.js'
import { type AddrFilter, addrRequests } from './addr.js'
import { addressPart } from './family.js'
import { hasCode } from './missing.js'
import { neighRequests } from './neigh.js'
import { nsidRequests } from './nsid.js'
import { bulk, type CallOptions, type Operation, rows, send } from './operation.js'
import type { NamespaceRef, Request } from './request.js'
import { type RouteFilter, routeRequests } from './route.js'

/** Adds an address and answers with it: the kernel's echo for IPv4, a look afterwards for IPv6, which is not echoed. */
export function* addAddr(
  echo: (spec: AddrSpec) => Request<Addr>,
  plain: (spec: AddrSpec) => Request,
  spec: AddrSpec,
  options?: CallOptions,
): Operation<Addr> {
  const request = echo(spec)
  if (spec.address?.includes(':') !== true) return yield* send(request, options)
  yield* send(plain(spec), options)
  const address = addressPart(spec.address)
  const found = yield* rows(addrRequests.dump({ dev: spec.dev ?? spec.index, family: 'inet6' }), options)
  const addr = found.find(candidate => addressPart(candidate.address) === canonical(address, request))
  if (addr !== undefined) return addr
  throw new NetlinkError({
    reason: 'protocol',
    code: 'ERR_NETLINK_UNEXPECTED_REPLY',
    detail: `${address} was added and is not there`,
  })
}

/** Gives the address as the kernel's side spells it: decoded from the request that carried it. */
function canonical(address: string, request: Request<Addr>): string {
  const { bytes } = request
  const decoded = decodeAddr(bytes, viewOf(bytes), NLMSG_HDRLEN, bytes.length)
  return decoded === undefined ? address : addressPart(decoded.address)
}

/** Deletes what a bulk of deletes finds; what went meanwhile counts. Rejects with the first real error. */
function* deleteAll(requests: readonly Request[], gone: readonly string[], options?: CallOptions): Operation<number> {
  const { failed, unknown } = yield* bulk(requests, options)
  const real = failed.find(({ error }) => !hasCode(error, ...gone))
  if (real !== undefined) throw real.error
  if (unknown.length > 0) {
    throw new NetlinkError({
      reason: 'protocol',
      code: 'ERR_NETLINK_OUTCOME_UNKNOWN',
      detail: `answers to ${unknown.length} deletes were lost`,
    })
  }
  return requests.length
}

/** Deletes the addresses that a filter finds; secondary ones may go with their primary. */
export function* flushAddrs(filter: AddrFilter, options?: CallOptions): Operation<number> {
  if (typeof filter !== 'object' || filter === null) throw new TypeError('addr flush takes a filter')
  const found = yield* rows(addrRequests.dump(filter), options)
  return yield* deleteAll(
    found.map(addr => addrRequests.delete(addr)),
    ['EADDRNOTAVAIL', 'ENODEV'],
    options,
  )
}

/** Deletes the routes that a filter finds; a table that does not exist has none. */
export function* flushRoutes(filter: RouteFilter, options?: CallOptions): Operation<number> {
  if (typeof filter !== 'object' || filter === null) throw new TypeError('route flush takes a filter')
  let found: Route[]
  try {
    found = yield* rows(routeRequests.dump(filter), options)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0
    throw error
  }
  return yield* deleteAll(
    found.map(route => routeRequests.delete(route)),
    ['ESRCH', 'ENODEV', 'ENOENT'],
    options,
  )
}

/** Gives the id of a namespace, −1 when it has none. */
export function* nsidOf(netns: NamespaceRef, options?: CallOptions): Operation<number> {
  const { nsid } = yield* send(nsidRequests.get(netns), options)
  return nsid ?? -1
}

/** Adds or changes a neighbour and answers with it, by a look afterwards: the kernel does not echo neighbours. */
export function* addNeigh(request: Request, spec: NeighSpec, options?: CallOptions): Operation<Neigh> {
  const { flags = 0, dev = spec.ifindex ?? 0, dst = '' } = spec
  const proxy = typeof flags === 'number' ? (flags & NTF_PROXY) !== 0 : flags.includes('proxy')
  // Built before anything is sent, so that what cannot be looked for is not added either.
  const look = neighRequests.get({ dev, dst, proxy })
  yield* send(request, options)
  return yield* send(look, options)
}
