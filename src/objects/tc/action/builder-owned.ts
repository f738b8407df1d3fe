import type { ActionSpec, FilterSpec } from '../../../generated/tc/types.gen.js'
import { isDict, same } from '../../../request/changes.js'
import { hasCode } from '../../../request/ignore-missing.js'
import { type CallOptions, type Operation, send } from '../../../request/operation.js'
import { kindOf } from '../handles.js'
import { parmsName } from './codecs/action-writer.js'
import { actionRequests } from './requests.js'

// An action of a filter that has the number of one that is there is that one, and nothing else that is said of it counts (ACT_P_BOUND,
// net/sched/act_*.c): a policer that was read would keep its rate, without a word. Who writes a number by hand means just that.

/** What the struct that an action begins with has of which one it is (tc_gen). */
const numbers = new Set(['index', 'refcnt', 'bindcnt'])

/** An action that was read: its references are counted. */
interface Read {
  readonly kind: string
  readonly index: number
  /** The action without its number. */
  readonly rest: ActionSpec
}

function read(action: ActionSpec): Read | undefined {
  // What is no action the encoder refuses.
  const { options: said } = action ?? {}
  if (!isDict(said)) return undefined
  const options: Record<string, unknown> = { ...said }
  const name = parmsName(options)
  const parms = isDict(options[name]) ? options[name] : {}
  const { index, refcnt } = parms
  const kind = kindOf(action)
  if (kind === undefined || typeof index !== 'number' || refcnt === undefined) return undefined
  const left = Object.fromEntries(Object.entries(parms).filter(([key]) => !numbers.has(key)))
  const rest = { ...action, index: undefined, options: { ...options, [name]: left } as ActionSpec['options'] }
  return { kind, index, rest }
}

/** The policer of a filter as an action. */
const policer = (police: object): ActionSpec => ({ options: { kind: 'police', ...police } })

/** Tells whether actions of a filter were read. */
export function hasRead({ options }: FilterSpec): boolean {
  const { act, police }: Record<string, unknown> = { ...options }
  const list: readonly ActionSpec[] = Array.isArray(act) ? act : []
  return (isDict(police) ? [...list, policer(police)] : list).some(action => read(action) !== undefined)
}

/** Gives a filter new actions in place of those that were read and of which it says something else. */
export function* withOwnActions(spec: FilterSpec, options?: CallOptions): Operation<FilterSpec> {
  const out: Record<string, unknown> = { ...spec.options }
  const { act, police } = out
  if (Array.isArray(act)) {
    const list: ActionSpec[] = []
    for (const action of act) list.push(yield* withoutBuilderOwned(action, options))
    out['act'] = list
  }
  if (isDict(police)) {
    const { kind: _, ...rest }: Record<string, unknown> = {
      ...(yield* withoutBuilderOwned(policer(police), options)).options,
    }
    out['police'] = rest
  }
  return { ...spec, options: out as FilterSpec['options'] }
}

function* withoutBuilderOwned(action: ActionSpec, options?: CallOptions): Operation<ActionSpec> {
  const given = read(action)
  if (given === undefined) return action
  const now = yield* present(given, options)
  return now === undefined || same(settings(now, action), settings(given, action)) ? action : given.rest
}

/** What an action has of what is said, as bytes: however it is spelled, and without what the kernel counts. */
function settings({ rest }: Read, said: ActionSpec): Uint8Array {
  return actionRequests.add(Object.fromEntries(Object.entries(rest).filter(([key]) => key in said))).bytes
}

function* present({ kind, index }: Read, options?: CallOptions): Operation<Read | undefined> {
  try {
    return read(yield* send(actionRequests.get({ kind, index }), options))
  } catch (error) {
    // A kind that is not loaded is EINVAL.
    if (hasCode(error, 'ENOENT', 'EINVAL')) return undefined
    throw error
  }
}
