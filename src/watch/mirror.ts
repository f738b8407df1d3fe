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
  /** What two objects of one group that cannot be there at once have in common. */
  readonly key: (object: T) => string
  /** What else tells objects apart and many have in common: keys are made for each. Absent when all are of one group. */
  readonly group?: (object: T) => string
  /** Tells whether two objects with one key are the same to the kernel where it may hold several; absent when it holds one at most. */
  readonly matches?: (a: T, b: T) => boolean
  /** Tells that there may be several of the same: each that comes is one more, each that goes one less. */
  readonly counted?: boolean
  /** Tells whether an object is what has become of one with its key between two looks, when that takes less than being the same. */
  readonly near?: (a: T, b: T) => boolean
  /** Tells whether nothing but what counts time or traffic differs. */
  readonly same: (a: T, b: T) => boolean
  /** Tells whether a notification is not worth telling, when that is another question. */
  readonly quiet?: (a: T, b: T) => boolean
  /** What a notification means for the objects that have its key, when that cannot be told by whether they match alone. */
  readonly merge?: (note: Note<T>, entries: readonly Entry<T>[]) => Merged
  /** Gives an object as it is with a part that was told of alone; absent when no part ever is. */
  readonly join?: (object: T, part: T) => T
}

/** Numbers the objects of several mirrors. */
export interface Ids {
  next: number
}

/** `own`: the one that matches, or a new one; `replace`: the only other one; `unknown`: only a dump can tell. */
export type Merged = 'own' | 'replace' | 'unknown'

/** How many keys are compared at a time. */
const KEYS_AT_A_TIME = 32

/** Objects by key, of which each has nearly always one: an array for that took 57 bytes of the 487 that a watch held of a route. */
type Group<T> = Map<string, Entry<T> | readonly Entry<T>[]>

/** What the notifications of one sort add up to. Pure: who feeds it sees to order and gaps. */
export class Mirror<T> {
  readonly #sort: Sort<T>
  readonly #ids: Ids
  #groups = new Map<string, Group<T>>()

  constructor(sort: Sort<T>, ids: Ids) {
    this.#sort = sort
    this.#ids = ids
  }

  /** Makes an empty one for `become`: the numbers of its objects are free here too. */
  fresh(): Mirror<T> {
    return new Mirror(this.#sort, this.#ids)
  }

  /** Gives what is there, group after group, in the order in which it came. */
  entries(): Entry<T>[] {
    const entries: Entry<T>[] = []
    for (const group of this.#groups.values())
      for (const held of group.values()) {
        if (isOne(held)) entries.push(held)
        else entries.push(...held)
      }
    return entries
  }

  /** Takes over what a fresh mirror holds, which is used no longer, while nobody has been told of anything. */
  begin(fresh: Mirror<T>): void {
    this.#groups = fresh.#groups
  }

  /** Adds an object of a dump. */
  add(object: T): void {
    const key = this.#sort.key(object)
    const group = this.#group(this.#nameOf(object))
    const held = group.get(key)
    const entry = this.#entry(object)
    group.set(key, held === undefined || this.#sort.matches === undefined ? entry : [...listOf(held), entry])
  }

  /**
   * Takes a notification; gives what it changes, or `undefined` when only a dump can tell. `again` says that what is there may have seen
   * it: it was told while a dump ran. Where there may be several of the same that is no longer to be told.
   */
  apply(incoming: Note<T>, again = false): Change<T>[] | undefined {
    const note = incoming.part === true ? this.#whole(incoming) : incoming
    if (note === undefined) return []
    const list = this.#listOf(note.object)
    const merged = this.#sort.merge?.(note, list) ?? 'own'
    if (merged === 'unknown') return undefined
    const { matches = always, counted = false } = this.#sort
    const own = () => list.findIndex(entry => matches(entry.object, note.object))
    if (again && counted && own() >= 0) return undefined
    const at = merged === 'replace' ? 0 : counted && note.action === 'new' ? -1 : own()
    const before = list[at]
    if (note.action === 'delete') {
      if (before === undefined) return []
      this.#hold(note.object, list.toSpliced(at, 1))
      return [{ id: before.id, old: before.object }]
    }
    if (before === undefined) {
      const entry = this.#entry(note.object)
      this.#hold(note.object, [...list, entry])
      return [{ id: entry.id, new: note.object }]
    }
    this.#hold(note.object, list.with(at, { id: before.id, object: note.object }))
    const { same, quiet = same } = this.#sort
    if (quiet(before.object, note.object)) return []
    return [{ id: before.id, old: before.object, new: note.object }]
  }

  /**
   * Becomes what a fresh mirror is, which is used no longer, and gives the differences, some at a time: what is the same keeps its number.
   * Until all have been taken nothing else may change it, and its numbers mean nothing.
   */
  *become(fresh: Mirror<T>): IterableIterator<readonly Change<T>[]> {
    const old = this.#groups
    this.#groups = fresh.#groups
    let changes: Change<T>[] = []
    let keys = 0
    for (const [name, group] of this.#groups) {
      const before = old.get(name)
      for (const [key, held] of group) {
        group.set(key, heldOf(this.#compared(listOf(held), listOf(before?.get(key)), changes)))
        before?.delete(key)
        if (++keys % KEYS_AT_A_TIME !== 0) continue
        yield changes
        changes = []
      }
    }
    yield changes
    for (const group of old.values())
      for (const held of group.values()) yield listOf(held).map(({ id, object }) => ({ id, old: object }))
  }

  /** Gives the objects of a key the numbers that they had, and adds what has changed in them. */
  #compared(now: readonly Entry<T>[], before: readonly Entry<T>[], changes: Change<T>[]): readonly Entry<T>[] {
    const left = [...before]
    const same = now.map(({ object }) => take(left, entry => this.#sort.same(entry.object, object)))
    const { matches = always, near = never } = this.#sort
    const entries = now.map(({ id, object }, at) => {
      const was =
        same[at] ??
        take(left, entry => matches(entry.object, object)) ??
        take(left, entry => near(entry.object, object))
      if (same[at] === undefined)
        changes.push(was === undefined ? { id, new: object } : { id: was.id, old: was.object, new: object })
      return was === undefined ? { id, object } : { id: was.id, object }
    })
    for (const { id, object } of left) changes.push({ id, old: object })
    return entries
  }

  #nameOf(object: T): string {
    return this.#sort.group?.(object) ?? ''
  }

  #group(name: string): Group<T> {
    let group = this.#groups.get(name)
    if (group === undefined) {
      group = new Map()
      this.#groups.set(name, group)
    }
    return group
  }

  /** What has the key of an object. */
  #listOf(object: T): readonly Entry<T>[] {
    return listOf(this.#groups.get(this.#nameOf(object))?.get(this.#sort.key(object)))
  }

  #hold(object: T, list: readonly Entry<T>[]): void {
    const name = this.#nameOf(object)
    const group = this.#group(name)
    if (list.length > 0) group.set(this.#sort.key(object), heldOf(list))
    else group.delete(this.#sort.key(object))
    if (group.size === 0) this.#groups.delete(name)
  }

  /** Makes a notification of the whole object out of that of a part; `undefined` when the object is not there. */
  #whole(note: Note<T>): Note<T> | undefined {
    const [entry] = this.#listOf(note.object)
    const object = entry && this.#sort.join?.(entry.object, note.object)
    return object && { ...note, object }
  }

  #entry(object: T): Entry<T> {
    return { id: this.#ids.next++, object }
  }
}

const always = (): boolean => true
const never = (): boolean => false

function isOne<T>(held: Entry<T> | readonly Entry<T>[]): held is Entry<T> {
  return !Array.isArray(held)
}

function listOf<T>(held: Entry<T> | readonly Entry<T>[] | undefined): readonly Entry<T>[] {
  return held === undefined ? [] : isOne(held) ? [held] : held
}

function heldOf<T>(list: readonly Entry<T>[]): Entry<T> | readonly Entry<T>[] {
  const [first] = list
  return first !== undefined && list.length === 1 ? first : list
}

function take<T>(list: T[], test: (item: T) => boolean): T | undefined {
  const at = list.findIndex(test)
  return at < 0 ? undefined : list.splice(at, 1)[0]
}
