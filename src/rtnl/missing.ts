import { NetlinkError } from '../errors/netlink-error.js'
import { type CallOptions, type Operation, send } from './operation.js'
import type { Request } from './request.js'

/** What a delete takes beside the signal and the deadline. */
export interface DeleteOptions extends CallOptions {
  /** Succeeds when there is nothing to delete. */
  readonly missingOk?: boolean | undefined
}

/** Sends a delete; with `missingOk` the error codes that say "there is none" are success. */
export function* remove(
  request: Request,
  options: DeleteOptions | undefined,
  codes: readonly string[],
): Operation<void> {
  try {
    yield* send(request, options)
  } catch (error) {
    if (options?.missingOk !== true || !NetlinkError.is(error) || !codes.includes(error.code)) throw error
  }
}

/** Tells whether an error is the kernel's with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return NetlinkError.is(error) && codes.includes(error.code)
}
