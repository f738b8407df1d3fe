import type { AddrSpec, Link, RuleSpec } from '../index.js'
import type { Host } from './host.js'
import { bootId, readStore, readStores, removeStore, writeStore } from './leases/store.js'
import { differing, hasCode } from './network-error.js'
import { changedSettings, checkBeside, families, type NetworkSettings } from './settings.js'
import type { Step } from './step.js'
import { addressText, around } from './subnet.js'
import { bridgeSysctls, forwarding, hasIp6, writeSysctls } from './sysctls.js'

/** What the steps of a network work with. */
export interface NetworkContext {
  readonly host: Host
  readonly settings: NetworkSettings
}

type NetworkStep = Step<NetworkContext>

/** Marks links `PARENT.VLAN` that a network has made (IFLA_GROUP is given when a link is made, an alias is not). */
const GROUP = 0x72746e6c
/** An MTU that no network is given. */
const MTU_AT_BIRTH = 65_535
/** Where the rules of internal networks are: before the main table, behind the local one. */
const PASS = 400
const STOP = 401
/** RT_TABLE_MAIN. */
export const MAIN = 254

/** Writes down what is about to be made, so that it can be taken away by name wherever the making stops. */
export const record: NetworkStep = {
  name: 'record',
  do: async ({ host: { directory }, settings }) => {
    const known = readStore(directory, settings.name)
    if (known !== undefined) {
      const differs = changedSettings(settings, known.settings)
      if (differs.length > 0) throw differing(`network ${settings.name}`, differs)
      return false
    }
    for (const other of readStores(directory)) checkBeside(settings, other.settings)
    writeStore(directory, { boot: bootId(), settings, leases: [], last: {} })
    return true
  },
  undo: async ({ host: { directory }, settings }, left) => {
    if (left.length === 0) removeStore(directory, settings.name)
  },
}

/** Makes the bridge; one that is there must be this one. */
export const bridge: NetworkStep = {
  name: 'bridge',
  do: async ({ host: { rt }, settings: { link, mac, vlan } }) => {
    const filtering = vlan === undefined ? {} : { vlanFiltering: true, vlanDefaultPvid: vlan }
    // It is born with the address: without one it would take that of a port, and another when the port goes. Its MTU would be
    // the least of the ports', and IPv6 end with the first of less than 1,280, unless it is set to another than it is (`up`).
    const spec = { name: link, address: mac, mtu: MTU_AT_BIRTH, info: { kind: 'bridge', ...filtering } } as const
    if (await made(rt.link.add(spec))) return true
    const there = await rt.link.get(link)
    const differs = there.info?.kind === 'bridge' ? [] : ['kind']
    if (there.address !== mac) differs.push('mac')
    if (there.info?.kind === 'bridge' && vlan !== undefined && there.info.vlanDefaultPvid !== vlan) differs.push('vlan')
    if (differs.length > 0) throw differing(`link ${link}`, differs)
    return false
  },
  undo: async context => {
    const own = await ownBridge(context)
    if (own !== undefined) await context.host.rt.link.delete(own, { missingOk: true })
  },
}

/** The index of the network's bridge; `undefined` when it has gone: another of its name has another address. */
async function ownBridge({ host: { rt }, settings: { link, mac } }: NetworkContext): Promise<number | undefined> {
  const there = await missingOk(rt.link.get(link))
  return there?.info?.kind === 'bridge' && there.address === mac ? there.index : undefined
}

const sysctls: NetworkStep = {
  name: 'sysctls',
  do: async ({ host, settings }) => {
    writeSysctls(host.netns, bridgeSysctls(settings.link, families(settings).includes(6)))
    // They go with the bridge.
    return false
  },
}

function gateway(address: string, prefix: string): NetworkStep {
  const spec = addressSpec(`${address}/${prefix}`)
  return {
    name: `gateway ${address}`,
    do: ({ host: { rt }, settings: { link } }) => made(rt.addr.add({ dev: link, ...spec })),
    undo: async context => {
      const dev = await ownBridge(context)
      if (dev !== undefined) await context.host.rt.addr.delete({ dev, address: spec.address }, { missingOk: true })
    },
  }
}

function forward(family: 4 | 6): NetworkStep {
  const [key, value] = forwarding[family]
  return {
    name: `forwarding IPv${family}`,
    do: async ({ host }) => writeSysctls(host.netns, [[key, value]]).length > 0,
    undo: async ({ host }) => writeSysctls(host.netns, [[key, 0]]),
    // Other networks and the machine's own routes may need it.
    lasting: true,
  }
}

/**
 * Rules keep an internal network to itself: what comes from the bridge is not routed, and only the host itself is routed to it. The
 * bridge's own forwarding sysctl would not do: each change of ip_forward resets it.
 */
function isolation({ subnets, link }: NetworkSettings): NetworkStep[] {
  const rules: RuleSpec[] = subnets.flatMap(({ subnet: dst }) => {
    const family = dst.includes(':') ? 'inet6' : 'inet'
    return [
      { family, priority: PASS, iifname: 'lo', dst, table: MAIN },
      { family, priority: STOP, dst, action: 'prohibit' },
    ] as const
  })
  for (const family of ['inet', 'inet6'] as const) {
    rules.push({ family, priority: STOP, iifname: link, action: 'prohibit' })
  }
  const needs = ({ host }: NetworkContext, { family }: RuleSpec): boolean => family === 'inet' || hasIp6(host.netns)
  return rules.map(rule => ({
    name: `rule ${rule.priority} ${rule.dst ?? `${rule.family} ${rule.iifname}`}`,
    do: async context => needs(context, rule) && (await made(context.host.rt.rule.add(rule))),
    undo: async context => needs(context, rule) && (await context.host.rt.rule.delete(rule, { missingOk: true })),
  }))
}

const up: NetworkStep = {
  name: 'up',
  do: async ({ host: { rt }, settings: { link, mtu = 1500 } }) => {
    await rt.link.set(link, { up: true, mtu })
    return false
  },
}

/** Makes the link `PARENT.VLAN`; one that is there must be just that. */
const vlanLink: NetworkStep = {
  name: 'vlan',
  do: async ({ host: { rt }, settings: { link, parent = '', vlan = 0 } }) => {
    const info = { kind: 'vlan', id: vlan } as const
    if (await made(rt.link.add({ name: link, link: parent, up: true, group: GROUP, info }))) return true
    const [there, below] = await Promise.all([rt.link.get(link), rt.link.get(parent)])
    const differs = there.info?.kind === 'vlan' ? [] : ['kind']
    if (there.info?.kind === 'vlan' && there.info.id !== vlan) differs.push('vlan')
    if (there.link !== below.index) differs.push('parent')
    if (differs.length > 0) throw differing(`link ${link}`, differs)
    return false
  },
  undo: async ({ host: { rt, directory }, settings: { link, name } }) => {
    const others = readStores(directory).filter(other => other.settings.name !== name)
    if (others.some(other => other.settings.link === link)) return
    const there = await missingOk(rt.link.get(link))
    if (there?.group === GROUP) await rt.link.delete(there.index, { missingOk: true })
  },
}

const parent: NetworkStep = {
  name: 'parent',
  do: async ({ host: { rt }, settings: { link } }) => {
    await rt.link.get(link)
    return false
  },
}

/** The steps of a network, by what it is made of. */
export const networkSteps: Readonly<Record<string, (settings: NetworkSettings) => readonly NetworkStep[]>> = {
  bridge: settings => [
    record,
    bridge,
    sysctls,
    ...settings.subnets.flatMap(({ subnet, gateway: address }) =>
      address === undefined ? [] : [gateway(address, subnet.split('/')[1] ?? '')],
    ),
    ...(settings.internal ? isolation(settings) : families(settings).map(forward)),
    up,
  ],
  macvlan: onParent,
  ipvlan: onParent,
}

function onParent({ vlan }: NetworkSettings): readonly NetworkStep[] {
  return [record, vlan === undefined ? parent : vlanLink]
}

/** How an address is configured: of IPv6 without duplicate address detection, of IPv4 with the broadcast address that SIOCGIFBRDADDR tells. */
export function addressSpec(address: string): AddrSpec & { readonly address: string } {
  if (address.includes(':')) return { address, flags: ['nodad'] }
  const { family, last, prefix } = around(address)
  return prefix < 31 ? { address, broadcast: addressText({ family, value: last }) } : { address }
}

/** Tells whether something was made: `false` when it was there. */
export async function made(call: Promise<unknown>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Gives a link, or `undefined` when there is none. */
export async function missingOk(call: Promise<Link>): Promise<Link | undefined> {
  try {
    return await call
  } catch (error) {
    if (hasCode(error, 'ENODEV')) return undefined
    throw error
  }
}
