import { NTF_MASTER, NTF_SELF } from '../generated/constants.gen.js'
import { ntfFlagsEnum } from '../generated/neigh.tables.gen.js'
import type { Fdb, FdbSpec } from '../generated/neigh.types.gen.js'
import { bitsOf } from './family.js'
import { fdbRequests } from './fdb.js'
import { type CallOptions, type Operation, send } from './operation.js'
import type { Request } from './request.js'

/** Adds or changes an entry and answers with it, by a look afterwards: the kernel does not echo forwarding entries. */
export function* addFdb(request: Request, spec: FdbSpec, options?: CallOptions): Operation<Fdb> {
  const { lladdr = '', vlan, srcVni, flags, master } = spec
  const target = bitsOf({ what: 'fdb add', spec }, 'flags', flags, ntfFlagsEnum) & (NTF_MASTER | NTF_SELF)
  // Built before anything is sent, so that what cannot be looked for is not added either.
  const look = fdbRequests.get({
    lladdr,
    dev: spec.dev ?? spec.ifindex,
    vlan,
    // A vxlan keys its entries by the VNI that packets come with (vxlan_fdb_get).
    vni: srcVni,
    flags: target === 0 ? (master === undefined ? NTF_SELF : NTF_MASTER) : target,
  })
  yield* send(request, options)
  return yield* send(look, options)
}
