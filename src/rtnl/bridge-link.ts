import { AF_BRIDGE } from '../generated/constants.gen.js'
import { build, type Draft, refuse } from './build.js'
import type { Asked } from './family.js'
import type { Request } from './request.js'

/** A link by name or index, as specs of bridges name it. */
export interface OnLink {
  /** The link, by name or index. */
  readonly dev?: string | number | undefined
  /** The link by its index, as it is read. */
  readonly ifindex?: number | undefined
}

/** Puts the link of a spec into a member of the fixed header. */
export function onLink(asked: Asked, spec: OnLink, member = 'ifindex'): Pick<Draft<never>, 'linkMember'> {
  const ref = spec.dev ?? spec.ifindex
  if (ref === undefined) throw refuse(asked.what, asked.spec, 'dev', 'is missing')
  return { linkMember: { member, ref, field: spec.dev === undefined ? 'ifindex' : 'dev' } }
}

/** Takes the link out of a spec. */
export function withoutLink<T extends OnLink>(spec: T): Omit<T, keyof OnLink | 'family'> {
  const { dev: _, ifindex: __, family: ___, ...rest } = spec as T & { family?: unknown }
  return rest
}

/**
 * Builds an RTM_SETLINK or RTM_DELLINK of AF_BRIDGE, which the bridge (or, with BRIDGE_FLAGS_SELF, the device itself) answers:
 * rtnl_bridge_setlink, net/core/rtnetlink.c.
 */
export function bridgeLink(
  asked: Asked,
  type: number,
  link: OnLink,
  attrs: { readonly afSpec?: object | undefined; readonly protinfo?: object | undefined },
): Request {
  return build({
    type,
    header: { family: AF_BRIDGE },
    attrs: { ...attrs },
    ...onLink(asked, link, 'index'),
    ...asked,
  })
}
