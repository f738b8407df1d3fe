import type { Qdisc, QdiscOptionsSpec, QdiscSpec } from '../generated/tc.types.gen.js'
import { objectOf } from './build.js'
import { changesOf, type Dict, same } from './changes.js'
import { type CallOptions, type Operation, send } from './operation.js'
import { qdiscRequests } from './qdisc.js'

/**
 * Kinds whose change leaves alone what is not given, and that refuse (the flows of fq_codel and fq_pie) or round once more (times
 * of codel) what is given again.
 */
const partial = new Set<unknown>(['cake', 'cake_mq', 'codel', 'dualpi2', 'fq', 'fq_codel', 'fq_pie', 'hhf', 'pie'])

/** Leaves of a qdisc's options what differs; nothing when nothing does. */
function optionChanges(now: Qdisc, options: QdiscOptionsSpec | undefined): QdiscOptionsSpec | undefined {
  const have = now.options as Dict | undefined
  const given = options as Dict | undefined
  if (have === undefined || given === undefined || have['kind'] !== given['kind']) return options
  if (same(have, given)) return undefined
  const { kind } = given
  // None of these has a nest: what differs is sent whole.
  if (!partial.has(kind)) return options
  return { ...changesOf(undefined, have, given), kind } as QdiscOptionsSpec
}

/** Changes a qdisc; of a qdisc that was read only what differs is sent. */
export function* setQdisc(spec: QdiscSpec, options?: CallOptions): Operation<void> {
  const { info, dev, ifindex, handle, parent, kind } = objectOf(spec, 'qdisc set')
  // Only what was read has a count of references.
  if (info === undefined) return yield* send(qdiscRequests.set(spec), options)
  const now = yield* send(qdiscRequests.get({ dev, ifindex, handle, parent, kind }), options)
  // The size table goes with it, changed or not: a change without one takes it away.
  yield* send(qdiscRequests.set({ ...spec, options: optionChanges(now, spec.options) }), options)
}
