/** `import`: YNL, own specs and headers become the model. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Headers, readHeaders } from '../headers/headers.js'
import type { Model } from '../model.js'
import { type RawDefinition, readSpec, type Spec } from '../ynl/ynl.js'
import { importFamily } from './family.js'
import { isLimit } from './names.js'
import { applyOverrides, readOverrides } from './overrides.js'

/** Where `import` reads. */
export interface ImportOptions {
  /** Upstream's YNL files. */
  readonly specs: string
  /** The folder that holds `linux/rtnetlink.h`. */
  readonly headers: string
  /** Older headers, to mark what is newer. */
  readonly base?: string | undefined
  readonly kernel: string
  /** The folder of our own specs. */
  readonly ownSpecs: string
  readonly overrides: string
}

/** What `import` found. */
export interface ImportResult {
  readonly models: readonly Model[]
  readonly constants: readonly (readonly [string, number])[]
  /** Why the import fails, if it does. */
  readonly problems: readonly string[]
  /** What upstream has wrong and the headers put right. */
  readonly notes: readonly string[]
}

/** What codegen/specs/constants.yaml says. */
export interface Settings {
  readonly families: { readonly [family: string]: readonly string[] }
  readonly headers: readonly string[]
  readonly also: readonly string[]
  /** Definitions that every family's specs may refer to. */
  readonly definitions?: readonly RawDefinition[]
  readonly 'member-prefixes': readonly string[]
  readonly values: { readonly [cName: string]: number }
}

/** Reads codegen/specs/constants.yaml. */
export function readSettings(ownSpecs: string): Settings {
  return parse(readFileSync(join(ownSpecs, 'constants.yaml'), 'utf8')) as Settings
}

function yamlFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter(file => file.endsWith('.yaml') && file !== 'constants.yaml')
    .sort()
    .map(file => join(directory, file))
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** All integer constants that the listed headers define; of those called `X_MAX` only the `used` ones, real attributes. */
export function collectConstants(
  headers: Headers,
  settings: Settings,
  used: ReadonlySet<string> = new Set(),
): [string, number][] {
  const exported = new Set(settings.headers)
  const constants: [string, number][] = Object.entries(settings.values)
  for (const name of headers.names) {
    const value = headers.constant(name)
    if (value === undefined || name.startsWith('_') || (isLimit(name) && !used.has(name))) continue
    if (!exported.has(headers.origin(name) ?? '')) continue
    if (Number.isSafeInteger(Number(value))) constants.push([name, Number(value)])
  }
  return constants.sort(([a], [b]) => byName(a, b))
}

/** The name under which a header's checksum is kept: `if_link.h`, `can/netlink.h`. */
const headerName = (file: string): string => file.replace(/^linux\//, '')

function checkAcross(models: readonly Model[], notes: string[]): void {
  const seen = new Map<string, { family: string; text: string }>()
  for (const model of models)
    for (const part of [model.sets, model.structs, model.enums, model.subs])
      for (const one of Object.values(part)) {
        const text = JSON.stringify(one)
        const other = seen.get(one.typeName)
        if (other !== undefined && other.text !== text)
          notes.push(`${model.family}: type ${one.typeName} differs from the one in ${other.family}`)
        seen.set(one.typeName, { family: model.family, text })
      }
}

/** Reads everything and builds the models; nothing is written. */
export function runImport(options: ImportOptions): ImportResult {
  const settings = readSettings(options.ownSpecs)
  const wanted = [...settings.headers, ...settings.also]
  const headers = readHeaders(options.headers, wanted)
  const base = options.base === undefined ? undefined : readHeaders(options.base, wanted)
  const missing = wanted.filter(file => !headers.files.includes(file)).map(file => `header ${file} is missing`)
  const problems: string[] = [...missing]
  const notes: string[] = []

  const upstream = [...new Set(Object.values(settings.families).flat())]
  const specs: Spec[] = [
    ...upstream.map(name => readSpec(join(options.specs, `${name}.yaml`), false)),
    ...yamlFiles(options.ownSpecs).map(path => readSpec(path, true)),
  ]
  const overrides = yamlFiles(options.overrides).map(readOverrides)
  for (const file of overrides) problems.push(...applyOverrides(specs, file))

  const exported = new Set(settings.headers)
  const families = new Set([
    ...Object.keys(settings.families),
    ...specs.filter(spec => spec.own).flatMap(spec => spec.families),
  ])
  const models: Model[] = []
  for (const family of [...families].sort()) {
    const names = settings.families[family] ?? []
    const members = specs.filter(spec => (spec.own ? spec.families.includes(family) : names.includes(spec.name)))
    const result = importFamily({
      family,
      specs: members,
      shared: settings.definitions ?? [],
      headers,
      base,
      kernel: options.kernel,
      values: new Map(Object.entries(settings.values)),
      memberPrefixes: settings['member-prefixes'],
    })
    problems.push(...result.problems.map(text => `${family}: ${text}`))
    notes.push(...result.notes.map(text => `${family}: ${text}`))
    const inputs: [string, string][] = [
      ...members.map((spec): [string, string] => [spec.own ? `specs/${spec.file}` : spec.file, spec.sha256]),
      ...overrides
        .filter(file => file.overrides.some(one => members.some(spec => spec.name === one['spec'])))
        .map((file): [string, string] => [`overrides/${file.file}`, file.sha256]),
      ...result.files.map((file): [string, string] => [
        headerName(file),
        createHash('sha256')
          .update(readFileSync(join(options.headers, file)))
          .digest('hex'),
      ]),
    ]
    const { family: name, ...rest } = result.model
    models.push({
      family: name,
      provenance: { kernel: options.kernel, inputs: Object.fromEntries(inputs.sort(([a], [b]) => byName(a, b))) },
      ...rest,
    })
    for (const cName of constantNames(result.model))
      if (settings.values[cName] === undefined && !exported.has(headers.origin(cName) ?? ''))
        problems.push(`${family}: the header of ${cName} is not in constants.yaml`)
  }
  checkAcross(models, notes)
  const constants = collectConstants(headers, settings, new Set(models.flatMap(constantNames)))
  return { models, constants, problems, notes }
}

/** The C constants that a model names. */
export function constantNames(model: Omit<Model, 'provenance'>): string[] {
  return [
    ...model.messages.map(message => message.cName),
    ...model.groups.map(group => group.cName),
    ...Object.values(model.sets).flatMap(set => set.attrs.map(attr => attr.cName)),
    ...Object.values(model.enums).flatMap(one => one.entries.map(entry => entry.cName)),
  ]
}

/** The text of a model file. */
export function serialize(value: unknown): string {
  return `${JSON.stringify(value, undefined, 1)}\n`
}

/** The text of constants.json: one constant a line. */
export function serializeConstants(constants: ImportResult['constants']): string {
  return `[\n${constants.map(pair => JSON.stringify(pair)).join(',\n')}\n]\n`
}
