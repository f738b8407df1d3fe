import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Model } from '../model.js'

/** The sentences of codegen/docs: a table (a set's type name or a struct's C name), the C name of a field, its sentence. */
export type Docs = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Reads the sentences of every file of a folder. Throws for a table that two files have. */
export function readDocs(directory: string): Docs {
  const docs = new Map<string, ReadonlyMap<string, string>>()
  for (const name of readdirSync(directory)
    .filter(each => each.endsWith('.yaml'))
    .sort()) {
    const tables = parse(readFileSync(join(directory, name), 'utf8')) as Record<string, Record<string, string>>
    for (const [table, fields] of Object.entries(tables)) {
      if (docs.has(table)) throw new Error(`codegen/docs/${name}: ${table} has its sentences in another file`)
      docs.set(table, new Map(Object.entries(fields)))
    }
  }
  return docs
}

/** Returns the comment of a field: its sentence, the kernel's name, and the kernel that has it first. */
export function comment(docs: Docs, table: string, cName: string): string {
  const text = docs.get(table)?.get(cName) ?? ''
  const [sentence = '', since] = text.split(' @since ')
  const body = sentence === '' ? cName : `${sentence} (${cName})`
  return since === undefined ? `/** ${body} */` : `/**\n   * ${body}\n   * @since ${since}\n   */`
}

/** Returns the fields of the models without a sentence, and the sentences without a field. */
export function docGaps(
  models: readonly Model[],
  docs: Docs,
): { readonly missing: string[]; readonly stale: string[] } {
  const fields = new Set(
    models.flatMap(({ sets, structs }) => [
      ...Object.values(sets).flatMap(({ typeName, attrs }) =>
        attrs.filter(({ type }) => type !== 'pad').map(({ cName }) => `${typeName}.${cName}`),
      ),
      ...Object.values(structs).flatMap(struct => struct.members.map(({ cName }) => `${struct.cName}.${cName}`)),
    ]),
  )
  const described = new Set(
    [...docs].flatMap(([table, sentences]) =>
      [...sentences].flatMap(([cName, sentence]) => (sentence === '' ? [] : [`${table}.${cName}`])),
    ),
  )
  return {
    missing: [...fields].filter(each => !described.has(each)),
    stale: [...described].filter(each => !fields.has(each)),
  }
}
