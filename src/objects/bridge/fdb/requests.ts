import * as c from '../../../generated/constants.gen.js'
import { decodeFdb } from '../../../generated/neigh/decode.gen.js'
import { ntfFlagsEnum, nudStateEnum } from '../../../generated/neigh/tables.gen.js'
import type { Fdb, FdbSpec, NtfFlags, NudState } from '../../../generated/neigh/types.gen.js'
import { badField, type Draft, fields, objectOf } from '../../../request/build.js'
import { checkFilter, type FilterKeys, vlanId } from '../../../request/check-filter.js'
import type { Request } from '../../../request/request.js'
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE } from '../../../wire/nlmsghdr.js'
import { bitsOf, type ErrorContext } from '../../arguments.js'
import { build } from '../../build.js'
import { onLink, onLinkIfAny } from '../../on-link.js'

/** Which forwarding entries a list or dump gives; `dev` and `master` are filtered by the kernel. */
export interface FdbFilter {
  /** Entries of this port or vxlan. */
  readonly dev?: string | number | undefined
  /** Entries of this bridge and its ports. */
  readonly master?: string | number | undefined
  readonly vlan?: number | undefined
  /** Only entries in one of these states: NUD_ bits or their names. */
  readonly state?: number | readonly NudState[] | undefined
}

/** Which entry a get is about: by the bridge (`master`), by a port of it (`dev`), or by a vxlan that has it (`dev` with the flag `self`). */
export interface FdbRef {
  readonly lladdr: string
  readonly dev?: string | number | undefined
  readonly master?: string | number | undefined
  readonly vlan?: number | undefined
  readonly vni?: number | undefined
  /** NTF_SELF or NTF_MASTER: whether the device itself or its bridge is asked. */
  readonly flags?: number | readonly NtfFlags[] | undefined
}

/** Which entries a flush deletes: all that match everything that is given. */
export interface FdbFlush {
  /** The bridge or vxlan whose entries go. */
  readonly dev: string | number
  /** Only those of this port, or of the link that the tunnel leaves by (NDA_IFINDEX). */
  readonly viaIfindex?: string | number | undefined
  readonly vlan?: number | undefined
  readonly dst?: string | undefined
  readonly port?: number | undefined
  readonly vni?: number | undefined
  readonly srcVni?: number | undefined
  readonly nhId?: number | undefined
  /** States that must be set; with `ndmStateMask`, bits of the mask that are not here must not be. */
  readonly state?: number | readonly NudState[] | undefined
  readonly ndmStateMask?: number | readonly NudState[] | undefined
  /** Flags that must be set, as `state`; `self` and `master` say whose table is meant. */
  readonly flags?: number | readonly NtfFlags[] | undefined
  readonly ndmFlagsMask?: number | readonly NtfFlags[] | undefined
}

const flushKeys: FilterKeys<FdbFlush> = {
  dev: true,
  viaIfindex: true,
  vlan: true,
  dst: true,
  port: true,
  vni: true,
  srcVni: true,
  nhId: true,
  state: true,
  ndmStateMask: true,
  flags: true,
  ndmFlagsMask: true,
}

/** Fields that this file writes itself. */
const builderOwned = new Set(['family', 'ifindex', 'dev', 'state', 'flags', 'master', 'cacheinfo', 'linkNetnsid'])
const TARGETS = c.NTF_SELF | c.NTF_MASTER
/** What `bridge fdb add` makes when it is told nothing: an address of the device itself, or a fixed destination. */
const PERMANENT = c.NUD_PERMANENT | c.NUD_NOARP

/** An entry of a bridge says so by its master; the bridge's own addresses, and what a device has itself, are SELF. */
function flagsOf(context: ErrorContext, spec: Pick<FdbSpec, 'flags' | 'master' | 'dev' | 'ifindex'>): number {
  const flags = bitsOf(context, 'flags', spec.flags, ntfFlagsEnum)
  if ((flags & TARGETS) !== 0) return flags
  const ofBridge = spec.master !== undefined && spec.master !== (spec.dev ?? spec.ifindex)
  return flags | (ofBridge ? c.NTF_MASTER : c.NTF_SELF)
}

function draftOf(what: string, type: number, spec: FdbSpec): Draft<never> {
  const context: ErrorContext = { what, spec: objectOf(spec, what) }
  const state = bitsOf(context, 'state', spec.state ?? PERMANENT, nudStateEnum)
  if (spec.lladdr === undefined) throw badField(what, spec, 'lladdr', 'is missing')
  return {
    type,
    // An entry that has aged reads as stale, which the kernel does not take.
    header: {
      family: c.AF_BRIDGE,
      state: state === c.NUD_STALE ? c.NUD_REACHABLE : state,
      flags: flagsOf(context, spec),
    },
    without: builderOwned,
    ...onLink(context, spec),
    what,
    spec,
  }
}

function change(what: string, flags: number, spec: FdbSpec): Request {
  return build(draftOf(what, c.RTM_NEWNEIGH, spec), flags)
}

/** Requests about forwarding entries. */
export const fdbRequests = {
  /** Gives the entry of a link-layer address; rejects with ENOENT when there is none. */
  get(ref: FdbRef): Request<Fdb> {
    const context: ErrorContext = { what: 'fdb get', spec: objectOf(ref, 'fdb get') }
    const { dev, flags = 0, ...attrs } = ref
    return build({
      type: c.RTM_GETNEIGH,
      header: { family: c.AF_BRIDGE, flags },
      attrs: fields(attrs, new Set()),
      ...onLinkIfAny({ dev }),
      ...context,
      decode: decodeFdb,
    })
  },

  /** Lists forwarding entries. */
  dump(filter: FdbFilter = {}): Request<Fdb> {
    checkFilter('fdb list', filter, { dev: true, master: true, vlan: vlanId, state: true })
    const context: ErrorContext = { what: 'fdb list', spec: filter }
    const { dev, master, vlan } = filter
    const states = filter.state === undefined ? undefined : bitsOf(context, 'state', filter.state, nudStateEnum)
    return build<Fdb>({
      type: c.RTM_GETNEIGH,
      flags: NLM_F_DUMP,
      header: { family: c.AF_BRIDGE },
      attrs: master === undefined ? {} : { master },
      ...onLinkIfAny({ dev }),
      ...context,
      decode: decodeFdb,
      matches: entry =>
        (vlan === undefined || entry.vlan === vlan) && (states === undefined || (entry.state & states) !== 0),
    })
  },

  /** Adds an entry, permanent unless `state` says otherwise; rejects with EEXIST when there is one. */
  add: (spec: FdbSpec): Request => change('fdb add', NLM_F_CREATE | NLM_F_EXCL, spec),

  /** Adds an entry or changes it; of a vxlan the destinations of an address become this one. */
  replace: (spec: FdbSpec): Request => change('fdb replace', NLM_F_CREATE | NLM_F_REPLACE, spec),

  /** Adds a further destination of an address to a vxlan: how broadcasts reach several. */
  append: (spec: FdbSpec): Request => change('fdb append', NLM_F_CREATE | NLM_F_APPEND, spec),

  /** Deletes an entry; rejects with ENOENT when there is none. What a device has itself it lets go of by its state (ndo_dflt_fdb_del). */
  delete: (spec: FdbSpec): Request => build(draftOf('fdb delete', c.RTM_DELNEIGH, spec)),

  /** Deletes all entries that match, in one request (Linux 6.0 for bridges, 6.7 for vxlan). */
  flush(match: FdbFlush): Request {
    checkFilter('fdb flush', match, flushKeys)
    const context: ErrorContext = { what: 'fdb flush', spec: match }
    const { dev, state, flags, ndmStateMask, ndmFlagsMask, ...attrs } = match
    const stateBits = bitsOf(context, 'state', state, nudStateEnum)
    const flagMask = bitsOf(context, 'flags', flags, ntfFlagsEnum)
    const stateMask = bitsOf(context, 'ndmStateMask', ndmStateMask ?? stateBits, nudStateEnum)
    const flagsMask = bitsOf(context, 'ndmFlagsMask', ndmFlagsMask ?? flagMask & ~TARGETS, ntfFlagsEnum)
    return build({
      type: c.RTM_DELNEIGH,
      flags: c.NLM_F_BULK,
      header: { family: c.AF_BRIDGE, state: stateBits, flags: flagsOf(context, { flags: flagMask }) },
      attrs: {
        ...fields(attrs, new Set()),
        ...(stateMask === 0 ? {} : { ndmStateMask: stateMask }),
        ...(flagsMask === 0 ? {} : { ndmFlagsMask: flagsMask }),
      },
      ...onLink(context, { dev }),
      ...context,
    })
  },
} as const
