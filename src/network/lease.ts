import type { ConnectOptions } from './attachment.js'
import { differing } from './network-error.js'
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
export function sameOptions(lease: Lease, options: ConnectOptions, asked: string): Lease {
  const names = new Set([...Object.keys(lease.options), ...Object.keys(options)]) as Set<keyof ConnectOptions>
  const differs = [...names].filter(name => JSON.stringify(lease.options[name]) !== JSON.stringify(options[name]))
  if (differs.length > 0) throw differing(`${lease.ifname} of ${lease.name}`, differs.sort(), asked)
  return lease
}
