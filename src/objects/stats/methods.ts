import type { Stats } from '../../generated/stats/types.gen.js'
import type { Blocking, Dump, MethodTable } from '../../request/operation.js'
import { type CallOptions, call, callWith, collect, stream } from '../../request/operation.js'
import type { LinkRef } from '../link/requests.js'
import { type StatsFilter, type StatsSetSpec, statsRequests } from './requests.js'

/** Statistics of links: what `ip stats` and `ip link xstats` do. */
export interface StatsMethods {
  /**
   * Gets the statistics of a link; rejects with ENODEV when there is none.
   * @example const { link64, linkXstats } = await rt.stats.get('br0')
   */
  get(ref: LinkRef, options?: StatsFilter & CallOptions): Promise<Stats>
  /**
   * Lists the statistics of all links; the statistics of a link that do not fit one message come in several.
   * @example const all = await rt.stats.list({ filterMask: ['link64'] })
   */
  list(filter?: StatsFilter, options?: CallOptions): Promise<Stats[]>
  /**
   * Streams the statistics of all links in bounded memory.
   * @example for await (const s of rt.stats.dump({ filterMask: ['link64'] })) console.log(s.ifindex, s.link64?.rxBytes)
   */
  dump(filter?: StatsFilter, options?: CallOptions): Dump<Stats>
  /**
   * Has a link's hardware count what it forwards, or no longer; rejects with EOPNOTSUPP where no hardware can.
   * @example await rt.stats.set('swp1', { setOffloadXstatsL3Stats: true })
   */
  set(ref: LinkRef, spec: StatsSetSpec, options?: CallOptions): Promise<void>
}

/** The blocking twin of `StatsMethods`. */
export interface BlockingStatsMethods extends Blocking<StatsMethods> {}

/** The tasks of `StatsMethods`, which both clients run. */
export const statsMethods: MethodTable<StatsMethods> = {
  get: (ref, options) => callWith(options, rest => statsRequests.get(ref, rest)),
  list: (filter, options) => collect(statsRequests.dump(filter), options),
  dump: (filter, options) => stream(statsRequests.dump(filter), options),
  set: (ref, spec, options) => call(statsRequests.set(ref, spec), options),
}
