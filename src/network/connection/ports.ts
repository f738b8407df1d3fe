import type { Client, Link, NamespaceRef } from '../../index.js'
import * as netns from '../../netns.js'
import { checkHostOptions, Host, type NetworkOptions } from '../host.js'
import { readStore, storedNames } from '../leases/store.js'
import { hasCode } from '../network-error.js'
import { hashedMac } from '../settings.js'
import { leadsElsewhere, openByCookie } from './containers.js'

/** A port of a bridge. */
export interface BridgePort {
  readonly name: string
  readonly index: number
  /** `forwarding` when packets pass. */
  readonly state: string | number
  readonly carrier: boolean
  readonly hairpin: boolean
  readonly isolated: boolean
}

/** The other end of a veth. */
export interface VethPeer {
  readonly link: Link
  /** Names of the namespace that it is in, and processes there. */
  readonly names: readonly string[]
  readonly pids: readonly number[]
  readonly cookie: bigint | undefined
}

/**
 * Lists the ports of a bridge; rejects with ENODEV when there is no such link.
 *
 * @example
 * for (const { name, state } of await bridgePorts(rt, 'br-web')) console.log(name, state)
 */
export async function bridgePorts(rt: Client, bridge: string | number): Promise<BridgePort[]> {
  const links = await rt.link.list({ master: bridge })
  return links.flatMap(({ name, index, slave, carrier }) => {
    if (slave?.kind !== 'bridge') return []
    const { state = 'disabled', mode, isolated } = slave
    return { name, index, state, carrier: carrier === 1, hairpin: mode === 1, isolated: isolated === 1 }
  })
}

/**
 * Finds the other end of a veth in whatever namespace it is; `undefined` when the link is no veth or its namespace cannot be
 * seen from here. Rejects with ENODEV when there is no such link.
 *
 * @example
 * const peer = await vethPeer('v0')
 * console.log(peer?.link.name, peer?.names)
 */
export async function vethPeer(link: string | number, options: NetworkOptions = {}): Promise<VethPeer | undefined> {
  checkHostOptions(options)
  await using host = await Host.open(options)
  const { kindName, link: peer, linkNetnsid } = await host.rt.link.get(link)
  if (kindName !== 'veth' || peer === undefined) return undefined
  for (const { names, pids, path, cookie } of netns.list()) {
    if (path === undefined || !(await isThere(host, { path }, cookie, linkNetnsid))) continue
    await using there = await openByCookie({ path }, String(cookie))
    if (there === undefined) continue
    return { link: await there.rt.link.get(peer), names, pids, cookie }
  }
  return undefined
}

/** Tells whether a namespace is the one that a link's id means: the link's own when it has none. */
async function isThere(
  { rt, netns: own }: Host,
  ref: NamespaceRef,
  cookie: bigint | undefined,
  nsid: number | undefined,
): Promise<boolean> {
  if (nsid === undefined) return cookie === own.cookie
  try {
    return (await rt.nsid.get(ref)) === nsid
  } catch (error) {
    // It has gone meanwhile.
    if (hasCode(error, 'ENOENT', 'ESRCH', 'ENODEV') || leadsElsewhere(error)) return false
    throw error
  }
}

/**
 * Lists veths that no container of any network owns: ports of networks' bridges, and links that have a name and an address as `connect`
 * gives them. They are left when a network's file was deleted.
 *
 * @example
 * const { failed } = await rt.link.deleteMany(await orphanedVeths())
 */
export async function orphanedVeths(options: NetworkOptions = {}): Promise<string[]> {
  checkHostOptions(options)
  await using host = await Host.open(options)
  const { directory, rt } = host
  // The links first: what is made meanwhile has its lease before.
  const links = await rt.link.list({ kind: 'veth' })
  const files = storedNames(directory).flatMap(name => readStore(directory, name) ?? [])
  // Somebody may have renamed one: its MAC address tells it then.
  const owned = new Set(files.flatMap(({ leases }) => leases.flatMap(({ link, linkMac }) => [link, linkMac])))
  const bridges = new Set(files.filter(({ settings }) => settings.driver === 'bridge').map(one => one.settings.link))
  const masters = new Map((await rt.link.list({ kind: 'bridge' })).map(({ index, name }) => [index, name]))
  // The name alone would not tell: plugins of CNI call theirs `veth` and eight digits too.
  const isOurs = ({ name, address, master }: Link): boolean =>
    address === hashedMac(name) || bridges.has(masters.get(typeof master === 'number' ? master : 0) ?? '')
  const isOwned = ({ name, address = '' }: Link): boolean => owned.has(name) || owned.has(address)
  return links.filter(link => isOurs(link) && !isOwned(link)).map(({ name }) => name)
}
