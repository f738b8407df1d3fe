/** The kernel's UAPI headers: constants, enums and struct layouts. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { namedType, readDeclarations } from './c-declarations.js'
import { type CInt, cInt, enumerator, evaluate, type Names, NotConstant } from './c-expression.js'
import { type Macro, scan, tokenize } from './c-tokens.js'
import type { CType } from './c-types.js'

/** One `enum { … }`, in the order of the header. */
export interface CEnum {
  readonly tag: string | undefined
  readonly file: string
  readonly entries: readonly { readonly name: string; readonly value: bigint }[]
}

/** What a folder of headers says. */
export interface Headers {
  /** The value of an enumerator or integer macro. */
  constant(name: string): bigint | undefined
  /** The header that defines a constant, struct or enum (`linux/if_link.h`). */
  origin(name: string): string | undefined
  /** All integer constants, in the order of their definition. */
  readonly names: readonly string[]
  readonly enums: readonly CEnum[]
  /** A struct by its tag. */
  struct(tag: string): CType | undefined
  /** Tags of all structs that could be laid out. */
  readonly structs: readonly string[]
  /** Headers that were asked for or included, and exist. */
  readonly files: readonly string[]
  /** Structs that could not be laid out, and why. */
  readonly failures: readonly { readonly tag: string; readonly file: string; readonly reason: string }[]
}

/** What the compiler or libc would have defined. */
function predefined(name: string): bigint {
  return name.startsWith('__UAPI_DEF_') ? 1n : 0n
}

/** Macros that the headers take from elsewhere: the compiler, and linux/const.h, whose tokens are pasted. */
const GIVEN: readonly (readonly [string, Macro])[] = [
  ['__LITTLE_ENDIAN_BITFIELD', { body: [], file: '' }],
  ['_BITUL', { params: ['x'], body: tokenize('(1UL << (x))'), file: '' }],
  // The kernel's own, which linux/nexthop.h uses without having it.
  ['BIT', { params: ['nr'], body: tokenize('(1UL << (nr))'), file: '' }],
  ['_BITULL', { params: ['x'], body: tokenize('(1ULL << (x))'), file: '' }],
]

/** Reads headers (`linux/if_link.h`) below `directory`, with all that they include and the folder has; of an older kernel some may lack. */
export function readHeaders(directory: string, wanted: readonly string[]): Headers {
  const macros = new Map<string, Macro>(GIVEN)
  const enumerators = new Map<string, CInt>()
  const origins = new Map<string, string>()
  const order = new Set<string>()
  const types = new Map<string, CType>()
  const enums: CEnum[] = []
  const files = new Set<string>()
  const failures: { tag: string; file: string; reason: string }[] = []
  const cache = new Map<string, CInt | undefined>()
  const pending = new Set<string>()

  const names: Names = {
    constant(name) {
      const macro = macros.get(name)
      if (macro === undefined || macro.params !== undefined || pending.has(name)) return enumerators.get(name)
      if (cache.has(name)) return cache.get(name)
      pending.add(name)
      let value: CInt | undefined
      try {
        value = macro.body.length === 0 ? undefined : evaluate(macro.body, names, pending.size)
      } catch (error) {
        if (!(error instanceof NotConstant)) throw error
      } finally {
        pending.delete(name)
      }
      value ??= enumerators.get(name)
      if (pending.size === 0) cache.set(name, value)
      return value
    },
    macro: name => macros.get(name),
    typeOf(tokens) {
      const type = namedType(tokens, types)
      return type && { size: type.size, unsigned: type.scalar?.startsWith('u') === true && type.text !== true }
    },
  }
  const conditional: Names = {
    constant: name => (macros.has(name) ? names.constant(name) : undefined) ?? cInt(predefined(name)),
    macro: names.macro,
    typeOf: () => undefined,
  }

  const condition = (tokens: readonly string[]): boolean => {
    const resolved = tokens
      .join(' ')
      .replace(/\bdefined *(?:\( *(\w+) *\)|(\w+))/g, (_, a?: string, b?: string) =>
        macros.has(a ?? b ?? '') ? '1' : '0',
      )
    try {
      return evaluate(resolved.split(' '), conditional).value !== 0n
    } catch (error) {
      if (error instanceof NotConstant) return false
      throw error
    } finally {
      // A condition may have looked at macros that are still to be redefined.
      cache.clear()
    }
  }

  const read = (file: string): void => {
    const path = join(directory, file)
    if (files.has(file) || !existsSync(path)) return
    files.add(file)
    const known = new Set(macros.keys())
    scan(readFileSync(path, 'utf8'), file, {
      macros,
      include: read,
      condition,
      flush(tokens) {
        readDeclarations(tokens, {
          types,
          declare(key, type) {
            types.set(key, type)
            if (/^(struct|union) /.test(key)) origins.set(key, file)
          },
          macro(name) {
            const macro = macros.get(name)
            return macro?.params === undefined ? macro?.body : undefined
          },
          evaluate: expression => evaluate(expression, names).value,
          enumeration(tag, entries) {
            let next = 0n
            const read: { name: string; value: bigint }[] = []
            for (const { name, value } of entries) {
              if (value.length > 0) {
                try {
                  next = evaluate(value, names).value
                } catch (error) {
                  if (error instanceof NotConstant) break
                  throw error
                }
              }
              enumerators.set(name, enumerator(next))
              origins.set(name, file)
              order.add(name)
              read.push({ name, value: next })
              next++
            }
            enums.push({ tag, file, entries: read })
          },
          failed: (tag, reason) => failures.push({ tag, file, reason }),
        })
      },
    })
    for (const [name, macro] of macros) {
      if (known.has(name) || macro.file !== file) continue
      if (!origins.has(name)) origins.set(name, file)
      order.add(name)
    }
  }
  for (const file of wanted) read(file)
  if (files.size === 0) throw new Error(`${directory} has no ${wanted[0]}, nor any other header of a kernel`)
  cache.clear()

  return {
    constant: name => names.constant(name)?.value,
    origin: name => origins.get(name) ?? origins.get(`struct ${name}`),
    names: [...order].filter(name => macros.get(name)?.params === undefined && names.constant(name) !== undefined),
    enums,
    struct: tag => types.get(`struct ${tag}`),
    structs: [...types.keys()].filter(key => key.startsWith('struct ')).map(key => key.slice(7)),
    files: [...files],
    failures,
  }
}
