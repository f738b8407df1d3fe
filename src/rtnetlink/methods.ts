import { registry } from '../objects/protocol.js'
import type { CallOptions, Methods, Operation } from '../request/operation.js'
import { lazyTable } from '../request/registry.js'
import type { EveryVerb } from './every-module.js'
import { objectModules, objectNames } from './requests.js'

/** The objects of clients, each with its verbs. */
export interface Objects extends EveryVerb {}

/** Every object's verbs; a family is loaded when the first of its objects is touched. */
export const verbs = lazyTable<Objects>(objectNames, object => registry.module(objectModules[object]).verbs[object])

/** The objects of a client, with promises. */
export interface Calls extends Methods<Objects> {
  /**
   * Tells whether the running kernel can make links of a kind, without making one; rejects with EPERM where no link may be made.
   * @example if (await rt.supports({ kind: 'wireguard' })) await rt.link.add({ name: 'wg0', info: { kind: 'wireguard' } })
   */
  supports(what: { readonly kind: string }, options?: CallOptions): Promise<boolean>
}

/** Runs `supports`. */
export function supports(what: { readonly kind: string }, options?: CallOptions): Operation<boolean> {
  return (registry.module('link') as typeof import('./modules/link.js')).supports(what, options)
}
