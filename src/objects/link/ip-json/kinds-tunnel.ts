/** INFO_DATA of tunnels. */
import type { LinkInfo } from '../../../generated/link/types.gen.js'
import { etherType } from '../../../ip-json/ether-types.js'
import {
  dev,
  dotted,
  given,
  hex,
  hexDigits,
  inHex,
  nonZero,
  of,
  type Print,
  present,
  type Rows,
  someDev,
  table,
  word,
  yes,
  yesNo,
} from '../../../ip-json/table.js'
import type { Json } from '../../../ip-json/text.js'

type Info<K extends LinkInfo['kind']> = Extract<LinkInfo, { kind: K }>

const isAny = (address: string | undefined): boolean => address === undefined || /^[0.:]*$/.test(address)

/** An end of a tunnel: `any` where it is not set. */
const end =
  (field: 'local' | 'remote'): Print<{ readonly local?: string; readonly remote?: string }> =>
  info =>
    isAny(info[field]) ? 'any' : info[field]

interface Encap {
  readonly encapType?: string | number
  readonly encapFlags?: number
  readonly encapSport?: number
  readonly encapDport?: number
}

/** What carries a tunnel over UDP. */
function encap({ encapType, encapFlags = 0, encapSport, encapDport }: Encap): Json | undefined {
  if (encapType === undefined || encapType === 'none') return undefined
  return {
    type: encapType === 'fou' || encapType === 'gue' ? encapType : null,
    ...(encapSport === undefined ? {} : { sport: encapSport }),
    dport: encapDport,
    csum: (encapFlags & 1) !== 0,
    csum6: (encapFlags & 2) !== 0,
    remcsum: (encapFlags & 4) !== 0,
  }
}

const GRE_CSUM = 0x8000
const GRE_KEY = 0x2000
const GRE_SEQ = 0x1000

interface Gre {
  readonly iflags?: number
  readonly oflags?: number
  readonly ikey?: number
  readonly okey?: number
}

const flagged =
  (field: 'iflags' | 'oflags', bit: number) =>
  (info: Gre): Json | undefined =>
    ((info[field] ?? 0) & bit) === 0 ? undefined : true

const key = (flags: 'iflags' | 'oflags', field: 'ikey' | 'okey') => (info: Gre) =>
  ((info[flags] ?? 0) & GRE_KEY) === 0 || info[field] === undefined ? undefined : dotted(info[field])

const someKey = (value: number): Json | undefined => (value === 0 ? undefined : dotted(value))

const greFlags = {
  ikey: key('iflags', 'ikey'),
  okey: key('oflags', 'okey'),
  iseq: flagged('iflags', GRE_SEQ),
  oseq: flagged('oflags', GRE_SEQ),
  icsum: flagged('iflags', GRE_CSUM),
  ocsum: flagged('oflags', GRE_CSUM),
}

const fwmark: Print<{ readonly fwmark?: number }> = of('fwmark', mark => (mark === 0 ? undefined : hex(mark)))

const erspanDir: Print<{ readonly erspanDir?: number }> = of('erspanDir', dir => (dir === 0 ? 'ingress' : 'egress'))

const erspan = {
  erspan_index: 'erspanIndex',
  erspan_ver: 'erspanVer',
  erspan_dir: erspanDir,
  erspan_hwid: inHex('erspanHwid'),
} as const

const tos: Print<{ readonly tos?: number }> = of('tos', value => (value === 0 ? undefined : hex(value)))

const gre = table<Info<'gre' | 'gretap' | 'erspan'>>({
  external: given('collectMetadata'),
  remote: end('remote'),
  local: end('local'),
  link: someDev('link'),
  ttl: ({ ttl = 0 }) => ttl,
  tos,
  pmtudisc: yesNo('pmtudisc'),
  ignore_df: yes('ignoreDf'),
  ...greFlags,
  fwmark,
  ...erspan,
  encap,
})

const tunnel6Flags = [
  [1, 'ip6_tnl_f_ign_encap_limit'],
  [2, 'ip6_tnl_f_use_orig_tclass'],
  [4, 'ip6_tnl_f_use_orig_flowlabel'],
  [8, 'ip6_tnl_f_mip6_dev'],
  [16, 'ip6_tnl_f_rcv_dscp_copy'],
  [32, 'ip6_tnl_f_use_orig_fwmark'],
  [64, 'ip6_tnl_f_allow_local_remote'],
] as const

const flags6 = Object.fromEntries(
  tunnel6Flags.map(([bit, name]) => [
    name,
    ({ flags = 0 }: { readonly flags?: number }) => ((flags & bit) === 0 ? undefined : true),
  ]),
)

interface Flow {
  readonly flags?: number
  readonly flowinfo?: number
  readonly encapLimit?: number
  readonly fwmark?: number
}

const flow6 = {
  encap_limit: ({ flags = 0, encapLimit }: Flow) => ((flags & 1) !== 0 ? undefined : encapLimit),
  tclass: ({ flags = 0, flowinfo }: Flow) =>
    (flags & 2) !== 0 || flowinfo === undefined ? undefined : hexDigits((flowinfo >>> 20) & 0xff, 2),
  flowlabel: ({ flags = 0, flowinfo }: Flow) =>
    (flags & 4) !== 0 || flowinfo === undefined ? undefined : hexDigits(flowinfo & 0xfffff, 5),
  fwmark: ({ flags = 0, fwmark: mark = 0 }: Flow) => ((flags & 32) !== 0 || mark === 0 ? undefined : hex(mark)),
}

const gre6 = table<Info<'ip6gre' | 'ip6gretap' | 'ip6erspan'>>({
  external: given('collectMetadata'),
  remote: end('remote'),
  local: end('local'),
  link: someDev('link'),
  ttl: ({ ttl = 0 }) => ttl,
  ...flow6,
  ...flags6,
  // Mobile IPv6 is of no use to GRE, ip does not look for it.
  ip6_tnl_f_mip6_dev: () => undefined,
  ...greFlags,
  ...erspan,
  encap,
})

const IPPROTO_IPIP = 4
const IPPROTO_IPV6 = 41
const IPPROTO_MPLS = 137

const tunnel6Protocols: Readonly<Record<number, string>> = {
  0: 'any',
  [IPPROTO_IPIP]: 'ipip6',
  [IPPROTO_IPV6]: 'ip6ip6',
}

const ip6tnl = table<Info<'ip6tnl'>>({
  external: given('collectMetadata'),
  proto: of('proto', proto => tunnel6Protocols[proto]),
  remote: end('remote'),
  local: end('local'),
  link: someDev('link'),
  ttl: ({ ttl = 0 }) => ttl,
  ...flow6,
  ...flags6,
  encap,
})

const tunnelProtocols: Readonly<Record<number, string>> = {
  0: 'any',
  [IPPROTO_IPIP]: 'ipip',
  [IPPROTO_IPV6]: 'ip6ip',
  [IPPROTO_MPLS]: 'mplsip',
}

const SIT_ISATAP = 1

type Sixrd = Info<'ipip' | 'sit'>

/** 6rd, where it has a prefix. */
const sixrd =
  (field: keyof Sixrd): Print<Sixrd> =>
  info =>
    info.sixrdPrefixlen === undefined || info.sixrdPrefixlen === 0 ? undefined : (info[field] as Json | undefined)

const relay =
  (field: keyof Sixrd): Print<Sixrd> =>
  (info, context) =>
    isAny(info.sixrdRelayPrefix) ? undefined : sixrd(field)(info, context)

const iptnl = table<Info<'ipip' | 'sit'>>({
  external: given('collectMetadata'),
  proto: of('proto', proto => tunnelProtocols[proto]),
  remote: end('remote'),
  local: end('local'),
  link: someDev('link'),
  ttl: ({ ttl = 0 }) => ttl,
  tos,
  pmtudisc: ({ pmtudisc }) => pmtudisc !== undefined && pmtudisc !== 0,
  isatap: of('flags', flags => ((flags & SIT_ISATAP) === 0 ? undefined : true)),
  prefix: sixrd('sixrdPrefix'),
  prefixlen: sixrd('sixrdPrefixlen'),
  relay_prefix: relay('sixrdRelayPrefix'),
  relay_prefixlen: relay('sixrdRelayPrefixlen'),
  fwmark,
  encap,
})

const keys: Rows<Gre> = { ikey: of('ikey', someKey), okey: of('okey', someKey) }

const vti = table<Info<'vti' | 'vti6'>>({
  remote: end('remote'),
  local: end('local'),
  link: someDev('link'),
  ...keys,
  fwmark,
})

const isMulticast = (address = ''): boolean => /^(22[4-9]|23\d)\.|^ff/.test(address)

const vxlan = table<Info<'vxlan'>>({
  id: 'id',
  group: ({ group }) => (isAny(group) || !isMulticast(group) ? undefined : group),
  remote: ({ group }) => (isAny(group) || isMulticast(group) ? undefined : group),
  group6: ({ group, group6 }) => (group !== undefined || isAny(group6) || !isMulticast(group6) ? undefined : group6),
  remote6: ({ group, group6 }) => (group !== undefined || isAny(group6) || isMulticast(group6) ? undefined : group6),
  local: ({ local }) => (isAny(local) ? undefined : local),
  local6: ({ local, local6 }) => (local !== undefined || isAny(local6) ? undefined : local6),
  link: someDev('link'),
  port_range: of('portRange', ({ low, high }) => ({ low, high })),
  port: 'port',
  tos,
  ttl: ({ ttl, ttlInherit }) => (ttlInherit === true ? undefined : ttl),
  df: word('df', {}),
  label: of('label', label => (label === 0 ? undefined : hex(label))),
  ageing: 'ageing',
  limit: nonZero('limit'),
  gbp: present('gbp'),
  gpe: present('gpe'),
  external: yesNo('collectMetadata'),
  vnifilter: yesNo('vnifilter'),
  learning: yesNo('learning'),
  proxy: yesNo('proxy'),
  rsc: yesNo('rsc'),
  l2miss: yesNo('l2miss'),
  l3miss: yesNo('l3miss'),
  udp_csum: yesNo('udpCsum'),
  udp_zero_csum6_tx: yesNo('udpZeroCsum6Tx'),
  udp_zero_csum6_rx: yesNo('udpZeroCsum6Rx'),
  remcsum_tx: yesNo('remcsumTx'),
  remcsum_rx: yesNo('remcsumRx'),
  localbypass: yesNo('localbypass'),
  reserved_bits: inHex('reservedBits'),
})

// Of a multicast group ip prints nothing.
const geneve = table<Info<'geneve'>>({
  external: given('collectMetadata'),
  id: 'id',
  remote: ({ remote }) => (isAny(remote) ? undefined : remote),
  remote6: ({ remote, remote6 }) =>
    remote !== undefined || isAny(remote6) || isMulticast(remote6) ? undefined : remote6,
  ttl: ({ ttl, ttlInherit = 0 }) => (ttlInherit === 0 ? ttl : undefined),
  tos,
  df: word('df', {}),
  label: of('label', label => (label === 0 ? undefined : hex(label))),
  port: 'port',
  udp_csum: yesNo('udpCsum'),
  udp_zero_csum6_tx: yesNo('udpZeroCsum6Tx'),
  udp_zero_csum6_rx: yesNo('udpZeroCsum6Rx'),
  inner_proto_inherit: given('innerProtoInherit'),
})

const bareudp = table<Info<'bareudp'>>({
  dstport: 'port',
  ethertype: of('ethertype', etherType),
  srcportmin: 'srcportMin',
  multiproto: ({ multiprotoMode }) => multiprotoMode === true,
})

const amt = table<Info<'amt'>>({
  mode: word('mode', {}),
  gateway_port: 'gatewayPort',
  relay_port: 'relayPort',
  local: 'localIp',
  remote: 'remoteIp',
  discovery: 'discoveryIp',
  link: dev('link'),
  max_tunnels: 'maxTunnels',
})

/** By kind. */
export const tunnelKinds = {
  gre,
  gretap: gre,
  erspan: gre,
  ip6gre: gre6,
  ip6gretap: gre6,
  ip6erspan: gre6,
  ip6tnl,
  ipip: iptnl,
  sit: iptnl,
  vti,
  vti6: vti,
  vxlan,
  geneve,
  bareudp,
  amt,
}
