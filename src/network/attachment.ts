import { randomBytes, randomInt } from 'node:crypto'
import { families } from './network-steps.js'
import { checkOptions, type Options } from './options.js'
import type { NetworkSettings } from './settings.js'
import type { Lease } from './store.js'
import { addressOf, contains, parseAddress, type Subnet, subnetOf } from './subnet.js'

/** The prefixes of default routes. */
export const everything = { 4: '0.0.0.0/0', 6: '::/0' } as const

/** A route of a container. */
export interface ContainerRoute {
  /** `default` is of the gateway's family, without one of IPv4 unless the network has IPv6 alone. */
  readonly dst: string
  /** The network's gateway of the same family by default; `null` for none: what is directly on the link. */
  readonly gateway?: string | null | undefined
  readonly metric?: number | undefined
}

/** How one call is ended. */
export interface NetworkCallOptions {
  /** Ends the call between two steps; what was done is undone. */
  readonly signal?: AbortSignal | undefined
}

/** How a container is connected. */
export interface ConnectOptions {
  /** The name of the interface in the container, `eth0` by default. */
  readonly ifname?: string | undefined
  /** Addresses that it must get, with their subnet's prefix length or without; of other subnets it gets the next free ones. */
  readonly addresses?: readonly string[] | undefined
  /** The MAC address; a random one by default. */
  readonly mac?: string | undefined
  readonly mtu?: number | undefined
  /** Further names of the container in this network: kept, and told by `inspect`. */
  readonly aliases?: readonly string[] | undefined
  /** Default routes by the gateways. By default those that the container does not have yet, of whatever metric; `true` rejects with EEXIST where it has one. */
  readonly defaultRoute?: boolean | undefined
  readonly routes?: readonly ContainerRoute[] | undefined
  /** Lets the bridge send frames back through the port that they came from. */
  readonly hairpin?: boolean | undefined
  /** Keeps the port from reaching other isolated ones. */
  readonly isolated?: boolean | undefined
}

const connectOptions = {
  ifname: 'text',
  addresses: 'texts',
  mac: 'text',
  mtu: 'number',
  aliases: 'texts',
  defaultRoute: 'flag',
  routes: 'list',
  hairpin: 'flag',
  isolated: 'flag',
} satisfies Options<ConnectOptions>
const routeOptions = { dst: 'text', gateway: 'textOrNull', metric: 'number' } satisfies Options<ContainerRoute>

/** Rejects options that a connection does not have (ERR_NETLINK_BAD_VALUE). */
export function checkConnectOptions(options: ConnectOptions & NetworkCallOptions): void {
  checkOptions('a connection', { ...connectOptions, signal: 'other' }, options)
  for (const [i, route] of (options.routes ?? []).entries()) {
    checkOptions('a route', routeOptions, route, `routes[${i}]`)
  }
}

/** What was configured for a container, in the terms of a CNI result. */
export interface Attachment {
  readonly interfaces: readonly {
    readonly name: string
    readonly mac?: string
    /** The container, for what lies in it. */
    readonly sandbox?: string
  }[]
  readonly ips: readonly {
    /** With its prefix length. */
    readonly address: string
    readonly gateway?: string
    /** Which of the interfaces. */
    readonly interface: number
  }[]
  readonly routes: readonly { readonly dst: string; readonly gw?: string }[]
}

/** Tells of a connection in the terms of CNI. */
export function attachmentOf(settings: NetworkSettings, lease: Lease): Attachment {
  const { link, linkMac, ifname, mac, name } = lease
  const interfaces = [
    { name: settings.link, ...(settings.mac === undefined ? {} : { mac: settings.mac }) },
    ...(link === undefined ? [] : [{ name: link, ...(linkMac === undefined ? {} : { mac: linkMac }) }]),
    { name: ifname, ...(mac === undefined ? {} : { mac }), sandbox: name },
  ]
  const ips = lease.addresses.map(address => {
    const gateway = gatewayOf(settings, address)
    return { address, ...(gateway === undefined ? {} : { gateway }), interface: interfaces.length - 1 }
  })
  const routes = (lease.routes ?? []).map(({ dst, gateway }) => ({
    dst,
    ...(gateway === undefined ? {} : { gw: gateway }),
  }))
  return { interfaces, ips, routes }
}

/** The gateway of the subnet that an address is of. */
export function gatewayOf(settings: NetworkSettings, address: string): string | undefined {
  const parsed = parseAddress(address.replace(/\/\d+$/, ''))
  if (parsed === undefined) return undefined
  return settings.subnets.find(({ subnet }) => contains(subnetOf(subnet, 'subnets'), parsed))?.gateway
}

/** The prefix that a route of a container leads to. */
export function destinationOf(settings: NetworkSettings, { dst, gateway }: ContainerRoute, fieldPath = 'dst'): Subnet {
  if (dst !== 'default') return subnetOf(dst, fieldPath)
  const family = typeof gateway === 'string' ? addressOf(gateway, 'gateway').family : families(settings)[0]
  return subnetOf(everything[family ?? 4], fieldPath)
}

/** A random MAC address: locally administered, unicast. */
export function randomMac(): string {
  return `02:${randomBytes(5)
    .toString('hex')
    .replace(/..(?!$)/g, '$&:')}`
}

/** A random group (IFLA_GROUP), which marks a link that has its parent's MAC address. */
export function randomGroup(): number {
  return randomInt(2 ** 30, 2 ** 31)
}

/** A random name for the host's end of a veth pair. */
export function randomLink(): string {
  return `veth${randomBytes(4).toString('hex')}`
}
