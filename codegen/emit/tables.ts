import type { Attribute, Element, Member } from '../model.js'
import { useCodec } from './codecs.js'
import {
  fieldNames,
  handleAttributes,
  linkAttributes,
  linkMembers,
  selectorFallbacks,
  stringLimits,
  u32HandleAttributes,
} from './object-specs.js'
import { type Entity, File, nameOf, type Program, property, specOf, typesFile } from './program.js'

/** Emits the tables of a family: what encoder, error paths, printer, oracle and arbitraries work from. */
export function emitTables(program: Program, home: string): File {
  const file = new File(`generated/${home}/tables.gen.js`)
  const emit = new TableEmitter(program, file)
  for (const entity of program.defined(home, 'enum')) emit.enumeration(entity)
  for (const entity of inOrder(program, program.defined(home, 'struct'))) emit.struct(entity)
  for (const entity of program.defined(home, 'sub')) emit.sub(entity)
  for (const entity of program.defined(home, 'set')) emit.set(entity)
  return file
}

/** Addresses of links of whatever type: 6 bytes of most, 20 of InfiniBand, 4 or 16 of tunnels. All other MAC addresses are of Ethernet. */
const linkLayerAddresses: ReadonlySet<string> = new Set([
  'IFLA_ADDRESS',
  'IFLA_BROADCAST',
  'IFLA_PERM_ADDRESS',
  'IFLA_BOND_SLAVE_PERM_HWADDR',
  'NDA_LLADDR',
  'DCB_ATTR_PERM_HWADDR',
])

/** The writers of src/codec/header.ts. */
const headerWriters: Readonly<Record<string, string>> = { u8: 'putU8', u16: 'putU16', u32: 'putU32', s32: 'putS32' }

/** Puts structs behind the structs they contain. */
function inOrder(program: Program, structs: Entity<'struct'>[]): Entity<'struct'>[] {
  const out: Entity<'struct'>[] = []
  const visit = (entity: Entity<'struct'>): void => {
    if (out.some(done => done.type === entity.type)) return
    for (const member of entity.it.members) {
      if (member.type !== 'struct') continue
      const inner = program.find(entity.family, 'struct', member.ref)
      if (structs.some(candidate => candidate.type === inner.type)) visit(inner)
    }
    out.push(entity)
  }
  for (const entity of structs) visit(entity)
  return out
}

class TableEmitter {
  readonly #program: Program
  readonly #file: File

  constructor(program: Program, file: File) {
    this.#program = program
    this.#file = file
  }

  enumeration(entity: Entity<'enum'>): void {
    const table = this.#file.use('codec/enum-table.js', 'EnumTable')
    const type = this.#file.use(typesFile(entity.home), entity.type, true)
    const entries = entity.it.entries.map(entry => `${property(entry.name)}: ${entry.value}`)
    this.#file.add(`export const ${nameOf.enum(entity.type)} = /* @__PURE__ */ new ${table}<${type}>({`)
    for (let at = 0; at < entries.length; at += 6) this.#file.add(`  ${entries.slice(at, at + 6).join(', ')},`)
    this.#file.add(`}${entity.it.flags ? ', true' : ''})`, '')
  }

  struct(entity: Entity<'struct'>): void {
    const { it, type, family } = entity
    const table = this.#file.use('codec/table.js', 'StructTable')
    this.#file.add(`export const ${nameOf.struct(type)} = /* @__PURE__ */ new ${table}({`)
    this.#file.add(`  name: '${it.cName}', size: ${it.size}, min: ${it.min}, members: [`)
    for (const member of it.members) this.#file.add(`    ${this.#member(member, it.cName, family)},`)
    this.#file.add('  ],')
    if (it.rest !== undefined) this.#file.add(`  rest: { name: '${it.rest.name}', length: '${it.rest.length}' },`)
    this.#file.add(this.#isHeader(type) ? `}, ${this.#writer(entity)})` : '})', '')
  }

  /** Tells whether messages have a struct as their fixed header. */
  #isHeader(type: string): boolean {
    return this.#program.models.some(({ family, messages }) =>
      messages.some(({ header }) => this.#program.find(family, 'struct', header).type === type),
    )
  }

  /** Writes the function that writes a header: what it does not know goes by the table. */
  #writer({ it, home, type, family }: Entity<'struct'>): string {
    const calls = it.members.map(member => {
      const put = headerWriters[member.type]
      if (put === undefined || member.length !== undefined || member.be === true)
        return `r.${member.name} === undefined`
      const names = member.enum === undefined ? '' : `, ${this.#ref('enum', family, member.enum)}`
      return `${this.#file.use('codec/header.js', put)}(v, p + ${member.offset}, r.${member.name}${names})`
    })
    const spec = this.#file.use(typesFile(home), specOf(type), true)
    return `(v, p, r: ${spec}) =>\n  ${calls.join(' &&\n  ')}`
  }

  #member(member: Member, struct: string, family: string): string {
    const parts = [`name: '${member.name}'`, `offset: ${member.offset}`, `type: '${member.type}'`]
    if (member.length !== undefined) parts.push(`length: ${member.length}`)
    if (member.be === true) parts.push('be: true')
    if (linkMembers.has(`${struct}.${member.cName}`)) parts.push('link: true')
    if (member.enum !== undefined) parts.push(this.#row('enum', 'enum', family, member.enum))
    if (member.type === 'struct') parts.push(this.#row('struct', 'struct', family, member.ref))
    if (member.type === 'codec') parts.push(`codec: ${useCodec(this.#file, member.ref)}`)
    return `{ ${parts.join(', ')} }`
  }

  sub(entity: Entity<'sub'>): void {
    const { it, type, family } = entity
    const table = this.#file.use('codec/table.js', 'SubTable')
    const selector = 'attr' in it.selector ? selectorText(it.selector.attr) : `header: '${it.selector.header}'`
    this.#file.add(`export const ${nameOf.sub(type)}: ${table} = /* @__PURE__ */ new ${table}({ ${selector} }, () => [`)
    for (const format of it.formats) {
      const parts = [
        `value: ${typeof format.value === 'string' ? `'${format.value}'` : format.value}`,
        `name: '${format.name}'`,
      ]
      if (format.set !== undefined) parts.push(this.#row('set', 'set', family, format.set))
      if (format.header !== undefined) parts.push(this.#row('header', 'struct', family, format.header))
      this.#file.add(`  { ${parts.join(', ')} },`)
    }
    this.#file.add('])', '')
  }

  set(entity: Entity<'set'>): void {
    const { it, type, family } = entity
    const table = this.#file.use('codec/table.js', 'AttrSet')
    this.#file.add(`export const ${nameOf.set(type)}: ${table} = /* @__PURE__ */ new ${table}('${type}', () => [`)
    for (const attr of it.attrs) this.#file.add(`  ${this.#attr(attr, family)},`)
    const writer =
      it.write === undefined ? '' : `, ${this.#file.use('objects/tc/codecs/shaping.js', 'writers')}${access(it.write)}`
    this.#file.add(`]${writer})`, '')
  }

  #attr(attr: Attribute, family: string): string {
    const parts = [`id: ${attr.id}`, `name: '${attr.name}'`, `type: '${attr.type}'`]
    const field = fieldNames[attr.cName]
    if (field !== undefined) parts.push(`field: '${field}'`)
    if (attr.dir !== 'both') parts.push(`dir: '${attr.dir}'`)
    if (attr.be === true) parts.push('be: true')
    if (attr.multi === true) parts.push('multi: true')
    if (attr.repeat === true) parts.push('repeat: true')
    if (attr.empty === true) parts.push('empty: true')
    if (linkAttributes.has(attr.cName)) parts.push('link: true')
    if (handleAttributes.has(attr.cName)) parts.push("handle: 'class'")
    if (u32HandleAttributes.has(attr.cName)) parts.push("handle: 'u32'")
    if (attr.hint !== undefined) parts.push(`hint: '${attr.hint}'`)
    const size = attr.type === 'mac' && !linkLayerAddresses.has(attr.cName) ? 6 : attr.size
    if (size !== undefined) parts.push(`size: ${size}`)
    const max = stringLimits[attr.cName]
    if (max !== undefined) parts.push(`max: ${max}`)
    if (attr.enum !== undefined) parts.push(this.#row('enum', 'enum', family, attr.enum))
    if (attr.type === 'struct') parts.push(this.#row('struct', 'struct', family, attr.ref))
    if (attr.type === 'nest') parts.push(this.#row('set', 'set', family, attr.ref))
    if (attr.type === 'sub') parts.push(this.#row('sub', 'sub', family, attr.ref))
    if (attr.outer === true) parts.push('outer: true')
    if (attr.header !== undefined) parts.push(this.#row('header', 'struct', family, attr.header))
    if (attr.type === 'codec') parts.push(this.#codec(attr, family))
    if (attr.elem !== undefined) parts.push(`elem: ${this.#elem(attr.elem, family)}`)
    return `{ ${parts.join(', ')} }`
  }

  #codec(attr: Attribute, family: string): string {
    const name = useCodec(this.#file, attr.ref)
    const set =
      attr.ref === 'rtnexthop'
        ? 'set: routeAttrs'
        : attr.set === undefined
          ? ''
          : this.#row('set', 'set', family, attr.set)
    return `codec: ${name}${set === '' ? '' : `, ${set}`}`
  }

  #elem(elem: Element, family: string): string {
    const parts = [`type: '${elem.type}'`]
    if (elem.size !== undefined) parts.push(`size: ${elem.size}`)
    if (elem.first !== undefined) parts.push(`first: ${elem.first}`)
    if (elem.be === true) parts.push('be: true')
    if (elem.enum !== undefined) parts.push(this.#row('enum', 'enum', family, elem.enum))
    if (elem.type === 'struct') parts.push(this.#row('struct', 'struct', family, elem.ref))
    if (elem.type === 'nest') parts.push(this.#row('set', 'set', family, elem.ref))
    return `{ ${parts.join(', ')} }`
  }

  /** Writes what a row refers to: read when it is needed, where that is apart. */
  #row(name: string, kind: 'set' | 'struct' | 'enum' | 'sub', family: string, key: string | undefined): string {
    const value = this.#ref(kind, family, key)
    const later = this.#file.isLazy(this.#program.find(family, kind, key))
    return later ? `get ${name}() { return ${value} }` : `${name}: ${value}`
  }

  #ref(kind: 'set' | 'struct' | 'enum' | 'sub', family: string, key: string | undefined): string {
    const entity = this.#program.find(family, kind, key)
    return this.#file.reach(entity, 'tables', nameOf[kind](entity.type))
  }
}

/** `.tbf` or `['htb-class']`. */
function access(name: string): string {
  return property(name) === name ? `.${name}` : `[${property(name)}]`
}

function selectorText(attr: string): string {
  const fallback = selectorFallbacks[attr]
  return `attr: '${attr}'${fallback === undefined ? '' : `, fallback: { attr: '${fallback.attr}', suffix: '${fallback.suffix}' }`}`
}
