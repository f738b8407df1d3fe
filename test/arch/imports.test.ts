// The architecture: floors, circles, sizes of folders, and the files of object folders. Type-only imports obey the rules too.
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { floorOf, floors, mayImport, nodeFloors, objectFolders } from './floors.js'
import { importsValues, resolve, sourceFiles, specifiers } from './sources.js'

type Files = ReadonlyMap<string, string>

const files = sourceFiles('src')

/** Returns one line for each import that the floors do not allow. */
function violations(all: Files): string[] {
  const found: string[] = []
  for (const [path, text] of all) {
    for (const specifier of specifiers(text)) if (!allowed(path, specifier, all)) found.push(`${path}: ${specifier}`)
  }
  return found
}

function allowed(path: string, specifier: string, all: Files): boolean {
  const from = floorOf(path)
  if (specifier.startsWith('node:')) return from !== undefined && nodeFloors.has(from)
  // Arbitraries take the caller's fast-check; only its types are named.
  if (specifier === 'fast-check') return from === 'testing' && !importsValues(all.get(path) ?? '', specifier)
  if (!specifier.startsWith('.')) return specifier === 'koffi' && from === 'sys'
  const target = resolve(path, specifier)
  return all.has(target) && mayImport(path, target)
}

/**
 * Returns the import circles: groups of files that reach each other (Tarjan's strongly connected components). A lazy.gen.ts loads its
 * module at the first use and names only its type: that is no import.
 */
function circles(all: Files): string[][] {
  const imports = new Map(
    [...all].map(([path, text]) => [
      path,
      path.endsWith('/lazy.gen.ts') ? [] : specifiers(text).map(each => resolve(path, each)),
    ]),
  )
  const found: string[][] = []
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const visit = (path: string): void => {
    index.set(path, index.size)
    low.set(path, index.get(path) ?? 0)
    stack.push(path)
    for (const target of imports.get(path) ?? []) {
      if (!all.has(target)) continue
      if (!index.has(target)) visit(target)
      if (stack.includes(target)) low.set(path, Math.min(low.get(path) ?? 0, low.get(target) ?? 0))
    }
    if (low.get(path) !== index.get(path)) return
    const circle = stack.splice(stack.indexOf(path))
    if (circle.length > 1) found.push(circle.sort())
  }
  for (const path of all.keys()) if (!index.has(path)) visit(path)
  return found
}

/** Returns the folders with more files of their own than a reader can take in; generated ones are not read. */
function largeFolders(paths: Iterable<string>): string[] {
  const counts = new Map<string, number>()
  for (const path of paths) {
    const folder = posix.dirname(path)
    if (!folder.startsWith('src/generated')) counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts].filter(([, count]) => count > 20).map(([folder, count]) => `${folder}: ${count}`)
}

/** The files that the folder of a kernel object may have; more stand in folders of its own (codecs/, ip-json/) or are listed. */
const objectFiles = new Set(['requests', 'operations', 'methods', 'events', 'codecs', 'ip-json', 'object'])
const ownFiles: Readonly<Record<string, readonly string[]>> = {
  'src/objects/link': ['diff', 'kinds', 'late-fields', 'lookup'],
  'src/objects/route': ['fast-path'],
  'src/objects/tc/action': ['builder-owned', 'control', 'fields'],
  'src/objects/tc/filter': ['flower-keys'],
  'src/objects/tc/qdisc': ['options'],
}

/** Returns the files of object folders that have another name than the files of other objects. */
function oddFiles(paths: readonly string[]): string[] {
  return objectFolders(paths).flatMap(folder =>
    paths.filter(path => {
      if (posix.dirname(path) !== folder) return false
      const name = posix.basename(path, '.ts')
      return !objectFiles.has(name) && ownFiles[folder]?.includes(name) !== true
    }),
  )
}

/** Returns the folders of objects that lack a file that every object has. */
function incomplete(all: Files): string[] {
  return objectFolders(all.keys()).filter(
    folder => folder !== 'src/objects/nd' && ['requests', 'methods'].some(name => !all.has(`${folder}/${name}.ts`)),
  )
}

/** Returns the imports of one object's methods or operations by another object. */
function sideways(all: Files): string[] {
  const folders = objectFolders(all.keys())
  const owner = (path: string) => folders.find(folder => path.startsWith(`${folder}/`))
  return [...all].flatMap(([path, text]) =>
    specifiers(text)
      .map(each => resolve(path, each))
      .filter(target => /\/(?:methods|operations)\.ts$/.test(target))
      .filter(target => owner(path) !== undefined && owner(target) !== owner(path))
      .map(target => `${path}: ${target}`),
  )
}

/** Returns the files that only re-export one other file; entries and lazily loaded modules are meant to. */
function forwarders(all: Files): string[] {
  return [...all]
    .filter(([path]) => floorOf(path) !== undefined && !path.startsWith('src/rtnetlink/modules/'))
    .filter(([, text]) => {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '').trim()
      return /^(?:export\s+(?:type\s+)?(?:\*|\{[^}]*\})\s+from\s+'[^']+'\s*)+$/.test(code)
    })
    .map(([path]) => path)
}

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
    ['src/codec/x.ts', '../generated/link/types.gen.js'],
    ['src/codec/x.ts', '../objects/route/codecs/multipath.js'],
    ['src/codec/x.ts', 'node:util'],
    ['src/objects/route/codecs/x.ts', '../../../generated/route/types.gen.js'],
    ['src/objects/route/codecs/x.ts', '../requests.js'],
    ['src/generated/x.ts', '../objects/route/requests.js'],
    ['src/request/x.ts', '../generated/constants.gen.js'],
    ['src/request/x.ts', '../objects/protocol.js'],
    ['src/inspect/x.ts', '../objects/protocol.js'],
    ['src/objects/x.ts', '../rtnetlink/requests.js'],
    ['src/objects/x.ts', '../engine/engine.js'],
    ['src/objects/x.ts', 'node:buffer'],
    ['src/rtnetlink/x.ts', '../watch/mirror.js'],
    ['src/engine/x.ts', '../codec/table.js'],
    ['src/engine/x.ts', '../objects/link/requests.js'],
    ['src/sys/x.ts', '../request/request.js'],
    ['src/io/x.ts', '../objects/protocol.js'],
    ['src/io/x.ts', '../rtnetlink/requests.js'],
    ['src/io/x.ts', '../generated/constants.gen.js'],
    ['src/io/x.ts', '../netns/handle.js'],
    ['src/io/x.ts', 'koffi'],
    ['src/client/x.ts', '../netns/handle.js'],
    ['src/testing/x.ts', '../sys/socket.js'],
    ['src/testing/x.ts', 'fast-check'],
    ['src/io/x.ts', '../index.js'],
    ['src/network/x.ts', '../client/open.js'],
    ['src/index.ts', './codec.js'],
    ['src/index.ts', 'node:fs'],
    ['src/io/x.ts', './missing.js'],
  ])('of %s may not be %s', (path, specifier) => {
    const found = violations(new Map([...files, [path, `import '${specifier}'`]]))
    expect(found.filter(line => line.startsWith(`${path}:`))).toEqual([`${path}: ${specifier}`])
  })

  it('know every folder of src', () => {
    const found = new Set([...files.keys()].map(floorOf).filter(name => name !== undefined))
    expect([...found].filter(name => !(name in floors))).toEqual([])
  })

  it('run in no circle', () => {
    expect(circles(files)).toEqual([])
    const broken = new Map([
      ...files,
      ['src/codec/x.ts', "import './y.js'"],
      ['src/codec/y.ts', "import type { A } from './x.js'"],
    ])
    expect(circles(broken)).toEqual([['src/codec/x.ts', 'src/codec/y.ts']])
  })
})

describe('folders', () => {
  it('have at most 20 files', () => {
    expect(largeFolders(files.keys())).toEqual([])
    const many = Array.from({ length: 21 }, (_, i) => `src/wire/x${i}.ts`)
    expect(largeFolders(many)).toEqual(['src/wire: 21'])
  })

  it('of objects have the same file names, and none is missing', () => {
    const paths = [...files.keys()]
    expect(objectFolders(paths).length).toBeGreaterThan(20)
    expect(oddFiles(paths)).toEqual([])
    expect(incomplete(files)).toEqual([])
    expect(oddFiles([...paths, 'src/objects/rule/helpers.ts'])).toEqual(['src/objects/rule/helpers.ts'])
    expect(incomplete(new Map([['src/objects/x/object.ts', '']]))).toEqual(['src/objects/x'])
    const listed = Object.entries(ownFiles).flatMap(([folder, names]) => names.map(name => `${folder}/${name}.ts`))
    expect(listed.filter(path => !files.has(path))).toEqual([])
  })

  it('of objects import nothing of the methods and operations of other objects', () => {
    expect(sideways(files)).toEqual([])
    const broken = new Map([...files, ['src/objects/rule/x.ts', "import { linkMethods } from '../link/methods.js'"]])
    expect(sideways(broken)).toEqual(['src/objects/rule/x.ts: src/objects/link/methods.ts'])
  })

  it('have no file that only forwards to others', () => {
    expect(forwarders(files)).toEqual([])
    const broken = new Map([...files, ['src/codec/x.ts', "/** Text. */\nexport { a } from './table.js'\n"]])
    expect(forwarders(broken)).toEqual(['src/codec/x.ts'])
  })
})

describe('native code', () => {
  it('is named in src/sys only', () => {
    const naming = (what: RegExp) => [...files].flatMap(([path, text]) => (what.test(text) ? [path] : []))
    expect(new Set(naming(/['"`]koffi['"`]|process\.dlopen/).map(floorOf))).toEqual(new Set(['sys']))
    // The one other use loads modules of objects, which are JavaScript.
    expect(naming(/createRequire/).filter(path => floorOf(path) !== 'sys')).toEqual(['src/codec/lazy-module.ts'])
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

/** Returns all files that an entry leads to. */
function reach(entry: string): Set<string> {
  const reached = new Set([entry])
  for (const path of reached) {
    for (const specifier of specifiers(files.get(path) ?? '')) {
      if (specifier.startsWith('.')) reached.add(resolve(path, specifier))
    }
  }
  return reached
}
