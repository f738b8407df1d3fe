import type { NetworkContainer } from '../leases/lease.js'

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

/** What is not read yet: one event for each container, from what was read of it last to what it is at last. */
export class PendingEvents {
  readonly #events = new Map<string, NetworkEvent>()

  /** Adds a change of the container with a key: it appears without `old`, and vanishes without `now`. */
  change(key: string, old: WatchedContainer | undefined, now: WatchedContainer | undefined): void {
    const before = this.#events.get(key)
    const first = before?.type === 'container' ? before.old : old
    if (now !== undefined) {
      const added = { type: 'container', action: 'added', old: undefined, new: now } as const
      this.#events.set(
        key,
        first === undefined ? added : { type: 'container', action: 'changed', old: first, new: now },
      )
    } else if (first !== undefined) {
      this.#events.set(key, { type: 'container', action: 'removed', old: first, new: undefined })
    } else this.#events.delete(key)
  }

  ready(): void {
    this.#events.set('ready', { type: 'ready' })
  }

  /** Takes the first. */
  shift(): NetworkEvent | undefined {
    const [first] = this.#events
    if (first !== undefined) this.#events.delete(first[0])
    return first?.[1]
  }
}
