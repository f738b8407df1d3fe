import { NetlinkError } from '../../errors/netlink-error.js'
import type { Protocol } from '../../request/protocol.js'
import type { Request } from '../../request/request.js'

/** Returns the request for the index of an interface whose name is too long for SIOCGIFINDEX. Throws where the family has none. */
export function lookupOf(protocol: Protocol, name: string): Request<number> {
  const request = protocol.lookup?.(name)
  if (request !== undefined) return request
  throw new NetlinkError({
    reason: 'unsupported',
    code: 'ERR_NETLINK_UNSUPPORTED',
    detail: `${protocol.name} cannot look up ${name}: give the index of the interface`,
  })
}
