import { bits } from '../../../ip-json/table.js'
import type { Json } from '../../../ip-json/text.js'

const names = [
  [0x1, 'dead'],
  [0x4, 'onlink'],
  [0x2, 'pervasive'],
  [0x8, 'offload'],
  [0x40, 'trap'],
  [0x100, 'notify'],
  [0x10, 'linkdown'],
  [0x20, 'unresolved'],
  [0x4000, 'rt_offload'],
  [0x8000, 'rt_trap'],
  [0x20000000, 'rt_offload_failed'],
] as const

/** Names RTM_F_ and RTNH_F_ bits, which routes and nexthops share; others show nowhere. */
export const nexthopFlags = ({ flags }: { readonly flags: number }): Json => bits(flags, names)
