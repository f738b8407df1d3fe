import { parmsName } from '../codec/action-writer.js'
import type { ActionAttrs } from '../generated/tc.types.gen.js'

/** An action as it is read: `options` by their `kind`, and what all kinds have. */
export interface Action extends ActionAttrs {
  /** The kind's name, also of one that is not known. */
  kind: string
  /** The number among the actions of its kind; 0 in filters that do not tell. */
  index: number
}

/** Makes an action of its attributes: the index stands in the struct of its kind, in a brief dump beside the kind. */
export function actionOf(attrs: ActionAttrs): Action {
  const options = attrs.options as Readonly<Record<string, unknown>> | undefined
  const parms = options === undefined ? undefined : (options[parmsName(options)] as { index?: number } | undefined)
  attrs.kind ??= ''
  attrs.index ??= parms?.index ?? 0
  return attrs as Action
}
