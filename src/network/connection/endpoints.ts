import type { Client, Link } from '../../index.js'
import type { Host } from '../host.js'
import type { Lease } from '../leases/store.js'
import { hasCode } from '../network-error.js'
import { missingOk } from '../network-steps.js'
import type { NetworkSettings } from '../settings.js'
import { addressOf, addressText } from '../subnet.js'
import type { Container } from './containers.js'

/** IFF_UP (include/uapi/linux/if.h). */
const UP = 1

/** The host's ends of connections, looked for once for all of them. */
export class Endpoints {
  readonly #named = new Map<string, Link>()
  readonly #addressed = new Map<string, Link>()

  private constructor(veths: readonly Link[]) {
    for (const link of veths) {
      this.#named.set(link.name, link)
      if (link.address !== undefined) this.#addressed.set(link.address, link)
    }
  }

  static async list({ rt }: Host): Promise<Endpoints> {
    return new Endpoints(await rt.link.list({ kind: 'veth' }))
  }

  /** Gives the host's end of a connection, which somebody may have renamed: then its MAC address tells. */
  of({ link = '', linkMac = '' }: Lease): Link | undefined {
    return this.#named.get(link) ?? this.#addressed.get(linkMac)
  }
}

/** Gives the host's end of one connection; `undefined` when it has gone, or never was. One `list` may serve several. */
export async function hostEnd(host: Host, lease: Lease, list = () => Endpoints.list(host)): Promise<Link | undefined> {
  if (lease.link === undefined) return undefined
  return (await missingOk(host.rt.link.get(lease.link))) ?? (await list()).of(lease)
}

/** Tells whether a link is the one that was made for a connection. */
export function isOf({ mac, group }: Lease, link: Link): boolean {
  return mac === undefined ? link.group === group : link.address === mac
}

/**
 * Tells whether packets may still pass: both ends are up, the host's is a port of its bridge, the addresses are there. Routes are the
 * container's own business: it may have better ones by now.
 */
export async function isIntact(
  host: Host,
  settings: NetworkSettings,
  lease: Lease,
  { rt }: Pick<Container, 'rt'>,
): Promise<boolean> {
  const link = await missingOk(rt.link.get(lease.ifname))
  if (link === undefined || !isOf(lease, link) || !isUp(link)) return false
  if (lease.link !== undefined && !(await isPort(host, settings, lease))) return false
  const own = await addressesOf(rt, link)
  return own !== undefined && lease.addresses.every(address => own.has(plain(address)))
}

/** Gives the addresses of a link; `undefined` when it has gone meanwhile. */
async function addressesOf(rt: Client, { index: dev }: Link): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set((await rt.addr.list({ dev })).map(({ address }) => plain(address)))
  } catch (error) {
    if (hasCode(error, 'ENODEV')) return undefined
    throw error
  }
}

async function isPort(host: Host, settings: NetworkSettings, lease: Lease): Promise<boolean> {
  const end = await hostEnd(host, lease)
  const bridge = await missingOk(host.rt.link.get(settings.link))
  return end !== undefined && bridge !== undefined && isUp(end) && end.master === bridge.index
}

function isUp({ flags }: Link): boolean {
  return (flags & UP) !== 0
}

/** Spells an address with its prefix length as the file of the network does. */
function plain(text: string): string {
  const [, length] = text.split('/')
  return `${addressText(addressOf(text, 'address'))}/${length}`
}
