import { decodeMdbAttrs, readBrPortMsg } from '../../../generated/bridge/decode.gen.js'
import { mdbEattrAttrs, mdbeAttrs } from '../../../generated/bridge/tables.gen.js'
import type {
  BrMdbEntry,
  BrMdbEntrySpec,
  MdbAttrs,
  MdbaRouterPort,
  MdbEattrAttrs,
  MdbeSpec,
  MdbRouterPortAttrs,
  MdbState,
} from '../../../generated/bridge/types.gen.js'
import type { Af, RtProtocol } from '../../../generated/common/types.gen.js'
import * as c from '../../../generated/constants.gen.js'
import { badField, type Draft, objectOf } from '../../../request/build.js'
import { isDict } from '../../../request/changes.js'
import { checkFields, checkFilter, type FilterKeys, linkRef, vlanId } from '../../../request/check-filter.js'
import { type Request, Several } from '../../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE } from '../../../wire/nlmsghdr.js'
import type { ErrorContext } from '../../arguments.js'
import { build } from '../../build.js'
import { type OnLink, onLink } from '../../on-link.js'

/** A member of a multicast group: a port of a bridge, the bridge itself, or a destination of a vxlan. */
export interface MdbEntry extends BrMdbEntry, MdbEattrAttrs {
  family: Af | number
  /** The bridge or vxlan (br_port_msg.ifindex). */
  ifindex: number
}

/** A port behind which multicast routers are. */
export interface MdbRouter extends MdbaRouterPort, MdbRouterPortAttrs {
  family: Af | number
  /** The bridge (br_port_msg.ifindex). */
  ifindex: number
}

/** A member of a multicast group, as it is written; `dev` is the bridge or vxlan. */
export interface MdbEntrySpec extends OnLink, Omit<BrMdbEntrySpec, 'flags'>, Omit<MdbeSpec, 'stateMask'> {
  readonly addr: string
}

/** Which group a get is about. */
export interface MdbGroup extends OnLink {
  readonly addr: string
  readonly source?: string | undefined
  readonly vid?: number | undefined
  readonly srcVni?: number | undefined
}

/** Which entries, or router ports, a list or dump gives; the kernel filters none. */
export interface MdbFilter {
  readonly dev?: string | number | undefined
  readonly vid?: number | undefined
}

/** Which entries a flush deletes: all that match everything that is given. */
export interface MdbFlush extends OnLink {
  readonly port?: number | string | undefined
  readonly vid?: number | undefined
  /** Only permanent, or only temporary entries. */
  readonly state?: MdbState | undefined
  readonly rtprot?: RtProtocol | number | undefined
  readonly dst?: string | undefined
  readonly dstPort?: number | undefined
  readonly vni?: number | undefined
  readonly srcVni?: number | undefined
}

const flushKeys: FilterKeys<MdbFlush> = {
  dev: true,
  ifindex: true,
  port: true,
  vid: true,
  state: true,
  rtprot: true,
  dst: true,
  dstPort: true,
  vni: true,
  srcVni: true,
}

/** Members of struct br_port_msg and struct br_mdb_entry. */
const members = new Set(['family', 'ifindex', 'dev', 'port', 'state', 'flags', 'vid', 'addr'])

/** struct br_port_msg. */
const HEADER = 8

function decodeMdb(bytes: Uint8Array, view: DataView, start: number, end: number): MdbAttrs | undefined {
  return end - start < HEADER ? undefined : decodeMdbAttrs({}, bytes, view, start + HEADER, end, undefined)
}

/** Decodes the entries of a message; `undefined` when its header is cut off. */
export function decodeMdbEntries(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): MdbEntry[] | undefined {
  const attrs = decodeMdb(bytes, view, start, end)
  if (attrs === undefined) return undefined
  const { family, ifindex } = readBrPortMsg(bytes, view, start, HEADER)
  const infos = attrs.mdb?.entry?.flatMap(entry => entry.info ?? []) ?? []
  return infos.map(info => ({ family, ifindex, ...info }))
}

/** Decodes the router ports of a message; `undefined` when its header is cut off. */
export function decodeMdbRouters(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): MdbRouter[] | undefined {
  const attrs = decodeMdb(bytes, view, start, end)
  if (attrs === undefined) return undefined
  const { family, ifindex } = readBrPortMsg(bytes, view, start, HEADER)
  return attrs.router?.port?.map(port => ({ family, ifindex, ...port })) ?? []
}

/** The part of an entry that is struct br_mdb_entry. Without a port the bridge itself joins; of a vxlan there is no other. */
function entryOf(spec: MdbEntrySpec): object {
  const { vid, addr } = spec
  return { port: spec.port ?? spec.dev ?? spec.ifindex, state: spec.state, vid, addr }
}

/** What the kernel says of an entry that it made itself; it takes protocols of others only. */
const KERNEL = new Set<unknown>([undefined, 'unspec', 'redirect', 'kernel', 'boot', 0, 1, 2, 3])

/** `0.0.0.0` and `::`. */
function isAnyGroup(addr: unknown): boolean {
  return typeof addr === 'string' && /^[0.:]+$/.test(addr)
}

/** Sources that were read have timers, which only the kernel tells. What is no list is left to the encoder to refuse. */
function sourcesOf(srcList: MdbEntrySpec['srcList']): object | undefined {
  const entry: unknown = srcList?.entry
  if (!Array.isArray(entry)) return srcList
  return { ...srcList, entry: entry.map((one: unknown) => (isDict(one) ? { ...one, timer: undefined } : one)) }
}

function attrsOf(spec: MdbEntrySpec): object {
  const { addr, source, srcList, groupMode, rtprot, dst, dstPort, vni, viaIfindex, srcVni } = spec
  return {
    source,
    srcList: sourcesOf(srcList),
    // Of a single source it is always `include`, of all groups of a vxlan `exclude`: both are told and refused (vxlan_mdb_config_attrs_init).
    groupMode: source === undefined && !isAnyGroup(addr) ? groupMode : undefined,
    rtprot: KERNEL.has(rtprot) ? undefined : rtprot,
    dst,
    dstPort,
    vni,
    viaIfindex,
    srcVni,
  }
}

function draftOf(what: string, type: number, spec: MdbEntrySpec, setEntry: object): Draft<never> {
  const context: ErrorContext = { what, spec: checkFields(what, spec, members, mdbeAttrs, mdbEattrAttrs) }
  if (spec.addr === undefined) throw badField(what, spec, 'addr', 'is missing')
  return {
    type,
    header: { family: c.AF_BRIDGE },
    attrs: { setEntry, setEntryAttrs: attrsOf(spec) },
    ...onLink(context, spec),
    ...context,
  }
}

const change = (what: string, flags: number, spec: MdbEntrySpec): Request =>
  build(draftOf(what, c.RTM_NEWMDB, spec, entryOf(objectOf(spec, what))), flags)

function dump<T extends MdbEntry | MdbRouter>(
  what: string,
  filter: MdbFilter,
  decode: (bytes: Uint8Array, view: DataView, start: number, end: number) => T[] | undefined,
): Request<T> {
  checkFilter(what, filter, { dev: linkRef, vid: vlanId })
  const { dev, vid } = filter
  return build<T>({
    type: c.RTM_GETMDB,
    flags: NLM_F_DUMP,
    header: { family: c.AF_BRIDGE },
    // The kernel refuses an index in the header of a dump.
    filterLink: dev === undefined ? undefined : { ref: dev, field: 'dev' },
    what,
    spec: filter,
    decode: (bytes, view, start, end) => {
      const rows = decode(bytes, view, start, end)
      return rows === undefined ? undefined : new Several(rows)
    },
    matches: (row, [index]) =>
      (dev === undefined || row.ifindex === (typeof dev === 'number' ? dev : index)) &&
      (vid === undefined || row.vid === vid),
  })
}

/** Requests about the multicast database. */
export const mdbRequests = {
  /** Gives the entries of a group, one a port; rejects with ENOENT when there is none. */
  get(group: MdbGroup): Request<MdbEntry[]> {
    const context: ErrorContext = {
      what: 'mdb get',
      spec: checkFields('mdb get', group, members, mdbeAttrs, mdbEattrAttrs),
    }
    const { addr, vid, source, srcVni } = group
    if (addr === undefined) throw badField(context.what, group, 'addr', 'is missing')
    return build<MdbEntry[]>({
      type: c.RTM_GETMDB,
      header: { family: c.AF_BRIDGE },
      attrs: { getEntry: { vid, addr }, getEntryAttrs: { source, srcVni } },
      ...onLink(context, group),
      ...context,
      decode: decodeMdbEntries,
    })
  },

  /** Lists the members of groups. */
  dump: (filter: MdbFilter = {}): Request<MdbEntry> => dump('mdb list', filter, decodeMdbEntries),

  /** Lists the ports behind which multicast routers are. */
  dumpRouters: (filter: MdbFilter = {}): Request<MdbRouter> => dump('mdb routers', filter, decodeMdbRouters),

  /** Adds a member to a group; rejects with EEXIST when it is one. */
  add: (spec: MdbEntrySpec): Request => change('mdb add', NLM_F_CREATE | NLM_F_EXCL, spec),

  /** Adds a member to a group or changes it. */
  replace: (spec: MdbEntrySpec): Request => change('mdb replace', NLM_F_CREATE | NLM_F_REPLACE, spec),

  /** Takes a member from a group; rejects when it is none, a bridge with EINVAL and a vxlan with ENOENT. */
  delete(spec: MdbEntrySpec): Request {
    const { source, dst, dstPort, vni, srcVni, viaIfindex } = objectOf(spec, 'mdb delete')
    const draft = draftOf('mdb delete', c.RTM_DELMDB, spec, { ...entryOf(spec), state: undefined })
    // Filter mode, sources and protocol describe a member; these find it.
    const setEntryAttrs = { source, dst, dstPort, vni, srcVni, viaIfindex }
    return build({ ...draft, attrs: { ...draft.attrs, setEntryAttrs } })
  },

  /** Deletes all entries of a bridge or vxlan that match, in one request (Linux 6.8). */
  flush(match: MdbFlush): Request {
    checkFilter('mdb flush', match, flushKeys)
    const context: ErrorContext = { what: 'mdb flush', spec: match }
    const { port, vid, state, rtprot, dst, dstPort, vni, srcVni } = match
    return build({
      type: c.RTM_DELMDB,
      flags: c.NLM_F_BULK,
      header: { family: c.AF_BRIDGE },
      attrs: {
        setEntry: { port, vid, state },
        setEntryAttrs: {
          rtprot,
          dst,
          dstPort,
          vni,
          srcVni,
          stateMask: state === undefined ? undefined : c.MDB_PERMANENT,
        },
      },
      ...onLink(context, match),
      ...context,
    })
  },
} as const
