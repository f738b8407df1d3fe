import { quote } from '../../codec/text/quote.js'
import { plainLength, textBytes } from '../../codec/text/text.js'
import { NamespaceSlot } from '../../codec/value-encoder.js'
import type { Af } from '../../generated/common/types.gen.js'
import * as c from '../../generated/constants.gen.js'
import { decodeLink } from '../../generated/link/decode.gen.js'
import { ifinfoFlagsEnum, linkAttrs } from '../../generated/link/tables.gen.js'
import type { Link, LinkSpec, RtextFilter } from '../../generated/link/types.gen.js'
import { badField, type Draft, fields, objectOf } from '../../request/build.js'
import { isDict } from '../../request/changes.js'
import { checkFields, checkFilter, type FilterKeys } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import type { NamespaceRef } from '../../wire/namespace-ref.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL } from '../../wire/nlmsghdr.js'
import { bitsOf, elsewhere, nsidOf } from '../arguments.js'
import { bridgeLink } from '../bridge/bridge-link.js'
import { build } from '../build.js'
import { isReadLink } from './diff.js'
import { withKindDefaults, worded } from './kinds.js'
import { checkPlacement, lateFields } from './late-fields.js'

/** A link by name (altnames too) or index. */
export type LinkRef = string | number

/** Which links a list or dump gives; `kind`, `master`, `netns` and `family` are filtered by the kernel. */
export interface LinkFilter {
  /** Only links of this kind (IFLA_INFO_KIND). */
  readonly kind?: string | undefined
  /** Only ports of this bridge, bond, team or vrf; with 0 only links that are nobody's port. */
  readonly master?: LinkRef | undefined
  /** `bridge`: ports with their VLANs and port settings, as `bridge link show` sees them; the kernel filters these by nothing. */
  readonly family?: Af | number | undefined
  /** RTEXT_FILTER_ bits (IFLA_EXT_MASK); `skip-stats` makes messages a quarter smaller, `vf` and `brvlan` add to them. */
  readonly extMask?: number | readonly RtextFilter[] | undefined
  /** Looks in the namespace that has this id here (IFLA_TARGET_NETNSID); `master` is an index then. */
  readonly netns?: { readonly nsid: number } | undefined
}

const getKeys: FilterKeys<LinkGetOptions> = { family: true, extMask: true, netns: true }
const filterKeys: FilterKeys<LinkFilter> = { ...getKeys, kind: true, master: true }

/** What a get of a link may say beside which. */
export type LinkGetOptions = Pick<LinkFilter, 'family' | 'extMask' | 'netns'>

/** Fields of a link that are read only, or that this file writes itself. */
const builderOwned = new Set([
  'family',
  'type',
  'index',
  'flags',
  'up',
  'promisc',
  'allmulti',
  'arp',
  'multicast',
  'name',
  'info',
  'slave',
  'netns',
  'kindName',
  'slaveKindName',
  'xstats',
])
/** What the kernel takes for no name, beside those that are empty or too long (dev_valid_name, net/core/dev.c). */
const badName = /[\t-\r /:]|^\.{1,2}$/
/** Where a peer nests: veth and vxcan, netkit. */
const peers = ['peer', 'peerInfo']

interface LinkMessageParts {
  readonly header: Record<string, unknown>
  readonly attrs: Record<string, unknown>
}

/** Turns a written link into header and attributes; `within` is where it nests. */
function linkParts(
  spec: LinkSpec,
  what: string,
  name: string | undefined = spec.name,
  attrs: Record<string, unknown> = {},
  within = '',
): LinkMessageParts {
  // No spreads: what they make is a table of keys, and all that looks at it looks a key up (encode link 3,500 ns with them).
  if (name !== undefined) attrs['name'] = name
  if (typeof spec.name === 'string' && badName.test(spec.name))
    throw badField(what, spec, `${within}name`, `${quote(spec.name)}: the kernel takes no . or .., no /, : or space`)
  fields(spec, builderOwned, attrs)
  if (spec.netns !== undefined) {
    // It looks for the master where the link is by then (do_set_master), and a name has its index here.
    if (typeof spec.master === 'string') throw elsewhere(what, spec, `${within}master`)
    namespaceAttr(attrs, spec.netns)
  }
  if (spec.info !== undefined || spec.slave !== undefined)
    attrs['linkinfo'] = { data: worded(withPeer(spec.info, what)), slaveData: spec.slave }
  const { flags, change } = flagsOf(spec, what, within)
  return { header: { family: spec.family, index: spec.index, flags, change }, attrs }
}

const noFlags = { flags: undefined, change: undefined }

function flagsOf(
  spec: LinkSpec,
  what: string,
  within: string,
): { flags: number | undefined; change: number | undefined } {
  const { up, promisc, arp, multicast } = spec
  // A link that was read counts who wants all multicast packets.
  const allmulti = typeof spec.allmulti === 'number' ? undefined : spec.allmulti
  let on = 0
  let change = 0
  const turn = (field: string, value: boolean | undefined, bit: number, isOn = value): void => {
    if (typeof value !== 'boolean') throw badField(what, spec, within + field, `${quote(value)} is no boolean`)
    change |= bit
    if (isOn === true) on |= bit
  }
  if (up !== undefined) turn('up', up, c.IFF_UP)
  if (promisc !== undefined) turn('promisc', promisc, c.IFF_PROMISC)
  if (allmulti !== undefined) turn('allmulti', allmulti, c.IFF_ALLMULTI)
  if (arp !== undefined) turn('arp', arp, c.IFF_NOARP, !arp)
  if (multicast !== undefined) turn('multicast', multicast, c.IFF_MULTICAST)
  if (spec.flags === undefined) return change === 0 ? noFlags : { flags: on, change }
  const flags = bitsOf({ what, spec }, `${within}flags`, spec.flags, ifinfoFlagsEnum)
  // With ifi_change 0 the kernel takes every flag as meant (rtnl_dev_combine_flags, net/core/rtnetlink.c).
  return { flags: ((flags & ~change) | on) >>> 0, change: 0xffffffff }
}

function namespaceAttr(attrs: Record<string, unknown>, netns: NonNullable<LinkSpec['netns']>): void {
  if (isDict(netns) && 'nsid' in netns) attrs['targetNetnsid'] = netns.nsid
  // By pid the kernel itself finds the namespace, also where opening /proc/PID/ns/net is refused.
  else if (isDict(netns) && 'pid' in netns) attrs['netNsPid'] = netns.pid
  else attrs['netNsFd'] = new NamespaceSlot(netns as NamespaceRef)
}

function withPeer(info: LinkSpec['info'], what: string): object | undefined {
  // What is no object is left to the encoder to refuse.
  if (!isDict(info)) return info
  const given = info as Readonly<Record<string, unknown>>
  const name = peers.find(candidate => isDict(given[candidate]))
  if (name === undefined) return info
  const within = `info.${name}.`
  const peer = given[name] as LinkSpec
  const { netns } = peer
  // The kernel overlooks IFLA_TARGET_NETNSID here (rtnl_link_get_net).
  if (isDict(netns) && 'nsid' in netns)
    throw badField(
      what,
      peer,
      `${within}netns`,
      'cannot be an id: the kernel takes a name, a path, a pid or a descriptor',
    )
  const late = peer.master === undefined ? lateFields(peer)[0] : 'master'
  if (late !== undefined) throw badField(what, peer, within + late, 'is overlooked by the kernel: set it afterwards')
  checkPlacement(what, peer, within)
  const { header, attrs } = linkParts(peer, what, undefined, {}, within)
  if ((Number(header['flags'] ?? 0) & c.IFF_UP) !== 0)
    throw badField(
      what,
      peer,
      `${within}${peer.up === true ? 'up' : 'flags'}`,
      'cannot be up: the kernel opens it before it is connected, so set it up afterwards',
    )
  return { ...info, [name]: Object.assign(attrs, header) }
}

/** Names the link of a request: an index in the header, or the attribute that can carry the name. */
function refParts(ref: LinkRef, what: string): { index: number | undefined; attrs: Record<string, unknown> } {
  if (typeof ref === 'number') return { index: ref, attrs: {} }
  if (typeof ref !== 'string') throw new TypeError(`${what} takes the name or the index of a link`)
  return {
    index: undefined,
    attrs: (plainLength(ref) ?? textBytes(ref)?.length ?? 0) > 15 ? { altIfname: ref } : { name: ref },
  }
}

const decode = decodeLink

function queryParts(what: string, options: LinkFilter): LinkMessageParts {
  const { netns, master } = options
  return {
    header: { family: options.family },
    attrs: { extMask: options.extMask, targetNetnsid: nsidOf({ what, spec: options }, netns, { master }) },
  }
}

/** Requests about links. */
export const linkRequests = {
  /** Gets one link; rejects with ENODEV when there is none. */
  get(ref: LinkRef, options: LinkGetOptions = {}): Request<Link> {
    const { index, attrs } = refParts(ref, 'link get')
    checkFilter(`link get ${ref}`, options, getKeys)
    const parts = queryParts(`link get ${ref}`, options)
    return build({
      type: c.RTM_GETLINK,
      header: { family: options.family, index },
      attrs: Object.assign(attrs, parts.attrs),
      what: `link get ${ref}`,
      spec: options,
      decode,
    })
  },

  /** Lists links. */
  dump(filter: LinkFilter = {}): Request<Link> {
    checkFilter('link list', filter, filterKeys)
    const parts = queryParts('link list', filter)
    const { kind, master } = filter
    // The kernel takes 0 for no filter (link_master_filtered), and none of AF_BRIDGE (valid_bridge_getlink_req, net/core/rtnetlink.c).
    const local = master === 0 || isOfBridge(filter) ? master : undefined
    return build({
      type: c.RTM_GETLINK,
      flags: NLM_F_DUMP,
      ...(local === undefined ? {} : ofMaster(local)),
      header: parts.header,
      attrs: {
        ...parts.attrs,
        ...(local === undefined ? { master } : {}),
        ...(kind === undefined ? {} : { linkinfo: { kind } }),
      },
      what: 'link list',
      spec: filter,
      // The kernel ignores the filter for a kind whose module is not loaded, and then sends every link.
      decode: (bytes, view, start, end) => {
        const link = decodeLink(bytes, view, start, end)
        return kind === undefined || link?.kindName === kind ? link : undefined
      },
    })
  },

  /**
   * Creates a link; rejects with EEXIST when the name is taken. A veth brings its peer. Refuses what the kernel overlooks
   * here: `rt.link.add` sets it afterwards.
   */
  add(spec: LinkSpec): Request {
    return build(newLink(objectOf(spec, 'link add')))
  },

  /** Creates a link and answers with it; refuses `netns`, where the kernel tells nobody here. */
  addEcho(spec: LinkSpec): Request<Link> {
    const draft = newLink(objectOf(spec, 'link add'))
    if (spec.netns !== undefined)
      throw badField('link add', spec, 'netns', 'gets no answer from the kernel: use add, and get the link over there')
    return build({ ...draft, flags: (draft.flags ?? 0) | NLM_F_ECHO, decode })
  },

  /**
   * Changes a link: what is given is set, all else stays, but in the data of a tunnel over IP and of an xfrm, which the kernel takes for
   * all there is: `rt.link.set` completes it. It is RTM_NEWLINK, since RTM_SETLINK acknowledges and ignores the data of a bridge. By name,
   * a new `name` needs the index, which the client looks up.
   */
  set(ref: LinkRef, spec: LinkSpec): Request {
    objectOf(spec, 'link set')
    if (isOfBridge(spec)) return setBridgePort(ref, spec)
    const what = `link set ${ref}`
    checkPlacement(what, spec, '', spec.netns !== undefined)
    const renames = typeof ref === 'string' && spec.name !== undefined && spec.name !== ref
    const target = renames ? { index: undefined, attrs: {} } : refParts(ref, 'link set')
    const name = typeof ref === 'number' || renames ? spec.name : target.attrs['name']
    const { header, attrs } = linkParts(spec, what, name as string | undefined, target.attrs)
    header['index'] = target.index
    return build({
      type: c.RTM_NEWLINK,
      header,
      attrs,
      linkMember: renames ? { member: 'index', ref, field: 'ref' } : undefined,
      what,
      spec,
      slow: spec.netns !== undefined,
    })
  },

  /** Deletes a link; a veth takes its peer along, a bridge lets its ports go. */
  delete(ref: LinkRef): Request {
    const { index, attrs } = refParts(ref, 'link delete')
    return build({ type: c.RTM_DELLINK, header: { index }, attrs, what: `link delete ${ref}`, slow: true })
  },

  /** Deletes every link of a group at once: all or nothing. Group 0 is refused. */
  deleteGroup(group: number): Request {
    return build({ type: c.RTM_DELLINK, attrs: { group }, what: `link delete group ${group}`, slow: true })
  },

  /** Gives a link further names of up to 127 bytes. */
  addAltname(ref: LinkRef, names: readonly string[]): Request {
    return property(c.RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL, ref, names, 'add altname')
  },

  /** Takes further names from a link. */
  deleteAltname(ref: LinkRef, names: readonly string[]): Request {
    return property(c.RTM_DELLINKPROP, 0, ref, names, 'delete altname')
  },

  /**
   * Asks for a link of this kind with more queues than there can be: the kernel looks for the kind first and then refuses
   * (rtnl_create_link, net/core/rtnetlink.c), so nothing is ever made.
   */
  probeKind(kind: string): Request {
    return build({
      ...newLink({ numTxQueues: 100000 }),
      attrs: { numTxQueues: 100000, linkinfo: { kind } },
      what: `link probe kind=${kind}`,
    })
  },
} as const

/** Tells whether a spec or a filter is of AF_BRIDGE. */
export const isOfBridge = ({ family }: { readonly family?: Af | number | undefined }): boolean =>
  family === 'bridge' || family === c.AF_BRIDGE

/** Wants the ports of one master; of 0 the links that are nobody's port. */
function ofMaster(ref: LinkRef): Pick<Draft<Link>, 'filterLink' | 'matches'> {
  const matches = ({ master = 0 }: Link, [index]: readonly number[]): boolean =>
    master === (typeof ref === 'number' ? ref : index)
  return { filterLink: { ref, field: 'master' }, matches }
}

function newLink(spec: LinkSpec): Draft<never> {
  const late = lateFields(spec)[0]
  if (late !== undefined)
    throw badField(
      'link add',
      spec,
      late,
      'is overlooked by the kernel here: rt.link.add sets it afterwards, as set does',
    )
  checkPlacement('link add', spec)
  const info = withKindDefaults(spec.info)
  const { header, attrs } = linkParts(info === spec.info ? spec : { ...spec, info }, 'link add')
  return {
    type: c.RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    header,
    attrs,
    what: 'link add',
    spec,
    slow: false,
  } as Draft<never>
}

/** What is set of AF_BRIDGE is told to the bridge: options of the port, VLANs and the like, by RTM_SETLINK. */
function setBridgePort(ref: LinkRef, spec: LinkSpec): Request {
  const what = `link set ${ref}`
  const { protinfo, afSpec, family: _, index: __, ...rest } = checkFields(what, spec, builderOwned, linkAttrs)
  const [other] = isReadLink(spec) ? [] : (Object.entries(rest).find(([, value]) => value !== undefined) ?? [])
  if (other !== undefined) throw badField(what, spec, other, 'is not told to a bridge: set it without the family')
  return bridgeLink({ what, spec }, c.RTM_SETLINK, { dev: ref }, { protinfo, afSpec })
}

function property(type: number, flags: number, ref: LinkRef, names: readonly string[], what: string): Request {
  const { index, attrs } = refParts(ref, `link ${what}`)
  if (names === undefined) throw new TypeError(`link ${what} takes an array of names`)
  return build({
    type,
    flags,
    header: { index },
    attrs: { ...attrs, propList: { altIfname: names } },
    what: `link ${what} ${ref}`,
    spec: { names },
  })
}
