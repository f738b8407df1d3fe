import type { Addr } from '../generated/addr.types.gen.js'
import type { Link } from '../generated/link.types.gen.js'
import type { Neigh } from '../generated/neigh.types.gen.js'
import type { Route } from '../generated/route.types.gen.js'
import type { Rule } from '../generated/rule.types.gen.js'
import { printAddrs } from './ip-json/addr.js'
import { Context, type IpJsonOptions, type IpJsonWithLinks } from './ip-json/context.js'
import { printLink } from './ip-json/link.js'
import { neigh } from './ip-json/neigh.js'
import { route } from './ip-json/route.js'
import { rule } from './ip-json/rule.js'
import { jsonText } from './ip-json/text.js'

/**
 * Writes what `ip -d -j … show` prints, with 64-bit values in full digits.
 */
export const toIpJson = {
  link: (links: readonly Link[], options: IpJsonOptions = {}): string => {
    const context = new Context(links, options, true)
    return jsonText(links.map(link => printLink(link, context)))
  },
  addr: (addrs: readonly Addr[], options: IpJsonWithLinks): string =>
    jsonText(printAddrs(addrs, options.links, new Context(options.links, options))),
  route: (routes: readonly Route[], options: IpJsonWithLinks): string => {
    const context = new Context(options.links, options)
    return jsonText(routes.map(each => route.print(each, context)))
  },
  neigh: (neighs: readonly Neigh[], options: IpJsonWithLinks): string => {
    const context = new Context(options.links, options)
    return jsonText(neighs.map(each => neigh.print(each, context)))
  },
  rule: (rules: readonly Rule[], options: IpJsonOptions = {}): string => {
    const context = new Context([], options)
    return jsonText(rules.map(each => rule.print(each, context)))
  },
} as const
