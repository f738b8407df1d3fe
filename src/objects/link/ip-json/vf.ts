/** Virtual functions of a network card. */
import { hexText } from '../../../codec/text/hex-text.js'
import type { Link, VfinfoAttrs } from '../../../generated/link/types.gen.js'
import type { Context } from '../../../ip-json/context.js'
import { etherType } from '../../../ip-json/ether-types.js'
import { of, type Print, table } from '../../../ip-json/table.js'
import type { Json, JsonObject } from '../../../ip-json/text.js'
import { linkType } from './types.js'

/** Bytes of a hardware address by ARPHRD_: 20 of InfiniBand, 6 of the others. */
const macLength = (type: string | number): number => (type === 'infiniband' ? 20 : 6)

const mac = (bytes: Uint8Array, type: string | number): string =>
  hexText(bytes, 0, Math.min(bytes.length, macLength(type)), ':')

/** -1, which the drivers say when they do not know. */
const UNKNOWN = 0xffffffff

const setting = ({ setting: value }: { readonly setting: number }): Json | undefined =>
  value === UNKNOWN ? undefined : value !== 0

const guid = ({ guid: value }: { readonly guid: bigint }): string =>
  value
    .toString(16)
    .padStart(16, '0')
    .replace(/..(?=.)/g, '$&:')

interface VlanTag {
  readonly vlan: number
  readonly qos: number
  readonly vlanProto?: string | number
}

const tag = ({ vlan, qos, vlanProto }: VlanTag): JsonObject => ({
  vlan: vlan === 0 ? undefined : vlan | 0,
  qos: qos === 0 ? undefined : qos | 0,
  protocol: vlanProto === undefined || vlanProto === 0 || vlanProto === '8021q' ? undefined : etherType(vlanProto),
})

const vf = table<VfinfoAttrs>({
  tx_rate: of('txRate', ({ rate }) => (rate === 0 ? undefined : rate)),
  rate: of('rate', ({ maxTxRate, minTxRate }) => ({ max_tx: maxTxRate, min_tx: minTxRate })),
  spoofchk: of('spoofchk', setting),
  // With a blank, as in ip's text.
  'node guid': of('ibNodeGuid', guid),
  'port guid': of('ibPortGuid', guid),
  link_state: of('linkState', ({ linkState }) =>
    linkState === 'auto' || linkState === 'enable' ? linkState : 'disable',
  ),
  trust: of('trust', setting),
  query_rss_en: of('rssQueryEn', setting),
})

/** What `ip -s` adds. */
const stats: Print<VfinfoAttrs> = of('stats', counters => ({
  rx: {
    bytes: counters.rxBytes,
    packets: counters.rxPackets,
    multicast: counters.multicast,
    broadcast: counters.broadcast,
    dropped: counters.rxDropped,
  },
  tx: { tx_bytes: counters.txBytes, tx_packets: counters.txPackets, dropped: counters.txDropped },
}))

/** Prints one virtual function. */
export function virtualFunction(info: VfinfoAttrs, link: Link, context: Context): JsonObject {
  return {
    vf: info.mac === undefined ? undefined : info.mac.vf | 0,
    link_type: linkType(link.type),
    address: info.mac === undefined ? undefined : mac(info.mac.mac, link.type),
    broadcast: info.broadcast === undefined ? undefined : mac(info.broadcast.broadcast, link.type),
    ...(info.vlanList === undefined
      ? info.vlan === undefined
        ? {}
        : tag(info.vlan)
      : { vlan_list: (info.vlanList.info ?? []).map(tag) }),
    ...vf.print(info, context),
    ...(context.statistics > 0 ? { stats: stats(info, context) } : {}),
  }
}
