import { randomBytes, randomInt } from 'node:crypto'
import type { Lease } from '../leases/store.js'
import type { NetworkSettings } from '../settings.js'
import { families } from '../settings.js'
import { addressOf, contains, parseAddress, type Subnet, subnetOf } from '../subnet.js'
import type { ContainerRoute } from './connect-options.js'

/** The prefixes of default routes. */
export const everything = { 4: '0.0.0.0/0', 6: '::/0' } as const

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
