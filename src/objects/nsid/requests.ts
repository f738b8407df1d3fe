import { NamespaceSlot } from '../../codec/value-encoder.js'
import * as c from '../../generated/constants.gen.js'
import { decodeNsid } from '../../generated/nsid/decode.gen.js'
import { nsidAttrs } from '../../generated/nsid/tables.gen.js'
import type { Nsid } from '../../generated/nsid/types.gen.js'
import { isDict } from '../../request/changes.js'
import { checkFields } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import type { NamespaceRef } from '../../wire/namespace-ref.js'
import { NLM_F_DUMP } from '../../wire/nlmsghdr.js'
import { build } from '../build.js'

/** A namespace and the id that it shall have here; without `nsid` the kernel picks one. */
export interface NsidSpec {
  readonly netns: NamespaceRef
  readonly nsid?: number | undefined
}

function peer(netns: NamespaceRef): Record<string, unknown> {
  return isDict(netns) && 'pid' in netns ? { pid: netns.pid } : { fd: new NamespaceSlot(netns) }
}

/** How the caller spells NETNSA_PID and NETNSA_FD. */
const aliases = { pid: 'netns', fd: 'netns' }
const builderOwned = new Set(['family', 'netns'])
const decode = decodeNsid

/** Requests about ids of other namespaces in this one. */
export const nsidRequests = {
  /** Gives the id of a namespace here: `nsid` is −1 when it has none. */
  get: (netns: NamespaceRef): Request<Nsid> =>
    build({ type: c.RTM_GETNSID, attrs: peer(netns), what: 'nsid get', spec: { netns }, aliases, decode }),

  /** Lists the ids that are given here. */
  dump: (): Request<Nsid> => build({ type: c.RTM_GETNSID, flags: NLM_F_DUMP, what: 'nsid list', decode }),

  /** Gives a namespace an id here; rejects with EEXIST when it has one. Ids cannot be taken back. */
  add(spec: NsidSpec): Request {
    checkFields('nsid add', spec, builderOwned, nsidAttrs)
    const attrs = { ...peer(spec.netns), nsid: spec.nsid ?? -1 }
    return build({ type: c.RTM_NEWNSID, attrs, what: 'nsid add', spec, aliases })
  },
} as const
