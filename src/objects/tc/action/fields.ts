import { actionOptionsSub } from '../../../generated/tc/tables.gen.js'
import type { ActionAttrs, ActionSpec } from '../../../generated/tc/types.gen.js'
import { parmsName } from './codecs/action-writer.js'

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

/**
 * A kind alone stands for its options, of which the kernel wants some: src/codec/action-writer.ts completes them. It cannot know by itself:
 * who gets or deletes an action says the same of it, and means no options.
 */
export function withOptions(spec: ActionSpec): object {
  const { kind, options } = spec ?? {}
  const alone = options === undefined && typeof kind === 'string' && actionOptionsSub.byName(kind) !== undefined
  return alone ? { ...spec, options: { kind } } : spec
}
