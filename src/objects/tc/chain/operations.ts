import type { Chain, ChainSpec } from '../../../generated/tc/types.gen.js'
import { type CallOptions, type Operation, send } from '../../../request/operation.js'
import { chainRequests } from './requests.js'

/** Adds a chain and answers with it, by a look afterwards: the kernel does not echo chains. */
export function* addChain(spec: ChainSpec, options?: CallOptions): Operation<Chain> {
  // Built before anything is sent, so that what cannot be looked for is not added either.
  const request = chainRequests.add(spec)
  const { dev, ifindex, parent, block, chain } = spec
  const get = chainRequests.get({ dev, ifindex, parent, block, chain })
  yield* send(request, options)
  return yield* send(get, options)
}
