import { checkCallOptions } from '../request/check-options.js'
import type { CallOptions } from '../request/operation.js'
import type { Request } from '../request/request.js'
import { closedError } from './outcome.js'

interface Channel {
  readonly closed: boolean
}

/** Throws why a call cannot begin: its options are none, its signal has aborted, the client is closed. */
export function mayBegin(
  channel: Channel,
  options: CallOptions | undefined,
  request?: Request<unknown>,
  check = checkCallOptions,
): void {
  if (options !== undefined) check(options)
  // Behind the options: a getter of theirs may have closed it.
  mayGoOn(channel, options?.signal, request)
}

/** Throws why a call cannot go on: its signal has aborted, the client is closed. */
export function mayGoOn(channel: Channel, signal: AbortSignal | undefined, request?: Request<unknown>): void {
  signal?.throwIfAborted()
  if (channel.closed) throw closedError(request)
}
