// The programs of README.md: its fenced `ts` blocks, compiled as a user's program outside of the sources.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A program of the README. */
export interface Example {
  /** The heading that it stands under, and its line. */
  readonly title: string
  readonly file: string
  /** What it prints: the lines behind `// →`. */
  readonly prints: readonly string[]
  /** Runs anywhere; the others need rtnetlink and privilege. */
  readonly pure: boolean
}

/** Writes the programs to a folder below build/ and compiles them; throws with what the compiler says. */
export function compileReadme(folderName: string): Example[] {
  const folder = join(root, 'build', folderName)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const found = examples(folder)
  const options = {
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
  const files = found.map(({ file }) => file.replace(/js$/, 'ts'))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }))
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' })
  } catch (error) {
    throw new Error((error as { stdout?: string }).stdout || String(error))
  }
  return found
}

function examples(folder: string): Example[] {
  const lines = readFileSync(join(root, 'README.md'), 'utf8').split('\n')
  const found: Example[] = []
  let heading = ''
  for (const [number, line] of lines.entries()) {
    if (line.startsWith('#')) heading = line.replace(/^#+ /, '')
    const fence = /^```ts( no-kernel)?$/.exec(line)
    if (fence === null) continue
    const text = lines.slice(number + 1, lines.indexOf('```', number))
    const file = join(folder, `line-${number + 1}.js`)
    writeFileSync(file.replace(/js$/, 'ts'), `${text.join('\n')}\n`)
    const prints = text.flatMap(row => /\/\/ → (.*)$/.exec(row)?.[1] ?? [])
    found.push({ title: `${heading} (line ${number + 1})`, file, prints, pure: fence[1] !== undefined })
  }
  return found
}
