/** Builds the model of one family from its specs and the headers. */
import type { Headers } from '../headers/headers.js'
import type { Attribute, AttributeSet, Direction, Enum, Group, Message, Model, Struct, Sub } from '../model.js'
import type { Raw, RawAttribute, RawDefinition, RawOperation, RawSet, RawSub, Spec } from '../ynl/ynl.js'
import { type AttributeContext, attributeShape, fieldName } from './attributes.js'
import { resolveEnum } from './enums.js'
import { camelCase, constantCase, kebabCase, pascalCase } from './names.js'
import { doubleNames, lostSelectors } from './selectors.js'
import { buildStruct, packedType, type StructContext } from './structs.js'
import { type FormatContext, resolveFormats } from './subs.js'

/** What a family's import has to go by. */
export interface FamilyInput {
  readonly family: string
  readonly specs: readonly Spec[]
  /** Definitions that all families share (constants.yaml). */
  readonly shared?: readonly RawDefinition[]
  readonly headers: Headers
  /** Older headers: what they lack is marked as newer. */
  readonly base: Headers | undefined
  readonly kernel: string
  /** Constants that UAPI headers do not have (AF_*). */
  readonly values: ReadonlyMap<string, number>
  readonly memberPrefixes: readonly string[]
}

/** What came of it. */
export interface FamilyResult {
  readonly model: Omit<Model, 'provenance'>
  readonly problems: readonly string[]
  readonly notes: readonly string[]
  /** The headers that the model's names come from. */
  readonly files: readonly string[]
}

type BuilderOwned<T> = T & { readonly $own: boolean }

const sorted = <T>(map: ReadonlyMap<string, T>): { [key: string]: T } =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)))

/** Imports one family. */
export function importFamily(input: FamilyInput): FamilyResult {
  return new FamilyImport(input).run()
}

class FamilyImport implements StructContext, AttributeContext, FormatContext {
  readonly memberPrefixes: readonly string[]
  private readonly input: FamilyInput
  private readonly problems: string[] = []
  private readonly notes: string[] = []
  private readonly files = new Set<string>()
  private readonly rawDefinitions = new Map<string, BuilderOwned<RawDefinition>>()
  private readonly rawSets = new Map<string, BuilderOwned<RawSet>>()
  private readonly rawSubs = new Map<string, BuilderOwned<RawSub>>()
  private readonly messages = new Map<number, Message>()
  private readonly groups = new Map<number, Group>()
  private readonly sets = new Map<string, AttributeSet>()
  private readonly structs = new Map<string, Struct>()
  private readonly enums = new Map<string, Enum>()
  private readonly subs = new Map<string, Sub>()
  private readonly started = new Set<string>()
  private readonly parents = new Set<string>()

  constructor(input: FamilyInput) {
    this.input = input
    this.memberPrefixes = input.memberPrefixes
    for (const raw of input.shared ?? []) this.rawDefinitions.set(raw.name, { ...raw, $own: false })
    for (const spec of input.specs) this.collect(spec)
  }

  run(): FamilyResult {
    for (const spec of this.input.specs) {
      for (const operation of spec.operations) this.operation(operation, spec)
      for (const group of spec.groups) this.group(group)
    }
    for (const raw of this.rawDefinitions.values()) if (raw['x-keep'] === true) this.useDefinition(raw)
    for (const raw of this.rawSets.values()) if (raw['x-keep'] === true) this.useSet(raw.name)
    for (const problem of lostSelectors(this.messages, this.sets, this.subs)) this.problem(problem)
    for (const problem of doubleNames(this.sets, this.structs, this.subs)) this.problem(problem)
    this.checkUse()
    this.checkTypeNames()
    const byId = <T extends { id: number }>(map: ReadonlyMap<number, T>): T[] =>
      [...map.values()].sort((a, b) => a.id - b.id)
    return {
      model: {
        family: this.input.family,
        messages: byId(this.messages),
        groups: byId(this.groups),
        sets: sorted(this.sets),
        structs: sorted(this.structs),
        enums: sorted(this.enums),
        subs: sorted(this.subs),
      },
      problems: this.problems,
      notes: this.notes,
      files: [...this.files].sort(),
    }
  }

  problem(text: string): void {
    if (!this.problems.includes(text)) this.problems.push(text)
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text)
  }

  private collect(spec: Spec): void {
    const $own = spec.own
    for (const raw of spec.definitions) {
      const shared = this.input.shared?.some(one => one.name === raw.name) === true
      if (shared) this.note(`definition ${raw.name}: the one of constants.yaml counts`)
      else if (this.rawDefinitions.has(raw.name)) this.problem(`definition ${raw.name} occurs twice`)
      if (!shared) this.rawDefinitions.set(raw.name, { ...raw, $own })
    }
    for (const raw of spec.sets) {
      const known = this.rawSets.get(raw.name)
      if (known === undefined) this.rawSets.set(raw.name, { ...raw, $own })
      else
        this.rawSets.set(raw.name, {
          ...known,
          ...raw,
          attributes: [...known.attributes, ...raw.attributes],
          $own: known.$own,
        })
    }
    for (const raw of spec.subs) {
      const known = this.rawSubs.get(raw.name)
      if (known === undefined) this.rawSubs.set(raw.name, { ...raw, $own })
      else
        this.rawSubs.set(raw.name, { ...known, ...raw, formats: [...known.formats, ...raw.formats], $own: known.$own })
    }
  }

  /** The value of a C constant; remembers the header. */
  constant(cName: string): number | undefined {
    const value = this.input.headers.constant(cName)
    if (value === undefined) return this.input.values.get(cName)
    this.usedFile(cName)
    return Number(value)
  }

  private usedFile(name: string): void {
    const file = this.input.headers.origin(name)
    if (file !== undefined) this.files.add(file)
  }

  private operation(raw: RawOperation, spec: Spec): void {
    const notified = raw['notify']
    const source = typeof notified === 'string' ? spec.operations.find(one => one.name === notified) : raw
    const set = source?.['attribute-set']
    const header = raw['fixed-header'] ?? source?.['fixed-header']
    if (typeof set !== 'string' || typeof header !== 'string') {
      this.problem(`operation ${raw.name}: no attribute-set or no fixed-header`)
      return
    }
    const ids = new Set<number>()
    if (notified === undefined) {
      const id = this.constant(constantCase('rtm-', raw.name))
      if (id === undefined) this.problem(`operation ${raw.name}: no ${constantCase('rtm-', raw.name)} in the headers`)
      else ids.add(id)
      for (const way of ['do', 'dump']) {
        const call = raw[way] as { request?: Raw; reply?: Raw } | undefined
        const request = call?.request?.['value']
        const reply = call?.reply?.['value']
        if (typeof request === 'number' && request !== id)
          this.problem(`operation ${raw.name}: ${request} by the spec, ${id} by the header`)
        if (typeof reply === 'number') ids.add(reply)
      }
    } else if (typeof raw['value'] === 'number') ids.add(raw['value'])
    for (const id of ids) this.message(id, set, header, raw['x-request-set'])
  }

  private message(id: number, set: string, header: string, requestSet: unknown): void {
    const cName = this.input.headers.names.find(
      name => /^RTM_(NEW|DEL|GET|SET)[A-Z]/.test(name) && Number(this.input.headers.constant(name)) === id,
    )
    if (cName === undefined) {
      this.problem(`message ${id}: no RTM_ constant has this value`)
      return
    }
    const message = {
      id,
      cName,
      name: cName.slice(4).toLowerCase(),
      header: this.useStruct(header),
      set: this.useSet(set),
      ...(typeof requestSet === 'string' ? { requestSet: this.useSet(requestSet) } : {}),
    }
    const known = this.messages.get(id)
    if (known === undefined) this.messages.set(id, message)
    else if (known.header !== message.header || known.set !== message.set)
      this.problem(`message ${cName}: ${known.set} after ${known.header}, or ${set} after ${header}`)
  }

  private group(raw: Raw): void {
    const cName = constantCase('', String(raw['name']))
    const id = this.constant(cName)
    if (id === undefined) this.problem(`group ${cName} is not in the headers`)
    else if (typeof raw['value'] === 'number' && raw['value'] !== id)
      this.problem(`group ${cName}: ${raw['value']} by the spec, ${id} by the header`)
    else if (this.groups.has(id)) this.problem(`group ${cName} occurs twice`)
    else this.groups.set(id, { id, cName, name: kebabCase(cName.replace(/^RTNLGRP_/, '')) })
  }

  private useDefinition(raw: RawDefinition): void {
    if (raw.type === 'struct') this.useStruct(raw.name)
    else this.useEnum(raw.name)
  }

  useEnum(name: string): string {
    if (this.started.has(`enum ${name}`)) return name
    this.started.add(`enum ${name}`)
    const raw = this.rawDefinitions.get(name)
    if (raw === undefined || (raw.type !== 'enum' && raw.type !== 'flags')) {
      this.problem(`enum ${name} is not defined`)
      return name
    }
    const result = resolveEnum(raw, this.input.headers, this.input.values)
    if (result.problem !== undefined) this.problem(result.problem)
    if (result.enum !== undefined) {
      this.enums.set(name, result.enum)
      for (const { cName } of result.enum.entries) this.usedFile(cName)
    }
    return name
  }

  useStruct(name: string): string {
    if (this.started.has(`struct ${name}`)) return name
    this.started.add(`struct ${name}`)
    const raw = this.rawDefinitions.get(name)
    const tag = String(raw?.['x-c-struct'] ?? name.replaceAll('-', '_'))
    const type = raw?.['x-packed'] === true ? packedType(raw.members ?? []) : this.input.headers.struct(tag)
    if (type === undefined) this.problem(`struct ${name}: no struct ${tag} in the headers`)
    else {
      this.usedFile(tag)
      const struct = buildStruct(name, raw, type, tag, this)
      const older = this.input.base?.struct(tag)?.size ?? struct.size
      const min = raw?.['x-min'] === undefined ? Math.min(struct.min, older) : struct.min
      this.structs.set(name, { ...struct, min })
    }
    return name
  }

  addStruct(key: string, struct: Struct): void {
    this.structs.set(key, struct)
  }

  /** A set's attributes with what a subset inherits, and the prefix of their constants. */
  private flatten(raw: RawSet): { attributes: RawAttribute[]; prefix: string | undefined } {
    const prefix = raw['x-c-prefix'] ?? raw['name-prefix']
    const parentName = raw['subset-of']
    if (typeof parentName !== 'string')
      return { attributes: raw.attributes, prefix: typeof prefix === 'string' ? prefix : undefined }
    const parentRaw = this.rawSets.get(parentName)
    if (parentRaw === undefined) {
      this.problem(`set ${raw.name}: no set ${parentName} to be a subset of`)
      return { attributes: [], prefix: undefined }
    }
    this.parents.add(parentName)
    const parent = this.flatten(parentRaw)
    const attributes: RawAttribute[] = []
    for (const own of raw.attributes) {
      const inherited = parent.attributes.find(one => one.name === own.name)
      if (inherited === undefined) this.problem(`set ${raw.name}: ${own.name} is not in ${parentName}`)
      else attributes.push({ ...inherited, ...own })
    }
    return { attributes, prefix: parent.prefix }
  }

  useSet(name: string): string {
    if (this.started.has(`set ${name}`)) return name
    this.started.add(`set ${name}`)
    const raw = this.rawSets.get(name)
    if (raw === undefined) {
      this.problem(`set ${name} is not defined`)
      return name
    }
    const { attributes, prefix } = this.flatten(raw)
    const attrs: Attribute[] = []
    for (const one of attributes) {
      const attribute = this.attribute(name, one, attributes, prefix)
      if (attribute !== undefined) attrs.push(attribute)
    }
    attrs.sort((a, b) => a.id - b.id)
    for (const [index, attr] of attrs.entries()) {
      if (attrs[index + 1]?.id === attr.id) this.problem(`set ${name}: ${attr.cName} occurs twice`)
      if (attrs.some((other, at) => at > index && other.name === attr.name && other.id !== attr.id))
        this.problem(`set ${name}: two fields called ${attr.name}`)
    }
    this.sets.set(name, {
      typeName: String(raw['x-type-name'] ?? pascalCase(name.replace(/^linkinfo-/, ''))),
      attrs,
      ...(typeof raw['x-write'] === 'string' ? { write: raw['x-write'] } : {}),
    })
    return name
  }

  private attribute(
    set: string,
    raw: RawAttribute,
    siblings: readonly RawAttribute[],
    prefix: string | undefined,
  ): Attribute | undefined {
    const where = `set ${set}, ${raw.name}`
    const own = raw['x-c-name']
    if (own === undefined && prefix === undefined) {
      this.problem(`${where}: the set has no name-prefix`)
      return undefined
    }
    const cName = typeof own === 'string' ? own : constantCase(prefix ?? '', raw.name)
    const id = this.constant(cName)
    if (id === undefined) {
      this.problem(`${where}: no ${cName} in the headers`)
      return undefined
    }
    if (raw.$id !== undefined && raw.$id !== id) {
      this.problem(`${where}: ${raw.$id} by the spec, but ${cName} is ${id}`)
      return undefined
    }
    const dir = raw['x-dir'] ?? 'both'
    if (!['request', 'reply', 'both'].includes(String(dir))) this.problem(`${where}: x-dir is ${String(dir)}`)
    const { base, kernel } = this.input
    const newer = base !== undefined && base.constant(cName) === undefined && !this.input.values.has(cName)
    const since = raw['x-since'] ?? (newer ? kernel : undefined)
    try {
      return {
        id,
        cName,
        name: fieldName(raw),
        ...attributeShape(raw, siblings, this),
        dir: dir as Direction,
        ...(raw['multi-attr'] === true ? { multi: true } : {}),
        ...(since === undefined ? {} : { since: String(since) }),
      }
    } catch (error) {
      this.problem(`${where}: ${(error as Error).message}`)
      return undefined
    }
  }

  useSub(name: string, attribute: RawAttribute, siblings: readonly RawAttribute[]): { ref: string; outer?: true } {
    const raw = this.rawSubs.get(name)
    if (raw === undefined) throw new Error(`sub-message ${name} is not defined`)
    const own = raw['x-selector'] as { attr?: string; header?: string } | undefined
    const names = own?.attr ?? attribute['selector']
    let selector: Sub['selector']
    let outer = false
    if (own?.header !== undefined) selector = { header: camelCase(own.header) }
    else {
      const sibling = siblings.find(one => one.name === names)
      if (sibling === undefined && typeof names !== 'string') throw new Error('no attribute selects the format')
      // What is not beside it stands in the set around; lostSelectors makes sure.
      outer = sibling === undefined
      selector = { attr: sibling === undefined ? camelCase(String(names)) : fieldName(sibling) }
    }
    const result = outer ? { ref: name, outer: true as const } : { ref: name }
    const known = this.subs.get(name)
    if (known !== undefined && JSON.stringify(known.selector) !== JSON.stringify(selector))
      throw new Error(`sub-message ${name} is selected in two ways`)
    if (this.started.has(`sub ${name}`)) return result
    this.started.add(`sub ${name}`)
    this.subs.set(name, {
      typeName: String(raw['x-type-name'] ?? pascalCase(name)),
      selector,
      formats: resolveFormats(raw, this),
    })
    return result
  }

  /** Own specs that nothing reaches are mistakes; upstream's are pruned. */
  private checkUse(): void {
    for (const raw of this.rawSets.values())
      if (raw.$own && !this.sets.has(raw.name) && !this.parents.has(raw.name))
        this.problem(`set ${raw.name}: nothing refers to it`)
    for (const raw of this.rawSubs.values())
      if (raw.$own && !this.subs.has(raw.name)) this.problem(`sub-message ${raw.name}: nothing refers to it`)
    for (const raw of this.rawDefinitions.values())
      if (raw.$own && !this.started.has(`${raw.type === 'struct' ? 'struct' : 'enum'} ${raw.name}`))
        this.problem(`${raw.type} ${raw.name}: nothing refers to it (x-keep: true keeps it)`)
  }

  private checkTypeNames(): void {
    const seen = new Map<string, string>()
    for (const [what, map] of Object.entries({
      set: this.sets,
      struct: this.structs,
      enum: this.enums,
      sub: this.subs,
    }))
      for (const [key, { typeName }] of map) {
        const other = seen.get(typeName)
        if (other !== undefined) this.problem(`${what} ${key} and ${other} are both called ${typeName}`)
        seen.set(typeName, `${what} ${key}`)
      }
  }
}
