import type { Af } from '../../generated/common/types.gen.js'
import * as c from '../../generated/constants.gen.js'
import { decodeNeighTable } from '../../generated/neigh/decode.gen.js'
import type { NeighTable, NeighTableSpec } from '../../generated/neigh/types.gen.js'
import { badField, fields, objectOf } from '../../request/build.js'
import { checkFilter } from '../../request/check-filter.js'
import { text } from '../../request/check-options.js'
import type { Request } from '../../request/request.js'
import { NLM_F_DUMP } from '../../wire/nlmsghdr.js'
import { familyNumber } from '../arguments.js'
import { build } from '../build.js'

/** Which neighbour tables a list or dump gives; `family` is filtered by the kernel. */
export interface NeighTableFilter {
  readonly family?: Af | number | undefined
  /** `arp_cache` or `ndisc_cache`. */
  readonly name?: string | undefined
}

/** Fields that are read only. */
const builderOwned = new Set(['family', 'config', 'stats'])

/** Requests about neighbour tables. */
export const neighTableRequests = {
  /** Lists tables: each once as a whole (`config`, `stats`), and once for every link (`parms.ifindex`). */
  dump(filter: NeighTableFilter = {}): Request<NeighTable> {
    checkFilter('neighbour table list', filter, { family: true, name: text })
    const context = { what: 'neighbour table list', spec: filter }
    const { name } = filter
    return build({
      type: c.RTM_GETNEIGHTBL,
      flags: NLM_F_DUMP,
      header: { family: familyNumber(context, filter.family) },
      ...context,
      decode: (bytes, view, start, end) => {
        const table = decodeNeighTable(bytes, view, start, end)
        return name === undefined || table?.name === name ? table : undefined
      },
    })
  },

  /** Changes a table, or with `parms.ifindex` what it does on a link: what is given is set. */
  set(spec: NeighTableSpec): Request {
    const what = 'neighbour table set'
    objectOf(spec, what)
    if (spec.name === undefined) throw badField(what, spec, 'name', 'is missing')
    return build({
      type: c.RTM_SETNEIGHTBL,
      header: { family: familyNumber({ what, spec }, spec.family) },
      attrs: fields(spec, builderOwned),
      what,
      spec,
    })
  },
} as const
