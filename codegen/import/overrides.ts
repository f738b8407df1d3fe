/** Corrections of the specs: each names a place, and must change something there. */
import { isDeepStrictEqual } from 'node:util'
import { type Raw, readYaml, type Spec } from '../ynl/ynl.js'

/** One file of corrections. */
export interface OverrideFile {
  readonly file: string
  readonly sha256: string
  readonly overrides: readonly Raw[]
}

/** Reads a file of corrections. */
export function readOverrides(path: string): OverrideFile {
  const { file, sha256, value } = readYaml(path)
  const overrides = value ?? []
  if (!Array.isArray(overrides)) throw new Error(`${file}: a list is expected`)
  return { file, sha256, overrides: overrides as Raw[] }
}

/** The place that an override names, and the keys that name it. */
function locate(spec: Spec, override: Raw): { owner: Raw[]; item: Raw | undefined; name: string; keys: string[] } {
  const within = (items: readonly Raw[], name: unknown, what: string): Raw => {
    const found = items.find(item => item['name'] === name)
    if (found === undefined) throw new Error(`no ${what} ${String(name)} in ${spec.name}`)
    return found
  }
  const pick = (owner: Raw[], key: string, keys: string[], by = 'name') => {
    const name = override[key]
    return { owner, item: owner.find(item => item[by] === name), name: String(name), keys: [...keys, key] }
  }
  if (override['set'] !== undefined) {
    if (override['attribute'] === undefined) return pick(spec.sets, 'set', ['spec'])
    const set = within(spec.sets, override['set'], 'set')
    return pick(set['attributes'] as Raw[], 'attribute', ['spec', 'set'])
  }
  if (override['sub-message'] !== undefined) {
    if (override['value'] === undefined) return pick(spec.subs, 'sub-message', ['spec'])
    const sub = within(spec.subs, override['sub-message'], 'sub-message')
    return pick(sub['formats'] as Raw[], 'value', ['spec', 'sub-message'], 'value')
  }
  if (override['struct'] !== undefined) {
    if (override['member'] === undefined) return pick(spec.definitions, 'struct', ['spec'])
    const struct = within(spec.definitions, override['struct'], 'struct')
    struct['members'] ??= []
    return pick(struct['members'] as Raw[], 'member', ['spec', 'struct'])
  }
  if (override['enum'] !== undefined) return pick(spec.definitions, 'enum', ['spec'])
  if (override['operation'] !== undefined) return pick(spec.operations, 'operation', ['spec'])
  if (override['group'] !== undefined) return pick(spec.groups, 'group', ['spec'])
  throw new Error('no set, struct, enum, sub-message, operation or group is named')
}

/** Changes the specs in place; says what is wrong with the overrides. */
export function applyOverrides(specs: readonly Spec[], file: OverrideFile): string[] {
  const problems: string[] = []
  for (const override of file.overrides) {
    const where = `${file.file}: ${JSON.stringify(override)}`
    const spec = specs.find(one => one.name === override['spec'])
    if (spec === undefined) {
      problems.push(`${where}: no spec of this name`)
      continue
    }
    try {
      const { owner, item, name, keys } = locate(spec, override)
      const changes = Object.entries(override).filter(([key]) => !keys.includes(key))
      if (changes.length === 0) throw new Error('nothing to change')
      if (override['drop'] === true) {
        if (item === undefined) throw new Error(`${name} is not there`)
        owner.splice(owner.indexOf(item), 1)
        continue
      }
      const target: Raw = item ?? { [keys.at(-1) === 'value' ? 'value' : 'name']: name }
      const before = structuredClone(target)
      for (const [key, value] of changes) {
        if (value === null) delete target[key]
        else target[key] = value
      }
      if (Array.isArray(target['entries']))
        target['entries'] = target['entries'].map(entry =>
          typeof entry === 'object' ? entry : { name: String(entry) },
        )
      // Who names the constant takes the number from the header, whatever upstream counts.
      if (override['x-c-name'] !== undefined) delete target['$id']
      if (item === undefined) {
        if (override['member'] === undefined && override['type'] === undefined && override['value'] === undefined)
          throw new Error(`${name} is not there, and without a type it cannot be added`)
        owner.push(target)
      } else if (isDeepStrictEqual(before, target)) throw new Error('changes nothing: upstream says the same')
    } catch (error) {
      problems.push(`${where}: ${(error as Error).message}`)
    }
  }
  return problems
}
