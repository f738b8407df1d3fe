import { type Draft, refuse } from './build.js'
import type { Asked } from './family.js'

/** A link by name or index, as specs name it. */
export interface OnLink {
  /** The link, by name or index. */
  readonly dev?: string | number | undefined
  /** The link by its index, as it is read. */
  readonly ifindex?: number | undefined
}

/** Puts the link of a spec into a member of the fixed header; refuses a spec that names none. */
export function onLink(asked: Asked, spec: OnLink, member = 'ifindex'): Required<Pick<Draft<never>, 'linkMember'>> {
  const ref = spec.dev ?? spec.ifindex
  if (ref === undefined) throw refuse(asked.what, asked.spec, 'dev', 'is missing')
  return { linkMember: { member, ref, field: spec.dev === undefined ? 'ifindex' : 'dev' } }
}
