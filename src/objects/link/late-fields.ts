import type { LinkSpec } from '../../generated/link/types.gen.js'
import { badField } from '../../request/build.js'
import { isReadLink, withoutState } from './diff.js'

/** What the kernel overlooks in the message that makes a link: do_setlink reads it, rtnl_create_link does not. */
const ignoredFields = [
  'slave',
  'ifalias',
  'afSpec',
  'carrier',
  'protoDown',
  'protoDownReason',
  'vfinfoList',
  'xdp',
  'mtu',
  'propList',
  'info',
] as const

export type LateField = (typeof ignoredFields)[number]

/** Kinds that give a new link the MTU that its lower ones allow, whatever it was to have (macsec_newlink, hsr_dev_finalize). */
const fitted: ReadonlySet<string | undefined> = new Set(['macsec', 'hsr'])

/** What of these is the kernel's own in a link that was read: who changes it does not do so through a new link. */
const state: ReadonlySet<LateField> = new Set(['carrier', 'vfinfoList', 'xdp'])

/**
 * Kinds that refuse much of what they report, as options of a bond that its mode does not have: a link that was read is made with
 * these fields of its data, and the others that differ then follow.
 */
const first: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['bond', ['kind', 'mode']],
  ['macsec', ['kind', 'sci', 'icvLen', 'cipherSuite']],
])

const isLater = (kind: unknown, key: string): boolean => first.get(kind)?.includes(key) === false

/** Names the fields that a spec has and that can be set only once the link is there; the last two only of a link that was read. */
export function lateFields(spec: LinkSpec): readonly LateField[] {
  const isRead = isReadLink(spec)
  return ignoredFields.filter(field => {
    if (spec[field] === undefined) return false
    if (field === 'mtu') return fitted.has(spec.info?.kind)
    if (field === 'info') return isRead && Object.keys(spec.info ?? {}).some(key => isLater(spec.info?.kind, key))
    if (!isRead) return field !== 'propList'
    return !state.has(field) && (field !== 'protoDown' || Boolean(spec[field]))
  })
}

/** Splits a spec into what makes the link and these late fields. */
export function inTwo(spec: LinkSpec, names: readonly LateField[]): { first: LinkSpec; late: LinkSpec } {
  const late: Record<string, unknown> = Object.fromEntries(names.map(name => [name, spec[name]]))
  if (isReadLink(spec) && 'slave' in late) late['slave'] = withoutState(spec.slave)
  const data = Object.entries(spec.info ?? {}).filter(([key]) => !isLater(spec.info?.kind, key))
  const without = Object.fromEntries(names.map(name => [name, name === 'info' ? Object.fromEntries(data) : undefined]))
  return { first: { ...spec, ...without }, late }
}

const misplaced = {
  propList: 'is overlooked by the kernel here: use addAltname and deleteAltname',
  altIfname: 'is overlooked by the kernel here: use addAltname',
  protinfo:
    'is overlooked by the kernel unless set tells it to a bridge, with the family bridge: options of a port are its slave',
  newIfindex: 'is overlooked by the kernel unless set moves the link to another namespace by netns',
} as const

/** Refuses what only another request takes; in a link that was read it stands for what is there. */
export function checkPlacement(what: string, spec: LinkSpec, within = '', moves = false): void {
  for (const field of ['propList', 'altIfname', 'protinfo', 'newIfindex'] as const) {
    if (spec[field] === undefined || (field === 'newIfindex' && moves) || isReadLink(spec)) continue
    throw badField(what, spec, within + field, misplaced[field])
  }
}
