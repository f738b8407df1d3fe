import { errnoName } from '../../errors/errno.js'
import { NetlinkError } from '../../errors/netlink-error.js'
import * as c from '../../generated/constants.gen.js'
import { decodeDcb } from '../../generated/dcb/decode.gen.js'
import { dcbAttrs, dcbCmdEnum } from '../../generated/dcb/tables.gen.js'
import type { Dcb, DcbCmd, DcbSpec } from '../../generated/dcb/types.gen.js'
import { badField, objectOf } from '../../request/build.js'
import { checkFields } from '../../request/check-filter.js'
import type { Request } from '../../request/request.js'
import { build } from '../build.js'

/** What a get asks for: a command, and for `gapp` the application; what else is given takes the place of asking for all. */
export type DcbQuery = Omit<DcbSpec, 'family' | 'ifname'>

/** Commands that ask, each with the attribute that says what for: everything, as far as the kernel lets that be said. */
const questions: { readonly [C in DcbCmd]?: Readonly<Record<string, unknown>> } = {
  'ieee-get': {},
  'cee-get': {},
  gstate: {},
  gdcbx: {},
  'gperm-hwaddr': {},
  'pfc-gstate': {},
  gcap: { cap: { all: true } },
  gnumtcs: { numtcs: { all: true } },
  'pfc-gcfg': { pfcCfg: { all: true } },
  'pgtx-gcfg': { pgCfg: { tcAll: { all: true }, bwIdAll: true } },
  'pgrx-gcfg': { pgCfg: { tcAll: { all: true }, bwIdAll: true } },
  'bcn-gcfg': { bcn: { all: true } },
  gfeatcfg: { featcfg: { all: true } },
  gapp: {},
}

/** Commands that change, each with the only attribute that it takes, and the command that reads the same. */
const changes: readonly (readonly [change: DcbCmd, attribute: string, question: DcbCmd | undefined])[] = [
  ['ieee-set', 'ieee', 'ieee-get'],
  ['sdcbx', 'dcbx', 'gdcbx'],
  ['sstate', 'state', 'gstate'],
  ['pfc-sstate', 'pfcState', 'pfc-gstate'],
  ['pfc-scfg', 'pfcCfg', 'pfc-gcfg'],
  ['pgtx-scfg', 'pgCfg', 'pgtx-gcfg'],
  ['pgrx-scfg', 'pgCfg', 'pgrx-gcfg'],
  ['snumtcs', 'numtcs', 'gnumtcs'],
  ['bcn-scfg', 'bcn', 'bcn-gcfg'],
  ['sfeatcfg', 'featcfg', 'gfeatcfg'],
  ['sapp', 'app', 'gapp'],
  ['set-all', 'setAll', undefined],
  ['ieee-del', 'ieee', undefined],
]

/** Fields that say where and how, not what. */
const common = new Set(['family', 'cmd', 'ifname'])

function commandName(cmd: DcbSpec['cmd']): string | number | undefined {
  return typeof cmd === 'number' ? dcbCmdEnum.name(cmd) : cmd
}

/** Finds the command of a change: the one named, the counterpart of one that reads, or the one that takes the only field. */
function changeOf(what: string, spec: DcbSpec): { cmd: DcbCmd; attribute: string } {
  const name = commandName(spec.cmd)
  const given = Object.entries(spec).flatMap(([key, value]) => (value === undefined || common.has(key) ? [] : [key]))
  if (name === undefined && given.length !== 1)
    throw badField(what, spec, 'cmd', 'is missing: only one field tells the command by itself')
  const found = changes.filter(([cmd, attribute, question]) =>
    name === undefined ? attribute === given[0] && cmd !== 'ieee-del' : cmd === name || question === name,
  )
  const [one] = found
  if (one === undefined || found.length > 1)
    throw badField(
      what,
      spec,
      'cmd',
      name === undefined ? `is missing: ${given[0]} does not tell it` : `${name} changes nothing`,
    )
  const [cmd, attribute] = one
  if ((spec as Readonly<Record<string, unknown>>)[attribute] === undefined)
    throw badField(what, spec, attribute, 'is missing')
  return { cmd, attribute }
}

const STATUS = 8

/**
 * Reads the one byte that answers a change, behind the header and its own: 0, what a driver makes of it, or the low byte of
 * an errno, which the acknowledgement does not tell (dcbnl_ieee_set, net/dcb/dcbnl.c).
 */
function status(bytes: Uint8Array, _view: DataView, start: number, end: number): number {
  const value = end - start > STATUS ? (bytes[start + STATUS] ?? 0) : 0
  if (value < 128) return value
  throw new NetlinkError({ reason: 'kernel', code: errnoName(value - 256) })
}

function change(dev: string, spec: DcbSpec, what: string, fixed?: DcbCmd): Request<number> {
  checkFields(what, spec, common, dcbAttrs)
  const { cmd, attribute } = changeOf(what, fixed === undefined ? spec : { ...spec, cmd: fixed })
  return build({
    type: c.RTM_SETDCB,
    header: { family: spec.family, cmd },
    // What was read says more than one command takes: the DCBX mode beside the IEEE tables.
    attrs: { ifname: dev, [attribute]: (spec as Readonly<Record<string, unknown>>)[attribute] },
    what: `${what} ${dev}`,
    spec,
    decode: status,
  })
}

/** Requests about Data Center Bridging. A link is named by its name: there is no room for an index. */
export const dcbRequests = {
  /** Gets what a command asks for, the IEEE 802.1Qaz configuration without one. */
  get(dev: string, query: DcbQuery = {}): Request<Dcb> {
    const what = `dcb get ${dev}`
    const { cmd = 'ieee-get', ...attributes } = objectOf(query, 'dcb get')
    const question = questions[commandName(cmd) as DcbCmd]
    if (question === undefined) throw badField(what, query, 'cmd', `${commandName(cmd)} asks for nothing`)
    return build({
      type: c.RTM_GETDCB,
      header: { cmd },
      attrs: { ifname: dev, ...(Object.keys(attributes).length === 0 ? question : attributes) },
      what,
      spec: query,
      decode: decodeDcb,
    })
  },

  /** Changes what the one field given says, or what the command named takes. */
  set: (dev: string, spec: DcbSpec): Request<number> => change(dev, spec, 'dcb set'),

  /** Deletes entries of the APP and rewrite tables. */
  delete: (dev: string, spec: Pick<DcbSpec, 'ieee'>): Request<number> => change(dev, spec, 'dcb delete', 'ieee-del'),
} as const
