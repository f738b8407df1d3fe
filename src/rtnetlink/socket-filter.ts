import type { Af } from '../generated/common/types.gen.js'
import * as c from '../generated/constants.gen.js'
import { familyNumber } from '../objects/arguments.js'
import { badField } from '../request/build.js'
import { checkFilter, type FilterKeys } from '../request/check-filter.js'
import { checkOptions, integer, type OptionRules } from '../request/check-options.js'
import { littleEndian } from '../wire/endian.js'
import { NLMSG_HDRLEN } from '../wire/nlmsghdr.js'

const le = littleEndian

/** What the kernel lets through to a monitor: all that is given must hold. It passes what it cannot decide. */
export interface SocketFilter {
  /** Message types: RTM_ numbers. */
  readonly types?: readonly number[] | undefined
  /** The family of the fixed header, by name or number. */
  readonly family?: Af | number | undefined
  /** The table of a route or rule. */
  readonly table?: number | undefined
  /**
   * The link that the header of the message names, of an mdb entry the bridge; of a route, the link it leaves by (one of several hops, or of
   * a nexthop object, passes). Other messages, as those of nexthop objects, rules and netconf, pass.
   */
  readonly ifindex?: number | undefined
}

// linux/bpf_common.h, linux/filter.h
const LD_H_ABS = 0x28
const LD_B_ABS = 0x30
const LD_W_ABS = 0x20
const LD_W_IND = 0x40
const LD_IMM = 0x00
const LDX_IMM = 0x01
const TAX = 0x07
const JEQ = 0x15
const RET = 0x06
/** SKF_AD_OFF + SKF_AD_NLATTR: A becomes the offset of the attribute X in those from A on, 0 when there is none. */
const FIND_ATTRIBUTE = (-0x1000 + 12) >>> 0
const ALL = 0xffffffff
const INSTRUCTION = 8
const FAMILY_AT = NLMSG_HDRLEN
const TABLE_AT = NLMSG_HDRLEN + 4
const IFINDEX_AT = NLMSG_HDRLEN + 4
const RTMSG_ATTRS_AT = NLMSG_HDRLEN + 12

/** The classic BPF loads are big-endian; what they find was written in host order. */
const swap16 = (x: number): number => (le ? ((x & 0xff) << 8) | (x >>> 8) : x)
const swap32 = (x: number): number =>
  le ? (((x & 0xff) << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24)) >>> 0 : x

interface Instruction {
  readonly code: number
  readonly k: number
  /** Where a jump goes, by label; the next instruction without one. */
  readonly yes?: string
  readonly no?: string
  readonly label?: string
}

/** Message types whose header has the link at offset 4. */
const withIndex = [
  ...[c.RTM_NEWLINK, c.RTM_DELLINK, c.RTM_NEWADDR, c.RTM_DELADDR, c.RTM_NEWNEIGH, c.RTM_DELNEIGH],
  ...[c.RTM_NEWQDISC, c.RTM_DELQDISC, c.RTM_NEWTCLASS, c.RTM_DELTCLASS, c.RTM_NEWTFILTER, c.RTM_DELTFILTER],
  ...[c.RTM_NEWCHAIN, c.RTM_DELCHAIN, c.RTM_NEWMDB, c.RTM_DELMDB, c.RTM_NEWVLAN, c.RTM_DELVLAN],
  ...[c.RTM_NEWTUNNEL, c.RTM_DELTUNNEL, c.RTM_NEWMULTICAST, c.RTM_DELMULTICAST, c.RTM_NEWANYCAST, c.RTM_DELANYCAST],
  ...[c.RTM_GETNEIGH, c.RTM_NEWSTATS, c.RTM_NEWPREFIX, c.RTM_NEWNDUSEROPT],
]
const routes = [c.RTM_NEWROUTE, c.RTM_DELROUTE]
const withTable = [...routes, c.RTM_NEWRULE, c.RTM_DELRULE]

const what = 'monitor filter'
const filterKeys: FilterKeys<SocketFilter> = { types: true, family: true, table: true, ifindex: true }
const messageType = integer(0, 0xffff)
const familyRule = integer(0, 255)
const rules: OptionRules<SocketFilter> = {
  types: {
    holds: value => Array.isArray(value) && value.length > 0 && value.every(messageType.holds),
    text: 'an array of one message type or more',
  },
  // A name is looked up where it is used.
  family: { holds: value => typeof value === 'string' || familyRule.holds(value), text: familyRule.text },
  table: integer(0, 0xffffffff),
  ifindex: integer(0, 0x7fffffff),
}

/** Checks a filter: a value that is none would let nothing through, and a key that nobody knows all. */
function check(filter: SocketFilter): void {
  checkFilter(what, filter, filterKeys)
  checkOptions(what, filter, rules, (field, text) => badField(what, filter, field, text))
}

/**
 * Compiles filters to the classic BPF program that a netlink socket runs on every notification; a notification passes when one of the
 * filters lets it. Foreign churn then never reaches the process. Throws ERR_NETLINK_BAD_VALUE for a filter that is none.
 *
 * @example
 * const filter = socketFilter([{ types: [24, 25], family: 'inet', table: 254 }])
 */
export function socketFilter(filters: readonly SocketFilter[]): Uint8Array {
  const program: Instruction[] = []
  for (const [index, filter] of filters.entries()) {
    check(filter)
    one(program, filter, `${index}`, `${index + 1}`)
  }
  program.push({ label: `${filters.length}`, code: RET, k: 0 }, { label: 'pass', code: RET, k: ALL })
  return assemble(program)
}

/** Goes to `pass` when all of a filter holds, else on to the next. */
function one(program: Instruction[], filter: SocketFilter, label: string, next: string): void {
  const { types, table, ifindex } = filter
  const family = familyNumber({ what, spec: filter }, filter.family)
  program.push({ label, code: LD_B_ABS, k: FAMILY_AT })
  if (family !== undefined) program.push({ code: JEQ, k: family, no: next })
  program.push({ code: LD_H_ABS, k: 4 })
  if (types !== undefined) {
    for (const type of types) program.push({ code: JEQ, k: swap16(type), yes: `${label} typed` })
    program.push({ code: JEQ, k: ALL, yes: `${label} typed`, no: next })
  }
  program.push({ label: `${label} typed`, code: LD_H_ABS, k: 4 })
  const selected = (all: readonly number[]) => (types === undefined ? all : all.filter(type => types.includes(type)))
  if (table !== undefined) {
    for (const type of selected(withTable)) program.push({ code: JEQ, k: swap16(type), yes: `${label} table` })
    program.push({ code: JEQ, k: ALL, no: `${label} tabled` })
    // RTA_TABLE and FRA_TABLE have the same number; they win over the 8 bits of the header.
    attribute(program, `${label} table`, c.RTA_TABLE)
    program.push(
      { code: JEQ, k: 0, yes: `${label} byte` },
      { code: TAX, k: 0 },
      { code: LD_W_IND, k: 4 },
      { code: JEQ, k: swap32(table), yes: `${label} tabled`, no: next },
      { label: `${label} byte`, code: LD_B_ABS, k: TABLE_AT },
      { code: JEQ, k: table, no: next },
    )
  }
  program.push({ label: `${label} tabled`, code: LD_H_ABS, k: 4 })
  if (ifindex !== undefined) {
    for (const type of selected(routes)) program.push({ code: JEQ, k: swap16(type), yes: `${label} route` })
    for (const type of selected(withIndex)) program.push({ code: JEQ, k: swap16(type), yes: `${label} index` })
    program.push(
      { code: JEQ, k: ALL, yes: 'pass', no: 'pass' },
      { label: `${label} index`, code: LD_W_ABS, k: IFINDEX_AT },
      { code: JEQ, k: swap32(ifindex), yes: 'pass', no: next },
    )
    attribute(program, `${label} route`, c.RTA_OIF)
    program.push(
      { code: JEQ, k: 0, yes: `${label} hops` },
      { code: TAX, k: 0 },
      { code: LD_W_IND, k: 4 },
      { code: JEQ, k: swap32(ifindex), yes: 'pass', no: next },
    )
    attribute(program, `${label} hops`, c.RTA_MULTIPATH)
    program.push({ code: JEQ, k: 0, no: 'pass' })
    attribute(program, `${label} object`, c.RTA_NH_ID)
    program.push({ code: JEQ, k: 0, yes: next, no: 'pass' })
  }
  program.push({ code: JEQ, k: ALL, yes: 'pass', no: 'pass' })
}

function attribute(program: Instruction[], label: string, type: number): void {
  program.push(
    { label, code: LD_IMM, k: RTMSG_ATTRS_AT },
    { code: LDX_IMM, k: type },
    { code: LD_W_ABS, k: FIND_ATTRIBUTE },
  )
}

function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION)
  const view = new DataView(bytes.buffer)
  const labels = new Map(program.flatMap(({ label }, at) => (label === undefined ? [] : [[label, at] as const])))
  const jump = (at: number, label: string | undefined): number => {
    if (label === undefined) return 0
    const to = labels.get(label)
    const distance = (to ?? 0) - at - 1
    if (to === undefined || distance < 0 || distance > 255)
      throw new RangeError('a filter of so many parts is too long')
    return distance
  }
  for (const [at, { code, k, yes, no }] of program.entries()) {
    view.setUint16(at * INSTRUCTION, code, le)
    view.setUint8(at * INSTRUCTION + 2, jump(at, yes))
    view.setUint8(at * INSTRUCTION + 3, jump(at, no))
    view.setUint32(at * INSTRUCTION + 4, k, le)
  }
  return bytes
}
