import type { Chain, ChainSpec } from '../../../generated/tc/types.gen.js'
import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import {
  type CallOptions,
  call,
  collect,
  type Operation,
  type Single,
  type Stream,
  stream,
  type Task,
} from '../../../request/operation.js'
import { nowhere } from '../filter/requests.js'
import { addChain } from './operations.js'
import { type ChainFilter, type ChainPlace, chainRequests } from './requests.js'

/** Chains of filters, which one filter can send packets to (`goto chain`): what `tc chain` does. */
export const chain = {
  /**
   * Gets a chain; rejects with EINVAL when there is none.
   * @example const { kind, options } = await rt.chain.get({ dev: 'v0', parent: 'ingress', chain: 11 })
   */
  get: (place: ChainPlace, options?: CallOptions): Single<Chain> => call(chainRequests.get(place), options),
  /**
   * Lists the chains of one place, those that filters made too.
   * @example const chains = await rt.chain.list({ dev: 'v0', parent: 'ingress' })
   */
  list: (filter: ChainFilter, options?: CallOptions): Single<Chain[]> => collect(chainRequests.dump(filter), options),
  /**
   * Streams the chains of one place in bounded memory.
   * @example for await (const { chain } of rt.chain.dump({ block: 22 })) console.log(chain)
   */
  dump: (filter: ChainFilter, options?: CallOptions): Stream<Chain> => stream(chainRequests.dump(filter), options),
  /**
   * Adds a chain; `options` are a template: which keys its filters may use. Rejects with EEXIST when there is one.
   * @example await rt.chain.add({ dev: 'v0', parent: 'ingress', chain: 11 })
   */
  add: (spec: ChainSpec, options?: CallOptions): Single<void> => call(chainRequests.add(spec), options),
  /**
   * Adds a chain and answers with it.
   * @example const { chain } = await rt.chain.addAndGet({ block: 22, chain: 11 })
   */
  addAndGet: (spec: ChainSpec, options?: CallOptions): Operation<Chain> => addChain(spec, options),
  /**
   * Deletes a chain with its filters; rejects with EINVAL when there is none, unless `missingOk`.
   * @example await rt.chain.delete({ dev: 'v0', parent: 'ingress', chain: 11 })
   */
  delete: (place: ChainPlace, options?: DeleteOptions): Task<void> =>
    remove(chainRequests.delete(place), options, [...nowhere, 'Cannot find specified filter chain']),
} as const
