import { type Attribute, type AttributeSet, type Element, type Member, scalarSize } from '../model.js'
import { useCodecType } from './codecs.js'
import { comment, type Docs } from './docs.js'
import { filterFields } from './filter.js'
import { leftOut } from './left-out.js'
import { linkMembers, type ObjectSpec, objects, plainNumbers, shapes, takesText } from './object-specs.js'
import { type Entity, File, type Program, property, specOf, typesFile } from './program.js'
import { isShared } from './shared.js'

type Way = 'read' | 'write'

/** Emits the interfaces of a family. */
export function emitTypes(program: Program, home: string, docs: Docs): File {
  const file = new File(typesFile(home))
  const emit = new TypeEmitter(program, home, file, docs)
  for (const each of [home, ...program.lazyHomes(home)]) {
    for (const entity of program.defined(each, 'enum')) emit.enumeration(entity)
    for (const entity of program.defined(each, 'struct')) emit.struct(entity)
    for (const entity of program.defined(each, 'set')) emit.set(entity)
    for (const entity of program.defined(each, 'sub')) emit.sub(entity)
  }
  for (const object of objects) if (object.family === home) emit.object(object)
  return file
}

class TypeEmitter {
  readonly #program: Program
  readonly #home: string
  readonly #file: File
  readonly #docs: Docs

  constructor(program: Program, home: string, file: File, docs: Docs) {
    this.#docs = docs
    this.#program = program
    this.#home = home
    this.#file = file
  }

  enumeration(entity: Entity<'enum'>): void {
    const names = entity.it.entries.map(entry => `'${entry.name}'`)
    this.#file.add(
      `/** ${entity.it.flags ? 'Bits' : 'Values'} of ${entity.it.entries[0]?.cName ?? entity.key} and its like. */`,
    )
    this.#file.add(`export type ${entity.type} = ${names.length === 0 ? 'never' : names.join(' | ')}`, '')
  }

  struct(entity: Entity<'struct'>): void {
    const { it, type, family } = entity
    this.#file.add(`/** struct ${it.cName}, ${it.size} bytes. */`, `export interface ${type} {`)
    for (const member of it.members) {
      const always = member.offset + this.#memberSize(member, family) <= it.min
      this.#file.add(
        `  ${comment(this.#docs, it.cName, member.cName)}`,
        `  ${property(member.name)}${always ? '' : '?'}: ${this.#member(member, family, 'read')}`,
      )
    }
    const { rest } = it
    if (rest === undefined) this.#file.add('  /** What a newer kernel appends. */', '  $tail?: Uint8Array', '}', '')
    else this.#file.add(`  /** What ${rest.length} counts. */`, `  ${rest.name}: Uint8Array`, '}', '')
    this.#file.add(
      `/** struct ${it.cName} as written; what is left out is ${leftOut[it.cName] ?? '0'}. */`,
      `export interface ${specOf(type)} {`,
    )
    for (const member of it.members) {
      const name = linkMembers.has(`${it.cName}.${member.cName}`) ? ' | string' : ''
      this.#file.add(`  ${comment(this.#docs, it.cName, member.cName)}`)
      this.#file.add(`  ${property(member.name)}?: ${this.#member(member, family, 'write')}${name} | undefined`)
    }
    if (rest !== undefined) this.#file.add(`  ${rest.name}?: Uint8Array | undefined`)
    this.#file.add('}', '')
  }

  set(entity: Entity<'set'>): void {
    const { it, type, family } = entity
    this.#file.add(`/** Attributes ${prefixOf(it.attrs)} as the kernel sends them. */`, `export interface ${type} {`)
    for (const attr of it.attrs) if (attr.type !== 'pad') this.#field(it, attr, attr.name, family, 'read')
    this.#unknown()
    this.#file.add('}', '')
    const shape = it.write === undefined ? undefined : shapes[it.write]
    const base =
      shape === undefined ? '' : ` extends ${this.#file.use('objects/tc/codecs/shaping.js', shape.type, true)}`
    this.#file.add(
      `/** Attributes ${prefixOf(it.attrs)} as they are written. */`,
      `export interface ${specOf(type)}${base} {`,
    )
    for (const attr of it.attrs) {
      if (attr.type === 'pad' || attr.dir === 'reply' || shape?.fields?.includes(attr.name) === true) continue
      this.#field(it, attr, attr.name, family, 'write')
    }
    this.#file.add('}', '')
    if (it.attrs.some(attr => attr.ref === 'rtnexthop')) this.#nexthop(type)
  }

  #nexthop(type: string): void {
    const flags = this.#file.use(typesFile(this.#home), 'RtnhFlags', true)
    this.#file.add(
      '/** One nexthop of a multipath route: struct rtnexthop and its attributes; `hops` is the weight − 1. */',
    )
    this.#file.add(
      `export interface Nexthop extends ${type} {`,
      '  flags: number',
      '  hops: number',
      '  ifindex: number',
      '}',
      '',
    )
    this.#file.add('/** One nexthop of a multipath route, as written; `dev` is the link by name or index. */')
    this.#file.add(
      `export interface NexthopSpec extends ${specOf(type)} {`,
      `  flags?: number | readonly ${flags}[] | undefined`,
    )
    this.#file.add(
      '  hops?: number | undefined',
      '  ifindex?: number | undefined',
      '  dev?: string | number | undefined',
      '}',
      '',
    )
  }

  sub(entity: Entity<'sub'>): void {
    const { it, type, family } = entity
    for (const way of ['read', 'write'] as const) {
      const name = way === 'read' ? type : specOf(type)
      const parts = it.formats.map(format => {
        const members = [
          ...(format.header === undefined ? [] : [this.#ref(this.#program.find(family, 'struct', format.header), way)]),
          ...(format.set === undefined ? [] : [this.#ref(this.#program.find(family, 'set', format.set), way)]),
        ]
        if ('header' in it.selector) return members.join(' & ')
        return [
          `{ kind: '${format.name}'${members.length > 0 || way === 'write' ? '' : '; $unknown?: UnknownAttribute[]'} }`,
          ...members,
        ].join(' & ')
      })
      this.#file.use('codec/trace.js', 'UnknownAttribute', true)
      this.#file.add(`/** What the ${'header' in it.selector ? 'family' : 'kind'} picks. */`, `export type ${name} =`)
      if ('header' in it.selector) this.#file.add(`  ${parts.join(' & ')}`, '')
      else
        this.#file.add(
          ...parts.map(part => `  | (${part})`),
          "  | { kind: 'other'; name: string | number; data: Uint8Array }",
          '',
        )
    }
  }

  object(object: ObjectSpec): void {
    const model = this.#program.model(object.family)
    const message = model.messages.find(candidate => candidate.name === object.message)
    const header = this.#program.find(object.family, 'struct', message?.header)
    const set = this.#program.find(object.family, 'set', message?.set)
    const members = object.members
      .map(name => header.it.members.find(member => member.name === name))
      .filter(member => member !== undefined)
    const attrs = set.it.attrs.filter(
      attr =>
        attr.type !== 'pad' &&
        (object.fields?.[attr.cName] ?? attr.name) !== '' &&
        object.without?.includes(attr.cName) !== true,
    )
    const fieldOf = (attr: Attribute) => object.fields?.[attr.cName] ?? attr.name
    // Where header and attribute name the same thing the attribute wins; the field has one type, the header's when it is required.
    const headerNames = new Set(object.members)

    this.#file.add(
      `/** ${object.name}: header members and attributes in one flat object. */`,
      `export interface ${object.name} {`,
    )
    for (const member of members)
      this.#file.add(
        `  ${comment(this.#docs, header.it.cName, member.cName)}`,
        `  ${member.name}: ${this.#member(member, object.family, 'read')}`,
      )
    if (header.it.rest !== undefined)
      this.#file.add(`  /** What ${header.it.rest.length} counts. */`, `  ${header.it.rest.name}: Uint8Array`)
    for (const name of Object.keys(object.required ?? {})) {
      if (!attrs.some(attr => fieldOf(attr) === name)) this.#file.add(`  ${name}: string`)
    }
    for (const attr of attrs) {
      if (headerNames.has(fieldOf(attr))) continue
      const required = object.required !== undefined && Object.hasOwn(object.required, fieldOf(attr))
      this.#field(set.it, attr, fieldOf(attr), object.family, 'read', required)
    }
    if (object.special === 'link') {
      this.#file.add(
        '  /** IFLA_INFO_KIND with IFLA_INFO_DATA */',
        '  info?: LinkInfo',
        '  /** IFLA_INFO_KIND */',
        '  kindName?: string',
      )
      this.#file.add(
        '  /** IFLA_INFO_SLAVE_KIND with IFLA_INFO_SLAVE_DATA */',
        '  slave?: LinkSlave',
        '  /** IFLA_INFO_SLAVE_KIND */',
        '  slaveKindName?: string',
      )
      this.#file.add(
        '  /** IFLA_INFO_XSTATS */',
        '  xstats?: LinkinfoXstats',
        '  /** IFLA_NEW_NETNSID or IFLA_TARGET_NETNSID */',
        '  netns?: { nsid: number }',
      )
      this.#file.add('  /** Unknown members of IFLA_LINKINFO. */', '  $linkinfo?: UnknownAttribute[]')
    }
    if (object.special === 'filter' || object.special === 'chain')
      for (const line of filterFields(object, 'read', this.#program, this.#file)) this.#file.add(`  ${line}`)
    if (object.special === 'addr')
      this.#file.add('  /** IFA_ADDRESS with its prefix length, when it differs from IFA_LOCAL */', '  peer?: string')
    this.#unknown()
    this.#file.add('}', '')
    if (object.readOnly === true) return

    this.#file.add(
      `/** ${object.name} as it is written; everything is optional, reply-only fields are ignored. */`,
      `export interface ${object.name}Spec {`,
    )
    for (const member of members)
      this.#file.add(
        `  ${comment(this.#docs, header.it.cName, member.cName)}`,
        `  ${member.name}?: ${this.#member(member, object.family, 'write')}${object.handles?.includes(member.name) ? ' | string' : ''} | undefined`,
      )
    for (const attr of attrs) {
      if (!headerNames.has(fieldOf(attr)) && attr.dir !== 'reply')
        this.#field(set.it, attr, fieldOf(attr), object.family, 'write')
    }
    if (object.special === 'link') {
      this.#file.add('  /** IFLA_INFO_KIND with IFLA_INFO_DATA */', '  info?: LinkInfoSpec | undefined')
      this.#file.add('  /** IFLA_INFO_SLAVE_KIND with IFLA_INFO_SLAVE_DATA */', '  slave?: LinkSlaveSpec | undefined')
      this.#file.use('wire/namespace-ref.js', 'NamespaceRef', true)
    }
    if (object.special === 'filter' || object.special === 'chain')
      for (const line of filterFields(object, 'write', this.#program, this.#file)) this.#file.add(`  ${line}`)
    for (const line of object.spec ?? []) this.#file.add(`  ${line}`)
    this.#file.add('}', '')
    if (object.special === 'link') {
      this.#file.add(
        '/** What a link is, by kind. */',
        'export type LinkInfo = LinkinfoData',
        '/** What a link is, as written. */',
        'export type LinkInfoSpec = LinkinfoDataSpec',
      )
      this.#file.add(
        '/** What a link is to its master, by kind. */',
        'export type LinkSlave = LinkinfoMemberData',
        '/** What a link is to its master, as written. */',
        'export type LinkSlaveSpec = LinkinfoMemberDataSpec',
        '',
      )
    }
  }

  #unknown(): void {
    this.#file.use('codec/trace.js', 'UnknownAttribute', true)
    this.#file.add('  /** Attributes that no table names, in wire order. */', '  $unknown?: UnknownAttribute[]')
  }

  #field({ typeName }: AttributeSet, attr: Attribute, name: string, family: string, way: Way, required = false): void {
    const type = this.#attribute(attr, family, way)
    const list = attr.multi !== true ? type : way === 'read' ? `${group(type)}[]` : `readonly ${group(type)}[]`
    this.#file.add(
      `  ${comment(this.#docs, typeName, attr.cName)}`,
      `  ${property(name)}${required ? '' : '?'}: ${list}${way === 'write' ? ' | undefined' : ''}`,
    )
  }

  #attribute(attr: Attribute, family: string, way: Way): string {
    const type = this.#type(attr, family, way)
    if (way === 'write' || !isShared(attr)) return type
    return attr.type === 'array' ? `readonly ${type}` : `Readonly<${type}>`
  }

  #type(attr: Attribute, family: string, way: Way): string {
    switch (attr.type) {
      case 'flag':
        return way === 'read' ? 'true' : 'boolean'
      case 'bitfield32':
        return '{ value: number; selector: number }'
      case 'struct':
        return this.#ref(this.#program.find(family, 'struct', attr.ref), way)
      case 'sub':
        return this.#ref(this.#program.find(family, 'sub', attr.ref), way)
      case 'nest':
        return this.#nest(attr, family, way)
      case 'array':
      case 'indexed':
        return `${way === 'write' ? 'readonly ' : ''}${group(this.#element(attr.elem, family, way))}[]`
      case 'codec':
        return this.#codec(attr, way)
      default: {
        if (plainNumbers.has(attr.cName)) return 'number'
        const type = this.#scalar(attr.type, attr.enum, family, way)
        return way === 'write' && takesText(attr.cName) ? `${type} | string` : type
      }
    }
  }

  #nest(attr: Attribute, family: string, way: Way): string {
    const set = this.#program.find(family, 'set', attr.ref)
    if (attr.header === undefined) return this.#ref(set, way)
    // A peer is written as the object that it is.
    if (way === 'write' && set.type === 'LinkAttrs') return 'LinkSpec'
    return `${this.#ref(this.#program.find(family, 'struct', attr.header), way)} & ${this.#ref(set, way)}`
  }

  #codec(attr: Pick<Attribute, 'ref'>, way: Way): string {
    return useCodecType(this.#file, attr.ref, way)
  }

  #element(elem: Element | undefined, family: string, way: Way): string {
    if (elem === undefined) throw new Error('array without element')
    if (elem.type === 'struct') return this.#ref(this.#program.find(family, 'struct', elem.ref), way)
    if (elem.type === 'nest') return this.#ref(this.#program.find(family, 'set', elem.ref), way)
    return this.#scalar(elem.type, elem.enum, family, way)
  }

  #member(member: Member, family: string, way: Way): string {
    if (member.type === 'bytes') return 'Uint8Array'
    if (member.type === 'mac' || member.type === 'ip' || member.type === 'string') return 'string'
    if (member.type === 'codec') return this.#codec(member, way)
    const type =
      member.type === 'struct'
        ? this.#ref(this.#program.find(family, 'struct', member.ref), way)
        : this.#scalar(member.type === 'u8' ? 'u16' : member.type, member.enum, family, way)
    return member.length === undefined ? type : `${way === 'write' ? 'readonly ' : ''}${group(type)}[]`
  }

  #memberSize(member: Member, family: string): number {
    const one =
      member.type === 'struct'
        ? this.#program.find(family, 'struct', member.ref).it.size
        : (scalarSize[member.type] ?? 1)
    return one * (member.length ?? 1)
  }

  #scalar(type: string, enumeration: string | undefined, family: string, way: Way): string {
    if (type === 'string' || type === 'ip' || type === 'mac') return 'string'
    if (type === 'bytes') return 'Uint8Array'
    if (type === 'u64' || type === 's64' || type === 'uint' || type === 'sint') return 'bigint'
    if (enumeration === undefined) return way === 'write' && type === 'u8' ? 'number | boolean' : 'number'
    const entity = this.#program.find(family, 'enum', enumeration)
    const name = this.#file.use(typesFile(entity.home), entity.type, true)
    if (!entity.it.flags) return `${name} | number`
    return way === 'read' ? 'number' : `number | readonly ${name}[]`
  }

  #ref(entity: Entity, way: Way): string {
    return this.#file.use(typesFile(entity.home), way === 'read' ? entity.type : specOf(entity.type), true)
  }
}

function group(type: string): string {
  return /[|&]/.test(type) ? `(${type})` : type
}

/** The common beginning of the C names: `IFLA_VXLAN_`. */
function prefixOf(attrs: readonly Attribute[]): string {
  const names = attrs.map(attr => attr.cName)
  let prefix = names[0] ?? ''
  for (const name of names) while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1)
  return `${prefix.slice(0, prefix.lastIndexOf('_') + 1)}*`
}
