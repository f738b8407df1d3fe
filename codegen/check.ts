/** `check`: the committed model against the headers at hand. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Coverage, coverage, readLists } from './coverage.js'
import { readModels } from './emit/generate.js'
import type { CMember } from './headers/c-types.js'
import { type Headers, readHeaders } from './headers/headers.js'
import { readSettings } from './import/import.js'
import type { Member, Model } from './model.js'

/** What `check` found. */
export interface CheckResult {
  /** Values that differ: the check fails. */
  readonly contradictions: readonly string[]
  /** Names that these headers do not have. */
  readonly newer: readonly string[]
  readonly notes: readonly string[]
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
    ...Object.values(model.enums).flatMap(({ bits, entries }) =>
      entries.map(({ cName, value }) => ({ cName, value: bits === true ? Math.log2(value) : value })),
    ),
  ]
}

const placed = (offset: number, type: string, be?: true, length?: number): string =>
  `at ${offset} as ${type}${be === true ? ' in network order' : ''}${length === undefined ? '' : `[${length}]`}`

/** What headers say of numbers; text and addresses are bytes or numbers to them, of which the model knows more. */
function placedBy({ offset, type, count }: CMember, { type: wanted, be, length }: Member): string {
  const numbers = /^[us]\d+$/.test(wanted) && (length === undefined) === (count === undefined)
  return numbers && type.scalar !== undefined
    ? placed(offset, type.scalar, type.be, count)
    : placed(offset, wanted, be, length)
}

/** Compares models with headers. */
export function compare(
  models: readonly Model[],
  constants: readonly (readonly [string, number])[],
  headers: Headers,
  settings: { readonly values: { readonly [cName: string]: number } },
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
        if (actual === undefined) continue
        const mine = placed(member.offset, member.type, member.be, member.length)
        const theirs = placedBy(actual, member)
        if (mine !== theirs)
          contradictions.add(`struct ${struct.cName}: ${member.cName} ${mine} in the model, ${theirs} in the headers`)
      }
    }
  }
  return { contradictions: [...contradictions], newer: [...newer], notes: [...notes] }
}

/** Reads the committed model and lists below `root` (the folder codegen) and the headers, and compares them. */
export function runCheck(root: string, headerDirectory: string): CheckResult & Coverage {
  const settings = readSettings(join(root, 'specs'))
  const headers = readHeaders(headerDirectory, [...settings.headers, ...settings.also])
  const models = readModels(join(root, 'model'))
  const constants = JSON.parse(readFileSync(join(root, 'model/constants.json'), 'utf8')) as [string, number][]
  const newest = constants.map(([name]) => name)
  return {
    ...compare(models, constants, headers, settings),
    ...coverage(models, headers, new Set(settings.headers), readLists(root), newest),
  }
}
