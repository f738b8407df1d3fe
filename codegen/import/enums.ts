/** Enums and flags: names and values from the headers, whatever the spec calls them. */
import type { Headers } from '../headers/headers.js'
import type { Enum } from '../model.js'
import type { RawDefinition } from '../ynl/ynl.js'
import { constantCase, isLimit, kebabCase, pascalCase } from './names.js'

/** What came of a definition: an enum, or the reason why not. */
export interface EnumResult {
  readonly enum?: Enum
  readonly problem?: string
}

type Entry = Enum['entries'][number]

const plain = (name: string): string => name.replace(/[-_]/g, '').toLowerCase()

/** Tells whether the constants number bits. */
const isOfBits = (definition: RawDefinition): boolean => definition['x-bits'] === true

function fromPrefix(definition: RawDefinition, prefix: string, headers: Headers): Entry[] {
  const except = new Set((definition['x-except'] ?? []) as string[])
  const header = definition['header']
  const entries: Entry[] = []
  for (const cName of headers.names) {
    if (!cName.startsWith(prefix) || cName === prefix || isLimit(cName) || except.has(cName)) continue
    if (header !== undefined && headers.origin(cName) !== header) continue
    const value = Number(headers.constant(cName))
    entries.push({
      name: kebabCase(cName.slice(prefix.length)),
      cName,
      value: isOfBits(definition) ? 2 ** value : value,
    })
  }
  return entries
}

/** Entries with the values that their order and `value` keys mean. */
function valued(definition: RawDefinition): { name: string; value: number }[] {
  let next = Number(definition['value-start'] ?? 0)
  return (definition.entries ?? []).map(entry => {
    if (typeof entry['value'] === 'number') next = entry['value']
    const value = next++
    return { name: entry.name, value: definition.type === 'flags' ? 2 ** value : value }
  })
}

/** Finds the C constants that share one prefix and have the entries' names and values. */
function match(entries: readonly { name: string; value: number }[], prefix: string, headers: Headers): Entry[] {
  const family = headers.names.filter(name => name.startsWith(prefix) && !isLimit(name))
  const found: Entry[] = []
  for (const { name, value } of entries) {
    const same = family.filter(candidate => Number(headers.constant(candidate)) === value)
    const cName = same.find(candidate => plain(candidate.slice(prefix.length)) === plain(name))
    if (cName !== undefined) found.push({ name: kebabCase(cName.slice(prefix.length)), cName, value })
  }
  return found
}

function prefixes(definition: RawDefinition, headers: Headers): Set<string> {
  const candidates = new Set<string>()
  for (const text of [definition['name-prefix'], definition['enum-name'], definition.name])
    if (typeof text === 'string') candidates.add(constantCase(text, '').replace(/_?$/, '_'))
  for (const { name } of definition.entries ?? []) {
    const ending = `_${constantCase('', name)}`
    for (const cName of headers.names) if (cName.endsWith(ending)) candidates.add(cName.slice(0, 1 - ending.length))
  }
  return candidates
}

/** The headers, with further constants added that UAPI does not have. */
function withValues(headers: Headers, values: ReadonlyMap<string, number>): Headers {
  return {
    ...headers,
    constant(name) {
      const value = values.get(name)
      return headers.constant(name) ?? (value === undefined ? undefined : BigInt(value))
    },
    names: [...headers.names, ...values.keys()],
  }
}

/** Resolves a definition of type `enum` or `flags`. */
export function resolveEnum(
  definition: RawDefinition,
  uapi: Headers,
  values: ReadonlyMap<string, number> = new Map(),
): EnumResult {
  const headers = withValues(uapi, values)
  const typeName = String(definition['x-type-name'] ?? pascalCase(definition.name))
  const flags = definition.type === 'flags'
  const done = (entries: Entry[]): EnumResult => ({
    enum: {
      typeName,
      flags,
      ...(isOfBits(definition) ? { bits: true } : {}),
      entries: entries.sort((a, b) => a.value - b.value),
    },
  })
  const prefix = definition['x-c-prefix']
  if (prefix !== undefined) {
    const entries = [prefix as string | string[]].flat().flatMap(each => fromPrefix(definition, each, headers))
    if (entries.length === 0) return { problem: `enum ${definition.name}: no constant starts with ${prefix}` }
    return done(entries)
  }
  const wanted = valued(definition)
  if (wanted.length === 0) return { problem: `enum ${definition.name}: neither entries nor x-c-prefix` }
  let best: Entry[] = []
  let bestPrefix = ''
  for (const candidate of prefixes(definition, headers)) {
    const entries = match(wanted, candidate, headers)
    if (entries.length > best.length) {
      best = entries
      bestPrefix = candidate
    }
    if (best.length === wanted.length) return done(best)
  }
  const names = new Set(best.map(entry => plain(entry.name)))
  const lost = wanted.filter(entry => !names.has(plain(entry.name))).map(entry => `${entry.name}=${entry.value}`)
  const under = bestPrefix === '' ? '' : ` under ${bestPrefix}`
  return { problem: `enum ${definition.name}: the headers have no constant${under} for ${lost.join(', ')}` }
}
