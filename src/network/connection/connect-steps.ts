import type { LinkSpec, RouteSpec } from '../../index.js'
import type { Host } from '../host.js'
import { chooseAddresses } from '../leases/addresses.js'
import type { Call } from '../leases/owner.js'
import { type Lease, type NetworkFile, updateStore } from '../leases/store.js'
import { hasCode, NetworkError, stateError } from '../network-error.js'
import { addressSpec, MAIN, made, missingOk } from '../network-steps.js'
import { families, hashedMac, type NetworkSettings } from '../settings.js'
import type { Step } from '../step.js'
import { containerSysctls, writeSysctls } from '../sysctls.js'
import { destinationOf, everything, gatewayOf, randomGroup, randomLink, randomMac } from './attachment.js'
import type { ConnectOptions } from './connect-options.js'
import type { Container } from './containers.js'
import { pidNamespace } from './containers.js'
import { type Endpoints, hostEnd, isOf } from './endpoints.js'

/** What the steps of a connection work with. */
export interface ConnectContext {
  readonly host: Host
  readonly settings: NetworkSettings
  readonly options: ConnectOptions
  /** Absent where a connection is taken down whose container has gone. */
  readonly container: Container | undefined
  /** What was there before, and is made anew: it keeps what nobody has taken meanwhile. */
  readonly before?: Lease | undefined
  /** The host's ends where several are taken down. */
  readonly endpoints?: Endpoints | undefined
  /** Who makes it; absent where a connection is taken down. */
  readonly call: Call | undefined
  /** What is known so far. */
  lease: Lease
  readonly signal?: AbortSignal | undefined
}

type ConnectStep = Step<ConnectContext>

/** IFA_F_TENTATIVE and IFA_F_DADFAILED (include/uapi/linux/if_addr.h). */
const TENTATIVE = 0x40
const DADFAILED = 0x08

/** Takes the addresses and writes down what is about to be made. */
const lease: ConnectStep = {
  name: 'lease',
  do: async context => {
    const { host, settings, options, before, call, signal } = context
    const take = (file: NetworkFile): Lease => {
      const { container, ifname } = context.lease
      const leases = file.leases.filter(other => before === undefined || idOf(other) !== idOf(before))
      if (leases.some(other => other.container === container && other.ifname === ifname)) {
        throw stateError('EBUSY', `${ifname} of ${context.lease.name} is being connected already`)
      }
      const { addresses, last } = chooseAddresses({ ...file, leases }, options.addresses ?? [], before?.addresses)
      const taken = { ...context.lease, addresses, owner: call?.owner() ?? null }
      file.leases = [...leases, taken]
      file.last = last
      return taken
    }
    context.lease = await updateStore(host.directory, settings.name, take, signal)
  },
  // The lease is all that tells of a link that is still there, and of the addresses that are kept for who is made anew.
  undo: ({ host, settings, lease: mine, before }, left) => {
    const kept = left.length > 0 ? mine : before
    return changeLeases(host, settings, [mine], kept === undefined ? [] : [{ ...kept, owner: null }])
  },
}

/** What tells a lease from others: another for the same interface may have come since, with other random names. */
const idOf = ({ container, ifname, link, temporary }: Lease): string => [container, ifname, link, temporary].join(' ')

/** Puts what becomes of leases, or nothing, in the place of each. */
async function changeLeases(
  host: Host,
  settings: NetworkSettings,
  mine: readonly Lease[],
  now: readonly Lease[],
): Promise<void> {
  const ids = new Set(mine.map(idOf))
  try {
    await updateStore(host.directory, settings.name, file => {
      file.leases = file.leases.flatMap(other => (ids.has(idOf(other)) ? now : other))
    })
  } catch (error) {
    // The network has gone meanwhile, and the lease with it.
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

/**
 * Makes both ends in one message: the container's under its final name and address, the host's as a port. The container's
 * cannot be born up: the kernel opens it before it is connected.
 */
const veth: ConnectStep = {
  name: 'link',
  do: ({ host: { rt }, settings, options, container, lease: { link, linkMac, mac, ifname } }) => {
    const mtu = options.mtu ?? settings.mtu
    const both = mtu === undefined ? {} : { mtu }
    const peer: LinkSpec = { name: ifname, address: mac, netns: container?.netns, ...both }
    const spec: LinkSpec = { name: link, address: linkMac, master: settings.link, up: true, ...both }
    return rt.link.add({ ...spec, info: { kind: 'veth', peer } })
  },
  undo: async ({ host, lease: own, endpoints }) => {
    const end = endpoints === undefined ? await hostEnd(host, own) : endpoints.of(own)
    if (end !== undefined) await host.rt.link.delete(end.index, { missingOk: true })
  },
}

/** Options of the port are a message of their own: the kernel overlooks them in the one that makes it. */
const port: ConnectStep = {
  name: 'port',
  do: ({ host: { rt }, options: { hairpin = false, isolated = false }, lease: { link = '' } }) =>
    rt.link.set(link, { slave: { kind: 'bridge', mode: hairpin, isolated } }),
}

/**
 * Makes the link in the container under its final name: the parent is looked up in the namespace of the socket. Kernels before
 * 6.14 look there for the name too (rtnl_newlink): where it is taken the link is born under a temporary one.
 */
const onParent: ConnectStep = {
  name: 'link',
  do: async ({ host: { rt }, settings, options, container, lease: { mac, group, ifname, temporary } }) => {
    const mtu = options.mtu ?? settings.mtu
    const own: LinkSpec = mac === undefined ? { group } : { address: mac }
    const spec: LinkSpec = { ...own, link: settings.link, netns: container?.netns, info: upperInfo(settings) }
    const sized = mtu === undefined ? spec : { ...spec, mtu }
    if (!(await made(rt.link.add({ ...sized, name: ifname })))) await rt.link.add({ ...sized, name: temporary })
  },
  undo: async ({ settings, container, lease }) => {
    for (const name of [lease.temporary, lease.ifname]) {
      if (container === undefined || name === undefined) continue
      const there = await missingOk(container.rt.link.get(name))
      if (there?.kindName !== settings.driver || !isOf(lease, there)) continue
      await container.rt.link.delete(there.index, { missingOk: true })
    }
  },
}

/** Gives the link its name, unless it was born with it; rejects with EEXIST when the container has another of that name. */
const rename: ConnectStep = {
  name: 'name',
  do: async ({ container, lease: { ifname, temporary = '' } }) => {
    const there = await missingOk(container?.rt.link.get(temporary) ?? Promise.reject())
    if (there !== undefined) await container?.rt.link.set(there.index, { name: ifname })
  },
}

function upperInfo({ driver, mode, flag }: NetworkSettings): NonNullable<LinkSpec['info']> {
  if (driver === 'macvlan') return { kind: 'macvlan', ...(mode === undefined ? {} : { mode: mode as 'bridge' }) }
  const flags = flag === undefined ? {} : { flags: [flag] }
  return { kind: 'ipvlan', ...(mode === undefined ? {} : { mode: mode as 'l2' }), ...flags }
}

const sysctls: ConnectStep = {
  name: 'sysctls',
  do: async ({ settings, container, lease: { ifname } }) => {
    if (container !== undefined) writeSysctls(container.netns, containerSysctls(ifname, families(settings).includes(6)))
  },
}

const addresses: ConnectStep = {
  name: 'addresses',
  do: ({ container, lease: { addresses: list, ifname } }) =>
    Promise.all(list.map(address => container?.rt.addr.add({ dev: ifname, ...addressSpec(address) }))),
}

const up: ConnectStep = {
  name: 'up',
  do: async ({ container, lease: { ifname } }) => container?.rt.link.set(ifname, { up: true }),
}

/** Adds the routes, one after the other; of default routes those of families that the container has none of. */
const routes: ConnectStep = {
  name: 'routes',
  do: async context => {
    const { container, options } = context
    if (container === undefined) return
    const list: { dst: string; gateway?: string }[] = []
    for (const { isDefault, ...spec } of routesOf(context)) {
      const { dst, family, gateway } = spec
      const optional = isDefault && options.defaultRoute === undefined
      if (isDefault && (await hasDefault(container, family))) {
        if (optional) continue
        throw stateError('EEXIST', `it has a default route of ${family} already`)
      }
      const call = container.rt.route.add(spec)
      if (optional ? !(await made(call)) : await call) continue
      list.push({ dst, ...(gateway === undefined ? {} : { gateway }) })
    }
    context.lease = { ...context.lease, routes: list }
  },
}

/** Tells whether there is a default route: the kernel takes another beside one of another metric. */
async function hasDefault({ rt }: Container, family: RouteSpec['family']): Promise<boolean> {
  const list = await rt.route.list({ family, table: MAIN, type: 'unicast' })
  return list.some(({ dst }) => dst === 'default')
}

interface RequestedRoute extends RouteSpec {
  readonly dst: string
  /** One that `defaultRoute` means. */
  readonly isDefault: boolean
}

function routesOf({ settings, options, lease: { ifname, addresses: own } }: ConnectContext): RequestedRoute[] {
  // In l3 modes there is no neighbour to send to: the kernel routes at the parent.
  const direct = settings.driver === 'ipvlan' && settings.mode !== 'l2'
  const via = (family: 4 | 6): string | undefined =>
    own.map(address => gatewayOf(settings, address)).find(text => text?.includes(':') === (family === 6))
  const list: RequestedRoute[] = []
  const add = (dst: string, family: 4 | 6, gateway: string | undefined, isDefault: boolean, metric?: number): void => {
    const spec = { dst, dev: ifname, family: family === 6 ? 'inet6' : 'inet', isDefault } as const
    const priority = metric === undefined ? {} : { priority: metric }
    list.push({ ...spec, ...priority, ...(gateway === undefined || direct ? {} : { gateway }) })
  }
  if (options.defaultRoute !== false && !(settings.internal && options.defaultRoute === undefined)) {
    for (const family of families(settings)) {
      const gateway = via(family)
      if (gateway !== undefined || direct) add(everything[family], family, gateway, true)
    }
  }
  for (const [i, route] of (options.routes ?? []).entries()) {
    const { family, text } = destinationOf(settings, route, `routes[${i}].dst`)
    const gateway = route.gateway === null ? undefined : (route.gateway ?? via(family))
    add(text, family, gateway, false, route.metric)
  }
  return list
}

/** Waits until packets pass: carrier seen by the stack, the port forwarding, no tentative address. */
const usable: ConnectStep = {
  name: 'usable',
  do: async ({ host, container, signal, lease: { link, ifname } }) => {
    if (container === undefined) return
    const waiting = { signal }
    await Promise.all([
      link === undefined
        ? undefined
        : host.rt.link.wait(
            link,
            l => l?.operstate === 'up' && l.slave?.kind === 'bridge' && l.slave.state === 'forwarding',
            waiting,
          ),
      container.rt.link.wait(ifname, l => l?.operstate === 'up' || l?.operstate === 'unknown', waiting),
      settled(container, ifname, signal),
    ])
  },
}

async function settled({ rt }: Container, dev: string, signal: AbortSignal | undefined): Promise<void> {
  const end = performance.now() + 5000
  for (let pause = 1; ; pause = Math.min(2 * pause, 50)) {
    signal?.throwIfAborted()
    const list = await rt.addr.list({ dev, family: 'inet6' })
    const failed = list.find(({ flags }) => (flags & DADFAILED) !== 0)
    if (failed !== undefined)
      throw stateError('EADDRINUSE', `${failed.address} is another's: the kernel has detected it`)
    if (!list.some(({ flags }) => (flags & TENTATIVE) !== 0)) return
    if (performance.now() > end) {
      const detail = `addresses of ${dev} are still tentative`
      throw new NetworkError({ reason: 'timeout', code: 'ERR_NETLINK_TIMEOUT', detail })
    }
    await new Promise(resolve => setTimeout(resolve, pause))
  }
}

/** Writes down that it is done. */
const done: ConnectStep = {
  name: 'done',
  do: async context => {
    const { host, settings } = context
    const { owner: _, ...rest } = context.lease
    context.lease = await updateStore(host.directory, settings.name, file => {
      const id = idOf(rest)
      const at = file.leases.findIndex(other => idOf(other) === id)
      if (at < 0) throw stateError('ENOENT', `${rest.ifname} of ${rest.name} was disconnected meanwhile`)
      file.leases = file.leases.with(at, rest)
      return rest
    })
  },
}

const inside = [sysctls, addresses, up, routes, usable, done] as const

/** The steps of a connection, by what the network is made of. */
export const connectSteps: Readonly<Record<string, (options: ConnectOptions) => readonly ConnectStep[]>> = {
  bridge: ({ hairpin, isolated }) => [lease, veth, ...(hairpin === true || isolated === true ? [port] : []), ...inside],
  macvlan: () => [lease, onParent, rename, ...inside],
  ipvlan: () => [lease, onParent, rename, ...inside],
}

/** The same without the lease: of several the leases go in the end, all at once, and that of one who is made anew stays. */
export const stepsBeforeLease: typeof connectSteps = Object.fromEntries(
  Object.entries(connectSteps).map(([driver, steps]) => [
    driver,
    options => steps(options).filter(step => step !== lease),
  ]),
)

/** Takes leases out of the file, which is written once: it holds those of all others too. */
export function leasesStep(host: Host, settings: NetworkSettings, deleted: readonly Lease[]): Step<undefined> {
  return { name: lease.name, do: async () => false, undo: () => changeLeases(host, settings, deleted, []) }
}

/** Whether links of a network have MAC addresses of their own, not the parent's. */
export function hasMac({ driver, mode }: NetworkSettings): boolean {
  return driver !== 'ipvlan' && mode !== 'passthru'
}

/** What a connection is before anything of it is made. */
export function plannedLease(
  settings: NetworkSettings,
  container: string,
  name: string,
  options: ConnectOptions,
): Lease {
  const { ifname = 'eth0', mac } = options
  const common = { container, name, seenFrom: pidNamespace(), ifname, addresses: [], options }
  const own = { ...common, mac: mac?.toLowerCase() ?? randomMac() }
  if (settings.driver === 'bridge') {
    const link = randomLink()
    return { ...own, link, linkMac: hashedMac(link) }
  }
  const mark = hasMac(settings) ? own : { ...common, group: randomGroup() }
  return { ...mark, temporary: randomLink() }
}
