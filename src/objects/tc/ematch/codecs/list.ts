import type { Codec, Dict, Encoding, Step } from '../../../../codec/table.js'
import { cut, quote } from '../../../../codec/text/quote.js'
import { layoutOf, type Trace } from '../../../../codec/trace.js'
import { littleEndian } from '../../../../wire/endian.js'
import { align4 } from '../../../../wire/nlmsghdr.js'
import { type EmatchBody, type EmatchBodySpec, type EmatchKind, ematchBodies, nameOfKind } from './kinds.js'

const le = littleEndian

/** What every match says beside what it compares: struct tcf_ematch_hdr (include/uapi/linux/pkt_cls.h). */
interface EmatchHead {
  /** How the match is joined to the next; absent for the last of its list. */
  relation?: 'and' | 'or'
  /** The result counts turned round (TCF_EM_INVERT). */
  invert?: true
  /** The payload is a number that the kernel keeps in place (TCF_EM_SIMPLE). */
  simple?: true
  /** A number of the user's, when it is not 0. */
  matchid?: number
}

/** Matches in brackets. */
export interface EmatchContainer {
  kind: 'container'
  matches: Ematch[]
}

/**
 * One extended match. A list is evaluated from the front and ends as soon as the result is certain, so that `a and b or c` means
 * a and (b or c); brackets are a container.
 */
export type Ematch = EmatchHead & (EmatchContainer | EmatchBody)

/** What every match says, as written. */
interface EmatchHeadSpec {
  /** How the match is joined to the next: `and` unless given. */
  readonly relation?: 'and' | 'or' | undefined
  readonly invert?: boolean | undefined
  readonly simple?: boolean | undefined
  readonly matchid?: number | undefined
}

/** One extended match as written. */
export type EmatchSpec = EmatchHeadSpec &
  ({ readonly kind: 'container'; readonly matches: readonly EmatchSpec[] } | EmatchBodySpec)

const HEAD = 8
const CONTAINER = 0
const RELATION = 3
const AND = 1
const OR = 2
const INVERT = 4
const SIMPLE = 8
/** Brackets within brackets; the kernel evaluates 32 (CONFIG_NET_EMATCH_STACK). */
const MAX_DEPTH = 32
/** Matches that fit into an attribute, with nothing but their headers. */
const MOST = Math.floor(0xffff / (4 + HEAD))

/** Where the matches of a tree lie, one behind the other. */
interface ListSlots {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly at: readonly number[]
  /** The first that has not been read. */
  next: number
}

/** Finds the attributes, numbered from 1; `undefined` when they are not. */
function slotsOf(bytes: Uint8Array, view: DataView, start: number, length: number): ListSlots | undefined {
  const at: number[] = []
  const end = start + length
  for (let slot = start; slot < end; ) {
    if (end - slot < 4) return undefined
    const size = view.getUint16(slot, le)
    if (size < 4 + HEAD || size > end - slot) return undefined
    if (view.getUint16(slot + 2, le) !== at.length + 1) return undefined
    at.push(slot)
    slot += align4(size)
  }
  return { bytes, view, at, next: 0 }
}

/** Reads the matches up to one without a relation, then those of their brackets, which follow in the same order. */
function readList(slots: ListSlots, depth: number): Ematch[] | undefined {
  if (depth > MAX_DEPTH) return undefined
  const list: Ematch[] = []
  const brackets: { readonly target: number; readonly matches: Ematch[] }[] = []
  for (let more = true; more; ) {
    const at = slots.at[slots.next++]
    if (at === undefined) return undefined
    const flags = slots.view.getUint16(at + 8, le)
    const padding = slots.view.getUint16(at + 10, le)
    if (flags > (RELATION | INVERT | SIMPLE) || padding !== 0 || (flags & RELATION) === RELATION) return undefined
    const match = readMatch(slots, at, flags, brackets)
    if (match === undefined) return undefined
    list.push(match)
    more = (flags & RELATION) !== 0
  }
  for (const { target, matches } of brackets) {
    if (target !== slots.next) return undefined
    const inner = readList(slots, depth + 1)
    if (inner === undefined) return undefined
    matches.push(...inner)
  }
  return list
}

function readMatch(
  { bytes, view }: ListSlots,
  at: number,
  flags: number,
  brackets: { target: number; matches: Ematch[] }[],
): Ematch | undefined {
  const body = at + 4 + HEAD
  const length = view.getUint16(at, le) - 4 - HEAD
  const id = view.getUint16(at + 6, le)
  const matchid = view.getUint16(at + 4, le)
  const head: EmatchHead = {
    ...((flags & RELATION) === 0 ? {} : { relation: (flags & RELATION) === AND ? 'and' : 'or' }),
    ...((flags & INVERT) === 0 ? {} : { invert: true }),
    ...((flags & SIMPLE) === 0 ? {} : { simple: true }),
    ...(matchid === 0 ? {} : { matchid }),
  }
  if (id === CONTAINER) {
    if (length !== 4) return undefined
    const matches: Ematch[] = []
    brackets.push({ target: view.getUint32(body, le), matches })
    return { kind: 'container', ...head, matches }
  }
  const kind = nameOfKind(id)
  const read = kind === undefined ? undefined : ematchBodies[kind].decode(bytes, view, body, length)
  if (kind === undefined || read === undefined)
    return { kind: 'other', ...head, id, data: bytes.slice(body, body + length) }
  return { kind, ...head, ...read } as Ematch
}

/** A match at its place in the tree. */
interface Flat {
  readonly value: Dict
  readonly last: boolean
  readonly path: readonly Step[]
  /** Where the matches in its brackets begin. */
  target: number
}

/** Lays the matches of a list one behind the other, those in brackets behind the list. */
function flatten(encoder: Encoding, list: unknown, path: readonly Step[], out: Flat[], depth: number): void {
  if (!Array.isArray(list)) throw encoder.fail('must be an array of matches')
  if (list.length === 0 && depth > 1) throw encoder.fail('there is nothing in the brackets')
  if (depth > MAX_DEPTH) throw encoder.fail(`brackets are nested deeper than ${MAX_DEPTH}`)
  const start = out.length
  if (start + list.length > MOST) throw encoder.tooLong()
  for (const [index, match] of list.entries())
    encoder.at({ index }, () => {
      const value = encoder.dictOf(match)
      out.push({ value, last: index === list.length - 1, path: [...path, { index }], target: 0 })
    })
  for (const [index, match] of out.slice(start).entries()) {
    if (match.value['kind'] !== 'container') continue
    match.target = out.length
    encoder.at({ index }, () =>
      encoder.at({ key: 'matches' }, () =>
        flatten(encoder, match.value['matches'], [...match.path, { key: 'matches' }], out, depth + 1),
      ),
    )
  }
}

const headKeys = new Set(['kind', 'relation', 'invert', 'simple', 'matchid'])

function flagsOf(encoder: Encoding, { value, last }: Flat): number {
  const { relation, invert, simple } = value
  if (relation !== undefined && relation !== 'and' && relation !== 'or')
    throw encoder.fail(`relation ${quote(relation)} is neither and nor or`)
  if (last && relation !== undefined) throw encoder.fail('the last match of a list has no relation to a next one')
  const joined = last ? 0 : relation === 'or' ? OR : AND
  return joined | (invert === true ? INVERT : 0) | (simple === true ? SIMPLE : 0)
}

function writeMatch(encoder: Encoding, match: Flat): void {
  const { value, target } = match
  const kind = typeof value['kind'] === 'string' ? value['kind'] : quote(value['kind'])
  const flags = flagsOf(encoder, match)
  encoder.at({ key: 'matchid' }, () => encoder.value('u16', {}, value['matchid'] ?? 0))
  const id = kind === 'container' ? CONTAINER : kind === 'other' ? value['id'] : idOf(encoder, kind)
  encoder.at({ key: 'id' }, () => encoder.value('u16', {}, id))
  encoder.value('u16', {}, flags)
  encoder.value('u16', {}, 0)
  if (kind === 'container') return encoder.value('u32', {}, target)
  if (kind === 'other') return encoder.at({ key: 'data' }, () => encoder.writer.append(encoder.bytes(value['data'])))
  const body = Object.fromEntries(
    Object.entries(value).filter(([key, item]) => !headKeys.has(key) && item !== undefined),
  )
  ematchBodies[kind as EmatchKind].encode(encoder, body)
}

function idOf(encoder: Encoding, kind: string): number {
  if (Object.hasOwn(ematchBodies, kind)) return ematchBodies[kind as EmatchKind].id
  throw encoder.fail(`unknown kind '${cut(kind)}': ${Object.keys(ematchBodies).join(', ')}, container or other`)
}

/** Runs `body` at a match's place, so that an error names it. */
function within(encoder: Encoding, path: readonly Step[], body: () => void): void {
  const [step, ...rest] = path
  if (step === undefined) return body()
  encoder.at(step, () => within(encoder, rest, body))
}

/**
 * TCA_EMATCH_TREE_LIST: matches numbered from 1, each a struct tcf_ematch_hdr and what its kind says. A container holds the
 * position of the first match in its brackets. Only the order that tc and libnl write is understood: brackets behind the list that
 * has them. A match whose kind or content is not understood is `other`.
 */
export const ematchList: Codec = {
  decode(bytes, view, start, length, trace: Trace | undefined) {
    // What the kernel says of a filter that has no matches.
    if (length === 0) return []
    const slots = slotsOf(bytes, view, start, length)
    const list = slots === undefined ? undefined : readList(slots, 1)
    if (list === undefined || slots?.next !== slots?.at.length) return undefined
    trace?.layout(list, view, start, start + length)
    return list
  },
  encode(encoder, _attr, value) {
    const flat: Flat[] = []
    flatten(encoder, value, [], flat, 1)
    const layout = encoder.request ? undefined : layoutOf(value as object)
    for (const [index, match] of flat.entries())
      within(encoder, match.path, () => {
        const at = encoder.writer.beginAttribute(index + 1)
        writeMatch(encoder, match)
        const entry = layout?.[index]
        const written = encoder.writer.end - at - 4
        const length = entry === undefined ? align4(written) : entry.length
        // tc counts the padding of odd bytes to the match, the kernel does not.
        if (length > written && length - written < 4) encoder.writer.reserve(length - written)
        encoder.end(at)
      })
  },
}

/** Counts the matches of a tree, those in brackets too: what tcf_ematch_tree_hdr says. What is no tree the encoder refuses. */
export function ematchCount(list: readonly EmatchSpec[]): number {
  const lists = [list]
  let count = 0
  for (const each of lists) {
    if (!Array.isArray(each)) continue
    count += each.length
    // Brackets may hold themselves.
    if (count > MOST) break
    for (const match of each) if (match?.kind === 'container') lists.push(match.matches)
  }
  return count
}
