// Types of the clients: which verbs there are, what they take and give, and the blocking twin.

import { request } from '../../src/codec.js'
import type { BlockingClient, BlockingDump, BulkResult, Client, Dump, Link, Request, Route } from '../../src/index.js'
import type { Equal, Expect } from './equal.js'

type Verbs<F extends keyof Client> = keyof Client[F]

/** A verb that the kernel does not implement for a family is not there. */
export type Families = [
  Expect<
    Equal<
      Verbs<'link'>,
      | ('get' | 'list' | 'dump' | 'add' | 'addAndGet' | 'set' | 'delete' | 'deleteMany' | 'wait')
      | ('addAltname' | 'deleteAltname')
    >
  >,
  Expect<
    Equal<Verbs<'addr'>, 'list' | 'dump' | 'add' | 'addAndGet' | 'replace' | 'replaceAndGet' | 'delete' | 'flush'>
  >,
  Expect<
    Equal<
      Verbs<'route'>,
      | ('get' | 'lookup' | 'list' | 'dump' | 'add' | 'addAndGet' | 'replace' | 'replaceAndGet' | 'append')
      | ('delete' | 'flush')
    >
  >,
  Expect<Equal<Verbs<'stats'>, 'get' | 'list' | 'dump' | 'set'>>,
  Expect<Equal<Verbs<'dcb'>, 'get' | 'set' | 'delete'>>,
  Expect<
    Equal<
      Verbs<'nexthop'>,
      'get' | 'list' | 'dump' | 'add' | 'addAndGet' | 'replace' | 'replaceAndGet' | 'delete' | 'flush'
    >
  >,
  Expect<Equal<Verbs<'nexthopBucket'>, 'get' | 'list' | 'dump'>>,
  Expect<Equal<Verbs<'addrLabel'>, 'get' | 'list' | 'dump' | 'add' | 'replace' | 'delete' | 'flush'>>,
  Expect<Equal<Verbs<'netconf'>, 'get' | 'list' | 'dump'>>,
  Expect<Equal<Verbs<'neighTable'>, 'list' | 'dump' | 'set'>>,
  Expect<Equal<Verbs<'mroute'>, 'get' | 'list' | 'dump' | 'replace' | 'delete'>>,
  Expect<Equal<Verbs<'mcaddr' | 'acaddr'>, 'list' | 'dump'>>,
]

export async function lacks(rt: Client, blocking: BlockingClient) {
  // @ts-expect-error: rules have no replace
  await rt.rule.replace({ priority: 1 })
  // @ts-expect-error: rules have no get
  await rt.rule.get({ priority: 1 })
  // @ts-expect-error: ids of namespaces cannot be taken back
  await rt.nsid.delete({ netns: 'blue' })
  // @ts-expect-error: links have no replace
  await rt.link.replace({ name: 'v0' })
  // @ts-expect-error: addresses have no set
  await rt.addr.set({ address: '192.0.2.1/24' })
  // @ts-expect-error: neighbours have no append
  await rt.neigh.append({ dst: '192.0.2.1' })
  // @ts-expect-error: statistics cannot be deleted
  await rt.stats.delete('v0')
  // @ts-expect-error: a mask is made of fields that there are
  await rt.stats.get('v0', { filterMask: ['link63'] })
  // @ts-expect-error: a get says nothing of hardware that is to count
  await rt.stats.get('v0', { setOffloadXstatsL3Stats: true })
  // @ts-expect-error: what only the kernel tells is not written
  await rt.dcb.set('v0', { ieee: { peerEts: { willing: 1 } } })
  // @ts-expect-error: a message of data center bridging has no room for an index
  await rt.dcb.get(2)
  // @ts-expect-error: settings of IPv4 have the kernel's names
  await rt.link.set('v0', { afSpec: { inet: { conf: { forward: 1 } } } })
  // @ts-expect-error: a monitor needs an event loop
  blocking.monitor({ groups: ['link'] })
  // @ts-expect-error: a group has a name that the kernel knows
  rt.monitor({ groups: ['links'] })
}

/** What calls give, with promises and without. */
export type Results = [
  Expect<Equal<ReturnType<Client['link']['get']>, Promise<Link>>>,
  Expect<Equal<ReturnType<BlockingClient['link']['get']>, Link>>,
  Expect<Equal<ReturnType<Client['link']['list']>, Promise<Link[]>>>,
  Expect<Equal<ReturnType<BlockingClient['link']['list']>, Link[]>>,
  Expect<Equal<ReturnType<Client['link']['dump']>, Dump<Link>>>,
  Expect<Equal<ReturnType<BlockingClient['link']['dump']>, BlockingDump<Link>>>,
  Expect<Equal<ReturnType<Client['link']['set']>, Promise<void>>>,
  Expect<Equal<ReturnType<BlockingClient['link']['set']>, void>>,
  Expect<Equal<ReturnType<Client['route']['lookup']>, Promise<Route>>>,
  Expect<Equal<ReturnType<BlockingClient['route']['flush']>, number>>,
  Expect<Equal<ReturnType<Client['bulk']>, Promise<BulkResult>>>,
  Expect<Equal<ReturnType<BlockingClient['bulk']>, BulkResult>>,
  Expect<Equal<ReturnType<Client['close']>, Promise<void>>>,
  Expect<Equal<ReturnType<BlockingClient['close']>, void>>,
  Expect<Equal<ReturnType<BlockingClient['supports']>, boolean>>,
]

/** The twin takes what the asynchronous client takes. */
export type Arguments = [
  Expect<Equal<Parameters<Client['link']['add']>, Parameters<BlockingClient['link']['add']>>>,
  Expect<Equal<Parameters<Client['route']['lookup']>, Parameters<BlockingClient['route']['lookup']>>>,
  Expect<Equal<keyof Client['neigh'], keyof BlockingClient['neigh']>>,
  Expect<Equal<Client['request'], BlockingClient['request']>>,
]

/** Requests as values know their replies. */
export const requests = {
  get: request.link.get('lo') satisfies Request<Link>,
  add: request.link.add({ name: 'v0' }) satisfies Request<void>,
}
export type RequestTypes = [
  Expect<Equal<ReturnType<typeof request.link.get>, Request<Link>>>,
  Expect<Equal<ReturnType<typeof request.route.add>, Request>>,
  Expect<Equal<Client['request'], typeof request>>,
]

export async function uses(rt: Client, blocking: BlockingClient) {
  await rt.bulk([request.link.add({ name: 'a' }), rt.request.link.delete('b')])
  await rt.bulk(function* () {
    yield request.link.add({ name: 'a' })
  })
  // @ts-expect-error: a request with a reply has no place in a bulk
  await rt.bulk([request.link.get('lo')])
  await rt.link.get('lo', { signal: AbortSignal.timeout(1), timeoutMs: 1, extMask: ['vf'] })
  // @ts-expect-error: it is timeoutMs
  await rt.link.get('lo', { timeout: 1 })
  const { ifindex, link64 } = blocking.stats.get('v0', { filterMask: ['link64'] })
  await rt.stats.set(ifindex, { setOffloadXstatsL3Stats: (link64?.rxBytes ?? 0n) > 0n })
  // What is read can be written.
  await rt.dcb.set('v0', await rt.dcb.get('v0'))
  await rt.link.set('v0', { afSpec: { inet: { conf: { forwarding: 1 } } } })
  for await (const chunk of rt.route.dump({ table: 254 }).chunks()) chunk satisfies Route[]
  for (const route of blocking.route.dump()) route satisfies Route
  for await (const event of rt.monitor({ groups: ['link', 5] })) {
    if (event.type === 'link') event.link satisfies Link
    else if (event.type === 'route') event.route satisfies Route
    else if (event.type === 'stats') event.stats.linkXstats?.bridge?.vlan?.[0]?.rxBytes satisfies bigint | undefined
    else if (event.type === 'dcb') await rt.dcb.set('v0', event.dcb)
    // @ts-expect-error: an overrun holds nothing
    else if (event.type === 'overrun') event.link satisfies Link
  }
}
