import { Bell } from './bell.js'
import { living, openLease } from './containers.js'
import { DirectoryWatch } from './directory-watch.js'
import type { Host } from './host.js'
import { containerOf, type NetworkContainer } from './lease.js'
import { hasCode } from './network-error.js'
import { made, missingOk } from './network-steps.js'
import type { NetworkSettings } from './settings.js'
import { type Lease, readStore } from './store.js'

/** A container as its namespace shows it. */
export interface WatchedContainer extends NetworkContainer {
  /** Those that its interface has, global ones, with their prefix lengths. */
  readonly addresses: readonly string[]
  readonly carrier: boolean
}

/** What a watch of a network tells. */
export type NetworkEvent =
  | { readonly type: 'container'; readonly action: 'added'; readonly old: undefined; readonly new: WatchedContainer }
  | { readonly type: 'container'; readonly action: 'removed'; readonly old: WatchedContainer; readonly new: undefined }
  | {
      readonly type: 'container'
      readonly action: 'changed'
      readonly old: WatchedContainer
      readonly new: WatchedContainer
    }
  /** What was there in the beginning has been told. */
  | { readonly type: 'ready' }

type Containers = ReadonlyMap<string, WatchedContainer>

/**
 * Compares what is there after each hint with what was told: hints are the links of the host, the file of the network, and addresses
 * and links of the containers, which are heard from here, so that a watch holds no namespace that would go.
 */
export class NetworkWatch implements AsyncIterableIterator<NetworkEvent>, AsyncDisposable {
  readonly #host: Host
  readonly #settings: NetworkSettings
  readonly #stop = new AbortController()
  readonly #events: NetworkEvent[] = []
  readonly #told = new Bell()
  readonly #changed = new Bell()
  readonly #done: Promise<void>
  /** Cookies of namespaces that have an id here. */
  readonly #heard = new Set<string>()
  #known: Containers = new Map()
  #failure: { readonly reason: unknown } | undefined

  constructor(host: Host, settings: NetworkSettings, signal: AbortSignal | undefined) {
    this.#host = host
    this.#settings = settings
    this.#done = this.#run(signal)
  }

  async next(): Promise<IteratorResult<NetworkEvent, undefined>> {
    for (;;) {
      const value = this.#events.shift()
      if (value !== undefined) return { value, done: false }
      if (this.#failure !== undefined) throw this.#failure.reason
      if (this.#stop.signal.aborted) return { value: undefined, done: true }
      await this.#told.wait()
    }
  }

  async return(): Promise<IteratorResult<NetworkEvent, undefined>> {
    await this.close()
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Ends it: readers get no more. */
  async close(): Promise<void> {
    this.#end()
    await this.#done
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #end(failure?: { readonly reason: unknown }): void {
    if (!this.#stop.signal.aborted) this.#failure = failure
    this.#stop.abort()
    this.#told.ring()
    this.#changed.ring()
  }

  async #run(outer: AbortSignal | undefined): Promise<void> {
    const { signal } = this.#stop
    const abort = (): void => this.#end({ reason: outer?.reason })
    outer?.addEventListener('abort', abort, { once: true, signal })
    if (outer?.aborted === true) abort()
    try {
      await this.#follow()
    } catch (error) {
      this.#end({ reason: error })
    }
  }

  async #follow(): Promise<void> {
    const { rt, directory } = this.#host
    const { signal } = this.#stop
    const ring = (): void => this.#changed.ring()
    await using links = rt.watch({ link: true })
    await using inside = rt.monitor({ groups: ['link', 'ipv4-ifaddr', 'ipv6-ifaddr', 'nsid'], allNetns: true })
    using files = new DirectoryWatch(directory, ring)
    const hear = async (source: AsyncIterable<unknown>): Promise<void> => {
      for await (const _ of source) ring()
    }
    for (const source of [links, inside]) hear(source).catch(reason => this.#end({ reason }))
    for (let first = true; !signal.aborted; first = false) {
      files.renew()
      this.#compare(await this.#look())
      if (first) this.#tell({ type: 'ready' })
      await this.#changed.wait()
    }
  }

  #tell(event: NetworkEvent): void {
    this.#events.push(event)
    this.#told.ring()
  }

  #compare(now: Containers): void {
    for (const [key, old] of this.#known) {
      if (!now.has(key)) this.#tell({ type: 'container', action: 'removed', old, new: undefined })
    }
    for (const [key, one] of now) {
      const old = this.#known.get(key)
      if (old === undefined) this.#tell({ type: 'container', action: 'added', old: undefined, new: one })
      else if (text(old) !== text(one)) this.#tell({ type: 'container', action: 'changed', old, new: one })
    }
    this.#known = now
  }

  async #look(): Promise<Containers> {
    const { directory } = this.#host
    const found = new Map<string, WatchedContainer>()
    for (const lease of readStore(directory, this.#settings.name)?.leases ?? []) {
      if (lease.owner !== undefined) continue
      const seen = await this.#see(lease)
      if (seen !== undefined) found.set(`${lease.container} ${lease.ifname}`, seen)
    }
    return found
  }

  async #see(lease: Lease): Promise<WatchedContainer | undefined> {
    try {
      await using container = await openLease(lease)
      if (container === undefined) return await this.#seeFromHere(lease)
      // A namespace is heard when it has an id here.
      if (!this.#heard.has(lease.container)) {
        await made(this.#host.rt.nsid.add({ netns: container.netns }))
        this.#heard.add(lease.container)
      }
      const link = await missingOk(container.rt.link.get(lease.ifname))
      if (link === undefined) return undefined
      const addrs = await container.rt.addr.list({ dev: link.index })
      const addresses = addrs.filter(({ scope }) => scope === 'universe').map(({ address }) => address)
      return { ...containerOf(lease), addresses, carrier: link.carrier === 1 }
    } catch (error) {
      // It has gone meanwhile.
      if (hasCode(error, 'ENODEV', 'ESRCH', 'ENOENT')) return undefined
      throw error
    }
  }

  /** What the host shows of a container that nothing but descriptors holds: it cannot be opened by others. */
  async #seeFromHere(lease: Lease): Promise<WatchedContainer | undefined> {
    if (!living().refs.has(lease.container)) return undefined
    const link = lease.link === undefined ? undefined : await missingOk(this.#host.rt.link.get(lease.link))
    if (lease.link !== undefined && link === undefined) return undefined
    return { ...containerOf(lease), carrier: link === undefined || link.carrier === 1 }
  }
}

function text(container: WatchedContainer): string {
  return JSON.stringify(container, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}
