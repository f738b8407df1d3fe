import { parmsName } from '../codec/action-writer.js'
import type { ActionSpec, FilterOptionsSpec } from '../generated/tc.types.gen.js'
import { actionRequests } from './action.js'
import { isDict, same } from './changes.js'
import { kindOf } from './tc.js'

// An action of a filter that has the number of one that is there is that one, and nothing else that is said of it counts (ACT_P_BOUND,
// net/sched/act_*.c): a policer that was read would keep its rate, without a word.

/** What the struct that an action begins with has of which one it is (tc_gen). */
const numbers = new Set(['index', 'refcnt', 'bindcnt'])

/** An action that has a number, and of which more is said. */
interface Numbered {
  readonly index: number
  /** The action without its number. */
  readonly rest: ActionSpec
}

function numbered(action: ActionSpec): Numbered | undefined {
  // What is no action the encoder refuses.
  const { index: other, options: said } = action ?? {}
  if (!isDict(said)) return undefined
  const options: Record<string, unknown> = { ...said }
  const name = parmsName(options)
  const parms = isDict(options[name]) ? options[name] : {}
  const index = parms['index'] ?? other
  const left = Object.fromEntries(Object.entries(parms).filter(([key]) => !numbers.has(key)))
  const says = Object.keys(left).length > 0 || Object.keys(options).some(key => key !== 'kind' && key !== name)
  if (typeof index !== 'number' || index === 0 || !says) return undefined
  return {
    index,
    rest: { ...action, index: undefined, options: { ...options, [name]: left } as ActionSpec['options'] },
  }
}

/** The actions of a filter, its policer among them. */
function actionsOf(options: FilterOptionsSpec): readonly ActionSpec[] {
  const act = 'act' in options && Array.isArray(options.act) ? options.act : []
  return 'police' in options && isDict(options.police) ? [...act, policer(options.police)] : act
}

const policer = (police: object): ActionSpec => ({ options: { kind: 'police', ...police } })

/** Tells whether a filter's actions have numbers, as those that were read. */
export function hasNumbers(options: FilterOptionsSpec): boolean {
  return actionsOf(options).some(action => numbered(action) !== undefined)
}

/** Gives the options of a filter with actions of its own where it says something else of those that it has now. */
export function ownActions(options: FilterOptionsSpec, now: FilterOptionsSpec): FilterOptionsSpec {
  const have = actionsOf(now)
  const out: Record<string, unknown> = { ...options }
  if (Array.isArray(out['act'])) out['act'] = out['act'].map((action: ActionSpec) => own(action, have))
  if (isDict(out['police'])) {
    const { kind: _, ...police }: Record<string, unknown> = { ...own(policer(out['police']), have).options }
    out['police'] = police
  }
  return out as FilterOptionsSpec
}

function own(action: ActionSpec, have: readonly ActionSpec[]): ActionSpec {
  const given = numbered(action)
  if (given === undefined) return action
  const kind = kindOf(action)
  const old = have.map(each => kindOf(each) === kind && numbered(each)).find(each => each && each.index === given.index)
  return !old || same(settings(old), settings(given)) ? action : given.rest
}

/** What is said of an action, as bytes: however it is spelled, and without what the kernel counts. */
function settings({ rest }: Numbered): Uint8Array {
  return actionRequests.add(rest).bytes
}
