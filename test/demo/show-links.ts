import type { Link } from 'rtnetlink'
import * as constants from 'rtnetlink/constants'

/** In the order in which `ip` prints them. */
const flagOrder = (
  'LOOPBACK BROADCAST POINTOPOINT MULTICAST NOARP ALLMULTI PROMISC MASTER SLAVE DEBUG DYNAMIC AUTOMEDIA PORTSEL ' +
  'NOTRAILERS UP LOWER_UP DORMANT ECHO'
).split(' ')

/** Prints a link's flags as `ip` does; `lower` is the link below it, when that is in the same namespace. */
export function flagText(link: Link, lower?: Link): string {
  const values: Readonly<Record<string, unknown>> = constants
  const names = flagOrder.filter(name => (link.flags & Number(values[`IFF_${name}`])) !== 0)
  if ((link.flags & constants.IFF_UP) !== 0 && (link.flags & constants.IFF_RUNNING) === 0) names.unshift('NO-CARRIER')
  if (lower !== undefined && (lower.flags & constants.IFF_UP) === 0) names.push('M-DOWN')
  return `<${names.join()}>`
}

/** Gives the link below another (a veth's peer, a vlan's parent), when it is in the same namespace. */
export function lowerOf(link: Link, links: readonly Link[]): Link | undefined {
  return link.linkNetnsid === undefined ? links.find(({ index }) => index === link.link) : undefined
}

/** Prints a link's name and, as `ip` does, the link below it. */
export function fullName(link: Link, lower?: Link): string {
  if (link.link === undefined) return link.name
  return `${link.name}@${lower?.name ?? (link.link === 0 ? 'NONE' : `if${link.link}`)}`
}

/** Prints what `bridge link show` prints; `links` holds the ports and the bridges. */
export function bridgeLinks(links: readonly Link[]): string[] {
  return links.flatMap(link => {
    const { slave } = link
    if (slave?.kind !== 'bridge') return []
    const lower = lowerOf(link, links)
    const master = links.find(({ index }) => index === link.master)?.name
    return `${link.index}: ${fullName(link, lower)}: ${flagText(link, lower)} mtu ${link.mtu} master ${master} state ${slave.state} priority ${slave.priority} cost ${slave.cost} `
  })
}

/** Prints what `brctl show` prints. */
export function brctlShow(links: readonly Link[]): string[] {
  const lines = ['bridge name\tbridge id\t\tSTP enabled\tinterfaces']
  for (const bridge of links) {
    if (bridge.info?.kind !== 'bridge') continue
    const { bridgeId, stpState } = bridge.info
    const id = `${(bridgeId?.prio ?? 0).toString(16).padStart(4, '0')}.${bridgeId?.addr.replaceAll(':', '')}`
    const ports = links.filter(({ master }) => master === bridge.index).map(({ name }) => name)
    lines.push(`${bridge.name}\t\t${id}\t${stpState ? 'yes' : 'no'}\t\t${ports[0] ?? ''}`)
    for (const port of ports.slice(1)) lines.push(`\t\t\t\t\t\t\t${port}`)
  }
  return lines
}
