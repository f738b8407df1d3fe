import { RTM_DELACTION, RTM_NEWACTION } from '../../../generated/constants.gen.js'
import type { MakeEvent } from '../../../request/events.js'
import { decodeActions, flushed } from './requests.js'

const added: MakeEvent = (bytes, view, start, end) => {
  const actions = decodeActions(bytes, view, start, end)
  return actions === undefined ? undefined : { type: 'action', action: 'new', actions }
}

/** A flush is told by the kind and the number of actions that went, not by the actions. */
const removed: MakeEvent = (bytes, view, start, end) => {
  const actions = decodeActions(bytes, view, start, end)
  const count = flushed(actions?.[0])
  if (actions === undefined || count === undefined)
    return actions === undefined ? undefined : { type: 'action', action: 'delete', actions }
  return { type: 'action', action: 'delete', actions: [], flushed: { kind: actions[0]?.kind ?? '', count } }
}

/** What monitors make of notifications about shared actions. */
export const actionEvents: readonly (readonly [number, MakeEvent])[] = [
  [RTM_NEWACTION, added],
  [RTM_DELACTION, removed],
]
