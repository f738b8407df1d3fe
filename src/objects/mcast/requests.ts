import { decodeAcAddr, decodeMcAddr } from '../../generated/addr/decode.gen.js'
import type { AcAddr, McAddr } from '../../generated/addr/types.gen.js'
import * as c from '../../generated/constants.gen.js'
import { checkFilter } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import { NLM_F_DUMP } from '../../wire/nlmsghdr.js'
import { familyNumber } from '../arguments.js'
import { build } from '../build.js'
import { onLinkIfAny } from '../on-link.js'

/** Which multicast addresses a dump gives; the kernel filters, and knows no dump of both families. */
export interface McAddrFilter {
  readonly family: 'inet' | 'inet6' | number
  /** Only addresses of this link, by name or index. */
  readonly dev?: string | number | undefined
}

/** Which anycast addresses a list or dump gives; IPv4 has none. */
export interface AcAddrFilter {
  /** Only addresses of this link, by name or index. */
  readonly dev?: string | number | undefined
}

/** Requests about multicast addresses that links listen to. */
export const mcaddrRequests = {
  /** Lists multicast addresses of one family; rejects with EOPNOTSUPP for IPv4 before Linux 6.15. */
  dump(filter: McAddrFilter): Request<McAddr> {
    checkFilter('mcaddr list', filter, { family: true, dev: true })
    return build({
      type: c.RTM_GETMULTICAST,
      flags: NLM_F_DUMP,
      header: { family: familyNumber({ what: 'mcaddr list', spec: filter }, filter.family) },
      ...onLinkIfAny({ dev: filter.dev }, 'index'),
      what: 'mcaddr list',
      spec: filter,
      decode: decodeMcAddr,
    })
  },
} as const

/** Requests about anycast addresses that links listen to. */
export const acaddrRequests = {
  /** Lists anycast addresses. */
  dump(filter: AcAddrFilter = {}): Request<AcAddr> {
    checkFilter('acaddr list', filter, { dev: true })
    return build({
      type: c.RTM_GETANYCAST,
      flags: NLM_F_DUMP,
      header: { family: 'inet6' },
      ...onLinkIfAny({ dev: filter.dev }, 'index'),
      what: 'acaddr list',
      spec: filter,
      decode: decodeAcAddr,
    })
  },
} as const
