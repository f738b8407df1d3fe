/** Neighbours, as `ip -d -j neigh show` prints them. */
import { rtProtocolEnum } from '../../generated/common/tables.gen.js'
import type { Neigh } from '../../generated/neigh/types.gen.js'
import { bits, type Print, table } from '../../ip-json/table.js'
import type { Json } from '../../ip-json/text.js'
import { numberOf } from '../../ip-json/values.js'
import { linkAddress } from '../link/ip-json/types.js'

const flag =
  (bit: number): Print<Neigh> =>
  ({ flags }) =>
    (flags & bit) === 0 ? undefined : null

const extFlag =
  (bit: number): Print<Neigh> =>
  ({ flagsExt = 0 }) =>
    (flagsExt & bit) === 0 ? undefined : null

const states = [
  [0x01, 'INCOMPLETE'],
  [0x02, 'REACHABLE'],
  [0x04, 'STALE'],
  [0x08, 'DELAY'],
  [0x10, 'PROBE'],
  [0x20, 'FAILED'],
  [0x40, 'NOARP'],
  [0x80, 'PERMANENT'],
] as const

/** USER_HZ, in which the kernel tells times. */
const HZ = 100

const seconds =
  (field: 'used' | 'confirmed' | 'updated'): Print<Neigh> =>
  ({ cacheinfo }, { statistics }) =>
    cacheinfo === undefined || statistics === 0 ? undefined : Math.trunc(cacheinfo[field] / HZ)

export const neigh = table<Neigh>({
  dst: 'dst',
  dev: ({ ifindex }, context) => (ifindex === 0 ? undefined : context.linkName(ifindex)),
  lladdr: ({ lladdr, ifindex }, context): Json | undefined =>
    lladdr === undefined ? undefined : linkAddress(lladdr, context.link(ifindex)?.type),
  router: flag(0x80),
  proxy: flag(0x08),
  managed: extFlag(1),
  extern_learn: flag(0x10),
  offload: flag(0x20),
  refcnt: ({ cacheinfo }, { statistics }) =>
    cacheinfo === undefined || statistics === 0 || cacheinfo.refcnt === 0 ? undefined : cacheinfo.refcnt,
  used: seconds('used'),
  confirmed: seconds('confirmed'),
  updated: seconds('updated'),
  probes: ({ probes }, { statistics }) => (statistics === 0 ? undefined : probes),
  state: ({ state }) => (state === 0 ? undefined : bits(state, states)),
  protocol: ({ protocol = 0 }, context) => {
    const number = numberOf(rtProtocolEnum, protocol)
    return number === 0 ? undefined : context.name('protocols', number)
  },
})
