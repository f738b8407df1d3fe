import { NTF_PROXY } from '../../generated/constants.gen.js'
import type { Neigh, NeighSpec } from '../../generated/neigh/types.gen.js'
import { type CallOptions, type Operation, send } from '../../request/operation.js'
import type { Request } from '../../request/request.js'
import { neighRequests } from './requests.js'

/** Adds or changes a neighbour and answers with it, by a look afterwards: the kernel does not echo neighbours. */
export function* addNeigh(request: Request, spec: NeighSpec, options?: CallOptions): Operation<Neigh> {
  const { flags = 0, dev = spec.ifindex ?? 0, dst = '' } = spec
  const proxy = typeof flags === 'number' ? (flags & NTF_PROXY) !== 0 : flags.includes('proxy')
  // Built before anything is sent, so that what cannot be looked for is not added either.
  const lookup = neighRequests.get({ dev, dst, proxy })
  yield* send(request, options)
  return yield* send(lookup, options)
}
