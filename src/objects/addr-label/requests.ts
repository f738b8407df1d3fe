import { quote } from '../../codec/text/quote.js'
import * as c from '../../generated/constants.gen.js'
import { decodeAddrLabel } from '../../generated/l3/decode.gen.js'
import { addrlabelAttrs } from '../../generated/l3/tables.gen.js'
import type { AddrLabel, AddrLabelSpec } from '../../generated/l3/types.gen.js'
import { badField, type Draft } from '../../request/build.js'
import { checkFields, checkFilter } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE } from '../../wire/nlmsghdr.js'
import { target } from '../arguments.js'
import { build } from '../build.js'
import { onLinkIfAny } from '../on-link.js'

const AF_INET6 = 10
const builderOwned = new Set(['family', 'flags', 'index', 'dev'])

/** Labels are of IPv6 prefixes: IPv4 ones are written as mapped addresses (`::ffff:192.0.2.0/120`). */
function draftOf(what: string, type: number, spec: AddrLabelSpec, label: number | undefined): Draft<never> {
  checkFields(what, spec, builderOwned, addrlabelAttrs)
  if (spec.address === undefined) throw badField(what, spec, 'address', 'is missing')
  const { address = '::', family = AF_INET6, length } = target({ what, spec }, 'address', spec.address)
  if (family !== AF_INET6) throw badField(what, spec, 'address', `${quote(spec.address)} is not of IPv6`)
  return {
    type,
    header: { family, prefixlen: length },
    attrs: { address, ...(label === undefined ? {} : { label }) },
    ...onLinkIfAny(spec, 'index', 'index'),
    what,
    spec,
  }
}

function adding(what: string, spec: AddrLabelSpec): Draft<never> {
  const draft = draftOf(what, c.RTM_NEWADDRLABEL, spec, spec?.label)
  if (spec.label === undefined) throw badField(what, spec, 'label', 'is missing')
  return draft
}

/** Requests about labels of address prefixes. */
export const addrLabelRequests = {
  /** Gives the labelled prefix that an address falls under, on a link or on any. */
  get(address: string, options: { readonly dev?: string | number | undefined } = {}): Request<AddrLabel> {
    checkFilter('addrlabel get', options, { dev: true })
    const draft = draftOf('addrlabel get', c.RTM_GETADDRLABEL, { address, dev: options.dev }, undefined)
    return build(draft, undefined, decodeAddrLabel)
  },

  /** Lists labels. */
  dump: (): Request<AddrLabel> =>
    build({
      type: c.RTM_GETADDRLABEL,
      flags: NLM_F_DUMP,
      header: { family: AF_INET6 },
      what: 'addrlabel list',
      decode: decodeAddrLabel,
    }),

  /** Gives a prefix a label; rejects with EEXIST when it has one. */
  add: (spec: AddrLabelSpec): Request => build({ ...adding('addrlabel add', spec), flags: NLM_F_CREATE | NLM_F_EXCL }),

  /** Gives a prefix a label, in place of the one that it has. */
  replace: (spec: AddrLabelSpec): Request =>
    build({ ...adding('addrlabel replace', spec), flags: NLM_F_CREATE | NLM_F_REPLACE }),

  /** Takes the label from a prefix; rejects with ESRCH when it has none. The kernel wants a label, whichever. */
  delete: (spec: AddrLabelSpec): Request =>
    build(draftOf('addrlabel delete', c.RTM_DELADDRLABEL, spec, spec?.label ?? 0)),
} as const
