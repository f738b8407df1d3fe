/** Reads the enums, structs and typedefs out of a header's tokens. */
import { BUILTIN, type CType, type Declared, ENUM, layOut, POINTER } from './c-types.js'

/** What the reader of declarations needs from, and gives to, its caller. */
export interface Declarations {
  /** Types by `struct tag`, `union tag` or typedef name. */
  readonly types: ReadonlyMap<string, CType>
  declare(name: string, type: CType): void
  /** The tokens of an object-like macro: some headers keep common members in one. */
  macro(name: string): readonly string[] | undefined
  evaluate(tokens: readonly string[]): bigint
  enumeration(tag: string | undefined, entries: readonly { name: string; value: readonly string[] }[]): void
  /** Notes that a struct could not be laid out, and why. */
  failed(tag: string, reason: string): void
}

/** Thrown for a declaration that this reader does not understand. */
class Unreadable extends Error {}

const WORDS = new Set(['unsigned', 'signed', '__signed__', 'char', 'short', 'int', 'long', 'const', 'volatile'])

/** Gives the type that these tokens name: `unsigned long int`, `struct foo`, `__u32`. */
export function namedType(tokens: readonly string[], types: ReadonlyMap<string, CType>): CType | undefined {
  const words = tokens.filter(token => token !== 'const' && token !== 'volatile')
  if (words.at(-1) === '*') return POINTER
  if (words[0] === 'enum') return words.length === 2 ? ENUM : undefined
  if (words.every(word => WORDS.has(word)) && words.length > 0) {
    const base = words.includes('char')
      ? 'char'
      : words.includes('short')
        ? 'short'
        : words.includes('long')
          ? 'long'
          : 'int'
    const sign = words.includes('unsigned')
      ? 'unsigned '
      : base === 'char' && words.some(word => word.includes('signed'))
        ? 'signed '
        : ''
    return BUILTIN.get(sign + base)
  }
  const name = words.join(' ')
  return types.get(name) ?? BUILTIN.get(name)
}

/** Walks all tokens of a header. */
export function readDeclarations(tokens: readonly string[], sink: Declarations): void {
  new Reader(tokens, sink).all()
}

class Reader {
  private at = 0
  private readonly tokens: string[]
  private readonly sink: Declarations

  constructor(tokens: readonly string[], sink: Declarations) {
    this.tokens = [...tokens]
    this.sink = sink
  }

  all(): void {
    while (this.at < this.tokens.length) {
      const start = this.at
      try {
        this.step()
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error
        this.at = start + 1
      }
    }
  }

  private step(): void {
    const token = this.tokens[this.at]
    if (token === 'enum' && this.opensBody()) this.enumeration()
    else if ((token === 'struct' || token === 'union') && this.opensBody()) this.record()
    else if (token === 'typedef') this.typedef()
    else this.at++
  }

  private peek(ahead = 0): string {
    return this.tokens[this.at + ahead] ?? ''
  }

  private expect(token: string): void {
    if (this.peek() !== token) throw new Unreadable(`expected ${token}, found ${this.peek()}`)
    this.at++
  }

  private opensBody(): boolean {
    return this.peek(1) === '{' || (this.peek(2) === '{' && /^\w+$/.test(this.peek(1)))
  }

  /** The tokens up to one of `stops` outside brackets; stops in front of it. */
  private until(...stops: string[]): string[] {
    const start = this.at
    for (let level = 0; this.at < this.tokens.length; this.at++) {
      const token = this.peek()
      if (level === 0 && stops.includes(token)) break
      if ('([{'.includes(token)) level++
      else if (')]}'.includes(token)) level--
    }
    return this.tokens.slice(start, this.at)
  }

  private enumeration(): void {
    this.at++
    const tag = this.peek() === '{' ? undefined : this.tokens[this.at++]
    this.expect('{')
    const entries: { name: string; value: readonly string[] }[] = []
    while (this.peek() !== '}' && this.at < this.tokens.length) {
      const name = this.peek()
      this.at++
      if (this.peek() === '=') {
        this.at++
        entries.push({ name, value: this.until(',', '}') })
      } else if (/^[,}]$/.test(this.peek())) entries.push({ name, value: [] })
      else this.until(',', '}')
      if (this.peek() === ',') this.at++
    }
    this.expect('}')
    this.sink.enumeration(tag, entries)
  }

  private typedef(): void {
    this.at++
    const type = this.type()
    if (this.peek() === '(') throw new Unreadable('function pointer')
    const name = this.peek()
    if (type !== undefined && this.peek(1) === ';') this.sink.declare(name, type)
  }

  /** Reads `__attribute__((…))` and its kin; says what it found. */
  private attributes(): { packed: boolean; align?: number } {
    let packed = false
    let align: number | undefined
    for (;;) {
      const token = this.peek()
      if (token === '__packed') packed = true
      else if (!/^(__attribute__|__counted_by\w*|__nonstring|__user|__bitwise|__aligned)$/.test(token)) break
      this.at++
      if (this.peek() !== '(') continue
      const start = ++this.at
      this.until(')')
      const inside = this.tokens.slice(start, this.at)
      this.expect(')')
      if (inside.includes('packed') || inside.includes('__packed__')) packed = true
      const aligned = token === '__aligned' ? 0 : inside.findIndex(word => /^(__)?aligned(__)?$/.test(word)) + 1
      if (aligned > 0 || token === '__aligned') align = Number(this.constant(inside.slice(aligned, -1), inside))
    }
    return { packed, ...(align === undefined ? {} : { align }) }
  }

  private constant(...choices: (readonly string[])[]): bigint {
    for (const tokens of choices) {
      try {
        return this.sink.evaluate(tokens.filter((token, i) => !(i === 0 && token === '(' && tokens.at(-1) !== ')')))
      } catch {}
    }
    throw new Unreadable(`no constant: ${choices[0]?.join(' ')}`)
  }

  private record(): CType {
    const kind = this.peek() === 'struct' ? 'struct' : 'union'
    this.at++
    const before = this.attributes()
    const tag = this.peek() === '{' ? undefined : this.tokens[this.at++]
    this.expect('{')
    const start = this.at
    this.until('}')
    const end = this.at
    this.at = start
    try {
      const declared = this.members('}')
      this.expect('}')
      const after = this.attributes()
      const type = layOut(kind, tag, declared, before.packed || after.packed, after.align ?? before.align)
      if (tag !== undefined) this.sink.declare(`${kind} ${tag}`, type)
      return type
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      this.at = end + 1
      this.sink.failed(tag ?? '', error.message)
      throw error
    }
  }

  private members(...stops: string[]): Declared[] {
    const declared: Declared[] = []
    while (!stops.includes(this.peek())) {
      if (this.at >= this.tokens.length) throw new Unreadable('no end of struct')
      if (this.peek() === ';') this.at++
      else if (this.peek() === '__struct_group') declared.push(this.group())
      else if (/^__DECLARE_FLEX_ARRAY$/.test(this.peek())) declared.push(this.flexible())
      else {
        const macro = /^[;,]$/.test(this.peek(1)) ? this.sink.macro(this.peek()) : undefined
        if (macro === undefined) declared.push(...this.declaration())
        else this.tokens.splice(this.at, 1, ...macro)
      }
    }
    return declared
  }

  private group(): Declared {
    this.at++
    this.expect('(')
    const [tag] = this.until(',')
    this.expect(',')
    this.until(',')
    this.expect(',')
    const packed = this.until(',').includes('packed')
    this.expect(',')
    const type = layOut('struct', tag, this.members(')'), packed)
    this.expect(')')
    if (tag !== undefined) this.sink.declare(`struct ${tag}`, type)
    return { name: undefined, type }
  }

  private flexible(): Declared {
    this.at++
    this.expect('(')
    const words = this.until(',')
    this.expect(',')
    const type = namedType(words, this.sink.types)
    const name = this.tokens[this.at++]
    this.expect(')')
    if (type === undefined) throw new Unreadable(`unknown type ${words.join(' ')}`)
    return { name, type, count: 0 }
  }

  /** Reads the type in front of a declarator; undefined when nobody declared it. */
  private type(): CType | undefined {
    while (this.peek() === 'const' || this.peek() === 'volatile') this.at++
    const word = this.peek()
    if (word === 'struct' || word === 'union' || word === 'enum') {
      if (this.opensBody()) {
        if (word !== 'enum') return this.record()
        this.enumeration()
        return ENUM
      }
      const name = `${word} ${this.peek(1)}`
      this.at += 2
      return this.peek() === '*' ? POINTER : word === 'enum' ? ENUM : namedType(name.split(' '), this.sink.types)
    }
    const start = this.at
    while (WORDS.has(this.peek())) this.at++
    if (this.at === start) this.at++
    const words = this.tokens.slice(start, this.at)
    return namedType(words, this.sink.types) ?? (words[0] === 'void' ? POINTER : undefined)
  }

  private declaration(): Declared[] {
    const from = this.at
    const base = this.type()
    const unnamed = this.peek() === ';' || this.peek() === '__attribute__'
    if (unnamed && base !== undefined) {
      const { align } = this.attributes()
      this.expect(';')
      if (base.members === undefined || base.tag !== undefined) return []
      return [{ name: undefined, type: base, ...(align === undefined ? {} : { align }) }]
    }
    const result: Declared[] = []
    for (;;) {
      let type = base
      this.attributes()
      while (this.peek() === '*' || this.peek() === 'const') {
        if (this.peek() === '*') type = POINTER
        this.at++
      }
      if (type === undefined) throw new Unreadable(`unknown type ${this.tokens.slice(from, this.at).join(' ')}`)
      result.push(this.declarator(type))
      if (this.peek() !== ',') break
      this.at++
    }
    this.expect(';')
    return result
  }

  private declarator(type: CType): Declared {
    if (this.peek() === '(') throw new Unreadable('function pointer')
    const name = this.peek() === ':' ? undefined : this.tokens[this.at++]
    let count: number | undefined
    let countName: string | undefined
    let width: number | undefined
    while (this.peek() === '[') {
      this.at++
      const length = this.until(']')
      this.expect(']')
      if (length.length === 1 && /^[A-Z]/.test(length[0] ?? '')) countName = length[0]
      count = (count ?? 1) * (length.length === 0 ? 0 : Number(this.constant(length)))
    }
    if (this.peek() === ':') {
      this.at++
      width = Number(this.constant(this.until(',', ';')))
    }
    const { align } = this.attributes()
    return {
      name,
      type,
      ...(count === undefined ? {} : { count }),
      ...(countName === undefined ? {} : { countName }),
      ...(width === undefined ? {} : { width }),
      ...(align === undefined ? {} : { align }),
    }
  }
}
