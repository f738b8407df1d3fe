import * as c from '../../../generated/constants.gen.js'
import { decodeChain } from '../../../generated/tc/decode.gen.js'
import { filterAttrs } from '../../../generated/tc/tables.gen.js'
import type { Chain, ChainSpec } from '../../../generated/tc/types.gen.js'
import { type Draft, fields, objectOf, type Reply } from '../../../request/build.js'
import { checkFields, checkFilter } from '../../../request/check-filter.js'
import type { Request } from '../../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL } from '../../../wire/nlmsghdr.js'
import type { ErrorContext } from '../../arguments.js'
import { build } from '../../build.js'
import { type FilterRoot, optionsOf, rootOf } from '../filter/requests.js'

/** Which chains a list or dump gives; the kernel filters. */
export interface ChainFilter extends FilterRoot {
  readonly chain?: number | undefined
}

/** Which chain is meant; without `chain` the first, 0. */
export type ChainRef = Pick<ChainSpec, 'dev' | 'ifindex' | 'parent' | 'block' | 'chain'>

const header = new Set(['ifindex', 'dev', 'block', 'parent'])

type Placed = Draft<never> & { header: Readonly<Record<string, unknown>> }

function draftOf(what: string, type: number, spec: ChainRef, attrs: Readonly<Record<string, unknown>>): Placed {
  const context: ErrorContext = { what, spec }
  return { type, attrs, ...rootOf(context, spec), ...context }
}

function refDraft(what: string, type: number, ref: ChainRef): Placed {
  checkFields(what, ref, header, filterAttrs)
  return draftOf(what, type, ref, ref.chain === undefined ? {} : { chain: ref.chain })
}

/** The major half of a handle: the qdisc. */
const QDISC = 0xffff_0000

/**
 * Decodes a chain that was asked for. The kernel says only the qdisc (tc_chain_fill_node, net/sched/cls_api.c); which of the two sides of
 * a clsact qdisc has the chain is known from the question.
 */
function decodeAt({ header: { parent } }: Placed): Reply<Chain> {
  return (bytes, view, start, end) => {
    const chain = decodeChain(bytes, view, start, end)
    if (
      chain !== undefined &&
      chain.block === undefined &&
      typeof parent === 'number' &&
      (parent & QDISC) >>> 0 === chain.parent
    )
      chain.parent = parent
    return chain
  }
}

/** Requests about chains of filters. */
export const chainRequests = {
  /** Gives a chain; rejects with EINVAL when there is none. The kernel's answer is of the type RTM_GETCHAIN (tc_ctl_chain). */
  get(ref: ChainRef): Request<Chain> {
    const draft = refDraft('chain get', c.RTM_GETCHAIN, ref)
    return build({ ...draft, flags: NLM_F_ECHO, decode: decodeAt(draft) })
  },

  /** Lists chains at one place. */
  dump(filter: ChainFilter): Request<Chain> {
    checkFilter('chain list', filter, { dev: true, ifindex: true, parent: true, block: true, chain: true })
    const draft = refDraft('chain list', c.RTM_GETCHAIN, filter)
    return build({ ...draft, flags: NLM_F_DUMP, decode: decodeAt(draft) })
  },

  /** Adds a chain; rejects with EEXIST when there is one. */
  add(spec: ChainSpec): Request {
    objectOf(spec, 'chain add')
    const attrs = fields(spec, header)
    if (spec.options !== undefined) attrs['options'] = optionsOf({ what: 'chain add', spec }, spec.options)
    return build(draftOf('chain add', c.RTM_NEWCHAIN, spec, attrs), NLM_F_CREATE | NLM_F_EXCL)
  },

  /** Deletes a chain with its filters; rejects with EINVAL when there is none. */
  delete: (ref: ChainRef): Request => build(refDraft('chain delete', c.RTM_DELCHAIN, ref)),
} as const
