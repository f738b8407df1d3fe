/** Names that `ip` has for ARPHRD_ types, and how it writes link-layer addresses of them. */
import { parseMac } from '../../../codec/text/address.js'
import { ip4Text, ip6Text } from '../../../codec/text/address-text.js'
import { arphrdEnum } from '../../../generated/link/tables.gen.js'

/** Where iproute2's name is not the kernel's in lower case. */
const others: Readonly<Record<string, string>> = {
  appletlk: 'atalk',
  cisco: 'hdlc',
  fcfabric: 'fcfb0',
  tunnel: 'ipip',
  localtlk: 'ltalk',
  ipddp: 'ip/ddp',
  ipgre: 'gre',
  ip6gre: 'gre6',
  'ieee802-tr': 'tr',
  ieee80211: 'ieee802.11',
  'ieee80211-prism': 'ieee802.11/prism',
  'ieee80211-radiotap': 'ieee802.11/radiotap',
  ieee802154: 'ieee802.15.4',
  'ieee802154-monitor': 'ieee802.15.4/monitor',
  'phonet-pipe': 'phonet_pipe',
}

/** Types that `ip` has no name for although the kernel has one. */
const nameless = new Set<string>(['eui64', 'mctp', 'rawip', 'vsockmon'])
/** Fibre Channel has thirteen types in a row, of which the kernel names the first. */
const FCFABRIC = 787

/** Spells the type of a link. */
export function linkType(type: string | number): string {
  const name = typeof type === 'number' ? arphrdEnum.name(type) : type
  if (typeof name === 'number') return name > FCFABRIC && name <= FCFABRIC + 12 ? `fcfb${name - FCFABRIC}` : `[${name}]`
  if (nameless.has(name)) return `[${arphrdEnum.value(name) ?? 0}]`
  return others[name] ?? name
}

const over4 = new Set<unknown>(['tunnel', 'sit', 'ipgre'])
const over6 = new Set<unknown>(['tunnel6', 'ip6gre'])

/** An amateur's call sign: six letters, each shifted to the left, and a number. */
function callSign(bytes: Uint8Array): string {
  const letters = Array.from(bytes.subarray(0, 6), byte => String.fromCharCode(byte >> 1)).filter(
    letter => letter !== ' ',
  )
  const text = letters.join('')
  return text === '' || text.startsWith('\0') || text.startsWith('-') ? '*' : `${text}-${((bytes[6] ?? 0) >> 1) & 15}`
}

/** Ten digits in five bytes. */
const roseAddress = (bytes: Uint8Array): string =>
  Array.from(bytes, byte => String.fromCharCode(48 + (byte >> 4), 48 + (byte & 15))).join('')

/** Spells a link-layer address: those of tunnels are IP addresses. */
export function linkAddress(address: string, type: string | number | undefined): string {
  const bytes = parseMac(address)
  if (bytes?.length === 4 && over4.has(type)) return ip4Text(bytes, 0)
  if (bytes?.length === 16 && over6.has(type)) return ip6Text(bytes, 0)
  if (bytes?.length === 7 && (type === 'ax25' || type === 'netrom')) return callSign(bytes)
  if (bytes?.length === 5 && type === 'rose') return roseAddress(bytes)
  return address
}
