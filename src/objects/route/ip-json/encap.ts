/** Encapsulations of routes. */
import { hexText } from '../../../codec/text/hex-text.js'
import type { RouteEncap } from '../../../generated/route/types.gen.js'
import type { Context } from '../../../ip-json/context.js'
import { hex, of, type Print, present, type Table, table, word } from '../../../ip-json/table.js'
import type { Json, JsonObject } from '../../../ip-json/text.js'
import type { SegmentRoutingHeader } from '../codecs/segment-routing.js'

type Encap<K extends RouteEncap['kind']> = Extract<RouteEncap, { kind: K }>

const TUNNEL_CSUM = 1
const TUNNEL_KEY = 4
const TUNNEL_SEQ = 8

const tunnelFlag = (bit: number): Print<{ readonly flags?: number }> =>
  of('flags', value => ((value & bit) === 0 ? undefined : true))

const flags = { key: tunnelFlag(TUNNEL_KEY), csum: tunnelFlag(TUNNEL_CSUM), seq: tunnelFlag(TUNNEL_SEQ) }

/** Members of the other version are 0. */
function erspanOption({ ver, index = 0, dir = 0, hwid = 0 }: NonNullable<Opts['erspan']>): JsonObject {
  return { ver, index: ver === 1 ? index : 0, dir: ver === 1 ? 0 : dir, hwid: ver === 1 ? 0 : hwid }
}

type Opts = NonNullable<Encap<'ip'>['opts']>

const opts = {
  geneve_opts: ({ opts: value }: { readonly opts?: Opts }): Json | undefined =>
    value?.geneve?.map(option => ({
      class: option.class,
      type: option.type,
      data: hexText(option.data ?? new Uint8Array()),
    })),
  vxlan_opts: ({ opts: value }: { readonly opts?: Opts }): Json | undefined =>
    value?.vxlan === undefined ? undefined : [{ gbp: value.vxlan.gbp }],
  erspan_opts: ({ opts: value }: { readonly opts?: Opts }): Json | undefined =>
    value?.erspan?.ver === undefined ? undefined : [erspanOption(value.erspan)],
}

const mpls = table<Encap<'mpls'>>({ dst: 'dst', ttl: 'ttl' })

const ip = table<Encap<'ip'>>({ id: 'id', src: 'src', dst: 'dst', ttl: 'ttl', tos: 'tos', ...flags, ...opts })

const ip6 = table<Encap<'ip6'>>({ id: 'id', src: 'src', dst: 'dst', hoplimit: 'hoplimit', tc: 'tc', ...flags, ...opts })

const ila = table<Encap<'ila'>>({
  locator: of('locator', locator =>
    [48n, 32n, 16n, 0n].map(shift => ((locator >> shift) & 0xffffn).toString(16)).join(':'),
  ),
  csum_mode: word('csumMode', { 'adjust-transport': 'adj-transport' }, () => 'unknown'),
  ident_type: word('identType', { 'rsvd-1': 'unknown', 'rsvd-2': 'unknown' }, () => 'unknown'),
  hook_type: word('hookType', { 'route-output': 'output', 'route-input': 'input' }, () => 'unknown'),
})

const seg6 = table<Encap<'seg6'>>({
  mode: of('srh', ({ mode }) => (typeof mode === 'number' ? '<unknown>' : mode.replace('-', '.'))),
  // The end of the path, which an inline header takes from the packet, is there as ::.
  segs: of('srh', ({ mode, segments }) => (mode === 'inline' ? [...segments, '::'] : [...segments])),
  hmac: of('srh', hmac),
})

const SR6_FLAG1_HMAC = 8
const SR6_TLV_HMAC = 5

/** The key of a header that is authenticated, from the option in front of the hash. */
function hmac({ flags, tlvs }: SegmentRoutingHeader): string | undefined {
  if ((flags & SR6_FLAG1_HMAC) === 0 || tlvs?.[0] !== SR6_TLV_HMAC || tlvs.length < 8) return undefined
  return hex(Number.parseInt(hexText(tlvs.subarray(4, 8)), 16))
}

const program = (prog: { readonly name?: string }): Json => prog.name ?? '<unknown>'

const bpf = table<Encap<'bpf'>>({
  in: of('in', program),
  out: of('out', program),
  xmit: of('xmit', program),
  headroom: 'xmitHeadroom',
})

/** `end-dx2` is End.DX2. */
const actionName = (action: string | number): string =>
  typeof action === 'number'
    ? '<invalid>'
    : action === 'unspec'
      ? '<unknown>'
      : action
          .split('-')
          .map((part, at) => (at === 0 ? 'End' : part === 'encap' ? 'Encaps' : part.toUpperCase()))
          .join('.')

const flavorNames = ['psp', 'usp', 'usd', 'next-csid']

const flavors = (operation: number): Json => flavorNames.filter((_, at) => (operation & (2 << at)) !== 0)

const seg6Local = table<Encap<'seg6-local'>>({
  action: of('action', actionName),
  srh: of('srh', srh => ({ segs: [...srh.segments], hmac: hmac(srh) })),
  table: of('table', (table, context) => context.name('tables', table)),
  vrftable: of('vrftable', (table, context) => context.name('tables', table)),
  nh4: 'nh4',
  nh6: 'nh6',
  iif: of('iif', (index, context) => context.linkName(index)),
  oif: of('oif', (index, context) => context.linkName(index)),
  flavors: of('flavors', ({ operation }) => (operation === undefined ? undefined : flavors(operation))),
  lblen: of('flavors', ({ lcblockBits }) => lcblockBits),
  nflen: of('flavors', ({ lcnodeFnBits }) => lcnodeFnBits),
  endpoint: of('bpf', ({ progName }) => progName ?? '<unknown>'),
  stats64: ({ counters }, { statistics }) =>
    counters === undefined || statistics === 0
      ? undefined
      : { packets: counters.packets, bytes: counters.bytes, errors: counters.errors },
})

// From the last to the first, as ip stores and prints them.
const rpl = table<Encap<'rpl'>>({ segs: of('srh', ({ segments }) => [...segments].reverse()) })

const ioam6 = table<Encap<'ioam6'>>({
  freqk: 'freqK',
  freqn: 'freqN',
  mode: word('mode', {}, () => '<unknown>'),
  tunsrc: ({ mode, src }) => (mode === 'inline' ? undefined : src),
  tundst: ({ mode, dst }) => (mode === 'inline' ? undefined : dst),
  trace: present('trace'),
  prealloc: present('trace'),
  type: of('trace', ({ type }) => type.toString(16)),
  ns: of('trace', ({ namespaceId }) => namespaceId),
  size: of('trace', ({ remlen }) => remlen * 4),
})

const xfrm = table<Encap<'xfrm'>>({
  if_id: 'ifId',
  link_dev: of('link', (index, context) => context.linkName(index)),
})

const tables: { readonly [kind: string]: Table<RouteEncap> | undefined } = {
  mpls,
  ip,
  ip6,
  ila,
  seg6,
  bpf,
  'seg6-local': seg6Local,
  rpl,
  ioam6,
  xfrm,
}
const typeNames: Readonly<Record<string, string>> = { 'seg6-local': 'seg6local' }

/** Prints an encapsulation. */
export function encap(value: RouteEncap, context: Context): JsonObject {
  const rows = tables[value.kind]
  return {
    encap_type: rows === undefined ? 'unknown' : (typeNames[value.kind] ?? value.kind),
    ...rows?.print(value, context),
  }
}
