// Types of traffic control's actions: kinds narrow, what is read can be written, and each kind has its own options.

import { gotoChain, request } from '../../src/codec.js'
import type { Action, ActionSpec, BlockingClient, Client, Dump, MonitorEvent } from '../../src/index.js'
import type { Equal, Expect } from './equal.js'

export type Verbs = [
  Expect<
    Equal<
      keyof Client['action'],
      ('get' | 'list' | 'dump' | 'add' | 'addAndGet' | 'replace' | 'replaceAndGet' | 'set') | ('delete' | 'flush')
    >
  >,
  Expect<Equal<ReturnType<Client['action']['get']>, Promise<Action>>>,
  Expect<Equal<ReturnType<Client['action']['dump']>, Dump<Action>>>,
  Expect<Equal<ReturnType<BlockingClient['action']['addAndGet']>, Action>>,
  Expect<Equal<ReturnType<BlockingClient['action']['flush']>, number>>,
]

export function narrows(action: Action): unknown {
  action.index satisfies number
  const { options } = action
  switch (options?.kind) {
    case 'mirred':
      // @ts-expect-error: a redirected packet gets no label
      options.label
      return options.parms?.ifindex satisfies number | undefined
    case 'mpls':
      return options.label satisfies number | undefined
    case 'pedit':
      return options.parmsEx?.keys.map(key => key.val satisfies number)
    case 'police':
      return options.rate64 satisfies bigint | undefined
    case 'other':
      return options.data satisfies Uint8Array
    default:
      return undefined
  }
}

export async function writes(rt: Client, read: Action) {
  await rt.action.replace(read)
  await rt.action.add([read, { options: { kind: 'gact', parms: { action: gotoChain(2) } } }])
  await rt.action.delete(read)
  await rt.action.add({ options: { kind: 'mirred', parms: { eaction: 'egress-redir', ifindex: 'v1' } } })
  await rt.action.add({ index: 3, cookie: new Uint8Array(4), options: { kind: 'vlan', parms: { vAction: 'pop' } } })
  read satisfies ActionSpec
  // @ts-expect-error: the kernel lists one kind at a time
  await rt.action.list()
  // @ts-expect-error: it is shot
  await rt.action.add({ options: { kind: 'gact', parms: { action: 'drop' } } })
  // @ts-expect-error: an option of another kind
  await rt.action.add({ options: { kind: 'gact', pushVlanId: 5 } })
  // @ts-expect-error: no such kind
  await rt.action.add({ options: { kind: 'mirrored' } })
  // @ts-expect-error: 64 bits
  await rt.action.add({ options: { kind: 'police', rate64: 5 } })
  request.action.dump({ kind: 'gact' })
  // @ts-expect-error: misspelled
  request.action.dump({ kind: 'gact', since: 5 })
}

export function hasEvent(event: MonitorEvent): number {
  return event.type === 'action' ? event.actions.length + (event.flushed?.count ?? 0) : 0
}
