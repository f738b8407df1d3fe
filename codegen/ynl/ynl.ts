/** Specs as written: upstream's YNL files and our own, which share one schema. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parse } from 'yaml'

/** A mapping as YAML gives it. */
export interface Raw {
  [key: string]: unknown
}

/** An attribute of a set. */
export interface RawAttribute extends Raw {
  name: string
  type?: string
  /** Upstream's number, counted or explicit; absent in our own specs. */
  $id?: number
}

/** An attribute set. */
export interface RawSet extends Raw {
  name: string
  attributes: RawAttribute[]
}

/** An enum, flags or struct definition. */
export interface RawDefinition extends Raw {
  name: string
  type: string
  entries?: RawEntry[]
  members?: RawMember[]
}

/** An entry of an enum; a plain string in YAML stands for its name. */
export interface RawEntry extends Raw {
  name: string
}

/** A member of a struct. */
export interface RawMember extends Raw {
  name: string
}

/** The formats of a sub-message. */
export interface RawSub extends Raw {
  name: string
  formats: Raw[]
}

/** An operation, that is, a message or a pair of them. */
export interface RawOperation extends Raw {
  name: string
}

/** One YAML file. */
export interface Spec {
  /** Base name of the file. */
  readonly file: string
  readonly sha256: string
  /** One of ours, not upstream's. */
  readonly own: boolean
  readonly name: string
  /** The models that it describes: one, or several that share its definitions. */
  readonly families: readonly string[]
  readonly header: string | undefined
  readonly definitions: RawDefinition[]
  readonly sets: RawSet[]
  readonly subs: RawSub[]
  readonly operations: RawOperation[]
  readonly groups: RawEntry[]
}

const KEYS: { readonly [level: string]: readonly string[] } = {
  file: [
    'name',
    'x-family',
    'uapi-header',
    'definitions',
    'attribute-sets',
    'sub-messages',
    'operations',
    'mcast-groups',
  ],
  definition: [
    'name',
    'type',
    'header',
    'name-prefix',
    'entries',
    'members',
    'value-start',
    'x-c-prefix',
    'x-except',
    'x-bits',
    'x-c-struct',
    'x-packed',
    'x-min',
    'x-rest',
    'x-type-name',
    'x-keep',
  ],
  set: ['name', 'name-prefix', 'subset-of', 'attributes', 'header', 'x-c-prefix', 'x-type-name', 'x-keep', 'x-write'],
  attribute: [
    'name',
    'type',
    'nested-attributes',
    'sub-type',
    'struct',
    'enum',
    'enum-as-flags',
    'byte-order',
    'display-hint',
    'multi-attr',
    'sub-message',
    'selector',
    'checks',
    'x-c-name',
    'x-name',
    'x-dir',
    'x-header',
    'x-array',
    'x-codec',
    'x-first',
    'x-repeat',
    'x-empty',
    'x-since',
  ],
  sub: ['name', 'formats', 'x-selector', 'x-type-name'],
  format: ['value', 'attribute-set', 'fixed-header', 'x-name'],
  member: [
    'name',
    'type',
    'sub-type',
    'x-name',
    'x-codec',
    'byte-order',
    'display-hint',
    'enum',
    'enum-as-flags',
    'struct',
    'len',
  ],
  operation: ['name', 'attribute-set', 'fixed-header', 'x-request-set'],
}

function checkKeys(level: string, raw: Raw, where: string): void {
  const unknown = Object.keys(raw).filter(key => !KEYS[level]?.includes(key) && !key.startsWith('$'))
  if (unknown.length > 0)
    throw new Error(`${where}: unknown key ${unknown.join(', ')} in ${level} ${raw['name'] ?? ''}`)
}

/** Reads a file of YAML; an error names it. */
export function readYaml(path: string): { file: string; sha256: string; value: unknown } {
  const file = basename(path)
  const text = readFileSync(path, 'utf8')
  try {
    return { file, sha256: createHash('sha256').update(text).digest('hex'), value: parse(text) }
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error })
  }
}

function list<T extends Raw>(raw: unknown, file: string): T[] {
  if (raw === undefined || raw === null) return []
  if (!Array.isArray(raw)) throw new Error(`${file}: a list is expected, not ${JSON.stringify(raw)}`)
  return raw.map(item => (typeof item === 'object' ? { ...item } : { name: String(item) }) as T)
}

function section(raw: unknown): Raw {
  return (raw ?? {}) as Raw
}

/** Gives upstream's attributes the numbers that their order and `value` keys mean. */
function number(attributes: RawAttribute[]): void {
  let next = 1
  for (const attribute of attributes) {
    if (typeof attribute['value'] === 'number') next = attribute['value']
    attribute.$id = next++
  }
}

/** Reads one YAML file. */
export function readSpec(path: string, own: boolean): Spec {
  const { file, sha256, value } = readYaml(path)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${file}: a mapping is expected`)
  const raw = value as Raw
  const definitions = list<RawDefinition>(raw['definitions'], file)
  for (const definition of definitions) {
    if (definition.entries !== undefined) definition.entries = list(definition.entries, file)
    if (definition.members !== undefined) definition.members = list(definition.members, file)
  }
  const sets = list<RawSet>(raw['attribute-sets'], file)
  for (const set of sets) {
    set.attributes = list(set.attributes, file)
    if (!own && set['subset-of'] === undefined) number(set.attributes)
  }
  const subs = list<RawSub>(raw['sub-messages'], file)
  for (const sub of subs) sub.formats = list(sub.formats, file)
  const block = section(raw['operations'])
  const operations = list<RawOperation>(
    block['list'] ?? (Array.isArray(raw['operations']) ? raw['operations'] : []),
    file,
  )
  for (const operation of operations) operation['fixed-header'] ??= block['fixed-header']
  const groups = list<RawEntry>(
    Array.isArray(raw['mcast-groups']) ? raw['mcast-groups'] : section(raw['mcast-groups'])['list'],
    file,
  )
  if (own) {
    checkKeys('file', raw, file)
    for (const definition of definitions) {
      checkKeys('definition', definition, file)
      for (const member of definition.members ?? []) checkKeys('member', member, `${file}, ${definition.name}`)
    }
    for (const set of sets) {
      checkKeys('set', set, file)
      for (const attribute of set.attributes) checkKeys('attribute', attribute, `${file}, ${set.name}`)
    }
    for (const sub of subs) {
      checkKeys('sub', sub, file)
      for (const format of sub.formats) checkKeys('format', format, `${file}, ${sub.name}`)
    }
    for (const operation of operations) checkKeys('operation', operation, file)
  }
  const name = String(raw['name'])
  return {
    file,
    sha256,
    own,
    name,
    families: [raw['x-family'] ?? name.replace(/^rt-/, '')].flat().map(String),
    header: raw['uapi-header'] as string | undefined,
    definitions,
    sets,
    subs,
    operations,
    groups,
  }
}
