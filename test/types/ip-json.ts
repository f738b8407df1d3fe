// Types of toIpJson. Nothing here runs: `npm run typecheck` compiles it.
import { toIpJson } from '../../src/codec.js'
import type { Addr, Link, Neigh, NexthopObject, Route, Rule } from '../../src/index.js'

export function prints(
  links: Link[],
  addrs: Addr[],
  routes: readonly Route[],
  neighs: Neigh[],
  rules: Rule[],
  nexthops: NexthopObject[],
): string[] {
  const names = { tables: { 100: 'blue' } }
  // @ts-expect-error: routes name links by their index
  toIpJson.route(routes)
  // @ts-expect-error: addresses stand under their links
  toIpJson.addr(addrs, { statistics: true })
  // @ts-expect-error: a route is no link
  toIpJson.link(routes)
  // @ts-expect-error: nobody has three kinds of statistics
  toIpJson.link(links, { statistics: 3 })
  // @ts-expect-error: names of what there is
  toIpJson.rule(rules, { names: { table: { 100: 'blue' } } })
  return [
    toIpJson.link(links),
    toIpJson.link(links, { statistics: 2, names }),
    toIpJson.addr(addrs, { links }),
    toIpJson.route(routes, { links, names }),
    toIpJson.route(routes, { links, nexthops }),
    toIpJson.nexthop(nexthops, { links }),
    toIpJson.nexthopBucket([]),
    toIpJson.neigh(neighs, { links, statistics: true }),
    toIpJson.rule(rules, { names }),
  ]
}
