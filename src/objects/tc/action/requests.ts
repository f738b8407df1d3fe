import * as c from '../../../generated/constants.gen.js'
import { decodeActionRootAttrs } from '../../../generated/tc/decode.gen.js'
import { actionAttrs } from '../../../generated/tc/tables.gen.js'
import type { ActionAttrs, ActionRootAttrs, ActionSpec } from '../../../generated/tc/types.gen.js'
import { badField, objectOf, type Reply } from '../../../request/build.js'
import { checkFields, checkFilter } from '../../../request/check-filter.js'
import { flag } from '../../../request/check-options.js'
import { type Request, Several } from '../../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_ROOT } from '../../../wire/nlmsghdr.js'
import { build } from '../../build.js'
import { type Action, actionOf, withOptions } from './fields.js'

/** Which action is meant. */
export interface ActionRef {
  readonly kind: string
  readonly index: number
}

/** Which actions a list or dump gives; the kernel lists one kind at a time. */
export interface ActionFilter {
  readonly kind: string
  /** Only actions that a packet met in so many milliseconds (TCA_ROOT_TIME_DELTA). */
  readonly sinceMs?: number | undefined
  /** Only kind, index, statistics, cookie and flags, no options (TCA_ACT_FLAG_TERSE_DUMP). */
  readonly terse?: boolean | undefined
}

/** One or several, in one message: all of them are done, or none. */
export type OneOrMore<T> = T | readonly T[]

/** struct tcamsg. */
const HEADER = 4
/** The kernel overlooks what is beyond (TCA_ACT_MAX_PRIO). */
const MOST = c.TCA_ACT_MAX_PRIO

/** Decodes the table of actions of a message; `undefined` when its header is cut off. */
export function decodeActions(bytes: Uint8Array, view: DataView, start: number, end: number): Action[] | undefined {
  if (end - start < HEADER) return undefined
  const { tab = [] } = decodeActionRootAttrs<ActionRootAttrs>({}, bytes, view, start + HEADER, end, undefined)
  return tab.map(actionOf)
}

const decodeOne: Reply<Action> = (bytes, view, start, end) => decodeActions(bytes, view, start, end)?.[0]
const decodeSeveral: Reply<Action> = (bytes, view, start, end) => {
  const actions = decodeActions(bytes, view, start, end)
  return actions === undefined ? undefined : new Several(actions)
}

/** Reads how many actions a flush has deleted: TCA_FCNT, which has the number of TCA_ACT_COOKIE. */
export function flushed(attrs: ActionAttrs | undefined): number | undefined {
  const cookie = attrs?.options === undefined && attrs?.stats === undefined ? attrs?.cookie : undefined
  return cookie?.length === 4 ? new Uint32Array(cookie.slice().buffer)[0] : undefined
}

const decodeFlushed: Reply<number> = (bytes, view, start, end) => flushed(decodeActions(bytes, view, start, end)?.[0])

function listOf<T extends object>(what: string, specs: OneOrMore<T>): readonly T[] {
  const list: readonly T[] = Array.isArray(specs) ? specs : [specs as T]
  for (const spec of list) objectOf(spec, what)
  if (list.length === 0 || list.length > MOST) throw badField(what, { specs }, '', `takes 1 to ${MOST} actions`)
  return list
}

/** What is asked, for summaries: one action alone stands for itself. */
function summarySpec(list: readonly object[]): object {
  return list.length === 1 ? (list[0] ?? {}) : { actions: list }
}

function change<T = void>(what: string, flags: number, specs: OneOrMore<ActionSpec>, decode?: Reply<T>): Request<T> {
  const list = listOf(what, specs)
  return build<T>({
    type: c.RTM_NEWACTION,
    flags: NLM_F_CREATE | flags,
    attrs: { tab: list.map(withOptions) },
    what,
    spec: summarySpec(list),
    ...(decode === undefined ? {} : { decode }),
  })
}

const noOthers: ReadonlySet<string> = new Set()

/** The actions that are meant, by kind and index: an action that was read will do. */
function refs(what: string, given: OneOrMore<ActionRef>): readonly ActionRef[] {
  return listOf(what, given).map(ref => {
    const { kind, index } = checkFields(what, ref, noOthers, actionAttrs)
    if (typeof kind !== 'string') throw badField(what, ref, 'kind', 'is missing')
    if (typeof index !== 'number') throw badField(what, ref, 'index', 'is missing')
    return { kind, index }
  })
}

function kindOf(what: string, given: { readonly kind: string }): string {
  const { kind } = given
  if (typeof kind !== 'string' || kind === '')
    throw badField(what, given, 'kind', 'is missing: the kernel lists one kind')
  return kind
}

/** Requests about actions that filters share. */
export const actionRequests = {
  /** Gives an action; rejects with ENOENT when there is none. */
  get(ref: ActionRef): Request<Action> {
    const tab = refs('action get', ref)
    return build({
      type: c.RTM_GETACTION,
      attrs: { tab },
      what: 'action get',
      spec: summarySpec(tab),
      decode: decodeOne,
    })
  },

  /** Lists the actions of a kind: none, too, when the kernel has not loaded the kind. */
  dump(filter: ActionFilter): Request<Action> {
    checkFilter('action list', filter, { kind: true, sinceMs: true, terse: flag })
    const kind = kindOf('action list', filter)
    const value = c.TCA_ACT_FLAG_LARGE_DUMP_ON | (filter.terse === true ? c.TCA_ACT_FLAG_TERSE_DUMP : 0)
    return build({
      type: c.RTM_GETACTION,
      flags: NLM_F_DUMP,
      attrs: { tab: [{ kind }], flags: { value, selector: value }, timeDelta: filter.sinceMs },
      what: 'action list',
      spec: filter,
      decode: decodeSeveral,
    })
  },

  /** Adds actions, up to 32 in one message; rejects with EEXIST when an index is taken. */
  add: (specs: OneOrMore<ActionSpec>): Request => change('action add', NLM_F_EXCL, specs),

  /** Adds an action and answers with it, the index that the kernel chose included. */
  addEcho: (spec: ActionSpec): Request<Action> => change('action add', NLM_F_EXCL | NLM_F_ECHO, spec, decodeOne),

  /** Adds actions or changes those that have the index. */
  replace: (specs: OneOrMore<ActionSpec>): Request => change('action replace', NLM_F_REPLACE, specs),

  /** Adds or changes an action and answers with it. */
  replaceEcho: (spec: ActionSpec): Request<Action> =>
    change('action replace', NLM_F_REPLACE | NLM_F_ECHO, spec, decodeOne),

  /** Changes actions by their index, as `tc actions change` does; the kernel makes one that is not there. */
  set: (specs: OneOrMore<ActionSpec>): Request => change('action set', NLM_F_REPLACE, specs),

  /** Deletes actions; rejects with ENOENT when one is not there, EPERM when a filter uses it. */
  delete(given: OneOrMore<ActionRef>): Request {
    const tab = refs('action delete', given)
    return build({ type: c.RTM_DELACTION, attrs: { tab }, what: 'action delete', spec: summarySpec(tab) })
  },

  /** Deletes all actions of a kind up to one that a filter uses; answers with how many, or with nothing where there were none. */
  flush(filter: { readonly kind: string }): Request<number> {
    checkFilter('action flush', filter, { kind: true })
    const kind = kindOf('action flush', filter)
    const flags = NLM_F_ROOT | NLM_F_ECHO
    return build({
      type: c.RTM_DELACTION,
      flags,
      attrs: { tab: [{ kind }] },
      what: 'action flush',
      spec: { kind },
      decode: decodeFlushed,
    })
  },
} as const
