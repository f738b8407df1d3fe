import { posix } from 'node:path'
import type { AttributeSet, Enum, Model, Struct, Sub } from '../model.js'
import { endpointAttributes } from './endpoints.js'
import { lazySets } from './lazy-sets.js'
import { objects } from './object-specs.js'

/** Things of the model that the output names; those of two families live in `common`, those that are rare in homes of their own. */
type Kind = 'set' | 'struct' | 'enum' | 'sub'

interface Kinds {
  set: AttributeSet
  struct: Struct
  enum: Enum
  sub: Sub
}

/** One named thing, and the family whose files define it. */
export interface Entity<K extends Kind = Kind> {
  readonly kind: K
  readonly key: string
  readonly home: string
  readonly type: string
  /** The family whose model resolves the keys inside it. */
  readonly family: string
  readonly it: Kinds[K]
}

/** What `ref` is a key of, by the type of attribute, element or member. */
const referred: Readonly<Record<string, Kind>> = { nest: 'set', struct: 'struct', sub: 'sub' }

const pools = { set: 'sets', struct: 'structs', enum: 'enums', sub: 'subs' } as const

/** The models of all families with every name resolved to one place. */
export class Program {
  readonly models: readonly Model[]
  readonly #homes = new Map<string, string>()

  constructor(models: readonly Model[]) {
    this.models = models
    const bodies = new Map<string, { body: string; family: string }>()
    for (const model of models) {
      for (const kind of Object.keys(pools) as Kind[]) {
        for (const [key, it] of Object.entries(model[pools[kind]])) {
          const name = `${kind} ${typeOf(kind, it)}`
          const body = JSON.stringify(it)
          const other = bodies.get(name)
          if (other === undefined) bodies.set(name, { body, family: model.family })
          else if (other.body !== body)
            throw new Error(`${name} (${key}) differs between ${other.family} and ${model.family}`)
          this.#homes.set(name, other === undefined || other.family === model.family ? model.family : 'common')
        }
      }
    }
    for (const [home, { family, keys }] of Object.entries(lazySets)) {
      if (models.some(model => model.family === family)) this.#lazySet(home, family, new Set(keys))
    }
  }

  /** Gives a home of its own to what only certain sets and structs of a family are made of. */
  #lazySet(home: string, family: string, keys: ReadonlySet<string>): void {
    const model = this.model(family)
    const everyday = new Set<string>()
    const rare = new Set<string>()
    const visit = (entity: Entity, seen: Set<string>): void => {
      const name = `${entity.kind} ${entity.type}`
      if (entity.home !== family || seen.has(name) || (seen === everyday && keys.has(entity.key))) return
      seen.add(name)
      for (const inner of this.#parts(entity)) visit(inner, seen)
    }
    for (const { header, set, requestSet = set } of model.messages) {
      visit(this.find(family, 'struct', header), everyday)
      for (const key of [set, requestSet]) visit(this.find(family, 'set', key), everyday)
    }
    for (const key of keys) visit(this.find(family, key in model.sets ? 'set' : 'struct', key), rare)
    for (const name of rare) if (!everyday.has(name)) this.#homes.set(name, home)
  }

  /** Gives what a thing is made of, one step down. */
  #parts({ kind, family, it }: Entity): Entity[] {
    const found: Entity[] = []
    const add = (of: Kind | undefined, key: string | undefined): void => {
      if (of !== undefined && key !== undefined) found.push(this.find(family, of, key))
    }
    for (const { set, header } of kind === 'sub' ? (it as Sub).formats : []) {
      add('set', set)
      add('struct', header)
    }
    for (const member of kind === 'struct' ? (it as Struct).members : []) {
      add(referred[member.type], member.ref)
      add('enum', member.enum)
    }
    for (const { type, ref, header, set, enum: values, elem } of kind === 'set' ? (it as AttributeSet).attrs : []) {
      add(referred[type], ref)
      add('struct', header)
      add('set', set)
      add('enum', values)
      add(referred[elem?.type ?? ''], elem?.ref)
      add('enum', elem?.enum)
    }
    return found
  }

  /** Where things live: each has its files. */
  get homes(): string[] {
    const families = this.models.map(model => model.family)
    return [
      'common',
      ...families,
      ...Object.keys(lazySets).filter(home => families.includes(lazySets[home]?.family ?? '')),
    ]
  }

  /** Returns the homes of a family's lazily loaded sets. */
  lazyHomes(family: string): string[] {
    return this.homes.filter(home => lazySets[home]?.family === family)
  }

  model(family: string): Model {
    const model = this.models.find(candidate => candidate.family === family)
    if (model === undefined) throw new Error(`no model of ${family}`)
    return model
  }

  find<K extends Kind>(family: string, kind: K, key: string | undefined): Entity<K> {
    const it = key === undefined ? undefined : this.model(family)[pools[kind]][key]
    if (it === undefined || key === undefined) throw new Error(`${family}: no ${kind} ${key}`)
    const type = typeOf(kind, it)
    return { kind, key, home: this.#homes.get(`${kind} ${type}`) ?? family, type, family, it: it as Kinds[K] }
  }

  /** Lists what a family's files define, by key. */
  defined<K extends Kind>(home: string, kind: K): Entity<K>[] {
    const found = new Map<string, Entity<K>>()
    for (const model of this.models) {
      for (const key of Object.keys(model[pools[kind]])) {
        const entity = this.find(model.family, kind, key)
        if (entity.home === home && !found.has(entity.type)) found.set(entity.type, entity)
      }
    }
    return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** Tells which sets can contain themselves: the nests that close a circle are decoded to a bounded depth. */
  circular(from: Entity<'set'>, to: Entity<'set'>): boolean {
    const seen = new Set<string>()
    const visit = (entity: Entity<'set'>): boolean => {
      if (entity.type === from.type) return true
      if (seen.has(entity.type)) return false
      seen.add(entity.type)
      return this.children(entity).some(visit)
    }
    return visit(to)
  }

  children(entity: Entity<'set'>): Entity<'set'>[] {
    const out: Entity<'set'>[] = []
    for (const attr of entity.it.attrs) {
      const nest = attr.type === 'nest' ? attr.ref : attr.elem?.type === 'nest' ? attr.elem.ref : undefined
      if (nest !== undefined) out.push(this.find(entity.family, 'set', nest))
      if (attr.type === 'sub') {
        for (const format of this.find(entity.family, 'sub', attr.ref).it.formats) {
          if (format.set !== undefined) out.push(this.find(entity.family, 'set', format.set))
        }
      }
    }
    return out
  }

  /** Gives the selector that a set's decoder is told because it stands in the set around: its field and its type. */
  outerSelector(entity: Entity<'set'>): { attr: string; type: 'string' | 'number' } | undefined {
    for (const attr of entity.it.attrs) {
      if (attr.outer !== true) continue
      const { selector, formats } = this.find(entity.family, 'sub', attr.ref).it
      const number = formats.some(format => typeof format.value === 'number')
      if ('attr' in selector) return { attr: selector.attr, type: number ? 'number' : 'string' }
    }
    return undefined
  }

  /** Tells whether a set's decoder is told the family of the fixed header. */
  takesFamily(entity: Entity<'set'>): boolean {
    return entity.it.attrs.some(attr => {
      if (endpointAttributes.has(attr.cName)) return true
      return attr.type === 'sub' && 'header' in this.find(entity.family, 'sub', attr.ref).it.selector
    })
  }
}

function typeOf(kind: Kind, it: Kinds[Kind]): string {
  if (kind !== 'sub') return it.typeName
  return it.typeName.replace(/Msg$/, 'header' in (it as Sub).selector ? 'ByFamily' : '')
}

/** `VxlanAttrs` → `vxlanAttrs`. */
export function lower(type: string): string {
  return type.charAt(0).toLowerCase() + type.slice(1)
}

/** Names of the emitted constants and functions. */
export const nameOf = {
  set: (type: string) => lower(type),
  struct: (type: string) => `${lower(type)}Struct`,
  enum: (type: string) => `${lower(type)}Enum`,
  sub: (type: string) => `${lower(type)}Sub`,
  decode: (type: string) => `decode${type}`,
  read: (type: string) => `read${type}`,
}

/** `link-rare` → `linkRare`. */
export function partName(home: string): string {
  return home.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** `VxlanAttrs` → `VxlanSpec`, the written form of a set, struct or union. */
export function specOf(type: string): string {
  const short = type.replace(/Attrs$/, '')
  // LinkSpec, RouteSpec, … are the written forms of objects.
  return objects.some(object => object.name === short) ? `${type}Spec` : `${short}Spec`
}

/** Quotes a property name where it must be. */
export function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`
}

/** Returns the file with the types of a home, by its path in src: lazily loaded sets have theirs beside those of their family. */
export function typesFile(home: string): string {
  return `generated/${lazySets[home]?.family ?? home}/types.gen.js`
}

/** Returns how one file of src imports another. */
function relative(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}

/** One output file, named by its path in src: its body and its imports. */
export class File {
  readonly lines: string[] = []
  readonly #imports = new Map<string, Set<string>>()
  readonly #self: string

  constructor(self: string) {
    this.#self = self
  }

  add(...lines: string[]): void {
    this.lines.push(...lines)
  }

  /** Adds an import from a file, named by its path in src, and returns the imported name. */
  use(module: string, name: string, type = false): string {
    if (module === this.#self) return name
    const key = `${type ? 'type ' : ''}${relative(this.#self, module)}`
    const names = this.#imports.get(key) ?? new Set()
    names.add(name)
    this.#imports.set(key, names)
    return name
  }

  /** Tells whether a thing is loaded later than this file. */
  isLazy({ home }: Entity): boolean {
    return home in lazySets && !this.#self.startsWith(`generated/${home}/`)
  }

  /** Names what is in the file of tables or decoders of a thing's home, by way of what loads it if it is loaded later. */
  reach(entity: Entity, file: 'tables' | 'decode', name: string): string {
    const { home } = entity
    if (!this.isLazy(entity)) return this.use(`generated/${home}/${file}.gen.js`, name)
    return `${this.use(`generated/${home}/lazy.gen.js`, partName(home))}().${name}`
  }

  text(): string {
    const body = this.lines.join('\n')
    const used = (name: string): boolean => new RegExp(`\\b${name.replace(/^.* as /, '')}\\b`).test(body)
    const imports = [...this.#imports]
      .map(([key, names]): [string, string[]] => [key, [...names].filter(used)])
      .filter(([, names]) => names.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, names]) => {
        const type = key.startsWith('type ')
        return `import ${type ? 'type ' : ''}{ ${names.sort().join(', ')} } from '${type ? key.slice(5) : key}'`
      })
    return `// Generated by codegen from codegen/model; never edit.\n${[...imports, '', body].join('\n')}\n`
  }
}
