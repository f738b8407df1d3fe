import type { Af } from '../../generated/common/types.gen.js'
import * as c from '../../generated/constants.gen.js'
import { decodeNetconf } from '../../generated/l3/decode.gen.js'
import { netconfAttrs } from '../../generated/l3/tables.gen.js'
import type { Netconf } from '../../generated/l3/types.gen.js'
import { badField } from '../../request/build.js'
import { checkFields, checkFilter } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import { NLM_F_DUMP } from '../../wire/nlmsghdr.js'
import { type ErrorContext, familyNumber } from '../arguments.js'
import { build } from '../build.js'

/** Whose configuration: a link's by name or index, or by NETCONFA_IFINDEX_ALL and NETCONFA_IFINDEX_DEFAULT all links' and new links'. */
export interface NetconfRef {
  /** `inet`, `inet6` or `mpls`. */
  readonly family: Af | number
  readonly dev?: string | number | undefined
}

/** Which configurations a list or dump gives. */
export interface NetconfFilter {
  readonly family?: Af | number | undefined
}

const builderOwned = new Set(['family', 'dev'])

/** Requests about the configuration that links have in a family. */
export const netconfRequests = {
  /** Gives the configuration of a link, of all (`dev: -1`) or of new ones (`dev: -2`). */
  get(ref: NetconfRef): Request<Netconf> {
    const context: ErrorContext = {
      what: 'netconf get',
      spec: checkFields('netconf get', ref, builderOwned, netconfAttrs),
    }
    if (ref.dev === undefined) throw badField(context.what, context.spec, 'dev', 'is missing')
    return build({
      type: c.RTM_GETNETCONF,
      header: { family: familyNumber(context, ref.family) },
      attrs: { ifindex: ref.dev },
      ...context,
      aliases: { ifindex: 'dev' },
      decode: decodeNetconf,
    })
  },

  /** Lists configurations. */
  dump(filter: NetconfFilter = {}): Request<Netconf> {
    checkFilter('netconf list', filter, { family: true })
    const context: ErrorContext = { what: 'netconf list', spec: filter }
    const family = familyNumber(context, filter.family)
    return build({
      type: c.RTM_GETNETCONF,
      flags: NLM_F_DUMP,
      header: { family },
      ...context,
      decode: decodeNetconf,
      rowFamily: family,
    })
  },
} as const
