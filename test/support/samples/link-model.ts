// A small model of links and addresses: what the kernel should hold behind a run of commands.

export type Kind = 'ifb' | 'veth' | 'bridge'

export interface ModelLink {
  kind: Kind
  up: boolean
  mtu: number
  /** Somebody has set the MTU: a bridge no longer takes that of its ports (br_mtu_auto_adjust). */
  fixedMtu: boolean
  /** A bridge whose last port has left has no MAC (br_stp_recalculate_bridge_id). */
  noMac: boolean
  master: string | undefined
  peer: string | undefined
  addresses: Set<string>
}

/** An errno name, or `ok`. */
export type Verdict = 'ok' | 'EEXIST' | 'ENODEV' | 'EINVAL' | 'ELOOP' | 'EADDRNOTAVAIL'

const MTU = 1500
/** Of IPv6 addresses the kernel keeps none when a link goes down (keep_addr_on_down is off). */
const isIp6 = (address: string): boolean => address.includes(':')

/** Links and addresses by name; each command changes it as it should change the kernel, and says how that should end. */
export class Model {
  readonly links = new Map<string, ModelLink>()

  add(name: string, kind: Kind, peer?: string): Verdict {
    if (this.links.has(name) || (peer !== undefined && this.links.has(peer))) return 'EEXIST'
    this.links.set(name, newLink(kind, peer))
    if (peer !== undefined) this.links.set(peer, newLink(kind, name))
    return 'ok'
  }

  delete(name: string): Verdict {
    const link = this.links.get(name)
    if (link === undefined) return 'ENODEV'
    for (const deleted of [name, link.peer]) {
      if (deleted === undefined) continue
      const master = this.links.get(deleted)?.master
      this.links.delete(deleted)
      for (const port of this.#ports(deleted)) port.master = undefined
      this.#adjust(master)
    }
    return 'ok'
  }

  rename(name: string, to: string): Verdict {
    const link = this.links.get(name)
    if (link === undefined) return 'ENODEV'
    if (name === to) return 'ok'
    if (this.links.has(to)) return 'EEXIST'
    this.links.delete(name)
    this.links.set(to, link)
    for (const port of this.#ports(name)) port.master = to
    const peer = link.peer === undefined ? undefined : this.links.get(link.peer)
    if (peer !== undefined) peer.peer = to
    return 'ok'
  }

  setUp(name: string, up: boolean): Verdict {
    const link = this.links.get(name)
    if (link === undefined) return 'ENODEV'
    if (link.up && !up) link.addresses = new Set([...link.addresses].filter(address => !isIp6(address)))
    link.up = up
    return 'ok'
  }

  setMtu(name: string, mtu: number): Verdict {
    const link = this.links.get(name)
    if (link === undefined) return 'ENODEV'
    if (link.mtu === mtu) return 'ok'
    link.mtu = mtu
    link.fixedMtu = true
    this.#adjust(link.master)
    return 'ok'
  }

  /** Makes a link the port of a bridge, or of none. */
  setMaster(name: string, master: string | undefined): Verdict {
    const link = this.links.get(name)
    if (link === undefined || (master !== undefined && !this.links.has(master))) return 'ENODEV'
    if (link.master === master) return 'ok'
    if (master !== undefined && link.kind === 'bridge') return link.noMac ? 'EINVAL' : 'ELOOP'
    const before = link.master
    link.master = master
    this.#adjust(before)
    this.#adjust(master)
    return 'ok'
  }

  addAddress(name: string, address: string): Verdict {
    const link = this.links.get(name)
    if (link === undefined) return 'ENODEV'
    if (link.addresses.has(address)) return 'EEXIST'
    link.addresses.add(address)
    return 'ok'
  }

  deleteAddress(name: string, address: string): Verdict {
    const link = this.links.get(name)
    if (link === undefined) return 'ENODEV'
    return link.addresses.delete(address) ? 'ok' : 'EADDRNOTAVAIL'
  }

  /** All of it as text, for comparison: `v0 veth up 1500 master br0 10.0.1.1/24`. */
  lines(): string[] {
    return [...this.links]
      .map(([name, { kind, up, mtu, master, addresses }]) =>
        lineOf({ name, kind, up, mtu, master, addresses: [...addresses] }),
      )
      .sort()
  }

  #ports(name: string): ModelLink[] {
    return [...this.links.values()].filter(({ master }) => master === name)
  }

  /** What a bridge becomes when its ports have changed. */
  #adjust(name: string | undefined): void {
    const bridge = name === undefined ? undefined : this.links.get(name)
    if (name === undefined || bridge === undefined) return
    const ports = this.#ports(name)
    bridge.noMac = ports.length === 0
    if (!bridge.fixedMtu) bridge.mtu = ports.length === 0 ? MTU : Math.min(...ports.map(({ mtu }) => mtu))
  }
}

function newLink(kind: Kind, peer: string | undefined): ModelLink {
  return { kind, up: false, mtu: MTU, fixedMtu: false, noMac: false, master: undefined, peer, addresses: new Set() }
}

/** Writes a link as `Model.lines` does. */
export function lineOf(link: {
  readonly name: string
  readonly kind: string | undefined
  readonly up: boolean
  readonly mtu: number | undefined
  readonly master: string | undefined
  readonly addresses: readonly string[]
}): string {
  const { name, kind, up, mtu, master, addresses } = link
  return [name, kind, up ? 'up' : 'down', mtu, `master ${master ?? 'none'}`, ...[...addresses].sort()].join(' ')
}
