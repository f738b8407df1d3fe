import { rtProtocolEnum } from '../../generated/common/tables.gen.js'
import type { Af, RtProtocol } from '../../generated/common/types.gen.js'
import * as c from '../../generated/constants.gen.js'
import { decodeNexthopBucket, decodeNexthopObject } from '../../generated/route/decode.gen.js'
import { rtnhFlagsEnum } from '../../generated/route/tables.gen.js'
import type { NexthopBucket, NexthopObject, NexthopObjectSpec, NhaOpFlags } from '../../generated/route/types.gen.js'
import { type Draft, fields, objectOf } from '../../request/build.js'
import { checkFilter, type FilterKeys } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL, NLM_F_REPLACE } from '../../wire/nlmsghdr.js'
import { bitsOf, type ErrorContext, enumeratorOf, familyNumber, familyOfText } from '../arguments.js'
import { build } from '../build.js'
import { devAlias, linkOf } from '../on-link.js'

/** What a get of a nexthop may ask for. */
export interface NexthopGetOptions {
  /** NHA_OP_FLAG_ bits: `dump-stats` adds the statistics of a group, `dump-hw-stats` those of its hardware. */
  readonly opFlags?: number | readonly NhaOpFlags[] | undefined
}

/** Which nexthops a list or dump gives; all but `protocol` and `fdb` is filtered by the kernel. */
export interface NexthopFilter extends NexthopGetOptions {
  readonly family?: Af | number | undefined
  /** The output link, by name or index. */
  readonly dev?: string | number | undefined
  /** Only nexthops whose link is a port of this one. */
  readonly master?: string | number | undefined
  /** Only groups. */
  readonly groups?: boolean | undefined
  /** Only nexthops of forwarding entries (NHA_FDB). */
  readonly fdb?: boolean | undefined
  readonly protocol?: RtProtocol | number | undefined
}

/** Which nexthops a flush is about. */
export type NexthopFlush = Omit<NexthopFilter, keyof NexthopGetOptions>

export const flushKeys: FilterKeys<NexthopFlush> = {
  family: true,
  dev: true,
  master: true,
  groups: true,
  fdb: true,
  protocol: true,
}
const filterKeys: FilterKeys<NexthopFilter> = { ...flushKeys, opFlags: true }

/** Which buckets of resilient groups a list or dump gives; all of it is filtered by the kernel. */
export interface NexthopBucketFilter {
  /** The group. */
  readonly id?: number | undefined
  /** The nexthop that a bucket points to (NHA_RES_BUCKET_NH_ID). */
  readonly nhId?: number | undefined
  /** The link of that nexthop, by name or index. */
  readonly dev?: string | number | undefined
  /** The master of that link. */
  readonly master?: string | number | undefined
}

const AF_UNSPEC = 0
const AF_INET = 2
/** Fields that this file writes itself; the kernel refuses a scope, and what it promises of its answer (opFlags). */
const builderOwned = new Set(['family', 'scope', 'protocol', 'flags', 'dev', 'oif', 'opFlags'])
/** What the kernel finds out by itself, and refuses in a request (NEXTHOP_VALID_USER_FLAGS, net/ipv4/nexthop.c). */
const found = c.RTNH_F_DEAD | c.RTNH_F_LINKDOWN | c.RTNH_F_OFFLOAD | c.RTNH_F_TRAP | c.RTNH_F_UNRESOLVED

function draftOf(what: string, spec: NexthopObjectSpec): Draft<never> {
  objectOf(spec, what)
  const context: ErrorContext = { what, spec }
  return {
    type: c.RTM_NEWNEXTHOP,
    header: {
      family: familyNumber(context, spec.family) ?? defaultFamily(spec),
      protocol: spec.protocol ?? c.RTPROT_STATIC,
      flags: sendableFlags(context, spec.flags),
    },
    attrs: { oif: linkOf(spec) },
    without: builderOwned,
    what,
    spec,
    aliases: spec.dev === undefined ? undefined : devAlias,
  } as Draft<never>
}

/** A group has no family, all else has one: the gateway's, and IPv4 without a gateway, as with `ip nexthop`. */
function defaultFamily(spec: NexthopObjectSpec): number {
  return spec.group === undefined ? (familyOfText(spec.gateway) ?? AF_INET) : AF_UNSPEC
}

function sendableFlags(context: ErrorContext, flags: NexthopObjectSpec['flags']): number {
  return (bitsOf(context, 'flags', flags, rtnhFlagsEnum) & ~found) >>> 0
}

const decode = decodeNexthopObject
/** What the kernel does not filter by. */
const here = new Set(['protocol'])

/** Asks for nexthops, for the verb `what`. */
export function listNexthops(what: string, filter: NexthopFilter): Request<NexthopObject> {
  checkFilter(what, filter, filterKeys)
  const context: ErrorContext = { what, spec: filter }
  const { family, dev, ...rest } = filter
  const protocol = enumeratorOf(context, 'protocol', rest.protocol, rtProtocolEnum)
  return build({
    type: c.RTM_GETNEXTHOP,
    flags: NLM_F_DUMP,
    header: { family: familyNumber(context, family) },
    attrs: { ...fields(rest, here), ...(dev === undefined ? {} : { oif: dev }) },
    ...context,
    aliases: devAlias,
    decode: (bytes, view, start, end) => {
      const nexthop = decode(bytes, view, start, end)
      // The kernel takes NHA_FDB and does nothing with it (nh_dump_filtered, net/ipv4/nexthop.c).
      if (rest.fdb === true && nexthop?.fdb !== true) return undefined
      return protocol === undefined || nexthop?.protocol === protocol ? nexthop : undefined
    },
  })
}

/** Requests about nexthop objects. */
export const nexthopRequests = {
  /** Gets a nexthop by its id; rejects with ENOENT when there is none. */
  get: (id: number, options: NexthopGetOptions = {}): Request<NexthopObject> =>
    build({ type: c.RTM_GETNEXTHOP, attrs: { id, ...options }, what: `nexthop get ${id}`, spec: options, decode }),

  /** Lists nexthops. */
  dump: (filter: NexthopFilter = {}): Request<NexthopObject> => listNexthops('nexthop list', filter),

  /** Adds a nexthop; rejects with EEXIST when the id is taken. */
  add: (spec: NexthopObjectSpec): Request => build(draftOf('nexthop add', spec), NLM_F_CREATE | NLM_F_EXCL),

  /** Adds a nexthop and answers with it, the id that the kernel chose included. */
  addEcho: (spec: NexthopObjectSpec): Request<NexthopObject> =>
    build(draftOf('nexthop add', spec), NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, decode),

  /** Adds a nexthop or changes the one with this id. */
  replace: (spec: NexthopObjectSpec): Request => build(draftOf('nexthop replace', spec), NLM_F_CREATE | NLM_F_REPLACE),

  /** Deletes a nexthop, and with it the routes that use it; rejects with ENOENT when there is none. */
  delete: (id: number): Request => build({ type: c.RTM_DELNEXTHOP, attrs: { id }, what: `nexthop delete ${id}` }),
} as const

/** Requests about buckets of resilient groups. */
export const nexthopBucketRequests = {
  /** Gets a bucket by its group and index; rejects with ENOENT when there is none. */
  get: (id: number, index: number): Request<NexthopBucket> =>
    build({
      type: c.RTM_GETNEXTHOPBUCKET,
      attrs: { id, resBucket: { index } },
      what: `nexthop bucket get ${id} ${index}`,
      decode: decodeNexthopBucket,
    }),

  /** Lists buckets. */
  dump(filter: NexthopBucketFilter = {}): Request<NexthopBucket> {
    checkFilter('nexthop bucket list', filter, { id: true, nhId: true, dev: true, master: true })
    const { id, nhId, dev, master } = filter
    return build({
      type: c.RTM_GETNEXTHOPBUCKET,
      flags: NLM_F_DUMP,
      attrs: {
        ...fields({ id, oif: dev, master }, new Set()),
        ...(nhId === undefined ? {} : { resBucket: { nhId } }),
      },
      what: 'nexthop bucket list',
      spec: filter,
      aliases: { oif: 'dev', 'resBucket.nhId': 'nhId' },
      decode: decodeNexthopBucket,
    })
  },
} as const
