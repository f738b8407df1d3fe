/** INFO_DATA of kinds that stand on other links, and of those that stand alone. */
import type { LinkInfo } from '../../../generated/link/types.gen.js'
import { etherType } from '../../../ip-json/ether-types.js'
import { bits, dev, hex, hexDigits, of, type Print, signed, table, word, yes, yesNo } from '../../../ip-json/table.js'
import type { Json } from '../../../ip-json/text.js'

type Info<K extends LinkInfo['kind']> = Extract<LinkInfo, { kind: K }>

interface Mapping {
  readonly from: number
  readonly to: number
}

interface Qos {
  readonly mapping?: readonly Mapping[]
}

const qosMap = (qos: Qos): Json => (qos.mapping ?? []).map(({ from, to }) => ({ from, to }))

const vlanFlags = [
  [1, 'REORDER_HDR'],
  [2, 'GVRP'],
  [8, 'MVRP'],
  [4, 'LOOSE_BINDING'],
  [16, 'BRIDGE_BINDING'],
] as const

const vlan = table<Info<'vlan'>>({
  protocol: of('protocol', etherType),
  id: 'id',
  flags: ({ flags }) => (flags === undefined ? undefined : bits(flags.flags, vlanFlags, left => [left.toString(16)])),
  ingress_qos: of('ingressQos', qosMap),
  egress_qos: of('egressQos', qosMap),
})

/** Shows a key of a macvlan in source mode alone. */
const sources =
  (print: Print<Info<'macvlan' | 'macvtap'>>): Print<Info<'macvlan' | 'macvtap'>> =>
  (info, context) =>
    info.mode === 'source' ? print(info, context) : undefined

const macvlan = table<Info<'macvlan' | 'macvtap'>>({
  mode: word('mode', {}, () => 'unknown'),
  nopromisc: of('flags', flags => ((flags & 1) === 0 ? undefined : true)),
  nodst: of('flags', flags => ((flags & 2) === 0 ? undefined : true)),
  bcqueuelen: 'bcQueueLen',
  usedbcqueuelen: 'bcQueueLenUsed',
  bclim: 'bcCutoff',
  macaddr_count: sources(signed('macaddrCount')),
  macaddr_data: sources(({ macaddrCount, macaddrData }) =>
    macaddrCount === undefined || macaddrData === undefined ? undefined : [...(macaddrData.macaddr ?? [])],
  ),
})

const ipvlan = table<Info<'ipvlan' | 'ipvtap'>>({
  mode: word('mode', {}, () => 'unknown'),
  private: of('flags', flags => ((flags & 1) === 0 ? undefined : true)),
  vepa: of('flags', flags => ((flags & 3) === 2 ? true : undefined)),
  bridge: of('flags', flags => ((flags & 3) === 0 ? true : undefined)),
})

const ciphers = new Map([
  [0x0080020001000001n, 'GCM-AES-128'],
  [0x0080c20001000001n, 'GCM-AES-128'],
  [0x0080c20001000002n, 'GCM-AES-256'],
  [0x0080c20001000003n, 'GCM-AES-XPN-128'],
  [0x0080c20001000004n, 'GCM-AES-XPN-256'],
])

const macsec = table<Info<'macsec'>>({
  sci: of('sci', sci => sci.toString(16).padStart(16, '0')),
  protect: yesNo('protect'),
  cipher_suite: of('cipherSuite', suite => ciphers.get(suite) ?? '(unknown)'),
  icv_len: 'icvLen',
  encoding_sa: 'encodingSa',
  validation: word('validation', {}, () => '(unknown)'),
  offload: word('offload', {}, () => '(unknown)'),
  encrypt: yesNo('encrypt'),
  inc_sci: yesNo('incSci'),
  es: yesNo('es'),
  scb: yesNo('scb'),
  replay_protect: yesNo('replayProtect'),
  window: signed('window'),
})

const unknown = () => 'UNKNOWN'
const policies = { pass: 'forward', drop: 'blackhole' }

const netkit = table<Info<'netkit'>>({
  mode: word('mode', {}, unknown),
  type: of('primary', primary => (primary === 0 ? 'peer' : 'primary')),
  policy: word('policy', policies, unknown),
  peer_policy: word('peerPolicy', policies, unknown),
  scrub: word('scrub', {}, unknown),
  peer_scrub: word('peerScrub', {}, unknown),
})

const tun = table<Info<'tun'>>({
  type: word('type', {}, type => `UNKNOWN:${type}`),
  pi: yesNo('pi'),
  vnet_hdr: yesNo('vnetHdr'),
  multi_queue: ({ multiQueue = 0 }) => multiQueue !== 0,
  numqueues: ({ multiQueue = 0, numQueues }) => (multiQueue === 0 ? undefined : numQueues),
  numdisabled: ({ multiQueue = 0, numDisabledQueues }) => (multiQueue === 0 ? undefined : numDisabledQueues),
  persist: yesNo('persist'),
  user: of('owner', (owner, context) => context.names.users[owner] ?? owner),
  group: of('group', (group, context) => context.names.userGroups[group] ?? group),
})

const hsr = table<Info<'hsr'>>({
  slave1: ({ slave1 }, context) => (slave1 === undefined ? null : context.linkName(slave1)),
  slave2: ({ slave2 }, context) => (slave2 === undefined ? null : context.linkName(slave2)),
  interlink: dev('interlink'),
  seq_nr: 'seqNr',
  supervision_addr: 'supervisionAddr',
  proto: of('protocol', protocol => (protocol === 'hsr' ? 0 : protocol === 'prp' ? 1 : protocol)),
})

const rmnetFlags = [
  [1, 'INGRESS_DEAGGREGATION'],
  [2, 'INGRESS_MAP_COMMANDS'],
  [4, 'INGRESS_MAP_CKSUMV4'],
  [8, 'EGRESS_MAP_CKSUMV4'],
  [16, 'INGRESS_MAP_CKSUMV5'],
  [32, 'EGRESS_MAP_CKSUMV5'],
] as const

const rmnet = table<Info<'rmnet'>>({
  mux_id: 'muxId',
  flags: of('flags', ({ flags }) => bits(flags, rmnetFlags, left => [left.toString(16)])),
})

const xfrm = table<Info<'xfrm'>>({
  external: yes('collectMetadata'),
  if_id: ({ collectMetadata, ifId }) => (collectMetadata === true || ifId === undefined ? undefined : hex(ifId)),
})

const gtp = table<Info<'gtp'>>({
  role: word('role', {}, () => 'unknown'),
  hsize: 'pdpHashsize',
  restart_count: 'restartCount',
})

const ipoib = table<Info<'ipoib'>>({
  // Under this name although ip takes it as pkey.
  key: of('pkey', pkey => (pkey === 0 ? '0000' : hexDigits(pkey, 4))),
  mode: word('mode', {}, () => 'unknown'),
  umcast: of('umcast', umcast => umcast.toString(16).padStart(4, '0')),
})

/** By kind; a kind that is not here shows no info_data. */
export const virtualKinds = {
  vlan,
  macvlan,
  macvtap: macvlan,
  ipvlan,
  ipvtap: ipvlan,
  macsec,
  netkit,
  tun,
  hsr,
  rmnet,
  xfrm,
  gtp,
  ipoib,
  vrf: table<Info<'vrf'>>({ table: 'table' }),
  dsa: table<Info<'dsa'>>({ conduit: dev('conduit') }),
  wwan: table<Info<'wwan'>>({ linkid: 'linkId' }),
}
