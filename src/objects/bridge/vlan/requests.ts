import { quote } from '../../../codec/text/quote.js'
import { decodeVlandbAttrs, readBrVlanMsg } from '../../../generated/bridge/decode.gen.js'
import { vlandbEntryAttrs } from '../../../generated/bridge/tables.gen.js'
import type {
  VlandbAttrs,
  VlandbEntryAttrs,
  VlandbEntrySpec,
  VlandbGoptsAttrs,
  VlandbGoptsSpec,
} from '../../../generated/bridge/types.gen.js'
import { bridgeVlanFlagsEnum } from '../../../generated/common/tables.gen.js'
import type { Af, BridgeVlanFlags } from '../../../generated/common/types.gen.js'
import * as c from '../../../generated/constants.gen.js'
import { badField, objectOf } from '../../../request/build.js'
import { checkFields, checkFilter, type FilterKeys, vlanId } from '../../../request/check-filter.js'
import { flag } from '../../../request/check-options.js'
import { type Request, Several } from '../../../request/request.js'
import { NLM_F_DUMP } from '../../../wire/nlmsghdr.js'
import { bitsOf, type ErrorContext } from '../../arguments.js'
import { build } from '../../build.js'
import { type OnLink, onLink, onLinkIfAny } from '../../on-link.js'
import { bridgeLink, withoutLink } from '../bridge-link.js'

/** A VLAN, or a range of them with the same options, of a port or of a bridge itself. */
export interface BridgeVlan extends Omit<VlandbEntryAttrs, 'info'> {
  family: Af | number
  /** The port or bridge (br_vlan_msg.ifindex). */
  ifindex: number
  vid: number
  /** BRIDGE_VLAN_INFO_ flags. */
  flags: number
}

/** A VLAN or a range up to `range`, as it is written. */
export interface BridgeVlanSpec extends OnLink, Omit<VlandbEntrySpec, 'info'> {
  readonly vid: number
  readonly flags?: number | readonly BridgeVlanFlags[] | undefined
  /** BRIDGE_FLAGS_SELF: the device itself is asked, not its bridge: a network card with VLANs of its own. */
  readonly self?: boolean | undefined
  /** BRIDGE_FLAGS_MASTER: the bridge of the port is asked, beside `self`. */
  readonly master?: boolean | undefined
}

/** Options of a VLAN, or of a range of them, that hold for the whole bridge. */
export interface BridgeVlanGlobal extends VlandbGoptsAttrs {
  family: Af | number
  /** The bridge (br_vlan_msg.ifindex). */
  ifindex: number
  id: number
}

/** Options of a VLAN, or of a range up to `range`, that hold for the whole bridge, as they are written. */
export interface BridgeVlanGlobalSpec extends OnLink, VlandbGoptsSpec {
  readonly id: number
}

/** Which VLANs a list or dump gives; `dev` is filtered by the kernel. */
export interface BridgeVlanFilter {
  readonly dev?: string | number | undefined
  /** The VLAN, also where it is a part of a range. */
  readonly vid?: number | undefined
}

/** struct br_vlan_msg. */
const HEADER = 8

function decodeVlans(bytes: Uint8Array, view: DataView, start: number, end: number): VlandbAttrs | undefined {
  return end - start < HEADER ? undefined : decodeVlandbAttrs({}, bytes, view, start + HEADER, end, undefined)
}

/** Decodes the VLANs of a message; `undefined` when its header is cut off. */
export function decodeBridgeVlans(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): BridgeVlan[] | undefined {
  const attrs = decodeVlans(bytes, view, start, end)
  if (attrs === undefined) return undefined
  const { family, ifindex } = readBrVlanMsg(bytes, view, start, HEADER)
  return (attrs.entry ?? []).map(({ info, ...rest }) => ({
    family,
    ifindex,
    vid: info?.vid ?? 0,
    flags: info?.flags ?? 0,
    ...rest,
  }))
}

/** Decodes the global options of a message; `undefined` when its header is cut off. */
export function decodeBridgeVlanGlobals(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): BridgeVlanGlobal[] | undefined {
  const attrs = decodeVlans(bytes, view, start, end)
  if (attrs === undefined) return undefined
  const { family, ifindex } = readBrVlanMsg(bytes, view, start, HEADER)
  return (attrs.globalOptions ?? []).map(options => ({ family, ifindex, id: 0, ...options }))
}

function dump<T, F extends BridgeVlanFilter>(
  what: string,
  filter: F,
  keys: FilterKeys<F>,
  flags: number,
  decode: (bytes: Uint8Array, view: DataView, start: number, end: number) => T[] | undefined,
  idOf: (row: T) => { readonly first: number; readonly last: number | undefined },
): Request<T> {
  const context: ErrorContext = { what, spec: filter }
  checkFilter(what, filter, keys)
  const { dev, vid } = filter
  return build<T>({
    type: c.RTM_GETVLAN,
    flags: NLM_F_DUMP,
    header: { family: c.AF_BRIDGE },
    attrs: flags === 0 ? {} : { flags },
    ...onLinkIfAny({ dev }),
    ...context,
    decode: (bytes, view, start, end) => {
      const rows = decode(bytes, view, start, end)
      return rows === undefined ? undefined : new Several(rows)
    },
    matches: row => {
      if (vid === undefined) return true
      const { first, last = first } = idOf(row)
      return first <= vid && vid <= last
    },
  })
}

/** The VLAN database takes VLANs, their options and their tunnels in one message (br_vlan_rtm_process, net/bridge/br_vlan.c). */
function database(context: ErrorContext, type: number, spec: BridgeVlanSpec, extra: number): Request {
  const { vid, flags, self: _, master: __, tunnelInfo, ...rest } = withoutLink(spec)
  const adding = type === c.RTM_NEWVLAN
  // A bridge says of its own VLANs that they suppress nothing, and refuses to be told so.
  const options = 'family' in spec && rest.neighSuppress === 0 ? { ...rest, neighSuppress: undefined } : rest
  return build({
    type,
    header: { family: c.AF_BRIDGE },
    attrs: {
      entry: {
        info: { vid, flags: adding ? bitsOf(context, 'flags', flags, bridgeVlanFlagsEnum) | extra : 0 },
        ...(adding ? options : { range: options.range }),
        ...(adding && tunnelInfo !== undefined
          ? { tunnelInfo: { ...tunnelInfo, cmd: tunnelInfo.cmd ?? c.RTM_SETLINK } }
          : {}),
      },
    },
    ...onLink(context, spec),
    ...context,
  })
}

/** Fields that are written by themselves: members of struct br_vlan_msg and struct bridge_vlan_info, and who is asked. */
const members = new Set(['family', 'ifindex', 'dev', 'vid', 'flags', 'self', 'master'])

/** What only the VLAN database takes. */
const options = ['state', 'mcastRouter', 'mcastMaxGroups', 'neighSuppress', 'neighForwardGrat'] as const

/** The only way to a device's own VLANs: IFLA_AF_SPEC of AF_BRIDGE, what `bridge vlan add` sends always. */
function afSpec(context: ErrorContext, type: number, spec: BridgeVlanSpec): Request {
  const { vid, range, tunnelInfo } = spec
  const lost = options.find(option => spec[option] !== undefined)
  if (lost !== undefined && type === c.RTM_SETLINK && !('family' in spec))
    throw badField(context.what, spec, lost, 'is no option of VLANs by way of self or master: set it without them')
  const flags = type === c.RTM_SETLINK ? bitsOf(context, 'flags', spec.flags, bridgeVlanFlagsEnum) : 0
  const endpoints = <T extends object>(make: (vid: number, flags: number) => T): T[] =>
    range === undefined || range === vid
      ? [make(vid, 0)]
      : [make(vid, c.BRIDGE_VLAN_INFO_RANGE_BEGIN), make(range, c.BRIDGE_VLAN_INFO_RANGE_END)]
  const target = (spec.master === true ? c.BRIDGE_FLAGS_MASTER : 0) | (spec.self === true ? c.BRIDGE_FLAGS_SELF : 0)
  return bridgeLink(context, type, spec, {
    afSpec: {
      flags: target === 0 ? undefined : target,
      vlanInfo: endpoints((each, end) => ({ vid: each, flags: flags | end })),
      vlanTunnelInfo:
        tunnelInfo?.id === undefined
          ? undefined
          : endpoints((each, end) => ({ id: (tunnelInfo.id ?? 0) + each - vid, vid: each, flags: end })),
    },
  })
}

function change(what: string, spec: BridgeVlanSpec, type: number, linkType: number): Request {
  const context: ErrorContext = { what, spec: checkFields(what, spec, members, vlandbEntryAttrs) }
  if (spec.vid === undefined) throw badField(what, spec, 'vid', 'is missing')
  for (const field of ['self', 'master'] as const)
    if (spec[field] !== undefined && typeof spec[field] !== 'boolean')
      throw badField(what, spec, field, `${quote(spec[field])} is no boolean`)
  return spec.self === true || spec.master === true ? afSpec(context, linkType, spec) : database(context, type, spec, 0)
}

/** Requests about VLANs of bridges. */
export const vlanRequests = {
  /** Lists VLANs; `stats` adds counters. */
  dump: (filter: BridgeVlanFilter & { readonly stats?: boolean | undefined } = {}): Request<BridgeVlan> =>
    dump(
      'vlan list',
      filter,
      { dev: true, vid: vlanId, stats: flag },
      filter?.stats === true ? c.BRIDGE_VLANDB_DUMPF_STATS : 0,
      decodeBridgeVlans,
      row => ({ first: row.vid, last: row.range }),
    ),

  /** Lists options that hold for whole bridges. */
  dumpGlobal: (filter: BridgeVlanFilter = {}): Request<BridgeVlanGlobal> =>
    dump(
      'vlan list global',
      filter,
      { dev: true, vid: vlanId },
      c.BRIDGE_VLANDB_DUMPF_GLOBAL,
      decodeBridgeVlanGlobals,
      row => ({ first: row.id, last: row.range }),
    ),

  /** Adds VLANs to a port or bridge, with their options; those that it has take the flags. */
  add: (spec: BridgeVlanSpec): Request => change('vlan add', spec, c.RTM_NEWVLAN, c.RTM_SETLINK),

  /** Deletes VLANs; those that are not there count as deleted. */
  delete: (spec: BridgeVlanSpec): Request => change('vlan delete', spec, c.RTM_DELVLAN, c.RTM_DELLINK),

  /** Changes options of VLANs that are there; `flags` stay as they are. */
  set(spec: BridgeVlanSpec): Request {
    const context: ErrorContext = { what: 'vlan set', spec: objectOf(spec, 'vlan set') }
    if (spec.vid === undefined) throw badField(context.what, spec, 'vid', 'is missing')
    return database(context, c.RTM_NEWVLAN, { ...spec, flags: 0 }, c.BRIDGE_VLAN_INFO_ONLY_OPTS)
  },

  /** Changes options of VLANs that hold for a whole bridge. */
  setGlobal(spec: BridgeVlanGlobalSpec): Request {
    const context: ErrorContext = { what: 'vlan set global', spec: objectOf(spec, 'vlan set global') }
    if (spec.id === undefined) throw badField(context.what, spec, 'id', 'is missing')
    return build({
      type: c.RTM_NEWVLAN,
      header: { family: c.AF_BRIDGE },
      attrs: { globalOptions: withoutLink(spec) },
      ...onLink(context, spec),
      ...context,
    })
  },
} as const
