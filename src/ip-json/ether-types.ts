/** Names that `ip` has for Ethernet types. */
import { ethPEnum } from '../generated/common/tables.gen.js'

/** Where iproute2's name is not the kernel's in lower case. */
const others: Readonly<Record<string, string>> = {
  '8021q': '802.1Q',
  '8021ad': '802.1ad',
  lldp: 'LLDP',
}

/** Types that `ip` has no name for although the kernel has one. */
const nameless = new Set<string>(
  (
    '1588 80221 canfd canxl hdlc arcnet dsa trailer phonet ieee802154 caif xdsa map mctp gre-osi 802-3-min erspan2 tsn ' +
    'batman pause slow wccp link-ctl 8021ac pae realtek 802-ex1 erspan mxlgsw preauth mrp macsec 8021ah mvrp ncsi prp ' +
    'fcoe tdls fip iboe hsr nsh loopback qinq1 qinq2 qinq3 yt921x edsa dsa-8021q dsa-a5psw ife af-iucv nxp-netc'
  ).split(' '),
)

/** Spells an Ethernet type, read as an enumerator or as a number. */
export function etherType(type: string | number): string {
  const name = typeof type === 'number' ? ethPEnum.name(type) : type
  if (typeof name === 'number') return `[${name}]`
  if (nameless.has(name)) return `[${ethPEnum.value(name) ?? 0}]`
  return others[name] ?? name.replaceAll('-', '_')
}
