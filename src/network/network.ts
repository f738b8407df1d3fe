import { setMaxListeners } from 'node:events'
import type { NamespaceRef } from '../index.js'
import { type Attachment, attachmentOf } from './connection/attachment.js'
import { type ConnectOptions, checkConnectOptions, type NetworkCallOptions } from './connection/connect-options.js'
import {
  type ConnectContext,
  connectSteps,
  hasMac,
  leasesStep,
  plannedLease,
  stepsBeforeLease,
} from './connection/connect-steps.js'
import {
  type Container,
  hasName,
  openContainer,
  openIfThere,
  openLease,
  refText,
  Scan,
  seesHolders,
} from './connection/containers.js'
import { Endpoints, isIntact } from './connection/endpoints.js'
import type { Host } from './host.js'
import { containerOf, type NetworkContainer, sameOptions } from './leases/lease.js'
import { Call, isRunning } from './leases/owner.js'
import { type Lease, updateStore } from './leases/store.js'
import { badSetting, closed, hasCode, NetworkError, stateError } from './network-error.js'
import { missingOk } from './network-steps.js'
import { checkOptions, type Options } from './options.js'
import { Semaphore } from './semaphore.js'
import { isLinkName, type NetworkSettings } from './settings.js'
import { run, takeDown } from './step.js'
import { NetworkWatch } from './watch/watch.js'

/** Which connections of a container are ended. */
export interface DisconnectOptions extends NetworkCallOptions {
  /** The interface; all of this network by default. */
  readonly ifname?: string | undefined
}

const callOptions = { signal: 'other' } satisfies Options<NetworkCallOptions>
const disconnectOptions = { ...callOptions, ifname: 'text' } satisfies Options<DisconnectOptions>

/** How long the kernel may take to take down what a namespace has left that a new one of its name follows. */
const RESTART_MS = 500

/**
 * How many containers are connected at the same time: the kernel does one thing after the other, and with hundreds at it the first would
 * not be done before its deadline.
 */
const CONNECTING = 32

/** What `inspect` tells. */
export interface NetworkInfo extends NetworkSettings {
  /** The index of the bridge or the parent; absent when it has gone. */
  readonly index?: number
  readonly operstate?: string
  readonly containers: readonly NetworkContainer[]
}

/** Is an open network. Closing it closes sockets and leaves the network as it is. */
export class Network implements AsyncDisposable {
  readonly settings: NetworkSettings
  readonly #host: Host
  readonly #closing = new AbortController()
  readonly #calls = new Set<Promise<unknown>>()
  readonly #connecting = new Semaphore(CONNECTING)

  constructor(host: Host, settings: NetworkSettings) {
    this.#host = host
    this.settings = settings
    // Each call that runs listens to it: many are no leak, of which Node would warn.
    setMaxListeners(0, this.#closing.signal)
  }

  get name(): string {
    return this.settings.name
  }

  /**
   * Connects a container, any network namespace, and tells what was configured once packets pass. Connected already with the
   * same options it tells the same; with others it rejects with EEXIST and `differs`. What has lost an end, an address or its bridge, or
   * is down, is made anew, with the same addresses. Rejects with ENOSPC when a subnet is used up, EADDRINUSE when an address is taken,
   * EXFULL when the bridge has 1,023 ports, EBUSY while another is at it; then all is as it was before, and `step` says where it failed;
   * what was to be made anew is `incomplete` and keeps its addresses. What could not be undone, as the lease where the file system is full,
   * is in `left`, and goes with the next `connect`, `disconnect` or `collect`. Of many calls at once 32 are at it, the others wait.
   *
   * @example
   * const { ips } = await network.connect('blue', { ifname: 'eth0' })
   * console.log(ips[0]?.address) // 10.89.0.2/24
   */
  async connect(ref: NamespaceRef, options: ConnectOptions & NetworkCallOptions = {}): Promise<Attachment> {
    checkConnectOptions(options)
    const { signal, ...settings } = options
    return this.#call(signal, stop => this.#connecting.run(stop, () => this.#connect(ref, settings, stop)))
  }

  async #connect(ref: NamespaceRef, connectOptions: ConnectOptions, signal: AbortSignal): Promise<Attachment> {
    this.#check(connectOptions)
    await using container = await openContainer(ref)
    const cookie = String(container.netns.cookie)
    const lease = plannedLease(this.settings, cookie, refText(ref) ?? `net:[${cookie}]`, connectOptions)
    const isSame = (other: Lease): boolean => other.container === cookie && other.ifname === lease.ifname
    const [before] = await this.#leases(isSame, signal)
    const requested = this.#describe('connect', lease)
    if (before !== undefined) {
      this.#checkFree('connect', before)
      if (before.owner === undefined && (await isIntact(this.#host, this.settings, before, container)))
        return attachmentOf(this.settings, sameOptions(before, connectOptions, this.settings, requested))
      // Its addresses are its own until it has them again.
      await this.#takeDown(before, container, stepsBeforeLease)
    }
    using call = new Call()
    const { settings } = this
    const context = { host: this.#host, settings, options: connectOptions, container, before, call, lease, signal }
    const steps = connectSteps[this.settings.driver]?.(connectOptions) ?? []
    const operation = { requested: requested, signal }
    try {
      await run(operation, steps, context)
    } catch (error) {
      // A file system that is full is another matter.
      const isLease = error instanceof NetworkError && error.step === 'lease' && error.reason !== 'syscall'
      const full = isLease && hasCode(error, 'ENOSPC', 'EADDRINUSE')
      if (!full || !(await this.#freed(context.lease))) throw error
      await run(operation, steps, context)
    }
    return attachmentOf(this.settings, context.lease)
  }

  /**
   * Ends a container's connections; what has gone already is no error. Rejects with EBUSY while another connects it.
   *
   * @example
   * await network.disconnect('blue')
   */
  async disconnect(ref: NamespaceRef, options: DisconnectOptions = {}): Promise<void> {
    checkOptions('a disconnect', disconnectOptions, options)
    const { ifname, signal } = options
    return this.#call(signal, stop => this.#disconnect(ref, ifname, stop))
  }

  async #disconnect(ref: NamespaceRef, ifname: string | undefined, signal: AbortSignal): Promise<void> {
    await using container = await openIfThere(ref)
    const cookie = container === undefined ? undefined : String(container.netns.cookie)
    const name = refText(ref)
    const isMeant = (lease: Lease): boolean =>
      (cookie === undefined ? lease.name === name : lease.container === cookie) &&
      (ifname === undefined || lease.ifname === ifname)
    for (const lease of await this.#leases(isMeant, signal)) {
      signal.throwIfAborted()
      this.#checkFree('disconnect', lease)
      // What has lost its name may live on; links on a parent are nowhere else.
      const lives = container === undefined && this.settings.driver !== 'bridge'
      await using nameless = lives ? await openLease(lease) : undefined
      await this.#takeDown(lease, container ?? nameless)
    }
  }

  /**
   * Tells what the network is and who is in it.
   *
   * @example
   * for (const { name, addresses } of (await network.inspect()).containers) console.log(name, addresses.join())
   */
  async inspect(): Promise<NetworkInfo> {
    return this.#call(undefined, () => this.#inspect())
  }

  async #inspect(): Promise<NetworkInfo> {
    const leases = await this.#leases(() => true)
    const link = await missingOk(this.#host.rt.link.get(this.settings.link))
    const there = link === undefined ? {} : { index: link.index, operstate: String(link.operstate) }
    return { ...this.settings, ...there, containers: leases.map(containerOf) }
  }

  /**
   * Takes down the connections of containers that have gone, and what killed processes have left; answers with them. `connect` does
   * so itself when addresses run out.
   *
   * @example
   * for (const { name, ifname } of await network.collect()) console.log(`${name} has left ${ifname}`)
   */
  async collect(): Promise<readonly NetworkContainer[]> {
    return this.#call(undefined, () => this.#collect())
  }

  async #collect(spared?: Lease): Promise<readonly NetworkContainer[]> {
    const leases = await this.#leases(
      ({ container, ifname }) => container !== spared?.container || ifname !== spared.ifname,
    )
    const scan = new Scan()
    const endpoints = await Endpoints.list(this.#host)
    const deleted = leases.filter(lease => isDeleted(lease, endpoints, scan))
    await this.#takeDownAll(deleted, scan, endpoints)
    return deleted.map(containerOf)
  }

  /** Collects what has gone; waits a moment for what a container of the same name has left: the kernel takes it down behind its back. */
  async #freed(lease: Lease): Promise<boolean> {
    const { name, container } = lease
    const end = performance.now() + RESTART_MS
    for (let freed = false; ; ) {
      // What it had itself is still to be made anew.
      freed = (await this.#collect(lease)).length > 0 || freed
      const former = await this.#leases(other => other.name === name && other.container !== container)
      if (former.length === 0 || performance.now() > end) return freed
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }

  /**
   * Tells containers that are there as `added`, then `ready`, then each that appears, changes its addresses or its carrier, or
   * vanishes. It keeps the process alive until it is closed.
   *
   * @example
   * await using events = network.watch()
   * for await (const event of events) console.log(event.type)
   */
  watch(options: NetworkCallOptions = {}): NetworkWatch {
    checkOptions('a watch', callOptions, options)
    return new NetworkWatch(this.#host, this.settings, options.signal)
  }

  /**
   * Takes down all connections, of living containers too. Rejects with EBUSY, before anything is taken down, while another is
   * at one; addresses and routes of a container go with its interface.
   *
   * @example
   * await network.disconnectAll()
   * console.log((await network.inspect()).containers.length) // 0
   */
  async disconnectAll(options: NetworkCallOptions = {}): Promise<void> {
    checkOptions('a disconnect', callOptions, options)
    return this.#call(options.signal, stop => this.#disconnectAll(stop))
  }

  async #disconnectAll(signal: AbortSignal): Promise<void> {
    const leases = await this.#leases(() => true, signal)
    if (leases.length === 0) return
    for (const lease of leases) this.#checkFree('disconnect', lease)
    // All pairs go with one message; what is left to do for each is its lease.
    const endpoints = await Endpoints.list(this.#host)
    const links = leases.flatMap(lease => endpoints.of(lease)?.index ?? [])
    if (links.length > 1) await this.#host.rt.link.deleteMany(links)
    await this.#takeDownAll(leases, new Scan(), await Endpoints.list(this.#host), signal)
  }

  /** Ends running calls, which undo what they did and reject with ERR_NETLINK_CLOSED, and closes its sockets. */
  async close(): Promise<void> {
    this.#closing.abort(closed(`network ${this.name}`))
    await Promise.allSettled(this.#calls)
    await this.#host.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Runs what `close` ends and waits for: without the sockets it could undo nothing. */
  async #call<T>(signal: AbortSignal | undefined, fn: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal: closing } = this.#closing
    const stop = signal === undefined ? closing : AbortSignal.any([closing, signal])
    stop.throwIfAborted()
    const call = fn(stop)
    this.#calls.add(call)
    try {
      return await call
    } finally {
      this.#calls.delete(call)
    }
  }

  #check({ mac, hairpin, isolated, ifname }: ConnectOptions): void {
    const { driver, mode } = this.settings
    const never = { ...(driver === 'bridge' ? {} : { hairpin, isolated }), ...(hasMac(this.settings) ? {} : { mac }) }
    for (const [name, value] of Object.entries(never)) {
      if (value !== undefined) throw badSetting(name, `links of a ${mode ?? ''} ${driver} network have none`)
    }
    if (ifname !== undefined && !isLinkName(ifname)) throw badSetting('ifname', `no name: ${JSON.stringify(ifname)}`)
  }

  #describe(verb: string, { ifname, name }: Lease): string {
    return `network ${this.name}: ${verb} ${ifname} of ${name}`
  }

  #checkFree(verb: string, lease: Lease): void {
    const { owner } = lease
    if (!isRunning(owner)) return
    throw stateError('EBUSY', `process ${owner?.pid} is connecting it`, { requested: this.#describe(verb, lease) })
  }

  async #takeDown(
    lease: Lease,
    container: Container | undefined,
    steps = connectSteps,
    endpoints?: Endpoints,
  ): Promise<void> {
    const { options } = lease
    const { settings } = this
    const context: ConnectContext = {
      host: this.#host,
      settings,
      options,
      container,
      endpoints,
      call: undefined,
      lease,
    }
    const requested = this.#describe('disconnect', lease)
    await takeDown({ requested: requested }, steps[this.settings.driver]?.(options) ?? [], context)
  }

  /** Takes down several; the leases of those that are down go in the end, whatever comes of the others. */
  async #takeDownAll(leases: readonly Lease[], scan: Scan, endpoints: Endpoints, signal?: AbortSignal): Promise<void> {
    const deleted: Lease[] = []
    try {
      for (const lease of leases) {
        signal?.throwIfAborted()
        // A veth is deleted by the host's end.
        await using container = this.settings.driver === 'bridge' ? undefined : await openLease(lease, scan)
        await this.#takeDown(lease, container, stepsBeforeLease, endpoints)
        deleted.push(lease)
      }
    } finally {
      const requested = `network ${this.name}: disconnect ${deleted.length} containers`
      if (deleted.length > 0)
        await takeDown({ requested: requested }, [leasesStep(this.#host, this.settings, deleted)], undefined)
    }
  }

  async #leases(filter: (lease: Lease) => boolean, signal?: AbortSignal): Promise<Lease[]> {
    try {
      return await updateStore(this.#host.directory, this.name, file => file.leases.filter(filter), signal)
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return []
      throw error
    }
  }
}

/** Tells whether the container of a connection has gone, or whoever was to make it. */
function isDeleted(lease: Lease, endpoints: Endpoints, scan: Scan): boolean {
  if (lease.owner !== undefined) return !isRunning(lease.owner)
  // A veth goes with its peer's namespace, which need not be visible from here.
  if (lease.link !== undefined && endpoints.of(lease) === undefined) return true
  if (hasName(lease) || !seesHolders(lease)) return false
  const { paths, complete } = scan.living
  return complete && !paths.has(lease.container)
}
