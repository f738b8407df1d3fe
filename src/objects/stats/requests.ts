import type { AttrSet } from '../../codec/table.js'
import { quote } from '../../codec/text/quote.js'
import * as c from '../../generated/constants.gen.js'
import { decodeStats } from '../../generated/stats/decode.gen.js'
import { offloadXstatsAttrs, statsAttrs } from '../../generated/stats/tables.gen.js'
import type { OffloadXstatsAttrs, Stats, StatsAttrs, StatsGetsetSpec } from '../../generated/stats/types.gen.js'
import { badField, objectOf } from '../../request/build.js'
import { checkFilter, type FilterKeys } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import type { Rule } from '../../request/value-rule.js'
import { NLM_F_DUMP } from '../../wire/nlmsghdr.js'
import type { ErrorContext } from '../arguments.js'
import { build } from '../build.js'
import type { LinkRef } from '../link/requests.js'

/** The statistics of a link, by field. */
export type StatsField = Exclude<keyof StatsAttrs, '$unknown'>

/** The statistics that hardware counts, by field. */
export type OffloadStatsField = Exclude<keyof OffloadXstatsAttrs, '$unknown'>

/** Which statistics are wanted. */
export interface StatsFilter {
  /** IFLA_STATS_FILTER_BIT() bits, or the fields wanted: `['link64', 'linkXstats']`; all without it. */
  readonly filterMask?: number | readonly StatsField[] | undefined
  /** What is wanted of `linkOffloadXstats`; all without it. */
  readonly getFilters?: { readonly linkOffloadXstats?: number | readonly OffloadStatsField[] | undefined } | undefined
}

/** What RTM_SETSTATS changes. */
export type StatsSetSpec = Omit<StatsGetsetSpec, 'getFilters'>

/** The bit of each attribute in a mask: attributes are counted from 1, bits from 0 (IFLA_STATS_FILTER_BIT). */
function maskOf(context: ErrorContext, field: string, set: AttrSet, names: number | readonly string[]): number {
  if (typeof names === 'number') return names
  if (!Array.isArray(names)) throw badField(context.what, context.spec, field, 'must be a number or an array of fields')
  return names.reduce((mask: number, name: string) => {
    const attr = set.byName(name)
    if (attr === undefined || attr.type === 'pad')
      throw badField(context.what, context.spec, field, `${quote(name)} is none of ${fieldsOf(set).join(', ')}`)
    return mask | (1 << (attr.id - 1))
  }, 0)
}

const fieldsOf = (set: AttrSet): string[] => set.attrs.flatMap(attr => (attr.type === 'pad' ? [] : [attr.name]))

const masks: Rule = { holds: value => typeof value === 'object' && value !== null, text: 'an object of masks' }
const filterKeys: FilterKeys<StatsFilter> = { filterMask: true, getFilters: masks }

function filterParts(what: string, filter: StatsFilter): { header: { filterMask: number }; attrs: object } {
  checkFilter(what, filter, filterKeys)
  const context: ErrorContext = { what, spec: filter }
  const { filterMask: names = fieldsOf(statsAttrs) } = filter
  const filterMask = maskOf(context, 'filterMask', statsAttrs, names)
  const { linkOffloadXstats: offload, ...others } = filter.getFilters ?? {}
  for (const [key, value] of Object.entries(others))
    if (value !== undefined)
      throw badField(what, filter, `getFilters.${key}`, 'is nothing to filter by: linkOffloadXstats is')
  if (offload === undefined) return { header: { filterMask }, attrs: {} }
  const mask = maskOf(context, 'getFilters.linkOffloadXstats', offloadXstatsAttrs, offload)
  return { header: { filterMask }, attrs: { getFilters: { linkOffloadXstats: mask } } }
}

const decode = decodeStats

/** Requests about statistics of links. */
export const statsRequests = {
  /** Gets the statistics of one link; rejects with ENODEV when there is none. */
  get(ref: LinkRef, filter: StatsFilter = {}): Request<Stats> {
    const what = `stats get ${ref}`
    const { header, attrs } = filterParts(what, filter)
    return build({ type: c.RTM_GETSTATS, header, attrs: { ...attrs }, ...indexOf(ref), what, spec: filter, decode })
  },

  /** Lists the statistics of all links. */
  dump(filter: StatsFilter = {}): Request<Stats> {
    const what = 'stats list'
    const { header, attrs } = filterParts(what, filter)
    return build({ type: c.RTM_GETSTATS, flags: NLM_F_DUMP, header, attrs: { ...attrs }, what, spec: filter, decode })
  },

  /** Has hardware count, or no longer. */
  set(ref: LinkRef, spec: StatsSetSpec): Request {
    const what = `stats set ${ref}`
    return build({ type: c.RTM_SETSTATS, attrs: { ...objectOf(spec, what) }, ...indexOf(ref), what, spec })
  },
} as const

function indexOf(ref: LinkRef): { linkMember: { member: string; ref: LinkRef; field: string } } {
  return { linkMember: { member: 'ifindex', ref, field: 'ref' } }
}
