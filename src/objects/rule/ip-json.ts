/** Rules, as `ip -d -j rule show` prints them. */
import { rtProtocolEnum } from '../../generated/common/tables.gen.js'
import { frActEnum } from '../../generated/rule/tables.gen.js'
import type { Rule } from '../../generated/rule/types.gen.js'
import { hex, of, type Print, table } from '../../ip-json/table.js'
import type { Json } from '../../ip-json/text.js'
import { dsField, routeType } from '../../ip-json/values.js'

const FIB_RULE_INVERT = 2
const FIB_RULE_UNRESOLVED = 4
const FIB_RULE_IIF_DETACHED = 8
const FIB_RULE_OIF_DETACHED = 16

const flag =
  (bit: number): ((rule: Rule) => Json | undefined) =>
  ({ flags }) =>
    (flags & bit) === 0 ? undefined : null

const detachedIif = flag(FIB_RULE_IIF_DETACHED)
const detachedOif = flag(FIB_RULE_OIF_DETACHED)

/** The address of a prefix. */
const address = (prefix: string): string => prefix.split('/')[0] ?? prefix

/** The length of a prefix, where it is not all of the address. */
function length(prefix: string): number | undefined {
  const bits = Number(prefix.split('/')[1])
  return Number.isNaN(bits) || bits === (prefix.includes(':') ? 128 : 32) ? undefined : bits
}

/** A range as one number, or by its start and end. */
const single = ({ start, end }: { readonly start: number; readonly end: number }) => (start === end ? start : undefined)

const edge =
  (field: 'sportRange' | 'dportRange', which: 'start' | 'end'): Print<Rule> =>
  rule => {
    const range = rule[field]
    return range === undefined || range.start === range.end ? undefined : range[which]
  }

/** A mask of ports, which ip shows of single ones. */
const portMask =
  (range: 'sportRange' | 'dportRange', mask: 'sportMask' | 'dportMask'): Print<Rule> =>
  rule => {
    const ports = rule[range]
    const value = rule[mask]
    return ports === undefined || ports.start !== ports.end || value === undefined ? undefined : hex(value)
  }

const realm =
  (shift: number): Print<Rule> =>
  ({ flow }, context) => {
    if (flow === undefined || (shift === 16 && flow >>> 16 === 0)) return undefined
    return context.name('realms', (flow >>> shift) & 0xffff)
  }

const NONE = 0xffffffff

export const rule = table<Rule>({
  priority: 'priority',
  not: flag(FIB_RULE_INVERT),
  src: ({ src }) => (src === undefined ? 'all' : address(src)),
  srclen: of('src', length),
  dst: of('dst', address),
  dstlen: of('dst', length),
  tos: ({ tos }, context) => (tos === 0 ? undefined : dsField(tos, context)),
  fwmark: ({ fwmark, fwmask }) => (fwmark === undefined && fwmask === undefined ? undefined : hex(fwmark ?? 0)),
  fwmask: ({ fwmask }) => (fwmask === undefined || fwmask === NONE ? undefined : hex(fwmask)),
  iif: 'iifname',
  iif_detached: rule => (rule.iifname === undefined ? undefined : detachedIif(rule)),
  oif: 'oifname',
  oif_detached: rule => (rule.oifname === undefined ? undefined : detachedOif(rule)),
  l3mdev: ({ l3mdev }) => (l3mdev === undefined || l3mdev === 0 ? undefined : null),
  uid_start: of('uidRange', ({ start }) => start),
  uid_end: of('uidRange', ({ end }) => end),
  ipproto: of('ipProto', (protocol, { names }) => names.ipProtocols[protocol] ?? `ipproto-${protocol}`),
  sport: of('sportRange', single),
  sport_mask: portMask('sportRange', 'sportMask'),
  sport_start: edge('sportRange', 'start'),
  sport_end: edge('sportRange', 'end'),
  dport: of('dportRange', single),
  dport_mask: portMask('dportRange', 'dportMask'),
  dport_start: edge('dportRange', 'start'),
  dport_end: edge('dportRange', 'end'),
  tun_id: 'tunId',
  table: ({ table }, context) => (table === 0 ? undefined : context.name('tables', table)),
  suppress_prefixlen: ({ suppressPrefixlen, table }) =>
    table === 0 || suppressPrefixlen === NONE ? undefined : suppressPrefixlen,
  suppress_ifgroup: ({ suppressIfgroup, table }, context) =>
    table === 0 || suppressIfgroup === undefined || suppressIfgroup === NONE
      ? undefined
      : context.name('groups', suppressIfgroup),
  flow_from: realm(16),
  flow_to: realm(0),
  goto: ({ action, goto }) => (action === 'goto' ? (goto ?? 'none') : undefined),
  unresolved: ({ action, flags }) => (action !== 'goto' || (flags & FIB_RULE_UNRESOLVED) === 0 ? undefined : null),
  nop: ({ action }) => (action === 'nop' ? null : undefined),
  action: ({ action }) =>
    action === 'to-tbl' || action === 'goto' || action === 'nop' ? undefined : routeType(frActEnum, action),
  protocol: of('protocol', (protocol, context) =>
    context.name('protocols', typeof protocol === 'number' ? protocol : (rtProtocolEnum.value(protocol) ?? 0)),
  ),
  dscp: of('dscp', (dscp, { names }) => (dscp === 0 ? undefined : names.dsfields[dscp << 2]) ?? String(dscp)),
  dscp_mask: ({ dscp, dscpMask }) => (dscp === undefined || dscpMask === undefined ? undefined : hex(dscpMask)),
  flowlabel: ({ flowlabel, flowlabelMask }) =>
    flowlabel === undefined || flowlabelMask === undefined ? undefined : hex(flowlabel),
  flowlabel_mask: ({ flowlabel, flowlabelMask }) =>
    flowlabel === undefined || flowlabelMask === undefined ? undefined : hex(flowlabelMask),
})
