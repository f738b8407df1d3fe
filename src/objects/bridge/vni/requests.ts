import { decodeTunnelAttrs, readTunnelMsg } from '../../../generated/bridge/decode.gen.js'
import { vnifilterEntryAttrs } from '../../../generated/bridge/tables.gen.js'
import type { VnifilterEntryAttrs, VnifilterEntrySpec } from '../../../generated/bridge/types.gen.js'
import type { Af } from '../../../generated/common/types.gen.js'
import * as c from '../../../generated/constants.gen.js'
import { badField, objectOf } from '../../../request/build.js'
import { checkFields, checkFilter } from '../../../request/check-filter.js'
import { flag } from '../../../request/check-options.js'
import { type Request, Several } from '../../../request/request.js'
import { NLM_F_DUMP } from '../../../wire/nlmsghdr.js'
import type { ErrorContext } from '../../arguments.js'
import { build } from '../../build.js'
import { type OnLink, onLink, onLinkIfAny } from '../../on-link.js'
import { withoutLink } from '../bridge-link.js'

/** A VNI, or a range of them, that a vxlan with `vnifilter` takes. */
export interface TunnelVni extends VnifilterEntryAttrs {
  family: Af | number
  /** The vxlan (tunnel_msg.ifindex). */
  ifindex: number
  start: number
}

/** A VNI, or a range up to `end`, as it is written; `group` or `group6` is where its packets go by default. */
export interface TunnelVniSpec extends OnLink, VnifilterEntrySpec {
  readonly start: number
}

/** Which VNIs a list or dump gives; `dev` is filtered by the kernel. */
export interface TunnelVniFilter {
  readonly dev?: string | number | undefined
  /** Adds counters (TUNNEL_MSG_FLAG_STATS). */
  readonly stats?: boolean | undefined
}

const members = new Set(['family', 'ifindex', 'dev'])

/** struct tunnel_msg. */
const HEADER = 8

/** Decodes the VNIs of a message; `undefined` when its header is cut off. */
export function decodeTunnelVnis(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): TunnelVni[] | undefined {
  if (end - start < HEADER) return undefined
  const { family, ifindex } = readTunnelMsg(bytes, view, start, HEADER)
  const attrs = decodeTunnelAttrs<{ entry?: VnifilterEntryAttrs[] }>({}, bytes, view, start + HEADER, end, undefined)
  return (attrs.entry ?? []).map(entry => ({ family, ifindex, start: 0, ...entry }))
}

function change(what: string, type: number, spec: TunnelVniSpec, entry: object): Request {
  const context: ErrorContext = { what, spec }
  if (spec.start === undefined) throw badField(what, spec, 'start', 'is missing')
  return build({ type, header: { family: c.AF_BRIDGE }, attrs: { entry }, ...onLink(context, spec), ...context })
}

/** Requests about the VNIs of vxlans. */
export const tunnelRequests = {
  /** Lists the VNIs of vxlans that filter by them. */
  dump(filter: TunnelVniFilter = {}): Request<TunnelVni> {
    checkFilter('tunnel list', filter, { dev: true, stats: flag })
    const context: ErrorContext = { what: 'tunnel list', spec: filter }
    const { dev, stats } = filter
    return build<TunnelVni>({
      type: c.RTM_GETTUNNEL,
      flags: NLM_F_DUMP,
      header: { family: c.AF_BRIDGE, flags: stats === true ? c.TUNNEL_MSG_FLAG_STATS : 0 },
      ...onLinkIfAny({ dev }),
      ...context,
      decode: (bytes, view, start, end) => {
        const rows = decodeTunnelVnis(bytes, view, start, end)
        return rows === undefined ? undefined : new Several(rows)
      },
    })
  },

  /** Has a vxlan take VNIs; those that it takes get the group. */
  add: (spec: TunnelVniSpec): Request =>
    change('tunnel add', c.RTM_NEWTUNNEL, objectOf(spec, 'tunnel add'), withoutLink(spec)),

  /** Has a vxlan take VNIs no more. */
  delete(spec: TunnelVniSpec): Request {
    const { start, end } = checkFields('tunnel delete', spec, members, vnifilterEntryAttrs)
    return change('tunnel delete', c.RTM_DELTUNNEL, spec, { start, end })
  },
} as const
