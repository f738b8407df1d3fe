import { NTF_MASTER, NTF_SELF } from '../../../generated/constants.gen.js'
import { ntfFlagsEnum } from '../../../generated/neigh/tables.gen.js'
import type { Fdb, FdbSpec } from '../../../generated/neigh/types.gen.js'
import { hasCode } from '../../../request/ignore-missing.js'
import { type CallOptions, type Operation, rows, send } from '../../../request/operation.js'
import type { Request } from '../../../request/request.js'
import { bitsOf } from '../../arguments.js'
import { fdbRequests } from './requests.js'

/** Adds or changes an entry and answers with it, by a look afterwards: the kernel does not echo forwarding entries. */
export function* addFdb(request: Request, spec: FdbSpec, options?: CallOptions): Operation<Fdb> {
  const { lladdr = '', vlan, srcVni, flags, master, dev = spec.ifindex } = spec
  const target = bitsOf({ what: 'fdb add', spec }, 'flags', flags, ntfFlagsEnum) & (NTF_MASTER | NTF_SELF)
  // Built before anything is sent, so that what cannot be looked for is not added either.
  const lookup = fdbRequests.get({
    lladdr,
    dev,
    vlan,
    // A vxlan keys its entries by the VNI that packets come with (vxlan_fdb_get).
    vni: srcVni,
    flags: target === 0 ? (master === undefined ? NTF_SELF : NTF_MASTER) : target,
  })
  yield* send(request, options)
  try {
    return yield* send(lookup, options)
  } catch (error) {
    // Few devices can be asked for one of the entries that they have themselves (ndo_fdb_get).
    if (!hasCode(error, 'EOPNOTSUPP')) throw error
    const entries = yield* rows(fdbRequests.dump({ dev, vlan }), options)
    const mine = entries.find(entry => entry.lladdr === lladdr.toLowerCase() && (entry.flags & NTF_SELF) !== 0)
    if (mine === undefined) throw error
    return mine
  }
}
