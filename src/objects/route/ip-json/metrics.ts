/** Metrics of routes. */
import type { RouteMetrics } from '../../../generated/route/types.gen.js'
import { hex } from '../../../ip-json/table.js'
import type { Json } from '../../../ip-json/text.js'

/** Numbers of RTAX_ with the field and `ip`'s key. */
const metrics = [
  [2, 'mtu', 'mtu'],
  [3, 'window', 'window'],
  [4, 'rtt', 'rtt'],
  [5, 'rttvar', 'rttvar'],
  [6, 'ssthresh', 'ssthresh'],
  [7, 'cwnd', 'cwnd'],
  [8, 'advmss', 'advmss'],
  [9, 'reordering', 'reordering'],
  [10, 'hoplimit', 'hoplimit'],
  [11, 'initcwnd', 'initcwnd'],
  [12, 'features', 'features'],
  [13, 'rtoMin', 'rto_min'],
  [14, 'initrwnd', 'initrwnd'],
  [15, 'quickack', 'quickack'],
  [17, 'fastopenNoCookie', 'fastopen_no_cookie'],
] as const

const featureNames = [
  [1, 'ecn'],
  [16, 'tcp_usec_ts'],
] as const

const HOPLIMIT_DEFAULT = 0xffffffff

/** The kernel keeps these times in parts of a millisecond. */
const parts: Readonly<Record<string, number>> = { rtt: 8, rttvar: 4 }

/** Prints metrics: a list of one object, in which a lock without a value is 0. That a metric is locked `ip` writes in text alone. */
export function routeMetrics(values: RouteMetrics): Json | undefined {
  const { lock = 0, ccAlgo } = values
  const shown: Record<string, Json> = {}
  for (const [number, field, key] of metrics) {
    const value = values[field] ?? ((lock & (1 << number)) === 0 ? undefined : 0)
    if (value === undefined || (field === 'hoplimit' && value === HOPLIMIT_DEFAULT)) continue
    if (field === 'features') Object.assign(shown, features(value))
    else shown[key] = Math.trunc(value / (parts[field] ?? 1))
  }
  if (ccAlgo !== undefined) shown['congestion'] = ccAlgo
  return [shown]
}

function features(value: number): Record<string, Json> {
  const shown: Record<string, Json> = {}
  let left = value
  for (const [bit, name] of featureNames) {
    if ((left & bit) === 0) continue
    shown[name] = null
    left = (left & ~bit) >>> 0
  }
  if (left !== 0) shown['features'] = hex(value)
  return shown
}
