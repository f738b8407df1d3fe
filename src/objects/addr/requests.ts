import { parseEndpoint, parsePrefix } from '../../codec/text/address.js'
import { ipText } from '../../codec/text/address-text.js'
import { quote } from '../../codec/text/quote.js'
import { decodeAddr, usualAddr } from '../../generated/addr/decode.gen.js'
import { addrAttrs, ifaFlagsEnum } from '../../generated/addr/tables.gen.js'
import type { Addr, AddrSpec } from '../../generated/addr/types.gen.js'
import { rtScopeEnum } from '../../generated/common/tables.gen.js'
import type { Af, RtScope } from '../../generated/common/types.gen.js'
import * as c from '../../generated/constants.gen.js'
import { badField, type Draft, objectOf } from '../../request/build.js'
import { checkFields, checkFilter, type FilterKeys } from '../../request/check-filter.js'
import { text } from '../../request/check-options.js'
import type { Request } from '../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_ECHO, NLM_F_EXCL, NLM_F_REPLACE } from '../../wire/nlmsghdr.js'
import {
  addressPart,
  bitsOf,
  type ErrorContext,
  enumeratorOf,
  familyNumber,
  familyOfText,
  nsidOf,
  target,
} from '../arguments.js'
import { build } from '../build.js'
import { onLink, onLinkIfAny } from '../on-link.js'

/** Which addresses a list, dump or flush is about; `dev` and `family` are filtered by the kernel. */
export interface AddrFilter {
  readonly dev?: string | number | undefined
  readonly family?: Af | number | undefined
  readonly scope?: RtScope | number | undefined
  readonly label?: string | undefined
  /** This address, whatever its prefix length. */
  readonly address?: string | undefined
  /** Looks in the namespace that has this id here (IFA_TARGET_NETNSID); `dev` is an index then. */
  readonly netns?: { readonly nsid: number } | undefined
}

/** Which addresses a flush is about: the kernel deletes those of its own namespace only. */
export type AddrFlush = Omit<AddrFilter, 'netns'>

export const flushKeys: FilterKeys<AddrFlush> = { dev: true, family: true, scope: true, label: text, address: true }
const filterKeys: FilterKeys<AddrFilter> = { ...flushKeys, netns: true }

/** Fields that this file writes itself. */
const builderOwned = new Set(['family', 'flags', 'scope', 'index', 'dev', 'address', 'peer', 'cacheinfo'])

function draftOf(what: string, type: number, spec: AddrSpec): Draft<never> {
  objectOf(spec, what)
  const context: ErrorContext = { what, spec }
  const given = spec.peer ?? spec.address
  if (spec.address === undefined) throw badField(what, spec, 'address', 'is missing')
  if ((spec as { readonly local?: unknown }).local !== undefined)
    throw badField(what, spec, 'local', 'is no field: the local address is address, the other end peer')
  // The kernel overlooks it, and would change the address in this namespace (inet_rtm_newaddr, inet6_rtm_deladdr).
  if (spec.targetNetnsid !== undefined)
    throw badField(
      what,
      spec,
      'targetNetnsid',
      'is another namespace, whose addresses change only from there: leave it out, with a client of that',
    )
  const local = target(context, 'address', spec.address, familyNumber(context, spec.family))
  // The length belongs to the peer's address when there is one (IFA_ADDRESS), as in `ip addr add LOCAL peer REMOTE/LEN`.
  const remote = target(context, 'peer', spec.peer)
  const family = familyNumber(context, spec.family) ?? local.family
  if (local.family === undefined || local.family !== family || (remote.family ?? family) !== family) {
    throw badField(what, spec, spec.peer === undefined ? 'address' : 'peer', `${quote(given)} is not of the family`)
  }
  const flags = bitsOf(context, 'flags', spec.flags, ifaFlagsEnum)
  const deleting = type === c.RTM_DELADDR
  return {
    type,
    header: {
      family,
      prefixlen: spec.peer === undefined ? local.length : remote.length,
      flags: flags & 0xff,
      scope: spec.scope ?? defaultScope(spec.address),
    },
    attrs: {
      local: local.address,
      address: remote.address ?? local.address,
      // ifa_flags has 8 bits; IFA_FLAGS has them all and wins.
      flags: flags > 0xff && !deleting ? flags : undefined,
      label: deleting ? spec.label : undefined,
      cacheinfo: deleting
        ? undefined
        : lifetimes(spec.cacheinfo, family === AF_INET && (flags & c.IFA_F_DEPRECATED) !== 0),
    },
    without: deleting ? undefined : builderOwned,
    ...onLink(context, spec, 'index', 'index'),
    what,
    spec,
    aliases: spec.peer === undefined ? addressAliases : peerAliases,
  } as Draft<never>
}

const AF_INET = 2
const FOREVER = 0xffffffff

/** What is not given lasts for ever, as with `ip`, but nothing is preferred for longer than it is valid. */
function lifetimes(cacheinfo: AddrSpec['cacheinfo'], deprecated: boolean): AddrSpec['cacheinfo'] {
  // What is no object is left to the encoder to refuse.
  if (typeof cacheinfo !== 'object' || cacheinfo === null) return cacheinfo
  const { valid = FOREVER, prefered = valid, cstamp } = cacheinfo
  // Of an address that is deprecated and valid for ever IPv4 tells that it is preferred for ever (inet_fill_ifaddr). Only what was read
  // has stamps: what is said anew counts.
  if (deprecated && cstamp !== undefined && prefered === FOREVER) return { ...cacheinfo, valid, prefered: 0 }
  return { ...cacheinfo, valid, prefered }
}

const addressAliases = { local: 'address', address: 'address' }
const peerAliases = { local: 'address', address: 'peer' }

/** Loopback addresses are of host scope, as `ip` makes them. */
function defaultScope(address: string): number {
  return address.startsWith('127.') ? c.RT_SCOPE_HOST : c.RT_SCOPE_UNIVERSE
}

const decode = decodeAddr

/** An address, of whatever length, as those that are read are written. */
function hostText(context: ErrorContext, text: string): string {
  const bytes = typeof text === 'string' ? (parsePrefix(text)?.bytes ?? parseEndpoint(text)) : undefined
  if (bytes === undefined) throw badField(context.what, context.spec, 'address', `${quote(text)} is no address`)
  return ipText(bytes, 0, bytes.length)
}

/** Asks for addresses, for the verb `what`. */
export function listAddrs(what: string, filter: AddrFilter): Request<Addr> {
  checkFilter(what, filter, filterKeys)
  const context: ErrorContext = { what, spec: filter }
  const matches = filter.address === undefined ? undefined : hostText(context, filter.address)
  const family = familyNumber(context, filter.family) ?? familyOfText(matches)
  const { label, dev } = filter
  const scope = enumeratorOf(context, 'scope', filter.scope, rtScopeEnum)
  return build({
    type: c.RTM_GETADDR,
    flags: NLM_F_DUMP,
    header: { family },
    attrs: { targetNetnsid: nsidOf(context, filter.netns, { dev }) },
    ...onLinkIfAny({ dev }, 'index'),
    ...context,
    decode,
    decodeFast: usualAddr,
    rowFamily: family,
    ...(scope === undefined && label === undefined && matches === undefined && dev === undefined
      ? {}
      : {
          // The kernel filters by the link when it checks questions strictly.
          matches: (addr, links) =>
            (scope === undefined || addr.scope === scope) &&
            (label === undefined || addr.label === label) &&
            (matches === undefined || addressPart(addr.address) === matches) &&
            (dev === undefined || addr.index === (typeof dev === 'string' ? links[0] : dev)),
        }),
  })
}

/** Requests about addresses. */
export const addrRequests = {
  /** Lists addresses. */
  dump: (filter: AddrFilter = {}): Request<Addr> => listAddrs('addr list', filter),

  /** Adds an address; rejects with EEXIST when the link has it, EACCES for IPv6 where disable_ipv6 is set. */
  add(spec: AddrSpec): Request {
    return build(draftOf('addr add', c.RTM_NEWADDR, spec), NLM_F_CREATE | NLM_F_EXCL)
  },

  /** Adds an address and answers with it where the kernel echoes (IPv4). */
  addEcho(spec: AddrSpec): Request<Addr> {
    return build(draftOf('addr add', c.RTM_NEWADDR, spec), NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, decode)
  },

  /** Adds an address or changes its flags and lifetimes. */
  replace(spec: AddrSpec): Request {
    return build(draftOf('addr replace', c.RTM_NEWADDR, spec), NLM_F_CREATE | NLM_F_REPLACE)
  },

  /** Adds or changes an address and answers with it where the kernel echoes (IPv4). */
  replaceEcho(spec: AddrSpec): Request<Addr> {
    return build(draftOf('addr replace', c.RTM_NEWADDR, spec), NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ECHO, decode)
  },

  /** Deletes an address; rejects with EADDRNOTAVAIL when the link has it not. */
  delete(spec: AddrSpec): Request {
    return build(draftOf('addr delete', c.RTM_DELADDR, checkFields('addr delete', spec, builderOwned, addrAttrs)))
  },
} as const
