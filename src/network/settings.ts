import { createHash } from 'node:crypto'
import { badSetting, stateError } from './network-error.js'
import { checkOptions, type Options } from './options.js'
import {
  type Address,
  addressOf,
  addressText,
  contains,
  hosts,
  overlap,
  placed,
  type Subnet,
  subnetOf,
} from './subnet.js'

/** What a network is made of: a bridge with a veth pair a container, or links on top of a parent. */
export type NetworkDriver = 'bridge' | 'macvlan' | 'ipvlan'

/** How macvlan and ipvlan links deal with each other. */
export type NetworkMode = 'bridge' | 'private' | 'vepa' | 'passthru' | 'source' | 'l2' | 'l3' | 'l3s'

/** A network as it is asked for. */
export interface NetworkSpec {
  /** Letters, digits, `_`, `.` and `-`, 64 at most. */
  readonly name: string
  /** `bridge` by default. */
  readonly driver?: NetworkDriver | undefined
  /** Prefixes that addresses are handed out of: `10.89.0.0/24`, `fd00:89::/64`. Without any, links get no addresses. */
  readonly subnets?: readonly string[] | undefined
  /** Addresses of the gateway, one a subnet; the first address of each by default. */
  readonly gateway?: string | readonly string[] | undefined
  readonly mtu?: number | undefined
  /** Nothing is routed out of it or into it, and containers get no default route. */
  readonly internal?: boolean | undefined
  /** A VLAN: of the bridge and all of its ports, or a link `PARENT.VLAN` that macvlan and ipvlan stand on. */
  readonly vlan?: number | undefined
  /** The link that macvlan and ipvlan stand on. */
  readonly parent?: string | undefined
  /** macvlan: `bridge` by default; ipvlan: `l2` by default. */
  readonly mode?: NetworkMode | undefined
  /** IPVLAN_F_PRIVATE or IPVLAN_F_VEPA: ipvlan links that do not reach each other, or do by way of the switch. */
  readonly flag?: 'private' | 'vepa' | undefined
  /** The name of the bridge; `br-NAME`, or a hash where that is too long, by default. */
  readonly bridge?: string | undefined
  /** The MAC address of the bridge; a hash of the name by default. It tells the bridge from others of its name. */
  readonly mac?: string | undefined
  /** Addresses and prefixes that are handed out only to those who ask for them. */
  readonly reserved?: readonly string[] | undefined
}

/** A subnet of a network with the gateway that it has. */
export interface NetworkSubnet {
  readonly subnet: string
  readonly gateway?: string
}

/** A network as it is: what was asked for with what was left out. It is JSON. */
export interface NetworkSettings {
  readonly name: string
  readonly driver: NetworkDriver
  readonly subnets: readonly NetworkSubnet[]
  readonly mtu?: number
  readonly internal: boolean
  readonly vlan?: number
  readonly parent?: string
  readonly mode?: NetworkMode
  readonly flag?: 'private' | 'vepa'
  readonly mac?: string
  readonly reserved: readonly string[]
  /** The bridge, or the link that the links of containers stand on. */
  readonly link: string
}

const options = {
  name: 'text',
  driver: 'text',
  subnets: 'texts',
  gateway: 'oneOrMore',
  mtu: 'number',
  internal: 'flag',
  vlan: 'number',
  parent: 'text',
  mode: 'text',
  flag: 'text',
  bridge: 'text',
  mac: 'text',
  reserved: 'texts',
} satisfies Options<NetworkSpec>

/** Modes by driver, the default first. */
const modes: { readonly [D in NetworkDriver]: readonly NetworkMode[] } = {
  bridge: [],
  macvlan: ['bridge', 'private', 'vepa', 'passthru', 'source'],
  ipvlan: ['l2', 'l3', 'l3s'],
}

/** Settings that only some drivers take. */
const takers: Readonly<Record<string, readonly NetworkDriver[]>> = {
  parent: ['macvlan', 'ipvlan'],
  mode: ['macvlan', 'ipvlan'],
  flag: ['ipvlan'],
  bridge: ['bridge'],
  mac: ['bridge'],
}

/** Tells what a network can be made of. */
export function isDriver(driver: unknown): driver is NetworkDriver {
  return typeof driver === 'string' && Object.hasOwn(modes, driver)
}

/** Checks what a network is asked to be and fills in what is left out. */
export function settingsOf(spec: NetworkSpec): NetworkSettings {
  checkOptions('a network', options, spec)
  const { name, driver = 'bridge', internal = false, mtu, vlan, mode, flag, parent } = spec
  checkName(name)
  if (!isDriver(driver)) throw badSetting('driver', `no driver ${JSON.stringify(driver)}`)
  for (const [setting, drivers] of Object.entries(takers)) {
    const given = spec[setting as keyof NetworkSpec] !== undefined
    if (given && !drivers.includes(driver)) throw badSetting(setting, `a ${driver} network has none`)
  }
  if (driver !== 'bridge' && (typeof parent !== 'string' || parent === '')) {
    throw badSetting('parent', `a ${driver} network stands on a link`)
  }
  if (mode !== undefined && !modes[driver].includes(mode)) throw badSetting('mode', `no mode of ${driver}`)
  if (flag !== undefined && flag !== 'private' && flag !== 'vepa') throw badSetting('flag', 'private or vepa')
  if (mtu !== undefined)
    checkInteger(mtu, spec.subnets?.some(text => text.includes(':')) === true ? 1280 : 68, 65_534, 'mtu')
  if (vlan !== undefined) checkInteger(vlan, 1, 4094, 'vlan')
  const link = driver === 'bridge' ? (spec.bridge ?? bridgeName(name)) : vlanName(parent ?? '', vlan)
  if (new TextEncoder().encode(link).length > 15)
    throw badSetting(driver === 'bridge' ? 'bridge' : 'parent', `${link} is longer than 15 bytes`)
  if (driver === 'bridge' && !isLinkName(link)) throw badSetting('bridge', `no name: ${JSON.stringify(link)}`)
  const kept = { mtu, vlan, parent, mode: mode ?? modes[driver][0], flag }
  return {
    name,
    driver,
    subnets: subnetsOf(spec),
    internal,
    ...(Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) as typeof kept & object),
    ...(driver === 'bridge' ? { mac: spec.mac?.toLowerCase() ?? hashedMac(name) } : {}),
    reserved: (spec.reserved ?? []).map(text => subnetOf(text, 'reserved').text),
    link,
  } as NetworkSettings
}

/** The names of the settings in which two networks differ. */
export function changedSettings(a: NetworkSettings, b: NetworkSettings): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof NetworkSettings>
  return [...names].filter(name => JSON.stringify(a[name]) !== JSON.stringify(b[name])).sort()
}

/** Rejects a network that cannot stand beside another of the same namespace. */
export function checkBeside(settings: NetworkSettings, other: NetworkSettings): void {
  if (settings.driver !== 'bridge' || other.driver !== 'bridge') return
  if (settings.link === other.link) {
    throw stateError('EEXIST', `network ${other.name} has the bridge ${other.link}`, { differs: ['link'] })
  }
  for (const { subnet } of settings.subnets) {
    for (const taken of other.subnets) {
      if (!overlap(subnetOf(subnet, 'subnets'), subnetOf(taken.subnet, 'subnets'))) continue
      throw stateError('EADDRINUSE', `${subnet} overlaps ${taken.subnet} of network ${other.name}`, {
        differs: ['subnets'],
      })
    }
  }
}

/** Tells whether links can have a name (dev_valid_name), and get no other by it: of `eth%d` the kernel makes one that is free. */
export function isLinkName(name: unknown): name is string {
  return typeof name === 'string' && /^[^/\s:%]{1,15}$/.test(name) && name !== '.' && name !== '..'
}

/** Rejects what cannot name a network. */
export function checkName(name: string): void {
  if (typeof name === 'string' && /^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) return
  throw badSetting('name', `${JSON.stringify(name)} cannot name a network`)
}

function subnetsOf({ subnets = [], gateway, internal, driver }: NetworkSpec): NetworkSubnet[] {
  const parsed = subnets.map((text, i) => subnetOf(text, `subnets[${i}]`))
  const bare = subnets.findIndex(text => !text.includes('/'))
  if (bare >= 0) throw badSetting(`subnets[${bare}]`, `${subnets[bare]} has no prefix length, as 192.0.2.0/24 has`)
  for (const [i, one] of parsed.entries()) {
    const other = parsed.slice(0, i).find(earlier => overlap(one, earlier))
    if (other !== undefined) throw badSetting(`subnets[${i}]`, `${one.text} overlaps ${other.text}`)
  }
  const gateways: Address[] = []
  for (const text of [gateway ?? []].flat()) {
    const { address, subnet } = placed(parsed, text, 'gateway')
    const { first, last } = hosts(subnet)
    if (address.family === 4 && (address.value < first || address.value > last))
      throw badSetting('gateway', `${text} is no host's address in ${subnet.text}`)
    if (gateways.some(other => contains(subnet, other)))
      throw badSetting('gateway', `${text} is the second of ${subnet.text}`)
    gateways.push(address)
  }
  return parsed.map((one): NetworkSubnet => {
    const given = gateways.find(address => contains(one, address))
    if (given !== undefined) return { subnet: one.text, gateway: addressText(given) }
    // Behind another's link there is nobody to be the gateway of an internal network.
    if (internal === true && driver !== 'bridge' && driver !== undefined) return { subnet: one.text }
    return { subnet: one.text, gateway: firstHost(one) }
  })
}

function firstHost(subnet: Subnet): string {
  return addressText({ family: subnet.family, value: hosts(subnet).first })
}

function checkInteger(value: number, minimum: number, maximum: number, fieldPath: string): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return
  throw badSetting(fieldPath, `${value} is not within ${minimum} to ${maximum}`)
}

function bridgeName(name: string): string {
  return name.length <= 12 ? `br-${name}` : `br-${hash(name).slice(0, 12)}`
}

function vlanName(parent: string, vlan: number | undefined): string {
  return vlan === undefined ? parent : `${parent}.${vlan}`
}

/** A locally administered unicast address, always the same for a name. */
export function hashedMac(name: string): string {
  return `02:${hash(`mac ${name}`)
    .slice(0, 10)
    .replace(/..(?!$)/g, '$&:')}`
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Whether a network has subnets of IPv6, and of IPv4. */
export function families(settings: NetworkSettings): (4 | 6)[] {
  const found = new Set(settings.subnets.map(({ subnet }) => addressOf(subnet, 'subnets').family))
  return [...found].sort()
}
