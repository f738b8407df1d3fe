import { littleEndian } from '../wire/endian.js'
import { NLA_TYPE_MASK } from '../wire/nlattr.js'
import { align4, NLMSG_HDRLEN, viewOf } from '../wire/nlmsghdr.js'
import { headerSize } from './struct.js'
import type { Attr, AttrSet, Format, MessageTable, Step, SubTable } from './table.js'
import { readText } from './text/text.js'

const le = littleEndian

/** Spells a place as attributes: `linkinfo.data(vlan).id`. */
export function attrPathOf(steps: readonly Step[]): string {
  return join(steps, step => step.attr?.name ?? step.key ?? '', true)
}

/** Spells a place as the object's fields: `info.id`. */
export function fieldPathOf(steps: readonly Step[]): string {
  return join(steps, step => step.attr?.field ?? step.attr?.name ?? step.key ?? '', false)
}

function join(steps: readonly Step[], spell: (step: Step) => string, kinds: boolean): string {
  let path = ''
  for (const step of steps) {
    const name = spell(step)
    if (name !== '') path += path === '' ? name : `.${name}`
    if (kinds && step.kind !== undefined) path += `(${step.kind})`
    // What the object holds itself is one of its kind.
    if (step.index !== undefined && (kinds || step.attr?.field !== '')) path += `[${step.index}]`
  }
  return path
}

/** Where look-ups came to, by the offset of the set or the list: it lets many look-ups in ascending order take linear time. */
export interface Marks {
  readonly sets: Map<number, Scope>
  readonly lists: Map<number, ListPosition>
}

/** Gives the marks of a message in which nothing has been looked up. */
export function noMarks(): Marks {
  return { sets: new Map(), lists: new Map() }
}

/** A place in a list of nexthops or elements. */
interface ListPosition {
  at: number
  index: number
}

/** A set and where its attributes lie. */
export class Scope {
  readonly set: AttrSet
  readonly start: number
  readonly end: number
  /** Where the last look-up came to, and how many attributes of a type lie before it. */
  at: number
  readonly seen = new Map<number, number>()
  /** What siblings here pick for sub attributes, here or in nests. */
  readonly formats = new Map<SubTable, Format | undefined>()

  constructor(set: AttrSet, start: number, end: number) {
    this.set = set
    this.start = start
    this.end = end
    this.at = start
  }
}

/**
 * Finds the way to the byte at `offset` of a message (from its nlmsghdr on): the innermost attribute that holds it. Header
 * members and offsets outside give what is known, at worst an empty way.
 */
export function stepsTo(table: MessageTable, message: Uint8Array, offset: number, marks = noMarks()): Step[] {
  if (offset < NLMSG_HDRLEN || offset >= message.length || message.length < NLMSG_HDRLEN + table.header.size) return []
  const attrsAt = NLMSG_HDRLEN + align4(headerSize(table.header, viewOf(message), NLMSG_HDRLEN, message.length))
  if (offset < attrsAt) {
    const at = offset - NLMSG_HDRLEN
    const member = table.header.members.findLast(candidate => candidate.offset <= at)
    return member === undefined ? [] : [{ key: member.name }]
  }
  const family = message[NLMSG_HDRLEN] ?? 0
  return descend(table.set, message, attrsAt, message.length, offset, family, marks)
}

function descend(
  set: AttrSet,
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
  family: number,
  marks: Marks,
  around?: Scope,
): Step[] {
  const view = viewOf(bytes)
  let scope = marks.sets.get(start)
  if (scope === undefined) {
    scope = new Scope(set, start, end)
    marks.sets.set(start, scope)
  }
  const { seen } = scope
  if (scope.at > offset) {
    scope.at = start
    seen.clear()
  }
  while (end - scope.at >= 4) {
    const { at } = scope
    const length = view.getUint16(at, le)
    if (length < 4 || length > end - at) return []
    const id = view.getUint16(at + 2, le) & NLA_TYPE_MASK
    if (offset < at + length) {
      if (offset < at) return []
      const attr = set.byId(id)
      if (attr === undefined) return [{ key: String(id) }]
      return inside(scope, around, attr, seen.get(id) ?? 0, bytes, at, at + length, offset, family, marks)
    }
    seen.set(id, (seen.get(id) ?? 0) + 1)
    scope.at += (length + 3) & ~3
  }
  return []
}

function inside(
  scope: Scope,
  around: Scope | undefined,
  attr: Attr,
  nth: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  offset: number,
  family: number,
  marks: Marks,
): Step[] {
  const payload = at + 4
  const indexed = attr.multi === true ? { index: nth } : {}
  if (attr.type === 'nest' && attr.set !== undefined) {
    const from = payload + (attr.header?.size ?? 0)
    const own = attr.header === undefined ? 0 : (bytes[payload] ?? 0)
    const rest = offset >= from ? descend(attr.set, bytes, from, end, offset, own, marks, scope) : []
    return [{ attr, set: attr.set, ...indexed }, ...rest]
  }
  if (attr.type === 'sub' && attr.sub !== undefined) {
    const format = selectedFormat(attr.sub, attr.outer === true ? around : scope, bytes, family)
    if (format === undefined) return [{ attr }]
    const nest = format.set === undefined ? {} : { set: format.set }
    const step: Step = attr.sub.attr === undefined ? { attr, ...nest } : { attr, kind: format.name, ...nest }
    const from = payload + align4(format.header?.size ?? 0)
    return [
      step,
      ...(format.set !== undefined && offset >= from ? descend(format.set, bytes, from, end, offset, 0, marks) : []),
    ]
  }
  if (attr.type === 'indexed') {
    const inner = attr.elem?.type === 'nest' ? attr.elem.set : undefined
    return inList(attr, inner, 4, bytes, payload, end, offset, marks)
  }
  const head = attr.codec?.elementHead
  if (head !== undefined && attr.set !== undefined)
    return inList(attr, attr.set, head, bytes, payload, end, offset, marks)
  return [{ attr, ...indexed }]
}

/** Finds the way within RTA_MULTIPATH, whose nexthops have heads of 8 bytes, or within a nest whose types are only indexes. */
function inList(
  attr: Attr,
  set: AttrSet | undefined,
  head: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
  marks: Marks,
): Step[] {
  const view = viewOf(bytes)
  let position = marks.lists.get(start)
  if (position === undefined || position.at > offset) {
    position = { at: start, index: 0 }
    marks.lists.set(start, position)
  }
  while (end - position.at >= head) {
    const { at, index } = position
    const length = view.getUint16(at, le)
    if (length < head || length > end - at) break
    if (offset >= at && offset < at + length) {
      if (set === undefined) return [{ attr, index }]
      const step = { attr, index, set }
      return offset < at + head ? [step] : [step, ...descend(set, bytes, at + head, at + length, offset, 0, marks)]
    }
    if (offset < at) break
    position.at += (length + 3) & ~3
    position.index++
  }
  return [{ attr }]
}

/** Finds the format that an attribute of `scope` or the family picks for a sub attribute. */
export function selectedFormat(
  sub: SubTable,
  scope: Scope | undefined,
  bytes: Uint8Array,
  family: number,
): Format | undefined {
  if (sub.attr === undefined) return sub.byValue(family) ?? sub.byValue(0)
  if (scope === undefined) return undefined
  const { formats } = scope
  if (!formats.has(sub)) formats.set(sub, pickedFormat(sub, sub.attr, scope, bytes))
  return formats.get(sub)
}

function pickedFormat(sub: SubTable, by: string, { set, start, end }: Scope, bytes: Uint8Array): Format | undefined {
  const selected = valueIn(bytes, start, end, set.byName(by))
  if (selected !== undefined || sub.fallback === undefined)
    return selected === undefined ? undefined : sub.byValue(selected)
  const other = valueIn(bytes, start, end, set.byName(sub.fallback.attr))
  const { suffix } = sub.fallback
  return typeof other === 'string' && other.endsWith(suffix) ? sub.byValue(other.slice(0, -suffix.length)) : undefined
}

function valueIn(bytes: Uint8Array, start: number, end: number, attr: Attr | undefined): string | number | undefined {
  if (attr === undefined) return undefined
  const view = viewOf(bytes)
  for (let at = start; end - at >= 4; ) {
    const length = view.getUint16(at, le)
    if (length < 4 || length > end - at) break
    if ((view.getUint16(at + 2, le) & NLA_TYPE_MASK) === attr.id) {
      if (attr.type === 'string') return readText(bytes, at + 4, length - 4)
      if (length >= 8) return view.getUint32(at + 4, le)
      return length >= 6 ? view.getUint16(at + 4, le) : bytes[at + 4]
    }
    at += (length + 3) & ~3
  }
  return undefined
}
