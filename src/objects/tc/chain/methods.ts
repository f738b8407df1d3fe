import type { Chain, ChainSpec } from '../../../generated/tc/types.gen.js'
import { type DeleteOptions, remove } from '../../../request/ignore-missing.js'
import type { Blocking, Dump, MethodTable } from '../../../request/operation.js'
import { type CallOptions, call, collect, stream } from '../../../request/operation.js'
import { noLocation } from '../filter/requests.js'
import { addChain } from './operations.js'
import { type ChainFilter, type ChainRef, chainRequests } from './requests.js'

/** Chains of filters, which one filter can send packets to (`goto chain`): what `tc chain` does. */
export interface ChainMethods {
  /**
   * Gets a chain; rejects with EINVAL when there is none.
   * @example const { kind, options } = await rt.chain.get({ dev: 'v0', parent: 'ingress', chain: 11 })
   */
  get(ref: ChainRef, options?: CallOptions): Promise<Chain>
  /**
   * Lists the chains of one place, those that filters made too.
   * @example const chains = await rt.chain.list({ dev: 'v0', parent: 'ingress' })
   */
  list(filter: ChainFilter, options?: CallOptions): Promise<Chain[]>
  /**
   * Streams the chains of one place in bounded memory.
   * @example for await (const { chain } of rt.chain.dump({ block: 22 })) console.log(chain)
   */
  dump(filter: ChainFilter, options?: CallOptions): Dump<Chain>
  /**
   * Adds a chain; `options` are a template: which keys its filters may use. Rejects with EEXIST when there is one.
   * @example await rt.chain.add({ dev: 'v0', parent: 'ingress', chain: 11 })
   */
  add(spec: ChainSpec, options?: CallOptions): Promise<void>
  /**
   * Adds a chain and answers with it.
   * @example const { chain } = await rt.chain.addAndGet({ block: 22, chain: 11 })
   */
  addAndGet(spec: ChainSpec, options?: CallOptions): Promise<Chain>
  /**
   * Deletes a chain with its filters; rejects with EINVAL when there is none, unless `missingOk`.
   * @example await rt.chain.delete({ dev: 'v0', parent: 'ingress', chain: 11 })
   */
  delete(ref: ChainRef, options?: DeleteOptions): Promise<void>
}

/** The blocking twin of `ChainMethods`. */
export interface BlockingChainMethods extends Blocking<ChainMethods> {}

/** The tasks of `ChainMethods`, which both clients run. */
export const chainMethods: MethodTable<ChainMethods> = {
  get: (ref, options) => call(chainRequests.get(ref), options),
  list: (filter, options) => collect(chainRequests.dump(filter), options),
  dump: (filter, options) => stream(chainRequests.dump(filter), options),
  add: (spec, options) => call(chainRequests.add(spec), options),
  addAndGet: (spec, options) => addChain(spec, options),
  delete: (ref, options) =>
    remove(chainRequests.delete(ref), options, [...noLocation, 'Cannot find specified filter chain']),
}
