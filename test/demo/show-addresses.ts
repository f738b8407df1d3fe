import type { Addr, Link } from 'rtnetlink'
import * as constants from 'rtnetlink/constants'
import { flagText, fullName, lowerOf } from './show-links.js'

const forever = 0xffffffff

/** Prints what `ip a` prints. */
export function ipAddresses(links: readonly Link[], addrs: readonly Addr[]): string[] {
  return links.flatMap(link => [
    ...linkLines(link, links),
    ...addrs.filter(({ index }) => index === link.index).flatMap(addressLines),
  ])
}

function linkLines(link: Link, links: readonly Link[]): [string, string] {
  const lower = lowerOf(link, links)
  const master = links.find(({ index }) => index === link.master)?.name
  const words = [
    `${link.index}: ${fullName(link, lower)}:`,
    flagText(link, lower),
    `mtu ${link.mtu} qdisc ${link.qdisc}`,
  ]
  if (link.master !== undefined) words.push(`master ${master ?? `if${link.master}`}`)
  words.push(`state ${String(link.operstate).toUpperCase()}`, `group ${link.group || 'default'}`)
  if (link.txqlen) words.push(`qlen ${link.txqlen}`)
  const hardware = [`    link/${link.type} ${link.address ?? ''} brd ${link.broadcast ?? ''}`]
  if (link.linkNetnsid !== undefined) hardware.push(`link-netnsid ${link.linkNetnsid}`)
  return [words.join(' '), hardware.join(' ')]
}

function addressLines(addr: Addr): [string, string] {
  const words = [`    ${addr.family} ${addr.address}`]
  if (addr.peer !== undefined) words.push(`peer ${addr.peer}`)
  if (addr.broadcast !== undefined) words.push(`brd ${addr.broadcast}`)
  words.push(`scope ${addr.scope === 'universe' ? 'global' : addr.scope}`)
  if ((addr.flags & constants.IFA_F_TENTATIVE) !== 0) words.push('tentative')
  if ((addr.flags & constants.IFA_F_PERMANENT) === 0) words.push('dynamic')
  if (addr.proto !== undefined) words.push(`proto ${String(addr.proto).replace('-', '_')}`)
  words.push(addr.label ?? '')
  const { valid = forever, prefered = forever } = addr.cacheinfo ?? {}
  return [words.join(' '), `       valid_lft ${lifetime(valid)} preferred_lft ${lifetime(prefered)}`]
}

function lifetime(seconds: number): string {
  return seconds === forever ? 'forever' : `${seconds}sec`
}
