import { AF_BRIDGE } from '../../generated/constants.gen.js'
import type { Request } from '../../request/request.js'
import type { ErrorContext } from '../arguments.js'
import { build } from '../build.js'
import { type OnLink, onLink } from '../on-link.js'

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
  context: ErrorContext,
  type: number,
  link: OnLink,
  attrs: { readonly afSpec?: object | undefined; readonly protinfo?: object | undefined },
): Request {
  return build({
    type,
    header: { family: AF_BRIDGE },
    attrs: { ...attrs },
    ...onLink(context, link, 'index'),
    ...context,
  })
}
