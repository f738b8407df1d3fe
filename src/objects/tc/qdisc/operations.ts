import { own } from '../../../codec/own-property.js'
import type { Dict } from '../../../codec/table.js'
import { quote } from '../../../codec/text/quote.js'
import { NetlinkError } from '../../../errors/netlink-error.js'
import { TC_H_INGRESS } from '../../../generated/constants.gen.js'
import type { Qdisc, QdiscOptionsSpec, QdiscSpec } from '../../../generated/tc/types.gen.js'
import { badField, flagsOfRequest, objectOf, typeOfRequest } from '../../../request/build.js'
import { changesOf, isDict, same } from '../../../request/changes.js'
import { hasCode } from '../../../request/ignore-missing.js'
import { type CallOptions, type Operation, rows, send } from '../../../request/operation.js'
import { kindOf } from '../handles.js'
import { isHooked, type QdiscRef, qdiscRequests } from './requests.js'

/**
 * Kinds whose change leaves alone what is not given, and that refuse (the flows of fq_codel and fq_pie) or round once more (times
 * of codel) what is given again.
 */
const partial = new Set<unknown>(['cake', 'cake_mq', 'codel', 'dualpi2', 'fq', 'fq_codel', 'fq_pie', 'hhf', 'pie'])

/** A qdisc's options without what it counts: direct_pkts of struct tc_htb_glob is no setting, and htb refuses every change. */
function settingsOf(options: Dict): Dict {
  const { kind, init } = options as { readonly kind?: unknown; readonly init?: object }
  return kind === 'htb' && init !== undefined ? { ...options, init: { ...init, directPkts: 0 } } : options
}

/** Paths of options that say one thing twice, as every dump does: the kernel takes the first of them, of rates the larger. */
const twins: { readonly [kind: string]: readonly (readonly [wide: string, narrow: string])[] } = {
  netem: [
    ['latency64', 'latency'],
    ['jitter64', 'jitter'],
    ['rate64', 'rate.rate'],
  ],
  red: [['flags', 'parms.flags']],
  tbf: [
    ['rate64', 'parms.rate.rate'],
    ['prate64', 'parms.peakrate.rate'],
  ],
}

function valueAt(options: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => (isDict(value) ? value[key] : undefined), options)
}

function without(options: Dict, path: string): Dict {
  const [key = '', ...rest] = path.split('.')
  const value = options[key]
  return { ...options, [key]: rest.length > 0 && isDict(value) ? without(value, rest.join('.')) : undefined }
}

/** Leaves out what the kernel has where the other one of two that say the same differs. */
function decided(now: Dict, given: Dict, kind: unknown): Dict {
  let options = given
  for (const [wide, narrow] of (typeof kind === 'string' && own(twins, kind)) || []) {
    const differs = (path: string): boolean => {
      const value = valueAt(given, path)
      return value !== undefined && !same(valueAt(now, path), value)
    }
    if (differs(wide) !== differs(narrow)) options = without(options, differs(wide) ? narrow : wide)
  }
  return options
}

/** Leaves of a qdisc's options what differs; nothing when nothing does. */
function optionChanges(now: Qdisc, options: QdiscOptionsSpec | undefined): QdiscOptionsSpec | undefined {
  const have = now.options as Dict | undefined
  const given = options as Dict | undefined
  if (have === undefined || given === undefined || have['kind'] !== given['kind']) return options
  if (same(settingsOf(have), settingsOf(given))) return undefined
  const { kind } = given
  if (!partial.has(kind)) return decided(have, given, kind) as QdiscOptionsSpec
  // None of these has a nest: what differs is sent whole.
  return { ...changesOf(undefined, have, given), kind } as QdiscOptionsSpec
}

/** The kernel answers with the parent that it is asked with: of one asked for by handle alone a dump tells it. */
function* withParent(found: Qdisc, options?: CallOptions): Operation<Qdisc> {
  if (found.parent !== 0) return found
  const all = yield* rows(qdiscRequests.dump({ dev: found.ifindex }), options)
  return { ...found, parent: all.find(({ handle }) => handle === found.handle)?.parent ?? 0 }
}

/**
 * Gives a qdisc. Of what a link has while it is down, and of what classes made for themselves, the kernel says nothing, and no error
 * (tc_qdisc_dump_ignore, net/sched/sch_api.c).
 */
export function* getQdisc(ref: QdiscRef, options?: CallOptions): Operation<Qdisc> {
  const request = qdiscRequests.get(ref)
  const found: Qdisc | undefined = yield* send(request, options)
  if (found !== undefined) return yield* withParent(found, options)
  const requested = { type: typeOfRequest(request), flags: flagsOfRequest(request), seq: 0, text: request.summary }
  throw new NetlinkError({ reason: 'kernel', code: 'ENOENT', detail: 'none that the kernel shows', request: requested })
}

/** What is in the place of a qdisc, or `undefined` when nothing is. */
function* present(spec: QdiscSpec, options?: CallOptions): Operation<Qdisc | undefined> {
  const { dev, ifindex, handle, parent = isHooked(spec) ? TC_H_INGRESS : undefined } = spec
  try {
    return yield* send(qdiscRequests.get({ dev, ifindex, handle, parent }), options)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EINVAL')) return undefined
    throw error
  }
}

const blocks = ['ingressBlock', 'egressBlock'] as const

/** Refuses other blocks than a qdisc has: the kernel changes none, and says so only beside options (tc_modify_qdisc, net/sched/sch_api.c). */
function keepBlocks(what: string, now: Qdisc, spec: QdiscSpec): void {
  if (now.kind !== kindOf(spec)) return
  for (const field of blocks) {
    const { [field]: has = 0 } = now
    if (spec[field] !== undefined && spec[field] !== has)
      throw badField(what, spec, field, `${quote(spec[field])}: it has ${has}, and the kernel changes no block`)
  }
}

/**
 * Leaves of a qdisc that was read what differs: only what was read counts its references. The size table stays, since a change without
 * one takes it away.
 */
function* onlyChanges(what: string, spec: QdiscSpec, options?: CallOptions): Operation<QdiscSpec> {
  objectOf(spec, what)
  if (spec.info === undefined && blocks.every(field => spec[field] === undefined)) return spec
  const now = yield* present(spec, options)
  if (now !== undefined) keepBlocks(what, now, spec)
  if (spec.info === undefined || now === undefined || now.handle !== spec.handle) return spec
  return { ...spec, options: optionChanges(now, spec.options) }
}

/** Changes a qdisc; of a qdisc that was read only what differs is sent. */
export function* setQdisc(spec: QdiscSpec, options?: CallOptions): Operation<void> {
  yield* send(qdiscRequests.set(yield* onlyChanges('qdisc set', spec, options)), options)
}

/**
 * Gives what replaces a qdisc its place: one named by its handle alone keeps its own (parent 0), where it is there. At the root the
 * kernel would refuse it, or before 6.14 move it there and destroy the tree that it was in.
 */
function* replacement(given: QdiscSpec, options?: CallOptions): Operation<QdiscSpec> {
  const spec = yield* onlyChanges('qdisc replace', given, options)
  if (spec.handle === undefined || spec.parent !== undefined) return spec
  return (yield* present(spec, options)) === undefined ? spec : { ...spec, parent: 0 }
}

/** Replaces a qdisc; where the one that was read is still there, it is changed, and only what differs is sent. */
export function* replaceQdisc(spec: QdiscSpec, options?: CallOptions): Operation<void> {
  yield* send(qdiscRequests.replace(yield* replacement(spec, options)), options)
}

/** Replaces a qdisc as `replaceQdisc` does, and answers with it. */
export function* replaceAndGetQdisc(spec: QdiscSpec, options?: CallOptions): Operation<Qdisc> {
  const replaced = yield* send(qdiscRequests.replaceEcho(yield* replacement(spec, options)), options)
  return yield* withParent(replaced, options)
}

/** Deletes a qdisc: the kernel asks for its parent, which is looked up when one that is named by its handle alone is not the root's. */
export function* deleteQdisc(ref: QdiscRef, options?: CallOptions): Operation<void> {
  try {
    yield* send(qdiscRequests.delete(ref), options)
  } catch (error) {
    if (!hasCode(error, 'EINVAL') || ref.handle === undefined || ref.parent !== undefined) throw error
    const { parent } = yield* getQdisc(ref, options)
    yield* send(qdiscRequests.delete({ ...ref, parent }), options)
  }
}
