// The counters of a qdisc as we read them beside those that `tc -s -j` shows.
import type { Class, Qdisc } from '../../src/index.js'

type Dict = Readonly<Record<string, unknown>>

/** Fields of TCA_STATS_APP by the keys of `tc`, where they are not the same word. */
const names: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cake: {
    capacity_estimate: 'capacityEstimate64',
    min_network_size: 'minNetlen',
    max_network_size: 'maxNetlen',
    min_adj_size: 'minAdjlen',
    max_adj_size: 'maxAdjlen',
    avg_hdr_offset: 'avgNetoff',
    tins: 'tinStats',
    threshold_rate: 'thresholdRate64',
    sent_bytes: 'sentBytes64',
    drops: 'droppedPackets',
    ecn_mark: 'ecnMarkedPackets',
    ack_drops: 'acksDroppedPackets',
    max_pkt_len: 'maxSkblen',
  },
  fq: {
    flows: 'flows',
    inactive: 'inactiveFlows',
    throttled: 'throttled',
    gc: 'gcFlows',
    highprio: 'highprioPackets',
    fastpath: 'fastpathPackets',
    band0_pkts: 'bandPktCount.0',
    band1_pkts: 'bandPktCount.1',
    band2_pkts: 'bandPktCount.2',
    band0_drops: 'bandDrops.0',
    pkts_too_long: 'pktsTooLong',
    latency: 'unthrottleLatencyNs',
  },
  hhf: { tot_hh: 'hhTotCount', cur_hh: 'hhCurCount' },
  pie: { pkts_in: 'packetsIn' },
  fq_pie: { pkts_in: 'packetsIn' },
}

/** Keys that are no counters of the kind. */
const common = new Set(
  'kind handle root parent refcnt options bytes packets drops overlimits requeues backlog qlen ingress_block egress_block dev stab'.split(
    ' ',
  ),
)

const camel = (key: string): string => key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

function found(stats: Dict, path: string): unknown {
  const value = path.split('.').reduce<unknown>((at, key) => (at as Dict | undefined)?.[key], stats)
  return typeof value === 'bigint' ? Number(value) : value
}

function differences(kind: string, stats: Dict, shown: Dict, where: string, skip: ReadonlySet<string>): string[] {
  return Object.entries(shown).flatMap(([key, value]) => {
    if (skip.has(key)) return []
    const path = names[kind]?.[key] ?? camel(key)
    if (Array.isArray(value))
      return value.flatMap((item, at) =>
        differences(
          kind,
          (found(stats, `${path}.${at}`) ?? {}) as Dict,
          item as Dict,
          `${where}${key}[${at}].`,
          new Set(),
        ),
      )
    const ours = found(stats, path)
    return Object.is(ours, value) ? [] : [`${where}${key}: tc ${String(value)}, read ${String(ours)}`]
  })
}

/** Gives what differs; `text` is what tc writes without JSON, `shown` its JSON where that is any. */
export function statsShown(read: Qdisc | Class, text: string, shown: Dict | undefined): string[] {
  const { basic, queue, app } = read.stats2 ?? {}
  const sent =
    `Sent ${basic?.bytes ?? 0} bytes ${basic?.packets ?? 0} pkt ` +
    `(dropped ${queue?.drops ?? 0}, overlimits ${queue?.overlimits ?? 0} requeues ${queue?.requeues ?? 0})`
  const lost = text.includes(sent) ? [] : [`${sent} is not in ${text}`]
  if (shown === undefined) return lost
  const counters = {
    bytes: basic?.bytes,
    packets: basic?.packets,
    drops: queue?.drops,
    overlimits: queue?.overlimits,
    requeues: queue?.requeues,
    backlog: queue?.backlog,
    qlen: queue?.qlen,
  }
  const own = Object.fromEntries(Object.entries(shown).filter(([key]) => key in counters))
  const inner = { ...app, ...(app as { qdiscStats?: object } | undefined)?.qdiscStats } as Dict
  return [
    ...lost,
    ...differences('', counters as Dict, own, '', new Set()),
    ...differences(read.kind, inner, shown, `${read.kind}.`, common),
  ]
}
