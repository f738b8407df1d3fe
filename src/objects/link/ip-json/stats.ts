/** Counters, as `ip -s` shows them. */
import type { Link } from '../../../generated/link/types.gen.js'
import type { Context } from '../../../ip-json/context.js'
import { nonZero, table } from '../../../ip-json/table.js'
import type { JsonObject } from '../../../ip-json/text.js'

type Counters = NonNullable<Link['stats'] | Link['stats64']>

const received = table<Counters>({
  bytes: 'rxBytes',
  packets: 'rxPackets',
  errors: 'rxErrors',
  dropped: 'rxDropped',
  over_errors: 'rxOverErrors',
  multicast: 'multicast',
  compressed: nonZero('rxCompressed'),
})

/** What a second -s adds. */
const receivedErrors = table<Counters>({
  length_errors: 'rxLengthErrors',
  crc_errors: 'rxCrcErrors',
  frame_errors: 'rxFrameErrors',
  fifo_errors: 'rxFifoErrors',
  missed_errors: 'rxMissedErrors',
  nohandler: nonZero('rxNohandler'),
  // Counted in the wide struct alone.
  otherhost: counters =>
    'rxOtherhostDropped' in counters && counters.rxOtherhostDropped !== 0n ? counters.rxOtherhostDropped : undefined,
})

const sent = table<Counters>({
  bytes: 'txBytes',
  packets: 'txPackets',
  errors: 'txErrors',
  dropped: 'txDropped',
  carrier_errors: 'txCarrierErrors',
  collisions: 'collisions',
  compressed: nonZero('txCompressed'),
})

const sentErrors = table<Counters>({
  aborted_errors: 'txAbortedErrors',
  fifo_errors: 'txFifoErrors',
  window_errors: 'txWindowErrors',
  heartbeat_errors: 'txHeartbeatErrors',
})

/** Prints the counters of a link under the key that says how wide they were read. */
export function linkStats({ stats64, stats, carrierChanges }: Link, context: Context): JsonObject {
  const counters = stats64 ?? stats
  if (counters === undefined) return {}
  const more = context.statistics > 1
  return {
    [stats64 === undefined ? 'stats' : 'stats64']: {
      rx: { ...received.print(counters, context), ...(more ? receivedErrors.print(counters, context) : {}) },
      tx: {
        ...sent.print(counters, context),
        ...(more ? { ...sentErrors.print(counters, context), carrier_changes: carrierChanges } : {}),
      },
    },
  }
}
