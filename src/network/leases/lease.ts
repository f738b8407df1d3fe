import { destinationOf } from '../connection/attachment.js'
import type { ConnectOptions, ContainerRoute } from '../connection/connect-options.js'
import { differing } from '../network-error.js'
import type { NetworkSettings } from '../settings.js'
import { addressOf, addressText, contains, subnetOf } from '../subnet.js'
import { isRunning } from './owner.js'
import type { Lease } from './store.js'

/** A container in a network. */
export interface NetworkContainer {
  /** As it was named when it was connected: a name, or a path. */
  readonly name: string
  /** The cookie of its namespace, which no other ever has. */
  readonly cookie: bigint
  readonly ifname: string
  readonly mac?: string
  readonly addresses: readonly string[]
  readonly aliases: readonly string[]
  /** The host's end of its veth pair. */
  readonly link?: string
  /** `connecting` while a thread is at it, `incomplete` when that was ended or could not undo what it did. */
  readonly state: 'connected' | 'connecting' | 'incomplete'
}

/** A connection as it is told. */
export function containerOf({
  container,
  name,
  ifname,
  mac,
  addresses,
  options,
  link,
  owner,
}: Lease): NetworkContainer {
  return {
    name,
    cookie: BigInt(container),
    ifname,
    ...(mac === undefined ? {} : { mac }),
    addresses,
    aliases: options.aliases ?? [],
    ...(link === undefined ? {} : { link }),
    state: owner === undefined ? 'connected' : isRunning(owner) ? 'connecting' : 'incomplete',
  }
}

/** Gives a connection that was made with the same options; rejects with those that differ. */
export function sameOptions(
  lease: Lease,
  options: ConnectOptions,
  settings: NetworkSettings,
  requested: string,
): Lease {
  const [was, now] = [meant(lease.options, settings), meant(options, settings)]
  const names = Object.keys(was) as (keyof ConnectOptions)[]
  const differs = names.filter(name => JSON.stringify(was[name]) !== JSON.stringify(now[name]))
  if (differs.length > 0) throw differing(`${lease.ifname} of ${lease.name}`, differs.sort(), requested)
  return lease
}

/** What options mean, however they are written: with what is left out, addresses as the kernel writes them, in the order of the subnets. */
function meant(options: ConnectOptions, settings: NetworkSettings): ConnectOptions {
  const {
    ifname = 'eth0',
    mac,
    mtu,
    aliases = [],
    defaultRoute,
    routes = [],
    hairpin = false,
    isolated = false,
  } = options
  const subnets = settings.subnets.map(({ subnet }) => subnetOf(subnet, 'subnets'))
  const requested = (options.addresses ?? []).map((text, i) => {
    const address = addressOf(text, `addresses[${i}]`)
    const subnet = subnets.findIndex(subnet => contains(subnet, address))
    const [, length = subnets[subnet]?.prefix] = text.split('/')
    return { subnet: subnet, text: `${addressText(address)}/${Number(length)}` }
  })
  return {
    ifname,
    addresses: requested.sort((a, b) => a.subnet - b.subnet).map(({ text }) => text),
    mac: mac?.toLowerCase(),
    mtu: mtu ?? settings.mtu,
    aliases,
    defaultRoute,
    routes: routes.map(route => meantRoute(route, settings)),
    hairpin,
    isolated,
  }
}

function meantRoute(route: ContainerRoute, settings: NetworkSettings): ContainerRoute {
  const { family, text: dst } = destinationOf(settings, route)
  const defaultGateway = settings.subnets.find(({ subnet }) => subnetOf(subnet, 'subnets').family === family)?.gateway
  const gateway = typeof route.gateway === 'string' ? addressText(addressOf(route.gateway, 'gateway')) : route.gateway
  return { dst, gateway: gateway === defaultGateway ? undefined : gateway, metric: route.metric }
}
