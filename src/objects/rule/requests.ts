import { quote } from '../../codec/text/quote.js'
import type { Af } from '../../generated/common/types.gen.js'
import * as c from '../../generated/constants.gen.js'
import { decodeRule } from '../../generated/rule/decode.gen.js'
import { fibRuleFlagsEnum } from '../../generated/rule/tables.gen.js'
import type { Rule, RuleSpec } from '../../generated/rule/types.gen.js'
import { badField, type Draft, objectOf } from '../../request/build.js'
import { checkFilter } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL } from '../../wire/nlmsghdr.js'
import { bitsOf, type ErrorContext, familyNumber, type Target, target } from '../arguments.js'
import { build } from '../build.js'

/** Which rules a list or dump gives; the kernel filters by family only. */
export interface RuleFilter {
  readonly family?: Af | number | undefined
}

const AF_INET = 2
const AF_INET6 = 10
const NONE = 0xffffffff
/** Fields that this file writes itself; uid-range and the like go out as they are. */
const builderOwned = new Set(['family', 'tos', 'table', 'action', 'flags', 'src', 'dst'])
/** What the kernel finds out by itself, and tells for ever of a rule that was written with it (fib_nl_fill_rule). */
const found = c.FIB_RULE_UNRESOLVED | c.FIB_RULE_IIF_DETACHED | c.FIB_RULE_OIF_DETACHED

function draftOf(what: string, type: number, spec: RuleSpec): Draft<never> {
  objectOf(spec, what)
  const context: ErrorContext = { what, spec }
  const dst = target(context, 'dst', spec.dst)
  const src = target(context, 'src', spec.src)
  // IPv4 has no flow labels, and overlooks them in a delete (fib4_rule_compare).
  const otherwise = spec.flowlabel === undefined ? AF_INET : AF_INET6
  const family = familyNumber(context, spec.family) ?? dst.family ?? src.family ?? otherwise
  const other = isOf(dst, family) ? (isOf(src, family) ? undefined : 'src') : 'dst'
  if (other !== undefined) throw badField(what, spec, other, `${quote(spec[other])} is not of the family`)
  const adding = type === c.RTM_NEWRULE
  const action = spec.action ?? (spec.goto !== undefined ? c.FR_ACT_GOTO : adding ? c.FR_ACT_TO_TBL : 0)
  // A rule of an l3mdev finds its table itself; the kernel refuses one that names another.
  const defaultTable = adding && looksUp(action) && !spec.l3mdev ? c.RT_TABLE_MAIN : 0
  const table = spec.table === undefined ? defaultTable : spec.table
  return {
    type,
    header: {
      family,
      dstLen: dst.length,
      srcLen: src.length,
      tos: spec.tos,
      table: table > 0xff ? 0 : table,
      action,
      flags: (bitsOf(context, 'flags', spec.flags, fibRuleFlagsEnum) & ~found) >>> 0,
    },
    attrs: {
      dst: dst.address,
      src: src.address,
      table: table > 0xff ? table : undefined,
      protocol: adding && spec.protocol === undefined ? c.RTPROT_STATIC : undefined,
    },
    without: builderOwned,
    what,
    spec,
  } as Draft<never>
}

function isOf(target: Target, family: number): boolean {
  return target.family === undefined || target.family === family
}

/** Values that say nothing in a delete: the kernel compares no 0 and no prefix of length 0 (rule_find, fib4_rule_compare). */
const idle = new Set<unknown>([undefined, null, 0, 0n, false, '', 'default', 'unspec'])
/** Fields that it compares whatever they are; the suppressors are -1 in a rule without. */
const compared = new Set(['priority', 'dscp', 'suppressPrefixlen', 'suppressIfgroup'])
/** Fields that it does not look at. */
const ignoredFields = new Set(['family', 'flags'])

/** What nearly all rules do, the first too. */
const looksUp = (action: unknown): boolean => action === 'to-tbl' || action === c.FR_ACT_TO_TBL

/** Tells whether a field of a delete says which rule is meant. */
function tells(key: string, value: unknown): boolean {
  if (ignoredFields.has(key) || key.startsWith('$')) return false
  if (key === 'action' && looksUp(value)) return false
  if (value === NONE && key.startsWith('suppress')) return false
  if (typeof value === 'string' && value.endsWith('/0')) return false
  return !idle.has(value) || (compared.has(key) && value === 0)
}

const decode = decodeRule

/** Requests about rules. */
export const ruleRequests = {
  /** Lists rules in the order of the kernel: by priority. */
  dump(filter: RuleFilter = {}): Request<Rule> {
    checkFilter('rule list', filter, { family: true })
    const context: ErrorContext = { what: 'rule list', spec: filter }
    return build({
      type: c.RTM_GETRULE,
      flags: NLM_F_DUMP,
      header: { family: familyNumber(context, filter.family) },
      ...context,
      decode,
    })
  },

  /** Adds a rule; rejects with EEXIST when there is the same. */
  add: (spec: RuleSpec): Request => build(draftOf('rule add', c.RTM_NEWRULE, spec), NLM_F_CREATE | NLM_F_EXCL),

  /** Adds a rule and answers with it, its priority included. */
  addEcho: (spec: RuleSpec): Request<Rule> =>
    build(draftOf('rule add', c.RTM_NEWRULE, spec), NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, decode),

  /**
   * Deletes the first rule that matches what is given; rejects with ENOENT when none does, and with ERR_NETLINK_BAD_VALUE when nothing is
   * given that the kernel compares: that would be the first of all, the lookup of the table local.
   */
  delete(spec: RuleSpec): Request {
    const draft = draftOf('rule delete', c.RTM_DELRULE, spec)
    if (!Object.entries(spec).some(([key, value]) => tells(key, value)))
      throw badField(
        'rule delete',
        spec,
        'priority',
        'is missing, and so is all else that would tell which rule is meant',
      )
    return build(draft)
  },
} as const
