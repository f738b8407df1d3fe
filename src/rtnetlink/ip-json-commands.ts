import type { Addr } from '../generated/addr/types.gen.js'
import type { Link } from '../generated/link/types.gen.js'
import type { Neigh } from '../generated/neigh/types.gen.js'
import type { NexthopBucket, NexthopObject, Route } from '../generated/route/types.gen.js'
import type { Rule } from '../generated/rule/types.gen.js'
import { Context, type IpJsonOptions, type IpJsonRouteOptions, type IpJsonWithLinks } from '../ip-json/context.js'
import { jsonText } from '../ip-json/text.js'
import { printAddrs } from '../objects/addr/ip-json.js'
import { printLink } from '../objects/link/ip-json.js'
import { neigh } from '../objects/neigh/ip-json.js'
import { nexthop, nexthopBucket } from '../objects/nexthop/ip-json.js'
import { route } from '../objects/route/ip-json.js'
import { rule } from '../objects/rule/ip-json.js'

/** What `toIpJson` is, once it is used. */
export const ipJson = {
  /**
   * Writes links as `ip -d -j link show` does.
   *
   * @example
   * console.log(toIpJson.link(await rt.link.list()))
   */
  link(links: readonly Link[], options: IpJsonOptions = {}): string {
    const context = new Context(links, options, { linkCommand: true })
    return jsonText(links.map(link => printLink(link, context)))
  },

  /**
   * Writes links with their addresses as `ip -d -j addr show` does: all that are in `links`, also those without addresses.
   *
   * @example
   * console.log(toIpJson.addr(await rt.addr.list(), { links: await rt.link.list() }))
   */
  addr(addrs: readonly Addr[], options: IpJsonWithLinks): string {
    return jsonText(printAddrs(addrs, options.links, new Context(options.links, options)))
  },

  /**
   * Writes routes as `ip -d -j route show table all` does, and what a look-up gave as `ip -d -j route get`, but for the source `::` of
   * IPv6; `ip route show` leaves out the key `table`. What `ip` prints of the nexthop object of a route (`nh_info`) comes from `nexthops`.
   *
   * @example
   * console.log(toIpJson.route(await rt.route.list({ family: 'inet6' }), { links: await rt.link.list() }))
   */
  route(routes: readonly Route[], options: IpJsonRouteOptions): string {
    const context = new Context(options.links, options, { nexthops: options.nexthops })
    return jsonText(routes.map(each => route.print(each, context)))
  },

  /**
   * Writes nexthops as `ip -d -j nexthop show` does.
   *
   * @example
   * console.log(toIpJson.nexthop(await rt.nexthop.list(), { links: await rt.link.list() }))
   */
  nexthop(nexthops: readonly NexthopObject[], options: IpJsonWithLinks): string {
    const context = new Context(options.links, options)
    return jsonText(nexthops.map(each => nexthop.print(each, context)))
  },

  /**
   * Writes buckets of resilient groups as `ip -d -j nexthop bucket show` does.
   *
   * @example
   * console.log(toIpJson.nexthopBucket(await rt.nexthopBucket.list({ id: 10 })))
   */
  nexthopBucket(buckets: readonly NexthopBucket[], options: IpJsonOptions = {}): string {
    const context = new Context([], options)
    return jsonText(buckets.map(each => nexthopBucket.print(each, context)))
  },

  /**
   * Writes neighbours as `ip -d -j neigh show nud all` does.
   *
   * @example
   * console.log(toIpJson.neigh(await rt.neigh.list(), { links: await rt.link.list() }))
   */
  neigh(neighs: readonly Neigh[], options: IpJsonWithLinks): string {
    const context = new Context(options.links, options)
    return jsonText(neighs.map(each => neigh.print(each, context)))
  },

  /**
   * Writes rules as `ip -d -j rule show` does.
   *
   * @example
   * console.log(toIpJson.rule(await rt.rule.list({ family: 'inet' })))
   */
  rule(rules: readonly Rule[], options: IpJsonOptions = {}): string {
    const context = new Context([], options)
    return jsonText(rules.map(each => rule.print(each, context)))
  },
} as const
