// The programs of README.md and of docs/: their fenced `ts` blocks, compiled as a user's program outside of the sources.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** README.md and the pages of docs/, as paths from the root. */
export const pages: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter(name => name.endsWith('.md'))
    .sort()
    .map(name => `docs/${name}`),
]

/** The compiler's options of a user who is as strict as the library. */
export const userOptions = {
  module: 'NodeNext',
  target: 'ES2023',
  lib: ['ES2023', 'ESNext.Disposable'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  rootDir: '.',
  outDir: '.',
}

/** How a program runs: on the kernel, anywhere, or as a test file of Vitest on the kernel. */
export type Sort = 'kernel' | 'no-kernel' | 'vitest'

/** A program of a page. */
export interface Program {
  /** Its page and the heading above it, and its line. */
  readonly title: string
  /** The compiled file. */
  readonly file: string
  /** The lines that it prints: those behind `// →`. */
  readonly prints: readonly string[]
  readonly sort: Sort
}

/** A fenced block of a page. */
export interface Block {
  readonly page: string
  readonly heading: string
  readonly line: number
  /** The words behind the fence: `ts no-kernel`. */
  readonly info: string
  readonly text: readonly string[]
}

/** Returns the fenced blocks of all pages. */
export function blocks(): Block[] {
  return pages.flatMap(page => {
    const lines = readFileSync(join(root, page), 'utf8').split('\n')
    const found: Block[] = []
    let heading = ''
    for (let at = 0; at < lines.length; at += 1) {
      const line = lines[at] ?? ''
      if (line.startsWith('#')) heading = line.replace(/^#+ /, '')
      if (!line.startsWith('```')) continue
      const end = lines.indexOf('```', at + 1)
      if (end < 0) throw new Error(`${page}:${at + 1}: the block has no end`)
      found.push({ page, heading, line: at + 1, info: line.slice(3), text: lines.slice(at + 1, end) })
      at = end
    }
    return found
  })
}

/** Compiles files of a folder, with their outputs beside them. Throws with the compiler's messages. */
export function compile(folder: string, files: readonly string[]): void {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: userOptions, files }))
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' })
  } catch (error) {
    throw new Error((error as { stdout?: string }).stdout || String(error))
  }
}

/** Writes the programs to a folder below build/ and compiles them. Throws with the compiler's messages. */
export function compilePrograms(folderName: string): Program[] {
  const folder = join(root, 'build', folderName)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const programs = blocks()
    .filter(({ info }) => /^ts\b/.test(info))
    .map(({ page, heading, line, info, text }) => {
      const sort = (info.slice(3) || 'kernel') as Sort
      const name = `${page.replace(/^docs\/|\.md$/g, '')}-${line}${sort === 'vitest' ? '.test' : ''}`
      writeFileSync(join(folder, `${name}.ts`), `${text.join('\n')}\n`)
      const prints = text.flatMap(row => /\/\/ → (.*)$/.exec(row)?.[1] ?? [])
      return { title: `${page}, ${heading} (line ${line})`, file: join(folder, `${name}.js`), prints, sort }
    })
  // The repository's own configuration does not apply.
  writeFileSync(join(folder, 'vitest.config.js'), 'export default {}\n')
  compile(
    folder,
    programs.map(({ file }) => file.replace(/js$/, 'ts')),
  )
  return programs
}
