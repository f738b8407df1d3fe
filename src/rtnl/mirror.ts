/** One object that a mirror holds; the number is its own for as long as it is there. */
export interface Entry<T> {
  readonly id: number
  readonly object: T
}

/** What has happened to one object: only `new` when it has come, only `old` when it has gone. */
export interface Change<T> {
  readonly id: number
  readonly old?: T
  readonly new?: T
}

/** What a notification says. */
export interface Note<T> {
  readonly action: 'new' | 'delete'
  readonly object: T
  /** It took the place of another with the same key (NLM_F_REPLACE). */
  readonly replaces: boolean
  /** The object is but a part of the one that has its key. */
  readonly part?: boolean
}

/** How objects of one sort are told apart. */
export interface Sort<T> {
  /** What two objects that cannot be there at once have in common. */
  readonly key: (object: T) => string
  /** Tells objects with one key from each other where the kernel may hold several; absent when it holds one at most. */
  readonly identity?: (object: T) => string
  /** Tells whether nothing but what counts time or traffic differs. */
  readonly same: (a: T, b: T) => boolean
  /** Tells whether a notification is not worth telling, when that is another question. */
  readonly quiet?: (a: T, b: T) => boolean
  /** What a notification means for the objects that have its key, when that cannot be told by the identity alone. */
  readonly merge?: (note: Note<T>, entries: readonly Entry<T>[]) => Merged
  /** Gives an object as it is with a part that was told of alone; absent when no part ever is. */
  readonly join?: (object: T, part: T) => T
}

/** Numbers the objects of several mirrors. */
export interface Ids {
  next: number
}

/** `own`: the one of the same identity, or a new one; `add`: a new one; `replace`: the only other one; `unknown`: only a dump can tell. */
export type Merged = 'own' | 'add' | 'replace' | 'unknown'

/** How many keys are compared at a time. */
const KEYS_AT_A_TIME = 32

/** What the notifications of one sort add up to. Pure: who feeds it sees to order and gaps. */
export class Mirror<T> {
  readonly #sort: Sort<T>
  readonly #ids: Ids
  #entries = new Map<string, Entry<T>[]>()

  constructor(sort: Sort<T>, ids: Ids) {
    this.#sort = sort
    this.#ids = ids
  }

  /** Makes an empty one for `become`: the numbers of its objects are free here too. */
  fresh(): Mirror<T> {
    return new Mirror(this.#sort, this.#ids)
  }

  /** Gives what is there, in the order in which it came. */
  entries(): Entry<T>[] {
    const entries: Entry<T>[] = []
    for (const list of this.#entries.values()) for (const entry of list) entries.push(entry)
    return entries
  }

  /** Adds an object of a dump. */
  add(object: T): void {
    const key = this.#sort.key(object)
    const list = this.#entries.get(key)
    const at = list?.findIndex(entry => this.#matches(entry.object, object)) ?? -1
    if (list === undefined) this.#entries.set(key, [this.#entry(object)])
    else if (at >= 0 && !this.#several()) list[at] = this.#entry(object)
    else list.push(this.#entry(object))
  }

  /**
   * Takes a notification; gives what it changes, or `undefined` when only a dump can tell. `again` says that what is there may have seen
   * it: it was told while a dump ran. Where there may be several of the same that is no longer to be told.
   */
  apply(told: Note<T>, again = false): Change<T>[] | undefined {
    const note = told.part === true ? this.#whole(told) : told
    if (note === undefined) return []
    const key = this.#sort.key(note.object)
    const list = this.#entries.get(key) ?? []
    const merged = this.#sort.merge?.(note, list) ?? 'own'
    if (merged === 'unknown') return undefined
    const own = () => list.findIndex(entry => this.#matches(entry.object, note.object))
    if (again && merged === 'add' && own() >= 0) return undefined
    const at = merged === 'replace' ? 0 : merged === 'add' ? -1 : own()
    const before = list[at]
    if (note.action === 'delete') {
      if (before === undefined) return []
      list.splice(at, 1)
      if (list.length === 0) this.#entries.delete(key)
      return [{ id: before.id, old: before.object }]
    }
    if (before === undefined) {
      const entry = this.#entry(note.object)
      if (list.push(entry) === 1) this.#entries.set(key, list)
      return [{ id: entry.id, new: note.object }]
    }
    list[at] = { id: before.id, object: note.object }
    const { same, quiet = same } = this.#sort
    if (quiet(before.object, note.object)) return []
    return [{ id: before.id, old: before.object, new: note.object }]
  }

  /**
   * Becomes what a fresh mirror is, which is used no longer, and gives the differences, some at a time: what is the same keeps its number.
   * Until all have been taken nothing else may change it, and its numbers mean nothing.
   */
  *become(fresh: Mirror<T>): IterableIterator<readonly Change<T>[]> {
    const old = this.#entries
    this.#entries = fresh.#entries
    let changes: Change<T>[] = []
    let keys = 0
    for (const [key, list] of this.#entries) {
      this.#compare(list, old.get(key), changes)
      old.delete(key)
      if (++keys % KEYS_AT_A_TIME !== 0) continue
      yield changes
      changes = []
    }
    yield changes
    for (const list of old.values()) yield list.map(({ id, object }) => ({ id, old: object }))
  }

  /** Adds what has changed in the objects of a key, which get the numbers that they had. */
  #compare(list: Entry<T>[], before: readonly Entry<T>[] | undefined, changes: Change<T>[]): void {
    if (before === undefined) {
      for (const { id, object } of list) changes.push({ id, new: object })
      return
    }
    const left = [...before]
    const same = list.map(({ object }) => take(left, entry => this.#sort.same(entry.object, object)))
    for (const [at, { id, object }] of list.entries()) {
      const was = same[at] ?? take(left, entry => this.#matches(entry.object, object))
      if (same[at] === undefined)
        changes.push(was === undefined ? { id, new: object } : { id: was.id, old: was.object, new: object })
      if (was !== undefined) list[at] = { id: was.id, object }
    }
    for (const { id, object } of left) changes.push({ id, old: object })
  }

  /** Makes a notification of the whole object out of that of a part; `undefined` when the object is not there. */
  #whole(note: Note<T>): Note<T> | undefined {
    const [entry] = this.#entries.get(this.#sort.key(note.object)) ?? []
    const object = entry && this.#sort.join?.(entry.object, note.object)
    return object && { ...note, object }
  }

  #entry(object: T): Entry<T> {
    return { id: this.#ids.next++, object }
  }

  #several(): boolean {
    return this.#sort.identity !== undefined
  }

  #matches(a: T, b: T): boolean {
    const { identity } = this.#sort
    return identity === undefined || identity(a) === identity(b)
  }
}

function take<T>(list: T[], test: (item: T) => boolean): T | undefined {
  const at = list.findIndex(test)
  return at < 0 ? undefined : list.splice(at, 1)[0]
}
