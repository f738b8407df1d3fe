/** `check`: the committed model against the headers at hand. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Headers, readHeaders } from './headers.js'
import { readSettings } from './import.js'
import type { Model } from './model.js'
import { isLimit } from './names.js'

/** What `check` found. */
export interface CheckResult {
  /** Values that differ: the check fails. */
  readonly contradictions: readonly string[]
  /** Names that these headers do not have. */
  readonly newer: readonly string[]
  readonly notes: readonly string[]
  /** What the headers know and the model does not, by kind. */
  readonly missing: { readonly [kind: string]: readonly string[] }
}

/** Reads all models below codegen/model. */
export function readModels(directory: string): Model[] {
  return readdirSync(directory)
    .filter(file => file.endsWith('.json') && file !== 'constants.json')
    .sort()
    .map(file => JSON.parse(readFileSync(join(directory, file), 'utf8')) as Model)
}

interface Known {
  readonly cName: string
  readonly value: number
}

function known(model: Model): Known[] {
  return [
    ...model.messages.map(({ cName, id }) => ({ cName, value: id })),
    ...model.groups.map(({ cName, id }) => ({ cName, value: id })),
    ...Object.values(model.sets).flatMap(set => set.attrs.map(({ cName, id }) => ({ cName, value: id }))),
    ...Object.values(model.enums).flatMap(one => one.entries),
  ]
}

/** Enumerators that are no attributes even where attributes are numbered. */
const isNothing = (name: string): boolean => isLimit(name) || /(_UNSPEC|_NONE|_PAD)$/.test(name)

function missingAttributes(headers: Headers, attributes: ReadonlySet<string>): string[] {
  const missing: string[] = []
  for (const { entries } of headers.enums) {
    // A second name of a known attribute (IFLA_IF_NETNSID) is not missing.
    const values = new Set(entries.filter(entry => attributes.has(entry.name)).map(entry => entry.value))
    if (values.size === 0) continue
    for (const { name, value } of entries) if (!values.has(value) && !isNothing(name)) missing.push(name)
  }
  return missing
}

/** Enums that look like attributes (they end in `__X_MAX`) and of which the model has nothing. */
function missingEnums(headers: Headers, names: ReadonlySet<string>, within: ReadonlySet<string>): string[] {
  const limit = /^__.*_MAX$/
  return headers.enums
    .filter(one => within.has(one.file) && !one.entries.some(entry => names.has(entry.name)))
    .flatMap(one => one.entries.find(entry => limit.test(entry.name))?.name.slice(2) ?? [])
}

/** Compares models with headers. */
export function compare(
  models: readonly Model[],
  constants: readonly (readonly [string, number])[],
  headers: Headers,
  settings: { readonly values: { readonly [cName: string]: number }; readonly headers: readonly string[] },
): CheckResult {
  const contradictions = new Set<string>()
  const newer = new Set<string>()
  const notes = new Set<string>()
  const compareOne = (cName: string, value: number): void => {
    const actual = headers.constant(cName)
    if (settings.values[cName] === value) return
    if (actual === undefined) newer.add(cName)
    else if (Number(actual) !== value) contradictions.add(`${cName} is ${value} in the model, ${actual} in the headers`)
  }
  for (const [cName, value] of constants) compareOne(cName, value)
  for (const model of models) {
    for (const { cName, value } of known(model)) compareOne(cName, value)
    for (const struct of Object.values(model.structs)) {
      const type = headers.struct(struct.cName)
      // A struct without a tag of its own is checked as a part of the one around it.
      if (struct.cName.includes('.')) continue
      if (type === undefined) newer.add(`struct ${struct.cName}`)
      else if (type.size < struct.min)
        contradictions.add(
          `struct ${struct.cName}: at least ${struct.min} bytes in the model, ${type.size} in the headers`,
        )
      else if (type.size !== struct.size)
        notes.add(`struct ${struct.cName}: ${struct.size} bytes in the model, ${type.size} in the headers`)
      for (const member of struct.members) {
        const actual = type?.members?.find(one => one.name === member.cName)
        if (actual !== undefined && actual.offset !== member.offset)
          contradictions.add(
            `struct ${struct.cName}: ${member.cName} at ${member.offset} in the model, ${actual.offset} in the headers`,
          )
      }
    }
  }
  const attributes = new Set(
    models.flatMap(model => Object.values(model.sets).flatMap(set => set.attrs.map(attr => attr.cName))),
  )
  const messages = new Set(models.flatMap(model => model.messages.map(message => message.cName)))
  const groups = new Set(models.flatMap(model => model.groups.map(group => group.cName)))
  const absent = (pattern: RegExp, have: ReadonlySet<string>): string[] =>
    headers.names.filter(name => pattern.test(name) && !have.has(name) && !isLimit(name))
  const names = new Set(models.flatMap(model => known(model).map(one => one.cName)))
  const enums = missingEnums(headers, names, new Set(settings.headers))
  const link = /^(IFLA|VETH|VXCAN)_/
  return {
    contradictions: [...contradictions],
    newer: [...newer],
    notes: [...notes],
    missing: {
      attributes: missingAttributes(headers, attributes),
      'message types': absent(/^RTM_(NEW|DEL|GET|SET)[A-Z]/, messages),
      groups: absent(/^RTNLGRP_(?!NONE$|NOP\d$)/, groups),
      'enums of link attributes': enums.filter(name => link.test(name)),
      'other enums': enums.filter(name => !link.test(name)),
    },
  }
}

/** Reads the committed model and the headers, and compares them. */
export function runCheck(modelDirectory: string, ownSpecs: string, headerDirectory: string): CheckResult {
  const settings = readSettings(ownSpecs)
  const headers = readHeaders(headerDirectory, [...settings.headers, ...settings.also])
  const constants = JSON.parse(readFileSync(join(modelDirectory, 'constants.json'), 'utf8')) as [string, number][]
  return compare(readModels(modelDirectory), constants, headers, settings)
}
