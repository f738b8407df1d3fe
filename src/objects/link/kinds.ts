import { fits } from '../../codec/range.js'
import type { Dict } from '../../codec/table.js'
import { MACVLAN_MODE_SOURCE } from '../../generated/constants.gen.js'
import { vlanFlagsEnum } from '../../generated/link/tables.gen.js'
import type { LinkSpec } from '../../generated/link/types.gen.js'
import { isDict } from '../../request/changes.js'

/** What the driver of a kind wants said in other words than a reader of its data would, or than it reports it itself. */
const wordings = new Map<unknown, (data: Dict) => Dict>(
  Object.entries({
    // Of a mask of ones, which it reports, it refuses all that it does not know; a mask of 0 has it take nothing (vlan_dev_change_flags).
    vlan: (data: Dict) => {
      const { flags } = data
      if (!isDict(flags)) return data
      const named = vlanBits(flags['flags'])
      const mask = flags['mask'] === 0xffffffff ? named | ALL_VLAN_FLAGS : (flags['mask'] ?? named)
      return { ...data, flags: { ...flags, mask: typeof mask === 'number' ? mask >>> 0 : mask } }
    },
    bridge: masked('multiBoolopt', 'optval', 'optmask'),
    can: masked('ctrlmode', 'flags', 'mask'),
    rmnet: masked('flags', 'flags', 'mask'),
    gre: keyed,
    ip6gre: keyed,
    gretap: (data: Dict) => keyed(noRemote(data)),
    erspan: (data: Dict) => keyed(noRemote(data)),
    ip6gretap: (data: Dict) => keyed(noRemote(data)),
    ip6erspan: (data: Dict) => keyed(noRemote(data)),
    macvlan: sources,
    macvtap: sources,
    // It looks only whether IFLA_GTP_CREATE_SOCKETS is there (gtp_newlink).
    gtp: ({ createSockets, ...data }: Dict) => (isOff(createSockets) ? data : { ...data, createSockets }),
    // It reports only the address that it makes of IFLA_HSR_MULTICAST_SPEC, the last byte.
    hsr: (data: Dict) => {
      const last = parseInt(String(data['supervisionAddr'] ?? '').slice(-2), 16)
      return data['multicastSpec'] !== undefined || Number.isNaN(last) ? data : { ...data, multicastSpec: last }
    },
    // It looks for a TTL only where IFLA_GENEVE_TTL_INHERIT is absent (geneve_nl2info), which it reports always.
    geneve: ({ ttlInherit, ...data }: Dict) =>
      data['ttl'] !== undefined && Number(ttlInherit) === 0 ? data : { ...data, ttlInherit },
  }),
)

const isOff = (value: unknown): boolean => value === 0 || value === false

/** Says in the mask the bits that are given: of those with none the kernel takes nothing. */
function masked(field: string, bits: string, mask: string): (data: Dict) => Dict {
  return data => {
    const given = data[field]
    return isDict(given) ? { ...data, [field]: { ...given, [mask]: given[mask] ?? given[bits] } } : data
  }
}

/** No address there is, said by leaving it out: said in zeros it is refused (ipgre_tap_validate, ip6gre_tap_validate), and so reported. */
function noRemote({ remote, ...data }: Dict): Dict {
  return remote === '0.0.0.0' || remote === '::' ? data : { ...data, remote }
}

/** Says by its flag that there is a key: without it the kernel overlooks one (gre_calc_hlen, ip_tunnel_key_match). */
function keyed(data: Dict): Dict {
  // What is no number is left to the encoder to refuse.
  const flags = (key: unknown, given: unknown): unknown =>
    key && typeof (given ?? 0) === 'number' ? Number(given ?? 0) | GRE_KEY : given
  const { ikey, okey, iflags, oflags } = data
  return { ...data, iflags: flags(ikey, iflags), oflags: flags(okey, oflags) }
}

/** linux/if_tunnel.h has it in the order of the wire. */
const GRE_KEY = 0x2000

const ALL_VLAN_FLAGS = Object.values(vlanFlagsEnum.names).reduce((all, bit) => all | bit, 0)

function vlanBits(flags: unknown): number {
  if (!Array.isArray(flags)) return Number(flags ?? 0)
  return flags.reduce<number>((bits, name) => bits | (vlanFlagsEnum.value(name) ?? 0), 0)
}

/** Without a mode the kernel overlooks the addresses of sources, and in a mode of the link without sources it refuses one. */
function sources(data: Dict): Dict {
  const { mode, macaddrMode, macaddrData } = data
  const isSource = mode === undefined || mode === 'source' || mode === MACVLAN_MODE_SOURCE
  return macaddrData !== undefined && macaddrMode === undefined && isSource ? { ...data, macaddrMode: 'set' } : data
}

/** Words the data of a link as the driver of its kind takes it; what is no data is left for the encoder to refuse. */
export function worded(info: object | undefined): object | undefined {
  return isDict(info) ? (wordings.get(info['kind'])?.(info) ?? info) : info
}

/** What is said of a new link of a kind, as by `ip`, where its driver refuses to be told nothing, or what it reports, or takes that for another value. */
const kindDefaults = new Map<unknown, (data: Dict) => Dict>(
  Object.entries({
    bridge: newBridge,
    vxlan: (data: Dict) => {
      // Named, even to be off, it takes bits of those that are reported as reserved (vxlan_nl2conf).
      const given = isOff(data['remcsumRx']) ? { ...data, remcsumRx: undefined } : data
      // Learning is refused beside GPE (vxlan_config_validate), and is no use where each packet says where it goes.
      return data['collectMetadata'] ? { ...given, learning: data['learning'] ?? 0 } : given
    },
    // It wants sockets of the caller, or to be told to make its own, which it does not report (gtp_newlink).
    gtp: (data: Dict) =>
      (data['fd0'] ?? data['fd1']) === undefined ? { ...data, createSockets: data['createSockets'] ?? 1 } : data,
    ip6tnl: nestable,
    ip6gre: nestable,
    ip6gretap: nestable,
    ip6erspan: nestable,
  }),
)

const isWord = (value: unknown): value is number => typeof value === 'number' && fits('u32', value)

/** A kernel without VLANs of bridges refuses to be told that they are off, which it reports (br_vlan_filter_toggle, br_mst_set_enabled). */
function newBridge(data: Dict): Dict {
  const { vlanFiltering, multiBoolopt } = data
  const given = isOff(vlanFiltering) ? { ...data, vlanFiltering: undefined } : data
  const options: Dict = isDict(multiBoolopt) ? multiBoolopt : {}
  const { optval, optmask } = options
  // What is no number of 32 bits is left to the encoder to refuse.
  if (!isWord(optval) || !isWord(optmask)) return given
  const on = (optmask & optval) >>> 0
  return { ...given, multiBoolopt: optval === 0 ? undefined : { ...options, optmask: on } }
}

/** Packets with a limit of 0 go through no further tunnel (ip6_tnl_parse_tlv_enc_lim). */
function nestable(data: Dict): Dict {
  return data['collectMetadata'] ? data : { ...data, encapLimit: data['encapLimit'] ?? ENCAP_LIMIT }
}

/** IPV6_DEFAULT_TNL_ENCAP_LIMIT of linux/ip6_tunnel.h. */
const ENCAP_LIMIT = 4

/** Fills in what a new link of its kind usually has, and leaves out what it has anyway. */
export function withKindDefaults(info: LinkSpec['info']): LinkSpec['info'] {
  return isDict(info) ? ((kindDefaults.get(info['kind'])?.(info) ?? info) as LinkSpec['info']) : info
}
