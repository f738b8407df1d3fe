import { NetlinkError } from '../errors/netlink-error.js'
import { anything, checkOptions, flag, type OptionRules } from './check-options.js'
import { type CallOptions, call, type Operation, send, type Task } from './operation.js'
import type { Request } from './request.js'

/** What a delete takes beside the signal and the deadline. */
export interface DeleteOptions extends CallOptions {
  /** Succeeds when there is nothing to delete. */
  readonly missingOk?: boolean | undefined
}

const rules: OptionRules<DeleteOptions> = { signal: anything, timeoutMs: anything, missingOk: flag }

/** Is the verb that sends a delete; with `missingOk` the error codes that say "there is none" are success. */
export function remove(request: Request, options: DeleteOptions | undefined, codes: readonly string[]): Task<void> {
  if (options !== undefined) checkOptions('a delete', options, rules)
  return options?.missingOk === true ? removed(request, options, codes) : call(request, options)
}

function* removed(request: Request, options: DeleteOptions, codes: readonly string[]): Operation<void> {
  try {
    yield* send(request, options)
  } catch (error) {
    if (!hasCode(error, ...codes)) throw error
  }
}

/** Tells whether an error is the kernel's with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return NetlinkError.is(error) && codes.includes(error.code)
}
