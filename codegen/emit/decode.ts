import { type Attribute, type Element, getters, type Member, scalarSize } from '../model.js'
import { useCodec, useCodecType } from './codecs.js'
import { endpoint } from './endpoints.js'
import { selectorFallbacks } from './object-specs.js'
import { type Entity, File, nameOf, type Program, typesFile } from './program.js'
import { declareShared, type Payload, share, unless } from './shared.js'

/** Emits the specialised decoders of a family's sets, structs and selected formats. */
export class DecodeEmitter {
  readonly program: Program
  readonly file: File

  constructor(program: Program, home: string) {
    this.program = program
    this.file = new File(`generated/${home}/decode.gen.js`)
    this.file.add(`const le = ${this.file.use('wire/endian.js', 'littleEndian')}`)
    declareShared(program, home, this.file)
    for (const entity of program.defined(home, 'struct')) this.#struct(entity)
    for (const entity of program.defined(home, 'sub')) this.#sub(entity)
    for (const entity of program.defined(home, 'set')) this.#set(entity)
  }

  /** Emits the walk over attributes: one `case` for each, made by `lines`, which break when the length is none that it may have. */
  walk(attrs: readonly Attribute[], lines: (attr: Attribute) => string[]): void {
    const file = this.file
    file.use('codec/trace.js', 'keep')
    file.use('codec/trace.js', 'keepRest')
    const cases = attrs.map(attr => ({ attr, body: lines(attr) }))
    const breaks = cases.some(({ body }) => body.some(line => line.endsWith(' break')))
    const end = breaks ? 'continue' : 'break'
    file.add(
      '  for (let n = 0; e - o >= 4; o += (n + 3) & ~3) {',
      '    n = v.getUint16(o, le)',
      '    if (n < 4 || n > e - o) break',
      '    const p = o + 4',
    )
    file.add('    switch (v.getUint16(o + 2, le) & 0x3fff) {')
    for (const { attr, body } of cases) {
      const block = body.some(line => line.startsWith('const '))
      file.add(`      case ${attr.id}:${block ? ' {' : ''}${attr.type === 'pad' ? '' : ` // ${attr.cName}`}`)
      for (const line of body) file.add(`        ${line}`)
      file.add(`        ${end}`)
      if (block) file.add('      }')
    }
    file.add('      default:', "        keep(r, b, v, o, n, t, 'unknown-attribute')")
    if (breaks) file.add(`        ${end}`)
    file.add('    }')
    if (breaks) file.add('    keep(r, b, v, o, n, t)')
    file.add('  }', '  if (o < e) keepRest(r, b, o, e, t)')
  }

  /** Gives the lines that decode one attribute into `r.<field>`; what waits for a selector only notes where it lies. */
  attribute(attr: Attribute, family: string, field: string, set: Entity<'set'>): string[] {
    if (attr.type === 'pad') return []
    if (this.isLate(attr, family)) return [`${attr.name}At = o`]
    if (attr.repeat === true) return this.#repeated(attr, family, field)
    const { need, value, sure } = this.payload(attr, family, set)
    const target = attr.multi === true ? `(r.${field} ??= []).push(x)` : `r.${field} = x`
    const store = attr.multi === true ? `(r.${field} ??= []).push(${value})` : `r.${field} = ${value}`
    const short = need === '' ? [] : [unless(need)]
    if (sure) return [...short, store]
    return [
      ...short,
      `const x = ${value}`,
      `if (x === undefined) keep(r, b, v, o, n, t, '${attr.type === 'nest' ? 'too-deep' : 'malformed-value'}')`,
      `else ${target}`,
    ]
  }

  /** A nest that may hold several values one behind the other; one to three bytes are no nest here either. */
  #repeated(attr: Attribute, family: string, field: string): string[] {
    const inner = this.program.find(family, 'set', attr.ref)
    if (attr.multi !== true || attr.header !== undefined || this.program.takesFamily(inner))
      throw new Error(`${attr.cName}: values cannot repeat in one nest`)
    const each = this.file.use('codec/arrays.js', 'repeats')
    return [
      unless('n >= 8 || n === 4'),
      `for (const [s, q] of ${each}(v, p, o + n)) (r.${field} ??= []).push(${this.use(inner, 'decode')}({}, b, v, s, q, t))`,
    ]
  }

  /** Gives how the payload of an attribute is read. */
  payload(attr: Attribute, family: string, set: Entity<'set'>): Payload {
    return share(attr, this.#payload(attr, family, set))
  }

  #payload(attr: Attribute, family: string, set: Entity<'set'>): Payload {
    const file = this.file
    switch (attr.type) {
      case 'flag':
        return { need: '', value: 'true', sure: true }
      case 'string':
        return { need: '', value: `${file.use('codec/text/text.js', 'readText')}(b, p, n - 4)`, sure: true }
      case 'bytes':
        return { need: '', value: 'b.slice(p, o + n)', sure: true }
      case 'ip': {
        const ip = `${file.use('codec/text/address-text.js', 'ipText')}(b, p, n - 4)`
        // iproute2 writes `from all` as an empty address.
        const need = `n === 8 || n === 20 || n === 4${endpoint(attr.cName)}`
        if (attr.cName !== 'RTA_DST') return { need, value: ip, sure: true }
        return {
          need,
          value: `h === 28 && n === 8 ? ${file.use('codec/codecs.js', 'labelText')}(v, p) : ${ip}`,
          sure: false,
        }
      }
      case 'mac':
        return { need: '', value: `${file.use('codec/text/address-text.js', 'macText')}(b, p, n - 4)`, sure: true }
      case 'bitfield32':
        return { need: 'n >= 12', value: '{ value: v.getUint32(p, le), selector: v.getUint32(p + 4, le) }', sure: true }
      case 'struct': {
        const struct = this.program.find(family, 'struct', attr.ref)
        return { need: `n >= ${4 + struct.it.min}`, value: `${this.use(struct, 'read')}(b, v, p, n - 4)`, sure: true }
      }
      case 'nest':
        return this.#nest(attr, family, set)
      case 'array':
      case 'indexed':
        return this.#elements(attr, family)
      case 'sub': {
        const sub = this.program.find(family, 'sub', attr.ref)
        return { need: '', value: `${this.use(sub, 'decode')}(h, b, v, p, o + n, t)`, sure: false }
      }
      case 'codec':
        return this.#codec(attr)
      case 'uint':
      case 'sint': {
        const [four, eight] = attr.type === 'uint' ? (['u32', 'u64'] as const) : (['s32', 's64'] as const)
        const read = (type: string): string => this.scalar(type, 'p', undefined, undefined, family)
        return { need: 'n === 8 || n >= 12', value: `n >= 12 ? ${read(eight)} : BigInt(${read(four)})`, sure: true }
      }
      default:
        return {
          need: `n >= ${4 + (scalarSize[attr.type] ?? 0)}`,
          value: this.scalar(attr.type, 'p', attr.be, attr.enum, family),
          sure: true,
        }
    }
  }

  scalar(type: string, at: string, be: true | undefined, enumeration: string | undefined, family: string): string {
    if (type === 'u64' || type === 's64')
      return `${this.file.use('codec/wide.js', type)}(v, ${at}${be === true ? ', false' : ''})`
    const get = `v.${getters[type]}(${at}${scalarSize[type] === 1 ? '' : be === true ? ', false' : ', le'})`
    if (enumeration === undefined) return get
    const entity = this.program.find(family, 'enum', enumeration)
    if (entity.it.flags) return get
    return `${this.file.reach(entity, 'tables', nameOf.enum(entity.type))}.name(${get})`
  }

  #nest(attr: Attribute, family: string, set: Entity<'set'>): Payload {
    const inner = this.program.find(family, 'set', attr.ref)
    const header = attr.header === undefined ? undefined : this.program.find(family, 'struct', attr.header)
    const start = header === undefined ? 'p' : `p + ${header.it.size}`
    const types =
      header === undefined
        ? []
        : [header, inner].map(entity => this.file.use(typesFile(entity.home), entity.type, true))
    const into =
      header === undefined ? '{}' : `${this.use(header, 'read')}(b, v, p, ${header.it.size}) as ${types.join(' & ')}`
    const own = header === undefined ? '0' : 'v.getUint8(p)'
    const call = `${this.use(inner, 'decode')}(${into}, b, v, ${start}, o + n, t${this.program.takesFamily(inner) ? `, ${own}` : ''})`
    // One to three bytes are no nest: dcb answers a change with one byte where its questions have a nest.
    const need = header === undefined ? 'n >= 8 || n === 4' : `n >= ${4 + header.it.size}`
    if (!this.program.circular(set, inner)) return { need, value: call, sure: true }
    return { need, value: `${this.file.use('codec/trace.js', 'deeper')}(() => ${call})`, sure: false }
  }

  #elements(attr: Attribute, family: string): Payload {
    const elem = attr.elem
    if (elem === undefined) throw new Error(`${attr.cName}: no element`)
    const file = this.file
    if (attr.type === 'array') {
      if (elem.type === 'u32' && elem.be !== true)
        return { need: '', value: `${file.use('codec/arrays.js', 'u32Array')}(v, p, n - 4)`, sure: true }
      if (elem.type === 'u64' && elem.be !== true)
        return { need: '', value: `${file.use('codec/arrays.js', 'u64Array')}(v, p, n - 4)`, sure: true }
      const struct = elem.type === 'struct' ? this.program.find(family, 'struct', elem.ref) : undefined
      const size = struct?.it.size ?? scalarSize[elem.type]
      const value =
        struct === undefined
          ? this.scalar(elem.type, 'a', elem.be, elem.enum, family)
          : `${this.use(struct, 'read')}(b, v, a, ${size})`
      return {
        need: '',
        value: `${file.use('codec/arrays.js', 'arrayOf')}(p, n - 4, ${size}, a => ${value})`,
        sure: true,
      }
    }
    const read = this.#indexed(elem, family)
    return {
      need: '',
      value: `${file.use('codec/arrays.js', 'indexedOf')}(v, p, o + n, t, (a, l) => ${read})`,
      sure: false,
    }
  }

  #indexed(elem: Element, family: string): string {
    const file = this.file
    if (elem.type === 'nest') {
      const set = this.program.find(family, 'set', elem.ref)
      return `${this.use(set, 'decode')}({}, b, v, a, a + l, t${this.program.takesFamily(set) ? ', 0' : ''})`
    }
    if (elem.type === 'ip')
      return `l === 4 || l === 16 ? ${file.use('codec/text/address-text.js', 'ipText')}(b, a, l) : undefined`
    if (elem.type === 'mac') return `${file.use('codec/text/address-text.js', 'macText')}(b, a, l)`
    if (elem.type === 'bytes') return 'b.slice(a, a + l)'
    if (elem.type === 'struct') {
      const struct = this.program.find(family, 'struct', elem.ref)
      return `l >= ${struct.it.min} ? ${this.use(struct, 'read')}(b, v, a, l) : undefined`
    }
    return `l >= ${scalarSize[elem.type]} ? ${this.scalar(elem.type, 'a', elem.be, elem.enum, family)} : undefined`
  }

  #codec(attr: Attribute): Payload {
    if (attr.ref === 'rtnexthop') {
      const read = this.file.use('objects/route/codecs/multipath.js', 'readNexthops')
      return { need: '', value: `${read}(b, v, p, n - 4, t, decodeRouteAttrs)`, sure: false }
    }
    const type = useCodecType(this.file, attr.ref, 'read')
    return {
      need: '',
      value: `${useCodec(this.file, attr.ref)}.decode(b, v, p, n - 4, t) as ${type} | undefined`,
      sure: false,
    }
  }

  #struct(entity: Entity<'struct'>): void {
    const { it, type } = entity
    const table = this.file.reach(entity, 'tables', nameOf.struct(type))
    this.file.use(typesFile(entity.home), type, true)
    this.file.add(`/** Reads struct ${it.cName}; the caller has checked that ${it.min} bytes are there. */`)
    this.file.add(`export function ${nameOf.read(type)}(b: Uint8Array, v: DataView, p: number, n: number): ${type} {`)
    const whole = `return ${this.file.use('codec/struct.js', 'readStruct')}(${table}, b, v, p, n)`
    if (it.rest !== undefined) {
      this.file.add(`  ${whole}`, '}', '')
      return
    }
    this.file.add(`  if (n !== ${it.size}) ${whole}`)
    this.file.add('  return {')
    for (const member of it.members) this.file.add(`    ${member.name}: ${this.member(member, entity.family, 'p')},`)
    this.file.add('  }', '}', '')
  }

  /** Gives the expression that reads a struct member. */
  member(member: Member, family: string, base: string): string {
    const at = member.offset === 0 ? base : `${base} + ${member.offset}`
    const length = member.length ?? 0
    if (member.type === 'bytes') return `b.slice(${at}, ${base} + ${member.offset + length})`
    if (member.type === 'mac') return `${this.file.use('codec/text/address-text.js', 'macText')}(b, ${at}, ${length})`
    if (member.type === 'ip') return `${this.file.use('codec/text/address-text.js', 'ipText')}(b, ${at}, ${length})`
    if (member.type === 'string') return `${this.file.use('codec/text/text.js', 'readText')}(b, ${at}, ${length})`
    if (member.type === 'codec') return `${useCodec(this.file, member.ref)}.read(b, v, ${at})`
    const struct = member.type === 'struct' ? this.program.find(family, 'struct', member.ref) : undefined
    const size = struct?.it.size ?? scalarSize[member.type] ?? 0
    const read = (where: string) =>
      struct === undefined
        ? this.scalar(member.type, where, member.be, member.enum, family)
        : `${this.use(struct, 'read')}(b, v, ${where}, ${size})`
    return member.length === undefined
      ? read(at)
      : `${this.file.use('codec/arrays.js', 'arrayOf')}(${at}, ${size * length}, ${size}, a => ${read('a')})`
  }

  #sub(entity: Entity<'sub'>): void {
    const { it, type, family } = entity
    this.file.use(typesFile(entity.home), type, true)
    this.file.use('codec/trace.js', 'Trace', true)
    const byAttr = 'attr' in it.selector
    const number = !byAttr || it.formats.some(format => typeof format.value === 'number')
    const selector = number ? 'k: number' : 'k: string'
    // Structs alone hold nothing to remark on.
    const t = it.formats.every(format => format.set === undefined && format.header !== undefined) ? '_t' : 't'
    this.file.add(`/** Decodes what ${byAttr ? 'the kind' : 'the family'} picks. */`)
    this.file.add(
      `export function ${nameOf.decode(type)}(${selector}, b: Uint8Array, v: DataView, o: number, e: number, ${t}: Trace | undefined): ${type}${byAttr ? '' : ' | undefined'} {`,
    )
    this.file.add('  switch (k) {')
    for (const format of it.formats) {
      this.file.add(`    case ${typeof format.value === 'string' ? `'${format.value}'` : format.value}:`)
      for (const line of this.#format(format, family, byAttr)) this.file.add(`      ${line}`)
    }
    const fallback = byAttr ? undefined : it.formats.find(format => format.value === 0)
    if (fallback !== undefined)
      this.file.add('    default:', ...this.#format(fallback, family, false).map(line => `      ${line}`))
    this.file.add('  }')
    if (byAttr) this.file.add("  return { kind: 'other', name: k, data: b.slice(o, e) }")
    else if (fallback === undefined) this.file.add('  return undefined')
    this.file.add('}', '')
  }

  /** Gives the lines of one format: what is too short for its struct, or no nest behind it, falls through to `other`. */
  #format(format: { name: string; set?: string; header?: string }, family: string, byAttr: boolean): string[] {
    const tag = `kind: '${format.name}'`
    const header = format.header === undefined ? undefined : this.program.find(family, 'struct', format.header)
    const set = format.set === undefined ? undefined : this.program.find(family, 'set', format.set)
    const size = header?.it.size ?? 0
    const at = size === 0 ? 'o' : `o + ${(size + 3) & ~3}`
    const alone = header !== undefined && set === undefined
    const checks = [
      ...(size === 0 ? [] : [`e - o < ${alone ? header.it.min : size}`]),
      ...(byAttr && (set !== undefined || header === undefined)
        ? [`!${this.file.use('codec/trace.js', 'isNest')}(v, ${at}, e)`]
        : []),
    ]
    const guard = checks.length === 0 ? [] : [`if (${checks.join(' || ')}) break`]
    const members = (header?.it.members ?? []).map(member => `${member.name}: ${this.member(member, family, 'o')}`)
    const literal = `{ ${[...(byAttr ? [tag] : []), ...members].join(', ')} }`
    const types = [header, set].flatMap(entity =>
      entity === undefined ? [] : [this.file.use(typesFile(entity.home), entity.type, true)],
    )
    if (set !== undefined) {
      const into =
        byAttr || header !== undefined
          ? `${literal} as ${[...(byAttr ? [`{ ${tag} }`] : []), ...types].join(' & ')}`
          : '{}'
      return [
        ...guard,
        `return ${this.use(set, 'decode')}(${into}, b, v, ${at}, e, t${this.program.takesFamily(set) ? ', 0' : ''})`,
      ]
    }
    if (alone && byAttr)
      return [...guard, `return Object.assign({ ${tag} as const }, ${this.use(header, 'read')}(b, v, o, e - o))`]
    if (alone) return [...guard, `return ${this.use(header, 'read')}(b, v, o, e - o)`]
    this.file.use('codec/trace.js', 'Unknowns', true)
    return [
      ...guard,
      `return ${this.file.use('codec/trace.js', 'keepAll')}(${literal} as { ${tag} } & Unknowns, b, v, o, e, t)`,
    ]
  }

  #set(entity: Entity<'set'>): void {
    const { it, type, family } = entity
    this.file.use(typesFile(entity.home), type, true)
    this.file.use('codec/trace.js', 'Trace', true)
    const outer = this.program.outerSelector(entity)
    const h = `${this.program.takesFamily(entity) ? ', h: number' : ''}${outer === undefined ? '' : `, k: ${outer.type} | undefined`}`
    this.file.add(`/** Decodes the attributes between \`o\` and \`e\` into \`r\`. */`)
    this.file.add(
      `export function ${nameOf.decode(type)}<T extends ${type}>(r: T, b: Uint8Array, v: DataView, o: number, e: number, t: Trace | undefined${h}): T {`,
    )
    this.file.add('  const s = o')
    const late = it.attrs.filter(attr => this.isLate(attr, family))
    for (const attr of late) this.file.add(`  let ${attr.name}At = -1`)
    this.walk(it.attrs, attr => this.attribute(attr, family, attr.name, entity))
    for (const attr of late) this.late(attr, family, it.attrs)
    this.file.add('  t?.layout(r, v, s, e)', '  return r', '}', '')
  }

  isLate(attr: Attribute, family: string): boolean {
    if (attr.type === 'nest')
      return this.program.outerSelector(this.program.find(family, 'set', attr.ref)) !== undefined
    return attr.type === 'sub' && 'attr' in this.program.find(family, 'sub', attr.ref).it.selector
  }

  /** Decodes after the loop what waits for a selector, which has now been seen wherever it stood. */
  late(attr: Attribute, family: string, attrs: readonly Attribute[]): void {
    const nest = attr.type === 'nest' ? this.program.find(family, 'set', attr.ref) : undefined
    this.file.add(`  if (${attr.name}At >= 0) {`, `    const n = v.getUint16(${attr.name}At, le)`)
    const range = `b, v, ${attr.name}At + 4, ${attr.name}At + n, t`
    if (nest !== undefined) {
      if (attr.header !== undefined) throw new Error(`${attr.cName}: a selector for a nest behind a header`)
      const { known, key } = this.#selector(this.program.outerSelector(nest)?.attr ?? '', family, attrs)
      const h = this.program.takesFamily(nest) ? ', 0' : ''
      if (key !== 'k') this.file.add(`    const k = ${known}`)
      this.file.add(
        `    r.${attr.name} = ${this.use(nest, 'decode')}({}, ${range}${h}, ${key === 'k' ? known : `k === undefined ? k : ${key}`})`,
      )
    } else {
      const sub = this.program.find(family, 'sub', attr.ref)
      const by = 'attr' in sub.it.selector ? sub.it.selector.attr : ''
      const { known, key } = attr.outer === true ? { known: 'k', key: 'k' } : this.#selector(by, family, attrs)
      if (attr.outer !== true) this.file.add(`    const k = ${known}`)
      this.file.add(
        `    if (k === undefined) keep(r, b, v, ${attr.name}At, n, t, 'malformed-value')`,
        `    else r.${attr.name} = ${this.use(sub, 'decode')}(${key}, ${range})`,
      )
    }
    this.file.add('  }')
  }

  /** Gives the expression of a selector's value, and of the key that it is when it stands in `k`. */
  #selector(by: string, family: string, attrs: readonly Attribute[]): { known: string; key: string } {
    const selector = attrs.find(candidate => candidate.name === by)
    const fallback = selectorFallbacks[by]
    const known =
      fallback === undefined
        ? `r.${by}`
        : `r.${by} ?? (r.${fallback.attr}?.endsWith('${fallback.suffix}') ? r.${fallback.attr}.slice(0, -${fallback.suffix.length}) : undefined)`
    if (selector?.enum === undefined) return { known, key: 'k' }
    const entity = this.program.find(family, 'enum', selector.enum)
    const table = this.file.reach(entity, 'tables', nameOf.enum(entity.type))
    return { known, key: `(typeof k === 'string' ? (${table}.value(k) ?? -1) : k)` }
  }

  /** Names a decoder of another entity, importing it where it lives elsewhere. */
  use(entity: Entity, what: 'read' | 'decode'): string {
    return this.file.reach(entity, 'decode', nameOf[what](entity.type))
  }
}
