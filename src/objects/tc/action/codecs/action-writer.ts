import { own } from '../../../../codec/own-property.js'
import type { Dict, Encoding } from '../../../../codec/table.js'

/** What the kernel wants of a kind of action. */
interface Kind {
  /** The attribute whose struct begins with tc_gen, `parms` unless it says otherwise. */
  readonly parms?: string
  /** What tc lets follow when it is not told, `pipe` unless it says otherwise: the next action. */
  readonly control?: string
}

const kinds: Readonly<Record<string, Kind>> = {
  bpf: {},
  connmark: {},
  csum: { control: 'ok' },
  ct: {},
  ctinfo: { parms: 'act' },
  gact: { control: 'ok' },
  gate: {},
  ife: {},
  mirred: {},
  mpls: {},
  nat: { control: 'ok' },
  pedit: { control: 'ok' },
  police: { parms: 'tbf', control: 'reclassify' },
  sample: {},
  simple: {},
  skbedit: {},
  skbmod: {},
  tunnel_key: {},
  vlan: {},
}

/** Gives the name of the attribute that holds index, control and counts of references. */
export function parmsName(options: Dict): string {
  const kind = typeof options['kind'] === 'string' ? options['kind'] : ''
  if (kind === 'pedit' && options['parmsEx'] !== undefined) return 'parmsEx'
  return own(kinds, kind)?.parms ?? 'parms'
}

/** TCA_EGRESS_REDIR and TCA_INGRESS_REDIR: a packet that is redirected goes no further here. */
const REDIRECTS: ReadonlySet<unknown> = new Set(['egress-redir', 'ingress-redir', 1, 3])
/** TCA_MPLS_ACT_MODIFY and TCA_MPLS_ACT_DEC_TTL: answers have a protocol that requests must not have (act_mpls.c). */
const UNTYPED: ReadonlySet<unknown> = new Set(['modify', 'dec-ttl', 3, 4])

/**
 * Completes an action that has options, wherever it stands (TCA_ACT_TAB, the actions of a filter): with the struct that the kernel wants of
 * its kind, in it the index, and what follows if the caller does not say. What is known of another kind is what the caller says.
 */
export function writeAction(encoder: Encoding, value: Dict): Dict {
  const { index, options, ...rest } = value
  if (options === undefined) return value
  const given = encoder.dictOf(options)
  const kind = typeof given['kind'] === 'string' ? own(kinds, given['kind']) : undefined
  if (kind === undefined) return value
  const name = parmsName(given)
  const parms = given[name] === undefined ? {} : encoder.dictOf(given[name])
  const redirects = given['kind'] === 'mirred' && REDIRECTS.has(parms['eaction'])
  const whole: Record<string, unknown> = {
    ...given,
    [name]: {
      // Without it the one address of nat would be every one.
      ...(parms['oldAddr'] === undefined ? {} : { mask: '255.255.255.255' }),
      ...parms,
      index: parms['index'] ?? index,
      action: parms['action'] ?? (redirects ? 'stolen' : (kind.control ?? 'pipe')),
    },
  }
  if (Array.isArray(given['ops'])) whole['opsLen'] = given['ops'].length
  if (given['kind'] === 'mpls' && UNTYPED.has(parms['mAction'])) delete whole['proto']
  return { ...rest, options: whole }
}
