import { buildRequest, type Draft, type Reply, writtenRequest } from '../request/build.js'
import type { FixUp, Request } from '../request/request.js'
import type { Writer } from '../wire/writer.js'
import { rtnetlink } from './protocol.js'

/**
 * Builds a request of rtnetlink from its draft; `flags` and `decode` replace the draft's, which saves a copy of it. Throws
 * ERR_NETLINK_BAD_VALUE for a value that cannot be encoded, naming the field.
 */
export function build<T = void>(
  draft: Draft<T>,
  flags: number | undefined = draft.flags,
  decode: Reply<T> | undefined = draft.decode,
): Request<T> {
  return buildRequest(rtnetlink, draft, flags, decode)
}

/** Returns the request whose header and attributes its builder has written, behind room for the nlmsghdr. */
export function written<T>(
  draft: Draft<T>,
  flags: number,
  writer: Writer,
  decode: Reply<T> | undefined,
  fixUps?: readonly FixUp[],
): Request<T> {
  return writtenRequest(rtnetlink, draft, flags, writer, decode, fixUps)
}
