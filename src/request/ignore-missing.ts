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

/** Takes `missingOk` from the options of a delete; throws a TypeError for options that no delete has. */
export function takeMissingOk(
  options: DeleteOptions | undefined,
): readonly [missingOk: boolean, callOptions: CallOptions | undefined] {
  if (options === undefined) return [false, undefined]
  checkOptions('a delete', options, rules)
  const { missingOk = false, ...callOptions } = options
  return [missingOk, callOptions]
}

/**
 * Is the verb that sends a delete; with `missingOk` the errors that say "there is none" are success: by their code, or by the kernel's
 * words where the code says more than that, `EINVAL without words` among them. With `each` those of a list, of which the kernel deletes all or
 * none, go one by one then.
 */
export function remove(
  request: Request,
  options: DeleteOptions | undefined,
  signs: readonly string[],
  each: () => readonly Request[] = () => [],
): Task<void> {
  const [missingOk, callOptions] = takeMissingOk(options)
  if (!missingOk) return call(request, callOptions)
  return removed(send(request, callOptions), signs, () => each().map(one => send(one, callOptions)))
}

/** Runs a delete to which the errors that say "there is none" are success; then those that are to go one by one. */
export function* removed(
  deletion: Operation<void>,
  signs: readonly string[],
  each: () => readonly Operation<void>[] = () => [],
): Operation<void> {
  try {
    yield* deletion
  } catch (error) {
    if (!says(error, signs)) throw error
    for (const one of each()) yield* removed(one, signs)
  }
}

function says(error: unknown, signs: readonly string[]): boolean {
  if (!NetlinkError.is(error)) return false
  return signs.includes(error.code) || signs.includes(error.extAck?.message ?? `${error.code} without words`)
}

/** Tells whether an error is the kernel's with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return NetlinkError.is(error) && codes.includes(error.code)
}
