// A small reader of TypeScript sources: what a file imports and re-exports, and its text without comments and strings.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Reads all TypeScript files under folders of the repository: path from its root → text. */
export function sourceFiles(...folders: readonly string[]): Map<string, string> {
  const files = new Map<string, string>()
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      const path = posix.join(folder, entry)
      if (path.endsWith('.ts')) files.set(path, readFileSync(join(root, path), 'utf8'))
    }
  }
  return files
}

const statement =
  /^[ \t]*(?:import|export)[ \t]+(?:type[ \t]+)?(?:\*(?:[ \t]+as[ \t]+\w+)?|\w+(?:[ \t]*,[ \t]*\{[^}]*\})?|\{[^}]*\})[ \t\n]+from[ \t]+['"]([^'"]+)['"]/gm
const bare = /^[ \t]*import[ \t]+['"]([^'"]+)['"]/gm
const call = /\b(?:import|require)[ \t]*\([ \t\n]*['"`]([^'"`]+)['"`]/g

/** Gives what a source names in imports, re-exports, `import()` and `require()`, type-only ones too. */
export function specifiers(text: string): string[] {
  const code = withoutComments(text)
  return [statement, bare, call].flatMap(pattern => [...code.matchAll(pattern)].map(match => match[1] ?? ''))
}

/** Tells whether a source imports more than types from a module, as far as whole statements say it. */
export function importsValues(text: string, specifier: string): boolean {
  const types = new RegExp(`^import[ \\t]+type[^'"]*['"]${specifier}['"]`, 'gm')
  return specifiers(withoutComments(text).replace(types, '')).includes(specifier)
}

/** Gives the file that a relative specifier means. */
export function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts')
}

/** Cuts comments out. */
export function withoutComments(text: string): string {
  return text.replace(/("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (_, kept) => kept ?? '')
}

/** Cuts comments out and empties strings. */
export function withoutStrings(text: string): string {
  return withoutComments(text).replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, "''")
}
