import { actionOptionsSub } from '../generated/tc.tables.gen.js'
import type { ActionAttrs, ActionOptionsSpec, ActionSpec, TcAct } from '../generated/tc.types.gen.js'

/** An action as it is read: `options` by their `kind`, and what all kinds have. */
export interface Action extends ActionAttrs {
  /** The kind's name, also of one that is not known. */
  kind: string
  /** The number among the actions of its kind; 0 in filters that do not tell. */
  index: number
}

type Dict = Readonly<Record<string, unknown>>

/** The attribute that holds tc_gen; that of all others is `parms`. */
const parmsNames: Readonly<Record<string, string>> = { police: 'tbf', ctinfo: 'act' }

/** What tc lets follow an action when it is not told; after all others the next action of the list. */
const controls: Readonly<Record<string, TcAct>> = {
  csum: 'ok',
  gact: 'ok',
  nat: 'ok',
  pedit: 'ok',
  police: 'reclassify',
}

function parmsName(options: Dict): string {
  const { kind } = options
  if (kind === 'pedit' && options['parmsEx'] !== undefined) return 'parmsEx'
  return parmsNames[String(kind)] ?? 'parms'
}

/** Makes an action of its attributes: the index stands in the struct of its kind, in a brief dump beside the kind. */
export function actionOf(attrs: ActionAttrs): Action {
  const options = attrs.options as Dict | undefined
  const parms = options === undefined ? undefined : (options[parmsName(options)] as { index?: number } | undefined)
  attrs.kind ??= ''
  attrs.index ??= parms?.index ?? 0
  return attrs as Action
}

/**
 * Gives the attributes of an action as they are written: with the struct that the kernel wants of every kind, and in it the index and
 * what follows. Filters write theirs the same way.
 */
export function actionFields(spec: ActionSpec): ActionSpec {
  const { index, ...rest } = spec
  const options = (spec.options ?? { kind: spec.kind }) as Dict
  // What is known of another kind is what the caller says.
  if (actionOptionsSub.byName(String(options['kind'])) === undefined) return spec
  const name = parmsName(options)
  const given = (options[name] ?? {}) as Dict
  const parms = {
    ...given,
    index: given['index'] ?? index,
    action: given['action'] ?? followUp(options),
  }
  const whole = { ...options, [name]: parms } as Dict
  const complete = completions[String(options['kind'])]
  return { ...rest, options: (complete?.(whole) ?? whole) as ActionOptionsSpec }
}

/** What the kernel wants beside that, by kind. */
const completions: Readonly<Record<string, (options: Dict) => Dict>> = {
  // Answers have a protocol where the kernel refuses one (tcf_mpls_dump, tcf_mpls_init).
  mpls: options => (UNTYPED.has((options['parms'] as Dict)['mAction']) ? { ...options, proto: undefined } : options),
}

/** TCA_MPLS_ACT_MODIFY and TCA_MPLS_ACT_DEC_TTL. */
const UNTYPED: ReadonlySet<unknown> = new Set(['modify', 'dec-ttl', 3, 4])

/** What tc lets follow: a packet that is redirected goes no further here. */
function followUp(options: Dict): TcAct {
  const { kind } = options
  const { eaction } = (options['parms'] ?? {}) as Dict
  if (kind === 'mirred' && REDIRECTS.has(eaction)) return 'stolen'
  return controls[String(kind)] ?? 'pipe'
}

/** TCA_EGRESS_REDIR and TCA_INGRESS_REDIR. */
const REDIRECTS: ReadonlySet<unknown> = new Set(['egress-redir', 'ingress-redir', 1, 3])
