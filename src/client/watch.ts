import { NetlinkError } from '../errors/netlink-error.js'
import { type Abortable, aborts } from '../io/async/abort-hub.js'
import type { AsyncClient } from '../io/async/async-client.js'
import { batchesOf, inTurns } from '../io/async/turn.js'
import type { AsyncMonitor } from '../io/monitor/monitor.js'
import { sleepAsync } from '../io/sleep.js'
import { hasCode } from '../request/ignore-missing.js'
import { groupNumber } from '../rtnetlink/events.js'
import { request } from '../rtnetlink/requests.js'
import { type Change, type Ids, Mirror, type Note, type Sort } from '../watch/mirror.js'
import {
  KnownLinks,
  listening,
  type Plan,
  planOf,
  type RouteWatchFilter,
  silentlyHit,
  type WatchNote,
  type WatchOptions,
} from '../watch/watch-plan.js'
import { isShifted, sorts, type Watched } from '../watch/watched.js'
import { clock } from '../wire/clock.js'
import { WatchConsumer, type WatchEvent } from './watch-consumer.js'

/** Notifications that wait for the end of a dump; beyond, it is dumped once more. */
const HELD_MAX = 65_536
/** How many dumps of routes in a row are repeated because others have shifted them; what the next shows is taken, and looked at later. */
const DOUBTS = 3
/** How many times as long as such a dump it waits for the later look: routes that never rest are to cost little. */
const LEISURE = 16
/** Milliseconds between dumps that follow each other, and their bound. */
const PAUSE = 10
const PAUSE_MAX = 500

/** What a watch holds at present, by sort; only those sorts that it was asked for have any. */
export type Current = { readonly [K in keyof Watched]: readonly Watched[K][] }

/**
 * A mirror of the kernel's objects without gaps: each reader gets what is there as `added`, then `ready`, then every change. After a loss
 * it looks again and tells the differences behind a `resync`.
 */
export interface Watch extends AsyncIterable<WatchEvent>, AsyncDisposable {
  /** Resolves when the first look is complete. */
  ready(): Promise<void>
  /**
   * What it has heard of so far, a change of one's own a little behind the answer to that; readers may hear later still. What has not been
   * looked at yet is empty, which `ready` waits for.
   */
  current(): Current
  /** How often it has looked again, by reason. */
  readonly resyncs: Readonly<Record<string, number>>
  /** Starts another reader, from what is there. */
  [Symbol.asyncIterator](): AsyncIterableIterator<WatchEvent>
  close(): Promise<void>
}

type Sorts = keyof Watched
type AnyObject = Watched[Sorts]

/** One sort of object; which one it is does not matter here. */
interface State {
  readonly plan: Plan<Sorts>
  readonly mirror: Mirror<AnyObject>
  /** Notifications since the dump that runs began. */
  held: Note<AnyObject>[] | undefined
  /** Why the dump that runs will not be enough. */
  again: string | undefined
  /** Why another is wanted behind it: what it finds is told before, or changes that follow each other faster would keep all of it back. */
  later: string | undefined
  known: boolean
  pause: number
  /** How many dumps in a row others have shifted. */
  doubts: number
}

/** Is a watch over a client's monitor and dumps. */
export class AsyncWatch implements Watch {
  readonly resyncs: Record<string, number> = {}
  readonly #client: AsyncClient
  readonly #options: WatchOptions
  readonly #states = new Map<Sorts, State>()
  /** One for all sorts: a reader knows an object by its number. */
  readonly #ids: Ids = { next: 1 }
  readonly #consumers = new Set<WatchConsumer>()
  /** Readers that have come while differences are told: they begin with what is there behind those. */
  readonly #joining = new Set<WatchConsumer>()
  #telling = 0
  readonly #links = new KnownLinks()
  readonly #ready: {
    readonly promise: Promise<void>
    readonly resolve: () => void
    readonly reject: (reason: unknown) => void
  }
  readonly #stop = new AbortController()
  readonly #abortable: Abortable = { abort: reason => this.#fail(reason) }
  #monitor: AsyncMonitor<WatchNote> | undefined
  #failure: { readonly reason: unknown } | undefined

  constructor(client: AsyncClient, options: WatchOptions) {
    options.signal?.throwIfAborted()
    this.#client = client
    let resolve = (): void => {}
    let reject = (_reason: unknown): void => {}
    const promise = new Promise<void>((accept, fail) => {
      resolve = accept
      reject = fail
    })
    this.#ready = { promise, resolve, reject }
    this.#options = options
    // Nobody has to wait for it.
    promise.catch(() => {})
    if (options.signal !== undefined) aborts.add(options.signal, this.#abortable)
    this.#run().catch(error => this.#fail(error))
  }

  get #isReady(): boolean {
    return this.#states.size > 0 && [...this.#states.values()].every(({ known }) => known)
  }

  ready(): Promise<void> {
    return this.#ready.promise
  }

  current(): Current {
    const objects = <K extends Sorts>(type: K): Watched[K][] => {
      const state = this.#states.get(type)
      return state === undefined ? [] : state.mirror.entries().map(({ object }) => object as Watched[K])
    }
    return {
      link: objects('link'),
      addr: objects('addr'),
      route: objects('route'),
      neigh: objects('neigh'),
      rule: objects('rule'),
    }
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<WatchEvent> {
    const consumer: WatchConsumer = new WatchConsumer(() => {
      this.#consumers.delete(consumer)
      this.#joining.delete(consumer)
    })
    if (this.#telling === 0) this.#join(consumer)
    else this.#joining.add(consumer)
    if (this.#stop.signal.aborted) consumer.end(this.#failure)
    return consumer
  }

  #join(consumer: WatchConsumer): void {
    for (const [type, { known, mirror }] of this.#states) if (known) consumer.begin({ type, entries: mirror.entries() })
    if (this.#isReady) consumer.begin('ready')
    this.#consumers.add(consumer)
  }

  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return
    const reason = new NetlinkError({ reason: 'closed', code: 'ERR_NETLINK_CLOSED', detail: 'the watch is closed' })
    this.#stop.abort(reason)
    if (this.#options.signal !== undefined) aborts.remove(this.#options.signal, this.#abortable)
    this.#ready.reject(reason)
    for (const consumer of [...this.#consumers, ...this.#joining]) consumer.end(this.#failure)
    await this.#monitor?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #fail(reason: unknown): void {
    if (this.#stop.signal.aborted) return
    this.#failure = { reason }
    this.#ready.reject(reason)
    void this.close()
  }

  async #run(): Promise<void> {
    const plans: Plan<Sorts>[] = []
    for (const type of Object.keys(sorts) as Sorts[]) {
      const given = this.#options[type]
      if (given !== undefined && given !== false)
        plans.push(planOf(type, await this.#resolved(given === true ? {} : given)))
    }
    if (plans.length === 0) throw new TypeError(`watch takes at least one of ${Object.keys(sorts).join(', ')}`)
    if (this.#stop.signal.aborted) return
    const { groups, optionalGroups, filter, decode } = listening(plans)
    // It listens before it looks: what changes meanwhile comes as a notification.
    this.#monitor = this.#client.openMonitor<WatchNote>({
      groups: groups.map(groupNumber),
      optionalGroups: optionalGroups.map(groupNumber),
      filter,
      decode,
      overrun: () => ({ type: 'overrun' }),
      bufferBytes: this.#options.bufferBytes,
    })
    for (const plan of plans) {
      const mirror = new Mirror(sorts[plan.type] as unknown as Sort<AnyObject>, this.#ids)
      this.#states.set(plan.type, {
        plan,
        mirror,
        held: undefined,
        again: undefined,
        later: undefined,
        known: false,
        pause: 0,
        doubts: 0,
      })
      this.#requestResync(plan.type, 'start')
    }
    for await (const note of this.#monitor) this.#take(note)
  }

  async #resolved(filter: RouteWatchFilter): Promise<RouteWatchFilter> {
    if (typeof filter.dev !== 'string') return filter
    const { index } = await this.#client.send(request.link.get(filter.dev))
    return { ...filter, dev: index }
  }

  #take(note: WatchNote): void {
    if (note.type === 'overrun') {
      this.#links.clear()
      for (const type of this.#states.keys()) this.#requestResync(type, 'overrun')
      return
    }
    if (note.type !== 'nexthop') {
      const state = this.#states.get(note.type)
      if (state !== undefined) this.#apply(state, note.note)
    }
    for (const type of silentlyHit(note, this.#links)) {
      if (this.#states.has(type)) this.#requestResync(type, `${note.type} ${note.note.action}`)
    }
  }

  #apply(state: State, note: Note<AnyObject>): void {
    if (state.held === undefined) {
      if (!this.#follow(state, note, false)) this.#requestResync(state.plan.type, 'ambiguous')
    } else if (state.held.push(note) > HELD_MAX) {
      state.held.length = 0
      state.again = 'too much at once'
    }
  }

  /** Has a mirror follow a notification, and tells the change; false where only a dump can tell it. */
  #follow(state: State, note: Note<AnyObject>, again: boolean): boolean {
    const changes = state.mirror.apply(seenBy(state, note), again)
    for (const change of changes ?? []) this.#tell(state.plan.type, change)
    return changes !== undefined
  }

  /** Has a sort dumped, soon; behind a dump that runs there is another, and with a loss nothing of that one counts. */
  #requestResync(type: Sorts, reason: string): void {
    const state = this.#states.get(type)
    if (state === undefined || this.#stop.signal.aborted) return
    if (state.held !== undefined) {
      if (reason === 'overrun') state.again = reason
      else state.later = reason
      return
    }
    state.held = []
    this.#resync(state, reason).catch(error => this.#fail(error))
  }

  async #resync(state: State, first: string): Promise<void> {
    const { signal } = this.#stop
    for (let reason: string | undefined = first; reason !== undefined; reason = state.again ?? state.later) {
      const told = reason
      if (told !== 'start') this.resyncs[told] = (this.resyncs[told] ?? 0) + 1
      const fresh = await this.#fresh(state)
      if (state.known) for (const consumer of this.#consumers) consumer.mark({ type: 'resync', reason: told })
      if (state.known) await this.#become(state, fresh)
      else this.#learned(state, fresh)
      // What was told of meanwhile; between the last look at it and its end there is no turn of anybody else.
      for (let held = taken(state); held.length > 0; held = taken(state))
        await inTurns(batchesOf(held), signal, note => {
          if (!this.#follow(state, note, true)) state.again = 'ambiguous'
        })
    }
    state.held = undefined
    setTimeout(() => {
      if (state.held === undefined) state.pause = 0
    }, PAUSE_MAX).unref()
  }

  /** Looks until what it has seen is complete. */
  async #fresh(state: State): Promise<Mirror<AnyObject>> {
    const { signal } = this.#stop
    let fresh: Mirror<AnyObject>
    do {
      // Looks that follow each other make room for each other's notifications.
      if (state.pause > 0) await sleepAsync(state.pause, signal)
      state.pause = Math.min(PAUSE_MAX, state.pause === 0 ? PAUSE : state.pause * 2)
      state.again = undefined
      state.later = undefined
      state.held = []
      fresh = state.mirror.fresh()
      try {
        const ofRoutes = state.plan.type === 'route'
        if (ofRoutes) await this.#flushed()
        const before = state.held.length
        const begun = clock()
        const objects = await this.#client.collect(state.plan.dump(), { signal })
        const took = clock() - begun
        if (state.plan.type === 'rule') {
          this.#links.meet(objects as Watched['rule'][])
          // Of what was told meanwhile it was not known that others go there.
          if (this.#links.meet(state.held.map(({ object }) => object as Watched['rule']))) state.later = 'rule new'
        }
        // What the dump has seen must not be counted behind it; what was told meanwhile may have shifted it.
        if (ofRoutes || sorts[state.plan.type].counted === true) await this.#flushed()
        if (!ofRoutes || !isShifted(state.held.slice(before))) state.doubts = 0
        else if (state.doubts++ < DOUBTS) state.again = 'incomplete'
        else {
          state.later = 'incomplete'
          state.pause = Math.max(state.pause, LEISURE * took)
        }
        await inTurns(batchesOf(objects), signal, object => {
          if (state.plan.takes(object)) fresh.add(object)
        })
      } catch (error) {
        signal.throwIfAborted()
        if (!isDeleted(error)) {
          if (!isRepeatable(error)) throw error
          state.again = 'incomplete'
          continue
        }
      }
      for (let held = taken(state); held.length > 0; held = taken(state))
        await inTurns(batchesOf(held), signal, note => {
          if (fresh.apply(seenBy(state, note), true) === undefined) state.again = 'ambiguous'
        })
    } while (state.again !== undefined)
    return fresh
  }

  /**
   * Waits for those who tell of what they have changed, and until that has been heard: they hold the RTNL lock. Routes and rules are dumped
   * without it, links are not.
   */
  async #flushed(): Promise<void> {
    await this.#client.send(request.link.get(1), { signal: this.#stop.signal }).catch(() => undefined)
    await this.#monitor?.caughtUp()
  }

  async #become(state: State, fresh: Mirror<AnyObject>): Promise<void> {
    this.#telling++
    try {
      await inTurns(state.mirror.become(fresh), this.#stop.signal, change => this.#tell(state.plan.type, change))
    } finally {
      this.#telling--
    }
    if (this.#telling > 0) return
    for (const consumer of this.#joining) this.#join(consumer)
    this.#joining.clear()
  }

  /** Takes over what the first look at a sort has found, and lets readers begin with it. */
  #learned(state: State, fresh: Mirror<AnyObject>): void {
    const { plan, mirror } = state
    mirror.begin(fresh)
    state.known = true
    for (const consumer of this.#consumers) consumer.begin({ type: plan.type, entries: mirror.entries() })
    if (!this.#isReady) return
    this.#ready.resolve()
    for (const consumer of this.#consumers) consumer.begin('ready')
  }

  #tell(type: Sorts, change: Change<AnyObject>): void {
    for (const consumer of this.#consumers) consumer.change(type, change)
  }
}

/** Gives a notification as it is to a watch: what does not belong to it any longer has gone. */
function seenBy({ plan }: State, note: Note<AnyObject>): Note<AnyObject> {
  return note.part === true || plan.takes(note.object) ? note : { ...note, action: 'delete' }
}

/** Takes the notifications that are held. */
function taken(state: State): readonly Note<AnyObject>[] {
  const { held = [] } = state
  state.held = []
  return held
}

/** Tells errors of a dump that has met too much of what the watch is about. */
function isRepeatable(error: unknown): boolean {
  return hasCode(error, 'ERR_NETLINK_DUMP_INTERRUPTED', 'ERR_NETLINK_OUTCOME_UNKNOWN', 'ENOBUFS')
}

/** Tells that a dump has nothing to show: the table or the link of the filter is not there. */
function isDeleted(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENODEV')
}
