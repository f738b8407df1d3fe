import type { MonitorEvent } from '../../index.js'
import type { Container } from '../connection/containers.js'
import { openByHolder, openByName, Scan } from '../connection/containers.js'
import { Endpoints, hostEnd } from '../connection/endpoints.js'
import type { Host } from '../host.js'
import { containerOf } from '../leases/lease.js'
import { type Lease, readStore } from '../leases/store.js'
import { hasCode } from '../network-error.js'
import { made, missingOk } from '../network-steps.js'
import type { NetworkSettings } from '../settings.js'
import { Condition } from './condition.js'
import { DirectoryWatch } from './directory-watch.js'
import { type NetworkEvent, PendingEvents, type WatchedContainer } from './pending-events.js'

/** What is looked for once for all containers that are looked at together. */
interface Snapshot {
  readonly scan: Scan
  readonly endpoints: () => Promise<Endpoints>
}

/**
 * Looks at a container when something says that it may have changed, and compares it with what was told: its lease in the file of the
 * network, the host's end of its link, and addresses and links of its own, which are heard from here, so that a watch holds no
 * namespace that would go.
 */
export class NetworkWatch implements AsyncIterableIterator<NetworkEvent>, AsyncDisposable {
  readonly #host: Host
  readonly #settings: NetworkSettings
  readonly #stop = new AbortController()
  readonly #events = new PendingEvents()
  readonly #reported = new Condition()
  readonly #changed = new Condition()
  readonly #done: Promise<void>
  /** Of complete connections, by container and interface. */
  #leases: ReadonlyMap<string, Lease> = new Map()
  #fileChanged = true
  /** Keys of leases by what an event names: a namespace, or the host's end of a link. */
  readonly #hints = new Map<string, string[]>()
  /** Keys of what is to be looked at. */
  #doubtful = new Set<string>()
  /** Keys of what no event is about, so that each is a hint: it has no link here, and only sockets hold its namespace. */
  readonly #unfollowed = new Set<string>()
  /** What was told. */
  readonly #known = new Map<string, WatchedContainer>()
  /** Cookies of namespaces by their ids here: those that are heard. */
  readonly #followed = new Map<number, string>()
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
      await this.#reported.wait()
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
    this.#reported.notify()
    this.#changed.notify()
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
    await using links = rt.watch({ link: true })
    await using inside = rt.monitor({ groups: ['link', 'ipv4-ifaddr', 'ipv6-ifaddr', 'nsid'], allNetns: true })
    const changed = (): void => {
      this.#fileChanged = true
      this.#changed.notify()
    }
    const own = `${this.#settings.name}.json`
    // The files of other networks are written as often as theirs change.
    const concerns = (file: string): boolean => file.startsWith(own) || !/\.json(?:\.new)?$/.test(file)
    using files = new DirectoryWatch(directory, changed, concerns)
    const hosts = links[Symbol.asyncIterator]()
    // What is there in the beginning is looked at anyway.
    for (let first = await hosts.next(); first.done !== true && first.value.type !== 'ready'; )
      first = await hosts.next()
    const follow = async <T>(source: AsyncIterable<T>, doubt: (event: T) => Iterable<string>): Promise<void> => {
      for await (const event of source) this.#doubt(doubt(event))
    }
    const heard = [
      follow(hosts, event => {
        const marks = event.type === 'link' ? [event.old, event.new].flatMap(link => [link?.name, link?.address]) : []
        return marks.flatMap(mark => this.#hints.get(`link ${mark}`) ?? [])
      }),
      follow(inside, event => this.#keysOf(event)),
    ]
    for (const each of heard) each.catch(reason => this.#end({ reason }))
    for (let first = true; !signal.aborted; first = false) {
      files.renew()
      await this.#refresh()
      if (first) this.#events.ready()
      this.#reported.notify()
      await this.#changed.wait()
    }
  }

  #doubt(keys: Iterable<string>): void {
    for (const key of keys) this.#doubtful.add(key)
    for (const key of this.#unfollowed) this.#doubtful.add(key)
    if (this.#doubtful.size > 0) this.#changed.notify()
  }

  /** Gives the keys of what an event of a namespace may have changed; the host's own links are the other watch's. */
  #keysOf(event: MonitorEvent): Iterable<string> {
    if (event.type === 'overrun') return this.#leases.keys()
    if (event.netns !== undefined) return this.#keysIn(this.#followed.get(event.netns.nsid))
    if (event.type !== 'nsid') return this.#keysIn(String(this.#host.netns.cookie))
    // Its namespace has gone. Another may have got the id already: that is found out when it is looked at.
    return event.action === 'delete' ? this.#keysIn(this.#followed.get(event.nsid.nsid ?? -1)) : []
  }

  #keysIn(container: string | undefined): Iterable<string> {
    return this.#hints.get(`netns ${container}`) ?? []
  }

  #readLeases(): void {
    this.#fileChanged = false
    const leases = new Map<string, Lease>()
    this.#hints.clear()
    for (const lease of readStore(this.#host.directory, this.#settings.name)?.leases ?? []) {
      if (lease.owner !== undefined) continue
      const key = `${lease.container} ${lease.ifname}`
      leases.set(key, lease)
      // Somebody may rename the host's end.
      const marks = [lease.link, lease.linkMac].filter(mark => mark !== undefined)
      for (const hint of [`netns ${lease.container}`, ...marks.map(mark => `link ${mark}`)]) {
        this.#hints.set(hint, [...(this.#hints.get(hint) ?? []), key])
      }
      if (text(this.#leases.get(key)) !== text(lease)) this.#doubtful.add(key)
    }
    for (const key of this.#leases.keys()) if (!leases.has(key)) this.#doubtful.add(key)
    this.#leases = leases
  }

  /** Looks at what is doubtful, and tells what has changed. */
  async #refresh(): Promise<void> {
    if (this.#fileChanged) this.#readLeases()
    const doubtful = this.#doubtful
    this.#doubtful = new Set()
    const scan = new Scan()
    let listed: Promise<Endpoints> | undefined
    const snapshot: Snapshot = { scan, endpoints: () => (listed ??= Endpoints.list(this.#host)) }
    for (const key of doubtful) {
      if (this.#stop.signal.aborted) return
      this.#unfollowed.delete(key)
      const lease = this.#leases.get(key)
      const now = lease === undefined ? undefined : await this.#see(key, lease, snapshot)
      const old = this.#known.get(key)
      if (text(old) === text(now)) continue
      if (now === undefined) this.#known.delete(key)
      else this.#known.set(key, now)
      this.#events.change(key, old, now)
      this.#reported.notify()
    }
  }

  async #see(key: string, lease: Lease, snapshot: Snapshot): Promise<WatchedContainer | undefined> {
    try {
      const named = await openByName(lease)
      // A link that goes with its peer's namespace tells more, and faster, than a search for who holds that.
      const hasLink = named === undefined && lease.link !== undefined
      if (hasLink && (await hostEnd(this.#host, lease, snapshot.endpoints)) === undefined) return undefined
      await using container = named ?? (await openByHolder(lease, snapshot.scan))
      if (container === undefined) return await this.#seeFromHere(key, lease, snapshot)
      await this.#listen(container)
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

  /** Has events of a namespace come here: they do when it has an id. */
  async #listen({ netns }: Container): Promise<void> {
    const { nsid } = this.#host.rt
    let id = await nsid.get(netns)
    if (id < 0) {
      await made(nsid.add({ netns }))
      id = await nsid.get(netns)
    }
    this.#followed.set(id, String(netns.cookie))
  }

  /** What the host shows of a container that nothing but sockets holds: it cannot be opened by others. */
  async #seeFromHere(key: string, lease: Lease, { scan, endpoints }: Snapshot): Promise<WatchedContainer | undefined> {
    if (!scan.living.paths.has(lease.container)) return undefined
    if (lease.link === undefined) {
      this.#unfollowed.add(key)
      return { ...containerOf(lease), carrier: true }
    }
    const link = await hostEnd(this.#host, lease, endpoints)
    return link === undefined ? undefined : { ...containerOf(lease), carrier: link.carrier === 1 }
  }
}

function text(value: unknown): string | undefined {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))
}
