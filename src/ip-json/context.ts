import type { Link } from '../generated/link/types.gen.js'
import type { NexthopObject } from '../generated/route/types.gen.js'
import { type AllNames, type IpNames, shippedNames } from './names.js'

/** What may be said to any of the printers. */
export interface IpJsonOptions {
  /** Names of tables, protocols and so on that this machine has beside those that iproute2 ships. */
  readonly names?: IpNames | undefined
  /** What `ip -s` adds: true, or 2 for what `ip -s -s` adds. */
  readonly statistics?: boolean | 1 | 2 | undefined
}

/** Options for objects that name links by their index. */
export interface IpJsonWithLinks extends IpJsonOptions {
  /** The links of the namespace: their names. A link that is not among them is `if12`. */
  readonly links: readonly Link[]
}

/** Options for routes. */
export interface IpJsonRouteOptions extends IpJsonWithLinks {
  /** Nexthop objects: `ip -d` shows with a route the one that it names (`nh_info`). */
  readonly nexthops?: readonly NexthopObject[] | undefined
}

/** What a printer knows of a link that others name by its index. */
export interface NamedLink {
  readonly index: number
  readonly name: string
  readonly type?: string | number | undefined
  readonly flags?: number | undefined
}

/** What printers know beside the object. */
export class Context {
  readonly names: AllNames
  /** How often -s was given. */
  readonly statistics: number
  /** The keys that `ip link` shows and `ip addr` does not. */
  readonly linkCommand: boolean
  readonly #links: ReadonlyMap<number, NamedLink>
  readonly #nexthops: ReadonlyMap<number, NexthopObject>

  constructor(
    links: Iterable<NamedLink>,
    options: IpJsonOptions,
    more: { readonly linkCommand?: boolean; readonly nexthops?: Iterable<NexthopObject> | undefined } = {},
  ) {
    this.#nexthops = new Map(Array.from(more.nexthops ?? [], nexthop => [nexthop.id, nexthop]))
    this.#links = new Map(Array.from(links, link => [link.index, link]))
    this.names = mergedNames(options.names)
    this.statistics = Number(options.statistics ?? 0)
    this.linkCommand = more.linkCommand ?? false
  }

  nexthop(id: number): NexthopObject | undefined {
    return this.#nexthops.get(id)
  }

  link(index: number): NamedLink | undefined {
    return this.#links.get(index)
  }

  /** Gives the name of a link, or what `ip` says of one that it does not know: `if12`, and `*` of none. */
  linkName(index: number): string {
    if (index === 0) return '*'
    return this.#links.get(index)?.name ?? `if${index}`
  }

  /** Gives the name of a number, or the number as text. */
  name(table: keyof AllNames, number: number): string {
    return this.names[table][number] ?? String(number)
  }
}

function mergedNames(given: IpNames | undefined): AllNames {
  if (given === undefined) return shippedNames
  const merged: Record<string, object> = {}
  for (const key of Object.keys(shippedNames) as (keyof AllNames)[])
    merged[key] = { ...shippedNames[key], ...given[key] }
  return merged as AllNames
}
