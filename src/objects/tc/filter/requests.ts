import { own } from '../../../codec/own-property.js'
import { filterHandleNames } from '../../../codec/text/handle.js'
import { quote } from '../../../codec/text/quote.js'
import { ethPEnum } from '../../../generated/common/tables.gen.js'
import type { EthP } from '../../../generated/common/types.gen.js'
import * as c from '../../../generated/constants.gen.js'
import { decodeFilter } from '../../../generated/tc/decode.gen.js'
import { filterAttrs } from '../../../generated/tc/tables.gen.js'
import type { Filter, FilterOptionsSpec, FilterSpec } from '../../../generated/tc/types.gen.js'
import { badField, type Draft, fields, objectOf } from '../../../request/build.js'
import { checkFields, checkFilter, type FilterKeys } from '../../../request/check-filter.js'
import { flag, text } from '../../../request/check-options.js'
import type { Request } from '../../../request/request.js'
import { littleEndian } from '../../../wire/endian.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL } from '../../../wire/nlmsghdr.js'
import type { ErrorContext } from '../../arguments.js'
import { build } from '../../build.js'
import { onLink } from '../../on-link.js'
import { withOptions } from '../action/fields.js'
import { ematchCount } from '../ematch/codecs/list.js'
import { handleNumber, kindOf, u32HandleNumber } from '../handles.js'
import { checkFlowerKeys } from './flower-keys.js'

const le = littleEndian

/** Where filters hang: at a qdisc or class of a link, or in a block that links share. */
export interface FilterRoot {
  /** The link, by name or index. */
  readonly dev?: string | number | undefined
  readonly ifindex?: number | undefined
  /** `ingress` or `egress` of a clsact qdisc, or a qdisc or class `'1:10'`; `root`, or nothing, is the root qdisc. */
  readonly parent?: number | string | undefined
  /** A shared block, in place of a link and a parent. */
  readonly block?: number | undefined
}

/** Which filters a list or dump gives; all but `kind` is filtered by the kernel. */
export interface FilterFilter extends FilterRoot {
  readonly chain?: number | undefined
  readonly priority?: number | undefined
  readonly protocol?: EthP | number | undefined
  readonly kind?: string | undefined
  /** In short, without what they compare: of flower filters; other classifiers fail with EMSGSIZE. */
  readonly terse?: boolean | undefined
}

/** Which filter, or filters, are meant. */
export type FilterRef = Pick<
  FilterSpec,
  'dev' | 'ifindex' | 'parent' | 'block' | 'chain' | 'priority' | 'protocol' | 'handle' | 'kind'
>

const filterKeys: FilterKeys<FilterFilter> = {
  dev: true,
  ifindex: true,
  parent: true,
  block: true,
  chain: true,
  priority: true,
  protocol: true,
  kind: text,
  terse: flag,
}
const MAGIC_BLOCK = -1

/** How the kernel says that there is no filter or chain, since there is nothing that it could hang at (net/sched/cls_api.c). */
export const noLocation: readonly string[] = [
  'ENOENT',
  'ENODEV',
  "Parent Qdisc doesn't exists",
  'Qdisc not classful',
  "Class doesn't support blocks",
  'Block of given index was not found',
]

/** Gives the header of the place where filters or chains hang, and the link that it names. */
export function rootOf(
  context: ErrorContext,
  root: FilterRoot,
): Pick<Draft<never>, 'linkMember'> & { header: Record<string, unknown> } {
  const { block } = root
  if (block === undefined)
    return {
      header: { parent: handleNumber(context, 'parent', root.parent, filterHandleNames) ?? 0 },
      ...onLink(context, root),
    }
  if (root.dev !== undefined) throw badField(context.what, context.spec, 'block', 'stands in place of a link')
  return { header: { ifindex: MAGIC_BLOCK, parent: block } }
}

/** Gives tcm_info: the priority, and the protocol in network order. */
function infoOf(context: ErrorContext, spec: Pick<FilterSpec, 'priority' | 'protocol'>, otherwise: number): number {
  const { priority = 0, protocol = otherwise } = spec
  const number = typeof protocol === 'string' ? ethPEnum.value(protocol) : protocol
  if (number === undefined || !(Number.isInteger(number) && number >= 0 && number <= 0xffff))
    throw badField(context.what, context.spec, 'protocol', `${quote(protocol)} is no ETH_P_ name or number`)
  if (!(Number.isInteger(priority) && priority >= 0 && priority <= 0xffff))
    throw badField(context.what, context.spec, 'priority', `${quote(priority)} is not an integer from 0 to 65535`)
  return priority * 0x10000 + (le ? ((number & 0xff) << 8) | (number >> 8) : number)
}

/** Where the fields that say which filter is meant go. */
function headerOf(
  context: ErrorContext,
  spec: FilterRef,
  otherwise: number,
  own?: number,
): Pick<Draft<never>, 'linkMember'> & { header: Record<string, unknown> } {
  const { header, linkMember } = rootOf(context, spec)
  const handle =
    kindOf(spec) === 'u32'
      ? u32HandleNumber(context, 'handle', spec.handle)
      : numberOnly(context, 'handle', spec.handle)
  header['handle'] = handle ?? own ?? 0
  header['info'] = infoOf(context, spec, otherwise)
  return { header, linkMember }
}

function numberOnly(context: ErrorContext, field: string, value: number | string | undefined): number | undefined {
  if (typeof value === 'string')
    throw badField(context.what, context.spec, field, `${quote(value)}: only handles of u32 filters are text`)
  return value
}

/** Says which devices do the filter's work: only the kernel does (TCA_CLS_FLAGS_). */
const offloaded = c.TCA_CLS_FLAGS_IN_HW | c.TCA_CLS_FLAGS_NOT_IN_HW
const hardwareFields = ['flags', 'flagsGen']

/** Keys of frames within frames. */
const wrapped = ['keyVlanId', 'keyVlanPrio', 'keyVlanEthType', 'keyCvlanEthType', 'keyPppoeSid', 'keyPppProto']

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Gives options as the kernel takes them: with what `tc` fills in, and without what only the kernel says. What is none the encoder refuses. */
export function optionsOf(context: ErrorContext, options: FilterOptionsSpec, protocol?: EthP | number): unknown {
  if (!isObject(options)) return options
  const out: Record<string, unknown> = { ...options }
  for (const field of hardwareFields) {
    const flags = out[field]
    if (typeof flags === 'number' && (options.kind === 'bpf') === (field === 'flagsGen'))
      out[field] = flags & ~offloaded
  }
  if ('ematches' in options && Array.isArray(options.ematches?.treeList)) {
    const { treeHdr, treeList } = options.ematches
    out['ematches'] = { treeHdr: { progid: treeHdr?.progid, nmatches: ematchCount(treeList) }, treeList }
    if (treeList.length === 0) delete out['ematches']
  }
  if ('act' in options && Array.isArray(options.act)) {
    if (options.act.length > c.TCA_ACT_MAX_PRIO)
      throw badField(
        context.what,
        context.spec,
        'options.act',
        `takes ${c.TCA_ACT_MAX_PRIO} actions: the kernel overlooks more`,
      )
    out['act'] = options.act.map(withOptions)
  }
  if (options.kind === 'bpf' && Array.isArray(options.ops)) out['opsLen'] = options.ops.length
  const given = protocol !== undefined && protocol !== 'all' && protocol !== c.ETH_P_ALL
  // cls_flower looks at addresses of packets that it knows to be IPv4 or IPv6. It says the innermost type of a frame with tags, and
  // wants the outermost.
  if (options.kind === 'flower') {
    if (given && (options.keyEthType === undefined || wrapped.some(key => out[key] !== undefined)))
      out['keyEthType'] = protocol
    // Without a mask the kernel compares all bits, and refuses the mask that it then reports.
    if (out['keyCtState'] !== undefined) out['keyCtStateMask'] ??= out['keyCtState']
    checkFlowerKeys(context, out)
  }
  if (options.kind === 'u32' && isObject(options.sel) && options.sel.flags === undefined) {
    const terminates = options.classid !== undefined || options.act !== undefined || options.police !== undefined
    // Without it a filter that matches is passed over.
    if (terminates) out['sel'] = { ...options.sel, flags: c.TC_U32_TERMINAL }
  }
  return out
}

/** The handle of a route filter is made of what it compares; the kernel asks for it. */
function routeHandle(options: FilterOptionsSpec | undefined): number | undefined {
  if (options?.kind !== 'route') return undefined
  const { to = 0x8000, from, iif } = options
  const upper = from ?? (iif === undefined ? 0xffff : iif | 0x8000)
  return ((upper << 16) | to) >>> 0
}

const header = new Set(['ifindex', 'dev', 'block', 'parent', 'handle', 'priority', 'protocol'])

/** Kinds that want options though they say nothing. Without any, fw and route are what they once were, and u32 is a hash table. */
const silent: Readonly<Record<string, FilterOptionsSpec>> = {
  basic: { kind: 'basic' },
  cgroup: { kind: 'cgroup' },
  flower: { kind: 'flower' },
  matchall: { kind: 'matchall' },
}

/** A message that makes or changes a filter. */
function change(what: string, spec: FilterSpec, flags: number): Draft<never> {
  objectOf(spec, what)
  const context: ErrorContext = { what, spec }
  const attrs = fields(spec, header)
  if (attrs['kind'] === '') delete attrs['kind']
  const creates = (flags & NLM_F_CREATE) !== 0
  const otherwise = creates ? c.ETH_P_ALL : 0
  // First, since keys of flower are judged by the protocol.
  const ref = headerOf(context, spec, otherwise, routeHandle(spec.options))
  const options = spec.options ?? (creates ? own(silent, spec.kind ?? '') : undefined)
  if (options !== undefined) attrs['options'] = optionsOf(context, options, spec.protocol)
  return { type: c.RTM_NEWTFILTER, flags, header: ref.header, attrs, linkMember: ref.linkMember, what, spec }
}

/** A message about a filter that is there, of which all that was read may be given. */
const one = (what: string, type: number, ref: FilterRef) =>
  draftOf(what, type, checkFields(what, ref, header, filterAttrs))

/** A message about filters that are there. */
function draftOf(what: string, type: number, ref: FilterRef) {
  const context: ErrorContext = { what, spec: ref }
  const { kind, chain } = ref
  const attrs = { ...(kind === undefined || kind === '' ? {} : { kind }), ...(chain === undefined ? {} : { chain }) }
  return { type, attrs, ...headerOf(context, ref, 0), ...context }
}

const TERSE = c.TCA_DUMP_FLAGS_TERSE
const CREATE = NLM_F_CREATE | NLM_F_EXCL
const echo = { decode: decodeFilter, reply: c.RTM_NEWTFILTER }

/** Requests about filters. */
export const filterRequests = {
  /** Gives a filter; rejects with ENOENT when there is none, and always for cgroup. */
  get: (ref: FilterRef): Request<Filter> =>
    build({
      ...one('filter get', c.RTM_GETTFILTER, ref),
      flags: NLM_F_ECHO,
      ...echo,
    }),

  /** Lists filters at one place. */
  dump(filter: FilterFilter): Request<Filter> {
    checkFilter('filter list', filter, filterKeys)
    const { kind, terse = false } = filter
    const draft = draftOf('filter list', c.RTM_GETTFILTER, { ...filter, kind: undefined })
    return build<Filter>({
      ...draft,
      spec: filter,
      attrs: { ...draft.attrs, ...(terse ? { dumpFlags: { value: TERSE, selector: TERSE } } : {}) },
      flags: NLM_F_DUMP,
      decode: decodeFilter,
      // The kernel says of every priority that it is there, before its filters: a row with neither handle nor options.
      matches: row => (kind === undefined || row.kind === kind) && (row.handle !== 0 || row.options !== undefined),
    })
  },

  /**
   * Adds a filter; rejects with EEXIST when there is one of this handle. Nothing is looked up: where an action has the index of one that
   * is there, as one that was read, the kernel overlooks what else is said of it, with replace and set too.
   */
  add: (spec: FilterSpec): Request => build(change('filter add', spec, CREATE)),

  /** Adds a filter and answers with it. */
  addEcho: (spec: FilterSpec): Request<Filter> =>
    build({ ...change('filter add', spec, CREATE | NLM_F_ECHO), ...echo }),

  /** Adds a filter, in the place of the one of its handle where there is one. */
  replace: (spec: FilterSpec): Request => build(change('filter replace', spec, NLM_F_CREATE)),

  /** Replaces a filter and answers with it. */
  replaceEcho: (spec: FilterSpec): Request<Filter> =>
    build({ ...change('filter replace', spec, NLM_F_CREATE | NLM_F_ECHO), ...echo }),

  /** Changes a filter; rejects with ENOENT when there is none. */
  set: (spec: FilterSpec): Request => build(change('filter set', spec, 0)),

  /** Deletes a filter, all of a priority, or all of a chain; rejects with ENOENT when there is none. */
  delete(ref: FilterRef): Request {
    const draft = one('filter delete', c.RTM_DELTFILTER, ref)
    const { header, spec } = draft
    const more = ref.kind || header['handle'] !== 0 || header['info'] !== 0
    // The kernel says ENOENT (tc_del_tfilter), as of a filter that is not there.
    if (!ref.priority && more)
      throw badField(draft.what, spec, 'priority', 'is missing: without it only a whole chain can be deleted')
    // cls_cgroup_get finds nothing. There is one filter in a priority, and it goes with that.
    if (ref.kind === 'cgroup') header['handle'] = 0
    return build(draft)
  },
} as const
