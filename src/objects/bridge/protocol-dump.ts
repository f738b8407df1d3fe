import * as c from '../../generated/constants.gen.js'
import { decodeLink } from '../../generated/link/decode.gen.js'
import type { AfSpecByFamily, RtextFilter } from '../../generated/link/types.gen.js'
import { objectOf } from '../../request/build.js'
import { checkFilter, linkRef } from '../../request/check-filter.js'
import { type Request, Several } from '../../request/request.js'
import { NLM_F_DUMP } from '../../wire/nlmsghdr.js'
import { build } from '../build.js'
import type { OnLink } from '../on-link.js'
import { bridgeLink } from './bridge-link.js'

/** Which links a list or dump is about. */
export interface BridgeFilter {
  readonly dev?: string | number | undefined
}

/** The fields that name the link. */
export const linkFields = new Set(['dev', 'ifindex'])

/** A dump of the bridge's links, of which one protocol's part is wanted. */
export function protocolDump<T extends { readonly ifindex: number }>(
  what: string,
  filter: BridgeFilter,
  extMask: readonly RtextFilter[],
  rows: (ifindex: number, afSpec: AfSpecByFamily) => readonly T[],
): Request<T> {
  checkFilter(what, filter, { dev: linkRef })
  const { dev } = filter
  return build<T>({
    type: c.RTM_GETLINK,
    flags: NLM_F_DUMP,
    header: { family: c.AF_BRIDGE },
    attrs: { extMask },
    filterLink: dev === undefined ? undefined : { ref: dev, field: 'dev' },
    what,
    spec: filter,
    decode: (bytes, view, start, end) => {
      const link = decodeLink(bytes, view, start, end)
      return link?.afSpec === undefined ? undefined : new Several(rows(link.index, link.afSpec))
    },
    matches: ({ ifindex }, [index]) => dev === undefined || ifindex === (typeof dev === 'number' ? dev : index),
  })
}

export function changeProtocol(what: string, type: number, spec: OnLink, afSpec: object): Request {
  return bridgeLink({ what, spec: objectOf(spec, what) }, type, spec, { afSpec })
}
