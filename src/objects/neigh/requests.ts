import { quote } from '../../codec/text/quote.js'
import type { Af } from '../../generated/common/types.gen.js'
import * as c from '../../generated/constants.gen.js'
import { decodeNeigh, usualNeigh } from '../../generated/neigh/decode.gen.js'
import { neighbourAttrs, ntfExtFlagsEnum, nudStateEnum } from '../../generated/neigh/tables.gen.js'
import type { Neigh, NeighSpec, NudState } from '../../generated/neigh/types.gen.js'
import { badField, type Draft, objectOf } from '../../request/build.js'
import { checkFields, checkFilter, type FilterKeys } from '../../request/check-filter.js'
import { flag } from '../../request/check-options.js'
import type { Request } from '../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE } from '../../wire/nlmsghdr.js'
import { bitsOf, type ErrorContext, familyNumber, familyOfText } from '../arguments.js'
import { build } from '../build.js'
import { onLink } from '../on-link.js'

/** Which neighbours a list or dump gives; all but `state` is filtered by the kernel. */
export interface NeighFilter {
  readonly family?: Af | number | undefined
  readonly dev?: string | number | undefined
  readonly master?: string | number | undefined
  /** Proxy entries instead of neighbours. */
  readonly proxy?: boolean | undefined
  /** Only entries in one of these states: NUD_ bits or their names. */
  readonly state?: number | readonly NudState[] | undefined
}

const filterKeys: FilterKeys<NeighFilter> = { family: true, dev: true, master: true, proxy: flag, state: true }

const AF_BRIDGE = 7

/** Fields that this file writes itself. */
const builderOwned = new Set(['family', 'ifindex', 'dev', 'state', 'flags', 'type', 'cacheinfo', 'probes'])

const keyFields = new Set([...builderOwned, 'proxy'])

function draftOf(what: string, type: number, spec: NeighSpec, defaultState: number): Draft<never> {
  objectOf(spec, what)
  const context: ErrorContext = { what, spec }
  const family = familyNumber(context, spec.family) ?? familyOfText(spec.dst)
  if (family === undefined)
    throw badField(what, spec, 'dst', spec.dst === undefined ? 'is missing' : `${quote(spec.dst)} is no address`)
  return {
    type,
    header: { family, state: spec.state ?? stateOf(context, spec, defaultState), flags: spec.flags, type: spec.type },
    without: builderOwned,
    ...onLink(context, spec),
    what,
    spec,
  } as Draft<never>
}

/** What the kernel shall keep resolved itself cannot be permanent (neigh_add). */
function stateOf(context: ErrorContext, { flagsExt }: NeighSpec, otherwise: number): number {
  const managed = bitsOf(context, 'flagsExt', flagsExt, ntfExtFlagsEnum) & c.NTF_EXT_MANAGED
  return managed === 0 ? otherwise : 0
}

const decode = decodeNeigh

/** Requests about neighbours. */
export const neighRequests = {
  /** Gives the entry of an address on a link; rejects with ENOENT when there is none. */
  get(spec: {
    readonly dev: string | number
    readonly dst: string
    readonly proxy?: boolean | undefined
  }): Request<Neigh> {
    const { dev, dst, proxy } = checkFields('neigh get', spec, keyFields, neighbourAttrs)
    const flags = proxy === true ? c.NTF_PROXY : undefined
    return build(draftOf('neigh get', c.RTM_GETNEIGH, { dev, dst, flags }, 0), undefined, decode)
  },

  /** Lists neighbours. */
  dump(filter: NeighFilter = {}): Request<Neigh> {
    checkFilter('neigh list', filter, filterKeys)
    const context: ErrorContext = { what: 'neigh list', spec: filter }
    const states = filter.state === undefined ? undefined : bitsOf(context, 'state', filter.state, nudStateEnum)
    return build({
      type: c.RTM_GETNEIGH,
      flags: NLM_F_DUMP,
      header: { family: familyNumber(context, filter.family), flags: filter.proxy === true ? c.NTF_PROXY : 0 },
      attrs: {
        ...(filter.dev === undefined ? {} : { viaIfindex: filter.dev }),
        ...(filter.master === undefined ? {} : { master: filter.master }),
      },
      ...context,
      aliases: { viaIfindex: 'dev' },
      decode,
      decodeFast: usualNeigh,
      ...(states === undefined ? {} : { matches: ({ state }) => (state & states) !== 0 }),
    })
  },

  /** Adds a neighbour, permanent unless `state` says otherwise; rejects with EEXIST when there is one. */
  add: (spec: NeighSpec): Request =>
    build(draftOf('neigh add', c.RTM_NEWNEIGH, spec, c.NUD_PERMANENT), NLM_F_CREATE | NLM_F_EXCL),

  /** Adds a neighbour or changes it. */
  replace: (spec: NeighSpec): Request =>
    build(draftOf('neigh replace', c.RTM_NEWNEIGH, spec, c.NUD_PERMANENT), NLM_F_CREATE | NLM_F_REPLACE),

  /** Deletes a neighbour; rejects with ENOENT when there is none. */
  delete(spec: NeighSpec): Request {
    const ofBridge = spec?.family === 'bridge' || spec?.family === AF_BRIDGE
    return build(draftOf('neigh delete', c.RTM_DELNEIGH, ofBridge ? spec : withoutLladdr(spec), 0))
  },
} as const

function withoutLladdr(spec: NeighSpec): NeighSpec {
  // Leaving a field out makes an object that is slow to look at.
  if (spec?.lladdr === undefined) return spec
  const { lladdr: _, ...rest } = spec
  return rest
}
