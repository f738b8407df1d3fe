import * as c from '../../../generated/constants.gen.js'
import { decodeQdisc } from '../../../generated/tc/decode.gen.js'
import { qdiscAttrs } from '../../../generated/tc/tables.gen.js'
import type { Qdisc, QdiscSpec } from '../../../generated/tc/types.gen.js'
import { type Draft, objectOf } from '../../../request/build.js'
import { checkFields, checkFilter } from '../../../request/check-filter.js'
import { flag, text } from '../../../request/check-options.js'
import type { Request } from '../../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL, NLM_F_REPLACE } from '../../../wire/nlmsghdr.js'
import type { ErrorContext } from '../../arguments.js'
import { build } from '../../build.js'
import { onLink, onLinkIfAny } from '../../on-link.js'
import { attributesOf, handleNumber, kindOf, members, type Placed } from '../handles.js'
import { writableQdisc } from './options.js'

/** Which qdiscs a list or dump gives; the kernel filters by `invisible` alone. */
export interface QdiscFilter {
  readonly dev?: string | number | undefined
  readonly parent?: number | string | undefined
  readonly kind?: string | undefined
  /** Also the qdiscs that devices and classes made for themselves (TCQ_F_INVISIBLE). */
  readonly invisible?: boolean | undefined
}

/** Where a qdisc is: by its handle, or by its parent; without both it is the root's. */
export type QdiscRef = Pick<QdiscSpec, 'dev' | 'ifindex' | 'handle' | 'parent' | 'kind'>

/** Handles of the qdiscs that hang at TC_H_INGRESS. */
const INGRESS_HANDLE = 0xffff_0000
const hooked = new Set<unknown>(['ingress', 'clsact'])

/** Tells whether a qdisc is of those that hang at TC_H_INGRESS. */
export const isHooked = (spec: Parameters<typeof kindOf>[0]): boolean => hooked.has(kindOf(spec))

function draftOf(
  what: string,
  type: number,
  spec: Placed & { readonly kind?: string | undefined },
  attrs: Record<string, unknown>,
  flags = 0,
): Draft<never> {
  const context: ErrorContext = { what, spec }
  const atHook = isHooked(spec)
  const handle = handleNumber(context, 'handle', spec.handle)
  const parent = handleNumber(context, 'parent', spec.parent)
  // What hangs at the ingress hook has one place and one handle; `tc` fills in both. Others are the root's unless told, but a get
  // and a change find a qdisc by its handle too, which a delete does not (tc_get_qdisc, net/sched/sch_api.c).
  const byHandle = handle !== undefined && (type === c.RTM_GETQDISC || what === 'qdisc set')
  const ref = atHook ? c.TC_H_INGRESS : byHandle ? 0 : c.TC_H_ROOT
  return {
    type,
    flags,
    header: { handle: handle ?? (atHook ? INGRESS_HANDLE : 0), parent: parent ?? ref },
    attrs,
    ...onLink(context, spec),
    what,
    spec,
  }
}

/** A message that makes or changes a qdisc. */
function change(what: string, spec: QdiscSpec, flags: number): Draft<never> {
  objectOf(spec, what)
  const attrs = attributesOf(spec)
  if ('dumpInvisible' in attrs) delete attrs['dumpInvisible']
  // One that was read and has no options left has none that differ.
  const made = (flags & NLM_F_CREATE) !== 0 && spec.info === undefined
  return draftOf(what, c.RTM_NEWQDISC, spec, writableQdisc(attrs, made), flags)
}

/** A message about a qdisc that is there: the kind, where given, must be its. */
function refDraft(what: string, type: number, ref: QdiscRef): Draft<never> {
  const { kind } = checkFields(what, ref, members, qdiscAttrs)
  return draftOf(what, type, ref, kind === undefined || kind === '' ? {} : { kind })
}

const CREATE = NLM_F_CREATE | NLM_F_EXCL
const REPLACE = NLM_F_CREATE | NLM_F_REPLACE
const echo = { decode: decodeQdisc, reply: c.RTM_NEWQDISC }

/** Requests about queueing disciplines. */
export const qdiscRequests = {
  /** Gives a qdisc; rejects with ENOENT when there is none. */
  get(ref: QdiscRef): Request<Qdisc> {
    // The kernel answers a get by a notification, of which the asker has a copy by NLM_F_ECHO only.
    return build({ ...refDraft('qdisc get', c.RTM_GETQDISC, ref), flags: NLM_F_ECHO, ...echo })
  },

  /** Lists qdiscs. */
  dump(filter: QdiscFilter = {}): Request<Qdisc> {
    checkFilter('qdisc list', filter, { dev: true, parent: true, kind: text, invisible: flag })
    const context: ErrorContext = { what: 'qdisc list', spec: filter }
    const parent = handleNumber(context, 'parent', filter.parent)
    const { dev, kind } = filter
    return build<Qdisc>({
      type: c.RTM_GETQDISC,
      flags: NLM_F_DUMP,
      attrs: filter.invisible === true ? { dumpInvisible: true } : {},
      ...onLinkIfAny({ dev }),
      ...context,
      decode: decodeQdisc,
      matches: (qdisc, [index]) =>
        (dev === undefined || qdisc.ifindex === (typeof dev === 'number' ? dev : index)) &&
        (parent === undefined || qdisc.parent === parent) &&
        (kind === undefined || qdisc.kind === kind),
    })
  },

  /** Adds a qdisc, at the root unless `parent` says otherwise; takes the place of one of another kind, rejects with EEXIST for the same. */
  add: (spec: QdiscSpec): Request => build(change('qdisc add', spec, CREATE)),

  /** Adds a qdisc and answers with it. */
  addEcho: (spec: QdiscSpec): Request<Qdisc> => build({ ...change('qdisc add', spec, CREATE | NLM_F_ECHO), ...echo }),

  /**
   * Adds a qdisc in the place of what is there, at the root unless `parent` says otherwise; one of the same kind and handle is changed.
   * Nothing is looked up: of another place give the `parent`, for the kernel refuses to move a qdisc, or before 6.14 does it.
   */
  replace: (spec: QdiscSpec): Request => build(change('qdisc replace', spec, REPLACE)),

  /** Replaces a qdisc and answers with it. */
  replaceEcho: (spec: QdiscSpec): Request<Qdisc> =>
    build({ ...change('qdisc replace', spec, REPLACE | NLM_F_ECHO), ...echo }),

  /**
   * Changes a qdisc; rejects with ENOENT when there is none. Without a `handle` the kernel puts it in the place of one of another kind
   * ("sort of hole in API" in tc_modify_qdisc).
   */
  set: (spec: QdiscSpec): Request => build(change('qdisc set', spec, 0)),

  /**
   * Deletes a qdisc, the root's unless `parent` says otherwise: what hangs below it goes too, and the place is taken by the default.
   * Rejects with ENOENT when there is none, with EINVAL when there is one of another `handle`, or an ingress or clsact qdisc was there.
   */
  delete: (ref: QdiscRef): Request => build(refDraft('qdisc delete', c.RTM_DELQDISC, ref)),
} as const
