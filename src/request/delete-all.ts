import { NetlinkError } from '../errors/netlink-error.js'
import { hasCode } from './ignore-missing.js'
import { bulk, type CallOptions, type Operation } from './operation.js'
import type { Request } from './request.js'

/** Deletes what a bulk of deletes finds; what went meanwhile counts. Rejects with the first real error. */
export function* deleteAll(
  requests: readonly Request[],
  absentErrors: readonly string[],
  options?: CallOptions,
): Operation<number> {
  const { failed, unknown } = yield* bulk(requests, options)
  const real = failed.find(({ error }) => !hasCode(error, ...absentErrors))
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
