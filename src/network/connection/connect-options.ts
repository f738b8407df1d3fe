import { checkOptions, type Options } from '../options.js'

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
