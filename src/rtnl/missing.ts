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

/**
 * Is the verb that sends a delete; with `missingOk` the errors that say "there is none" are success: by their code, or by the kernel's
 * words where the code says more than that. With `each` those of a list, of which the kernel deletes all or none, go one by one then.
 */
export function remove(
  request: Request,
  options: DeleteOptions | undefined,
  signs: readonly string[],
  each: () => readonly Request[] = () => [],
): Task<void> {
  if (options !== undefined) checkOptions('a delete', options, rules)
  return options?.missingOk === true ? removed(request, options, signs, each) : call(request, options)
}

function* removed(
  request: Request,
  options: DeleteOptions,
  signs: readonly string[],
  each: () => readonly Request[],
): Operation<void> {
  try {
    yield* send(request, options)
  } catch (error) {
    if (!says(error, signs)) throw error
    for (const one of each()) yield* removed(one, options, signs, () => [])
  }
}

function says(error: unknown, signs: readonly string[]): boolean {
  return hasCode(error, ...signs) || (NetlinkError.is(error) && signs.includes(error.extAck?.message ?? ''))
}

/** Tells whether an error is the kernel's with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return NetlinkError.is(error) && codes.includes(error.code)
}
