import type { LinkSpec } from '../generated/link.types.gen.js'
import { refuse } from './build.js'
import { isReadLink } from './difference.js'

/** What the kernel overlooks in the message that makes a link: do_setlink reads it, rtnl_create_link does not. */
const overlooked = [
  'slave',
  'ifalias',
  'afSpec',
  'carrier',
  'protoDown',
  'protoDownReason',
  'vfinfoList',
  'xdp',
  'propList',
] as const

export type LateField = (typeof overlooked)[number]

/** What of these is the kernel's own in a link that was read: who changes it does not do so through a new link. */
const state: ReadonlySet<LateField> = new Set(['carrier', 'vfinfoList', 'xdp'])

/** Names the fields that a spec has and that can be set only once the link is there; further names are those of a link that was read. */
export function lateFields(spec: LinkSpec): readonly LateField[] {
  const isRead = isReadLink(spec)
  return overlooked.filter(field => {
    if (spec[field] === undefined || (field === 'propList' && !isRead)) return false
    return !isRead || !(state.has(field) || (field === 'protoDown' && !spec[field]))
  })
}

const misplaced = {
  propList: 'is overlooked by the kernel here: use addAltname and deleteAltname',
  altIfname: 'is overlooked by the kernel here: use addAltname',
  newIfindex: 'is overlooked by the kernel unless set moves the link to another namespace by netns',
} as const

/** Refuses what only another request takes; in a link that was read it stands for what is there. */
export function refuseMisplaced(what: string, spec: LinkSpec, within = '', moves = false): void {
  for (const field of ['propList', 'altIfname', 'newIfindex'] as const) {
    if (spec[field] === undefined || (field === 'newIfindex' && moves) || isReadLink(spec)) continue
    throw refuse(what, spec, within + field, misplaced[field])
  }
}
