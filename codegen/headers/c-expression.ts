/** Integer constant expressions of C, with the types that decide what `~0U` and `1 << 31` mean. */
import type { Macro } from './c-tokens.js'

/** An integer with its C type (32 or 64 bits, signed or not). */
export interface CInt {
  readonly value: bigint
  readonly bits: 32 | 64
  readonly unsigned: boolean
}

/** Where names in an expression come from. */
export interface Names {
  /** The value of an enumerator or object-like macro. */
  constant(name: string): CInt | undefined
  macro(name: string): Macro | undefined
  /** Size and sign of the type that these tokens name, if they name one. */
  typeOf(tokens: readonly string[]): { readonly size: number; readonly unsigned: boolean } | undefined
}

/** Thrown for what is no integer constant expression. */
export class NotConstant extends Error {}

/** Makes a C integer, wrapped to its type. */
export function cInt(value: bigint, bits: 32 | 64 = 32, unsigned = false): CInt {
  return { value: unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value), bits, unsigned }
}

const INT_MAX = 0x7fff_ffffn
const UINT_MAX = 0xffff_ffffn
const LONG_MAX = 0x7fff_ffff_ffff_ffffn

function literal(token: string): CInt {
  const digits = token.replace(/[uUlL]+$/, '')
  const suffix = token.slice(digits.length).toLowerCase()
  const octal = /^0[0-7]+$/.test(digits)
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits)
  const decimal = !octal && !/^0[xX]/.test(digits)
  const long = suffix.includes('l')
  const u = suffix.includes('u')
  if (!long && !u && value <= INT_MAX) return cInt(value)
  if (!long && (u || !decimal) && value <= UINT_MAX) return cInt(value, 32, true)
  return cInt(value, 64, u || (!decimal && value > LONG_MAX))
}

/** Gives the type of an enumerator: int, unless it does not fit. */
export function enumerator(value: bigint): CInt {
  if (value >= -INT_MAX - 1n && value <= INT_MAX) return cInt(value)
  if (value >= 0n && value <= UINT_MAX) return cInt(value, 32, true)
  return cInt(value, 64, value > LONG_MAX)
}

const PRECEDENCE: { readonly [operator: string]: number } = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
}

const flag = (value: boolean): CInt => cInt(value ? 1n : 0n)

function binary(operator: string, a: CInt, b: CInt): CInt {
  if (operator === '<<') return cInt(a.value << b.value, a.bits, a.unsigned)
  if (operator === '>>') return cInt(a.value >> b.value, a.bits, a.unsigned)
  if (operator === '&&') return flag(a.value !== 0n && b.value !== 0n)
  if (operator === '||') return flag(a.value !== 0n || b.value !== 0n)
  const bits = a.bits === 64 || b.bits === 64 ? 64 : 32
  const unsigned = (a.unsigned && a.bits === bits) || (b.unsigned && b.bits === bits)
  const x = cInt(a.value, bits, unsigned).value
  const y = cInt(b.value, bits, unsigned).value
  const whole = (value: bigint): CInt => cInt(value, bits, unsigned)
  switch (operator) {
    case '+':
      return whole(x + y)
    case '-':
      return whole(x - y)
    case '*':
      return whole(x * y)
    case '|':
      return whole(x | y)
    case '^':
      return whole(x ^ y)
    case '&':
      return whole(x & y)
    case '==':
      return flag(x === y)
    case '!=':
      return flag(x !== y)
    case '<':
      return flag(x < y)
    case '>':
      return flag(x > y)
    case '<=':
      return flag(x <= y)
    case '>=':
      return flag(x >= y)
    default:
      if (y === 0n) throw new NotConstant('division by zero')
      return whole(operator === '/' ? x / y : x % y)
  }
}

/** Evaluates the tokens of an integer constant expression. */
export function evaluate(tokens: readonly string[], names: Names, depth = 0): CInt {
  if (depth > 50) throw new NotConstant('macros nest too deep')
  let at = 0
  const expect = (token: string): void => {
    if (tokens[at] !== token) throw new NotConstant(`expected ${token}, found ${tokens[at] ?? 'the end'}`)
    at++
  }
  /** The tokens up to the parenthesis that closes the one just read. */
  const group = (): string[] => {
    const start = at
    for (let level = 1; at < tokens.length; at++) {
      if (tokens[at] === '(') level++
      else if (tokens[at] === ')' && --level === 0) return tokens.slice(start, at++)
    }
    throw new NotConstant('unbalanced parentheses')
  }
  const expand = (macro: Macro): CInt => {
    at++
    const args: string[][] = [[]]
    let level = 0
    for (const token of group()) {
      if (token === ',' && level === 0) args.push([])
      else {
        if (token === '(') level++
        else if (token === ')') level--
        args.at(-1)?.push(token)
      }
    }
    const body = macro.body.flatMap(token => {
      const index = macro.params?.indexOf(token) ?? -1
      return index < 0 ? [token] : ['(', ...(args[index] ?? []), ')']
    })
    return evaluate(body, names, depth + 1)
  }
  const name = (token: string): CInt => {
    const macro = names.macro(token)
    if (macro?.params !== undefined && tokens[at] === '(') return expand(macro)
    const value = names.constant(token)
    if (value === undefined) throw new NotConstant(`unknown name ${token}`)
    return value
  }
  const unary = (): CInt => {
    const token = tokens[at++]
    if (token === undefined) throw new NotConstant('empty expression')
    if (token === '(') {
      const start = at
      const inside = group()
      const cast = names.typeOf(inside)
      if (cast !== undefined && at < tokens.length && /^[\w(~!-]/.test(tokens[at] ?? '')) {
        const { size, unsigned } = cast
        const { value } = unary()
        const cut = unsigned ? BigInt.asUintN(size * 8, value) : BigInt.asIntN(size * 8, value)
        return cInt(cut, size === 8 ? 64 : 32, unsigned && size >= 4)
      }
      at = start
      const value = conditional()
      expect(')')
      return value
    }
    if (token === '-' || token === '+' || token === '~') {
      const { value, bits, unsigned } = unary()
      return cInt(token === '-' ? -value : token === '~' ? ~value : value, bits, unsigned)
    }
    if (token === '!') return flag(unary().value === 0n)
    if (token === 'sizeof') {
      expect('(')
      const type = names.typeOf(group())
      if (type === undefined) throw new NotConstant('sizeof an unknown type')
      return cInt(BigInt(type.size), 64, true)
    }
    if (/^\d/.test(token)) return literal(token)
    if (/^'.'$/.test(token)) return cInt(BigInt(token.charCodeAt(1)))
    if (/^[A-Za-z_]/.test(token)) return name(token)
    throw new NotConstant(`unexpected ${token}`)
  }
  const climb = (least: number): CInt => {
    let left = unary()
    for (;;) {
      const operator = tokens[at]
      const rank = operator === undefined ? undefined : PRECEDENCE[operator]
      if (operator === undefined || rank === undefined || rank < least) return left
      at++
      left = binary(operator, left, climb(rank + 1))
    }
  }
  const conditional = (): CInt => {
    const test = climb(1)
    if (tokens[at] !== '?') return test
    at++
    const yes = conditional()
    expect(':')
    const no = conditional()
    return test.value !== 0n ? yes : no
  }
  const result = conditional()
  if (at !== tokens.length) throw new NotConstant(`unexpected ${tokens[at]}`)
  return result
}
