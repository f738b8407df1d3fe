/** What the kernel has and the model has not: every enumerator of the headers and every registered kind, or the reason why not. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Headers } from './headers/headers.js'
import { constantNames } from './import/import.js'
import { isLimit } from './import/names.js'
import type { Model } from './model.js'

/** Names that the model leaves out on purpose; `MACSEC_*` stands for all that begin so, `link/caif` for a kind. */
interface Exception {
  readonly reason: string
  readonly names: readonly string[]
  /** The first kernel whose headers have them no more. */
  readonly until?: number
}

/** The kinds of one sort: what registers each, and where the model must have it. */
interface Kinds {
  readonly model: { readonly family: string; readonly sub: string }
  /** The beginning of the names under which modules are loaded for a kind. */
  readonly alias?: string
  readonly kinds: { readonly [kind: string]: string }
}

/** The hand-written lists that the model is held to. */
export interface Lists {
  /** What the model leaves out. */
  readonly absent: readonly Exception[]
  /** Attributes that the model has as bytes. */
  readonly opaque: readonly Exception[]
  readonly kinds: { readonly [sort: string]: Kinds }
}

/** What is missing, by what it is, and which exceptions do not hold any more. */
export interface Coverage {
  readonly missing: { readonly [what: string]: readonly string[] }
  readonly stale: readonly string[]
}

/** Reads codegen/kinds.yaml and codegen/uncovered.yaml. */
export function readLists(directory: string): Lists {
  const read = (file: string): unknown => parse(readFileSync(join(directory, file), 'utf8'))
  return { ...(read('uncovered.yaml') as Omit<Lists, 'kinds'>), kinds: read('kinds.yaml') as Lists['kinds'] }
}

/** Enumerators that mean nothing: ends of an enum, padding, and the number 0 where attributes are counted from 1. */
const isPlaceholder = (name: string): boolean => isLimit(name) || /_(UNSPEC|UNDEFINED|PAD)$/.test(name)

/** What the headers enumerate and the model does not know, by what its name says it is. */
function missingNames(headers: Headers, within: ReadonlySet<string>, known: ReadonlySet<string>): [string, string][] {
  const missing: [string, string][] = []
  for (const { file, entries } of headers.enums) {
    if (!within.has(file)) continue
    // A second name of something known (IFLA_IF_NETNSID) is not missing.
    const values = new Set(entries.filter(entry => known.has(entry.name)).map(entry => entry.value))
    for (const { name, value } of entries) {
      if (values.has(value) || isPlaceholder(name)) continue
      const what = /^RTM_/.test(name) ? 'message types' : /^RTNLGRP_/.test(name) ? 'groups' : 'enumerators'
      missing.push([what, name])
    }
  }
  return missing
}

function formatsOf(models: readonly Model[], { family, sub }: Kinds['model']): Set<string> {
  const formats = models.find(model => model.family === family)?.subs[sub]?.formats ?? []
  return new Set(formats.map(format => String(format.value)))
}

/** Kinds that are listed and not in the model, and the other way round. */
function differingKinds(models: readonly Model[], lists: Lists['kinds']): [string, string][] {
  const differing: [string, string][] = []
  const listed = new Map<string, Set<string>>()
  for (const [sort, { model, kinds }] of Object.entries(lists)) {
    const formats = formatsOf(models, model)
    const owner = `${model.family} ${model.sub}`
    const all = listed.get(owner) ?? new Set()
    for (const kind of Object.keys(kinds)) {
      all.add(kind)
      if (!formats.has(kind)) differing.push(['kinds', `${sort}/${kind}`])
    }
    listed.set(owner, all)
  }
  for (const { model } of new Set(Object.values(lists))) {
    const all = listed.get(`${model.family} ${model.sub}`)
    for (const kind of formatsOf(models, model))
      if (all?.has(kind) === false) differing.push(['kinds that codegen/kinds.yaml does not list', kind])
  }
  return differing
}

/** Attributes that are only bytes to the model. */
function opaqueAttributes(models: readonly Model[]): string[] {
  const attributes = models.flatMap(model => Object.values(model.sets).flatMap(set => set.attrs))
  return attributes.filter(attr => attr.type === 'bytes' || attr.elem?.type === 'bytes').map(attr => attr.cName)
}

/** Takes out what an exception names; tells which exceptions name nothing that is missing. */
class Excuses {
  readonly #left = new Set<string>()
  readonly #names = new Set<string>()
  readonly #beginnings: string[] = []

  constructor(exceptions: readonly Exception[]) {
    for (const { names, until } of exceptions) {
      for (const name of names) {
        if (until === undefined) this.#left.add(name)
        if (name.endsWith('*')) this.#beginnings.push(name.slice(0, -1))
        else this.#names.add(name)
      }
    }
  }

  excuses(name: string): boolean {
    if (this.#names.has(name)) this.#left.delete(name)
    const found = this.#beginnings.filter(beginning => name.startsWith(beginning))
    for (const beginning of found) this.#left.delete(`${beginning}*`)
    return this.#names.has(name) || found.length > 0
  }

  get unused(): readonly string[] {
    return [...this.#left]
  }
}

/**
 * Holds the models to what headers enumerate (files that are `within`) and to the lists. An exception is stale when the model
 * has what it names, or when neither these headers nor the newest ones (`newest`: their names) have it.
 */
export function coverage(
  models: readonly Model[],
  headers: Headers,
  within: ReadonlySet<string>,
  lists: Lists,
  newest: readonly string[],
): Coverage {
  const known = new Set(models.flatMap(constantNames))
  const excuses = new Excuses(lists.absent)
  const opaque = new Excuses(lists.opaque)
  const missing: { [what: string]: string[] } = {}
  for (const [what, name] of [...missingNames(headers, within, known), ...differingKinds(models, lists.kinds)])
    if (!excuses.excuses(name)) missing[what] = [...(missing[what] ?? []), name]
  const bytes = [...new Set(opaqueAttributes(models))].filter(name => !opaque.excuses(name))
  if (bytes.length > 0) missing['descriptions of attributes'] = bytes
  // What only newer headers enumerate cannot be seen here, and is excused all the same.
  for (const name of newest) if (!known.has(name)) excuses.excuses(name)
  return { missing, stale: [...excuses.unused, ...opaque.unused] }
}

/** The kinds that a kernel's modules.alias can load and the lists do not have: `link/vlan`. */
export function unlistedKinds(aliases: string, lists: Lists): string[] {
  return Object.entries(lists.kinds).flatMap(([sort, { alias, kinds }]) => {
    if (alias === undefined) return []
    const found = [...aliases.matchAll(new RegExp(`^alias ${alias}(\\S+) `, 'gm'))].map(([, kind = '']) => kind)
    return found.filter(kind => !Object.hasOwn(kinds, kind)).map(kind => `${sort}/${kind}`)
  })
}
