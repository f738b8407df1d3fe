import type { LinkSpec } from '../generated/link.types.gen.js'
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
] as const

export type LateField = (typeof overlooked)[number]

/** What of these is the kernel's own in a link that was read: who changes it does not do so through a new link. */
const state: ReadonlySet<LateField> = new Set(['carrier', 'vfinfoList', 'xdp'])

/** Names the fields that a spec has and that can be set only once the link is there. */
export function lateFields(spec: LinkSpec): readonly LateField[] {
  const isRead = isReadLink(spec)
  return overlooked.filter(
    field => spec[field] !== undefined && !(isRead && (state.has(field) || (field === 'protoDown' && !spec[field]))),
  )
}
