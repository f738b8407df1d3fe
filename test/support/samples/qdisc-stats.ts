// The counters of a qdisc as we read them beside those that `tc -s -j` shows.
import type { Class, Qdisc } from '../../../src/index.js'

/** The options without what counts: htb tells among them how many packets belong to no class. */
export function uncounted(options: Qdisc['options']): Qdisc['options'] {
  if (options?.kind !== 'htb' || options.init === undefined) return options
  return { ...options, init: { ...options.init, directPkts: 0 } }
}

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
  htb: { lended: 'lends', borrowed: 'borrows' },
  hhf: { tot_hh: 'hhTotCount', cur_hh: 'hhCurCount' },
  pie: { pkts_in: 'packetsIn' },
  fq_codel: { memory_used: 'memoryUsage' },
  fq_pie: { pkts_in: 'packetsIn', memory_used: 'memoryUsage' },
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

function diff(kind: string, stats: Dict, output: Dict, where: string, skip: ReadonlySet<string>): string[] {
  return Object.entries(output).flatMap(([key, value]) => {
    if (skip.has(key)) return []
    const path = names[kind]?.[key] ?? camel(key)
    if (Array.isArray(value))
      return value.flatMap((item, at) =>
        diff(kind, (found(stats, `${path}.${at}`) ?? {}) as Dict, item as Dict, `${where}${key}[${at}].`, new Set()),
      )
    const ours = found(stats, path)
    return Object.is(ours, value) ? [] : [`${where}${key}: tc ${String(value)}, read ${String(ours)}`]
  })
}

/** Gives what differs of the counters; `text` is what tc writes without JSON, `shown` its JSON where that is any. */
export function statsShown(read: Qdisc | Class, text: string | undefined, output: Dict | undefined): string[] {
  const { basic, queue, app, rateEst } = read.stats2 ?? {}
  const sent =
    `Sent ${basic?.bytes ?? 0} bytes ${basic?.packets ?? 0} pkt ` +
    `(dropped ${queue?.drops ?? 0}, overlimits ${queue?.overlimits ?? 0} requeues ${queue?.requeues ?? 0})`
  const lost = text === undefined || text.includes(sent) ? [] : [`${sent} is not in ${text}`]
  if (output === undefined) return lost
  const { bps: rate, pps } = rateEst ?? {}
  const counters = { ...basic, ...queue, ...(rateEst === undefined ? {} : { rate, pps }) } as Dict
  const own = Object.fromEntries(Object.entries(output).filter(([key]) => key in counters))
  const { qdiscStats, classStats, ...rest } = { ...app } as { qdiscStats?: object; classStats?: object } & Dict
  return [
    ...lost,
    ...diff('', counters, own, '', new Set()),
    ...diff(
      read.kind,
      { ...rest, ...qdiscStats, ...classStats },
      output,
      `${read.kind}.`,
      new Set([...common, ...Object.keys(counters)]),
    ),
  ]
}

/** Options by the keys of tc, where they are not the same word. */
const optionNames: Readonly<Record<string, string>> = {
  burst: 'buffer',
  perturb: 'perturbPeriod',
  hh_limit: 'hhFlowsLimit',
  r2q: 'rate2quantum',
  direct_packets_stat: 'directPkts',
  min: 'qthMin',
  max: 'qthMax',
  ewma: 'wlog',
  Scell_log: 'scellLog',
  dp_cnt: 'dps',
  dp_default: 'defDp',
  strict: 'nstrict',
  bandwidth: 'baseRate64',
  memlimit: 'memory',
  flow_limit: 'flowPlimit',
  refill_delay: 'flowRefillDelay',
  maxrate: 'flowMaxRate',
  drop_batch: 'dropBatchSize',
  tc: 'numTc',
  map: 'prioTcMap',
  quanta: 'quantaBand',
  cycle_time: 'schedCycleTime',
  cycle_time_extension: 'schedCycleTimeExtension',
  base_time: 'schedBaseTime',
  target: 'target',
}

/** Options that have other names by kind. */
const optionNamesOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  fq: { limit: 'plimit' },
  hhf: { limit: 'backlogLimit' },
  sfb: { target: 'binSize', max: 'max' },
  sfq: { limit: 'v0.limit' },
  ets: { bands: 'nbands', priomap: 'priomapBand', quantum: 'quantaBand' },
}

/** What tc computes, or spells in a way of its own: rtnl-qdisc-kinds.test.ts compares it one by one. */
const computed = new Set(
  (
    'default ver buckets probability mtu mpu lat linklayer burst cburst burst_cell cburst_cell rehash db increment decrement ' +
    'diffserv flowmode ack-filter atm fwmark raw split_gso queues mode shaper fp clockid offload deadline_mode ' +
    'skip_sock_check schedule max-sdu delay loss-gemodel duplicate reorder corrupt rate slot ecn harddrop adaptive nodrop grio ' +
    'headdrop horizon_cap multiqueue vqs bytemode nat wash ingress ceil overhead mpu_rate mpu_ceil class handle root parent leaf ' +
    'stats rate64 seed'
  ).split(' '),
)

/** Lays the options out flat: of members and attributes of one name the outer counts. */
function flat(value: Dict, out: Record<string, unknown> = {}): Record<string, unknown> {
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) flat(item as Dict, out)
    else out[key] = typeof item === 'bigint' ? Number(item) : item
  }
  return Object.assign(out, Object.fromEntries(Object.entries(value).filter(([, item]) => typeof item === 'number')))
}

/** Gives what differs of the options, of numbers and lists of them. */
export function optionsShown(read: Qdisc | Class, output: Dict): string[] {
  const ours = flat({ ...read.options })
  return Object.entries(output).flatMap(([key, value]) => {
    if (computed.has(key)) return []
    const name = optionNamesOf[read.kind]?.[key] ?? optionNames[key] ?? camel(key.trim())
    const own = JSON.stringify(name.includes('.') ? found({ ...read.options }, name) : ours[name])
    return own === JSON.stringify(value) ? [] : [`${read.kind}.${key}: tc ${JSON.stringify(value)}, read ${own}`]
  })
}
