import { existsSync } from 'node:fs'
import { checkHostOptions, Host, hostOptions, type NetworkOptions } from './host.js'
import { exclusive } from './leases/lock.js'
import { readStore, readStores, removeStore } from './leases/store.js'
import { Network } from './network.js'
import { hasCode, stateError } from './network-error.js'
import { networkSteps } from './network-steps.js'
import { checkOptions, type Options } from './options.js'
import { checkName, type NetworkSettings, type NetworkSpec, settingsOf } from './settings.js'
import { run, takeDown } from './step.js'

/** How a network is removed. */
export interface RemoveNetworkOptions extends NetworkOptions {
  /** Disconnects containers that are in it; without it they make it reject with EBUSY. */
  readonly force?: boolean | undefined
}

const removing = { ...hostOptions, force: 'flag' } satisfies Options<RemoveNetworkOptions>

/**
 * Creates a network, or finds the same: what is missing of it is made. Rejects with EEXIST and `differs` when a network, a
 * bridge or a VLAN link of that name has other settings, EADDRINUSE when another bridge network has the subnet; then nothing has changed, and
 * `step` says where it failed. Forwarding that was turned on for it stays on (with that of IPv6 the kernel drops default routes that
 * routers have told, unless `accept_ra` of their link is 2).
 *
 * @example
 * await using network = await createNetwork({ name: 'web', subnets: ['10.89.0.0/24', 'fd00:89::/64'] })
 */
export async function createNetwork(spec: NetworkSpec, options: NetworkOptions = {}): Promise<Network> {
  const settings = settingsOf(spec)
  checkHostOptions(options)
  const host = await Host.open(options)
  try {
    const operation = { requested: `network create ${settings.name}`, signal: options.signal }
    const steps = networkSteps[settings.driver]?.(settings) ?? []
    await exclusive(host.directory, () => run(operation, steps, { host, settings }), options.signal)
    return new Network(host, settings)
  } catch (error) {
    await host.close()
    throw error
  }
}

/**
 * Opens a network that was created; rejects with ENOENT when there is none, EBADMSG when its file is damaged. It may lack what
 * has been deleted since: `createNetwork` makes it whole.
 *
 * @example
 * await using network = await openNetwork('web')
 */
export async function openNetwork(name: string, options: NetworkOptions = {}): Promise<Network> {
  checkName(name)
  checkHostOptions(options)
  return openAt(name, options)
}

async function openAt(name: string, options: NetworkOptions): Promise<Network> {
  const host = await Host.open(options)
  try {
    const file = readStore(host.directory, name)
    if (file === undefined) throw stateError('ENOENT', `no network named ${name}`)
    return new Network(host, file.settings)
  } catch (error) {
    await host.close()
    throw error
  }
}

/**
 * Lists the networks of a namespace, by name; without those whose file is damaged.
 *
 * @example
 * for (const { name, driver, subnets } of await listNetworks()) console.log(name, driver, subnets.length)
 */
export async function listNetworks(options: NetworkOptions = {}): Promise<NetworkSettings[]> {
  checkHostOptions(options)
  await using host = await Host.open(options)
  const networks = readStores(host.directory).map(({ settings }) => settings)
  return networks.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * Removes a network: its bridge, addresses and rules, and the connections of containers that have gone. One that has gone
 * already is no error. Rejects with EBUSY while containers are in it, unless `force` disconnects them, and with EBADMSG when
 * its file is damaged, unless `force` removes that, and the bridge that a network of this name has by default.
 *
 * @example
 * await removeNetwork('web', { force: true })
 */
export async function removeNetwork(name: string, options: RemoveNetworkOptions = {}): Promise<void> {
  checkName(name)
  checkOptions('the removal of a network', removing, options)
  let network: Network
  try {
    network = await openAt(name, options)
  } catch (error) {
    const isDamaged = options.force === true && hasCode(error, 'EBADMSG')
    if (!isDamaged && !hasCode(error, 'ENOENT')) throw error
    await using host = await Host.open(options)
    if (isDamaged) await exclusive(host.directory, () => remove(host, settingsOf({ name })), options.signal)
    else if (existsSync(host.directory))
      await exclusive(host.directory, () => removeRemains(host, name), options.signal)
    return
  }
  await using _open = network
  const { settings } = network
  if (options.force === true) await network.disconnectAll({ signal: options.signal })
  else await network.collect()
  await using host = await Host.open(options)
  const removal = async (): Promise<void> => {
    const leases = readStore(host.directory, name)?.leases ?? []
    const names = new Set(leases.map(lease => lease.name))
    if (names.size > 0)
      throw stateError('EBUSY', `it has containers: ${[...names].join(', ')}`, { requested: requested(name) })
    await remove(host, settings)
  }
  await exclusive(host.directory, removal, options.signal)
}

/** Removes what an earlier boot, or a process that was killed while it wrote, has left of a network's file. */
function removeRemains({ directory }: Host, name: string): void {
  if (readStore(directory, name) === undefined) removeStore(directory, name)
}

const requested = (name: string): string => `network remove ${name}`

async function remove(host: Host, settings: NetworkSettings): Promise<void> {
  await takeDown({ requested: requested(settings.name) }, networkSteps[settings.driver]?.(settings) ?? [], {
    host,
    settings,
  })
}
