// The import table of the source: which folder may use which. Type-only imports obey it too.
import { describe, expect, it } from 'vitest'
import { importsValues, resolve, sourceFiles, specifiers } from './sources.js'

const wire = ['errors', 'wire']
const generated = [...wire, 'codec', 'generated']
const rtnl = [...generated, 'rtnl']

/** Each folder of src with the folders that it may import beside itself. */
const table: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  wire: ['errors'],
  codec: wire,
  generated,
  rtnl,
  engine: wire,
  sys: wire,
  diag: rtnl,
  io: [...rtnl, 'engine', 'sys', 'diag'],
  netns: [...rtnl, 'sys', 'io'],
  // On the public entries; of the floors only sys/flock.
  network: [],
  // The scripted transport is one of io's; nothing of sys: it works without a kernel.
  testing: [...rtnl, 'engine', 'io'],
}
const nodeAllowed = new Set(['sys', 'io', 'diag', 'netns', 'network', 'testing'])

/** Gives the folder of a file in src; an entry has none. */
function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

/** Gives one line for each import that the table does not allow. */
function violations(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = []
  for (const [path, text] of files) {
    for (const specifier of specifiers(text)) {
      if (!allowed(path, specifier, files)) found.push(`${path}: ${specifier}`)
    }
  }
  return found
}

function allowed(path: string, specifier: string, files: ReadonlyMap<string, string>): boolean {
  const from = folderOf(path)
  if (specifier.startsWith('node:')) return from !== undefined && nodeAllowed.has(from)
  // Arbitraries take the caller's fast-check; only its types are named.
  if (specifier === 'fast-check') return from === 'testing' && !importsValues(files.get(path) ?? '', specifier)
  if (!specifier.startsWith('.')) return specifier === 'koffi' && from === 'sys'
  const target = resolve(path, specifier)
  if (!files.has(target)) return false
  const to = folderOf(target)
  if (from === undefined) return to !== undefined
  if (from === 'network' && (to === undefined || target === 'src/sys/flock.ts')) return true
  return to !== undefined && (to === from || (table[from] ?? []).includes(to))
}

const files = sourceFiles('src')

describe('imports', () => {
  it('are read from every form of statement', () => {
    const text = `
import a from './a.js'
import type { B } from './b.js'
import { c, type D } from './c.js'
import * as e from './e.js'
import './f.js'
export * from './g.js'
export type { H } from './h.js'
export { i } from './i.js'
export type * from './j.js'
import k, { l } from './k.js'
const m = await import('./m.js')
type N = import('./n.js').N
const o = require('./o.js')
const p = createRequire(import.meta.url)('p')
// import './comment.js'
/** import x from './comment.js' */
`
    expect(specifiers(text).sort()).toEqual('a b c e f g h i j k m n o'.split(' ').map(name => `./${name}.js`))
  })

  it('are found in every file that has other files to stand on', () => {
    const count = [...files.values()].reduce((sum, text) => sum + specifiers(text).length, 0)
    const lines = [...files.values()].join('\n').match(/\bfrom '/g)?.length ?? 0
    expect(count).toBeGreaterThan(100)
    // Comments hold some examples, nothing else may escape the reader.
    expect(lines - count).toBeLessThan(10)
  })

  it('point down', () => {
    expect(violations(files)).toEqual([])
  })

  it.each([
    ['src/errors/x.ts', '../wire/writer.js'],
    ['src/wire/x.ts', '../codec/table.js'],
    ['src/codec/x.ts', '../generated/link.types.gen.js'],
    ['src/codec/x.ts', 'node:util'],
    ['src/rtnl/x.ts', '../engine/engine.js'],
    ['src/rtnl/x.ts', 'node:buffer'],
    ['src/engine/x.ts', '../codec/table.js'],
    ['src/engine/x.ts', '../rtnl/link.js'],
    ['src/sys/x.ts', '../rtnl/request.js'],
    ['src/diag/x.ts', '../io/open.js'],
    ['src/io/x.ts', '../netns/handle.js'],
    ['src/io/x.ts', 'koffi'],
    ['src/testing/x.ts', '../sys/socket.js'],
    ['src/testing/x.ts', 'fast-check'],
    ['src/io/x.ts', '../index.js'],
    ['src/network/x.ts', '../io/open.js'],
    ['src/index.ts', './codec.js'],
    ['src/index.ts', 'node:fs'],
    ['src/io/x.ts', './missing.js'],
  ])('of %s may not be %s', (path, specifier) => {
    const found = violations(new Map([...files, [path, `import '${specifier}'`]]))
    expect(found.filter(line => line.startsWith(`${path}:`))).toEqual([`${path}: ${specifier}`])
  })

  it('know every folder of src', () => {
    const folders = new Set([...files.keys()].map(folderOf).filter(name => name !== undefined))
    expect([...folders].filter(name => !(name in table))).toEqual([])
  })
})

describe('native code', () => {
  it('is named in src/sys only', () => {
    const naming = (what: RegExp) => [...files].flatMap(([path, text]) => (what.test(text) ? [path] : []))
    expect(new Set(naming(/['"`]koffi['"`]|process\.dlopen/).map(folderOf))).toEqual(new Set(['sys']))
    // The one other use loads families, which are JavaScript.
    expect(naming(/createRequire/).filter(path => folderOf(path) !== 'sys')).toEqual(['src/codec/part.ts'])
  })

  it('is not within reach of ./codec and ./constants, and neither is node:', () => {
    for (const entry of ['src/codec.ts', 'src/constants.ts']) {
      const reached = reach(entry)
      expect(reached.size, entry).toBeGreaterThan(1)
      for (const path of reached) {
        const outside = specifiers(files.get(path) ?? '').filter(specifier => !specifier.startsWith('.'))
        expect(outside, path).toEqual([])
      }
    }
  })
})

/** Gives all files that an entry leads to. */
function reach(entry: string): Set<string> {
  const reached = new Set([entry])
  for (const path of reached) {
    for (const specifier of specifiers(files.get(path) ?? '')) {
      if (specifier.startsWith('.')) reached.add(resolve(path, specifier))
    }
  }
  return reached
}
