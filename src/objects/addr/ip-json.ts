/** Addresses, grouped by link as `ip -d -j addr show` prints them. */

import { ifaProtoEnum } from '../../generated/addr/tables.gen.js'
import type { Addr } from '../../generated/addr/types.gen.js'
import { rtScopeEnum } from '../../generated/common/tables.gen.js'
import type { Link } from '../../generated/link/types.gen.js'
import type { Context } from '../../ip-json/context.js'
import { hex, of, table } from '../../ip-json/table.js'
import type { Json, JsonObject } from '../../ip-json/text.js'
import { linkStats } from '../link/ip-json/stats.js'
import { printLink } from '../link/ip-json.js'

const IFA_F_PERMANENT = 0x80
const IFA_F_SECONDARY = 0x1
const IFA_F_DEPRECATED = 0x20

const flagNames = [
  [0x1, 'secondary'],
  [0x2, 'nodad'],
  [0x4, 'optimistic'],
  [0x8, 'dadfailed'],
  [0x10, 'home'],
  [0x20, 'deprecated'],
  [0x40, 'tentative'],
  [0x80, 'permanent'],
  [0x100, 'mngtmpaddr'],
  [0x200, 'noprefixroute'],
  [0x400, 'autojoin'],
  [0x800, 'stable-privacy'],
] as const

/** Every flag is a key of its own; what has no name is hexadecimal. */
function flags({ flags: value, family }: Addr): JsonObject {
  const shown: Record<string, Json> = {}
  let left = value >>> 0
  for (const [bit, name] of flagNames) {
    const set = (left & bit) !== 0
    left = (left & ~bit) >>> 0
    if (bit === IFA_F_PERMANENT) {
      if (!set) shown['dynamic'] = true
    } else if (set) shown[bit === IFA_F_SECONDARY && family === 'inet6' ? 'temporary' : name] = true
  }
  if (left !== 0) shown['ifa_flags'] = left.toString(16).padStart(2, '0')
  return shown
}

const families: Readonly<Record<string, string>> = { inet: 'inet', inet6: 'inet6' }

const before = table<Addr>({
  family: ({ family }) => families[family],
  family_index: ({ family }) => (typeof family === 'number' ? family : undefined),
  local: ({ address }) => address.split('/')[0],
  address: of('peer', peer => peer.split('/')[0]),
  prefixlen: ({ address, peer }) => Number((peer ?? address).split('/')[1]),
  metric: 'rtPriority',
  broadcast: 'broadcast',
  anycast: 'anycast',
  multicast: 'multicast',
  scope: ({ scope }, context) =>
    context.name('scopes', typeof scope === 'number' ? scope : (rtScopeEnum.value(scope) ?? 0)),
})

const addrProtocol = (proto: number, { names }: Context): string => names.addrProtocols[proto] ?? hex(proto)

const after = table<Addr>({
  protocol: of('proto', (proto, context) =>
    addrProtocol(typeof proto === 'number' ? proto : (ifaProtoEnum.value(proto) ?? 0), context),
  ),
  label: 'label',
  valid_life_time: of('cacheinfo', ({ valid }) => valid),
  // A deprecated address has a time below zero.
  preferred_life_time: ({ cacheinfo, flags: value }) =>
    cacheinfo === undefined || cacheinfo.prefered === 0xffffffff || (value & IFA_F_DEPRECATED) === 0
      ? cacheinfo?.prefered
      : cacheinfo.prefered | 0,
})

const printAddr = (addr: Addr, context: Context): JsonObject => ({
  ...before.print(addr, context),
  ...flags(addr),
  ...after.print(addr, context),
})

/** Prints links with the addresses of each. */
export function printAddrs(addrs: readonly Addr[], links: readonly Link[], context: Context): JsonObject[] {
  const byLink = new Map<number, JsonObject[]>()
  for (const addr of addrs) {
    const list = byLink.get(addr.index)
    if (list === undefined) byLink.set(addr.index, [printAddr(addr, context)])
    else list.push(printAddr(addr, context))
  }
  return links.map(link => ({
    ...printLink(link, context),
    addr_info: byLink.get(link.index) ?? [],
    ...(context.statistics > 0 ? linkStats(link, context) : {}),
  }))
}
