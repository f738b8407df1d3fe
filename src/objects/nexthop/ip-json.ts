/** Nexthop objects and buckets of resilient groups, as `ip -d -j nexthop show` prints them. */
import { rtProtocolEnum, rtScopeEnum } from '../../generated/common/tables.gen.js'
import type { NexthopBucket, NexthopGrp, NexthopObject } from '../../generated/route/types.gen.js'
import { of, present, someDev, table } from '../../ip-json/table.js'
import { Digits, type Json } from '../../ip-json/text.js'
import { general, numberOf } from '../../ip-json/values.js'
import { encap } from '../route/ip-json/encap.js'
import { nexthopFlags } from '../route/ip-json/nexthop-flags.js'

const NHA_OP_FLAG_RESP_GRP_RESVD_0 = 0x80000000

/** Those of a group; their weights are sent less 1, and have a high byte where the kernel says that it has filled it in. */
function members({ group, opFlags = 0 }: NexthopObject): Json | undefined {
  const wide = (opFlags & NHA_OP_FLAG_RESP_GRP_RESVD_0) !== 0
  const less = ({ weight, weightHigh }: NexthopGrp) => (wide ? (weightHigh << 8) | weight : weight)
  return group?.map(each => ({ id: each.id, weight: less(each) === 0 ? undefined : less(each) + 1 }))
}

/** Hundredths of a second in seconds, as C's %g writes them. */
const seconds = (ticks: number | bigint): Digits => new Digits(general(Number(ticks) / 100, 6))

const types = { mpath: undefined, res: 'resilient' }

export const nexthop = table<NexthopObject>({
  id: 'id',
  group: members,
  type: of('groupType', type => (typeof type === 'number' ? '<unknown type>' : types[type])),
  resilient_args: of('resGroup', args => ({
    buckets: args.buckets,
    idle_timer: args.idleTimer === undefined ? undefined : seconds(args.idleTimer),
    unbalanced_timer: args.unbalancedTimer === undefined ? undefined : seconds(args.unbalancedTimer),
    unbalanced_time: args.unbalancedTime === undefined ? undefined : seconds(args.unbalancedTime),
  })),
  encap: of('encap', encap),
  gateway: 'gateway',
  dev: someDev('oif'),
  scope: ({ scope }, context) => context.name('scopes', numberOf(rtScopeEnum, scope)),
  blackhole: present('blackhole'),
  protocol: ({ protocol }, context) => context.name('protocols', numberOf(rtProtocolEnum, protocol)),
  flags: nexthopFlags,
  fdb: present('fdb'),
  // It comes with statistics, which ip asks for with -s.
  hw_stats: ({ hwStatsEnable, hwStatsUsed }) =>
    hwStatsEnable === undefined
      ? undefined
      : { enabled: hwStatsEnable !== 0, used: hwStatsUsed !== undefined && hwStatsUsed !== 0 },
  group_stats: ({ groupStats }, { statistics }) =>
    statistics === 0
      ? undefined
      : groupStats?.entry?.map(({ id, packets, packetsHw = 0n }) => ({
          id,
          packets,
          packets_hw: statistics > 1 ? packetsHw : undefined,
        })),
})

export const nexthopBucket = table<NexthopBucket>({
  id: 'id',
  bucket: of('resBucket', ({ index, idleTime, nhId }) => ({
    index,
    idle_time: idleTime === undefined ? undefined : seconds(idleTime),
    nhid: nhId,
  })),
  flags: nexthopFlags,
})
