// No input becomes code or a program: where the package starts processes, writes files or compiles text is said here.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsValues, root, sourceFiles, withoutComments, withoutStrings } from './sources.js'

const compiles = /\beval\s*\(|\bFunction\s*\(|\bnode:vm\b|\bvm\.\w|\bsetTimeout\(\s*['"`]|\bimport\s*\(\s*[^'"`\s)]/
/** Files of `src` that use what can start a program or write a file, and why. */
const starters = ['src/netns/process.ts']
const writers = [
  // Sysctls that the caller names, below /proc/sys/net alone.
  'src/netns/run.ts',
  'src/network/sysctls.ts',
  // The file upon which a namespace is mounted: empty.
  'src/netns/named.ts',
  // Addresses that are given away, as JSON below /run.
  'src/network/leases/store.ts',
]

const sources = [...sourceFiles('src')]
const using = (pattern: RegExp) =>
  sources.filter(([, text]) => pattern.test(withoutComments(text))).map(([path]) => path)

describe('the package', () => {
  it('compiles no text', () => {
    expect(sources.filter(([, text]) => compiles.test(withoutStrings(text))).map(([path]) => path)).toEqual([])
    const built = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter(name =>
      name.endsWith('.js'),
    )
    expect(built.length).toBeGreaterThan(10)
    for (const name of built) {
      expect(
        /\beval\s*\(|new\s+Function\b/.test(withoutStrings(readFileSync(join(root, 'dist', name), 'utf8'))),
        name,
      ).toBe(false)
    }
    // What the pattern finds.
    for (const bad of ['eval(x)', 'new Function(x)', 'await import(name)']) expect(compiles.test(bad)).toBe(true)
    expect(compiles.test("import { x } from './x.js'")).toBe(false)
  })

  it('starts programs in one place, and writes files where it says', () => {
    const loads = (text: string): boolean =>
      importsValues(text, 'node:child_process') || /getBuiltinModule\('(?:node:)?child_process/.test(text)
    expect(sources.filter(([, text]) => loads(text)).map(([path]) => path)).toEqual(starters)
    expect(
      using(
        /\b(?:writeFile|appendFile|rename|symlink|chmod|copyFile)Sync\b|\bfs\.promises\b|node:fs\/promises|createWriteStream|O_WRONLY|openSync\([^)]*'[wa]/,
      ).sort(),
    ).toEqual([...writers].sort())
  })

  it('gives nobody else the right to write its files', () => {
    for (const name of readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })) {
      expect(statSync(join(root, 'dist', name)).mode & 0o002, name).toBe(0)
    }
  })
})
