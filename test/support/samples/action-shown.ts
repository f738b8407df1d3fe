// Actions as `tc -s -d -j actions list` shows them: what dumps hold, said in tc's words.
import { type Action, type ActionOptions, handleText } from '../../../src/codec.js'

type Row = Record<string, unknown>
type Kind = ActionOptions['kind']
type OptionsOf<K extends Kind> = Extract<ActionOptions, { kind: K }>

/** tc's words for TC_ACT_. */
const words: Readonly<Record<string, string>> = { ok: 'pass', shot: 'drop', unspec: 'continue' }
const GOTO_CHAIN = 0x20000000
const JUMP = 0x10000000

function control(action: string | number | undefined): Row {
  if (typeof action === 'string') return { type: words[action] ?? action }
  const value = action ?? 0
  return value >= GOTO_CHAIN ? { type: 'goto', chain: value - GOTO_CHAIN } : { type: 'jump', jump: value - JUMP }
}

const hex = (bytes: Uint8Array | undefined): string =>
  Array.from(bytes ?? [], byte => byte.toString(16).padStart(2, '0')).join('')
const hexNumber = (value: number | undefined): string => `0x${(value ?? 0).toString(16)}`
/** USER_HZ: times are in hundredths of a second. */
const seconds = (time: bigint): number => Math.trunc(Number(time) / 100)
const prefix = (mask: string): number =>
  mask.split('.').reduce((sum, byte) => sum + Number(byte).toString(2).replaceAll('0', '').length, 0)

const ethertypes: Readonly<Record<number, string>> = { 2048: 'ip', 34887: 'mpls_uc', 34888: 'mpls_mc' }
const csums = ['iph', 'icmp', 'igmp', 'tcp', 'udp', 'udplite', 'sctp']
const layers: Readonly<Record<string, string>> = { ip4: 'ipv4', ip6: 'ipv6' }

function natOf(options: OptionsOf<'ct'>): string {
  const { action = 0, natIpv4Min, natIpv4Max, natIpv6Min, natIpv6Max, natPortMin, natPortMax } = options
  const [first, last] = [natIpv4Min ?? natIpv6Min, natIpv4Max ?? natIpv6Max]
  const ports = natPortMin === undefined ? '' : ` port ${natPortMin}${natPortMax === undefined ? '' : `-${natPortMax}`}`
  return `${action & 16 ? 'src' : 'dst'} addr ${first}${last === undefined || last === first ? '' : `-${last}`}${ports}`
}

/** What tc shows of a kind's options; `control_action` is all kinds'. */
const shows: {
  readonly [K in Exclude<Kind, 'other'>]: (options: OptionsOf<K>, links: ReadonlyMap<number, string>) => Row
} = {
  bpf: ({ ops = [] }) => ({ bytecode: { length: ops.length, insns: ops } }),
  connmark: ({ parms }) => ({ zone: parms?.zone }),
  csum: ({ parms }) => ({ csum: csums.filter((_, bit) => ((parms?.updateFlags ?? 0) >> bit) & 1).join(', ') }),
  ct: options => ({
    action: (options.action ?? 0) & 2 ? 'commit force' : 'commit',
    ...(options.zone === undefined ? {} : { zone: options.zone }),
    ...(options.mark === undefined ? {} : { mark: options.mark, mark_mask: (options.markMask ?? 0).toString(16) }),
    ...(options.labels === undefined ? {} : { label: `${hex(options.labels)}/${hex(options.labelsMask)}` }),
    ...((options.action ?? 0) & 8 ? { nat: natOf(options) } : {}),
  }),
  ctinfo: options => ({
    zone: options.zone,
    dscpmask: hexNumber(options.parmsDscpMask),
    dscpstatemask: hexNumber(options.parmsDscpStatemask),
    cpmark: hexNumber(options.parmsCpmarkMask),
    dscpset: Number(options.statsDscpSet),
    dscperror: Number(options.statsDscpError),
    cpmarkset: Number(options.statsCpmarkSet),
  }),
  gact: ({ prob }) => ({
    prob: {
      random_type: prob?.ptype ?? 'none',
      control_action: control(prob?.paction ?? 'ok'),
      val: prob?.pval ?? 0,
    },
  }),
  gate: options => ({
    priority: options.priority,
    clockid: options.clockid === 1 ? 'MONOTONIC' : options.clockid,
    flags: hexNumber(options.flags),
    base_time: Number(options.baseTime),
    cycle_time: Number(options.cycleTime),
    cycle_time_ext: Number(options.cycleTimeExt),
    schedule: (options.entryList?.oneEntry ?? []).map(entry => ({
      number: entry.index,
      gate_state: entry.gate === true ? 'open' : 'close',
      interval: entry.interval,
      ipv: entry.ipv,
      max_octets: entry.maxOctets,
    })),
  }),
  ife: ({ parms, type, metalst, dmac, smac }) => {
    const meta = (value: number | true | undefined): unknown => (value === true ? 'allow' : value)
    return {
      mode: parms?.flags === 1 ? 'encode' : 'decode',
      type: type === 0 ? '0' : hexNumber(type),
      mark: meta(metalst?.skbmark),
      prio: meta(metalst?.prio),
      tcindex: meta(metalst?.tcindex),
      ...(dmac === undefined ? {} : { dst: dmac }),
      ...(smac === undefined ? {} : { src: smac }),
    }
  },
  mirred: ({ parms, blockid }, links) => {
    const [direction, what] = String(parms?.eaction).split('-')
    return {
      mirred_action: what === 'redir' ? 'redirect' : what,
      direction,
      ...(blockid === undefined ? { to_dev: links.get(parms?.ifindex ?? 0) } : { to_blockid: blockid }),
    }
  },
  mpls: ({ parms, proto, label, tc, bos, ttl }) => ({
    mpls_action: String(parms?.mAction).replace('-', '_'),
    ...(parms?.mAction === 'push' ? { protocol: ethertypes[proto ?? 0] } : {}),
    label,
    tc,
    bos,
    ttl,
  }),
  nat: ({ parms }) => ({
    direction: parms?.flags === 1 ? 'egress' : 'ingress',
    old_addr: `${parms?.oldAddr}/${prefix(parms?.mask ?? '')}`,
    new_addr: parms?.newAddr,
  }),
  pedit: ({ parms, parmsEx, keysEx }) => {
    const keys = (parmsEx ?? parms)?.keys ?? []
    return {
      nkeys: keys.length,
      keys: keys.map(({ off, val, mask }, at) => {
        const { htype = 'network', cmd = 'set' } = keysEx?.keyEx?.[at] ?? {}
        return { htype: layers[htype] ?? htype, offset: off, cmd, val: val.toString(16), mask: mask.toString(16) }
      }),
    }
  },
  police: ({ tbf, pktrate64, pktburst64 }) => ({
    ...(pktrate64 === undefined
      ? {}
      : // A tick is 64 ns.
        { pkts_rate: Number(pktrate64), pkts_burst: (Number(pktburst64) * 64 * Number(pktrate64)) / 1e9 }),
    overhead: tbf?.rate.overhead,
    linklayer: tbf?.rate.linklayer === 'unaware' ? 'unspec' : tbf?.rate.linklayer,
  }),
  sample: ({ rate, psampleGroup, truncSize }) => ({ rate, group: psampleGroup, trunc_size: truncSize }),
  simple: ({ data }) => ({ simple: data }),
  skbedit: options => ({
    ...(options.queueMapping === undefined ? {} : { queue_mapping: options.queueMapping }),
    ...(options.priority === undefined ? {} : { priority: handleText(options.priority) }),
    ...(options.mark === undefined ? {} : { mark: options.mark }),
    ...(options.mask === undefined ? {} : { mask: options.mask.toString(16) }),
    ...(options.ptype === undefined ? {} : { ptype: options.ptype }),
    ...((options.flags ?? 0n) & 32n ? { inheritdsfield: null } : {}),
  }),
  skbmod: ({ parms, dmac, smac, etype }) => ({
    ...(etype === undefined ? {} : { etype: `0x${etype.toString(16).toUpperCase()}` }),
    ...(dmac === undefined ? {} : { dmac }),
    ...(smac === undefined ? {} : { smac }),
    ...((parms?.flags ?? 0n) & 16n ? { ecn: null } : {}),
  }),
  tunnel_key: options => {
    if (options.parms?.tAction === 'release') return { mode: 'unset' }
    const { geneve, vxlan, erspan } = options.encOpts ?? {}
    return {
      mode: 'set',
      src_ip: options.encIpv4Src ?? options.encIpv6Src,
      dst_ip: options.encIpv4Dst ?? options.encIpv6Dst,
      key_id: options.encKeyId,
      ...(options.encDstPort === undefined ? {} : { dst_port: options.encDstPort }),
      ...(geneve === undefined ? {} : { geneve_opts: geneve.map(one => ({ ...one, data: [...(one.data ?? [])] })) }),
      ...(vxlan === undefined ? {} : { vxlan_opts: [vxlan] }),
      ...(erspan === undefined ? {} : { erspan_opts: [{ index: 0, ...erspan }] }),
      flag: options.noCsum === 1 ? 'nocsum' : 'csum',
      nofrag: options.noFrag === true,
      ...(options.encTos === undefined ? {} : { tos: options.encTos }),
      ...(options.encTtl === undefined ? {} : { ttl: options.encTtl }),
    }
  },
  vlan: options => ({
    vlan_action: String(options.parms?.vAction).replace('-', '_'),
    ...(options.pushVlanId === undefined ? {} : { id: options.pushVlanId }),
    ...(options.pushVlanProtocol === undefined
      ? {}
      : { protocol: options.pushVlanProtocol === '8021ad' ? '802.1ad' : '802.1Q' }),
    ...(options.pushVlanPriority === undefined ? {} : { priority: options.pushVlanPriority }),
    ...(options.pushEthDst === undefined ? {} : { dst_mac: options.pushEthDst, src_mac: options.pushEthSrc }),
  }),
}

/** The name of the kind, which tc writes otherwise for one and not at all for others. */
function kindShown(kind: string): Row {
  if (kind === 'nat') return { type: kind }
  return kind === 'simple' || kind === 'skbmod' || kind === 'gate' ? {} : { kind }
}

/** Gives what tc shows of an action; `links` names interfaces. */
export function actionShown(action: Action, links: ReadonlyMap<number, string>): Row {
  const { options, stats, kind } = action
  if (options === undefined || options.kind === 'other') throw new Error(`${kind} has no options`)
  const output = shows[options.kind] as (options: ActionOptions, links: ReadonlyMap<number, string>) => Row
  const whole: Row = { ...options }
  const parms = (whole['parmsEx'] ?? whole['parms'] ?? whole['tbf'] ?? whole['act']) as Record<string, number>
  const { install, lastuse, firstuse } = whole['tm'] as Record<string, bigint>
  const follows = (whole['result'] as string | undefined) ?? (parms['action'] as string | number | undefined)
  return {
    ...kindShown(kind),
    ...(kind === 'simple' ? {} : { control_action: control(follows) }),
    ...output(options, links),
    index: action.index,
    ref: parms['refcnt'],
    bind: parms['bindcnt'],
    installed: seconds(install ?? 0n),
    last_used: seconds(lastuse ?? 0n),
    ...(firstuse === 0n ? {} : { first_used: seconds(firstuse ?? 0n) }),
    stats: {
      bytes: Number(stats?.basic?.bytes),
      packets: stats?.basic?.packets,
      drops: stats?.queue?.drops,
      overlimits: stats?.queue?.overlimits,
      requeues: stats?.queue?.requeues,
      backlog: stats?.queue?.backlog,
      qlen: stats?.queue?.qlen,
    },
    ...(action.cookie === undefined ? {} : { cookie: hex(action.cookie) }),
    ...(action.flags?.value === 1 ? { no_percpu: true } : {}),
    not_in_hw: action.inHwCount === 0,
    ...(action.usedHwStats?.value === 0 ? { used_hw_stats: ['disabled'] } : {}),
  }
}
