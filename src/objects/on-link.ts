import { badField, type Draft } from '../request/build.js'
import type { ErrorContext } from './arguments.js'

/** A link by name or index, as specs name it. */
export interface OnLink {
  /** The link, by name or index. */
  readonly dev?: string | number | undefined
  /** The link by its index, as it is read. */
  readonly ifindex?: number | undefined
}

/** How the index of a link is called where it is read. */
type Read = 'ifindex' | 'index'

/** How the caller spells RTA_OIF and NHA_OIF. */
export const devAlias = { oif: 'dev' }

/** The link of a route or nexthop object. Not `??`: a delete by `null`, which is no link, would take the route of any. */
export function linkOf<T>({ dev, oif }: { readonly dev?: T | undefined; readonly oif?: T | undefined }): T | undefined {
  return dev === undefined ? oif : dev
}

type LinkMember = Pick<Draft<never>, 'linkMember'>

/** Puts the link of a spec, if it names one, into a member of the fixed header. */
export function onLinkIfAny(
  spec: Pick<OnLink, 'dev'> & { readonly [K in Read]?: number | undefined },
  member: Read = 'ifindex',
  read: Read = 'ifindex',
): LinkMember {
  // Not `??`: `null`, which is no link, would mean all of them.
  const ref = spec.dev === undefined ? spec[read] : spec.dev
  return ref === undefined ? {} : { linkMember: { member, ref, field: spec.dev === undefined ? read : 'dev' } }
}

/** Does so, and refuses a spec that names none. */
export function onLink(
  context: ErrorContext,
  spec: Parameters<typeof onLinkIfAny>[0],
  member: Read = 'ifindex',
  read: Read = 'ifindex',
): LinkMember {
  const on = onLinkIfAny(spec, member, read)
  if (on.linkMember === undefined) throw badField(context.what, context.spec, 'dev', 'is missing')
  return on
}
