import type { Dict, Format } from '../../codec/table.js'
import { linkAttrs, linkinfoDataSub, linkinfoMemberDataSub } from '../../generated/link/tables.gen.js'
import type { Link, LinkSpec } from '../../generated/link/types.gen.js'
import { linkRare } from '../../generated/link-rare/lazy.gen.js'
import { fields } from '../../request/build.js'
import { changesOf, isDict } from '../../request/changes.js'

/**
 * Kinds whose change takes what is not given for 0 (ipgre_netlink_parms, ip_tunnel_changelink and their like): all of it is
 * sent, or a new TTL would take the addresses and keys away.
 */
const wholeKinds = new Set<unknown>([
  'gre',
  'gretap',
  'erspan',
  'ip6gre',
  'ip6gretap',
  'ip6erspan',
  'ipip',
  'sit',
  'ip6tnl',
  'vti',
  'vti6',
  'xfrm',
])

/**
 * Kinds that refuse to be told again some of what they report: options that the mode of a bond does not have, what cannot be changed of a
 * vxlan, geneve or macsec (vxlan_nl2conf, geneve_nl2info, macsec_changelink).
 */
const rejectingKinds = new Set<unknown>(['bond', 'vxlan', 'geneve', 'macsec'])

/** Tells whether what is written of the data of a link depends on what it is. */
export function isCompared(info: LinkSpec['info']): boolean {
  // So does a bridge (br_mst_set_enabled), which is looked at when its data was read: what somebody has written leaves at once, so that it
  // holds before what is asked for in the same tick.
  if (info?.kind === 'bridge') return 'bridgeId' in info
  return wholeKinds.has(info?.kind) || rejectingKinds.has(info?.kind)
}

/** Completes what is written of a link's data with what it is, or leaves what differs of it; another kind's stays as it is. */
export function completed(now: Link, info: NonNullable<LinkSpec['info']>): LinkSpec['info'] {
  if (now.info?.kind !== info.kind) return info
  if (wholeKinds.has(info.kind)) return whole(now.info, info) as LinkSpec['info']
  return kindChanges(linkinfoDataSub.byName(info.kind), now.info, info) as LinkSpec['info']
}

const empty: ReadonlySet<string> = new Set()

/** Gives what is there with what is given over it; `undefined` gives nothing. */
function whole(now: object, given: object): Record<string, unknown> {
  return fields(given, empty, { ...now })
}

/** Tells a link that was read (and perhaps changed, or is to be another) from a few fields: only what was read has such header fields. */
export function isReadLink(spec: LinkSpec): boolean {
  return spec.family !== undefined && spec.type !== undefined
}

/** Header fields, and what only requests of their own change. */
const notSet = ['family', 'type', 'index', 'propList', 'altIfname']

/**
 * Leaves of a link that was read only what differs from the link as it is. The kernel refuses much of what it reports when
 * it is sent back unchanged: a carrier, a state of a bridge port, data of a kind that cannot be changed. That state is the bridge's,
 * and so is a carrier that has come or gone since the link was read.
 */
export function linkChanges(now: Link, spec: LinkSpec): LinkSpec {
  const changes: Record<string, unknown> = changesOf(linkAttrs, now as unknown as Dict, spec as Dict)
  const info = kindChanges(linkinfoDataSub.byName(spec.info?.kind ?? ''), now.info, spec.info)
  const slave = kindChanges(linkinfoMemberDataSub.byName(spec.slave?.kind ?? ''), now.slave, withoutState(spec.slave))
  const vfinfoList = vfChanges(now, spec)
  delete changes['info']
  delete changes['slave']
  delete changes['vfinfoList']
  for (const field of notSet) delete changes[field]
  if ((spec as Dict)['carrierChanges'] !== now.carrierChanges) delete changes['carrier']
  for (const [key, value] of Object.entries({ info, slave, vfinfoList })) if (value !== undefined) changes[key] = value
  return changes as LinkSpec
}

/** Leaves of virtual functions what differs: a driver resets one that is told again what it has. */
function vfChanges(now: Link, spec: LinkSpec): object | undefined {
  const { vfinfoList } = spec
  // What is none is left to the encoder to refuse.
  if (vfinfoList === undefined || !isVfList(vfinfoList)) return vfinfoList
  const before = now.vfinfoList?.info ?? []
  const info = (vfinfoList.info ?? [])
    .map(vf => {
      const have = before.find(({ mac }) => mac?.vf === vf.mac?.vf) ?? {}
      return changesOf(linkRare().vfinfoAttrs, have as Dict, { ...vf, stats: undefined, broadcast: undefined } as Dict)
    })
    .filter(changes => Object.keys(changes).length > 0)
  return info.length === 0 ? undefined : { info }
}

function isVfList(list: unknown): boolean {
  if (!isDict(list)) return false
  const { info = [] } = list
  return Array.isArray(info) && info.every(isDict)
}

/** Leaves the state of a bridge's port out: it follows from STP and the carrier, and cannot be set while they decide. */
export function withoutState(slave: LinkSpec['slave']): LinkSpec['slave'] {
  return slave?.kind === 'bridge' ? { ...slave, state: undefined } : slave
}

function kindChanges(
  format: Format | undefined,
  now: object | undefined,
  spec: object | undefined,
): object | undefined {
  if (!isDict(spec)) return spec
  const given: Dict = spec
  const have = (now ?? {}) as Dict
  if (have['kind'] !== given['kind']) return spec
  const changes = changesOf(format?.set, have, given)
  if (Object.keys(changes).length === 0) return undefined
  return wholeKinds.has(given['kind']) ? whole(have, given) : { ...changes, kind: given['kind'] }
}
